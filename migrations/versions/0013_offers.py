"""Development offers, their cohorts, and applications"""

import sqlalchemy as sa
from alembic import op

from migrations.roles import ANALYST, APP
from migrations.security import (
    ACCOUNT,
    COLLEAGUE_OF,
    ME,
    PARTNER_OF,
    allow,
    grant,
    owner_reads,
    protect,
    trusted_function,
)

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ABOUT_OFFERS = ("offers", "offer_partners", "offer_cohorts", "offer_seats")
PERSONAL = ("offer_applications", "offer_statements", "offer_application_states", "offer_feedback")
MINE = f"person_id = {ME}"
OURS = f"organisation_id = ANY ({PARTNER_OF})"
PROVIDERS = f"offer_organisation_id = ANY ({PARTNER_OF})"
EMPLOYED = "(e.ended IS NULL OR e.ended >= current_date)"
INNER = (
    "has_room(uuid, uuid, uuid, uuid)",
    "count_place(uuid, uuid, uuid, uuid, integer)",
    "move_up(uuid, uuid, uuid)",
)
FUNCTIONS = (
    "applicants(uuid[])",
    "nominate_for_offer(text, uuid, uuid, uuid, text)",
    "untold_places(uuid)",
    "offer_outcomes(date)",
    "hold_cohort()",
    "reach_application()",
    "count_kept_places()",
    "give_more_places()",
    "follow_offer()",
    "publish_parts()",
    *INNER,
)


def upgrade() -> None:
    _tables()
    for table in (*ABOUT_OFFERS, *PERSONAL):
        protect(table)
    _trusted_functions()
    _offers()
    _applications()
    _analyst()
    _triggers()


