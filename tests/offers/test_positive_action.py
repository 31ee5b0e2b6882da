"""Positive action rests on an approved record that ends, on what people say of themselves for one offer, and on nothing
that they answered for monitoring.
"""

from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

import migrations
import service.offers
from service.kit.actor import Actor, the_service
from service.kit.clock import today
from service.kit.db import Sessions, constraint_of, transaction
from service.offers.actions.positive_action import forget_declarations, remind
from service.offers.queries.gates import entry_gate, publish_gates
from service.offers.rules.positive_action import (
    PARTS,
    EqualQualification,
    RecordState,
    Standing,
    approval_problems,
    entry_problem,
    is_window_open,
    may_break_tie,
    refusal,
)
from tests.builders import Builder, SignedIn
from tests.conftest import Client

NOW = date(2026, 11, 22)
SOON = NOW + timedelta(days=30)
GOOD = Standing(RecordState.APPROVED, SOON)
A, B, C = (UUID(int=n) for n in (1, 2, 3))
SAID = dict.fromkeys(PARTS, "said") | {"release_id": A, "owner_id": B, "review_on": SOON}


@pytest.mark.parametrize(
    ("targeted", "until", "record", "fields"),
    [
        (False, None, None, []),
        (True, None, None, ["is_targeted"]),
        (False, SOON, None, ["priority_until"]),
        (True, None, Standing(RecordState.DRAFT, SOON, ("comparator", "review_on")), ["comparator", "review_on"]),
        (True, None, Standing(RecordState.DRAFT, SOON), ["is_targeted"]),
        (True, None, GOOD, []),
        (True, None, Standing(RecordState.APPROVED, NOW), []),
        (True, None, Standing(RecordState.APPROVED, NOW - timedelta(days=1)), ["review_on"]),
        (False, SOON, GOOD, []),
        (False, SOON + timedelta(days=1), GOOD, ["priority_until"]),
    ],
)
def test_what_may_be_published(targeted: bool, until: date | None, record: Standing | None, fields: list[str]) -> None:
    found = refusal(is_targeted=targeted, priority_until=until, record=record, today=NOW)
    assert [problem.field for problem in found] == fields


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, []),
        ({"rationale": " "}, ["rationale"]),
        ({"figure": "", "alternatives": ""}, ["figure", "alternatives"]),
        ({"review_on": NOW}, ["review_on"]),
        ({"review_on": date(2027, 11, 22)}, []),
        ({"review_on": date(2027, 11, 23)}, ["review_on"]),
    ],
)
def test_approval_names_each_part_that_is_missing(change: dict[str, object], fields: list[str]) -> None:
    said = SAID | change
    review_on = said["review_on"]
    assert isinstance(review_on, date)
    assert [problem.field for problem in approval_problems(said, review_on, NOW)] == fields


@pytest.mark.parametrize(
    ("until", "record", "is_open"),
    [
        (None, GOOD, False),
        (NOW, GOOD, True),
        (NOW - timedelta(days=1), GOOD, False),
        (SOON, None, False),
        (SOON, Standing(RecordState.APPROVED, NOW - timedelta(days=1)), False),
        (SOON, Standing(RecordState.ENDED, SOON), False),
    ],
)
def test_a_window_is_open_until_its_last_day_and_only_while_its_record_stands(
    until: date | None, record: Standing | None, is_open: bool
) -> None:
    assert is_window_open(until, record, NOW) is is_open


@pytest.mark.parametrize(
    ("targeted", "is_open", "declared", "may"),
    [(False, False, False, True), (False, True, False, False), (False, True, True, True),
     (True, False, False, False), (True, False, True, True)],
)  # fmt: skip
def test_who_may_apply_today(targeted: bool, is_open: bool, declared: bool, may: bool) -> None:
    assert (entry_problem(is_targeted=targeted, is_open=is_open, has_declared=declared) is None) is may


EQUAL = EqualQualification(frozenset({A, B}), "The same marks in all four.", "Nia Rees", NOW)


