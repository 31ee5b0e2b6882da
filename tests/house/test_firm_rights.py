"""Raw SQL as the application's role: what the actions always kept to holds whoever writes."""

import importlib
import pkgutil
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

import service
from service.access.actions import Limits, who_is
from service.cli.kinds import KINDS
from service.kit.clock import today
from service.kit.db import Sessions
from service.notices.rules import Kind
from service.settings import Settings
from tests.builders import Builder, SignedIn
from tests.house.test_privileges import refused
from tests.house.test_row_security import answer


@dataclass(frozen=True)
class Town:
    """`partner` is of the employer, `seeker` of the organisation that looks for somebody; `person` works for the
    employer. `ids` are named in the statements."""

    partner: SignedIn
    seeker: SignedIn
    person: SignedIn
    ids: dict[str, Any]


@pytest.fixture(scope="module")
async def town(admin: AsyncEngine) -> Town:
    make = Builder(admin)
    here, there = await make.organisation(), await make.organisation()
    partner, seeker, person = await make.hr_partner(here), await make.hr_partner(there), await make.staff(here)
    await make.assignment(here, person.person)
    request, open_ = await make.wanted(there), await make.opportunity(there)
    draft, closed = await make.offer(here, state="draft", published_at=None), await make.offer(here, state="closed")
    begun = await make.application(person.person, here, closed, await make.cohort(here, closed), "submitted")
    async with admin.begin() as connection:
        undone = "UPDATE offer_applications SET state = 'draft', version = 1, submitted_at = NULL WHERE id = :a"
        await connection.execute(text(undone), {"a": begun})
        gone = "DELETE FROM offer_application_states WHERE application_id = :a AND number = 2"
        await connection.execute(text(gone), {"a": begun})
        await connection.execute(text("INSERT INTO flags VALUES (gen_random_uuid(), 'firm', :a, 'x', '')"), {"a": "f"})
    put = {"consent": "agreed", "referral": "referred"}
    ids = {
        "here": here,
        "there": there,
        "me": person.person,
        "account": person.account_id,
        "agreed": await make.candidate(person.person, here, there, request, consent="agreed"),
        "referred": await make.candidate(person.person, here, there, await make.wanted(there), **put),
        "draft": draft,
        "closed": closed,
        "begun": begun,
        "member": await make.membership(person.person, here, await make.pipeline(here), "ready_soon"),
        "opening": open_,
    }
    return Town(partner, seeker, person, ids)


WITHDRAW = "UPDATE request_referrals SET consent = 'withdrawn', answered_at = now(), version = version + 1"
STEP = (
    "INSERT INTO membership_states (person_id, membership_id, number, step, stage, words, by_id) VALUES (:me, :member,"
)
TELL = "SELECT private.tell(ARRAY[CAST(:me AS uuid)], ARRAY[gen_random_uuid()], "
APPLY = (
    "INSERT INTO offer_applications (person_id, id, offer_organisation_id, offer_id) VALUES (:me, gen_random_uuid(),"
)
SEND = "INSERT INTO offer_application_states (person_id, application_id, number, state, by_id) VALUES"
INTEREST = "INSERT INTO interests (person_id, id, organisation_id, opportunity_id, employer_id, route"
# what is tried -> (who, the statement, why it is refused)
TRIED: dict[str, tuple[str, str, str]] = {
    "an outcome of one's own while withdrawing": (
        "person",
        f"{WITHDRAW}, outcome = 'selected', decided_at = now() WHERE id = :referred",
        "somebody else to say",
    ),
    "being put forward by oneself": (
        "person",
        f"{WITHDRAW}, referral = 'referred' WHERE id = :agreed",
        "somebody else to say",
    ),
    "a yes that was taken back": (
        "person",
        "UPDATE request_referrals SET consent = 'asked' WHERE id = :agreed",
        "somebody else to say",
    ),
    "a yes in the person's name": (
        "partner",
        "UPDATE request_referrals SET answered_at = now() WHERE id = :agreed",
        "somebody else to say",
    ),
    "both employers' decisions by one": (
        "partner",
        "UPDATE request_referrals SET referral = 'referred', outcome = 'selected' WHERE id = :agreed",
        "somebody else to say",
    ),
    "a choice together with what was put forward": (
        "seeker",
        "UPDATE request_referrals SET outcome = 'selected', referred_at = now() WHERE id = :referred",
        "somebody else to say",
    ),
    "a draft that everybody reads": (
        "partner",
        "UPDATE offers SET published_at = now() WHERE id = :draft",
        "permission denied",
    ),
    "a published offer made a draft again": (
        "partner",
        "UPDATE offers SET state = 'draft' WHERE id = :closed",
        "a_draft_is_unseen",
    ),
    "an application to a closed offer": ("person", f"{APPLY} :here, :closed)", "row-level security"),
    "a draft sent to a closed offer": (
        "person",
        f"{SEND} (:me, :begun, 2, 'submitted', :account)",
        "row-level security",
    ),
    "a place in a pipeline renewed by oneself": (
        "person",
        f"{STEP} 3, 'entered', 'feeder', 'x', :me)",
        "cannot follow",
    ),
    "a step out of turn": ("person", f"{STEP} 4, 'objected', 'feeder', 'x', :me)", "cannot follow"),
    "a yes to what nobody asked": ("person", f"{STEP} 3, 'accepted', 'feeder', 'x', :me)", "cannot follow"),
    "a priority window of one's own": (
        "person",
        f"{INTEREST}, in_priority_window) VALUES (:me, :me, :there, :opening, :here, 'self', true)",
        "permission denied",
    ),
    "a priority window afterwards": (
        "person",
        "UPDATE interests SET in_priority_window = true WHERE person_id = :me",
        "permission denied",
    ),
    "a notice of any kind": ("person", f"{TELL} 'you_won', 'x', '/me')", "no such kind of notice"),
    "a notice that leads to another site": (
        "person",
        f"{TELL} 'offers.placed', 'x', '//elsewhere.test')",
        "a_path_of_ours",
    ),
    "a notice in words of one's own": (
        "person",
        "INSERT INTO notices (person_id, id, headline) VALUES (:me, gen_random_uuid(), 'x')",
        "permission denied",
    ),
    "a kind of notice of one's own": (
        "partner",
        "INSERT INTO notice_kinds VALUES ('k', 'x', 'x', false)",
        "permission",
    ),
    "one's own count of askings": ("person", "DELETE FROM askings", "permission denied"),
}


