"""Opportunities, interest in them, and aftercare"""

import sqlalchemy as sa
from alembic import op

from migrations.roles import ANALYST, APP, AUDITOR
from migrations.security import ACCOUNT, ME, PARTNER_OF, allow, grant, has_role, owner_reads, protect, trusted_function

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PERSONAL = ("opportunities", "interests", "interest_states", "interest_statements", "referrals", "aftercare")
FUNCTIONS = (
    "refer(uuid, uuid, text)",
    "names_in_interests(uuid[])",
    "evidence_for_interest(uuid, uuid)",
    "talked_after(uuid, uuid)",
    "reach_interest()",
    "forget_talk()",
)
MINE = f"person_id = {ME}"
OURS = f"organisation_id = ANY ({PARTNER_OF})"
# While there is something to decide.
DECIDING = "('submitted', 'shortlisted', 'selected')"
NOT_CHOSEN = "('not_shortlisted', 'not_selected')"
EMPLOYER_HELPS = f"employer_may_help AND state IN {NOT_CHOSEN} AND employer_id = ANY ({PARTNER_OF})"


def upgrade() -> None:
    _tables()
    for table in (*PERSONAL, "opportunity_limits"):
        protect(table)
    _limits()
    _trusted_functions()
    _opportunities()
    _interests()
    _referrals()
    _aftercare()
    _analyst()
    _triggers()


