"""Who is told, who reads it, and how they choose to be told."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.actions import Limits, who_is
from service.kit.actor import the_service
from service.kit.db import Sessions, transaction
from service.notices.actions import tell
from service.settings import Settings
from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client
from tests.notices.conftest import NEWS, URGENT


async def kept(admin: AsyncEngine, person: UUID, *columns: str) -> list[Any]:
    asked = text(f"SELECT {', '.join(columns)} FROM notices WHERE person_id = :person ORDER BY id")
    async with admin.connect() as connection:
        return [tuple(row) for row in await connection.execute(asked, {"person": person})]


async def test_telling_is_part_of_the_change_it_tells_of(make: Builder, sessions: Sessions, admin: AsyncEngine) -> None:
    person = await make.person()
    with pytest.raises(RuntimeError):
        async with transaction(sessions, the_service()) as session:
            await tell(session, the_service(), [person], NEWS, about="A", link="/me")
            raise RuntimeError
    assert await kept(admin, person, "headline") == []
    async with transaction(sessions, the_service()) as session:
        await tell(session, the_service(), [person, person], NEWS, about="B", link="/me")
    assert await kept(admin, person, "headline", "told_by", "letter_id") == [("News of B", None, None)]


async def test_a_headline_is_completed_on_one_line(make: Builder, sessions: Sessions, admin: AsyncEngine) -> None:
    person = await make.person()
    said = {
        "Leading well": "News of Leading well",
        "Leading\n well ": "News of Leading well",
        "{about} {0} %s \\1": "News of {about} {0} %s \\1",
        "x" * 200: "News of " + "x" * 120,
    }
    async with transaction(sessions, the_service()) as session:
        for about in said:
            await tell(session, the_service(), [person], NEWS, about=about, link="/me")
    assert await kept(admin, person, "headline") == [(headline,) for headline in said.values()]


async def test_it_is_written_down_who_told_how_many_of_what_and_never_the_words(
    make: Builder, sessions: Sessions, settings: Settings, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    partner, one, other = await make.hr_partner(here), await make.person(here), await make.person()
    async with sessions() as session, session.begin():
        actor = await who_is(session, partner.token, Limits.of(settings))
        assert actor
        await tell(session, actor, [one, other], NEWS, about="Canary", link="/me")
    assert await kept(admin, other, "told_by") == [(partner.account_id,)]
    asked = "SELECT detail FROM audit_entries WHERE account_id = :id AND action = 'notices.told'"
    async with admin.connect() as connection:
        [(detail,)] = await connection.execute(text(asked), {"id": partner.account_id})
    assert detail == {"kind": "test_news", "people": 2}


async def test_a_notice_that_leads_to_another_site_is_a_mistake_of_ours(sessions: Sessions) -> None:
    async with transaction(sessions, the_service()) as session:
        with pytest.raises(ValueError, match="path of this service"):
            await tell(session, the_service(), [], NEWS, about="A", link="//elsewhere.test")


async def test_raw_sql_shows_and_changes_nothing_of_anybody_elses(
    make: Builder, sessions: Sessions, settings: Settings, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    partner, person = await make.hr_partner(here), await make.person(here)
    await make.notice(person)
    for statement, refusal in (
        ("SELECT * FROM letters", "permission denied"),
        ("INSERT INTO notices (person_id, id) VALUES (:id, gen_random_uuid())", "permission denied"),
        ("UPDATE notices SET headline = 'x'", "permission denied"),
        ("DELETE FROM notices", "permission denied"),
        ("SELECT private.take_mail(interval '1 day')", "permission denied"),
        ("INSERT INTO notice_choices (person_id, email) VALUES (:id, 'none')", "row-level security"),
    ):
        async with sessions() as session:
            await who_is(session, partner.token, Limits.of(settings))
            with pytest.raises(DBAPIError, match=refusal):
                await session.execute(text(statement), {"id": person} if ":id" in statement else {})
    async with sessions() as session, session.begin():
        await who_is(session, partner.token, Limits.of(settings))
        assert (await session.execute(text("SELECT count(*) FROM notices"))).scalar_one() == 0
        await session.execute(text("UPDATE notices SET read_at = now()"))
    assert await kept(admin, person, "read_at") == [(None,)]


@pytest.fixture
async def reader(make: Builder, sessions: Sessions) -> SignedIn:
    """Somebody who was told three things, the last of them urgent."""
    who = await make.staff(await make.organisation())
    async with transaction(sessions, the_service()) as session:
        for kind, about in ((NEWS, "one"), (NEWS, "two"), (URGENT, "three")):
            await tell(session, the_service(), [who.person], kind, about=about, link=f"/me/plan?of={about}")
    return who


async def test_the_page_lists_what_is_new_first_and_opening_it_is_reading_it(reader: SignedIn, browse: Client) -> None:
    async with browse(reader) as client:
        page = (await client.get("/me/notices")).text
        assert "Notices (3)" in page
        assert page.index("A place on three") < page.index("News of two") < page.index("News of one")
        assert page.count(">New<") == 3
        notice = (await client.get("/api/me/notices")).json()["items"][1]
        opened = await client.get(f"/me/notices/{notice['id']}")
        assert (opened.status_code, opened.headers["location"]) == (303, "/me/plan?of=two")
        page = (await client.get("/me/notices")).text
        assert "Notices (2)" in page
        assert page.count(">New<") == 2
        assert (await client.post("/me/notices/read")).status_code == 303
        page = (await client.get("/me/notices")).text
        assert ">Notices</a>" in page
        assert "Mark all as read" not in page


async def test_over_json_page_by_page_and_read_by_name(reader: SignedIn, browse: Client, make: Builder) -> None:
    stranger = await make.notice(await make.person())
    async with browse(reader) as client:
        first = (await client.get("/api/me/notices", params={"size": 2})).json()
        rest = (await client.get("/api/me/notices", params={"size": 2, "cursor": first["next_cursor"]})).json()
        assert [one["headline"] for one in first["items"] + rest["items"]] == [
            "A place on three is kept for you",
            "News of two",
            "News of one",
        ]
        assert rest["next_cursor"] is None
        read = await client.post("/api/me/notices/read", json={"ids": [first["items"][0]["id"], str(stranger)]})
        assert read.status_code == 204
        left = (await client.get("/api/me/notices")).json()["items"]
        assert [one["read_at"] is None for one in left] == [False, True, True]
        assert (await client.get(f"/me/notices/{stranger}")).status_code == 404
        assert (await client.get(f"/me/notices/{NOBODY}")).status_code == 404


async def test_a_choice_holds_for_what_waits_already(reader: SignedIn, browse: Client, admin: AsyncEngine) -> None:
    hour = "to_char(due_at AT TIME ZONE 'Europe/London', 'HH24:MI')"
    assert await kept(admin, reader.person, hour) == [("08:00",), ("08:00",), (await _now(admin),)]
    async with browse(reader) as client:
        form = {"email": "daily", "quiet_from": "21:00", "quiet_to": "09:00"}
        assert (await client.post("/me/notices/choices", data=form)).status_code == 303
        assert (await kept(admin, reader.person, hour))[:2] == [("09:00",), ("09:00",)]
        page = (await client.get("/me/notices?saved=true")).text
        assert "Saved. Email comes as you chose" in page
        assert '<option value="21:00" selected>9pm</option>' in page
        chosen = await client.put("/api/me/notices/choices", json={"email": "none"})
        assert chosen.json() == {"email": "none", "quiet_from": None, "quiet_to": None}
    assert (await kept(admin, reader.person, "due_at"))[:2] == [(None,), (None,)]


async def _now(admin: AsyncEngine) -> str:
    """The hour and minute at which something urgent that was told a moment ago is due."""
    async with admin.connect() as connection:
        asked = "SELECT to_char(max(due_at) AT TIME ZONE 'Europe/London', 'HH24:MI') FROM notices WHERE is_urgent"
        return (await connection.execute(text(asked))).scalar_one()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "How often we email you is missing"),
        ({"email": "hourly"}, "How often we email you must be one of"),
        ({"email": "daily", "quiet_from": "21:00"}, "Choose both times of your quiet hours, or neither"),
        ({"email": "daily", "quiet_from": "21:00", "quiet_to": "21:00"}, "Choose two different times"),
        ({"email": "daily", "quiet_from": "21:00:07", "quiet_to": "07:00"}, "Use a time of day such as 19:00"),
    ],
)
async def test_a_choice_that_cannot_be_is_shown_again(
    make: Builder, browse: Client, admin: AsyncEngine, form: dict[str, str], said: str
) -> None:
    who = await make.staff()
    async with browse(who) as client:
        page = await client.post("/me/notices/choices", data=form)
        assert page.status_code == 422
        assert "<title>Error: Notices" in page.text
        assert said in page.text
        assert (await client.put("/api/me/notices/choices", json=form)).status_code == 422
    async with admin.connect() as connection:
        asked = text("SELECT count(*) FROM notice_choices WHERE person_id = :id")
        assert (await connection.execute(asked, {"id": who.person})).scalar_one() == 0


async def test_an_account_that_is_nobodys_has_no_notices(make: Builder, browse: Client) -> None:
    async with browse(await make.leader()) as client:
        assert (await client.get("/api/me/notices")).status_code == 404
        assert "Notices" not in (await client.get("/reports")).text


async def test_after_a_year_a_notice_is_gone(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    who = await make.staff()
    await make.notice(who.person, headline="Long ago")
    async with admin.begin() as connection:
        old = text("UPDATE notices SET told_at = now() - interval '366 days' WHERE person_id = :id")
        await connection.execute(old, {"id": who.person})
    async with browse(who) as client:
        page = (await client.get("/me/notices")).text
    assert "Long ago" not in page
    assert "You have no notices" in page


async def test_people_are_told_of_what_waits_for_them_and_not_of_what_was_taken_back(
    make: Builder, browse: Client
) -> None:
    here = await make.organisation()
    partner, who = await make.hr_partner(here), await make.staff(here)
    talk = {"person_id": str(who.person), "organisation_id": str(here), "kind": "initial"}
    async with browse(partner) as theirs, browse(who) as mine:
        for more in ({"held_on": "2026-11-02", "summary": "Canary."}, {"held_on": "2026-11-03", "summary": "Canary."}):
            made = await theirs.post("/api/conversations", json=talk | more)
            assert made.status_code == 201, made.text
        assert (await theirs.delete(f"/api/conversations/{made.json()['id']}")).status_code == 204
        when = {"scheduled_at": "2027-03-02T10:00:00Z"}
        planned = await theirs.post("/api/conversations/planned", json=talk | when)
        assert planned.status_code == 201, planned.text
        told = (await mine.get("/api/me/notices")).json()["items"]
        assert [one["headline"] for one in told] == [
            "A career conversation with you is planned for 2 March 2027 at 10:00am",
            "A career conversation with you was written down: agree to the words or correct them",
        ]
        assert (await mine.get(told[0]["link"])).status_code == 200
        declined = {"state": "declined", "reason": "not_now"}
        version = (await mine.get(f"/api/conversations/{planned.json()['id']}")).headers["etag"]
        said = await mine.post(
            f"/api/conversations/{planned.json()['id']}/states", json=declined, headers={"If-Match": version}
        )
        assert said.status_code < 300, said.text
        assert [one["kind"] for one in (await theirs.get("/api/me/notices")).json()["items"]] == [
            "conversations_called_off"
        ]
