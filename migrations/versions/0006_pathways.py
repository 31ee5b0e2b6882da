"""Pathways, evidence, aspirations and transitions"""

import sqlalchemy as sa
from alembic import op

from migrations.roles import ANALYST, APP, AUDITOR
from migrations.security import (
    ME,
    PARTNER_OF,
    allow,
    grant,
    has_role,
    owner_reads,
    protect,
    trusted_function,
)

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

EMPLOYED = "(e.ended IS NULL OR e.ended >= current_date)"
SHARED = ("leadership_tiers", "tier_expectations", "pathway_steps")
PERSONAL = (
    "stated_roles",
    "chosen_steps",
    "evidence",
    "evidence_shares",
    "aspirations",
    "aspiration_hidden",
    "transitions",
    "transition_supports",
    "transition_checkins",
    "checkin_answers",
)
ASPIRATION = (
    "target_family, target_level, target_tier, place_id, timeframe, working_pattern, willing_to_move, specialist_track,"
    " is_muted"
)
ANSWER = "support_perception, words"
MINE = f"person_id = {ME}"


def upgrade() -> None:
    _tables()
    for table in (*PERSONAL, *SHARED):
        protect(table)
    _trusted_functions()
    _shared_reference()
    _own()
    _evidence()
    _transitions()
    _analyst()


