"""Raw SQL as the application's role, without any WHERE; and what the ledger of a whole made-up system adds up to."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.actor import Actor
from service.kit.db import Sessions, transaction
from tests.builders import Builder, SignedIn


def eyes(who: SignedIn, *places: UUID) -> Actor:
    permissions = {"people.read": frozenset(places)} if places else {}
    return Actor(who.name, who.account_id, who.person_id, frozenset(), permissions)


async def seen(sessions: Sessions, actor: Actor, statement: str, **given: object) -> list:
    async with transaction(sessions, actor) as session:
        return list((await session.execute(text(statement), given)).scalars())


async def moved(make: Builder, home: UUID, host: UUID) -> UUID:
    person = await make.person(host)
    await make.employment(home, person, ended=date(2026, 8, 31))
    await make.assignment(home, person, started=date(2024, 3, 1), ended=date(2026, 8, 31))
    await make.assignment(host, person, started=date(2026, 9, 1))
    return person


async def test_a_move_is_seen_by_its_person_and_by_the_partners_of_both_sides(
    make: Builder, sessions: Sessions
) -> None:
    home, host, elsewhere = [await make.organisation() for _ in range(3)]
    person = await moved(make, home, host)
    transfer = (await make.moves(person))["transfer"]
    asked = "SELECT kind FROM mobility_events"
    for who, expected in (
        (eyes(await make.account([], person)), ["joiner", "leaver", "transfer"]),
        (eyes(await make.hr_partner(home), home), ["joiner", "leaver", "transfer"]),
        (eyes(await make.hr_partner(host), host), ["transfer"]),
        (eyes(await make.hr_partner(elsewhere), elsewhere), []),
        (eyes(await make.staff(home)), []),
        (eyes(await make.administrator()), []),
    ):
        found = await seen(sessions, who, asked)
        assert sorted(kind for kind in found) == expected
    sides = "SELECT side FROM mobility_sides WHERE event_id = :id"
    assert await seen(sessions, eyes(await make.hr_partner(home), home), sides, id=transfer) == ["from"]
    assert sorted(await seen(sessions, eyes(await make.hr_partner(host), host), sides, id=transfer)) == ["from", "to"]


async def test_a_name_is_told_to_whoever_the_move_touches_and_to_nobody_else(make: Builder, sessions: Sessions) -> None:
    home, host = await make.organisation(), await make.organisation()
    person = await moved(make, home, host)
    asked = "SELECT name FROM private.names_in_moves(ARRAY[CAST(:p AS uuid)])"
    assert await seen(sessions, eyes(await make.hr_partner(home), home), asked, p=person) == ["Amara Okafor"]
    other = await make.organisation()
    assert await seen(sessions, eyes(await make.hr_partner(other), other), asked, p=person) == []


STATEMENTS: Mapping[str, str] = {
    "a move into somebody else's ledger": "INSERT INTO mobility_events (person_id, id, kind, effective_on, source,"
    " to_organisation_id) VALUES (:p, gen_random_uuid(), 'return', current_date, 'entered', :there)",
    "a move that says it was derived": "INSERT INTO mobility_events (person_id, id, kind, effective_on, source,"
    " to_organisation_id) VALUES (:p, gen_random_uuid(), 'return', current_date, 'derived', :here)",
    "a joiner that no post says": "INSERT INTO mobility_events (person_id, id, kind, effective_on, source,"
    " to_organisation_id, system_change) VALUES (:p, gen_random_uuid(), 'joiner', current_date, 'entered', :here, 1)",
    "a move overwritten": "UPDATE mobility_events SET kind = 'leaver'",
    "a move deleted": "DELETE FROM mobility_events",
    "a side overwritten": "UPDATE mobility_sides SET change = 0",
    "a pair of one's own making": "INSERT INTO move_pairs (id, leaver_person_id, leaver_event_id,"
    " leaver_organisation_id, joiner_person_id, joiner_event_id, joiner_organisation_id, basis, gap_days,"
    " name_likeness, birth_dates, same_number, has_rival) VALUES (gen_random_uuid(), :p, gen_random_uuid(), :here, :p,"
    " gen_random_uuid(), :there, 'likeness', 1, 100, 'same', false, false)",
    "the ledger derived by hand": "SELECT private.derive_moves(ARRAY[CAST(:p AS uuid)])",
    "a longer gap": "UPDATE mobility_limits SET gap_days = 30 RETURNING gap_days",
}


@pytest.mark.parametrize("what", STATEMENTS)
async def test_the_database_refuses(make: Builder, sessions: Sessions, what: str) -> None:
    here, there = await make.organisation(), await make.organisation()
    person = await make.person(here)
    await make.assignment(here, person)
    partner = eyes(await make.hr_partner(here), here)
    given = {"p": person, "here": here, "there": there}
    given = {name: value for name, value in given.items() if f":{name}" in STATEMENTS[what]}
    try:
        async with transaction(sessions, partner) as session:
            done = (await session.execute(text(STATEMENTS[what]), given)).all()
    except DBAPIError as refusal:
        assert "permission denied" in str(refusal) or "row-level security" in str(refusal)
    else:
        assert done == []


async def test_a_pair_is_seen_by_its_partners_and_by_its_person_once_it_is_one_move(
    make: Builder, sessions: Sessions, admin: AsyncEngine
) -> None:
    home, host = await make.organisation(), await make.organisation()
    pair = await make.pair(home, host)
    async with admin.begin() as connection:
        found = await connection.execute(text("SELECT leaver_person_id FROM move_pairs WHERE id = :id"), {"id": pair})
        me = eyes(await make.account([], found.scalar_one()))
        asked = "SELECT id FROM move_pairs"
        assert await seen(sessions, eyes(await make.hr_partner(host), host), asked) == [pair]
        assert await seen(sessions, me, asked) == []
        await connection.execute(text("UPDATE move_pairs SET state = 'paired' WHERE id = :id"), {"id": pair})
    assert await seen(sessions, me, asked) == [pair]


# From posts alone: who is in each organisation on a day. The ledger must come to the same by adding up.
STOCK = """
    SELECT organisation_id, count(DISTINCT person_id) FROM assignments
     WHERE kind = 'substantive' AND started <= :day AND (ended IS NULL OR ended >= :day)
       AND organisation_id = ANY (:places)
     GROUP BY organisation_id
