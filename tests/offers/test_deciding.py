"""Deciding about applications: with a reason, all or none, told at once, and without knowing what was never asked."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from httpx import Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.grants import Role, permissions_of
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.db import Sessions, see_as
from service.kit.ids import new_timeless_id
from service.kit.paging import Cursor
from service.offers.rules.applications import (
    FOLLOWS,
    HOLDS_A_PLACE,
    LIVE,
    REASONS,
    THEIRS_TO_SAY,
    TOLD,
    ApplicationState,
    Decision,
    DecisionReason,
    decision_problems,
    order_problem,
)
from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client


def test_every_decision_has_reasons_and_words_to_tell_it() -> None:
    assert set(REASONS) == set(Decision)
    assert {ApplicationState(decision.value) for decision in Decision} == set(TOLD)
    assert {ApplicationState(one.value) for one in Decision} | THEIRS_TO_SAY | {ApplicationState.DRAFT} == set(FOLLOWS)
    assert HOLDS_A_PLACE < LIVE


@pytest.mark.parametrize("decision", list(Decision))
def test_a_decision_has_a_reason_that_explains_it(decision: Decision) -> None:
    assert [one.field for one in decision_problems(decision, None)] == ["reason"]
    for reason in DecisionReason:
        assert (decision_problems(decision, reason) == []) == (reason in REASONS[decision])


def test_what_cannot_follow_is_said_in_words() -> None:
    words = order_problem(ApplicationState.UNSUCCESSFUL, ApplicationState.PLACED)
    assert words == (
        'This application stands at "not this time": "placed" cannot follow. Reload the page to see how it stands.'
    )
    assert order_problem(ApplicationState.WAITING, ApplicationState.PLACED) is None


@dataclass
class Place:
    trust: UUID
    partner: SignedIn
    employer: UUID
    theirs: SignedIn


@pytest.fixture(scope="module")
async def place(admin: AsyncEngine) -> Place:
    make = Builder(admin)
    trust, employer = await make.organisation(), await make.organisation()
    return Place(trust, await make.hr_partner(trust), employer, await make.hr_partner(employer))


@dataclass
class Applied:
    who: SignedIn
    id: UUID

    def pick(self, version: int = 2) -> dict[str, Any]:
        return {"application_id": str(self.id), "version": version}


async def applied(make: Builder, place: Place, offer: UUID, cohort: UUID, words: str = "", **given: Any) -> Applied:
    who = await make.staff(place.employer, given_name="Carys", family_name="Llwyd")
    key = await make.application(who.person, place.trust, offer, cohort, employer_id=place.employer, **given)
    if words:
        adding = text("INSERT INTO offer_statements (person_id, application_id, words) VALUES (:person, :key, :words)")
        async with make.admin.begin() as connection:
            await connection.execute(adding, {"person": who.person, "key": key, "words": words})
    return Applied(who, key)


async def an_offer(make: Builder, place: Place, places: int = 2, **given: Any) -> tuple[UUID, UUID]:
    offer = await make.offer(place.trust, **given)
    return offer, await make.cohort(place.trust, offer, places)


async def no_choice(admin: AsyncEngine, offer: UUID) -> None:
    """From here on its places go in order: no choice between people is left for an inclusion check to ask about."""
    async with admin.begin() as connection:
        await connection.execute(text("UPDATE offers SET place_rule = 'in_order' WHERE id = :id"), {"id": offer})


def deciding(decision: str, reason: str | None, *picks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"decision": decision, "reason": reason, "picks": list(picks), **more}


def fields(answer: Response) -> set[str]:
    assert answer.status_code == 422, answer.text
    return {problem["field"] for problem in answer.json()["errors"]}


YES, NO = "meets_what_was_asked", "more_applicants_than_places"


async def test_everyone_decided_about_is_told_why_and_what_comes_next(
    make: Builder, browse: Client, place: Place, admin: AsyncEngine
) -> None:
    offer, cohort = await an_offer(make, place, 1)
    one, two = [await applied(make, place, offer, cohort) for _ in range(2)]
    await no_choice(admin, offer)
    async with browse(place.partner) as client, browse(two.who) as them:
        at = f"/api/offers/{offer}/decisions"
        assert (await client.post(at, json=deciding("placed", YES, one.pick()))).json() == {"decided": 1}
        note = {"note": "Ask us again in spring."}
        assert (await client.post(at, json=deciding("unsuccessful", NO, two.pick(), **note))).status_code == 200
        held = (await them.get(f"/api/me/offers/{two.id}")).json()
        assert held["application"]["state"] == "unsuccessful"
        assert (held["history"][-1]["reason"], held["history"][-1]["note"]) == (NO, "Ask us again in spring.")
        assert "not given a place on Leading a team well" in (await them.get("/api/me/notices")).text
        page = (await them.get(f"/me/offers/{two.id}")).text
        assert "Ask us again in spring." in page
        assert "More people applied than there are places" in page.replace("more people", "More people")
        assert "See what is open to you" in page
    asked = text("SELECT action, detail::text AS detail FROM audit_entries WHERE entity_id = :id ORDER BY id")
    async with admin.connect() as connection:
        rows = (await connection.execute(asked, {"id": str(two.id)})).all()
    assert {"offers.decided", "offers.told"} <= {row.action for row in rows}
    assert "spring" not in " ".join(row.detail for row in rows)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": None}, "reason"),
        ({"reason": "took_part"}, "reason"),
        ({"reason": "tie_break", "decision": "placed"}, "reason"),
        ({"decision": "completed", "reason": "took_part"}, "picks"),
        ({"picks": []}, "picks"),
        ({"cohort_id": NOBODY, "decision": "waiting", "reason": "in_order"}, "cohort_id"),
        ({"decision": "placed", "reason": YES}, "inclusion_check"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_cannot_be_decided_is_refused_and_nothing_is_written(
    make: Builder, browse: Client, place: Place, given: dict[str, Any], field: str
) -> None:
    offer, cohort = await an_offer(make, place)
    one = await applied(make, place, offer, cohort)
    async with browse(place.partner) as client, browse(one.who) as them:
        whole = deciding("shortlisted", YES, one.pick()) | given
        assert field in fields(await client.post(f"/api/offers/{offer}/decisions", json=whole))
        held = (await them.get(f"/api/me/offers/{one.id}")).json()
    assert [step["state"] for step in held["history"]] == ["draft", "submitted"]


async def test_several_at_once_are_all_or_none(make: Builder, browse: Client, place: Place, admin: AsyncEngine) -> None:
    offer, cohort = await an_offer(make, place, 2)
    three = [await applied(make, place, offer, cohort) for _ in range(3)]
    await no_choice(admin, offer)
    async with browse(place.partner) as client:
        at = f"/api/offers/{offer}/decisions"
        full = await client.post(at, json=deciding("placed", YES, *(one.pick() for one in three)))
        assert full.status_code == 409
        assert "waiting list" in full.json()["detail"]
        stale = await client.post(at, json=deciding("placed", YES, three[0].pick(), three[1].pick(1)))
        assert stale.status_code == 412
        listed = (await client.get(f"/api/offers/{offer}/applications")).json()["items"]
        assert [one["state"] for one in listed] == ["submitted"] * 3
        done = await client.post(at, json=deciding("placed", YES, *(one.pick() for one in three[:2])))
        assert done.json() == {"decided": 2}


async def test_the_day_is_told_and_with_a_priority_window_not_even_that(
    make: Builder, browse: Client, place: Place
) -> None:
    plain, window = await make.offer(place.trust), await make.offer_with_window(place.trust)
    for offer in (plain, window):
        cohort = await make.cohort(place.trust, offer)
        for _ in range(3):
            await make.application(await make.person(place.trust), place.trust, offer, cohort)
    async with browse(place.partner) as client:
        found = (await client.get(f"/api/offers/{plain}/applications", params={"size": 2})).json()
        assert [one["sent_on"] for one in found["items"]] == [today().isoformat()] * 2
        ids, cursor = list[str](), None
        for _ in range(2):
            asked = {"size": "2"} | ({"cursor": cursor} if cursor else {})
            answer = (await client.get(f"/api/offers/{window}/applications", params=asked)).json()
            assert {one["sent_on"] for one in answer["items"]} == {None}
            ids, cursor = ids + [one["id"] for one in answer["items"]], answer["next_cursor"]
            assert cursor is None or Cursor.read(cursor) == Cursor("", UUID(ids[-1]))
        assert len(ids) == 3
        assert ids == sorted(ids)
        assert "Sent in time" in (await client.get(f"/offers/{window}/applications")).text


def test_an_identifier_of_an_application_does_not_tell_when_it_was_made() -> None:
    assert new_timeless_id().version == 4


async def test_a_statement_is_read_while_a_decision_is_to_come_and_no_longer(
    make: Builder, browse: Client, place: Place, admin: AsyncEngine
) -> None:
    offer, cohort = await an_offer(make, place)
    one = await applied(make, place, offer, cohort, "For my team.")
    async with browse(place.partner) as client:
        at = f"/api/offers/{offer}/applications"
        told = (await client.get(at)).json()["items"][0]
        assert (told["statement"], told["name"], told["level"]) == ("For my team.", "Carys Llwyd", None)
        decided = deciding("shortlisted", YES, one.pick())
        assert (await client.post(f"/api/offers/{offer}/decisions", json=decided)).status_code == 200
        assert (await client.get(at)).json()["items"][0]["statement"] == "For my team."
        async with admin.begin() as connection:
            adding = "INSERT INTO offer_application_states (person_id, application_id, number, state)"
            step = text(f"{adding} VALUES (:person, :key, 4, 'unsuccessful')")
            await connection.execute(step, {"person": one.who.person, "key": one.id})
        assert (await client.get(at)).json()["items"][0]["statement"] is None
        assert (await client.get(at, params={"stage": "placed"})).json()["items"] == []
    async with browse(one.who) as them:
        readers = (await them.get("/api/me/readers")).text
    assert "read your application for their offer" in readers


async def test_neither_the_employer_nor_another_provider_sees_who_applied(
    make: Builder, browse: Client, place: Place, sessions: Sessions
) -> None:
    offer, cohort = await an_offer(make, place)
    one = await applied(make, place, offer, cohort, "For my team.")
    held = permissions_of([(Role.HR_PARTNER, place.employer)])
    actor = Actor("A", place.theirs.account_id, place.theirs.person_id, frozenset(), held)
    async with browse(place.theirs) as client:
        assert (await client.get(f"/offers/{offer}/applications")).status_code == 404
        decided = deciding("shortlisted", YES, one.pick())
        assert (await client.post(f"/api/offers/{offer}/decisions", json=decided)).status_code == 404
    async with sessions() as session, session.begin():
        await see_as(session, actor)
        for table in ("offer_applications", "offer_statements", "offer_application_states"):
            asked = text(f"SELECT count(*) FROM {table} WHERE person_id = :person")
            assert (await session.execute(asked, {"person": one.who.person})).scalar_one() == 0
        names = text("SELECT * FROM private.applicants(ARRAY[CAST(:person AS uuid)])")
        assert (await session.execute(names, {"person": one.who.person})).all() == []


async def test_nobody_decides_about_themselves(make: Builder, browse: Client, place: Place) -> None:
    offer, cohort = await an_offer(make, place)
    own = await make.application(place.partner.person, place.trust, offer, cohort)
    async with browse(place.partner) as client:
        pick = {"application_id": str(own), "version": 2}
        answer = await client.post(f"/api/offers/{offer}/decisions", json=deciding("shortlisted", YES, pick))
    assert answer.status_code == 403


async def test_the_deciding_screen_says_nothing_that_was_answered_for_monitoring(
    make: Builder, browse: Client, place: Place
) -> None:
    offer, cohort = await an_offer(make, place)
    one = await applied(make, place, offer, cohort)
    await make.equality(one.who.person, "disability", "yes")
    async with browse(place.partner) as client:
        page = (await client.get(f"/offers/{offer}/applications")).text
        told = (await client.get(f"/api/offers/{offer}/applications")).text
    for word in ("disab", "ethnic", "religion", "sexual"):
        assert word not in page.lower()
        assert word not in told.lower()


async def test_the_analyst_reads_dates_and_codes_and_what_came_after(
    make: Builder, place: Place, analyst: Sessions, admin: AsyncEngine
) -> None:
    offer, cohort = await an_offer(make, place)
    done = ("submitted", "placed", "attended", "completed")
    who = await make.person(place.trust)
    await make.assignment(place.trust, who, grade="6")
    key = await make.application(who, place.trust, offer, cohort, *done, level=5)
    async with admin.begin() as connection:
        moved = text(
            "UPDATE offer_application_states SET at = now() - interval '13 months' WHERE application_id = :key"
        )
        await connection.execute(moved, {"key": key})
    async with analyst() as session:
        states = text("SELECT state FROM offer_application_states WHERE application_id = :key ORDER BY number")
        assert (await session.execute(states, {"key": key})).scalars().all() == ["draft", *done]
        later = text("SELECT * FROM private.offer_outcomes(current_date) WHERE offer_id = :offer ORDER BY months")
        rows = (await session.execute(later, {"offer": offer})).all()
    assert [(row.months, row.level_then, row.level_now, row.is_in_system) for row in rows] == [
        (6, 5, 6, True),
        (12, 5, 6, True),
    ]
    async with analyst() as session:
        for words in ("SELECT words FROM offer_statements", "SELECT note FROM offer_application_states"):
            with pytest.raises(Exception, match="permission denied"):
                await session.execute(text(words))
            await session.rollback()