@pytest.mark.parametrize("what", TRIED)
async def test_the_database_refuses(town: Town, sessions: Sessions, settings: Settings, what: str) -> None:
    who, statement, why = TRIED[what]
    given = {name: value for name, value in town.ids.items() if f":{name}" in statement}
    assert why in await refused(sessions, settings, getattr(town, who), statement, **given)


# what is theirs to do: the same statements, without the forged part
DONE: dict[str, tuple[str, str]] = {
    "withdrawing": ("person", f"{WITHDRAW} WHERE id = :agreed"),
    "putting forward": (
        "partner",
        "UPDATE request_referrals SET referral = 'referred', referred_at = now() WHERE id = :agreed",
    ),
    "choosing": (
        "seeker",
        "UPDATE request_referrals SET outcome = 'selected', decided_at = now() WHERE id = :referred",
    ),
    "objecting": ("person", f"{STEP} 3, 'objected', 'feeder', 'x', :me)"),
    "telling": ("person", f"{TELL} 'offers.placed', 'x', '/me')"),
}


@pytest.mark.parametrize("what", DONE)
async def test_and_lets_each_do_their_part(town: Town, sessions: Sessions, settings: Settings, what: str) -> None:
    who, statement = DONE[what]
    given = {name: value for name, value in town.ids.items() if f":{name}" in statement}
    assert await refused(sessions, settings, getattr(town, who), statement, **given) == ""


CHECK = (
    "INSERT INTO inclusion_checks (organisation_id, id, subject, subject_id, stage, finding, looked_at, will_do,"
    " owner_account_id, owner) VALUES (:here, gen_random_uuid(), 'offer', :draft, 'publish', 'could_not_tell', '', 'x',"
    " :someone, 'Somebody Else') RETURNING owner, owner_account_id"
)
NOTE = "INSERT INTO know_how_versions (note_id, version, words, is_withdrawn, author_id, author) VALUES"
SIGNED = {
    "inclusion_checks": CHECK,
    "equal_qualifications": "INSERT INTO equal_qualifications (organisation_id, id, subject, subject_id, candidates,"
    " words, recorded_by) VALUES (:here, gen_random_uuid(), 'offer', :draft, ARRAY[gen_random_uuid(),"
    " gen_random_uuid()], 'x', 'Somebody Else') RETURNING recorded_by",
    "know_how_versions": "WITH n AS (SELECT id FROM know_how WHERE organisation_id = :here)"
    f" {NOTE.replace(' VALUES', '')} SELECT id, 1, 'x', false, CAST(:signer AS uuid), 'Somebody Else' FROM n"
    " RETURNING author",
    "supplied_figures": "INSERT INTO supplied_figures (id, organisation_id, measure, period_end, group_code, numerator,"
    " denominator, by_id, by_name) VALUES (gen_random_uuid(), :here, 'wres.5', current_date, 'x', 1, 2, :signer,"
    " 'Somebody Else') RETURNING by_name",
    "flag_states": "INSERT INTO flag_states (flag_id, number, state, by_id, by_name) SELECT id, 1, 'open',"
    " CAST(:signer AS uuid), 'Somebody Else' FROM flags WHERE step = 'firm' RETURNING by_name",
}