"""
LEDGER = """
    SELECT s.organisation_id, sum(s.change)
      FROM mobility_sides s JOIN mobility_events e ON e.person_id = s.person_id AND e.id = s.event_id
     WHERE e.superseded_at IS NULL AND NOT e.is_withdrawn AND s.day <= :day AND s.organisation_id = ANY (:places)
     GROUP BY s.organisation_id HAVING sum(s.change) <> 0
"""


async def test_the_sides_of_an_organisation_add_up_to_its_staff(make: Builder, admin: AsyncEngine) -> None:
    places = [await make.organisation() for _ in range(3)]
    for number in range(12):
        home, host = places[number % 3], places[(number + 1) % 3]
        if number % 4 == 0:
            await moved(make, home, host)
        else:
            person = await make.person(home)
            end = date(2026, 8, 31) if number % 2 else None
            await make.assignment(home, person, started=date(2024, 3, 1), ended=end)
            if number % 2:
                await make.assignment(home, person, started=date(2026, 9, 1), grade="6")
    async with admin.connect() as connection:
        for day in (date(2024, 2, 29), date(2024, 3, 1), date(2026, 8, 31), date(2026, 9, 1), date(2026, 11, 22)):
            given = {"day": day, "places": places}
            by_posts = dict((await connection.execute(text(STOCK), given)).tuples().all())
            by_ledger = dict((await connection.execute(text(LEDGER), given)).tuples().all())
            assert by_ledger == by_posts, day
