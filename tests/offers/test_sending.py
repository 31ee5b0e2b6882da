"""Whoever sends something that is for one group, or for that group first, has said that they belong to it: whatever
sends it, for the application cannot write it otherwise."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.db import Sessions, transaction
from service.kit.ids import new_id
from tests.builders import Builder, SignedIn
from tests.offers.test_positive_action import in_days

APPLICATION = (
    "INSERT INTO offer_applications (person_id, id, offer_organisation_id, offer_id, cohort_id, organisation_id)"
    " VALUES (:me, :id, :o, :about, :cohort, :o)"
)
APPLICATION_STATE = (
    "INSERT INTO offer_application_states (person_id, application_id, number, state, by_id)"
    " VALUES (:me, :id, 1, 'draft', :by)"
)
INTEREST = (
    "INSERT INTO interests (person_id, id, organisation_id, opportunity_id, employer_id, level, staff_group, route)"
    " VALUES (:me, :id, :o, :about, :o, 6, 'nursing_midwifery', 'self')"
)
INTEREST_STATE = (
    "INSERT INTO interest_states (person_id, interest_id, number, state, by_account_id)"
    " VALUES (:me, :id, 1, 'draft', :by)"
)
DRAFT = {"offer": (APPLICATION, APPLICATION_STATE), "opportunity": (INTEREST, INTEREST_STATE)}
DECLARE = (
    "INSERT INTO offer_declarations (person_id, subject, subject_id, keep_until) VALUES (:me, :what, :about, :until)"
)
MAY = "SELECT private.may_enter(:what, :o, :about)"
# name -> (for one group alone, until when it is theirs first, its record, whether who did not declare may send)
CASES: dict[str, tuple[bool, int | None, dict[str, Any], bool]] = {
    "open to all alike": (False, None, {}, True),
    "a window": (False, 9, {}, False),
    "a window that is over": (False, -1, {}, True),
    "a window whose record ended": (False, 9, {"state": "ended"}, True),
    "for one group": (True, None, {}, False),
}


def eyes(who: SignedIn) -> Actor:
    return Actor(who.name, who.account_id, who.person)


async def subject(make: Builder, what: str, here: UUID, case: str) -> dict[str, Any]:
    is_targeted, days, record, _ = CASES[case]
    until = {"priority_until": None if days is None else today().fromisoformat(in_days(days))}
    given = {"id": new_id(), "is_targeted": is_targeted, "state": "draft", **until}
    about = await (make.offer(here, published_at=None, **given) if what == "offer" else make.opportunity(here, **given))
    await make.positive_action(here, about, subject=what)
    told = {"o": here, "about": about, "what": what, "until": today(), "id": new_id()}
    table = "offers" if what == "offer" else "opportunities"
    async with make.admin.begin() as connection:
        await connection.execute(text(f"UPDATE {table} SET state = 'published' WHERE id = :about"), told)
        if record:
            ended = text("UPDATE positive_action_records SET state = :state WHERE subject_id = :about")
            await connection.execute(ended, told | record)
    return told | {"cohort": await make.cohort(here, about) if what == "offer" else None}


async def sent(sessions: Sessions, who: SignedIn, told: dict[str, Any]) -> bool:
    """Whether the database lets them send, by SQL of their own; it is undone."""
    given = told | {"me": who.person, "by": who.account_id}
    begin, step = DRAFT[told["what"]]
    async with transaction(sessions, eyes(who)) as session:
        undo = await session.begin_nested()
        await session.execute(text(begin), given)
        await session.execute(text(step), given)
        try:
            await session.execute(text(step.replace("1, 'draft'", "2, 'submitted'")), given)
        except DBAPIError as refusal:
            assert "row-level security" in str(refusal)
            await undo.rollback()
            return False
        await undo.rollback()
    return True


@pytest.mark.parametrize("what", DRAFT)
@pytest.mark.parametrize("case", CASES)
async def test_who_did_not_declare_sends_only_where_it_is_open_to_all(
    make: Builder, sessions: Sessions, what: str, case: str
) -> None:
    here = await make.organisation()
    staff, other = await make.staff(here), await make.staff(here)
    told = await subject(make, what, here, case)
    assert await sent(sessions, staff, told) is CASES[case][3]
    async with transaction(sessions, eyes(staff)) as session:
        await session.execute(text(DECLARE), told | {"me": staff.person})
        assert (await session.execute(text(MAY), told)).scalar_one()
    assert await sent(sessions, staff, told)
    # What one said is about nobody else, and nobody else learns of it.
    assert await sent(sessions, other, told) is CASES[case][3]
    async with transaction(sessions, Actor("nobody")) as session:
        assert not (await session.execute(text(MAY), told)).scalar_one()
