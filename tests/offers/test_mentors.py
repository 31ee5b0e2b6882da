"""Mentors and coaches: who is shown and why, that nobody meets more people than they said, and that nobody else learns
who asked whom.
"""

import asyncio
import re
from html import unescape
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.actor import Actor
from service.kit.db import Sessions, transaction
from service.offers.rules.mentors import Offered, RequestState, Where, may_follow, offer_problems, reasons
from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client

NAMES = {"ways.relating": "Relating", "ways.thinking": "Thinking"}
ELM, OAK = UUID(int=1), UUID(int=2)
ME = Where(ELM, "nursing_midwifery", 6)
OFFERED = {"kind": "coach", "capacity": 1, "topics": ["ways.relating"], "ways": ["video", "phone"]}


@pytest.mark.parametrize(
    ("wanted", "mentor", "target", "said"),
    [
        (["ways.relating"], Offered(frozenset({"ways.relating"}), 7, 9), None,
         ["You want Relating and they offer Relating"]),
        (["ways.relating"], Offered(frozenset({"ways.thinking"}), 7, 9), None, []),
        ([], Offered(frozenset(), 1, 6), None, ["They help people at your level"]),
        ([], Offered(frozenset(), 7, 9), 8, ["They know the level that you want next"]),
        ([], Offered(frozenset(), 7, 9, Where(ELM, "medical_dental", 8)), None,
         ["They work in another line of work than yours"]),
        ([], Offered(frozenset(), 7, 9, Where(OAK, "nursing_midwifery", 8)), None, ["They are from another employer"]),
        ([], Offered(frozenset(), 7, 9, Where(ELM, "nursing_midwifery", 8)), None, []),
    ],
)  # fmt: skip
def test_why_somebody_is_shown(wanted: list[str], mentor: Offered, target: int | None, said: list[str]) -> None:
    assert reasons(wanted, ME, mentor, NAMES, target) == said


@pytest.mark.parametrize(
    ("before", "after", "by_mentor", "may"),
    [
        ("asked", "accepted", True, True),
        ("asked", "accepted", False, False),
        ("asked", "declined", False, False),
        ("asked", "ended", False, True),
        ("accepted", "ended", True, True),
        ("accepted", "declined", True, False),
        ("declined", "accepted", True, False),
        ("ended", "accepted", True, False),
    ],
)
def test_what_may_become_of_a_request(before: str, after: str, by_mentor: bool, may: bool) -> None:
    assert may_follow(RequestState(before), RequestState(after), by_mentor=by_mentor) is may


def test_an_offer_names_topics_that_there_are_a_way_to_meet_and_levels_in_order() -> None:
    assert offer_problems(["ways.relating"], NAMES, ["video"], 1, 9) == []
    found = offer_problems([], NAMES, [], 5, 4)
    assert [problem.field for problem in found] == ["topics", "ways", "level_to"]
    assert [problem.field for problem in offer_problems(["x.y"], NAMES, ["video"], 1, 1)] == ["topics"]


class Pair:
    """Nia of Oak offers to mentor one person; Amara and Bo of Elm want one."""

    nia: SignedIn
    amara: SignedIn
    bo: SignedIn
    partner: SignedIn


@pytest.fixture
async def pair(make: Builder) -> Pair:
    pair, elm, oak = Pair(), await make.organisation(), await make.organisation(name="Oak Council")
    pair.nia, pair.amara, pair.bo = (
        await make.staff(oak, given_name="Nia"),
        await make.staff(elm),
        await make.staff(elm),
    )
    pair.partner = await make.hr_partner(elm, oak)
    await make.assignment(oak, pair.nia.person, job_title="Head of learning", staff_group="administrative_clerical")
    await make.assignment(elm, pair.amara.person)
    await make.mentor(pair.nia.person, capacity=1)
    return pair


async def asked(browse: Client, who: SignedIn, mentor: SignedIn, words: str = "I want to lead.") -> str:
    async with browse(who) as client:
        made = await client.post("/api/me/mentoring", json={"mentor_id": str(mentor.person), "words": words})
        assert made.status_code == 201, made.text
        return made.json()["id"]


async def page_with(client: AsyncClient, path: str, wanted: str) -> str:
    """The first page from here on that holds it: the order is drawn anew for each reader."""
    page = (await client.get(path)).text
    if wanted in page:
        return page
    [following] = re.findall(r'href="([^"]+)">More people', page)
    return await page_with(client, unescape(following), wanted)


