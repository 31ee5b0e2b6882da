"""Invitations and feeds: the time of a meeting, and nothing of what it is about."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.conversations.presenters.calendar import calendar_of
from service.conversations.schemas.calendar import Meeting
from service.kit.clock import now
from service.kit.db import Sessions, transaction
from service.kit.ids import new_id
from tests.builders import Builder
from tests.conftest import Client
from tests.conversations.test_row_security import eyes


def events(file: bytes) -> list[Any]:
    return list(Calendar.from_ical(file).walk("VEVENT"))


@pytest.mark.parametrize(
    ("starts", "local"),
    [
        (datetime(2027, 1, 5, 9, 30, tzinfo=UTC), "2027-01-05T09:30"),
        (datetime(2027, 7, 5, 8, 30, tzinfo=UTC), "2027-07-05T09:30"),
        # Either side of the night on which the clocks go back: 31 October 2027.
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "2027-10-31T01:30"),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "2027-10-31T01:30"),
    ],
)
def test_a_meeting_is_at_the_right_hour_in_the_uk_all_year(starts: datetime, local: str) -> None:
    [event] = events(calendar_of([Meeting(new_id(), starts, 60, 1, False)], "https://r.example", is_feed=True))
    begins, ends = event.decoded("dtstart"), event.decoded("dtend")
    assert begins.astimezone(ZoneInfo("Europe/London")).strftime("%Y-%m-%dT%H:%M") == local
    assert ends - begins == timedelta(hours=1)


def test_a_meeting_called_off_is_cancelled_and_counts_on() -> None:
    key = new_id()
    stands = Meeting(key, datetime(2027, 1, 5, 9, tzinfo=UTC), 60, 2, False)
    off = Meeting(key, stands.starts, 60, 3, True)
    before, after = (calendar_of([one], "https://r.example", is_feed=False) for one in (stands, off))
    [was], [became] = events(before), events(after)
    assert (was["uid"], was["status"], was["sequence"]) == (became["uid"], "CONFIRMED", 2)
    assert (became["status"], became["sequence"]) == ("CANCELLED", 3)
    assert b"METHOD:PUBLISH" in before
    assert b"METHOD:CANCEL" in after


async def test_the_feed_has_my_meetings_and_never_says_what_or_with_whom(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation(name="Elm Trust")
    amara, ben = await make.staff(here), await make.facilitator(here)
    soon = (now() + timedelta(3)).replace(microsecond=0)
    mine = await make.conversation(here, amara.person, ben.person, scheduled_at=soon, minutes=45)
    held_by_me = await make.conversation(here, await make.person(here), amara.person, scheduled_at=soon)
    await make.conversation(here, await make.person(here), ben.person, scheduled_at=soon)
    await make.conversation(here, amara.person, ben.person)
    async with browse(amara) as client:
        made = await client.post("/api/me/calendar")
        address = made.json()["address"]
    async with browse() as stranger:
        got = await stranger.get(address)
    assert got.status_code == 200
    assert got.headers["content-type"] == "text/calendar; charset=utf-8"
    found = {str(event["uid"]).split("@")[0]: event for event in events(got.content)}
    assert set(found) == {str(mine), str(held_by_me)}
    assert found[str(mine)].decoded("dtstart") == soon
    assert {str(event["summary"]) for event in found.values()} == {"Meeting"}
    assert all(event.get("location") is None for event in found.values())
    for word in ("Elm", "Okafor", "Amara", "areer", "onversation", "initial"):
        assert word not in got.text
    async with admin.connect() as connection:
        [row] = await connection.execute(
            text("SELECT token_hash FROM calendar_feeds WHERE person_id = :me"), {"me": amara.person}
        )
        assert bytes(row[0]) == sha256(address.split("/")[-1].removesuffix(".ics").encode()).digest()
        told = text(
            "SELECT detail::text FROM audit_entries WHERE action = 'conversations.feed_made' AND account_id = :me"
        )
        assert list(await connection.execute(told, {"me": amara.account_id})) == [("{}",)]


async def test_a_calendar_that_has_it_already_is_told_so(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    amara = await make.staff(here)
    async with browse(amara) as client:
        address = (await client.post("/api/me/calendar")).json()["address"]
        tag = (await client.get(address)).headers["etag"]
        again = await client.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        await make.conversation(here, amara.person, await make.person(here), scheduled_at=now() + timedelta(3))
        assert (await client.get(address, headers={"If-None-Match": tag})).status_code == 200


async def test_a_wrong_address_an_old_one_and_a_stopped_one_find_nothing(make: Builder, browse: Client) -> None:
    amara = await make.staff(await make.organisation())
    async with browse(amara) as client:
        old = (await client.post("/api/me/calendar")).json()["address"]
        new = (await client.post("/api/me/calendar")).json()["address"]
        assert (await client.get(new)).status_code == 200
        assert (await client.delete("/api/me/calendar")).status_code == 204
        assert (await client.delete("/api/me/calendar")).status_code == 404
    async with browse() as client:
        answers = [
            await client.get(at) for at in (old, new, "/calendar/x.ics", "/calendar/.ics", f"/calendar/{'é' * 90}")
        ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


async def test_the_address_is_shown_once_and_can_be_stopped_on_its_page(make: Builder, browse: Client) -> None:
    amara = await make.staff(await make.organisation())
    async with browse(amara) as client:
        assert "You have no address yet" in (await client.get("/me/calendar")).text
        made = await client.post("/me/calendar")
        assert "/calendar/" in made.text
        assert "webcal://127.0.0.1:8000/calendar/" in made.text
        after = (await client.get("/me/calendar")).text
        assert "You have an address" in after
        assert ".ics" not in after
        assert (await client.post("/me/calendar/stop")).status_code == 303
        assert "You have no address yet" in (await client.get("/me/calendar")).text


async def test_an_invitation_is_for_the_parties_of_a_planned_meeting(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    amara, ben = await make.staff(here), await make.facilitator(here)
    planned = await make.conversation(here, amara.person, ben.person, scheduled_at=now() + timedelta(3))
    logged = await make.conversation(here, amara.person, ben.person)
    for who, status in ((amara, 200), (ben, 200), (await make.hr_partner(here), 404), (await make.leader(), 404)):
        async with browse(who) as client:
            got = await client.get(f"/conversations/{planned}/invitation.ics")
            assert got.status_code == status
            assert (await client.get(f"/conversations/{logged}/invitation.ics")).status_code == 404
            if status == 200:
                assert got.headers["content-disposition"] == 'attachment; filename="meeting.ics"'
                assert [str(event["summary"]) for event in events(got.content)] == ["Meeting"]


async def test_raw_sql_shows_nobody_the_hash_of_an_address(make: Builder, sessions: Sessions, browse: Client) -> None:
    here = await make.organisation()
    amara, partner = await make.staff(here), await make.hr_partner(here)
    async with browse(amara) as client:
        await client.post("/api/me/calendar")
    async with transaction(sessions, eyes(partner, people_read=here)) as session:
        assert (await session.execute(text("SELECT count(person_id) FROM calendar_feeds"))).scalar_one() == 0
    with pytest.raises(Exception, match="permission denied"):
        async with transaction(sessions, eyes(amara)) as session:
            await session.execute(text("SELECT token_hash FROM calendar_feeds"))
    with pytest.raises(Exception, match="row-level security"):
        async with transaction(sessions, eyes(partner, people_read=here)) as session:
            given = {"id": amara.person, "hash": uuid4().bytes}
            await session.execute(text("INSERT INTO calendar_feeds (person_id, token_hash) VALUES (:id, :hash)"), given)