@pytest.mark.parametrize(
    ("record", "equal", "candidates", "may"),
    [
        (GOOD, EQUAL, [A, B], True),
        (None, EQUAL, [A, B], False),
        (Standing(RecordState.APPROVED, NOW - timedelta(days=1)), EQUAL, [A, B], False),
        (GOOD, None, [A, B], False),
        (GOOD, EqualQualification(frozenset({A, B}), " ", "Nia Rees", NOW), [A, B], False),
        (GOOD, EqualQualification(frozenset({A, B}), "The same.", "", NOW), [A, B], False),
        (GOOD, EQUAL, [A, C], False),
        (GOOD, EQUAL, [A], False),
        (GOOD, EQUAL, [A, A], False),
    ],
)
def test_a_tie_is_broken_only_between_people_recorded_as_equally_qualified(
    record: Standing | None, equal: EqualQualification | None, candidates: list[UUID], may: bool
) -> None:
    assert (may_break_tie(record, equal, candidates, NOW) is None) is may


PUBLISH = "UPDATE offers SET state = 'published', published_at = now() WHERE id = :o"
TRAIL = "SELECT row_to_json(a)::text FROM audit_entries a WHERE subject_person_id = :me AND action LIKE 'offers.%'"
WRITTEN = {
    "group_described": "disabled people",
    "comparator": "Everyone else who applied",
    "rationale": "Participation is low.",
    "proportionality": "It lasts two weeks.",
    "alternatives": "We advertised more widely.",
}
SHARES = (("disabled", "all", 0.2), ("disabled", "8", 0.1), ("non_disabled", "all", 0.8), ("non_disabled", "8", 0.9))


class Place:
    """An organisation with a partner and somebody of its staff."""

    here: UUID
    partner: SignedIn
    second: SignedIn
    staff: SignedIn
    figure: str
    eyes: Callable[[SignedIn], Actor]

    @property
    def written(self) -> dict[str, str]:
        return {**WRITTEN, "figure": self.figure}


@pytest.fixture
async def place(make: Builder, admin: AsyncEngine) -> AsyncIterator[Place]:
    place = Place()
    place.here = await make.organisation()
    place.partner, place.staff = await make.hr_partner(place.here), await make.staff(place.here)
    place.second = await make.hr_partner(place.here)
    number = await make.release(*SHARES)
    place.figure = f"{number}/disability/disabled/8"

    def eyes(who: SignedIn) -> Actor:
        where = {"people.read": frozenset({place.here})} if who in {place.partner, place.second} else {}
        return Actor(who.name, who.account_id, who.person_id, frozenset(), where)

    place.eyes = eyes
    yield place
    # A made-up release would stand before leaders otherwise.
    await withdrawn(admin, number)


async def withdrawn(admin: AsyncEngine, number: int) -> None:
    async with admin.begin() as connection:
        now = text("UPDATE releases SET state = 'withdrawn' WHERE number = :n AND state = 'published'")
        await connection.execute(now, {"n": number})


