"""The catalogue, and an organisation's own offers: drafted, dated, published, found, changed and taken down."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.grants import Role, permissions_of
from service.kit.actor import Actor
from service.kit.db import Sessions, see_as
from service.offers.rules.offers import Draft, PaidBy, cohort_problems, cost_problems, offer_problems, publish_problems
from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client

NOW = date(2026, 11, 22)
WHOLE = Draft(["develop"], "ways.relating", "Retention", "Six days.", NOW, date(2027, 1, 5), [(NOW, date(2027, 6, 1))])
MARK = uuid4().hex[:10]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, []),
        ({"verbs": []}, ["verbs"]),
        ({"capability": None, "priority": ""}, ["capability", "priority"]),
        ({"summary": ""}, ["summary"]),
        ({"opens_on": None}, ["opens_on"]),
        ({"closes_on": None}, ["closes_on"]),
        ({"closes_on": date(2026, 11, 21)}, ["closes_on"]),
        ({"cohorts": []}, ["cohorts"]),
        ({"cohorts": [(NOW, date(2026, 12, 31))]}, ["cohorts"]),
    ],
)
def test_what_is_missing_before_it_is_published(change: dict[str, Any], fields: list[str]) -> None:
    draft = Draft(**{name: getattr(WHOLE, name) for name in Draft.__slots__} | change)
    assert [problem.field for problem in publish_problems(draft, NOW)] == fields


@pytest.mark.parametrize(
    ("starts", "ends", "places", "reserved", "taken", "fields"),
    [
        (date(2027, 1, 5), date(2027, 1, 5), 10, [4, 6], 10, []),
        (date(2027, 1, 5), date(2027, 1, 4), 10, [], 0, ["ends_on"]),
        (date(2027, 1, 5), date(2030, 1, 8), 10, [], 0, ["ends_on"]),
        (date(2028, 11, 24), date(2028, 11, 25), 10, [], 0, ["starts_on"]),
        (date(2027, 1, 5), date(2027, 1, 5), 10, [5, 6], 0, ["reserved"]),
        (date(2027, 1, 5), date(2027, 1, 5), 10, [], 11, ["places"]),
    ],
)
def test_dates_and_places_that_cannot_be(
    starts: date, ends: date, places: int, reserved: list[int], taken: int, fields: list[str]
) -> None:
    found = cohort_problems(starts, ends, places, reserved, taken, NOW)
    assert [problem.field for problem in found] == fields


def test_dates_levels_and_costs_fit_together() -> None:
    assert [one.field for one in offer_problems(NOW, date(2026, 11, 21), 7, 6)] == ["closes_on", "level_to"]
    assert offer_problems(NOW, NOW, 7, 7) == offer_problems(None, None, None, 6) == []
    assert [cost_problems(*one) == [] for one in ((0, PaidBy.NOBODY), (5, PaidBy.PERSON))] == [True, True]
    assert [one.field for one in cost_problems(5, PaidBy.NOBODY) + cost_problems(0, PaidBy.PERSON)] == ["paid_by"] * 2


@dataclass
class Place:
    trust: UUID
    partner: SignedIn
    other: UUID
    stranger: SignedIn
    staff: SignedIn


@pytest.fixture(scope="module")
async def place(admin: AsyncEngine) -> Place:
    make = Builder(admin)
    trust, other = await make.organisation(), await make.organisation()
    staff = await make.staff(trust)
    await make.assignment(trust, staff.person)
    return Place(trust, await make.hr_partner(trust), other, await make.hr_partner(other), staff)


def given(place: Place, **more: Any) -> dict[str, Any]:
    words = {"title": "Leading with others", "kind": "programme", "summary": "Six days.", "priority": "Retention"}
    when = {"opens_on": "2026-01-05", "closes_on": "2027-12-31"}
    serves = {"verbs": ["develop", "retain"], "dimension": "ways.relating"}
    return {"organisation_id": str(place.trust), **words, **when, **serves, **more}


def dated(**more: Any) -> dict[str, Any]:
    return {"starts_on": "2028-02-02", "ends_on": "2028-06-30", "is_online": True, "places": 4, **more}


def fields(answer: Response) -> set[str]:
    assert answer.status_code == 422, answer.text
    return {problem["field"] for problem in answer.json()["errors"]}


async def drafted(client: AsyncClient, place: Place, **more: Any) -> str:
    made = await client.post("/api/offers", json=given(place, **more))
    assert made.status_code == 201, made.text
    return f"/api/offers/{made.json()['id']}"


async def published(client: AsyncClient, place: Place, **more: Any) -> str:
    one = await drafted(client, place, **more)
    assert (await client.post(one + "/dates", json=dated())).status_code == 201
    await check(client, one)
    answer = await client.post(one + "/publish", json={"looked_at_duplicates": True}, headers=await tag(client, one))
    assert answer.status_code == 200, answer.text
    return one


async def check(client: AsyncClient, one: str, stage: str = "publish") -> None:
    said = {"finding": "could_not_tell", "will_do": "Ask again in March."}
    subject = one.rsplit("/", 1)[1]
    answer = await client.post(f"/api/checks/offer/{subject}/{stage}", json=said)
    assert answer.status_code in {200, 201}, answer.text


async def tag(client: AsyncClient, one: str) -> dict[str, str]:
    return {"If-Match": (await client.get(one)).headers["etag"]}


async def test_an_offer_is_drafted_dated_checked_and_published(browse: Client, place: Place) -> None:
    async with browse(place.partner) as client, browse(place.staff) as reader:
        one = await drafted(client, place, summary="", priority=None)
        assert (await reader.get(one)).status_code == 404
        refused = await client.post(one + "/publish", json={}, headers=await tag(client, one))
        assert fields(refused) >= {"summary", "priority", "cohorts", "inclusion_check"}
        assert (await client.get(one)).json()["state"] == "draft"
        assert (await client.post(one + "/publish", json={})).status_code == 428
        changed = await client.put(one, json=given(place), headers=await tag(client, one))
        assert changed.status_code == 200
        assert (await client.put(one, json=given(place), headers={"If-Match": '"1"'})).status_code == 412
        assert (await client.post(one + "/dates", json=dated())).status_code == 201
        await check(client, one)
        done = await client.post(one + "/publish", json={"looked_at_duplicates": True}, headers=await tag(client, one))
        assert done.json()["state"] == "published"
        assert (await reader.get(one)).json()["capability"] == "Relating"
        assert fields(await client.put(one, json=given(place, summary=""), headers=await tag(client, one))) == {
            "summary"
        }
        for change in ({"is_targeted": True}, {"place_rule": "in_order"}, {"level_from": 9}):
            other = await client.put(one, json=given(place, **change), headers=await tag(client, one))
            assert fields(other) == set(change)
        better = given(place, summary="Four days, and a guide.")
        assert (await client.put(one, json=better, headers=await tag(client, one))).status_code == 200


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"dimension": "ways.nothing"}, "dimension"),
        ({"partner_ids": [NOBODY]}, "partner_ids"),
        ({"opens_on": "2037-02-05"}, "closes_on"),
        ({"level_from": 7, "level_to": 5}, "level_to"),
        ({"cost": 50}, "paid_by"),
        ({"title": "\u0000"}, "title"),
        ({"verbs": ["rank"]}, "verbs.0"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_cannot_be_is_refused_by_its_field(
    browse: Client, place: Place, more: dict[str, Any], field: str
) -> None:
    async with browse(place.partner) as client:
        answer = await client.post("/api/offers", json=given(place, **more))
    assert any(name.endswith(field) for name in fields(answer)), answer.text


async def test_dates_that_cannot_be_are_refused_and_taken_places_stay(
    make: Builder, browse: Client, place: Place
) -> None:
    offer = await make.offer(place.trust)
    cohort = await make.cohort(place.trust, offer, 3)
    for _ in range(2):
        await make.application(await make.person(place.trust), place.trust, offer, cohort, "submitted", "placed")
    one = f"/api/offers/{offer}/dates"
    async with browse(place.partner) as client:
        assert fields(await client.post(one, json=dated(ends_on="2028-02-01"))) == {"ends_on"}
        assert fields(await client.put(f"{one}/{cohort}", json=dated(places=1))) == {"places"}
        kept = [{"organisation_id": str(place.other), "places": 2}]
        assert fields(await client.put(f"{one}/{cohort}", json=dated(places=3, reserved=kept))) == {"reserved"}
        assert (await client.put(f"{one}/{NOBODY}", json=dated())).status_code == 404
        done = await client.put(f"{one}/{cohort}", json=dated(places=4, reserved=kept))
        assert done.status_code == 200, done.text
        assert done.json()["cohorts"][0]["reserved"] == 2
        fewer = await client.put(f"{one}/{cohort}", json=dated(places=2))
        assert fewer.json()["cohorts"][0] | {"id": ""} == {
            "id": "", "starts_on": "2028-02-02", "ends_on": "2028-06-30", "is_online": True, "place": "",
            "places": 2, "taken": 2, "reserved": 0, "left": 0, "left_for_you": 0,
        }  # fmt: skip


async def test_similar_offers_of_others_are_looked_at_before_publishing(
    make: Builder, browse: Client, place: Place
) -> None:
    title = f"Compassionate leadership {MARK}"
    theirs = await make.offer(place.other, title=title.upper())
    async with browse(place.partner) as client:
        one = await drafted(client, place, title=f"{title}, spring")
        await client.post(one + "/dates", json=dated())
        await check(client, one)
        found = (await client.get(one + "/alike")).json()
        assert [item["id"] for item in found] == [str(theirs)]
        assert found[0]["alike"][:3] == [
            "a similar title",
            "both are of the kind “programme”",
            "both build the same capability",
        ]
        refused = await client.post(one + "/publish", json={}, headers=await tag(client, one))
        assert fields(refused) == {"looked_at_duplicates"}


async def test_withdrawing_an_offer_tells_everyone_and_closing_it_ends_applying(
    make: Builder, browse: Client, place: Place
) -> None:
    offer = await make.offer(place.trust)
    cohort = await make.cohort(place.trust, offer, 1)
    await make.application(place.staff.person, place.trust, offer, cohort, "submitted", "placed")
    other = await make.staff(place.trust)
    await make.application(other.person, place.trust, offer, cohort, "submitted", "waiting")
    async with browse(place.partner) as client, browse(place.staff) as one, browse(other) as two:
        at = f"/api/offers/{offer}"
        for ending in ("closed", "withdrawn"):
            done = await client.post(at + "/end", json={"ending": ending}, headers=await tag(client, at))
            assert done.json()["state"] == ending
        assert (
            await client.post(at + "/end", json={"ending": "closed"}, headers=await tag(client, at))
        ).status_code == 409
        for them in (one, two):
            held = next(item for item in (await them.get("/api/me/offers")).json() if item["offer_id"] == str(offer))
            assert held["state"] == "unsuccessful"
            assert "not given a place" in (await them.get("/api/me/notices")).text


async def test_what_is_open_to_the_reader_comes_first_and_says_why(make: Builder, browse: Client, place: Place) -> None:
    mark = f"q{uuid4().hex[:10]}"
    for_them = await make.offer(
        place.trust, title=f"Later {mark}", closes_on=date(2037, 3, 1), level_from=4, level_to=6
    )
    too_high = await make.offer(place.trust, title=f"Sooner {mark}", closes_on=date(2037, 2, 1), level_from=8)
    elsewhere = await make.offer(place.other, place.other, title=f"Soonest {mark}", closes_on=date(2037, 1, 1))
    later = await make.offer(
        place.trust, title=f"Not yet {mark}", opens_on=date(2036, 1, 1), closes_on=date(2036, 2, 1)
    )
    await make.cohort(place.trust, for_them, 3)
    async with browse(place.staff) as client:
        asked = {"words": mark.upper(), "open_now": "false"}
        found = (await client.get("/api/offers", params=asked)).json()["items"]
        assert [item["id"] for item in found] == [str(one) for one in (for_them, later, elsewhere, too_high)]
        assert [item["is_for_you"] for item in found] == [True, False, False, False]
        assert found[0]["why"] == ("Open to people of every employer, levels 4 to 6 (you are at level 5).")
        assert (found[0]["places_left"], found[0]["is_online"]) == (3, True)
        paged: list[str] = []
        cursor: dict[str, str] = {}
        while len(paged) < 9:
            page = (await client.get("/api/offers", params={**asked, "size": "1", **cursor})).json()
            paged += [item["id"] for item in page["items"]]
            if not page["next_cursor"]:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert paged == [item["id"] for item in found]
        for more, expected in (
            ({"for_me": "true"}, {for_them}),
            ({"online": "true"}, {for_them}),
            ({"kind": "coaching"}, set()),
            ({"verb": "develop"}, {for_them, later, elsewhere, too_high}),
            ({"verb": "release"}, set()),
            ({"dimension": "ways.relating"}, {for_them, later, elsewhere, too_high}),
            ({"open_now": "true"}, {for_them, elsewhere, too_high}),
        ):
            got = (await client.get("/api/offers", params={**asked, **more})).json()["items"]
            assert {item["id"] for item in got} == {str(one) for one in expected}, more


async def test_the_list_takes_no_more_statements_for_more_offers(
    make: Builder, browse: Client, place: Place, app: Any
) -> None:
    mark = f"s{uuid4().hex[:10]}"
    for _ in range(12):
        await make.cohort(place.trust, await make.offer(place.trust, title=f"A {mark}"), 3)
    statements: list[str] = []

    def heard(*told: Any) -> None:
        statements.append(told[2])

    engine = app.state.sessions.kw["bind"].sync_engine
    async with browse(place.staff) as client:
        event.listen(engine, "before_cursor_execute", heard)
        assert mark in (await client.get("/offers", params={"words": mark})).text
        event.remove(engine, "before_cursor_execute", heard)
    about_offers = [one for one in statements if "set_config" not in one and "session_of" not in one]
    assert len(about_offers) <= 6, statements


async def test_another_organisations_draft_is_not_there_and_its_offer_not_ours_to_change(
    make: Builder, browse: Client, place: Place
) -> None:
    draft = await make.offer(place.trust, state="draft", published_at=None)
    offer = await make.offer(place.trust)
    async with browse(place.stranger) as client, browse(place.staff) as reader:
        assert (await client.get(f"/api/offers/{draft}")).status_code == 404
        for path in ("applications", "alike"):
            assert (await client.get(f"/api/offers/{offer}/{path}")).status_code == 404
        assert (await client.put(f"/api/offers/{offer}", json=given(place))).status_code == 404
        assert (await client.post("/api/offers", json=given(place))).status_code == 404
        assert (await reader.post("/api/offers", json=given(place))).status_code == 404
        assert (await reader.get("/offers/mine")).status_code == 403


async def test_raw_sql_changes_no_offer_of_another_organisation(
    make: Builder, sessions: Sessions, place: Place
) -> None:
    offer = await make.offer(place.trust)
    cohort = await make.cohort(place.trust, offer, 3)
    held = permissions_of([(Role.HR_PARTNER, place.other)])
    actor = Actor("A", place.stranger.account_id, place.stranger.person_id, frozenset(), held)
    async with sessions() as session, session.begin():
        await see_as(session, actor)
        for changing in (
            "UPDATE offers SET title = 'x' WHERE id = :offer",
            "UPDATE offer_cohorts SET places = 9 WHERE id = :cohort",
            "DELETE FROM offer_partners WHERE offer_id = :offer",
        ):
            done: Any = await session.execute(text(changing), {"offer": offer, "cohort": cohort})
            assert done.rowcount == 0


async def test_the_dates_are_a_file_for_a_calendar(make: Builder, browse: Client, place: Place) -> None:
    offer = await make.offer(place.trust)
    cohort = await make.cohort(place.trust, offer, 3)
    async with browse(place.staff) as client:
        file = await client.get(f"/offers/{offer}/dates/{cohort}.ics")
        assert (await client.get(f"/offers/{offer}/dates/{NOBODY}.ics")).status_code == 404
    assert file.headers["content-type"].startswith("text/calendar")
    for line in ("DTSTART;VALUE=DATE:20370202", "DTEND;VALUE=DATE:20370701", "SUMMARY:Leading a team well"):
        assert line in file.text
