"""What each role may write, column by column, and what the functions that run as the owner give away: nothing."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from migrations.roles import ANALYST, APP, AUDITOR, COURIER
from service.access.actions import Limits, who_is
from service.access.grants import Role
from service.kit.db import Sessions
from service.kit.ids import new_id
from service.metadata import metadata
from service.settings import Settings
from service.transfer.columns import POST_FIELDS
from service.transfer.tables import Import, ImportAnswer, ImportChange, ImportStep
from tests.builders import Builder, SignedIn
from tests.house.test_row_security import FUNCTIONS, answer

TRIGGERS = {"list_again", "email_changed", "count_version", "reach_state", "touch_conversation"} | {
    "answer_requests",
    "dues_of_new",
    "dues_of_old",
    "dues_of_changed",
    "refresh_dues",
    "derive_moves",
    "moves_of_new",
    "moves_of_old",
    "supersede_moves",
    "extend_secondment",
    "step_membership",
    "reach_request",
    "keep_record",
    "hold_cohort",
    "reach_application",
    "count_kept_places",
    "give_more_places",
    "follow_offer",
    "publish_parts",
    "has_room",
    "count_place",
    "move_up",
    "need_positive_action",
    "forget_declarations_of",
    "reach_interest",
    "forget_talk",
    "time_again",
    "may_ask",
    "write_record",
    "approve_record",
    "withdraw_evidence",
    "keep_to_their_part",
    "publish_offer",
    "sign",
    "cited",
}
ANALYSTS = {"profiles_held", "offer_outcomes"}
COURIERS = {"gather_mail", "take_mail", "hand_over_mail", "settle_mail", "sweep_notices"}
ENTRY = {"account_id", "actor", "action", "subject_person_id", "organisation_id", "entity_id", "detail"}
DETAILS = {"given_name", "family_name", "birth_date", "email"}
TALK = {"person_id", "conversation_id"}
WHEN = {"kind", "mode", "facilitator_kind", "scheduled_at", "minutes", "held_on", "next_due_on", "terms_version"}
ANSWER = {"code", "code_list", "code_list_version", "source"}
EVIDENCE = {"organisation_id", "framework_code", "framework_version", "dimension_code", "happened_on", "situation"} | {
    "what_happened",
    "witness",
    "profile_id",
}
ASPIRATION = {"target_family", "target_level", "target_tier", "place_id", "timeframe", "working_pattern"} | {
    "willing_to_move",
    "specialist_track",
    "is_muted",
}
MOVE = {"person_id", "id", "kind", "effective_on", "left_on", "from_organisation_id", "to_organisation_id"} | {
    "system_change",
    "from_assignment_id",
    "to_assignment_id",
    "crosswalk_version",
}
PAIR = {f"{leg}_{part}" for leg in ("leaver", "joiner") for part in ("person_id", "event_id", "organisation_id")} | {
    "id",
    "basis",
    "gap_days",
    "name_likeness",
    "birth_dates",
    "same_number",
    "has_rival",
}
ASSET = {"kind", "what", "how_to_borrow", "available_from", "available_to", "state"}
MENTOR = {"kind", "capacity", "topics", "level_from", "level_to", "ways", "languages", "paused"}
ABOUT = {"organisation_id", "id", "subject", "subject_id"}
CASE = {
    "title",
    "group_described",
    "figure",
    "comparator",
    "rationale",
    "proportionality",
} | {
    "alternatives",
    "owner_id",
    "review_on",
}
AGREED = {"person_id", "id", "home_organisation_id", "host_organisation_id", "agreed_on", "starts", "ends"}
OPENING = {"kind", "title", "profile_id", "level", "staff_group", "place", "working_pattern", "weekly_hours", "pay"} | {
    "summary",
    "starts_on",
    "ends_on",
    "closes_on",
    "is_open_to_system",
    "is_targeted",
    "priority_until",
    "risk_share",
    "risk_exposure",
    "home_pays",
    "risk_exit",
}
INTEREST = {"person_id", "id", "organisation_id", "opportunity_id", "employer_id", "level", "staff_group", "route"}
CHANGED = {"ended_on", "home_pays", "backfill", "return_role", "return_checked_on"}
ROLE_OF = {"profile_id", "family_code", "level"}
PIPELINE = {"in_scope", "title", "purpose", "criteria", "owner"}
CRITICAL = {"title", "why", "assignment_id", "review_on"}
PUT_FORWARD = {"person_id", "id", "request_id", "requester_id", "organisation_id", "asked_by_id"}
OFFER = {"title", "kind", "provider", "provider_kind", "summary", "what_you_will_do", "verbs", "framework_code"} | {
    "framework_version",
    "dimension_code",
    "priority",
    "level_from",
    "level_to",
    "staff_groups",
    "cost",
    "paid_by",
    "place_rule",
    "opens_on",
    "closes_on",
    "priority_until",
    "is_targeted",
    "is_for_some",
}
DATES = {"starts_on", "ends_on", "is_online", "place", "places"}
THEN = {"cohort_id", "organisation_id", "job_title", "level", "staff_group"}
# Of each table that is not written whole: what may be given when a row is added, and what may be changed afterwards.
WRITTEN: Mapping[str, tuple[set[str], set[str]]] = {
    "people": ({"id"} | DETAILS, DETAILS | {"version"}),
    "employments": (
        {"organisation_id", "person_id", "employee_number", "listed_as", "ended"},
        {"employee_number", "listed_as", "ended"},
    ),
    "equality_answers": ({"person_id", "characteristic"} | ANSWER, ANSWER | {"answered_at"}),
    "assignments": ({"organisation_id", "id", "person_id", *POST_FIELDS}, set(POST_FIELDS)),
    "conversations": (
        {"person_id", "id", "organisation_id", "facilitator_id", "recorded_by_id"} | WHEN,
        WHEN,
    ),
    "conversation_states": (TALK | {"number", "state", "by_id", "reason", "wording"}, set()),
    "wordings": (
        TALK | {"number", "written_by_id", "summary", "aspirations", "barriers", "support", "codes"},
        set(),
    ),
    "conversation_shares": (TALK | {"audience"}, {"revoked_at"}),
    "private_notes": (
        TALK | {"party_id", "purpose", "sealed", "key_id", "is_shown"},
        {"sealed", "key_id", "is_shown", "version", "changed_at"},
    ),
    "kept_answers": ({"account_id", "key", "asked", "sealed", "key_id"}, set()),
    "accounts": ({"id", "name", "email"}, {"closed_at"}),
    "grants": ({"id", "account_id", "role", "organisation_id", "granted_by"}, set()),
    "sign_ins": (set(), set()),
    "audit_entries": (ENTRY, set()),
    "import_answers": (set(), set()),
    "import_steps": ({"organisation_id", "import_id", "number", "state", "by", "detail"}, set()),
    "releases": (set(), set()),
    "release_tables": (set(), set()),
    "flags": (set(), set()),
    "flag_sightings": (set(), set()),
    "flag_states": ({"flag_id", "number", "state", "by_id", "by_name", "owner", "next_on", "evidence"}, set()),
    "released_routes": (set(), set()),
    "supplied_figures": (
        {"id", "organisation_id", "measure", "period_end", "group_code", "numerator", "denominator", "by_id"}
        | {"by_name"},
        set(),
    ),
    "know_how_versions": ({"note_id", "version", "words", "is_withdrawn", "author_id", "author"}, set()),
    "pathway_steps": (
        {"id", "from_profile_id", "to_profile_id", "kind", "typical_months", "what_helps", "version", "state"},
        {"state"},
    ),
    "stated_roles": ({"person_id", "id", "organisation_id", "assignment_id", "profile_id"}, set()),
    "chosen_steps": ({"person_id", "id", "step_id"}, {"set_aside_at"}),
    "evidence": ({"person_id", "id"} | EVIDENCE, EVIDENCE | {"version"}),
    "evidence_shares": ({"person_id", "evidence_id", "reader"}, {"revoked_at"}),
    "aspirations": ({"person_id", "version", "words"} | ASPIRATION, {"words"}),
    "aspiration_hidden": ({"person_id", "organisation_id"}, set()),
    "transitions": (
        {"person_id", "id", "organisation_id", "assignment_id", "from_tier", "to_tier", "started_on"},
        {"state", "ended_on"},
    ),
    "transition_supports": (
        {"person_id", "transition_id", "id", "organisation_id", "kind", "who", "arranged_on"},
        set(),
    ),
    "assets": ({"organisation_id", "id"} | ASSET, ASSET | {"version"}),
    "asset_looks": (
        {"organisation_id", "offer_id", "id", "asset_organisation_id", "asset_id", "reason"},
        set(),
    ),
    "inclusion_checks": (
        ABOUT | {"stage", "finding", "looked_at", "will_do", "owner_account_id", "owner"},
        set(),
    ),
    "mentors": ({"person_id"} | MENTOR, MENTOR | {"version"}),
    "mentor_requests": ({"person_id", "id", "mentor_id", "words"}, set()),
    "mentor_request_states": ({"person_id", "request_id", "number", "state", "by_id", "reason"}, set()),
    "positive_action_records": (
        ABOUT | CASE,
        CASE | {"state", "reminded_on", "version"},
    ),
    "equal_qualifications": (ABOUT | {"candidates", "words", "recorded_by"}, set()),
    "offer_declarations": ({"person_id", "subject", "subject_id", "keep_until"}, set()),
    "offers": ({"organisation_id", "id"} | OFFER, OFFER | {"state"}),
    "offer_partners": ({"organisation_id", "offer_id", "partner_organisation_id"}, set()),
    "offer_cohorts": ({"organisation_id", "offer_id", "id"} | DATES, DATES),
    "offer_seats": ({"organisation_id", "offer_id", "cohort_id", "partner_organisation_id", "reserved"}, {"reserved"}),
    "offer_applications": ({"person_id", "id", "offer_organisation_id", "offer_id"} | THEN, THEN),
    "offer_statements": ({"person_id", "application_id", "words"}, {"words", "written_at"}),
    "offer_application_states": (
        {"person_id", "application_id", "number", "state", "by_id", "cohort_id", "reason", "note"},
        set(),
    ),
    "offer_feedback": ({"person_id", "application_id", "useful", "words"}, {"useful", "words"}),
    "mobility_limits": (set(), {"gap_days", "review_days"}),
    "pipelines": (PIPELINE | {"id", "organisation_id", "family_code", "level"}, PIPELINE | {"state", "version"}),
    "pipeline_memberships": ({"person_id", "id", "pipeline_id", "organisation_id", "source"}, {"shown_to"}),
    "membership_states": (
        {"person_id", "membership_id", "number", "step", "stage", "words", "evidence_id", "by_id"},
        set(),
    ),
    "critical_roles": (CRITICAL | ROLE_OF | {"organisation_id", "id"}, CRITICAL | {"closed_on", "version"}),
    "retirement_years": ({"person_id", "year"}, {"year", "said_at"}),
    "talent_requests": (
        ROLE_OF | {"organisation_id", "id", "title", "starts", "ends", "capability", "words"},
        {"state", "reason", "closed_on", "version"},
    ),
    "request_referrals": (
        PUT_FORWARD,
        {"consent", "answered_at", "referral", "referred_at", "outcome", "decided_at", "reason", "version"},
    ),
    "potential_threads": (
        {"id", "organisation_id", "subject", "person_id", "title", "opened_by_id", "state"},
        {"state", "version"},
    ),
    "thread_observations": ({"thread_id", "number", "what", "place", "why", "conditions", "seen_on", "by_id"}, set()),
    "mobility_events": (MOVE | {"source", "corrects_id", "reason", "is_withdrawn"}, set()),
    "move_pairs": (PAIR, {"state", "decided_at", "decided_by", "later_until"}),
    "secondments": (AGREED | {"first_end", "home_assignment_id"} | CHANGED, CHANGED | {"version"}),
    "secondment_extensions": (
        {"person_id", "secondment_id", "number", "asked_by_organisation_id", "until"},
        {"state", "refusal", "decided_at"},
    ),
    "notices": (set(), {"read_at"}),
    "notice_kinds": (set(), set()),
    "askings": (set(), set()),
    "notice_choices": ({"person_id", "email", "quiet_from", "quiet_to"}, {"email", "quiet_from", "quiet_to"}),
    "letters": (set(), set()),
    "opportunity_limits": (set(), {"internal_days", "aftercare_days"}),
    "opportunities": (
        {"organisation_id", "id"} | OPENING,
        OPENING | {"opens_on", "internal_until", "external_link", "state", "version", "shortlisted_at", "decided_at"},
    ),
    "interests": (
        INTEREST | {"employer_may_help"},
        {"employer_may_help"},
    ),
    "interest_states": (
        {"person_id", "interest_id", "number", "state", "by_account_id", "reason", "note"},
        set(),
    ),
    "interest_statements": (
        {"person_id", "interest_id", "statement", "evidence_ids"},
        {"statement", "evidence_ids"},
    ),
    "referrals": (set(), {"state", "answered_at"}),
    "aftercare": (
        {"person_id", "interest_id", "organisation_id", "decided_by_organisation_id", "due_on"},
        {"talked_on", "talked_at", "next_step", "next_step_at", "declined_at"},
    ),
    "prompt_pauses": ({"person_id", "kind", "about_id", "until"}, {"until"}),
    "prompt_objections": ({"person_id", "kind"}, set()),
    "prompt_shares": ({"person_id", "organisation_id", "until"}, {"until"}),
    "prompt_decisions": (
        {"person_id", "id", "organisation_id", "kind", "about_id", "done", "by_id", "by_name"}
        | {"passed_to_id", "passed_to"},
        set(),
    ),
    "transition_checkins": ({"person_id", "transition_id", "day", "organisation_id", "due_on"}, {"answered_at"}),
    "checkin_answers": (
        {"person_id", "transition_id", "day", "support_perception", "words"},
        {"support_perception", "words"},
    ),
}
# A row goes only when its holder ends it; everything else is ended with a date, or taken back by a trusted function.
DELETED = {"grants", "sign_ins", "import_changes", "import_mappings"} | {
    # evidence is its owner's, and so is from whom they hide what they want
    "evidence",
    "aspiration_hidden",
    # and so is when they think of retiring
    "retirement_years",
    # and what they put off or object to being reminded of, and whom they let see it
    "prompt_pauses",
    "prompt_objections",
    "prompt_shares",
    # a conversation logged by mistake is taken back within minutes; a note and a draft are their writer's own
    "conversations",
    "wordings",
    "private_notes",
    "drafts",
    "calendar_feeds",
    # whose people may enrol, named anew with each change of an offer
    "offer_partners",
    # what somebody declared for one offer, taken back
    "offer_declarations",
    # an answer that was kept for a repeat, after a day
    "kept_answers",
}


async def columns(admin: AsyncEngine, role: str, table: str, right: str) -> set[str]:
    asked = (
        "SELECT column_name FROM information_schema.column_privileges"
        " WHERE grantee = :role AND table_schema = 'public' AND table_name = :table AND privilege_type = :right"
    )
    return {row[0] for row in await answer(admin, asked, role=role, table=table, right=right)}


@pytest.mark.parametrize("table", WRITTEN)
async def test_the_application_writes_these_columns_and_no_others(admin: AsyncEngine, table: str) -> None:
    found = [await columns(admin, APP, table, right) for right in ("INSERT", "UPDATE")]
    assert found == [*WRITTEN[table]]


async def test_the_application_deletes_from_these_tables_alone(admin: AsyncEngine) -> None:
    asked = "SELECT t FROM unnest(CAST(:tables AS text[])) t WHERE has_table_privilege(:app, t, 'DELETE')"
    assert {row[0] for row in await answer(admin, asked, tables=[*metadata.tables], app=APP)} == DELETED


async def test_nobody_says_when_an_entry_of_the_trail_was_made(admin: AsyncEngine) -> None:
    assert await columns(admin, ANALYST, "audit_entries", "INSERT") == ENTRY
    assert await columns(admin, AUDITOR, "audit_entries", "INSERT") == set()


async def test_the_application_calls_what_it_must_and_nobody_else_anything(admin: AsyncEngine) -> None:
    asked = (
        "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'private'::regnamespace"
        " AND has_function_privilege(:role, p.oid, 'EXECUTE')"
    )
    theirs = {APP: FUNCTIONS - TRIGGERS - ANALYSTS - COURIERS, ANALYST: ANALYSTS, COURIER: COURIERS, AUDITOR: set()}
    for role, callable_ in theirs.items():
        assert {row[0] for row in await answer(admin, asked, role=role)} == callable_


async def refused(sessions: Sessions, settings: Settings, who: SignedIn, statement: str, **given: Any) -> str:
    """Why the database refuses this statement of theirs; nothing when it does not. Undone either way."""
    async with sessions() as session, session.begin() as change:
        assert await who_is(session, who.token, Limits.of(settings))
        try:
            await session.execute(text(statement), given)
        except DBAPIError as refusal:
            return str(refusal.orig)
        await change.rollback()
    return ""


async def test_only_an_administrator_writes_the_facts_about_employers(
    make: Builder, sessions: Sessions, settings: Settings
) -> None:
    here = await make.organisation()
    partner, administrator = await make.hr_partner(here), await make.administrator()
    for statement in (
        "INSERT INTO organisations (id, code, name, kind) VALUES (gen_random_uuid(), 'MINE', 'x', 'trust')",
        "INSERT INTO grade_schemes (code, name) VALUES ('mine', 'x')",
        "INSERT INTO crosswalk_versions (version, approved_by, approved_on) VALUES (999, 'x', current_date)",
        "INSERT INTO crosswalk_entries (version, scheme, grade, label, level) VALUES (1, 'afc', 'mine', 'x', 9)",
    ):
        assert "row-level security" in await refused(sessions, settings, partner, statement)
        assert await refused(sessions, settings, administrator, statement) == ""


async def test_an_employer_that_is_no_administrators_concern_keeps_its_name(
    make: Builder, sessions: Sessions, settings: Settings, admin: AsyncEngine
) -> None:
    here = await make.organisation(name="St Elm's Trust")
    partner = await make.hr_partner(here)
    async with sessions() as session, session.begin():
        await who_is(session, partner.token, Limits.of(settings))
        await session.execute(text("UPDATE organisations SET name = 'x'"))
    assert await answer(admin, "SELECT name FROM organisations WHERE id = :id", id=here) == [("St Elm's Trust",)]


async def test_an_administrator_gives_roles_to_others_and_none_to_their_own_account(
    make: Builder, sessions: Sessions, settings: Settings
) -> None:
    administrator, other = await make.administrator(), await make.leader()
    giving = "INSERT INTO grants (id, account_id, role, granted_by) VALUES (gen_random_uuid(), :id, 'auditor', 'x')"
    to_self = await refused(sessions, settings, administrator, giving, id=administrator.account_id)
    assert "row-level security" in to_self
    assert await refused(sessions, settings, administrator, giving, id=other.account_id) == ""


IMPORTING = "SELECT private.import_equality(:o, :i, ARRAY[CAST(:p AS uuid)], ARRAY['sex'], ARRAY[:code], :l, :l)"
TWICE = (
    "SELECT private.import_equality(:o, :i, ARRAY[CAST(:p AS uuid), :p], ARRAY['sex', 'sex'], ARRAY[:code, :code],"
    " ARRAY['sex', 'sex'], ARRAY['1', '1'])"
)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("statement", [IMPORTING, TWICE])
async def test_a_right_guess_of_an_equality_answer_cannot_be_told_from_a_wrong_one(
    make: Builder, sessions: Sessions, settings: Settings, admin: AsyncEngine, statement: str, times: int
) -> None:
    here = await make.organisation()
    partner, person = await make.hr_partner(here), await make.person(here)
    await make.equality(person, "sex", "female")
    given = await _import(admin, here) | {"p": person} | ({"l": ["1"]} if ":l" in statement else {})
    said: list[list[Any]] = []
    for code in ("female", "male"):
        async with sessions() as session, session.begin() as change:
            await who_is(session, partner.token, Limits.of(settings))
            for _ in range(times):
                found = await session.execute(text(statement), given | {"code": code})
                said += [[*found.all()]]
            await change.rollback()
    assert all(one == said[0] for one in said)


async def test_answers_are_written_about_people_employed_here_now_alone(
    make: Builder, sessions: Sessions, settings: Settings, admin: AsyncEngine
) -> None:
    here, there = await make.organisation(), await make.organisation()
    both = await make.account([(Role.HR_PARTNER, here), (Role.HR_PARTNER, there)])
    now, elsewhere, left = await make.person(here), await make.person(there), await make.person()
    yesterday = (await answer(admin, "SELECT current_date - 1"))[0][0]
    await make.employment(here, left, ended=yesterday)
    given = await _import(admin, here)
    async with sessions() as session, session.begin():
        await who_is(session, both.token, Limits.of(settings))
        for person in (now, elsewhere, left):
            await session.execute(text(IMPORTING), given | {"p": person, "code": "female", "l": ["1"]})
    asked = "SELECT person_id FROM equality_answers WHERE person_id = ANY (:people)"
    assert await answer(admin, asked, people=[now, elsewhere, left]) == [(now,)]


# Each function, called by somebody who has no eyes but knows every identifier that there is.
CALLS = {
    "may_enter": "('offer', :o, :a)",
    "ties_of_mine": "()",
    "account_for": "('https://provider.test', 'subject', 'unknown@example.org', 'Somebody')",
    "session_of": r"('\x00', interval '1 year', interval '1 year')",
    "start_session": r"(gen_random_uuid(), '\x00', 'device')",
    "unmapped_grades": "()",
    "evidence_shared_with_me": "(:p, :c, :o)",
    "crossings_in": "(:o, date '2020-01-01')",
    "names_of": "(ARRAY[CAST(:p AS uuid)])",
    "is_party": "(:p, :c)",
    "answered": "(:p, :c)",
    "speaks_in": "(:p, :c)",
    "reads_wording": "(:p, :c, CAST(1 AS smallint))",
    "shared_with_me": "(:p, :c, :o)",
    "worked_here_by": "(:o, :p, current_date)",
    "feed_of": r"('\x00')",
    "people_that_fit": "(ARRAY[CAST(:p AS uuid)], ARRAY['Okafor'], ARRAY[date '1985-05-17'])",
    "import_equality": "(:o, :i, ARRAY[CAST(:p AS uuid)], ARRAY['sex'], ARRAY['male'], ARRAY['sex'], ARRAY['1'])",
    "undo_equality": "(:o, :i)",
    "take_back": "(:o, :i, 'assignments', ARRAY[CAST(:a AS uuid)])",
    "forget_undo": "(interval '0')",
    "conversations_on": "(:o, ARRAY[CAST(:p AS uuid)], ARRAY[CAST(:f AS uuid)], ARRAY[date '2026-09-01'])",
    "take_back_conversations": "(:o, :i)",
    "mentoring_people": "(ARRAY[CAST(:p AS uuid)])",
    "forget_declarations": "()",
    "names_in_moves": "(ARRAY[CAST(:p AS uuid)])",
    "legs_of_moves": "(date '1900-01-01')",
    "names_in_talent": "(ARRAY[CAST(:p AS uuid)])",
    "nominate": "(:p, gen_random_uuid(), :p, 'unknown@example.org', 'x')",
    "open_thread_for": "(gen_random_uuid(), 'unknown@example.org', 'x')",
    "refer": "(:o, gen_random_uuid(), 'unknown@example.org')",
    "names_in_interests": "(ARRAY[CAST(:p AS uuid)])",
    "evidence_for_interest": "(:p, gen_random_uuid())",
    "talked_after": "(:p, :c)",
    "nominate_for_offer": "('unknown@example.org', :o, :f, :i)",
    "applicants": "(ARRAY[CAST(:p AS uuid)])",
    "untold_places": "(:f)",
    "clashes": "(:f, ARRAY[now()], ARRAY[600000])",
    "workload": "(:o)",
    "take_back_entered": "(:o, :i)",
    "bring_in_applications": "(:o, ARRAY[CAST(:p AS uuid)], ARRAY[gen_random_uuid()], ARRAY[gen_random_uuid()],"
    " ARRAY[gen_random_uuid()], ARRAY['placed'], ARRAY['x'], ARRAY[current_date], ARRAY[current_date],"
    " ARRAY[current_date])",
    "released_shares": "(NULL)",
    "might_help": "(ARRAY[CAST(:o AS uuid)], ARRAY[CAST(:p AS uuid)])",
    "partners_of": "(ARRAY[CAST(:o AS uuid)])",
    "untell": "(ARRAY[CAST(:p AS uuid)], '/me')",
    "tell": "(ARRAY[CAST(:p AS uuid)], ARRAY[gen_random_uuid()], 'offers.placed', 'x', '/me')",
}


@pytest.mark.parametrize("function", sorted(FUNCTIONS - TRIGGERS - ANALYSTS - COURIERS))
async def test_with_nobodys_eyes_a_function_tells_nothing_and_writes_nothing(
    make: Builder, admin: AsyncEngine, as_app: AsyncEngine, function: str
) -> None:
    here = await make.organisation()
    person = await make.person(here)
    held = {"p": person, "a": await make.assignment(here, person)} | await _import(admin, here)
    await make.equality(person, "sex", "female")
    held["f"] = await make.person(here)
    held["c"] = await make.conversation(here, person, held["f"])
    await _applied(admin, held)
    before = await _everything(admin)
    statement = f"SELECT * FROM private.{function}{CALLS[function]}"
    given = {name: value for name, value in held.items() if f":{name}" in statement}
    said: list[Any] = []
    try:
        async with as_app.begin() as connection:
            said = [*(await connection.execute(text(statement), given)).all()]
    except DBAPIError as refusal:
        assert function == "start_session", refusal
    assert not any(any(row) for row in said)
    assert await _everything(admin) == before


async def _import(admin: AsyncEngine, organisation: UUID) -> dict[str, UUID]:
    """An import of this organisation, and nothing of it yet: `o` and `i`."""
    key = {"organisation_id": organisation, "id": new_id()}
    async with admin.begin() as connection:
        await connection.execute(insert(Import), key | {"file_name": "x", "file_sha256": uuid4().hex, "headers": []})
    return {"o": organisation, "i": key["id"]}


async def _applied(admin: AsyncEngine, held: Mapping[str, UUID]) -> None:
    """The import added a post and a conversation and answered a question, a moment ago."""
    key = {"organisation_id": held["o"], "import_id": held["i"]}
    async with admin.begin() as connection:
        await connection.execute(insert(ImportStep), key | {"number": 0, "state": "applied", "by": "x", "detail": {}})
        for what, record in (("assignments", "a"), ("conversations", "c")):
            change = {"what": what, "record_id": held[record], "after": 2}
            await connection.execute(insert(ImportChange), key | change)
        answered = {"person_id": held["p"], "characteristic": "sex", "after": "female"}
        await connection.execute(insert(ImportAnswer), key | answered)


async def _everything(admin: AsyncEngine) -> dict[str, str]:
    marks = {}
    for table in metadata.tables:
        asked = f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t'
        [(marks[table],)] = await answer(admin, asked)
    return marks