def in_days(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


async def test_a_record_is_written_approved_and_explained_to_everyone(
    make: Builder, browse: Client, place: Place, sessions: Sessions, admin: AsyncEngine
) -> None:
    offer = await make.offer(place.here, state="draft", published_at=None, priority_until=today() + timedelta(20))
    gates: dict[str, Any] = {"is_targeted": False, "priority_until": today() + timedelta(20)}
    address, page = f"/api/positive-action/offer/{offer}", f"/positive-action/offer/{offer}"
    async with browse(place.partner) as client:
        # A form that leaves gaps is kept, and the page says what is missing.
        assert (await client.post(page, data={"group_described": "x", "version": "0"})).status_code == 303
        assert "Why section 158 applies" in (await client.get(page)).text
        refused = await client.post(f"{address}/approval", json={"version": 1})
        assert refused.status_code == 422
        assert {one["field"] for one in refused.json()["errors"]} == set(PARTS) - {"group_described", "owner_id"}
        async with transaction(sessions, place.eyes(place.partner)) as session:
            found = [one.field for one in await publish_gates(session, place.here, offer, **gates)]
        assert "rationale" in found
        assert "inclusion_check" in found
        assert place.figure in (await client.get(page)).text
        draft = {**place.written, "review_on": in_days(100), "version": 1}
        made = (await client.put(f"{address}/draft", json=draft)).json()
        assert made["missing"] == []
        assert made["evidence"].startswith("Disabled staff are 10.0% of people at level 8")
        assert (await client.put(f"{address}/draft", json=draft)).status_code == 409
        # Whoever wrote it does not approve it.
        assert "ask another HR partner" in (await client.get(page)).text
        assert (await client.post(f"{page}/approval", data={"version": "2"})).status_code == 409
    async with browse(place.second) as client:
        assert "Waits for you to approve it" in (await client.get("/positive-action")).text
        assert "Approve it</button>" in (await client.get(page)).text
        assert (await client.post(f"{page}/approval", data={"version": "2"})).status_code == 303
        assert f"Approved by {place.second.name}" in (await client.get(page)).text
    async with transaction(sessions, place.eyes(place.partner)) as session:
        assert [one.field for one in await publish_gates(session, place.here, offer, **gates)] == ["inclusion_check"]
    async with admin.begin() as connection:
        await connection.execute(
            text("UPDATE offers SET state = 'published', published_at = now() WHERE id = :o"), {"o": offer}
        )
    async with browse(await make.staff(await make.organisation())) as client:
        told = (await client.get(address)).json()
        assert (told["group_described"], told["is_window_open"]) == ("disabled people", True)
        assert (await client.get(f"{address}/records")).status_code in {403, 404}
    async with browse(await make.hr_partner(await make.organisation())) as client:
        assert (await client.get(page)).status_code == 404
        assert (await client.put(f"{address}/draft", json=draft)).status_code == 404
    trail = "SELECT action, detail::text FROM audit_entries WHERE entity_id = :o ORDER BY id"
    async with admin.connect() as connection:
        entries = (await connection.execute(text(trail), {"o": str(offer)})).tuples().all()
    assert [action for action, _ in entries if "read" not in action] == [
        "offers.positive_action_written",
        "offers.positive_action_written",
        "offers.positive_action_approved",
    ]
    assert "disabled" not in str(entries)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"review_on": "2025-01-01"}, "review_on"),
        ({"review_on": "2099-01-01"}, "review_on"),
        ({"owner_number": "nobody"}, "owner_number"),
        ({"figure": "the last one"}, "figure"),
        ({"figure": "999999999/disability/disabled/8"}, "figure"),
        ({"evidence": "Typed by hand."}, "evidence"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_what_cannot_be_is_refused_and_nothing_stays(
    make: Builder, browse: Client, place: Place, change: dict[str, str], field: str
) -> None:
    offer = await make.offer(place.here)
    async with browse(place.partner) as client:
        answer = await client.put(f"/api/positive-action/offer/{offer}/draft", json={**WRITTEN, **change})
        assert answer.status_code in {400, 422}
        assert field in answer.text
        assert (await client.get(f"/api/positive-action/offer/{offer}/records")).json() == []


async def test_the_database_refuses_a_window_without_its_record_or_past_its_review(
    make: Builder, admin: AsyncEngine, place: Place
) -> None:
    window = {"priority_until": today() + timedelta(30)}
    for record in (None, {"state": "draft", "approved_by": ""}, {"review_on": today() + timedelta(29)}):
        key = await make.offer(place.here, state="draft", published_at=None, **window)
        if record:
            await make.positive_action(place.here, key, **record)
        with pytest.raises(DBAPIError) as refused:
            async with admin.begin() as connection:
                await connection.execute(text(PUBLISH), {"o": key})
        assert constraint_of(refused.value) == "needs_positive_action"
    opening = await make.opportunity(place.here, state="draft", is_targeted=True)
    with pytest.raises(DBAPIError, match="no approved positive action record"):
        async with admin.begin() as connection:
            publish = "UPDATE opportunities SET state = 'published' WHERE id = :o"
            await connection.execute(text(publish), {"o": opening})


async def test_a_record_past_its_review_closes_what_rests_on_it_without_a_job(
    make: Builder, browse: Client, place: Place, sessions: Sessions, admin: AsyncEngine
) -> None:
    window, alone = await make.offer_with_window(place.here), await make.offer_with_window(place.here, is_targeted=True)
    me = place.staff.person

    async def problem(offer: UUID, *, is_targeted: bool) -> bool:
        until = today() + timedelta(30)
        async with transaction(sessions, place.eyes(place.staff)) as session:
            gate = entry_gate(session, place.here, offer, me, is_targeted=is_targeted, priority_until=until)
            return await gate is not None

    assert await problem(window, is_targeted=False)
    over = (
        "UPDATE positive_action_records SET approved_on = current_date - 90, review_on = current_date - 1"
        " WHERE subject_id = ANY (:s)"
    )
    async with admin.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(text(over), {"s": [window, alone]})
    assert not await problem(window, is_targeted=False)
    assert await problem(alone, is_targeted=True)
    async with browse(place.staff) as client:
        told = (await client.get(f"/api/positive-action/offer/{window}")).json()
        assert (told["in_force"], told["is_window_open"]) == (False, False)
        assert (await client.put(f"/api/positive-action/offer/{window}/declaration")).status_code == 409


async def test_somebody_declares_for_one_offer_alone_and_only_they_see_it_until_it_closes(
    make: Builder, browse: Client, place: Place, sessions: Sessions, admin: AsyncEngine, analyst: Sessions
) -> None:
    offer, other = await make.offer_with_window(place.here), await make.offer_with_window(place.here)
    me, until = place.staff.person, today() + timedelta(30)
    async with browse(place.staff) as client:
        assert (await client.put(f"/api/positive-action/offer/{offer}/declaration")).json()["declared_at"]
        assert (await client.get(f"/api/positive-action/offer/{other}")).json()["declared_at"] is None
        seen, unseen = [(await client.get(f"/offers/{one}")).text for one in (offer, other)]
        assert ("/apply" in seen, "/apply" in unseen, "I belong to this group" in unseen) == (True, False, True)
    async with transaction(sessions, place.eyes(place.staff)) as session:
        gate: dict[str, Any] = {"is_targeted": False, "priority_until": until}
        assert await entry_gate(session, place.here, offer, me, **gate) is None
        assert await entry_gate(session, place.here, other, me, **gate) is not None
    asked = text("SELECT count(*) FROM offer_declarations WHERE person_id = :me")
    async with transaction(sessions, place.eyes(place.partner)) as session:
        assert (await session.execute(asked, {"me": me})).scalar_one() == 0
    async with analyst() as session:
        with pytest.raises(DBAPIError, match="permission denied"):
            await session.execute(asked, {"me": me})
    async with admin.begin() as connection:
        trail = (
            "SELECT row_to_json(a)::text FROM audit_entries a WHERE subject_person_id = :me AND action LIKE 'offers.%'"
        )
        entries = "".join((await connection.execute(text(trail), {"me": me})).scalars())
        assert "declaration_changed" in entries
        assert str(offer) not in entries
        await connection.execute(text("UPDATE offers SET state = 'closed' WHERE id = :o"), {"o": offer})
        assert (await connection.execute(asked, {"me": me})).scalar_one() == 0


async def test_what_is_past_is_forgotten_and_owners_are_told_once_thirty_days_before(
    make: Builder, browse: Client, place: Place, sessions: Sessions, admin: AsyncEngine
) -> None:
    owner = await make.person(place.here)
    offer = await make.offer_with_window(place.here, record={"owner_id": owner, "review_on": today() + timedelta(30)})
    async with browse(place.staff) as client:
        await client.post(f"/positive-action/offer/{offer}/declaration", data={"belongs": "yes"})
    me = {"me": place.staff.person}
    async with admin.begin() as connection:
        past = "UPDATE offer_declarations SET keep_until = current_date - 1 WHERE person_id = :me"
        await connection.execute(text(past), me)
    for times in (1, 0):
        async with transaction(sessions, the_service()) as session:
            assert await forget_declarations(session, the_service()) >= times
            await remind(session, the_service())
    async with admin.connect() as connection:
        left = "SELECT count(*) FROM offer_declarations WHERE person_id = :me"
        assert (await connection.execute(text(left), me)).scalar_one() == 0
        told = "SELECT headline FROM notices WHERE person_id = :owner"
        said = (await connection.execute(text(told), {"owner": owner})).scalars().all()
    assert said == ["Review the positive action record for Leading a team well within 30 days"]


async def test_what_was_approved_stays_and_can_only_end(
    make: Builder, browse: Client, place: Place, sessions: Sessions
) -> None:
    offer = await make.offer_with_window(place.here)
    changed = "UPDATE positive_action_records SET rationale = 'x' WHERE subject_id = :o"
    with pytest.raises(DBAPIError, match="not changed"):
        async with transaction(sessions, place.eyes(place.partner)) as session:
            await session.execute(text(changed), {"o": offer})
    async with browse(place.partner) as client:
        renewed = {**place.written, "review_on": in_days(200)}
        assert (await client.put(f"/api/positive-action/offer/{offer}/draft", json=renewed)).status_code == 200
    async with browse(place.second) as client:
        done = await client.post(f"/api/positive-action/offer/{offer}/approval", json={"version": 1})
        assert done.json()["review_on"] == in_days(200)
        found = (await client.get(f"/api/positive-action/offer/{offer}/records")).json()
        assert [one["state"] for one in found] == ["approved", "ended"]
        assert (await client.delete(f"/api/positive-action/offer/{offer}/approval")).status_code == 204
        assert (await client.delete(f"/api/positive-action/offer/{offer}/approval")).status_code == 409
    other = await make.hr_partner(await make.organisation())
    async with transaction(sessions, Actor(other.name, other.account_id, other.person_id)) as session:
        gone = await session.execute(text(f"{changed} RETURNING id"), {"o": offer})
        assert gone.all() == []


APPROVE = "UPDATE positive_action_records SET state = 'approved' WHERE subject_id = :o AND state = 'draft'"


async def test_the_database_wants_two_people_and_a_figure_of_a_release_that_stands(
    make: Builder, browse: Client, place: Place, sessions: Sessions, admin: AsyncEngine
) -> None:
    offer = await make.offer(place.here)
    async with browse(place.partner) as client:
        draft = {**place.written, "review_on": in_days(100)}
        assert (await client.put(f"/api/positive-action/offer/{offer}/draft", json=draft)).status_code == 200

    async def why_not(who: SignedIn, before: str = "", **given: Any) -> str | None:
        async with transaction(sessions, place.eyes(who)) as session:
            with pytest.raises(DBAPIError) as refused:
                if before:
                    await session.execute(text(f"{before} WHERE subject_id = :o"), {"o": offer, **given})
                await session.execute(text(APPROVE), {"o": offer})
            return constraint_of(refused.value)

    assert await why_not(place.partner) == "positive_action_two_people"
    own = "UPDATE positive_action_records SET owner_id = :p"
    assert await why_not(place.second, own, p=place.second.person) == "positive_action_two_people"
    # Whoever changes a word becomes its writer, so another figure by one's own hand is refused as well.
    other = "UPDATE positive_action_records SET figure = '1/disability/disabled/9'"
    assert await why_not(place.second, other) == "positive_action_two_people"
    async with admin.begin() as connection:
        await connection.execute(text(f"{other} WHERE subject_id = :o"), {"o": offer})
    assert await why_not(place.second) == "positive_action_evidence"
    for column, value in (("approved_by", "'The director'"), ("evidence", "'x'"), ("release_id", "gen_random_uuid()")):
        async with transaction(sessions, place.eyes(place.second)) as session:
            with pytest.raises(DBAPIError, match="permission denied"):
                await session.execute(text(f"UPDATE positive_action_records SET {column} = {value}"))


@pytest.mark.parametrize(
    "change", ["rationale = 'x'", "figure = figure || '9'", "review_on = review_on + 1", "title = 'x'"]
)
async def test_whoever_approves_adds_no_word_of_their_own(
    browse: Client, make: Builder, place: Place, sessions: Sessions, change: str
) -> None:
    offer = await make.offer(place.here)
    async with browse(place.partner) as client:
        draft = {**place.written, "review_on": in_days(100)}
        assert (await client.put(f"/api/positive-action/offer/{offer}/draft", json=draft)).status_code == 200
    async with transaction(sessions, place.eyes(place.second)) as session:
        with pytest.raises(DBAPIError) as refused:
            await session.execute(text(APPROVE.replace("SET", f"SET {change},")), {"o": offer})
    assert constraint_of(refused.value) == "positive_action_kept"


async def test_a_draft_says_what_its_figure_says_whoever_writes_it(
    browse: Client, make: Builder, place: Place, sessions: Sessions, admin: AsyncEngine
) -> None:
    offer = await make.offer(place.here)
    async with browse(place.partner) as client:
        draft = {**place.written, "review_on": in_days(100)}
        made = (await client.put(f"/api/positive-action/offer/{offer}/draft", json=draft)).json()
        # As if it had been written before the database wrote the sentence.
        async with admin.begin() as connection:
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
            other = "UPDATE positive_action_records SET evidence = 'Nobody is disabled.' WHERE subject_id = :o"
            await connection.execute(text(other), {"o": offer})
    async with browse(place.second) as client:
        refused = await client.post(f"/api/positive-action/offer/{offer}/approval", json={"version": 1})
        assert [one["field"] for one in refused.json()["errors"]] == ["figure"]
    async with transaction(sessions, place.eyes(place.partner)) as session:
        again = "UPDATE positive_action_records SET figure = :f, title = 'B' WHERE subject_id = :o RETURNING evidence"
        given = {"o": offer, "f": place.figure}
        assert (await session.execute(text(again), given)).scalar_one() == made["evidence"]
        gone = {"o": offer, "f": place.figure.replace("disabled", "nobody")}
        assert (await session.execute(text(again), gone)).scalar_one() == ""


async def test_a_figure_that_is_withdrawn_takes_the_record_with_it(
    make: Builder, browse: Client, place: Place, admin: AsyncEngine
) -> None:
    offer = await make.offer(place.here)
    address = f"/api/positive-action/offer/{offer}"
    async with browse(place.partner) as client:
        await client.put(f"{address}/draft", json={**place.written, "review_on": in_days(100)})
    async with browse(place.second) as client:
        assert (await client.post(f"{address}/approval", json={"version": 1})).json()["state"] == "approved"
        await withdrawn(admin, int(place.figure.split("/")[0]))
        assert [one["state"] for one in (await client.get(f"{address}/records")).json()] == ["ended"]
        async with browse(place.partner) as owner:
            told = (await owner.get("/api/me/notices")).json()["items"]
        assert "its figure was withdrawn" in told[0]["headline"]
        assert told[0]["link"] == f"/positive-action/offer/{offer}"
        # Nor can it be cited again.
        again = await client.put(f"{address}/draft", json={**place.written, "review_on": in_days(100)})
        assert [one["field"] for one in again.json()["errors"]] == ["figure"]


async def test_partners_are_given_shares_of_the_whole_system_and_nobody_else_anything(
    place: Place, browse: Client, sessions: Sessions
) -> None:
    async with browse(place.partner) as client:
        found = (await client.get("/api/positive-action/figures")).json()
    assert [(one["group"], one["level"]) for one in found] == [("disabled", 8)]
    async with transaction(sessions, place.eyes(place.staff)) as session:
        assert (await session.execute(text("SELECT * FROM private.released_shares(NULL)"))).all() == []


async def test_nothing_in_this_room_reads_what_people_answered_for_monitoring(admin: AsyncEngine) -> None:
    """No line of its code names it, and no function that its migrations make does."""
    room = Path(service.offers.__file__).parent
    source = [*room.rglob("*.py"), *room.rglob("*.html")]
    named = [
        path.name for path in source if "equality_answers" in path.read_text() or "EqualityAnswer" in path.read_text()
    ]
    assert named == []
    made = Path(migrations.__file__).parent / "versions" / "0014_positive_action.py"
    assert "equality_answers" not in made.read_text()
    asked = (
        "SELECT proname FROM pg_proc WHERE pronamespace = 'private'::regnamespace AND prosrc LIKE '%equality_answers%'"
    )
    async with admin.connect() as connection:
        readers = set((await connection.execute(text(asked))).scalars())
        granted = "SELECT has_table_privilege('ridgeway_analyst', 'offer_declarations', 'SELECT')"
        assert (await connection.execute(text(granted))).scalar_one() is False
    assert not readers & {
        "need_positive_action",
        "keep_record",
        "forget_declarations",
        "mentoring_people",
        "reach_request",
    }
