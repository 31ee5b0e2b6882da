"""Places are never oversold and never lost, whoever comes at the same moment; the waiting list moves up in order."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.offers.rules.applications import FOLLOWS, ApplicationState
from tests.builders import Builder

HOLDS = {"placed", "attended", "completed", "not_completed"}


async def people(make: Builder, organisation: UUID, number: int) -> list[UUID]:
    asked = text(
        "INSERT INTO people (id, given_name, family_name) SELECT gen_random_uuid(), 'Amara', 'Okafor'"
        " FROM generate_series(1, :number) RETURNING id"
    )
    async with make.admin.begin() as connection:
        made = list((await connection.execute(asked, {"number": number})).scalars())
        adding = text(
            "INSERT INTO employments (organisation_id, person_id, employee_number, listed_as)"
            " SELECT :place, p, p::text, 'Okafor, Amara' FROM unnest(CAST(:people AS uuid[])) p"
        )
        await connection.execute(adding, {"place": organisation, "people": made})
    return made


async def step(admin: AsyncEngine, application: tuple[UUID, UUID], state: str, number: int) -> bool:
    """One step of the history in a transaction of its own; whether it was taken."""
    adding = text(
        "INSERT INTO offer_application_states (person_id, application_id, number, state, by_id, reason)"
        " VALUES (:person, :application, :number, :state, :person, 'in_order')"
    )
    row = {"person": application[0], "application": application[1], "state": state, "number": number}
    try:
        async with admin.begin() as connection:
            await connection.execute(adding, row)
    except IntegrityError:
        return False
    return True


async def version_of(admin: AsyncEngine, application: tuple[UUID, UUID]) -> int:
    async with admin.connect() as connection:
        asked = text("SELECT version FROM offer_applications WHERE id = :id")
        return (await connection.execute(asked, {"id": application[1]})).scalar_one()


async def held(admin: AsyncEngine, cohort: UUID) -> tuple[Any, Sequence[Any]]:
    """The cohort, and every application for it in the order in which it was sent."""
    async with admin.connect() as connection:
        row = (await connection.execute(text("SELECT * FROM offer_cohorts WHERE id = :id"), {"id": cohort})).one()
        asked = text("SELECT * FROM offer_applications WHERE cohort_id = :id ORDER BY submitted_at, id")
        return row, (await connection.execute(asked, {"id": cohort})).all()


def assert_consistent(cohort: Any, applications: Sequence[Any]) -> None:
    holding = [one for one in applications if one.has_place]
    assert {one.state for one in holding} <= HOLDS
    assert all(one.has_place for one in applications if one.state in HOLDS)
    assert cohort.taken == len(holding) <= cohort.places
    assert cohort.reserved_taken == sum(one.has_kept_place for one in holding) <= cohort.reserved
    assert cohort.taken - cohort.reserved_taken <= cohort.places - cohort.reserved


async def test_of_many_at_once_those_who_came_first_have_the_places(make: Builder, admin: AsyncEngine) -> None:
    trust = await make.organisation()
    offer = await make.offer(trust, place_rule="in_order")
    cohort = await make.cohort(trust, offer, 7)
    everyone = await people(make, trust, 30)
    applications = await begun(admin, trust, offer, cohort, everyone)
    taken = await asyncio.gather(*(step(admin, one, "submitted", 2) for one in applications))
    assert all(taken)
    row, found = await held(admin, cohort)
    assert_consistent(row, found)
    assert [one.state for one in found] == ["placed"] * 7 + ["waiting"] * 23


async def begun(
    admin: AsyncEngine, trust: UUID, offer: UUID, cohort: UUID, everyone: Sequence[UUID]
) -> list[tuple[UUID, UUID]]:
    """A draft for each person: (person, application)."""
    adding = text(
        "INSERT INTO offer_applications (person_id, id, offer_organisation_id, offer_id, cohort_id, organisation_id)"
        " SELECT p, gen_random_uuid(), :trust, :offer, :cohort, :trust FROM unnest(CAST(:people AS uuid[])) p"
        " RETURNING person_id, id"
    )
    first = text(
        "INSERT INTO offer_application_states (person_id, application_id, number, state)"
        " SELECT person_id, id, 1, 'draft' FROM offer_applications WHERE offer_id = :offer AND version = 0"
    )
    async with admin.begin() as connection:
        about = {"trust": trust, "offer": offer, "cohort": cohort, "people": list(everyone)}
        made = [(row[0], row[1]) for row in await connection.execute(adding, about)]
        await connection.execute(first, {"offer": offer})
    return made


async def test_leaving_while_others_come_never_loses_or_doubles_a_place(make: Builder, admin: AsyncEngine) -> None:
    trust, partner = await make.organisation(), await make.organisation()
    offer = await make.offer(trust, place_rule="in_order")
    cohort = await make.cohort(trust, offer, 6, kept={partner: 2})
    first, later = await people(make, trust, 10), await people(make, trust, 15)
    there = await begun(admin, trust, offer, cohort, [*first, *later])
    for one in there[:10]:
        await step(admin, one, "submitted", 2)
    leaving = [step(admin, one, "withdrawn", 4) for one in there[:10:2]]
    coming = [step(admin, one, "submitted", 2) for one in there[10:]]
    await asyncio.gather(*(one for pair in zip(leaving, coming, strict=False) for one in pair), *coming[len(leaving) :])
    row, found = await held(admin, cohort)
    assert_consistent(row, found)
    still = [one.state for one in found if one.state != "withdrawn"]
    # Two of the six are kept for a partner that nobody came from.
    assert Counter(still) == {"placed": 4, "waiting": len(still) - 4}
    assert still == sorted(still), "whoever waits came after everybody who has a place"


async def test_two_who_decide_at_once_never_give_the_last_place_twice(make: Builder, admin: AsyncEngine) -> None:
    trust = await make.organisation()
    offer = await make.offer(trust)
    cohort = await make.cohort(trust, offer, 1)
    there = await begun(admin, trust, offer, cohort, await people(make, trust, 6))
    for one in there:
        await step(admin, one, "submitted", 2)
    taken = await asyncio.gather(*(step(admin, one, "placed", 3) for one in there))
    assert Counter(taken) == {True: 1, False: 5}
    assert_consistent(*await held(admin, cohort))


async def test_two_steps_of_one_application_at_once_are_one(make: Builder, admin: AsyncEngine) -> None:
    trust = await make.organisation()
    offer = await make.offer(trust)
    cohort = await make.cohort(trust, offer, 5)
    (one,) = await begun(admin, trust, offer, cohort, await people(make, trust, 1))
    await step(admin, one, "submitted", 2)
    states = ("placed", "unsuccessful", "withdrawn", "shortlisted")
    assert sum(await asyncio.gather(*(step(admin, one, state, 3) for state in states))) == 1
    assert_consistent(*await held(admin, cohort))


async def test_more_places_go_to_whoever_waits(make: Builder, admin: AsyncEngine) -> None:
    trust, partner = await make.organisation(), await make.organisation()
    offer = await make.offer(trust, place_rule="in_order")
    cohort = await make.cohort(trust, offer, 2)
    for one in await begun(admin, trust, offer, cohort, await people(make, trust, 6)):
        await step(admin, one, "submitted", 2)
    async with admin.begin() as connection:
        await connection.execute(text("UPDATE offer_cohorts SET places = 4 WHERE id = :id"), {"id": cohort})
    row, found = await held(admin, cohort)
    assert [one.state for one in found] == ["placed"] * 4 + ["waiting"] * 2
    assert [one.is_untold for one in found] == [True] * 4 + [False] * 2
    assert_consistent(row, found)
    keep = (
        "INSERT INTO offer_seats (organisation_id, offer_id, cohort_id, partner_organisation_id, reserved)"
        " SELECT organisation_id, offer_id, id, :partner, 1 FROM offer_cohorts WHERE id = :id"
    )
    for fewer in ("UPDATE offer_cohorts SET places = 3 WHERE id = :id", keep):
        with pytest.raises(IntegrityError, match="never_oversold"):
            async with admin.begin() as connection:
                await connection.execute(text(fewer), {"id": cohort, "partner": partner})


@pytest.mark.parametrize("state", list(ApplicationState))
async def test_the_database_knows_the_same_steps_as_the_rules(
    make: Builder, admin: AsyncEngine, state: ApplicationState
) -> None:
    trust = await make.organisation()
    offer = await make.offer(trust)
    # It has begun, so the waiting list stays as it is.
    cohort = await make.cohort(trust, offer, 50, starts_on=date(2026, 1, 5))
    to = [one for one in ApplicationState if one is not ApplicationState.DRAFT]
    there = await begun(admin, trust, offer, cohort, await people(make, trust, len(to)))
    for one, after in zip(there, to, strict=True):
        number = 1
        for before in way_to(state):
            number += 1
            assert await step(admin, one, before, number), (state, before)
        assert await step(admin, one, after, number + 1) == (after in FOLLOWS[state]), (state, after)


def way_to(state: ApplicationState) -> list[str]:
    """The states between the draft and this one, and it."""
    short = {"shortlisted": ["submitted"], "waiting": ["submitted"], "placed": ["submitted"]}
    placed = ["submitted", "placed"]
    short |= {"unsuccessful": ["submitted"], "attended": placed, "not_completed": placed}
    short |= {"completed": [*placed, "attended"]}
    return [] if state is ApplicationState.DRAFT else [*short.get(state.value, []), state.value]
