"""Raw SQL as the application's role, without any WHERE: only a party's own conversations are there."""

from uuid import UUID

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

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


FORBIDDEN = ["UPDATE wordings SET summary = 'x'", "UPDATE conversations SET state = 'agreed'",
             "UPDATE conversations SET agreed_on = current_date", "UPDATE conversation_states SET state = 'agreed'",
             "DELETE FROM conversation_states", "UPDATE conversation_shares SET audience = 'hr_partner'",
             "DELETE FROM conversation_shares", "UPDATE private_notes SET party_id = person_id"]  # fmt: skip


@pytest.mark.parametrize("statement", FORBIDDEN)
async def test_what_was_recorded_is_never_changed_or_removed(make: Builder, sessions: Sessions, statement: str) -> None:
    who = await make.staff(await make.organisation())
    with pytest.raises(DBAPIError, match="permission denied"):
        async with transaction(sessions, eyes(who)) as session:
            await session.execute(text(statement))


ADD_STATE = (
    "INSERT INTO conversation_states (person_id, conversation_id, number, state, by_id, wording)"
    " VALUES (:amara, :talk, 2, :state, :by, 1)"
)
ADD_WORDING = (
    "INSERT INTO wordings (person_id, conversation_id, number, written_by_id, summary)"
    " VALUES (:amara, :talk, 2, :by, 'x')"
)
ADD_SHARE = (
    "INSERT INTO conversation_shares (person_id, conversation_id, audience) VALUES (:amara, :talk, 'hr_partner')"
)
ADD_NOTE = (
    "INSERT INTO private_notes (party_id, conversation_id, purpose, person_id, sealed, key_id)"
    " VALUES (:by, :talk, 'note', :amara, 'x', 'k')"
)


@pytest.mark.parametrize(
    ("who", "by", "statement", "state"),
    [
        ("ben", "ben", ADD_STATE, "agreed"),
        ("ben", "amara", ADD_STATE, "agreed"),
        ("ben", "ben", ADD_STATE, "declined"),
        ("other", "other", ADD_STATE, "closed"),
        ("other", "other", ADD_WORDING, ""),
        ("amara", "ben", ADD_WORDING, ""),
        ("ben", "ben", ADD_SHARE, ""),
        ("other", "other", ADD_SHARE, ""),
        ("other", "other", ADD_NOTE, ""),
        ("ben", "amara", ADD_NOTE, ""),
    ],
)
async def test_nobody_agrees_writes_shares_or_notes_for_somebody_else(
    make: Builder, sessions: Sessions, who: str, by: str, statement: str, state: str
) -> None:
    here = await make.organisation()
    cast = {"ben": await make.hr_partner(here), "amara": await make.staff(here), "other": await make.hr_partner(here)}
    talk = await make.conversation(here, cast["amara"].person, cast["ben"].person)
    given = {"amara": cast["amara"].person, "talk": talk, "by": cast[by].person, "state": state}
    given = {name: value for name, value in given.items() if f":{name}" in statement}
    with pytest.raises(DBAPIError, match="row-level security"):
        async with transaction(sessions, eyes(cast[who], people_read=here)) as session:
            await session.execute(text(statement), given)


async def test_wordings_shares_and_notes_are_there_for_those_whom_they_concern_alone(
    make: Builder, sessions: Sessions
) -> None:
    here = await make.organisation()
    ben, clerk, amara = await make.hr_partner(here), await make.hr_partner(here), await make.staff(here)
    other = await make.hr_partner(here)
    talk = await make.conversation(here, amara.person, ben.person, recorded_by_id=clerk.person, agreed=True)
    for party in (amara, ben):
        async with transaction(sessions, eyes(party)) as session:
            given = {"amara": amara.person, "talk": talk, "by": party.person}
            await session.execute(text(ADD_NOTE), given)
    counts = {
        "wordings": {"amara": 1, "ben": 1, "clerk": 0, "other": 0},
        "conversation_states": {"amara": 2, "ben": 2, "clerk": 2, "other": 0},
        "private_notes": {"amara": 1, "ben": 1, "clerk": 0, "other": 0},
    }
    cast = {"amara": amara, "ben": ben, "clerk": clerk, "other": other}
    for table, expected in counts.items():
        for name, number in expected.items():
            async with transaction(sessions, eyes(cast[name], people_read=here)) as session:
                assert (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == number, (
                    table,
                    name,
                )
    async with transaction(sessions, eyes(amara)) as session:
        await session.execute(text(ADD_SHARE), {"amara": amara.person, "talk": talk})
    for name, number in {"clerk": 1, "other": 1, "ben": 1}.items():
        async with transaction(sessions, eyes(cast[name], people_read=here)) as session:
            assert (await session.execute(text("SELECT count(*) FROM wordings"))).scalar_one() == number, name
            assert (await session.execute(text("SELECT count(*) FROM private_notes"))).scalar_one() == (name == "ben")


async def test_the_analyst_counts_what_was_agreed_and_reads_not_a_word(
    make: Builder, analyst: Sessions, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    ben, amara, other = await make.person(here), await make.person(here), await make.person(here)
    agreed = await make.conversation(here, amara, ben, agreed=True)
    await make.conversation(here, other, ben)
    async with analyst() as session, session.begin():
        asked = text("SELECT id FROM conversations WHERE organisation_id = :here")
        assert list((await session.execute(asked, {"here": here})).scalars()) == [agreed]
        codes = text("SELECT number FROM wordings WHERE person_id = ANY (:people)")
        assert list((await session.execute(codes, {"people": [amara, other]})).scalars()) == [1]
    for asked in ("SELECT summary FROM wordings", "SELECT sealed FROM private_notes", "SELECT sealed FROM drafts",
                  "SELECT by_id FROM conversation_states", "SELECT * FROM conversation_shares",
                  "SELECT facilitator_id FROM conversations", "SELECT text FROM plan_actions"):  # fmt: skip
        with pytest.raises(DBAPIError, match="permission denied"):
            async with analyst() as session, session.begin():
                await session.execute(text(asked))
