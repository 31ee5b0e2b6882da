"""Who sees what might help somebody: they, and the partners whom they chose, while they let them. Nobody else."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.grants import GRANTS, Role
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.db import Sessions, see_as, transaction
from tests.prompts.conftest import DAY, Ward, eyes

ASKED = "SELECT DISTINCT kind FROM private.might_help(CAST(:places AS uuid[]), CAST(:people AS uuid[])) ORDER BY kind"
ALL = ["aftercare", "conversation", "plan", "return_role", "support"]


async def seen(sessions: Sessions, actor: Actor, statement: str = ASKED, **given: object) -> list[str]:
    async with transaction(sessions, actor) as session:
        return list((await session.execute(text(statement), given)).scalars())


async def test_partners_see_it_only_once_they_are_chosen_and_not_a_moment_after(ward: Ward, sessions: Sessions) -> None:
    partner, places = eyes(ward.nia, ward.here), [ward.here]
    assert await seen(sessions, eyes(ward.amara), places=None, people=[ward.amara.person]) == ALL
    assert await seen(sessions, partner, places=places, people=[ward.amara.person]) == []
    await ward.make.prompt_share(ward.amara.person, ward.here)
    assert await seen(sessions, partner, places=places, people=[ward.amara.person]) == ALL
    async with transaction(sessions, eyes(ward.amara)) as session:
        await session.execute(text("DELETE FROM prompt_shares WHERE person_id = :p"), {"p": ward.amara.person})
    assert await seen(sessions, partner, places=places, people=[ward.amara.person]) == []


async def test_a_choice_is_for_one_employer_and_for_what_arises_there(ward: Ward, sessions: Sessions) -> None:
    await ward.make.prompt_share(ward.amara.person, ward.there)
    assert await seen(sessions, eyes(ward.sam, ward.there), places=[ward.there], people=[ward.amara.person]) == [
        "conversation"
    ]
    assert (
        await seen(sessions, eyes(ward.nia, ward.here), places=[ward.here, ward.there], people=[ward.amara.person])
        == []
    )


@pytest.mark.parametrize("over", ["the year", "the employment"])
async def test_a_choice_ends_with_its_year_and_with_the_employment(
    ward: Ward, sessions: Sessions, admin: AsyncEngine, over: str
) -> None:
    until = today() - DAY if over == "the year" else today() + DAY
    await ward.make.prompt_share(ward.amara.person, ward.here, until=until)
    if over == "the employment":
        async with admin.begin() as connection:
            gone = text("UPDATE employments SET ended = :d WHERE person_id = :p")
            await connection.execute(gone, {"d": today() - DAY, "p": ward.amara.person})
    partner = eyes(ward.nia, ward.here)
    assert await seen(sessions, partner, places=[ward.here], people=[ward.amara.person]) == []
    assert await seen(sessions, partner, "SELECT person_id::text FROM prompt_shares") == []


async def test_nobody_else_is_shown_anything_whatever_they_ask(ward: Ward, sessions: Sessions) -> None:
    await ward.make.prompt_share(ward.amara.person, ward.here)
    colleague, leader = await ward.make.staff(ward.here), await ward.make.leader()
    holder = Actor("F", leader.account_id, colleague.person, permissions={"people.find": frozenset({ward.here})})
    led = Actor("L", leader.account_id, None, frozenset({"system_leader", "administrator", "auditor"}))
    for other in (eyes(ward.sam, ward.there), eyes(colleague), holder, led, Actor("nobody")):
        assert await seen(sessions, other, places=[ward.here], people=[ward.amara.person]) == [], other
        for table in ("prompt_shares", "prompt_pauses", "prompt_objections", "prompt_decisions"):
            asked = f"SELECT person_id::text FROM {table} WHERE person_id = :p"
            assert await seen(sessions, other, asked, p=ward.amara.person) == [], table


def test_no_role_but_the_hr_partner_is_shown_anything_of_others() -> None:
    assert [role for role, (_, may) in GRANTS.items() if "prompts.answer" in may] == [Role.HR_PARTNER]


async def test_who_would_see_it_is_told_to_those_who_work_there(ward: Ward, sessions: Sessions) -> None:
    asked = "SELECT name FROM private.partners_of(ARRAY[CAST(:o AS uuid)])"
    assert await seen(sessions, eyes(ward.amara), asked, o=ward.here) == ["Jo Hart", "Nia Rees"]
    assert await seen(sessions, eyes(ward.sam, ward.there), asked, o=ward.here) == []


SIGNING = (
    "INSERT INTO prompt_decisions (person_id, id, organisation_id, kind, about_id, done, by_id, by_name)"
    " VALUES (:p, gen_random_uuid(), :o, 'plan', :p, 'talked', :by, 'x')"
)
SHOWING = "INSERT INTO prompt_shares (person_id, organisation_id, until) VALUES (:p, :o, current_date + 9)"


async def refused(sessions: Sessions, actor: Actor, statement: str, **given: object) -> bool:
    async with sessions() as session, session.begin() as change:
        try:
            await see_as(session, actor)
            await session.execute(text(statement), given)
        except DBAPIError as refusal:
            assert "row-level security" in str(refusal) or "permission denied" in str(refusal)
            return True
        await change.rollback()
    return False


async def test_a_decision_is_signed_by_whoever_made_it_for_somebody_who_shows_it(
    ward: Ward, sessions: Sessions
) -> None:
    nia, who = eyes(ward.nia, ward.here), ward.amara.person
    signed = {"p": who, "o": ward.here, "by": ward.nia.account_id}
    assert await refused(sessions, nia, SIGNING, **signed), "not shown"
    await ward.make.prompt_share(who, ward.here)
    assert not await refused(sessions, nia, SIGNING, **signed)
    assert await refused(sessions, nia, SIGNING, **{**signed, "by": ward.jo.account_id}), "another's name"
    assert await refused(sessions, eyes(ward.sam, ward.there), SIGNING, **{**signed, "by": ward.sam.account_id})
    own = {"p": ward.nia.person, "o": ward.here}
    await ward.make.prompt_share(ward.nia.person, ward.here)
    assert await refused(sessions, nia, SIGNING, **own, by=ward.nia.account_id), "about themselves"
    for statement in ("UPDATE prompt_decisions SET done = 'arranged'", "DELETE FROM prompt_decisions"):
        assert await refused(sessions, nia, statement), "the log is only added to"


async def test_the_names_in_a_decision_are_those_of_the_accounts_whatever_is_written(
    ward: Ward, sessions: Sessions
) -> None:
    nia, who = eyes(ward.nia, ward.here), ward.amara.person
    await ward.make.prompt_share(who, ward.here)
    passing = (
        "INSERT INTO prompt_decisions"
        " (person_id, id, organisation_id, kind, about_id, done, by_id, by_name, passed_to_id, passed_to)"
        " VALUES (:p, gen_random_uuid(), :o, 'plan', :p, 'passed_on', :by, 'The Queen', :to, :name)"
    )
    given = {"p": who, "o": ward.here, "by": ward.nia.account_id, "to": ward.jo.account_id, "name": "Jo Hart"}
    assert await refused(sessions, nia, passing, **{**given, "name": "Somebody"}), "a made-up name"
    assert await refused(sessions, nia, passing, **{**given, "to": ward.sam.account_id, "name": "Sam"}), "no colleague"
    async with transaction(sessions, nia) as session:
        await session.execute(text(passing), given)
    asked = "SELECT by_name || ' to ' || passed_to FROM prompt_decisions WHERE person_id = :p"
    assert await seen(sessions, nia, asked, p=who) == ["Nia Rees to Jo Hart"]


async def test_nobody_chooses_puts_off_or_objects_for_somebody_else(ward: Ward, sessions: Sessions) -> None:
    nia, who = eyes(ward.nia, ward.here), ward.amara.person
    assert await refused(sessions, nia, SHOWING, p=who, o=ward.here)
    assert await refused(sessions, eyes(ward.amara), SHOWING, p=who, o=await ward.make.organisation()), "no employer"
    await ward.make.prompt_share(who, ward.here)
    for table in ("prompt_shares", "prompt_pauses"):
        later = f"UPDATE {table} SET until = until + 1000 WHERE person_id = :p RETURNING person_id::text"
        assert await seen(sessions, nia, later, p=who) == []
    objecting = "INSERT INTO prompt_objections (person_id, kind) VALUES (:p, 'plan')"
    assert await refused(sessions, nia, objecting, p=who)
