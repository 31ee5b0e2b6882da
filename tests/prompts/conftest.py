"""One employer with two partners, another one, and somebody with a reason of each kind."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.grants import Role
from service.kit.actor import Actor
from service.kit.clock import today
from tests.builders import Builder, SignedIn

DAY = timedelta(days=1)
SECRET = "Learn to say no to Gethin"


@dataclass(frozen=True)
class Ward:
    """`amara` works here and there; `nia` and `jo` are partners here, `sam` is one there."""

    make: Builder
    here: UUID
    there: UUID
    amara: SignedIn
    nia: SignedIn
    jo: SignedIn
    sam: SignedIn
    secondment: UUID
    interest: UUID
    transition: UUID
    action: UUID


def eyes(who: SignedIn, *partner_of: UUID) -> Actor:
    places = frozenset(partner_of)
    permissions = {"people.read": places, "prompts.answer": places} if places else {}
    return Actor(who.name, who.account_id, who.person_id, frozenset(), permissions)


async def a_partner(make: Builder, name: str, place: UUID) -> SignedIn:
    given, family = name.split()
    return await make.account(
        [(Role.HR_PARTNER, place)], await make.person(place, given_name=given, family_name=family), name=name
    )


@pytest.fixture
async def ward(admin: AsyncEngine) -> Ward:
    make, now = Builder(admin), today()
    here, there = await make.organisation(name="Elm Trust"), await make.organisation(name="Oak Council")
    amara = await make.staff(here, there)
    nia, jo = await a_partner(make, "Nia Rees", here), await a_partner(make, "Jo Hart", here)
    who = amara.person
    await make.assignment(here, who, started=now - 800 * DAY)
    opening = await make.opportunity(here, closes_on=now - 30 * DAY)
    interest = await make.interest(who, here, opening, "submitted", "not_shortlisted")
    return Ward(
        make,
        here,
        there,
        amara,
        nia,
        jo,
        await a_partner(make, "Sam Vale", there),
        await make.secondment(here, there, who, starts=now - 200 * DAY, ends=now + 80 * DAY),
        await make.aftercare(who, interest, here, due_on=now - DAY),
        await make.transition(here, who, started_on=now - 15 * DAY),
        await make.plan_action(here, who, text=SECRET, due_on=now - 3 * DAY),
    )
