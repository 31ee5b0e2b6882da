"""Raw SQL as the application's role, without any WHERE: what the database itself lets through."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from migrations.roles import ANALYST
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.db import Sessions, transaction
from service.opportunities.rules.interests import STEPS
from service.opportunities.rules.kinds import InterestState
from tests.builders import SignedIn
from tests.opportunities.conftest import YESTERDAY, Town


def eyes(who: SignedIn, *places: UUID) -> Actor:
    permissions = {"people.read": frozenset(places)} if places else {}
    return Actor(who.name, who.account_id, who.person_id, frozenset(), permissions)


async def seen(sessions: Sessions, actor: Actor, statement: str, **given: Any) -> list[Any]:
    async with transaction(sessions, actor) as session:
        return list((await session.execute(text(statement), given)).scalars())


async def test_a_draft_is_there_for_its_writers_and_what_is_published_for_all_who_work_here(
    town: Town, sessions: Sessions
) -> None:
    draft = await town.make.opportunity(town.here, state="draft")
    published = await town.make.opportunity(town.here)
    asked = "SELECT id FROM opportunities WHERE organisation_id = :o AND id IN (:a, :b)"
    for who, expected in (
        (eyes(town.partner, town.here), {draft, published}),
        (eyes(town.other, town.there), {published}),
        (eyes(town.nia), {published}),
        (eyes(await town.make.account([])), set[UUID]()),
    ):
        assert set(await seen(sessions, who, asked, o=town.here, a=draft, b=published)) == expected


async def test_an_interest_is_read_by_its_person_and_by_those_who_decide_once_it_is_sent(
    town: Town, sessions: Sessions
) -> None:
    who = await town.staff(town.there)
    made = await town.make.opportunity(town.here)
    sent = await town.make.interest(who.person, town.here, made, employer_id=town.there)
    unsent = await town.make.opportunity(town.here)
    await town.make.interest(who.person, town.here, unsent, "withdrawn", employer_id=town.there)
    for table, column in (
        ("interests", "id"),
        ("interest_statements", "interest_id"),
        ("interest_states", "interest_id"),
    ):
        asked = f"SELECT DISTINCT {column} FROM {table} WHERE person_id = :p"
        assert len(await seen(sessions, eyes(who), asked, p=who.person)) == 2
        assert await seen(sessions, eyes(town.partner, town.here), asked, p=who.person) == [sent], table
        # The employer of the person is not told, and nobody else is either.
        for other in (eyes(town.other, town.there), eyes(town.amara), eyes(town.nia)):
            assert await seen(sessions, other, asked, p=who.person) == [], table


async def test_what_somebody_said_is_shut_once_there_is_nothing_to_decide(town: Town, sessions: Sessions) -> None:
    who = await town.staff(town.here)
    piece = await town.make.evidence(who.person)
    partner, said = eyes(town.partner, town.here), "SELECT statement FROM interest_statements WHERE person_id = :p"
    shown = "SELECT id FROM evidence WHERE person_id = :p"
    for states, is_open in (
        (("submitted",), True),
        (("submitted", "shortlisted"), True),
        (("submitted", "not_shortlisted"), False),
    ):
        made = await town.make.opportunity(town.here)
        interest = await town.make.interest(who.person, town.here, made, *states, evidence_ids=[piece])
        asked = f"{said} AND interest_id = :i"
        assert len(await seen(sessions, partner, asked, p=who.person, i=interest)) == is_open
    assert await seen(sessions, partner, shown, p=who.person) == [piece]
    assert await seen(sessions, eyes(town.other, town.there), shown, p=who.person) == []


async def test_a_name_is_told_to_those_who_decide_and_to_nobody_else(town: Town, sessions: Sessions) -> None:
    who = await town.staff(town.there)
    made = await town.make.opportunity(town.here)
    asked = "SELECT name FROM private.names_in_interests(ARRAY[CAST(:p AS uuid)])"
    assert await seen(sessions, eyes(town.partner, town.here), asked, p=who.person) == []
    await town.make.interest(who.person, town.here, made, employer_id=town.there)
    assert await seen(sessions, eyes(town.partner, town.here), asked, p=who.person) == ["Amara Okafor"]
    assert await seen(sessions, eyes(town.amara), asked, p=who.person) == []


STATE = "INSERT INTO interest_states (person_id, interest_id, number, state, by_account_id, note) VALUES (:p, :i, 3,"
INTEREST = "INSERT INTO interests (person_id, id, organisation_id, opportunity_id, employer_id, route) VALUES"
CARE = "INSERT INTO aftercare (person_id, interest_id, organisation_id, decided_by_organisation_id, due_on) VALUES"
FORGED = {
    "a state that is another's to take": f"{STATE} 'shortlisted', :a, '')",
    "a state in another's name": f"{STATE} 'withdrawn', gen_random_uuid(), '')",
    "a note of one's own": f"{STATE} 'withdrawn', :a, 'x')",
    "an interest for somebody else": f"{INTEREST} (:other, gen_random_uuid(), :o, :open, :o, 'self')",
    "an interest past the deadline": f"{INTEREST} (:p, gen_random_uuid(), :o, :closed, :o, 'self')",
    "other words once it is sent": "UPDATE interest_statements SET statement = 'x' WHERE interest_id = :i",
    "care for oneself": f"{CARE} (:p, :i, :o, :o, current_date)",
    "a referral past the function": "INSERT INTO referrals (id, organisation_id, opportunity_id, referred_by_id)"
    " VALUES (gen_random_uuid(), :o, :open, :p)",
}


@pytest.mark.parametrize("what", FORGED)
async def test_the_database_refuses(town: Town, sessions: Sessions, what: str) -> None:
    who = await town.staff(town.here)
    opening, closed = (
        await town.make.opportunity(town.here),
        await town.make.opportunity(town.here, closes_on=YESTERDAY),
    )
    given = {"p": who.person, "a": who.account_id, "o": town.here, "open": opening, "closed": closed}
    given |= {"i": await town.make.interest(who.person, town.here, opening), "other": town.amara.person}
    named = {name: value for name, value in given.items() if f":{name}" in FORGED[what]}
    async with transaction(sessions, eyes(who)) as session:
        assert await changed(session, FORGED[what], **named) == 0


@pytest.mark.parametrize(("state", "refusal"), [("shortlisted", "row-level security"), ("not_shortlisted", "reason")])
async def test_nobody_chooses_themselves_and_a_no_has_a_reason(
    town: Town, sessions: Sessions, state: str, refusal: str
) -> None:
    candidate = await town.make.hr_partner(town.here)
    key = await town.make.interest(candidate.person, town.here, await town.make.opportunity(town.here))
    given = {"p": candidate.person, "i": key, "a": candidate.account_id}
    async with transaction(sessions, eyes(candidate, town.here)) as session:
        with pytest.raises(DBAPIError, match=refusal):
            async with session.begin_nested():
                await session.execute(text(f"{STATE} '{state}', :a, '')"), given)


async def changed(session: AsyncSession, statement: str, **given: Any) -> int:
    """How many rows a statement changes; none where the database refuses it."""
    try:
        async with session.begin_nested():
            done: Any = await session.execute(text(statement), given)
            return done.rowcount
    except DBAPIError as refusal:
        assert "row-level security" in str(refusal.orig) or "permission denied" in str(refusal.orig)
        return 0


async def test_the_link_to_the_outside_is_refused_before_its_day_whoever_writes(town: Town, sessions: Sessions) -> None:
    early = await town.make.opportunity(town.here, internal_until=today())
    late = await town.make.opportunity(town.here, internal_until=today() - timedelta(1))
    statement = "UPDATE opportunities SET external_link = 'https://example.org' WHERE id = :i"
    async with transaction(sessions, eyes(town.partner, town.here)) as session:
        assert await changed(session, statement, i=early) == 0
        assert await changed(session, statement, i=late) == 1
        assert (
            await changed(session, statement.replace("external_link = 'https://example.org'", "title = 'x'"), i=late)
            == 1
        )
    async with transaction(sessions, eyes(town.other, town.there)) as session:
        assert await changed(session, statement, i=late) == 0


# Tries every pair and undoes it, in one round trip: any refusal but the trigger's fails.
TRIED = """
    CREATE FUNCTION pg_temp.tried(who uuid, interest uuid, states text[]) RETURNS TABLE (was text, became text) AS $$
    BEGIN
        FOREACH was IN ARRAY states LOOP
            FOREACH became IN ARRAY states LOOP
                BEGIN
                    UPDATE interests SET state = was WHERE id = interest;
                    INSERT INTO interest_states (person_id, interest_id, number, state)
                    VALUES (who, interest, 3, became);
                    RAISE no_data_found;
                EXCEPTION
                    WHEN no_data_found THEN RETURN NEXT;
                    WHEN check_violation THEN
                        IF SQLERRM <> 'this state cannot follow' THEN RAISE; END IF;
                END;
            END LOOP;
        END LOOP;
    END $$ LANGUAGE plpgsql"""


async def test_the_database_knows_the_same_steps_as_the_rules(town: Town) -> None:
    """Every pair of states, as the administrator whom no policy stops: the trigger alone decides."""
    who = await town.staff(town.here)
    made = await town.make.opportunity(town.here)
    interest = await town.make.interest(who.person, town.here, made, "withdrawn")
    given = {"p": who.person, "i": interest, "states": [*InterestState]}
    async with town.make.admin.begin() as connection:
        await connection.exec_driver_sql(TRIED)
        asked = text("SELECT was, became FROM pg_temp.tried(:p, :i, CAST(:states AS text[]))")
        allowed = {(row.was, row.became) for row in await connection.execute(asked, given)}
        await connection.exec_driver_sql("DROP FUNCTION pg_temp.tried")
    assert allowed == set(STEPS)


async def test_the_analyst_has_dates_and_codes_and_no_words(town: Town) -> None:
    words = {"title", "summary", "statement", "note", "place", "pay", "external_link", "risk_exposure", "found_by"}
    asked = (
        "SELECT table_name, column_name FROM information_schema.column_privileges"
        " WHERE grantee = :r AND privilege_type = 'SELECT' AND table_name IN ('opportunities', 'interests',"
        " 'interest_states', 'interest_statements', 'referrals', 'aftercare')"
    )
    found = await town.sql(asked, r=ANALYST)
    assert {row.table_name for row in found} == {"opportunities", "interests", "interest_states", "aftercare"}
    assert {row.column_name for row in found}.isdisjoint(words)