def _tables() -> None:
    op.create_table(
        "leadership_tiers",
        sa.Column(
            "code",
            sa.Enum(
                "enabled_leader",
                "mid_senior",
                "executive",
                name="tier",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("from_level", sa.SmallInteger(), nullable=False),
        sa.Column("to_level", sa.SmallInteger(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False, comment="1 is the first tier"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_leadership_tiers")),
    )
    op.create_table(
        "aspiration_hidden",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_aspiration_hidden_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_aspiration_hidden_person_id")),
        sa.PrimaryKeyConstraint("person_id", "organisation_id", name=op.f("pk_aspiration_hidden")),
    )
    op.create_table(
        "aspirations",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target_family", sa.String(length=40), nullable=True),
        sa.Column("target_level", sa.SmallInteger(), nullable=True),
        sa.Column(
            "target_tier",
            sa.Enum(
                "enabled_leader",
                "mid_senior",
                "executive",
                name="tier",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column(
            "timeframe",
            sa.Enum(
                "now",
                "within_a_year",
                "one_to_three_years",
                "later",
                "not_sure",
                name="timeframe",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
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
        sa.Column(
            "willing_to_move",
            sa.Enum(
                "same_organisation",
                "nearby",
                "anywhere_in_system",
                "remote",
                "not_sure",
                name="willing_to_move",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("specialist_track", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "is_muted", sa.Boolean(), server_default="false", nullable=False, comment="kept, and used for nothing"
        ),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("target_level BETWEEN 1 AND 9", name=op.f("ck_aspirations_target_level_is_1_to_9")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_aspirations_version_is_1_or_more")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_aspirations_person_id")),
        sa.ForeignKeyConstraint(["place_id"], ["organisations.id"], name=op.f("fk_aspirations_place_id")),
        sa.ForeignKeyConstraint(["target_family"], ["job_families.code"], name=op.f("fk_aspirations_target_family")),
        sa.PrimaryKeyConstraint("person_id", "version", name=op.f("pk_aspirations")),
    )
    op.create_table(
        "tier_expectations",
        sa.Column(
            "tier",
            sa.Enum(
                "enabled_leader",
                "mid_senior",
                "executive",
                name="tier",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "expected", "supported", name="expectation_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tier"], ["leadership_tiers.code"], name=op.f("fk_tier_expectations_tier")),
        sa.PrimaryKeyConstraint("tier", "kind", "place", name=op.f("pk_tier_expectations")),
    )
    op.create_table(
        "evidence",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True, comment="where it happened"),
        sa.Column("framework_code", sa.String(length=40), nullable=False),
        sa.Column("framework_version", sa.Integer(), nullable=False),
        sa.Column("dimension_code", sa.String(length=40), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("what_happened", sa.Text(), nullable=False),
        sa.Column("witness", sa.String(length=200), server_default="", nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=True, comment="the role it was written for, where it was"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["framework_code", "framework_version", "dimension_code"],
            [
                "capability_dimensions.framework_code",
                "capability_dimensions.framework_version",
                "capability_dimensions.code",
            ],
            name="fk_evidence_dimension",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_evidence_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_evidence_person_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["role_profiles.id"], name=op.f("fk_evidence_profile_id")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_evidence")),
    )
    op.create_table(
        "pathway_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_profile_id", sa.Uuid(), nullable=False),
        sa.Column("to_profile_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "promotion",
                "lateral",
                "cross_sector",
                "return",
                name="step_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "typical_months", sa.SmallInteger(), nullable=False, comment="in the role before, where people took it"
        ),
        sa.Column("what_helps", sa.String(length=500), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "state",
            sa.Enum("published", "retired", name="step_state", native_enum=False, create_constraint=True, length=40),
            server_default="published",
            nullable=False,
        ),
        sa.CheckConstraint("from_profile_id <> to_profile_id", name=op.f("ck_pathway_steps_leads_elsewhere")),
        sa.CheckConstraint(
            "typical_months BETWEEN 1 AND 240", name=op.f("ck_pathway_steps_typical_months_is_1_to_240")
        ),
        sa.ForeignKeyConstraint(
            ["from_profile_id"], ["role_profiles.id"], name=op.f("fk_pathway_steps_from_profile_id")
        ),
        sa.ForeignKeyConstraint(["to_profile_id"], ["role_profiles.id"], name=op.f("fk_pathway_steps_to_profile_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pathway_steps")),
    )
    op.create_index("ix_pathway_steps_to", "pathway_steps", ["to_profile_id"], unique=False)
    op.create_index(
        "uq_pathway_steps_from_to", "pathway_steps", ["from_profile_id", "to_profile_id", "version"], unique=True
    )
    op.create_table(
        "stated_roles",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("profile_id", sa.Uuid(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_stated_roles_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_stated_roles_person_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["role_profiles.id"], name=op.f("fk_stated_roles_profile_id")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_stated_roles")),
    )
    op.create_table(
        "chosen_steps",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_chosen_steps_person_id")),
        sa.ForeignKeyConstraint(["step_id"], ["pathway_steps.id"], name=op.f("fk_chosen_steps_step_id")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_chosen_steps")),
    )
    op.create_index(
        "uq_chosen_steps_current",
        "chosen_steps",
        ["person_id", "step_id"],
        unique=True,
        postgresql_where=sa.text("set_aside_at IS NULL"),
    )
    op.create_table(
        "evidence_shares",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reader",
            sa.Enum(
                "facilitator",
                "hr_partner",
                "new_employer",
                name="evidence_reader",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id", "evidence_id"],
            ["evidence.person_id", "evidence.id"],
            name="fk_evidence_shares_evidence",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "evidence_id", "reader", "given_at", name=op.f("pk_evidence_shares")),
    )
    op.create_table(
        "transitions",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("from_tier", sa.String(length=40), nullable=True),
        sa.Column("to_tier", sa.String(length=40), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "supported",
                "complete",
                "ended_early",
                name="transition_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="open",
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "assignment_id"],
            ["assignments.organisation_id", "assignments.id"],
            name="fk_transitions_assignment",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_transitions_person_id"),
        sa.ForeignKeyConstraint(["from_tier"], ["leadership_tiers.code"], name=op.f("fk_transitions_from_tier")),
        sa.ForeignKeyConstraint(["to_tier"], ["leadership_tiers.code"], name=op.f("fk_transitions_to_tier")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_transitions")),
    )
    op.create_index(
        "ix_transitions_organisation", "transitions", ["organisation_id", "state", "started_on"], unique=False
    )
    op.create_index("uq_transitions_assignment", "transitions", ["organisation_id", "assignment_id"], unique=True)
    op.create_table(
        "transition_checkins",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("transition_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("day IN (30, 90, 180)", name=op.f("ck_transition_checkins_day_is_30_90_or_180")),
        sa.ForeignKeyConstraint(
            ["person_id", "transition_id"],
            ["transitions.person_id", "transitions.id"],
            name="fk_transition_checkins_transition",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "transition_id", "day", name=op.f("pk_transition_checkins")),
    )
    op.create_index(
        "ix_transition_checkins_organisation", "transition_checkins", ["organisation_id", "transition_id"], unique=False
    )
    op.create_table(
        "transition_supports",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("transition_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "coach",
                "mentor",
                "peer_set",
                "sponsor",
                name="support_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("arranged_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "transition_id"],
            ["transitions.person_id", "transitions.id"],
            name="fk_transition_supports_transition",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "transition_id", "id", name=op.f("pk_transition_supports")),
    )
    op.create_index(
        "ix_transition_supports_organisation", "transition_supports", ["organisation_id", "transition_id"], unique=False
    )
    op.create_table(
        "checkin_answers",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("transition_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("support_perception", sa.SmallInteger(), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "support_perception BETWEEN 1 AND 5", name=op.f("ck_checkin_answers_support_perception_is_1_to_5")
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "transition_id", "day"],
            ["transition_checkins.person_id", "transition_checkins.transition_id", "transition_checkins.day"],
            name="fk_checkin_answers_checkin",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "transition_id", "day", name=op.f("pk_checkin_answers")),
    )


def _trusted_functions() -> None:
    owner_reads("evidence_shares")
    trusted_function(
        "evidence_shared_with_me(person uuid, piece uuid, organisation uuid)",
        EVIDENCE_SHARED_WITH_ME,
        returns="boolean",
        language="plpgsql STABLE",
    )
    trusted_function(
        "crossings_in(organisation uuid, since date)",
        CROSSINGS_IN,
        returns="TABLE (person_id uuid, assignment_id uuid, started date, from_tier text, to_tier text)",
        language="sql STABLE",
    )


def _shared_reference() -> None:
    everyone, administrator = f"{APP}, {ANALYST}, {AUDITOR}", has_role("administrator")
    for table in SHARED:
        grant("SELECT", table, everyone)
        allow(table, "everyone_reads", "SELECT", using="true", to=everyone)
        owner_reads(table)
        owner_reads(table, "INSERT")
        grant("INSERT", table)
        allow(table, "administrator_adds", "INSERT", check=administrator)
    # A step is corrected by the next version: of the one before, only that it is retired is written.
    grant("UPDATE (state)", "pathway_steps")
    allow("pathway_steps", "administrator_retires", "UPDATE", using=administrator, check=administrator)


def _own() -> None:
    """What nobody but the person ever reads here: not the employer, not whoever holds their conversations."""
    for table, rights in (
        ("stated_roles", "SELECT, INSERT (person_id, id, organisation_id, assignment_id, profile_id)"),
        ("chosen_steps", "SELECT, INSERT (person_id, id, step_id), UPDATE (set_aside_at)"),
        (
            "aspirations",
            f"SELECT, INSERT (person_id, version, {ASPIRATION}, words), UPDATE (words)",
        ),
        ("aspiration_hidden", "SELECT, INSERT (person_id, organisation_id), DELETE"),
        (
            "checkin_answers",
            f"SELECT, INSERT (person_id, transition_id, day, {ANSWER}), UPDATE ({ANSWER})",
        ),
    ):
        grant(rights, table)
        allow(table, "owner_reads", "SELECT", using=MINE)
        allow(table, "owner_adds", "INSERT", check=MINE)
        if "UPDATE" in rights:
            allow(table, "owner_changes", "UPDATE", using=MINE, check=MINE)
        if "DELETE" in rights:
            allow(table, "owner_removes", "DELETE", using=MINE)


def _evidence() -> None:
    what = (
        "organisation_id, framework_code, framework_version, dimension_code, happened_on, situation, what_happened,"
        " witness, profile_id"
    )
    grant(f"SELECT, INSERT (person_id, id, {what}), UPDATE ({what}, version), DELETE", "evidence")
    shared = "private.evidence_shared_with_me(person_id, id, organisation_id)"
    allow("evidence", "owner_or_shared_reads", "SELECT", using=f"{MINE} OR {shared}")
    allow("evidence", "owner_adds", "INSERT", check=MINE)
    allow("evidence", "owner_changes", "UPDATE", using=MINE, check=MINE)
    allow("evidence", "owner_removes", "DELETE", using=MINE)

    grant("SELECT, INSERT (person_id, evidence_id, reader), UPDATE (revoked_at)", "evidence_shares")
    allow("evidence_shares", "owner_reads", "SELECT", using=MINE)
    allow("evidence_shares", "owner_shares", "INSERT", check=MINE)
    allow("evidence_shares", "owner_stops", "UPDATE", using=MINE, check=MINE)


def _transitions() -> None:
    """The partners see a transition for as long as they employ the person. What was answered, they never see."""
    here = f"organisation_id = ANY ({PARTNER_OF})"
    for table in ("transitions", "transition_supports", "transition_checkins"):
        employed = (
            f"EXISTS (SELECT 1 FROM employments e WHERE e.organisation_id = {table}.organisation_id"
            f" AND e.person_id = {table}.person_id AND {EMPLOYED})"
        )
        allow(table, "self_or_employer_reads", "SELECT", using=f"{MINE} OR ({here} AND {employed})")
    grant(
        "SELECT, INSERT (person_id, id, organisation_id, assignment_id, from_tier, to_tier, started_on),"
        " UPDATE (state, ended_on)",
        "transitions",
    )
    their_post = (
        "EXISTS (SELECT 1 FROM assignments a WHERE a.organisation_id = transitions.organisation_id"
        " AND a.id = assignment_id AND a.person_id = transitions.person_id)"
    )
    allow("transitions", "employer_opens", "INSERT", check=f"{here} AND {their_post}")
    allow("transitions", "employer_changes", "UPDATE", using=here, check=here)

    grant(
        "SELECT, INSERT (person_id, transition_id, id, organisation_id, kind, who, arranged_on)", "transition_supports"
    )
    grant(
        "SELECT, INSERT (person_id, transition_id, day, organisation_id, due_on), UPDATE (answered_at)",
        "transition_checkins",
    )
    for table in ("transition_supports", "transition_checkins"):
        of_theirs = (
            f"EXISTS (SELECT 1 FROM transitions t WHERE t.person_id = {table}.person_id AND t.id = transition_id"
            f" AND t.organisation_id = {table}.organisation_id)"
        )
        allow(table, "employer_adds", "INSERT", check=f"{here} AND {of_theirs}")
    allow("transition_checkins", "owner_answers", "UPDATE", using=MINE, check=MINE)


def _analyst() -> None:
    """Codes and dates only. Evidence, steps that were chosen and all words stay with the person."""
    said = "target_family, target_level, target_tier, place_id, timeframe, specialist_track, is_muted, said_at"
    for columns, table in (
        (f"person_id, version, {said}", "aspirations"),
        ("person_id, id, organisation_id, from_tier, to_tier, started_on, state, ended_on", "transitions"),
        ("person_id, transition_id, organisation_id, kind, arranged_on", "transition_supports"),
        ("person_id, transition_id, day, organisation_id, due_on, answered_at", "transition_checkins"),
        ("person_id, transition_id, day, support_perception", "checkin_answers"),
    ):
        grant(f"SELECT ({columns})", table, ANALYST)
        allow(table, "analyst_counts", "SELECT", using="true", to=ANALYST)


# Whom the person lets: whoever held a conversation that the person agreed, in the last 18 months; the partners of where it
# happened; those of another employer. In plpgsql because conversations are agreed from the next migration on.
EVIDENCE_SHARED_WITH_ME = f"""
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM evidence_shares s
         WHERE s.person_id = person AND s.evidence_id = piece AND s.revoked_at IS NULL
           AND CASE s.reader WHEN 'facilitator' THEN EXISTS (
                        SELECT 1 FROM conversations c
                         WHERE c.person_id = person AND c.facilitator_id = {ME} AND c.agreed_on IS NOT NULL
                           AND c.held_on > current_date - interval '18 months')
                    ELSE EXISTS (
                        SELECT 1 FROM employments e
                         WHERE e.person_id = person AND e.organisation_id = ANY ({PARTNER_OF}) AND {EMPLOYED}
                           AND CASE WHEN s.reader = 'hr_partner' THEN e.organisation_id = coalesce(organisation, e.organisation_id)
                                    WHEN organisation IS NOT NULL THEN e.organisation_id <> organisation
                                    ELSE s.given_at::date < (SELECT min(a.started) FROM assignments a
                                                              WHERE a.organisation_id = e.organisation_id
                                                                AND a.person_id = e.person_id) END) END);
END
"""

# The posts of one organisation that are somebody's first in a leadership tier or above, counting what they held anywhere:
# told to its partners only. The tier that they held elsewhere is not told, only that they held none as high. A post is in the
# tier of the role that its title means (service.capabilities.queries.matching says how); one without a level is in none.
CROSSINGS_IN = f"""
    WITH named AS MATERIALIZED (
        SELECT said.title, f.staff_group, p.level, p.code, t.code AS tier, coalesce(t.place, 0) AS place
          FROM role_profiles p
          JOIN job_families f ON f.code = p.family_code
          CROSS JOIN LATERAL unnest(p.titles) AS said (title)
          LEFT JOIN leadership_tiers t ON t.code = p.tier
         WHERE p.state = 'published'
    ), recent AS MATERIALIZED (
        SELECT DISTINCT a.person_id FROM assignments a
         WHERE organisation = ANY ({PARTNER_OF}) AND a.organisation_id = organisation AND a.started >= since
    ), held AS MATERIALIZED (
        SELECT a.organisation_id, a.id, a.person_id, a.started, a.ended, a.staff_group, c.level,
               lower(btrim(regexp_replace(a.job_title, '\\s+', ' ', 'g'))) AS title
          FROM recent r
          JOIN assignments a ON a.person_id = r.person_id
          LEFT JOIN crosswalk_entries c ON c.scheme = a.grade_scheme AND c.grade = a.grade
           AND c.version = (SELECT max(v.version) FROM crosswalk_versions v)
    ), tiered AS (
        SELECT DISTINCT ON (h.organisation_id, h.id)
               h.organisation_id, h.id, h.person_id, h.started, h.ended, n.tier, n.place
          FROM held h
          JOIN named n ON n.title = h.title AND (n.staff_group = h.staff_group OR n.staff_group IS NULL)
         WHERE h.level IS NOT NULL
         ORDER BY h.organisation_id, h.id, abs(n.level - h.level), n.level, n.staff_group IS NULL, n.code
    )
    SELECT crossed.person_id, crossed.id, crossed.started,
           (SELECT b.tier FROM tiered b
             WHERE b.person_id = crossed.person_id AND b.organisation_id = organisation
               AND b.started < crossed.started AND b.tier IS NOT NULL
             ORDER BY b.place DESC LIMIT 1)::text,
           crossed.tier::text
      FROM tiered AS crossed
     WHERE crossed.organisation_id = organisation AND crossed.started >= since AND crossed.tier IS NOT NULL
       AND (crossed.ended IS NULL OR crossed.ended >= current_date)
       AND NOT EXISTS (SELECT 1 FROM tiered old
                        WHERE old.person_id = crossed.person_id AND old.place >= crossed.place AND old.id <> crossed.id
                          AND (old.started, old.id) < (crossed.started, crossed.id))
"""


def downgrade() -> None:
    for table in reversed(PERSONAL):
        op.drop_table(table)
    for table in reversed(SHARED):
        op.drop_table(table)
    op.execute("DROP FUNCTION private.evidence_shared_with_me(uuid, uuid, uuid)")
    op.execute("DROP FUNCTION private.crossings_in(uuid, date)")