@pytest.mark.parametrize("table", SIGNED)
async def test_under_what_somebody_signs_stands_the_name_of_their_account(
    make: Builder, town: Town, sessions: Sessions, settings: Settings, admin: AsyncEngine, table: str
) -> None:
    who = await make.leader() if table == "flag_states" else town.partner
    if table == "know_how_versions":
        async with admin.begin() as connection:
            note = "INSERT INTO know_how (id, organisation_id, about) VALUES (gen_random_uuid(), :o, 'coverage')"
            await connection.execute(text(note), {"o": town.ids["here"]})
    given = {**town.ids, "someone": town.person.account_id, "signer": who.account_id}
    statement = SIGNED[table]
    async with sessions() as session, session.begin() as change:
        assert await who_is(session, who.token, Limits.of(settings))
        named = {name: value for name, value in given.items() if f":{name}" in statement}
        row = (await session.execute(text(statement), named)).first()
        await change.rollback()
    assert row is not None
    assert row[0] == who.name
    assert row[1:] in {(), (who.account_id,)}


async def test_whether_somebody_was_in_a_priority_window_is_found_out_when_they_send(
    make: Builder, town: Town, sessions: Sessions, settings: Settings, admin: AsyncEngine
) -> None:
    here, (declared, other) = town.ids["here"], [await make.staff(town.ids["here"]) for _ in range(2)]
    opening = await make.opportunity(here, priority_until=today())
    declare = (
        "INSERT INTO offer_declarations (person_id, subject, subject_id, keep_until)"
        " VALUES (:me, 'opportunity', :o, current_date)"
    )
    for who in (declared, other):
        async with sessions() as session, session.begin():
            await who_is(session, who.token, Limits.of(settings))
            if who is declared:
                await session.execute(text(declare), {"me": who.person, "o": opening})
        await make.interest(who.person, here, opening)
    asked = "SELECT person_id FROM interests WHERE opportunity_id = :o AND in_priority_window"
    assert await answer(admin, asked, o=opening) == [(declared.person,)]


@pytest.mark.parametrize(
    ("what", "function"),
    [
        ("an offer", "nominate_for_offer(:mail, :here, :open, gen_random_uuid())"),
        ("a pipeline", "nominate(:pipeline, gen_random_uuid(), NULL, :mail, 'x')"),
        ("a thread", "open_thread_for(gen_random_uuid(), :mail, 'x')"),
        ("an opportunity", "refer(:there, :opening, :mail)"),
    ],
)
async def test_an_address_is_asked_only_if_confirmed_and_twenty_times_a_day_at_most(
    make: Builder, town: Town, sessions: Sessions, settings: Settings, admin: AsyncEngine, what: str, function: str
) -> None:
    here = town.ids["here"]
    asker, (mail, unsure) = await make.staff(here), [f"{here.hex[20:]}{n}{what[-4:]}@firm.test" for n in range(2)]
    person = await make.person(here, email=mail)
    await make.person(here, email=unsure, email_confirmed=False)
    given = {**town.ids, "open": await make.offer(here), "pipeline": await make.pipeline(here)}

    async def ask(address: str, times: int = 1) -> UUID | None:
        async with sessions() as session, session.begin():
            await who_is(session, asker.token, Limits.of(settings))
            named = {name: value for name, value in given.items() if f":{name}" in function}
            asked = text(f"SELECT private.{function}")
            found = [(await session.execute(asked, {**named, "mail": address})).scalar_one() for _ in range(times)]
        return found[-1]

    assert await ask(unsure) is None
    assert await ask(f"nobody{mail}", 19) is None
    # Whether there was somebody or not, it was counted; and nothing of it is left.
    assert await ask(mail) is None
    async with admin.begin() as connection:
        later = "UPDATE askings SET at = at - interval '2 days' WHERE account_id = :a"
        await connection.execute(text(later), {"a": asker.account_id})
        later = "UPDATE referrals SET at = at - interval '2 days' WHERE referred_by_id = :p"
        await connection.execute(text(later), {"p": asker.person})
    assert await ask(mail) == person
    for table in ("offer_applications", "pipeline_memberships", "potential_threads"):
        assert await answer(admin, f"SELECT 1 FROM {table} WHERE person_id = :p", p=asker.person) == []


async def test_every_kind_of_notice_in_the_code_is_one_that_can_be_told() -> None:
    found: set[Kind] = set()
    for module in pkgutil.walk_packages(service.__path__, "service."):
        if module.name.startswith("service.cli.app"):
            continue
        values = vars(importlib.import_module(module.name)).values()
        found |= {one for one in values if isinstance(one, Kind)}
        found |= {one for held in values if isinstance(held, dict) for one in held.values() if isinstance(one, Kind)}
    assert found == set(KINDS)
    assert len({kind.code for kind in KINDS}) == len(set(KINDS))
