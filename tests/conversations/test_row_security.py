"""Raw SQL as the application's role, without any WHERE: only a party's own conversations are there."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from service.conversations.tables import Conversation
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.db import Sessions, transaction
from service.kit.ids import new_id
from tests.builders import Builder, SignedIn


def eyes(who: SignedIn, **places: UUID) -> Actor:
    return Actor(
        who.name,
        who.account_id,
        who.person_id,
        frozenset(),
        {k.replace("_", "."): frozenset({v}) for k, v in places.items()},
    )


async def test_a_partner_of_the_same_organisation_sees_none_and_the_parties_see_their_own(
    make: Builder, sessions: Sessions
) -> None:
    here = await make.organisation()
    partner, other, amara = await make.hr_partner(here), await make.hr_partner(here), await make.staff(here)
    made = await make.conversation(here, amara.person, partner.person)
    for who, seen in ((partner, [made]), (amara, [made]), (other, []), (await make.auditor(), [])):
        async with transaction(sessions, eyes(who, people_read=here)) as session:
            assert list((await session.execute(text("SELECT id FROM conversations"))).scalars()) == seen


async def test_names_are_given_only_to_parties_of_a_shared_conversation(make: Builder, sessions: Sessions) -> None:
    here = await make.organisation()
    partner, other, amara = await make.hr_partner(here), await make.hr_partner(here), await make.staff(here)
    await make.conversation(here, amara.person, partner.person)
    asked = text("SELECT name FROM private.names_of(ARRAY[CAST(:amara AS uuid), CAST(:other AS uuid)])")
    for who, seen in ((partner, ["Amara Okafor"]), (other, []), (await make.leader(), [])):
        async with transaction(sessions, eyes(who, people_read=here)) as session:
            given = {"amara": amara.person, "other": other.person}
            assert list((await session.execute(asked, given)).scalars()) == seen


async def test_that_somebody_has_talked_since_is_told_only_to_whoever_held_the_one_before(
    make: Builder, sessions: Sessions
) -> None:
    here = await make.organisation()
    partner, other, amara = await make.hr_partner(here), await make.hr_partner(here), await make.staff(here)
    await make.conversation(here, amara.person, partner.person, held_on=today() - timedelta(30))
    await make.conversation(here, amara.person, other.person, held_on=today() - timedelta(3))
    for who, seen in ((partner, [amara.person]), (other, []), (amara, []), (await make.leader(), [])):
        async with transaction(sessions, eyes(who, people_read=here)) as session:
            assert list((await session.execute(text("SELECT private.spoken_since()"))).scalars()) == seen


@pytest.mark.parametrize("forged", ["recorded_by_id", "organisation_id"])
async def test_nobody_writes_one_in_the_name_of_another_or_in_a_foreign_organisation(
    make: Builder, sessions: Sessions, forged: str
) -> None:
    here, elsewhere = await make.organisation(), await make.organisation()
    partner, amara = await make.hr_partner(here), await make.person(here, elsewhere)
    row = {
        "person_id": amara,
        "id": new_id(),
        "organisation_id": elsewhere if forged == "organisation_id" else here,
        "facilitator_id": partner.person,
        "recorded_by_id": amara if forged == "recorded_by_id" else partner.person,
        "kind": "initial",
        "held_on": today(),
    }
    with pytest.raises(DBAPIError, match="row-level security"):
        async with transaction(sessions, eyes(partner, people_read=here)) as session:
            await session.execute(insert(Conversation), row)


@pytest.mark.parametrize("statement", ["UPDATE wordings SET summary = 'x'", "UPDATE conversations SET state = 'agreed'"])
async def test_what_was_recorded_is_never_changed_or_removed(make: Builder, sessions: Sessions, statement: str) -> None:
    who = await make.staff(await make.organisation())
    with pytest.raises(DBAPIError, match="permission denied"):
        async with transaction(sessions, eyes(who)) as session:
            await session.execute(text(statement))
