"""The first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Lets the exclusion constraint on assignments compare identifiers with = beside date ranges with &&.
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject_person_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("entity_id", sa.Text(), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_account", "audit_entries", ["account_id", "id"], unique=False)
    op.create_index("ix_audit_entries_action", "audit_entries", ["action", "at", "id"], unique=False)
    op.create_index("ix_audit_entries_at", "audit_entries", ["at", "id"], unique=False)
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject_person_id", "id"], unique=False)
    op.create_table(
        "crosswalk_versions",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_crosswalk_versions")),
    )
    op.create_table(
        "grade_schemes",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_grade_schemes")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "trust",
                "ambulance_trust",
                "board",
                "council",
                "primary_care",
                "social_care",
                "charity",
                "other",
                name="organisation_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("ods_code", sa.String(length=40), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["organisations.id"], name=op.f("fk_organisations_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("code", name=op.f("uq_organisations_code")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("given_name", sa.String(length=200), nullable=False),
        sa.Column("family_name", sa.String(length=200), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("email_confirmed", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("analysis_key", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("analysis_key", name=op.f("uq_people_analysis_key")),
    )
    op.create_index("ix_people_email", "people", [sa.literal_column("lower(email)")], unique=False)
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_accounts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    op.create_index("uq_accounts_email", "accounts", [sa.literal_column("lower(email)")], unique=True)
    op.create_index("uq_accounts_person", "accounts", ["person_id"], unique=True)
    op.create_index("uq_accounts_subject", "accounts", ["issuer", "subject"], unique=True)
    op.create_table(
        "crosswalk_entries",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 9", name=op.f("ck_crosswalk_entries_level_is_1_to_9")),
        sa.ForeignKeyConstraint(["scheme"], ["grade_schemes.code"], name=op.f("fk_crosswalk_entries_scheme")),
        sa.ForeignKeyConstraint(["version"], ["crosswalk_versions.version"], name=op.f("fk_crosswalk_entries_version")),
        sa.PrimaryKeyConstraint("version", "scheme", "grade", name=op.f("pk_crosswalk_entries")),
    )
    op.create_table(
        "employments",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("employee_number", sa.String(length=40), nullable=False),
        sa.Column("listed_as", sa.String(length=200), nullable=False),
        sa.Column("ended", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_employments_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_employments_person_id")),
        sa.PrimaryKeyConstraint("organisation_id", "person_id", name=op.f("pk_employments")),
    )
    op.create_index(
        "ix_employments_listed_as",
        "employments",
        ["organisation_id", "listed_as", "person_id"],
        unique=False,
        postgresql_include=["employee_number", "ended"],
    )
    op.create_index("ix_employments_person", "employments", ["person_id", "organisation_id"], unique=False)
    op.create_index(
        "uq_employments_employee_number", "employments", ["organisation_id", "employee_number"], unique=True
    )
    op.create_table(
        "equality_answers",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "characteristic",
            sa.Enum(
                "ethnicity",
                "sex",
                "disability",
                name="characteristic",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("code_list", sa.String(length=40), nullable=False),
        sa.Column("code_list_version", sa.String(length=40), nullable=False),
        sa.Column(
            "source",
            sa.Enum("person", "employer", name="answer_source", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_equality_answers_person_id")),
        sa.PrimaryKeyConstraint("person_id", "characteristic", name=op.f("pk_equality_answers")),
    )
    op.create_table(
        "assignments",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "substantive",
                "secondment",
                "acting_up",
                name="assignment_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("job_title", sa.String(length=200), nullable=False),
        sa.Column("grade_scheme", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
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
        sa.Column("fte", sa.Numeric(precision=4, scale=3), nullable=False),
        sa.Column("started", sa.Date(), nullable=False),
        sa.Column("ended", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.Column("destination", sa.String(length=40), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.literal_column("organisation_id"), "="),
            (sa.literal_column("person_id"), "="),
            (sa.text("daterange(started, ended, '[]')"), "&&"),
            where=sa.text("kind = 'substantive' AND fte >= 1"),
            using="gist",
            name="ex_assignments_one_full_time_job",
        ),
        sa.CheckConstraint("ended IS NULL OR ended >= started", name=op.f("ck_assignments_ends_after_it_starts")),
        sa.CheckConstraint("fte > 0 AND fte <= 1.5", name=op.f("ck_assignments_fte_is_above_0_up_to_1_5")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["employments.organisation_id", "employments.person_id"],
            name="fk_assignments_employment",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_assignments")),
    )
    op.create_index(
        "ix_assignments_organisation_person", "assignments", ["organisation_id", "person_id", "started"], unique=False
    )
    op.create_index("ix_assignments_person", "assignments", ["person_id", "started"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("facilitator_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "initial",
                "follow_up",
                "stay",
                "transition",
                "return_from_secondment",
                "moving_on",
                name="conversation_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("next_due_on", sa.Date(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["facilitator_id"], ["people.id"], name=op.f("fk_conversations_facilitator_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["employments.organisation_id", "employments.person_id"],
            name="fk_conversations_employment",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_conversations_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["people.id"], name=op.f("fk_conversations_recorded_by_id")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_conversations")),
    )
    op.create_index("ix_conversations_facilitator", "conversations", ["facilitator_id", "held_on"], unique=False)
    op.create_index("ix_conversations_organisation", "conversations", ["organisation_id", "held_on"], unique=False)
    op.create_index("ix_conversations_recorded_by", "conversations", ["recorded_by_id", "held_on"], unique=False)
    op.create_table(
        "grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "staff",
                "facilitator",
                "hr_partner",
                "system_leader",
                "administrator",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("granted_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_grants_account_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_grants_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(
        "uq_grants_account",
        "grants",
        ["account_id", "role", "organisation_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sign_ins_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_ins")),
    )
    op.create_index("ix_sign_ins_account", "sign_ins", ["account_id", "started_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_sign_ins_account", table_name="sign_ins")
    op.drop_table("sign_ins")
    op.drop_index("uq_grants_account", table_name="grants", postgresql_nulls_not_distinct=True)
    op.drop_table("grants")
    op.drop_index("ix_conversations_recorded_by", table_name="conversations")
    op.drop_index("ix_conversations_organisation", table_name="conversations")
    op.drop_index("ix_conversations_facilitator", table_name="conversations")
    op.drop_table("conversations")
    op.drop_index("ix_assignments_person", table_name="assignments")
    op.drop_index("ix_assignments_organisation_person", table_name="assignments")
    op.drop_table("assignments")
    op.drop_table("equality_answers")
    op.drop_index("uq_employments_employee_number", table_name="employments")
    op.drop_index("ix_employments_person", table_name="employments")
    op.drop_index("ix_employments_listed_as", table_name="employments")
    op.drop_table("employments")
    op.drop_table("crosswalk_entries")
    op.drop_index("uq_accounts_subject", table_name="accounts")
    op.drop_index("uq_accounts_person", table_name="accounts")
    op.drop_index("uq_accounts_email", table_name="accounts")
    op.drop_table("accounts")
    op.drop_index("ix_people_email", table_name="people")
    op.drop_table("people")
    op.drop_table("organisations")
    op.drop_table("grade_schemes")
    op.drop_table("crosswalk_versions")
    op.drop_index("ix_audit_entries_subject", table_name="audit_entries")
    op.drop_index("ix_audit_entries_at", table_name="audit_entries")
    op.drop_index("ix_audit_entries_action", table_name="audit_entries")
    op.drop_index("ix_audit_entries_account", table_name="audit_entries")
    op.drop_table("audit_entries")