async def test_somebody_is_found_asked_and_says_yes_and_both_see_what_happened(
    browse: Client, pair: Pair, admin: AsyncEngine
) -> None:
    async with browse(pair.amara) as client:
        page = await page_with(client, "/mentors?topic=ways.relating", str(pair.nia.person))
        assert "You want Relating and they offer Relating" in page
        assert "They are from another employer" in page
        done = await client.post(f"/mentors/{pair.nia.person}", data={"words": "I want to lead a ward."})
        assert done.headers["location"] == "/me/mentoring"
        assert "You have asked Nia Okafor" in (await client.get(f"/mentors/{pair.nia.person}")).text
    async with browse(pair.nia) as client:
        assert "I want to lead a ward." in (await client.get("/me/mentoring")).text
        [request] = (await client.get("/api/me/mentoring")).json()
        done = await client.post(f"/me/mentoring/{request['id']}", data={"state": "accepted"})
        assert done.status_code == 303
        assert "have no room just now" in (await client.get("/me/mentoring")).text
    async with browse(pair.amara) as client:
        [mine] = (await client.get("/api/me/mentoring")).json()
        assert (mine["state"], mine["other"], [one["state"] for one in mine["history"]]) == (
            "accepted", "Nia Okafor", ["asked", "accepted"],
        )  # fmt: skip
        assert str(pair.nia.person) not in (await client.get("/api/mentors", params={"size": 100})).text
    told = "SELECT person_id, kind FROM notices WHERE person_id = ANY (:people) ORDER BY id"
    trail = (
        "SELECT row_to_json(a)::text FROM audit_entries a WHERE subject_person_id = :amara AND action LIKE 'offers.%'"
    )
    async with admin.connect() as connection:
        people = [pair.nia.person, pair.amara.person]
        rows = (await connection.execute(text(told), {"people": people})).tuples().all()
        assert rows == [(pair.nia.person, "mentor_asked"), (pair.amara.person, "mentor_answered")]
        entries = "".join((await connection.execute(text(trail), {"amara": pair.amara.person})).scalars())
    assert "offers.mentor_asked" in entries
    assert str(pair.nia.person) not in entries
    assert "ward" not in entries