def _tables() -> None:
    op.create_table(
        "opportunity_limits",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "internal_days", sa.SmallInteger(), nullable=False, comment="working days before it is advertised outside"
        ),
        sa.Column(
            "aftercare_days",
            sa.SmallInteger(),
            nullable=False,
            comment="working days for a conversation and a next step",
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_opportunity_limits_one_row")),
        sa.CheckConstraint(
            "internal_days BETWEEN 1 AND 60 AND aftercare_days BETWEEN 1 AND 60",
            name=op.f("ck_opportunity_limits_within_reason"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity_limits")),
    )
    op.create_table(
        "opportunities",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "vacancy",
                "secondment",
                "gig",
                "acting_up",
                "shadowing",
                "board_observer",
                name="opportunity_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=True),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column(
            "staff_group",
            sa.Enum(
                "add_prof_scientific_technic",
                "additional_clinical_services",
                "administrative_clerical",
                "allied_health_professionals",
                "estates_ancillary",
                "healthcare_scientists",
                "medical_dental",
                "nursing_midwifery",
                "social_care",
                "education_learning",
                "other",
                name="staff_group",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("place", sa.String(length=200), server_default="", nullable=False),
        sa.Column(
            "working_pattern",
            sa.Enum(
                "full_time",
                "part_time",
                "job_share",
                "flexible",
                "no_preference",
                name="working_pattern",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("weekly_hours", sa.Numeric(precision=4, scale=1), nullable=True),
        sa.Column("pay", sa.String(length=200), server_default="", nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("internal_until", sa.Date(), nullable=True),
        sa.Column("external_link", sa.String(length=500), nullable=True),
        sa.Column(
            "is_open_to_system",
            sa.Boolean(),
            server_default="true",
            nullable=False,
            comment="people of other employers too",
        ),
        sa.Column("is_targeted", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("priority_until", sa.Date(), nullable=True),
        sa.Column(
            "risk_share",
            sa.Enum("nil", "shared", name="risk_share", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("risk_exposure", sa.Text(), server_default="", nullable=False),
        sa.Column("home_pays", sa.SmallInteger(), nullable=True),
        sa.Column("risk_exit", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "shortlisting",
                "decided",
                "withdrawn",
                name="opportunity_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="draft",
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("shortlisted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "found_by",
            sa.Text(),
            sa.Computed(
                "lower((((title)::text || ' '::text) || (place)::text) || ' '::text || summary)", persisted=True
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind NOT IN ('secondment', 'acting_up') OR num_nonnulls(starts_on, ends_on) = 2",
            name=op.f("ck_opportunities_ends_when_for_a_time"),
        ),
        sa.CheckConstraint(
            "state = 'draft' OR num_nonnulls(opens_on, internal_until) = 2 OR state = 'withdrawn'",
            name=op.f("ck_opportunities_inside_the_system_first"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR kind NOT IN ('secondment', 'gig') OR NOT is_open_to_system OR risk_share = 'nil' OR (risk_share = 'shared' AND risk_exposure <> '' AND risk_exit <> '' AND home_pays IS NOT NULL)",
            name=op.f("ck_opportunities_risk_is_shared"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_opportunities_ends_after_it_starts")),
        sa.CheckConstraint(
            "external_link IS NULL OR internal_until IS NOT NULL", name=op.f("ck_opportunities_link_after_the_window")
        ),
        sa.CheckConstraint("home_pays BETWEEN 0 AND 100", name=op.f("ck_opportunities_home_pays_per_cent")),
        sa.CheckConstraint("level BETWEEN 1 AND 9", name=op.f("ck_opportunities_level_is_1_to_9")),
        sa.CheckConstraint("weekly_hours BETWEEN 0.5 AND 80", name=op.f("ck_opportunities_weekly_hours_are_possible")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_opportunities_organisation_id")
        ),
        sa.ForeignKeyConstraint(["profile_id"], ["role_profiles.id"], name=op.f("fk_opportunities_profile_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_opportunities")),
    )
    op.create_index(
        "ix_opportunities_open",
        "opportunities",
        ["closes_on", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_index(
        "ix_opportunities_organisation", "opportunities", ["organisation_id", "state", "closes_on", "id"], unique=False
    )
    op.create_index("uq_opportunities_id", "opportunities", ["id"], unique=True)
    op.create_table(
        "interests",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=True),
        sa.Column(
            "staff_group",
            sa.Enum(
                "add_prof_scientific_technic",
                "additional_clinical_services",
                "administrative_clerical",
                "allied_health_professionals",
                "estates_ancillary",
                "healthcare_scientists",
                "medical_dental",
                "nursing_midwifery",
                "social_care",
                "education_learning",
                "other",
                name="staff_group",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "route",
            sa.Enum("self", "referral", name="route", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "in_priority_window", sa.Boolean(), server_default="false", nullable=False, comment="never of which group"
        ),
        sa.Column(
            "employer_may_help",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="their own employer may be told if they are not chosen, and care for them",
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "shortlisted",
                "not_shortlisted",
                "selected",
                "not_selected",
                "accepted",
                "declined",
                "started",
                "withdrawn",
                name="interest_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="draft",
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["employer_id", "person_id"],
            ["employments.organisation_id", "employments.person_id"],
            name="fk_interests_employment",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "opportunity_id"],
            ["opportunities.organisation_id", "opportunities.id"],
            name="fk_interests_opportunity",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_interests_person_id")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_interests")),
    )
    op.create_index(
        "ix_interests_opportunity",
        "interests",
        ["organisation_id", "opportunity_id", "submitted_at", "id"],
        unique=False,
    )
    op.create_index("uq_interests_id", "interests", ["id"], unique=True)
    op.create_index(
        "uq_interests_live",
        "interests",
        ["person_id", "opportunity_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_table(
        "referrals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("referred_by_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "accepted",
                "declined",
                name="referral_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="asked",
            nullable=False,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "opportunity_id"],
            ["opportunities.organisation_id", "opportunities.id"],
            name="fk_referrals_opportunity",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_referrals_person_id")),
        sa.ForeignKeyConstraint(["referred_by_id"], ["people.id"], name=op.f("fk_referrals_referred_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
    )
    op.create_index("ix_referrals_referred_by", "referrals", ["referred_by_id", "at"], unique=False)
    op.create_index("uq_referrals_once", "referrals", ["person_id", "opportunity_id", "referred_by_id"], unique=True)
    op.create_table(
        "aftercare",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("interest_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "conversation_id", sa.Uuid(), nullable=True, comment="where it was a career conversation of the service"
        ),
        sa.Column("talked_on", sa.Date(), nullable=True),
        sa.Column("talked_at", sa.DateTime(timezone=True), nullable=True, comment="when that was recorded"),
        sa.Column(
            "next_step",
            sa.Enum(
                "development_offer",
                "mentor",
                "shadowing",
                "evidence",
                "another_opportunity",
                "apply_again",
                "follow_up",
                "nothing_wanted",
                name="next_step",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("next_step_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "closed_at",
            sa.DateTime(timezone=True),
            sa.Computed(
                "COALESCE(declined_at, CASE WHEN ((talked_at IS NOT NULL) AND (next_step_at IS NOT NULL)) THEN GREATEST(talked_at, next_step_at) ELSE NULL::timestamp with time zone END)",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "interest_id"],
            ["interests.person_id", "interests.id"],
            name="fk_aftercare_interest",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "interest_id", name=op.f("pk_aftercare")),
    )
    op.create_index("ix_aftercare_decided_by", "aftercare", ["decided_by_organisation_id", "interest_id"], unique=False)
    op.create_index(
        "ix_aftercare_due",
        "aftercare",
        ["organisation_id", "due_on", "interest_id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_aftercare_interest", "aftercare", ["interest_id"], unique=False)
    op.create_table(
        "interest_statements",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("interest_id", sa.Uuid(), nullable=False),
        sa.Column("statement", sa.Text(), server_default="", nullable=False),
        sa.Column("evidence_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "interest_id"],
            ["interests.person_id", "interests.id"],
            name="fk_interest_statements_interest",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "interest_id", name=op.f("pk_interest_statements")),
    )
    op.create_table(
        "interest_states",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("interest_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "shortlisted",
                "not_shortlisted",
                "selected",
                "not_selected",
                "accepted",
                "declined",
                "started",
                "withdrawn",
                name="interest_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("by_account_id", sa.Uuid(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "essential_not_shown",
                "experience_at_level",
                "registration_missing",
                "others_showed_more",
                "dates_do_not_fit",
                "release_not_agreed",
                "opportunity_changed",
                "tie_broken",
                "merit",
                "tie_break",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "reason IS NOT NULL OR by_account_id IS NULL OR state NOT IN ('not_shortlisted', 'not_selected')",
            name=op.f("ck_interest_states_a_no_has_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "interest_id"],
            ["interests.person_id", "interests.id"],
            name="fk_interest_states_interest",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "interest_id", "number", name=op.f("pk_interest_states")),
    )


def _limits() -> None:
    everyone, administrator = f"{APP}, {ANALYST}, {AUDITOR}", has_role("administrator")
    grant("SELECT", "opportunity_limits", everyone)
    allow("opportunity_limits", "everyone_reads", "SELECT", using="true", to=everyone)
    grant("UPDATE (internal_days, aftercare_days)", "opportunity_limits")
    allow("opportunity_limits", "administrator_changes", "UPDATE", using=administrator, check=administrator)
    owner_reads("opportunity_limits", "INSERT")
    op.execute("INSERT INTO opportunity_limits (id, internal_days, aftercare_days) VALUES (1, 10, 10)")


def _opportunities() -> None:
    what = (
        "kind, title, profile_id, level, staff_group, place, working_pattern, weekly_hours, pay, summary, starts_on, ends_on,"
        " closes_on, is_open_to_system, is_targeted, priority_until, risk_share, risk_exposure, home_pays, risk_exit"
    )
    later = "opens_on, internal_until, external_link, state, version, shortlisted_at, decided_at"
    grant(f"SELECT, INSERT (organisation_id, id, {what}), UPDATE ({what}, {later})", "opportunities")
    # Whoever works in the system reads what is not a draft.
    here = f"({ME} IS NOT NULL OR cardinality({PARTNER_OF}) > 0)"
    allow("opportunities", "staff_read", "SELECT", using=f"(state <> 'draft' AND {here}) OR {OURS}")
    allow("opportunities", "partner_drafts", "INSERT", check=f"state = 'draft' AND {OURS}")
    inside_first = "(external_link IS NULL OR internal_until < current_date)"
    allow("opportunities", "partner_changes", "UPDATE", using=OURS, check=f"{OURS} AND {inside_first}")


def _interests() -> None:
    key = "person_id, id, organisation_id, opportunity_id, employer_id"
    as_was = "level, staff_group, route, in_priority_window, employer_may_help"
    grant(f"SELECT, INSERT ({key}, {as_was}), UPDATE (in_priority_window, employer_may_help)", "interests")
    ours = f"submitted_at IS NOT NULL AND {OURS}"
    allow("interests", "person_or_partner_reads", "SELECT", using=f"{MINE} OR ({ours}) OR ({EMPLOYER_HELPS})")
    opening = (
        "EXISTS (SELECT 1 FROM opportunities o WHERE o.organisation_id = interests.organisation_id AND o.id = opportunity_id"
        " AND o.state = 'published' AND o.closes_on >= current_date"
        " AND (o.is_open_to_system OR o.organisation_id = employer_id))"
    )
    allow("interests", "person_is_interested", "INSERT", check=f"{MINE} AND {opening}")
    unsent = f"{MINE} AND state = 'draft'"
    allow("interests", "person_changes_unsent", "UPDATE", using=unsent, check=unsent)

    def of(table: str, which: str) -> str:
        own = f"i.person_id = {table}.person_id AND i.id = interest_id"
        return f"EXISTS (SELECT 1 FROM interests i WHERE {own} AND {which})"

    partner = f"i.organisation_id = ANY ({PARTNER_OF})"
    grant("SELECT, INSERT (person_id, interest_id, number, state, by_account_id, reason, note)", "interest_states")
    decider = of("interest_states", partner)
    allow("interest_states", "person_or_partner_reads", "SELECT", using=f"{MINE} OR {decider}")
    persons = "('draft', 'submitted', 'accepted', 'declined', 'withdrawn')"
    partners = "('shortlisted', 'not_shortlisted', 'selected', 'not_selected', 'started')"
    # Nobody decides about themselves; withdrawing an opportunity ends one's own interest with everybody's.
    others = f"({MINE} IS NOT TRUE OR state IN {NOT_CHOSEN})"
    step = f"({MINE} AND state IN {persons} AND note = '') OR (state IN {partners} AND {decider} AND {others})"
    allow("interest_states", "each_takes_their_steps", "INSERT", check=f"by_account_id = {ACCOUNT} AND ({step})")

    said = "statement, evidence_ids"
    grant(f"SELECT, INSERT (person_id, interest_id, {said}), UPDATE ({said})", "interest_statements")
    open_to = of("interest_statements", f"{partner} AND i.state IN {DECIDING}")
    allow("interest_statements", "person_or_decider_reads", "SELECT", using=f"{MINE} OR {open_to}")
    unsent = of("interest_statements", "i.state = 'draft'")
    draft = f"{MINE} AND {unsent}"
    allow("interest_statements", "person_says", "INSERT", check=draft)
    allow("interest_statements", "person_changes_unsent", "UPDATE", using=draft, check=draft)
    # The pieces of evidence that the person shows with it, to those who decide and while they do.
    allow("evidence", "decider_reads", "SELECT", using="private.evidence_for_interest(person_id, id)")


def _referrals() -> None:
    grant("SELECT, UPDATE (state, answered_at)", "referrals")
    allow("referrals", "person_reads", "SELECT", using=MINE)
    allow("referrals", "person_answers", "UPDATE", using=MINE, check=MINE)


def _aftercare() -> None:
    care = "talked_on, talked_at, next_step, next_step_at"
    key = "person_id, interest_id, organisation_id, decided_by_organisation_id, due_on"
    grant(f"SELECT, INSERT ({key}), UPDATE ({care}, declined_at)", "aftercare")
    decided = f"decided_by_organisation_id = ANY ({PARTNER_OF})"
    allow("aftercare", "person_or_partners_read", "SELECT", using=f"{MINE} OR {OURS} OR {decided}")
    owner = (
        "EXISTS (SELECT 1 FROM interests i WHERE i.person_id = aftercare.person_id AND i.id = interest_id"
        f" AND i.organisation_id = decided_by_organisation_id AND i.state IN {NOT_CHOSEN}"
        " AND (aftercare.organisation_id = i.organisation_id"
        " OR (i.employer_may_help AND aftercare.organisation_id = i.employer_id)))"
    )
    allow("aftercare", "decider_opens", "INSERT", check=f"{decided} AND {owner}")
    allow("aftercare", "owner_cares", "UPDATE", using=OURS, check=f"{OURS} AND declined_at IS NULL")
    allow("aftercare", "person_wants_none", "UPDATE", using=MINE, check=f"{MINE} AND declined_at IS NOT NULL")


def _analyst() -> None:
    """Dates, states, levels and codes; no title, no statement, no note."""
    for columns, table in (
        (
            (
                "organisation_id, id, kind, profile_id, level, staff_group, opens_on, closes_on, internal_until, starts_on,"
                " ends_on, is_open_to_system, is_targeted, priority_until, risk_share, state, shortlisted_at, decided_at"
            ),
            "opportunities",
        ),
        (
            (
                "person_id, id, organisation_id, opportunity_id, employer_id, level, staff_group, route, in_priority_window,"
                " state, created_at, submitted_at, closed_at"
            ),
            "interests",
        ),
        ("person_id, interest_id, number, state, at, reason", "interest_states"),
        (
            (
                "person_id, interest_id, organisation_id, decided_by_organisation_id, opened_at, due_on, talked_on, talked_at,"
                " next_step, next_step_at, declined_at, closed_at"
            ),
            "aftercare",
        ),
    ):
        grant(f"SELECT ({columns})", table, ANALYST)
        allow(table, "analyst_counts", "SELECT", using="true", to=ANALYST)


def _trusted_functions() -> None:
    for table in PERSONAL:
        owner_reads(table)
    owner_reads("referrals", "INSERT")
    for table in ("interests", "aftercare"):
        owner_reads(table, "UPDATE")
    trusted_function("refer(organisation uuid, opportunity uuid, work_email text)", REFER, returns="uuid")
    trusted_function(
        "names_in_interests(persons uuid[])",
        NAMES_IN_INTERESTS,
        returns="TABLE (person_id uuid, name text)",
        language="sql STABLE",
    )
    trusted_function(
        "evidence_for_interest(person uuid, piece uuid)",
        EVIDENCE_FOR_INTEREST,
        returns="boolean",
        language="sql STABLE",
    )
    trusted_function("talked_after(person uuid, conversation uuid)", TALKED_AFTER, returns="integer", language="sql")
    trusted_function("reach_interest()", REACH_INTEREST, returns="trigger")
    trusted_function("forget_talk()", FORGET_TALK, returns="trigger")


def _triggers() -> None:
    op.execute(
        "CREATE TRIGGER interest_states_reach AFTER INSERT ON interest_states REFERENCING NEW TABLE AS arrived"
        " FOR EACH STATEMENT EXECUTE FUNCTION private.reach_interest()"
    )
    op.execute(
        "CREATE TRIGGER conversations_aftercare_delete AFTER DELETE ON conversations REFERENCING OLD TABLE AS departed"
        " FOR EACH STATEMENT EXECUTE FUNCTION private.forget_talk()"
    )
    # An opportunity is published by a change: the application may add drafts alone.
    op.execute(
        "CREATE TRIGGER opportunities_positive_action BEFORE UPDATE ON opportunities FOR EACH ROW"
        " WHEN (new.state = 'published' AND (new.is_targeted OR new.priority_until IS NOT NULL))"
        " EXECUTE FUNCTION private.need_positive_action('opportunity')"
    )
    op.execute(
        "CREATE TRIGGER opportunities_forget_declarations AFTER UPDATE ON opportunities FOR EACH ROW"
        " WHEN (new.state IN ('decided', 'withdrawn') AND new.state <> old.state)"
        " EXECUTE FUNCTION private.forget_declarations_of('opportunity')"
    )


# The same answer, and the same work, whether there is such a person or not. An address of two people is nobody's.
REFER = f"""
DECLARE
    somebody uuid;
    made uuid;
BEGIN
    IF {ME} IS NULL
       OR (SELECT count(*) FROM referrals r WHERE r.referred_by_id = {ME} AND r.at > now() - interval '1 day') >= 20
       OR NOT EXISTS (SELECT 1 FROM opportunities o WHERE o.organisation_id = organisation AND o.id = opportunity
                         AND o.state = 'published' AND o.closes_on >= current_date) THEN
        RETURN NULL;
    END IF;
    SELECT CASE count(*) WHEN 1 THEN (array_agg(p.id))[1] END INTO somebody
      FROM people p
     WHERE lower(p.email) = lower(btrim(work_email)) AND p.id <> {ME}
       AND EXISTS (SELECT 1 FROM employments e WHERE e.person_id = p.id AND (e.ended IS NULL OR e.ended >= current_date));
    INSERT INTO referrals (id, organisation_id, opportunity_id, referred_by_id, person_id)
    VALUES (gen_random_uuid(), organisation, opportunity, {ME}, somebody)
    ON CONFLICT DO NOTHING RETURNING person_id INTO made;
    RETURN made;
END
"""

# To those who decide, and to the employer who cares for whoever was not chosen; to whoever was thought of, by whom.
NAMES_IN_INTERESTS = f"""
    SELECT p.id, concat_ws(' ', p.given_name, p.family_name)
      FROM people p
     WHERE p.id = ANY (persons)
       AND (p.id = {ME}
            OR EXISTS (SELECT 1 FROM interests i WHERE i.person_id = p.id
                          AND ((i.submitted_at IS NOT NULL AND i.organisation_id = ANY ({PARTNER_OF})) OR ({EMPLOYER_HELPS})))
            OR EXISTS (SELECT 1 FROM referrals r WHERE r.person_id = {ME} AND r.referred_by_id = p.id))
"""

EVIDENCE_FOR_INTEREST = f"""
    SELECT EXISTS (SELECT 1 FROM interest_statements s
                     JOIN interests i ON i.person_id = s.person_id AND i.id = s.interest_id
                    WHERE s.person_id = person AND piece = ANY (s.evidence_ids)
                      AND i.organisation_id = ANY ({PARTNER_OF}) AND i.state IN {DECIDING})
"""

# Whoever holds the conversation need not be a partner, so it is not their right to change what is owed.
TALKED_AFTER = f"""
    WITH talked AS (
    UPDATE aftercare a
       SET conversation_id = c.id, talked_on = c.held_on, talked_at = clock_timestamp()
      FROM conversations c
     WHERE c.person_id = person AND c.id = conversation AND c.held_on IS NOT NULL
       AND {ME} IN (c.person_id, c.facilitator_id, c.recorded_by_id)
       AND a.person_id = person AND a.organisation_id = c.organisation_id
       AND a.talked_at IS NULL AND a.declined_at IS NULL AND c.held_on >= a.opened_at::date
    RETURNING 1)
    SELECT count(*)::integer FROM talked
"""

# Which state may follow which is in the rules too; here it holds whoever writes.
REACH_INTEREST = """
DECLARE
    s record;
BEGIN
    FOR s IN SELECT * FROM arrived ORDER BY person_id, interest_id, number LOOP
        UPDATE interests i
           SET state = s.state, version = s.number,
               submitted_at = CASE s.state WHEN 'submitted' THEN s.at ELSE i.submitted_at END,
               closed_at = CASE WHEN s.state IN ('not_shortlisted', 'not_selected', 'declined', 'started', 'withdrawn') THEN s.at END
         WHERE i.person_id = s.person_id AND i.id = s.interest_id AND i.version = s.number - 1
           AND (s.number = 1) = (s.state = 'draft')
           AND (s.number = 1 OR (i.state, s.state) IN (
               ('draft', 'submitted'), ('draft', 'withdrawn'),
               ('submitted', 'shortlisted'), ('submitted', 'not_shortlisted'), ('submitted', 'withdrawn'),
               ('shortlisted', 'selected'), ('shortlisted', 'not_selected'), ('shortlisted', 'withdrawn'),
               ('selected', 'accepted'), ('selected', 'declined'),
               ('accepted', 'started'), ('accepted', 'withdrawn')));
        IF NOT FOUND THEN
            RAISE EXCEPTION 'this state cannot follow' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_interest_states_follows';
        END IF;
    END LOOP;
    RETURN NULL;
END
"""

# A conversation that is taken back within minutes was none.
FORGET_TALK = """
BEGIN
    UPDATE aftercare a SET conversation_id = NULL, talked_on = NULL, talked_at = NULL
      FROM departed d WHERE a.person_id = d.person_id AND a.conversation_id = d.id;
    RETURN NULL;
END
"""


def downgrade() -> None:
    op.execute("DROP TRIGGER conversations_aftercare_delete ON conversations")
    op.execute("DROP POLICY decider_reads ON evidence")
    for table in (
        "aftercare",
        "referrals",
        "interest_statements",
        "interest_states",
        "interests",
        "opportunities",
        "opportunity_limits",
    ):
        op.drop_table(table)
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION private.{function}")
