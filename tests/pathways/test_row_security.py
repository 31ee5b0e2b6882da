"""Raw SQL as the application's role, without any WHERE: what is one's own, what is shared, and nothing else."""

from collections.abc import Mapping
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.actor import Actor
from service.kit.db import Sessions, transaction
from service.kit.ids import new_id
from tests.builders import Builder, SignedIn

OWN = ("stated_roles", "chosen_steps", "aspirations", "aspiration_hidden", "checkin_answers", "evidence_shares")
PARTNERS = ("transitions", "transition_supports", "transition_checkins")


def eyes(who: SignedIn, *places: UUID) -> Actor:
    return Actor(who.name, who.account_id, who.person_id, frozenset(), {"people.read": frozenset(places)})


async def one_of_each(make: Builder, admin: AsyncEngine, person: UUID, here: UUID) -> None:
    """A row about the person in every table of this room."""
    piece, transition = await make.evidence(person, here), await make.transition(here, person)
    given = {"p": person, "o": here, "e": piece, "t": transition, "s": await make.step(), "id": new_id()}
    async with admin.begin() as connection:
        for table, values in {
            "stated_roles (person_id, id)": ":p, :id",
            "chosen_steps (person_id, id, step_id)": ":p, :id, :s",
            "aspirations (person_id, version, timeframe, working_pattern, willing_to_move, words)": (
                ":p, 1, 'now', 'flexible', 'nearby', 'w'"
            ),
            "aspiration_hidden (person_id, organisation_id)": ":p, :o",
            "evidence_shares (person_id, evidence_id, reader, revoked_at)": ":p, :e, 'hr_partner', now()",
            "transition_supports (person_id, transition_id, id, organisation_id, kind, who, arranged_on)": (
                ":p, :t, :id, :o, 'coach', 'A', current_date"
            ),
            "checkin_answers (person_id, transition_id, day, support_perception)": ":p, :t, 30, 4",
        }.items():
            await connection.execute(text(f"INSERT INTO {table} VALUES ({values})"), given)


async def seen(sessions: Sessions, actor: Actor, person: UUID) -> Mapping[str, int]:
    found: dict[str, int] = {}
    async with transaction(sessions, actor) as session:
        for table in (*OWN, *PARTNERS, "evidence"):
            rows = (await session.execute(text(f"SELECT person_id FROM {table}"))).scalars()
            found[table] = sum(row == person for row in rows)
    return found


async def test_the_person_sees_all_of_it_the_partner_the_transition_and_nobody_else_anything(
    make: Builder, admin: AsyncEngine, sessions: Sessions
) -> None:
    here, elsewhere = await make.organisation(), await make.organisation()
    amara, partner = await make.staff(here), await make.hr_partner(here)
    await one_of_each(make, admin, amara.person, here)
    everything = await seen(sessions, eyes(amara), amara.person)
    assert {table: n for table, n in everything.items() if not n} == {}
    theirs = await seen(sessions, eyes(partner, here), amara.person)
    assert {table for table, n in theirs.items() if n} == set(PARTNERS)
    for other, places in (
        (await make.hr_partner(elsewhere), [elsewhere]),
        (await make.facilitator(here), []),
        (await make.administrator(), []),
        (await make.leader(), []),
        (await make.auditor(), []),
    ):
        assert set((await seen(sessions, eyes(other, *places), amara.person)).values()) == {0}


FORGED = {
    "stated_roles": "INSERT INTO stated_roles (person_id, id) VALUES (:p, :id)",
    "chosen_steps": "INSERT INTO chosen_steps (person_id, id, step_id) VALUES (:p, :id, :s)",
    "aspirations": "INSERT INTO aspirations (person_id, version, timeframe, working_pattern, willing_to_move)"
    " VALUES (:p, 9, 'now', 'flexible', 'nearby')",
    "evidence": "INSERT INTO evidence (person_id, id, framework_code, framework_version, dimension_code, happened_on,"
    " situation, what_happened) VALUES (:p, :id, 'ways', 1, 'relating', current_date, 'a', 'b')",
    "evidence_shares": "INSERT INTO evidence_shares (person_id, evidence_id, reader) VALUES (:p, :e, 'hr_partner')",
    "transitions": "INSERT INTO transitions (person_id, id, organisation_id, assignment_id, to_tier, started_on)"
    " VALUES (:me, :id, :o, :a, 'executive', current_date)",
    "transition_supports": "INSERT INTO transition_supports (person_id, transition_id, id, organisation_id, kind, who,"
    " arranged_on) VALUES (:p, :t, :id, :elsewhere, 'coach', 'A', current_date)",
}


@pytest.mark.parametrize("table", FORGED)
async def test_nobody_writes_in_the_name_of_another(make: Builder, sessions: Sessions, table: str) -> None:
    here, elsewhere = await make.organisation(), await make.organisation()
    amara, partner = await make.person(here), await make.hr_partner(here, elsewhere)
    given = {
        "p": amara,
        "me": partner.person,
        "o": here,
        "elsewhere": elsewhere,
        "id": new_id(),
        "s": await make.step(),
        "e": await make.evidence(amara, here),
        "t": await make.transition(here, amara),
        "a": await make.assignment(here, amara, fte="0.1"),
    }
    with pytest.raises(DBAPIError, match="row-level security"):
        async with transaction(sessions, eyes(partner, here, elsewhere)) as session:
            await session.execute(text(FORGED[table]), given)


async def test_an_answer_is_counted_without_its_words_and_a_wish_too(
    make: Builder, admin: AsyncEngine, analyst: Sessions
) -> None:
    here = await make.organisation()
    amara = await make.person(here)
    await one_of_each(make, admin, amara, here)
    async with analyst() as session:
        for column, table in (("support_perception", "checkin_answers"), ("timeframe", "aspirations")):
            asked = text(f"SELECT {column} FROM {table} WHERE person_id = :p")
            assert (await session.execute(asked, {"p": amara})).scalar_one()
    for hidden in (
        "SELECT words FROM checkin_answers",
        "SELECT words FROM aspirations",
        "SELECT who FROM transition_supports",
        "SELECT 1 FROM evidence",
        "SELECT 1 FROM chosen_steps",
    ):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with analyst() as session:
                await session.execute(text(hidden))


async def test_which_posts_cross_a_tier_is_told_to_partners_of_that_organisation_alone(
    make: Builder, sessions: Sessions
) -> None:
    here, elsewhere = await make.organisation(), await make.organisation()
    await make.assignment(here, await make.person(here), job_title="Ward manager", grade="7")
    asked = text("SELECT count(*) FROM private.crossings_in(:here, date '2020-01-01')")
    for who, places, told in (
        (await make.hr_partner(here), [here], 1),
        (await make.hr_partner(elsewhere), [elsewhere], 0),
        (await make.staff(here), [], 0),
    ):
        async with transaction(sessions, eyes(who, *places)) as session:
            assert (await session.execute(asked, {"here": here})).scalar_one() == told
