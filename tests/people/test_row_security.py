"""Raw SQL as the application's role, without any WHERE: a partner sees current staff, the owner alone sees equality
answers."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import text

from service.kit.actor import Actor
from service.kit.db import Sessions, transaction
from tests.builders import Builder, SignedIn


def eyes(who: SignedIn, places: Mapping[str, UUID] | None = None) -> Actor:
    return Actor(
        who.name,
        who.account_id,
        who.person_id,
        frozenset(),
        {name: frozenset({place}) for name, place in (places or {}).items()},
    )


async def seen(sessions: Sessions, actor: Actor, asked: str) -> set[UUID]:
    async with transaction(sessions, actor) as session:
        return set((await session.execute(text(asked))).scalars())


async def test_a_partner_sees_the_people_employed_now_and_nobody_elses(make: Builder, sessions: Sessions) -> None:
    here, elsewhere = await make.organisation(), await make.organisation()
    partner, amara = await make.hr_partner(here), await make.person(here)
    await make.person(elsewhere)
    people = await seen(sessions, eyes(partner, {"people.read": here}), "SELECT id FROM people")
    assert people == {partner.person, amara}


async def test_a_facilitator_sees_the_list_but_no_records(make: Builder, sessions: Sessions) -> None:
    here = await make.organisation()
    facilitator, amara = await make.facilitator(here), await make.person(here)
    actor = eyes(facilitator, {"people.find": here})
    assert await seen(sessions, actor, "SELECT person_id FROM employments") == {facilitator.person, amara}
    assert await seen(sessions, actor, "SELECT id FROM people") == {facilitator.person}


async def test_equality_answers_are_there_for_their_owner_alone(make: Builder, sessions: Sessions) -> None:
    here = await make.organisation()
    partner, amara = await make.hr_partner(here), await make.staff(here)
    await make.equality(amara.person, "sex", "female")
    asked = "SELECT person_id FROM equality_answers"
    assert await seen(sessions, eyes(amara), asked) == {amara.person}
    assert await seen(sessions, eyes(partner, {"people.read": here}), asked) == set()