async def test_nobody_else_sees_who_asked_whom_nor_why(
    browse: Client, pair: Pair, sessions: Sessions, analyst: Sessions
) -> None:
    request = await asked(browse, pair.amara, pair.nia)
    for who in (pair.bo, pair.partner):
        async with browse(who) as client:
            assert (await client.get("/api/me/mentoring")).json() == []
            answer = await client.post(f"/api/me/mentoring/{request}", json={"state": "ended"})
            assert answer.status_code == 404
        places = frozenset({UUID(int=1)})
        eyes = Actor(who.name, who.account_id, who.person_id, frozenset(), {"people.read": places})
        async with transaction(sessions, eyes) as session:
            for table in ("mentor_requests", "mentor_request_states"):
                assert (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0
    async with analyst() as session:
        with pytest.raises(DBAPIError, match="permission denied"):
            await session.execute(text("SELECT mentor_id FROM mentor_requests"))


async def test_of_many_accepted_at_once_only_as_many_as_there_is_room_for(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    mentor, people = await make.staff(here), [await make.person(here) for _ in range(6)]
    await make.mentor(mentor.person, capacity=2)
    requests = [await make.mentor_request(person, mentor.person) for person in people]

    async def accept(request: UUID) -> int:
        async with browse(mentor) as client:
            return (await client.post(f"/api/me/mentoring/{request}", json={"state": "accepted"})).status_code

    assert sorted(await asyncio.gather(*map(accept, requests))) == [200, 200, 409, 409, 409, 409]
    async with browse(mentor) as client:
        assert (await client.get("/api/me/mentor")).json()["taken"] == 2
        [first] = [one["id"] for one in (await client.get("/api/me/mentoring")).json() if one["state"] == "accepted"][
            :1
        ]

        async def end(_: int) -> int:
            return (await client.post(f"/api/me/mentoring/{first}", json={"state": "ended"})).status_code

        # Ended by both at once, one place is free again and no more than one.
        assert sorted(await asyncio.gather(end(1), end(2))) == [200, 409]
        assert (await client.get("/api/me/mentor")).json()["taken"] == 1


async def test_a_request_is_refused_in_words(browse: Client, pair: Pair, make: Builder) -> None:
    request = await asked(browse, pair.amara, pair.nia)
    async with browse(pair.amara) as client:
        again = {"mentor_id": str(pair.nia.person), "words": "Please."}
        assert (await client.post("/api/me/mentoring", json=again)).status_code == 409
        for nobody in (NOBODY, str(pair.amara.person), str(pair.bo.person)):
            answer = await client.post("/api/me/mentoring", json={"mentor_id": nobody, "words": "Please."})
            assert answer.status_code == 404
        assert (await client.post(f"/mentors/{pair.nia.person}", data={"words": " "})).status_code == 422
        assert (await client.post(f"/api/me/mentoring/{request}", json={"state": "accepted"})).status_code == 403
    async with browse(pair.nia) as client:
        page = await client.post(f"/me/mentoring/{request}", data={"state": "declined"})
        assert page.status_code == 422
        assert "<title>Error: Your mentoring" in page.text
        done = await client.post(f"/api/me/mentoring/{request}", json={"state": "declined", "reason": "no_time"})
        assert done.json()["state"] == "declined"
        assert (await client.post(f"/api/me/mentoring/{request}", json={"state": "accepted"})).status_code == 409
    async with browse(await make.leader()) as client:
        assert (await client.get("/mentors")).status_code == 404


async def test_somebody_offers_changes_and_pauses(browse: Client, pair: Pair) -> None:
    async with browse(pair.bo) as client:
        assert "Offer this" in (await client.get("/me/mentoring/offer")).text
        empty = await client.post("/me/mentoring/offer", data={"kind": "coach", "capacity": "2"})
        assert empty.status_code == 422
        assert "Choose how you meet." in empty.text
        form = {"kind": "coach", "capacity": "2", "topic-ways.relating": "yes", "way-phone": "yes", "version": "0"}
        assert (await client.post("/me/mentoring/offer", data=form)).status_code == 303
        assert (await client.post("/me/mentoring/offer", data=form)).status_code == 409
        paused = await client.put("/api/me/mentor", json={**OFFERED, "paused": True, "version": 1})
        assert (paused.json()["paused"], paused.json()["capacity"], paused.json()["version"]) == (True, 1, 2)
    async with browse(pair.amara) as client:
        assert (await client.get(f"/mentors/{pair.bo.person}")).status_code == 404
    await asked(browse, pair.amara, pair.nia)
    async with browse(pair.nia) as client:
        [request] = (await client.get("/api/me/mentoring")).json()
        await client.post(f"/api/me/mentoring/{request['id']}", json={"state": "accepted"})
        more = {**OFFERED, "capacity": 3, "version": 1}
        assert (await client.put("/api/me/mentor", json=more)).json()["capacity"] == 3


STATEMENTS = {
    "a place more than there are": "UPDATE mentors SET taken = 0",
    "an offer in another's name": "INSERT INTO mentors (person_id, kind, capacity, topics, level_from, level_to, ways)"
    " VALUES (:other, 'mentor', 1, '{a.b}', 1, 9, '{video}')",
    "a request in another's name": "INSERT INTO mentor_requests (person_id, id, mentor_id, words)"
    " VALUES (:other, gen_random_uuid(), :nia, 'x')",
    "a yes on the mentor's behalf": "INSERT INTO mentor_request_states (person_id, request_id, number, state, by_id)"
    " VALUES (:me, :request, 2, 'accepted', :me)",
    "a yes signed by the mentor": "INSERT INTO mentor_request_states (person_id, request_id, number, state, by_id)"
    " VALUES (:me, :request, 2, 'accepted', :nia)",
    "a state set by hand": "UPDATE mentor_requests SET state = 'accepted'",
    "history rewritten": "UPDATE mentor_request_states SET state = 'ended'",
    "history deleted": "DELETE FROM mentor_request_states",
}


@pytest.mark.parametrize("what", STATEMENTS)
async def test_the_database_refuses_whoever_asked(make: Builder, sessions: Sessions, what: str) -> None:
    here = await make.organisation()
    me, nia, other = await make.staff(here), await make.person(here), await make.person(here)
    await make.mentor(nia)
    request = await make.mentor_request(me.person, nia)
    given = {"me": me.person, "nia": nia, "other": other, "request": request}
    given = {name: value for name, value in given.items() if f":{name}" in STATEMENTS[what]}
    eyes = Actor(me.name, me.account_id, me.person_id, frozenset(), {})
    with pytest.raises(DBAPIError, match=r"permission denied|row-level security"):
        async with transaction(sessions, eyes) as session:
            await session.execute(text(STATEMENTS[what]), given)
