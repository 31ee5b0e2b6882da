"""The database's own catalogue, and raw SQL as the application's role without a WHERE: what it lets through."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from migrations.roles import ANALYST, APP, AUDITOR, COURIER, OWNER
from service.access.actions import Limits, who_is
from service.access.grants import GRANTS, Reach, Role
from service.kit.db import Sessions
from service.metadata import metadata
from service.settings import Settings
from tests.builders import Builder, SignedIn

# Facts about employers and alembic's own bookmark. Every other table holds, or belongs to, somebody.
NOT_PERSONAL = {
    "organisations", "grade_schemes", "crosswalk_versions", "crosswalk_entries", "alembic_version",
    # what roles ask, and the frameworks that say so
    "capability_frameworks", "capability_dimensions", "capability_levels", "capability_behaviours",
    "job_families", "role_profiles", "role_requirements",
    # the steps between roles, and the tiers of leadership
    "pathway_steps", "leadership_tiers", "tier_expectations",
    # how long a break between two posts may be
    "mobility_limits",
    # how long people inside the system come first, and how soon those not chosen are cared for
    "opportunity_limits",
    # the words that conversations are coded in
    "terms_versions", "conversation_terms",
}  # fmt: skip
FUNCTIONS = {
    # signing in, before anybody's eyes are set
    "account_for", "session_of", "start_session",
    # what an administrator may know of grades without seeing a person
    "unmapped_grades",
    # equality answers are written, and taken back, without being read
    "import_equality", "undo_equality",
    # an import asks whether a row is somebody already known elsewhere, and is undone whole
    "people_that_fit", "take_back", "forget_undo",
    # which rows of a partner's file tell of a conversation that is recorded already; what a file brought in is undone
    "conversations_on", "take_back_conversations",
    # whom the owner of a piece of evidence lets read it; which posts are somebody's first in a leadership tier
    "evidence_shared_with_me", "crossings_in",
    # the names of the other parties of a conversation, for its parties
    "names_of",
    # who may read what of a conversation, asked by the policies of its parts
    "is_party", "speaks_in", "reads_wording", "shared_with_me", "answered",
    # what follows from the history of a conversation, and from whom a next one is due
    "count_version", "reach_state", "touch_conversation",
    "dues_of_new", "dues_of_old", "dues_of_changed", "refresh_dues",
    # whether somebody had a post here by a day, for those who may find them here
    "worked_here_by",
    # which role profile a job title means, for the analyst role alone: the title stays where it is
    "profiles_held",
    # a corrected name is put right in the lists of every employer
    "list_again",
    # when a facilitator is busy, and how much each holds, for those who arrange
    "clashes", "workload",
    # a request is answered by the conversation that is planned
    "answer_requests",
    # a calendar fetches the times of meetings with the address it was given
    "feed_of",
    # the ledger of moves follows from posts, whoever records them; for partners, names of those whose moves touch their
    # organisation; for the nightly search, those who left or came
    "derive_moves", "moves_of_new", "moves_of_old", "supersede_moves", "extend_secondment", "names_in_moves",
    "legs_of_moves",
    # thinking of somebody without learning whether there is somebody; the names of those who are interested, and the
    # evidence they show, for those who decide; what follows from the history of an interest and from a conversation
    "refer", "names_in_interests", "evidence_for_interest", "talked_after", "reach_interest", "forget_talk",
    # nominating without learning whether there is somebody; the names of those who applied, for whoever decides;
    # places given one after the other, and the waiting list that moves up; what came after, for the analyst role alone
    "nominate_for_offer", "applicants", "untold_places", "hold_cohort", "reach_application", "count_kept_places",
    "give_more_places", "follow_offer", "publish_parts", "has_room", "count_place", "move_up", "offer_outcomes",
    # who offers to be a mentor, and the two of a request; what follows from its history; what positive action needs,
    # and what was declared for it, which goes when its subject closes
    "mentoring_people", "reach_request", "keep_record", "need_positive_action", "forget_declarations",
    "forget_declarations_of",
    # names for those who meet somebody in a pipeline, request or thread; asking somebody
    # without being told whether there is such a person; a membership is what its steps have made it
    "names_in_talent", "nominate", "open_thread_for", "step_membership",
    # an address that an employer changed opens no account
    "email_changed",
    # telling people, whose choices nobody else reads; what the courier is given to send
    "tell", "untell", "time_again", "gather_mail", "take_mail", "settle_mail", "sweep_notices",
    # how often somebody asks by an address; which released figures positive action may cite, who stands behind it, and
    # that it ends with its figure; who answers and who decides a request; when an offer is published; who signs
    "may_ask", "released_shares", "write_record", "approve_record", "withdraw_evidence", "keep_to_their_part",
    "publish_offer", "sign",
    # what might help somebody, for them and for partners whom they let see it; who those partners would be
    "might_help", "partners_of",
    # whether the reader may send something for one group, about themselves alone; where they were recorded as equally
    # qualified; what a released figure says, for the records that cite it; a letter that may have arrived
    "may_enter", "ties_of_mine", "cited", "hand_over_mail",
    # what a file of moves, offers or applications brought in
    "bring_in_applications", "take_back_entered",
}  # fmt: skip
PERSONAL = sorted(set(metadata.tables) - NOT_PERSONAL)


def _without(rights: str, *roles: str) -> str:
    for role in roles:
        rights = rights.replace(f"{role}=X/", "")
    return rights


async def answer(admin: AsyncEngine, question: str, **given: Any) -> list[Any]:
    async with admin.connect() as connection:
        return list((await connection.execute(text(question), given)).all())


async def test_every_table_in_the_database_is_one_that_the_code_knows(admin: AsyncEngine) -> None:
    found = {row[0] for row in await answer(admin, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert found == set(metadata.tables) | {"alembic_version"}


@pytest.mark.parametrize("table", sorted(NOT_PERSONAL - {"alembic_version"}))
async def test_a_table_of_facts_is_read_by_all_and_written_by_administrators_alone(
    admin: AsyncEngine, table: str
) -> None:
    policies = await answer(
        admin,
        "SELECT p.cmd, p.qual, p.with_check, c.relforcerowsecurity FROM pg_policies p"
        " JOIN pg_class c ON c.oid = to_regclass(p.tablename) WHERE p.tablename = :table AND :app = ANY (p.roles)",
        table=table,
        app=APP,
    )
    assert all(forced for *_, forced in policies)
    for command, using, check, _ in policies:
        allowed = {"SELECT": [using], "INSERT": [check], "UPDATE": [using, check]}[command]
        assert all(said == "true" if command == "SELECT" else "'administrator'" in said for said in allowed)


@pytest.mark.parametrize("table", PERSONAL)
async def test_a_table_with_personal_data_has_row_security_enabled_forced_and_a_policy(
    admin: AsyncEngine, table: str
) -> None:
    [(enabled, forced)] = await answer(
        admin, "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = to_regclass(:table)", table=table
    )
    assert (enabled, forced) == (True, True)
    policies = await answer(
        admin, "SELECT cmd, roles::text[], qual, with_check FROM pg_policies WHERE tablename = :table", table=table
    )
    assert policies
    for command, roles, using, check in policies:
        assert command != "ALL", "one policy for each command, so that each can be read"
        assert set(roles) <= {APP, ANALYST, AUDITOR, OWNER}
        assert command in {"SELECT", "DELETE"} or check is not None
        assert command == "INSERT" or using is not None
        assert APP not in roles or using != "true" or check is not None


async def test_what_the_application_may_do_to_a_table_a_policy_speaks_about(admin: AsyncEngine) -> None:
    granted = await answer(
        admin,
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = :app AND table_schema = 'public'",
        app=APP,
    )
    spoken = {
        (row.tablename, row.cmd)
        for row in await answer(admin, f"SELECT tablename, cmd FROM pg_policies WHERE '{APP}' = ANY (roles)")
    }
    assert {pair for pair in granted if pair[1] in {"TRUNCATE", "REFERENCES", "TRIGGER"}} == set()
    assert {tuple(pair) for pair in granted if pair[0] in PERSONAL} <= spoken


async def test_the_roles_have_no_powers(admin: AsyncEngine) -> None:
    for role in (OWNER, APP, ANALYST, AUDITOR, COURIER):
        [row] = await answer(
            admin,
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
            " FROM pg_roles WHERE rolname = :role",
            role=role,
        )
        assert not any(row), role
    for role in (APP, ANALYST, AUDITOR, COURIER):
        [(member,)] = await answer(admin, "SELECT pg_has_role(:role, :owner, 'MEMBER')", role=role, owner=OWNER)
        assert not member, role
        [(owns,)] = await answer(
            admin,
            "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = :role",
            role=role,
        )
        assert owns == 0, role
    [(login,)] = await answer(admin, "SELECT rolcanlogin FROM pg_roles WHERE rolname = :role", role=OWNER)
    assert not login


async def test_no_view_looks_past_row_security(admin: AsyncEngine) -> None:
    views = await answer(
        admin, "SELECT relname, reloptions FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace"
    )
    assert [name for name, options in views if "security_invoker=true" not in (options or [])] == []
    assert await answer(admin, "SELECT matviewname FROM pg_matviews") == []


async def test_the_functions_that_run_as_the_owner_are_exactly_these_and_cannot_be_led_astray(
    admin: AsyncEngine,
) -> None:
    rows = await answer(
        admin,
        "SELECT p.proname, p.pronamespace::regnamespace::text AS place, p.proconfig, r.rolname AS owner,"
        " p.proacl::text AS acl"
        " FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE p.prosecdef"
        " AND p.pronamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')",
    )
    assert {row.proname for row in rows} == FUNCTIONS
    for row in rows:
        assert row.place == "private"
        assert row.owner == OWNER
        assert row.proconfig == ["search_path=pg_catalog, public, pg_temp"]
        assert "=X/" not in _without(row.acl, APP, OWNER, ANALYST, COURIER), row.acl


# What each persona sees of two organisations with no WHERE: "ours" is theirs to work with, "own" is about themselves.
SEEN: Mapping[str, Mapping[str, str]] = {
    "nobody": {},
    Role.STAFF: {"people": "own", "employments": "own", "assignments": "own", "conversations": "own",
                 "wordings": "own", "conversation_states": "own",
                 "equality_answers": "own", "accounts": "own", "sign_ins": "own", "audit_entries": "own"},
    Role.FACILITATOR: {"people": "own", "employments": "ours", "assignments": "own", "conversations": "own",
                       "wordings": "own", "conversation_states": "own",
                       "equality_answers": "own", "accounts": "own", "grants": "own", "sign_ins": "own",
                       "audit_entries": "own"},
    Role.HR_PARTNER: {"people": "ours", "employments": "ours", "assignments": "ours", "conversations": "own",
                      "wordings": "own", "conversation_states": "own",
                      "equality_answers": "own", "accounts": "own", "grants": "own", "sign_ins": "own",
                      "audit_entries": "own"},
    Role.SYSTEM_LEADER: {"accounts": "own", "grants": "own", "sign_ins": "own", "audit_entries": "own"},
    Role.ADMINISTRATOR: {"accounts": "all", "grants": "all", "sign_ins": "own", "audit_entries": "own"},
    Role.AUDITOR: {"accounts": "own", "grants": "own", "sign_ins": "own", "audit_entries": "all"},
}  # fmt: skip
# Which column of a table says whose a row is.
WHOSE = {"people": "id", "employments": "person_id", "assignments": "person_id", "conversations": "person_id",
         "wordings": "person_id", "conversation_states": "person_id",
         "equality_answers": "person_id", "accounts": "id", "grants": "account_id", "sign_ins": "account_id",
         "audit_entries": "subject_person_id"}  # fmt: skip


@pytest.mark.parametrize("persona", SEEN)
async def test_raw_sql_with_no_where_shows_each_persona_their_own_side_only(
    make: Builder, sessions: Sessions, settings: Settings, persona: str
) -> None:
    ours, theirs = await make.organisation(), await make.organisation()
    mine, colleague, stranger = await make.person(ours), await make.person(ours), await make.person(theirs)
    accounts = {}
    for person, place in ((mine, ours), (colleague, ours), (stranger, theirs)):
        await _everything_about(make, person, place)
        accounts[person] = None if person == mine else (await make.account([(Role.AUDITOR, None)], person)).account_id
    who = await _signed_in_as(make, persona, ours, mine)
    seen = await _whose_rows(sessions, settings, who)
    expected = {
        "own": {mine, who.account_id} if who else set(),
        "ours": {mine, colleague},
        "all": {mine, colleague, stranger, *accounts.values(), who.account_id if who else None},
    }
    for table in sorted(set(PERSONAL) & set(WHOSE)):
        here = seen[table] & {mine, colleague, stranger, *accounts.values(), who.account_id if who else None} - {None}
        assert here <= expected[SEEN[persona].get(table, "own")], f"{persona} sees too much of {table}"
        if (reach := SEEN[persona].get(table)) == "ours":
            assert here == {mine, colleague}, f"{persona} sees too little of {table}"
        elif reach is None:
            assert here == set(), f"{persona} sees {table}"


@pytest.mark.parametrize("table", sorted(set(PERSONAL) - set(WHOSE)))
async def test_the_tables_of_other_rooms_are_shut_to_somebody_without_a_role(
    make: Builder, sessions: Sessions, settings: Settings, table: str
) -> None:
    for who in (None, await make.account([])):
        try:
            async with sessions() as session, session.begin():
                if who:
                    await who_is(session, who.token, Limits.of(settings))
                assert (await session.execute(text(f'SELECT count(*) FROM "{table}"'))).scalar_one() == 0
        except ProgrammingError as refusal:
            assert "permission denied" in str(refusal)


CHANGES = {"people": "family_name = 'x'", "employments": "listed_as = 'x'", "assignments": "job_title = 'x'",
           "equality_answers": "code = 'x'", "conversations": "kind = 'stay'", "accounts": "closed_at = now()",
           "grants": "granted_by = 'x'", "sign_ins": "device = 'x'"}  # fmt: skip


@pytest.mark.parametrize("persona", [*SEEN])
@pytest.mark.parametrize("table", CHANGES)
async def test_writing_with_no_where_changes_no_row_of_another_organisation(
    make: Builder, sessions: Sessions, settings: Settings, persona: str, table: str
) -> None:
    ours, theirs = await make.organisation(), await make.organisation()
    mine, stranger = await make.person(ours), await make.person(theirs)
    await _everything_about(make, stranger, theirs)
    other = await make.account([(Role.AUDITOR, None)], stranger)
    who = await _signed_in_as(make, persona, ours, mine)
    key = {"accounts": other.account_id, "grants": other.account_id, "sign_ins": other.account_id}.get(table, stranger)
    for statement in (f"UPDATE {table} SET {CHANGES[table]}", f"DELETE FROM {table}"):
        # An administrator looks after all accounts and roles; that is what the role is for.
        if persona == Role.ADMINISTRATOR and (table, statement[:6]) in {("accounts", "UPDATE"), ("grants", "DELETE")}:
            continue
        before, after = await _around(sessions, settings, who, statement, (table, key))
        assert before
        assert after == before, statement


async def _around(
    sessions: Sessions, settings: Settings, who: SignedIn | None, statement: str, row: tuple[str, UUID]
) -> tuple[str, str]:
    """What a row held before and after a statement of this persona's, all undone at the end."""
    table, key = row
    looking = text(f"SELECT md5(string_agg(t::text, ',')) FROM {table} t WHERE {WHOSE[table]} = :key").bindparams(
        key=key
    )
    async with sessions() as session, session.begin() as change:
        # Foreign keys stay out of it: row security alone must hold.
        await session.execute(text("SET LOCAL ROLE NONE"))
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        before = (await session.execute(looking)).scalar_one()
        await session.execute(text(f"SET LOCAL ROLE {APP}"))
        if who:
            await who_is(session, who.token, Limits.of(settings))
        try:
            async with session.begin_nested():
                await session.execute(text(statement))
        except ProgrammingError as refusal:
            assert "permission denied" in str(refusal) or "row-level security" in str(refusal)
        await session.execute(text("SET LOCAL ROLE NONE"))
        after = (await session.execute(looking)).scalar_one()
        await change.rollback()
    return before, after


async def _everything_about(make: Builder, person: UUID, place: UUID) -> None:
    await make.assignment(place, person)
    await make.equality(person, "sex", "female")
    await make.conversation(place, person, await make.person(place))


async def _signed_in_as(make: Builder, persona: str, ours: UUID, mine: UUID) -> SignedIn | None:
    if persona == "nobody":
        return None
    role = Role(persona)
    reach = GRANTS[role][0]
    held = [] if role is Role.STAFF else [(role, ours if reach is Reach.ORGANISATION else None)]
    return await make.account(held, None if reach is Reach.SYSTEM else mine, email=f"{uuid4().hex}@example.org")


async def _whose_rows(sessions: Sessions, settings: Settings, who: SignedIn | None) -> dict[str, set[UUID]]:
    seen: dict[str, set[UUID]] = {}
    async with sessions() as session, session.begin():
        if who:
            assert await who_is(session, who.token, Limits.of(settings))
        for table, column in WHOSE.items():
            seen[table] = set((await session.execute(text(f"SELECT {column} FROM {table}"))).scalars())
    return seen