def _tables() -> None:
    op.create_table(
        "offers",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "programme",
                "coaching",
                "mentoring",
                "shadowing",
                "stretch_project",
                "secondment",
                "action_learning",
                "innovation_challenge",
                name="offer_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("provider", sa.String(length=200), server_default="", nullable=False),
        sa.Column(
            "provider_kind",
            sa.Enum(
                "in_system", "external", name="provider_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("summary", sa.String(length=500), server_default="", nullable=False),
        sa.Column("what_you_will_do", sa.Text(), server_default="", nullable=False),
        sa.Column("verbs", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("framework_code", sa.String(length=40), nullable=True),
        sa.Column("framework_version", sa.Integer(), nullable=True),
        sa.Column("dimension_code", sa.String(length=40), nullable=True),
        sa.Column("priority", sa.String(length=200), server_default="", nullable=False),
        sa.Column("level_from", sa.SmallInteger(), nullable=True),
        sa.Column("level_to", sa.SmallInteger(), nullable=True),
        sa.Column("staff_groups", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("cost", sa.Integer(), server_default="0", nullable=False, comment="pounds for each place"),
        sa.Column(
            "paid_by",
            sa.Enum(
                "nobody",
                "provider",
                "employer",
                "shared",
                "person",
                name="paid_by",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="nobody",
            nullable=False,
        ),
        sa.Column(
            "place_rule",
            sa.Enum("in_order", "by_decision", name="place_rule", native_enum=False, create_constraint=True, length=40),
            server_default="by_decision",
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "closed",
                "withdrawn",
                name="offer_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="draft",
            nullable=False,
        ),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("priority_until", sa.Date(), nullable=True),
        sa.Column("is_targeted", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "is_for_some",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="for the people of its partners alone",
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "cost BETWEEN 0 AND 1000000 AND (cost > 0) = (paid_by <> 'nobody')",
            name=op.f("ck_offers_a_cost_has_a_payer"),
        ),
        sa.CheckConstraint(
            "published_at IS NULL OR (cardinality(verbs) > 0 AND dimension_code IS NOT NULL AND priority <> '' AND num_nulls(opens_on, closes_on) = 0)",
            name=op.f("ck_offers_says_what_it_builds"),
        ),
        sa.CheckConstraint(
            "staff_groups <@ ARRAY['add_prof_scientific_technic', 'additional_clinical_services', 'administrative_clerical', 'allied_health_professionals', 'estates_ancillary', 'healthcare_scientists', 'medical_dental', 'nursing_midwifery', 'social_care', 'education_learning', 'other']",
            name=op.f("ck_offers_known_staff_groups"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('published', 'closed') OR published_at IS NOT NULL", name=op.f("ck_offers_published_once")
        ),
        sa.CheckConstraint(
            "verbs <@ ARRAY['retain', 'discover', 'release', 'support', 'develop']",
            name=op.f("ck_offers_the_five_verbs"),
        ),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_offers_closes_after_it_opens")),
        sa.CheckConstraint(
            "level_from BETWEEN 1 AND 9 AND level_to BETWEEN 1 AND 9", name=op.f("ck_offers_level_is_1_to_9")
        ),
        sa.CheckConstraint("level_to >= level_from", name=op.f("ck_offers_levels_in_order")),
        sa.CheckConstraint(
            "num_nulls(framework_code, framework_version, dimension_code) IN (0, 3)",
            name=op.f("ck_offers_one_capability"),
        ),
        sa.ForeignKeyConstraint(
            ["framework_code", "framework_version", "dimension_code"],
            [
                "capability_dimensions.framework_code",
                "capability_dimensions.framework_version",
                "capability_dimensions.code",
            ],
            name="fk_offers_capability",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_offers_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_offers")),
    )
    op.create_index("ix_offers_id", "offers", ["id"], unique=True)
    op.create_index(
        "ix_offers_open", "offers", ["closes_on", "id"], unique=False, postgresql_where="state = 'published'"
    )
    op.create_index("ix_offers_organisation", "offers", ["organisation_id", "made_at", "id"], unique=False)
    op.create_table(
        "offer_cohorts",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("is_online", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("place", sa.String(length=200), server_default="", nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reserved", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reserved_taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_published", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("is_online OR place <> ''", name=op.f("ck_offer_cohorts_has_a_place_or_is_online")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_offer_cohorts_ends_after_it_starts")),
        sa.CheckConstraint("places BETWEEN 1 AND 10000", name=op.f("ck_offer_cohorts_1_to_10000_places")),
        sa.CheckConstraint("reserved_taken BETWEEN 0 AND reserved", name=op.f("ck_offer_cohorts_kept_places_hold")),
        sa.CheckConstraint(
            "taken >= reserved_taken AND taken - reserved_taken <= places - reserved",
            name=op.f("ck_offer_cohorts_never_oversold"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "offer_id"],
            ["offers.organisation_id", "offers.id"],
            name="fk_offer_cohorts_offer",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "offer_id", "id", name=op.f("pk_offer_cohorts")),
    )
    op.create_index("ix_offer_cohorts_offer", "offer_cohorts", ["offer_id", "starts_on"], unique=False)
    op.create_table(
        "offer_partners",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("partner_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("is_published", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "offer_id"],
            ["offers.organisation_id", "offers.id"],
            name="fk_offer_partners_offer",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partner_organisation_id"], ["organisations.id"], name=op.f("fk_offer_partners_partner_organisation_id")
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "offer_id", "partner_organisation_id", name=op.f("pk_offer_partners")
        ),
    )
    op.create_table(
        "offer_applications",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offer_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True, comment="the employer then"),
        sa.Column("job_title", sa.String(length=200), nullable=True),
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
            sa.Enum("self", "manager", "peer", name="route", native_enum=False, create_constraint=True, length=40),
            server_default="self",
            nullable=False,
        ),
        sa.Column("nominated_by", sa.String(length=200), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "shortlisted",
                "waiting",
                "placed",
                "unsuccessful",
                "withdrawn",
                "attended",
                "completed",
                "not_completed",
                name="application_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="draft",
            nullable=False,
        ),
        sa.Column(
            "version", sa.Integer(), server_default="0", nullable=False, comment="the number of its newest state"
        ),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("has_place", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "has_kept_place",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="one that is kept for the employer",
        ),
        sa.Column(
            "is_untold",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="placed by the waiting list, not yet told",
        ),
        sa.CheckConstraint(
            "(route = 'self') = (nominated_by IS NULL)", name=op.f("ck_offer_applications_a_nomination_names_its_maker")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR num_nulls(cohort_id, organisation_id, submitted_at) = 0",
            name=op.f("ck_offer_applications_sent_whole"),
        ),
        sa.CheckConstraint(
            "has_place OR NOT has_kept_place", name=op.f("ck_offer_applications_a_kept_place_is_a_place")
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 9", name=op.f("ck_offer_applications_level_is_1_to_9")),
        sa.ForeignKeyConstraint(
            ["offer_organisation_id", "offer_id", "cohort_id"],
            ["offer_cohorts.organisation_id", "offer_cohorts.offer_id", "offer_cohorts.id"],
            name="fk_offer_applications_cohort",
        ),
        sa.ForeignKeyConstraint(
            ["offer_organisation_id", "offer_id"],
            ["offers.organisation_id", "offers.id"],
            name="fk_offer_applications_offer",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_offer_applications_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_offer_applications_person_id")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_offer_applications")),
    )
    op.create_index(
        "ix_offer_applications_offer",
        "offer_applications",
        ["offer_id", "submitted_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_offer_applications_waiting",
        "offer_applications",
        ["cohort_id", "submitted_at", "id"],
        unique=False,
        postgresql_where="state = 'waiting'",
    )
    op.create_index(
        "uq_offer_applications_one_live",
        "offer_applications",
        ["person_id", "offer_organisation_id", "offer_id"],
        unique=True,
        postgresql_where="state NOT IN ('unsuccessful', 'withdrawn', 'completed', 'not_completed')",
    )
    op.create_index(
        "ix_offer_partners_partner", "offer_partners", ["partner_organisation_id", "offer_id"], unique=False
    )
    op.create_table(
        "offer_seats",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("partner_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_published", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("reserved BETWEEN 0 AND 10000", name=op.f("ck_offer_seats_0_to_10000_kept")),
        sa.CheckConstraint("taken BETWEEN 0 AND reserved", name=op.f("ck_offer_seats_never_oversold")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "offer_id", "cohort_id"],
            ["offer_cohorts.organisation_id", "offer_cohorts.offer_id", "offer_cohorts.id"],
            name="fk_offer_seats_cohort",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["partner_organisation_id"], ["organisations.id"], name=op.f("fk_offer_seats_partner_organisation_id")
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "offer_id", "cohort_id", "partner_organisation_id", name=op.f("pk_offer_seats")
        ),
    )
    op.create_table(
        "offer_application_states",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "shortlisted",
                "waiting",
                "placed",
                "unsuccessful",
                "withdrawn",
                "attended",
                "completed",
                "not_completed",
                name="application_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True, comment="the account"),
        sa.Column("cohort_id", sa.Uuid(), nullable=True, comment="where it is another than was asked for"),
        sa.Column(
            "reason",
            sa.Enum(
                "meets_what_was_asked",
                "in_order",
                "more_applicants_than_places",
                "experience_still_to_come",
                "not_released",
                "not_eligible",
                "better_suited_elsewhere",
                "tie_break",
                "offer_withdrawn",
                "took_part",
                "did_not_take_part",
                "stopped_early",
                name="decision_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.String(length=1000), server_default="", nullable=False),
        sa.CheckConstraint(
            "reason IS NOT NULL OR by_id IS NULL OR state IN ('draft', 'submitted', 'withdrawn')",
            name=op.f("ck_offer_application_states_a_decision_has_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "application_id"],
            ["offer_applications.person_id", "offer_applications.id"],
            name="fk_offer_application_states_application",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "application_id", "number", name=op.f("pk_offer_application_states")),
    )
    op.create_table(
        "offer_feedback",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("useful", sa.SmallInteger(), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("useful BETWEEN 1 AND 5", name=op.f("ck_offer_feedback_useful_1_to_5")),
        sa.ForeignKeyConstraint(
            ["person_id", "application_id"],
            ["offer_applications.person_id", "offer_applications.id"],
            name="fk_offer_feedback_application",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "application_id", name=op.f("pk_offer_feedback")),
    )
    op.create_table(
        "offer_statements",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "application_id"],
            ["offer_applications.person_id", "offer_applications.id"],
            name="fk_offer_statements_application",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "application_id", name=op.f("pk_offer_statements")),
    )
    op.create_index("ix_offer_seats_cohort", "offer_seats", ["cohort_id"], unique=False)


def _offers() -> None:
    texts = "title, kind, provider, provider_kind, summary, what_you_will_do, verbs, framework_code, framework_version, dimension_code, priority"
    who = "level_from, level_to, staff_groups, cost, paid_by, place_rule, opens_on, closes_on, priority_until, is_targeted, is_for_some"
    grant(
        f"SELECT, INSERT (organisation_id, id, {texts}, {who}), UPDATE ({texts}, {who}, state, published_at)", "offers"
    )
    everyone = f"published_at IS NOT NULL AND {ME} IS NOT NULL"
    allow("offers", "everyone_reads_what_was_published", "SELECT", using=f"({everyone}) OR {OURS}")
    allow("offers", "partner_drafts", "INSERT", check=f"state = 'draft' AND {OURS}")
    allow("offers", "partner_changes", "UPDATE", using=OURS, check=OURS)
    when = "starts_on, ends_on, is_online, place, places"
    grant(f"SELECT, INSERT (organisation_id, offer_id, id, {when}), UPDATE ({when})", "offer_cohorts")
    grant(
        "SELECT, INSERT (organisation_id, offer_id, cohort_id, partner_organisation_id, reserved), UPDATE (reserved)",
        "offer_seats",
    )
    grant("SELECT, INSERT (organisation_id, offer_id, partner_organisation_id), DELETE", "offer_partners")
    for table in ("offer_partners", "offer_cohorts", "offer_seats"):
        # As the offer itself, without looking it up for each row: a search goes through thousands.
        seen = f"(is_published AND {ME} IS NOT NULL) OR {OURS}"
        allow(table, "whoever_reads_the_offer", "SELECT", using=seen)
        allow(table, "partner_adds", "INSERT", check=OURS)
    for table in ("offer_cohorts", "offer_seats"):
        allow(table, "partner_changes", "UPDATE", using=OURS, check=OURS)
    allow("offer_partners", "partner_removes", "DELETE", using=OURS)


def _applications() -> None:
    then = "cohort_id, organisation_id, job_title, level, staff_group"
    grant(
        f"SELECT, INSERT (person_id, id, offer_organisation_id, offer_id, {then}), UPDATE ({then})",
        "offer_applications",
    )
    allow(
        "offer_applications",
        "person_or_provider_reads",
        "SELECT",
        using=f"{MINE} OR (submitted_at IS NOT NULL AND {PROVIDERS})",
    )
    # Which employer it is decides on kept places: nobody names one that is not theirs.
    employed = (
        "(organisation_id IS NULL OR EXISTS (SELECT 1 FROM employments e WHERE e.person_id = offer_applications.person_id"
        f" AND e.organisation_id = offer_applications.organisation_id AND {EMPLOYED}))"
    )
    draft = f"{MINE} AND state = 'draft'"
    allow("offer_applications", "person_begins", "INSERT", check=f"{draft} AND {employed}")
    allow("offer_applications", "person_completes_the_draft", "UPDATE", using=draft, check=f"{draft} AND {employed}")

    def of_application(which: str = "true", table: str = "offer_application_states") -> str:
        key = f"a.person_id = {table}.person_id AND a.id = application_id"
        return f"EXISTS (SELECT 1 FROM offer_applications a WHERE {key} AND {which})"

    provider = f"a.offer_organisation_id = ANY ({PARTNER_OF})"
    grant(
        "SELECT, INSERT (person_id, application_id, number, state, by_id, cohort_id, reason, note)",
        "offer_application_states",
    )
    allow("offer_application_states", "whoever_reads_the_application", "SELECT", using=of_application())
    own = f"{MINE} AND state IN ('draft', 'submitted', 'withdrawn') AND {of_application()}"
    # Nobody decides about themselves.
    decided = f"{MINE} IS NOT TRUE AND state NOT IN ('draft', 'submitted', 'withdrawn') AND {of_application(provider)}"
    allow(
        "offer_application_states",
        "person_or_provider_adds",
        "INSERT",
        check=f"by_id = {ACCOUNT} AND (({own}) OR ({decided}))",
    )

    def statement(which: str) -> str:
        return of_application(which, "offer_statements")

    deciding = f"a.state IN ('submitted', 'shortlisted', 'waiting') AND {provider}"
    grant("SELECT, INSERT (person_id, application_id, words), UPDATE (words, written_at)", "offer_statements")
    allow("offer_statements", "person_or_whoever_decides_reads", "SELECT", using=f"{MINE} OR {statement(deciding)}")
    allow("offer_statements", "person_writes", "INSERT", check=f"{MINE} AND {statement('true')}")
    drafted = "a.state = 'draft'"
    draft_of = f"{MINE} AND {statement(drafted)}"
    allow("offer_statements", "person_changes_the_draft", "UPDATE", using=draft_of, check=draft_of)

    done = "a.state = 'completed'"
    completed = f"{MINE} AND {of_application(done, 'offer_feedback')}"
    grant("SELECT, INSERT (person_id, application_id, useful, words), UPDATE (useful, words)", "offer_feedback")
    reads = of_application(provider, "offer_feedback")
    allow("offer_feedback", "person_or_provider_reads", "SELECT", using=f"{MINE} OR {reads}")
    allow("offer_feedback", "whoever_completed_gives", "INSERT", check=completed)
    allow("offer_feedback", "whoever_completed_changes", "UPDATE", using=completed, check=completed)


def _analyst() -> None:
    """Kinds, dates, states, levels and staff groups; no words, and nobody's name."""
    for columns, table in (
        (
            "organisation_id, id, kind, provider_kind, verbs, framework_code, framework_version, dimension_code, level_from, level_to, staff_groups, cost, paid_by, place_rule, state, opens_on, closes_on, priority_until, is_targeted, published_at",
            "offers",
        ),
        ("organisation_id, offer_id, partner_organisation_id", "offer_partners"),
        (
            "organisation_id, offer_id, id, starts_on, ends_on, is_online, places, taken, reserved, reserved_taken",
            "offer_cohorts",
        ),
        ("organisation_id, offer_id, cohort_id, partner_organisation_id, reserved, taken", "offer_seats"),
        (
            "person_id, id, offer_organisation_id, offer_id, cohort_id, organisation_id, level, staff_group, route, state, submitted_at, has_place, has_kept_place",
            "offer_applications",
        ),
        ("person_id, application_id, number, state, at, reason", "offer_application_states"),
        ("person_id, application_id, useful, given_at", "offer_feedback"),
    ):
        grant(f"SELECT ({columns})", table, ANALYST)
        allow(table, "analyst_counts", "SELECT", using="true", to=ANALYST)


def _trusted_functions() -> None:
    for table in (*ABOUT_OFFERS, *PERSONAL):
        owner_reads(table)
    for table in ("offer_partners", "offer_cohorts", "offer_seats", "offer_applications"):
        owner_reads(table, "UPDATE")
    for table in ("offer_applications", "offer_application_states"):
        owner_reads(table, "INSERT")
    trusted_function(
        "applicants(persons uuid[])", APPLICANTS, returns="TABLE (person_id uuid, name text)", language="sql STABLE"
    )
    trusted_function(
        "nominate_for_offer(address text, organisation uuid, offer uuid, application uuid, maker text)",
        NOMINATE,
        returns="uuid",
    )
    trusted_function(
        "untold_places(offer uuid)",
        UNTOLD_PLACES,
        returns="TABLE (person_id uuid, application_id uuid)",
        language="sql",
    )
    trusted_function("offer_outcomes(day date)", OFFER_OUTCOMES, returns=OUTCOME, language="sql STABLE")
    op.execute(f"REVOKE ALL ON FUNCTION private.offer_outcomes(date) FROM {APP}")
    op.execute(f"GRANT EXECUTE ON FUNCTION private.offer_outcomes(date) TO {ANALYST}")
    trusted_function(
        "has_room(organisation uuid, offer uuid, cohort uuid, employer uuid)",
        HAS_ROOM,
        returns="text",
        language="sql STABLE",
    )
    trusted_function(
        "count_place(organisation uuid, offer uuid, cohort uuid, employer uuid, change integer)",
        COUNT_PLACE,
        returns="void",
        language="sql",
    )
    trusted_function("move_up(organisation uuid, offer uuid, cohort uuid)", MOVE_UP, returns="void")
    for function in INNER:
        op.execute(f"REVOKE ALL ON FUNCTION private.{function} FROM {APP}")
    trusted_function("hold_cohort()", HOLD_COHORT, returns="trigger")
    trusted_function("reach_application()", REACH_APPLICATION, returns="trigger")
    trusted_function("count_kept_places()", COUNT_KEPT_PLACES, returns="trigger")
    trusted_function("give_more_places()", GIVE_MORE_PLACES, returns="trigger")
    trusted_function("follow_offer()", FOLLOW_OFFER, returns="trigger")
    trusted_function("publish_parts()", PUBLISH_PARTS, returns="trigger")


def _triggers() -> None:
    for name, timing, table, function in (
        ("offers_count_version", "BEFORE UPDATE", "offers", "count_version"),
        ("offers_publish_parts", "AFTER UPDATE OF published_at", "offers", "publish_parts"),
        *((f"{table}_follow", "BEFORE INSERT", table, "follow_offer") for table in ABOUT_OFFERS[1:]),
        ("offer_application_states_hold", "BEFORE INSERT", "offer_application_states", "hold_cohort"),
        ("offer_application_states_reach", "AFTER INSERT", "offer_application_states", "reach_application"),
        ("offer_seats_kept", "AFTER INSERT OR UPDATE OF reserved", "offer_seats", "count_kept_places"),
        ("offer_cohorts_more", "AFTER UPDATE OF places, reserved", "offer_cohorts", "give_more_places"),
    ):
        op.execute(f"CREATE TRIGGER {name} {timing} ON {table} FOR EACH ROW EXECUTE FUNCTION private.{function}()")


# Names, to the partners of the organisation whose offer they applied for.
APPLICANTS = f"""
    SELECT p.id, concat_ws(' ', p.given_name, p.family_name)
      FROM people p
     WHERE p.id = ANY (persons)
       AND EXISTS (SELECT 1 FROM offer_applications a
                    WHERE a.person_id = p.id AND a.submitted_at IS NOT NULL AND a.offer_organisation_id = ANY ({PARTNER_OF}))
"""

# Whoever nominates learns nothing: what this gives is for the notice to the person alone. One nomination for each offer
# and person, whatever became of it, so that nobody is asked again.
NOMINATE = f"""
DECLARE
    named uuid[];
BEGIN
    IF {ACCOUNT} IS NULL OR NOT EXISTS (
        SELECT 1 FROM offers o WHERE o.organisation_id = organisation AND o.id = offer AND o.state = 'published'
           AND o.closes_on >= current_date) THEN
        RETURN NULL;
    END IF;
    named := ARRAY(SELECT p.id FROM people p
                    WHERE lower(p.email) = lower(address) AND p.email_confirmed AND p.id IS DISTINCT FROM {ME}
                      AND EXISTS (SELECT 1 FROM employments e WHERE e.person_id = p.id AND {EMPLOYED}));
    IF cardinality(named) <> 1 OR EXISTS (
        SELECT 1 FROM offer_applications a WHERE a.person_id = named[1] AND a.offer_id = offer) THEN
        RETURN NULL;
    END IF;
    INSERT INTO offer_applications (person_id, id, offer_organisation_id, offer_id, route, nominated_by)
    SELECT named[1], application, organisation, offer,
           CASE WHEN EXISTS (SELECT 1 FROM employments e WHERE e.person_id = named[1] AND {EMPLOYED}
                                AND e.organisation_id = ANY ({COLLEAGUE_OF})) THEN 'manager' ELSE 'peer' END,
           left(maker, 200)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO offer_application_states (person_id, application_id, number, state, by_id)
    VALUES (named[1], application, 1, 'draft', {ACCOUNT});
    RETURN named[1];
END
"""

# Whoever moved up from the waiting list and has not been told: each is given once, to whoever tells them.
UNTOLD_PLACES = f"""
    UPDATE offer_applications a SET is_untold = false
     WHERE a.offer_id = offer AND a.is_untold AND {ACCOUNT} IS NOT NULL
    RETURNING a.person_id, a.id
"""

# Which kind of place somebody of this employer would have: one that is kept for it, one that is open to all, or none.
# The cohort's row must be held by whoever asks.
HAS_ROOM = """
    SELECT CASE WHEN s.taken < s.reserved THEN 'kept'
                WHEN c.taken - c.reserved_taken < c.places - c.reserved THEN 'open' END
      FROM offer_cohorts c
      LEFT JOIN offer_seats s ON s.organisation_id = c.organisation_id AND s.offer_id = c.offer_id AND s.cohort_id = c.id
            AND s.partner_organisation_id = employer
     WHERE c.organisation_id = organisation AND c.offer_id = offer AND c.id = cohort
"""

# Free places go to those who wait, in the order in which they applied, until there is nobody whom one fits.
MOVE_UP = """
DECLARE
    next record;
BEGIN
    LOOP
        SELECT a.person_id, a.id, a.version INTO next
          FROM offer_applications a
          JOIN offers o ON o.organisation_id = a.offer_organisation_id AND o.id = a.offer_id
          JOIN offer_cohorts c ON c.organisation_id = organisation AND c.offer_id = offer AND c.id = cohort
         WHERE a.cohort_id = cohort AND a.state = 'waiting' AND o.state IN ('published', 'closed')
           AND c.starts_on >= current_date
           AND private.has_room(organisation, offer, cohort, a.organisation_id) IS NOT NULL
         ORDER BY a.submitted_at, a.id LIMIT 1;
        EXIT WHEN NOT FOUND;
        INSERT INTO offer_application_states (person_id, application_id, number, state)
        VALUES (next.person_id, next.id, next.version + 1, 'placed');
    END LOOP;
END
"""

# The cohort's row is held before anything is looked at and until the end of the transaction, always before any
# application's: so places are given one after the other, and the moment that is written here is the order of the queue.
HOLD_COHORT = """
DECLARE
    a record;
BEGIN
    SELECT offer_organisation_id, offer_id, coalesce(NEW.cohort_id, cohort_id) AS cohort_id INTO a
      FROM offer_applications WHERE person_id = NEW.person_id AND id = NEW.application_id;
    IF a.cohort_id IS NOT NULL THEN
        PERFORM 1 FROM offer_cohorts
          WHERE organisation_id = a.offer_organisation_id AND offer_id = a.offer_id AND id = a.cohort_id
            FOR NO KEY UPDATE;
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END
"""

REACH_APPLICATION = """
DECLARE
    was offer_applications;
    cohort uuid;
    room text;
    rule text;
BEGIN
    SELECT * INTO was FROM offer_applications
     WHERE person_id = NEW.person_id AND id = NEW.application_id FOR NO KEY UPDATE;
    IF was.version IS DISTINCT FROM NEW.number - 1 THEN
        RAISE unique_violation USING CONSTRAINT = 'pk_offer_application_states', MESSAGE = 'changed meanwhile';
    END IF;
    IF NOT (NEW.number = 1 AND NEW.state = 'draft') AND was.state || ' ' || NEW.state NOT IN (
        'draft submitted', 'draft withdrawn',
        'submitted shortlisted', 'submitted placed', 'submitted waiting', 'submitted unsuccessful', 'submitted withdrawn',
        'shortlisted placed', 'shortlisted waiting', 'shortlisted unsuccessful', 'shortlisted withdrawn',
        'waiting placed', 'waiting unsuccessful', 'waiting withdrawn',
        'placed attended', 'placed not_completed', 'placed unsuccessful', 'placed withdrawn',
        'attended completed', 'attended not_completed') THEN
        RAISE check_violation USING CONSTRAINT = 'ck_offer_application_states_follows', MESSAGE = 'cannot follow';
    END IF;
    cohort := coalesce(NEW.cohort_id, was.cohort_id);
    IF NEW.state = 'placed' THEN
        room := private.has_room(was.offer_organisation_id, was.offer_id, cohort, was.organisation_id);
        IF room IS NULL THEN
            RAISE check_violation USING CONSTRAINT = 'ck_offer_cohorts_never_oversold', MESSAGE = 'no place left';
        END IF;
    END IF;
    UPDATE offer_applications a
       SET state = NEW.state, version = NEW.number, cohort_id = cohort,
           submitted_at = CASE NEW.state WHEN 'submitted' THEN NEW.at ELSE a.submitted_at END,
           has_place = CASE WHEN NEW.state = 'placed' THEN true WHEN NEW.state IN ('withdrawn', 'unsuccessful') THEN false ELSE a.has_place END,
           has_kept_place = CASE WHEN NEW.state = 'placed' THEN room = 'kept' WHEN NEW.state IN ('withdrawn', 'unsuccessful') THEN false ELSE a.has_kept_place END,
           is_untold = NEW.state = 'placed' AND NEW.by_id IS NULL
     WHERE a.person_id = NEW.person_id AND a.id = NEW.application_id;
    IF NEW.state = 'placed' THEN
        PERFORM private.count_place(was.offer_organisation_id, was.offer_id, cohort, CASE room WHEN 'kept' THEN was.organisation_id END, 1);
    ELSIF was.has_place AND NEW.state IN ('withdrawn', 'unsuccessful') THEN
        PERFORM private.count_place(was.offer_organisation_id, was.offer_id, cohort, CASE WHEN was.has_kept_place THEN was.organisation_id END, -1);
        PERFORM private.move_up(was.offer_organisation_id, was.offer_id, cohort);
    ELSIF NEW.state = 'waiting' THEN
        PERFORM private.move_up(was.offer_organisation_id, was.offer_id, cohort);
    ELSIF NEW.state = 'submitted' THEN
        SELECT place_rule INTO rule FROM offers WHERE organisation_id = was.offer_organisation_id AND id = was.offer_id;
        IF rule = 'in_order' THEN
            room := private.has_room(was.offer_organisation_id, was.offer_id, cohort, was.organisation_id);
            INSERT INTO offer_application_states (person_id, application_id, number, state)
            VALUES (NEW.person_id, NEW.application_id, NEW.number + 1, CASE WHEN room IS NULL THEN 'waiting' ELSE 'placed' END);
        END IF;
    END IF;
    RETURN NULL;
END
"""

# A place more, or one less, in the cohort and in what is kept for an employer.
COUNT_PLACE = """
    UPDATE offer_seats s SET taken = s.taken + change
     WHERE s.organisation_id = organisation AND s.offer_id = offer AND s.cohort_id = cohort AND s.partner_organisation_id = employer;
    UPDATE offer_cohorts c
       SET taken = c.taken + change, reserved_taken = c.reserved_taken + CASE WHEN employer IS NULL THEN 0 ELSE change END
     WHERE c.organisation_id = organisation AND c.offer_id = offer AND c.id = cohort;
"""

COUNT_KEPT_PLACES = """
BEGIN
    UPDATE offer_cohorts c SET reserved = c.reserved + NEW.reserved - CASE TG_OP WHEN 'UPDATE' THEN OLD.reserved ELSE 0 END
     WHERE c.organisation_id = NEW.organisation_id AND c.offer_id = NEW.offer_id AND c.id = NEW.cohort_id;
    RETURN NULL;
END
"""

GIVE_MORE_PLACES = """
BEGIN
    PERFORM private.move_up(NEW.organisation_id, NEW.offer_id, NEW.id);
    RETURN NULL;
END
"""

FOLLOW_OFFER = """
BEGIN
    NEW.is_published := EXISTS (SELECT 1 FROM offers o WHERE o.organisation_id = NEW.organisation_id AND o.id = NEW.offer_id
                                   AND o.published_at IS NOT NULL);
    RETURN NEW;
END
"""

PUBLISH_PARTS = """
BEGIN
    UPDATE offer_partners SET is_published = NEW.published_at IS NOT NULL WHERE organisation_id = NEW.organisation_id AND offer_id = NEW.id;
    UPDATE offer_cohorts SET is_published = NEW.published_at IS NOT NULL WHERE organisation_id = NEW.organisation_id AND offer_id = NEW.id;
    UPDATE offer_seats SET is_published = NEW.published_at IS NOT NULL WHERE organisation_id = NEW.organisation_id AND offer_id = NEW.id;
    RETURN NULL;
END
"""

OUTCOME = (
    "TABLE (person bigint, organisation_id uuid, offer_id uuid, employer_id uuid, completed_on date, months integer,"
    " moves bigint, level_then smallint, level_now smallint, is_in_system boolean)"
)

# What came after a completion, at 6, 12 and 24 months, as the record has it: nobody is asked.
OFFER_OUTCOMES = """
    SELECT p.analysis_key, a.offer_organisation_id, a.offer_id, a.organisation_id, s.at::date, m.months,
           (SELECT count(*) FROM mobility_events e
             WHERE e.person_id = a.person_id AND e.superseded_at IS NULL AND NOT e.is_withdrawn
               AND e.effective_on > s.at::date AND e.effective_on <= d.until),
           a.level, max(l.level), count(j.id) > 0
      FROM offer_applications a
      JOIN people p ON p.id = a.person_id
      JOIN offer_application_states s ON s.person_id = a.person_id AND s.application_id = a.id AND s.state = 'completed'
     CROSS JOIN (VALUES (6), (12), (24)) m (months)
     CROSS JOIN LATERAL (SELECT (s.at::date + make_interval(months => m.months))::date AS until) d
      LEFT JOIN assignments j ON j.person_id = a.person_id AND j.started <= d.until AND (j.ended IS NULL OR j.ended >= d.until)
      LEFT JOIN crosswalk_entries l ON l.scheme = j.grade_scheme AND l.grade = j.grade
           AND l.version = (SELECT max(v.version) FROM crosswalk_versions v)
     WHERE d.until <= day
     GROUP BY p.analysis_key, a.person_id, a.id, s.at, m.months, d.until
"""


def downgrade() -> None:
    for table in (
        "offer_feedback",
        "offer_application_states",
        "offer_statements",
        "offer_applications",
        "offer_seats",
        "offer_cohorts",
        "offer_partners",
        "offers",
    ):
        op.drop_table(table)
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION private.{function}")
