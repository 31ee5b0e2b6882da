"""Capability frameworks and role profiles"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from migrations.roles import ANALYST, APP, AUDITOR
from migrations.security import allow, grant, has_role, owner_reads, protect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    "capability_frameworks",
    "capability_dimensions",
    "capability_levels",
    "capability_behaviours",
    "job_families",
    "role_profiles",
    "role_requirements",
)
VERSION = ("framework_code", "framework_version")


def upgrade() -> None:
    _frameworks()
    _parts_of_a_framework()
    _profiles()
    everyone, administrator = f"{APP}, {ANALYST}, {AUDITOR}", has_role("administrator")
    for table in TABLES:
        protect(table)
        grant("SELECT", table, everyone)
        allow(table, "everyone_reads", "SELECT", using="true", to=everyone)
        grant("INSERT", table)
        allow(table, "administrator_adds", "INSERT", check=administrator)
        # The first frameworks and profiles come with the migrations, which run as the owner.
        owner_reads(table)
        owner_reads(table, "INSERT")
    # What was published keeps its words. Only whether it still holds may change, and what took its place.
    for columns, table in (("state", "capability_frameworks"), ("state, replaced_by_id", "role_profiles")):
        grant(f"UPDATE ({columns})", table)
        allow(table, "administrator_retires", "UPDATE", using=administrator, check=administrator)


def _frameworks() -> None:
    op.create_table(
        "capability_frameworks",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("source_note", sa.Text(), server_default="", nullable=False),
        sa.Column("licence_note", sa.Text(), server_default="", nullable=False),
        sa.Column("approved_by", sa.String(200), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), server_default="published", nullable=False),
        sa.PrimaryKeyConstraint("code", "version", name="pk_capability_frameworks"),
        sa.CheckConstraint("version >= 1", name="ck_capability_frameworks_version_is_1_or_more"),
        sa.CheckConstraint(
            "kind IN ('behaviours', 'leadership', 'technical', 'skills')",
            name="ck_capability_frameworks_framework_kind",
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'retired')", name="ck_capability_frameworks_framework_state"
        ),
    )


def _parts_of_a_framework() -> None:
    op.create_table(
        "capability_dimensions",
        *_of_a_framework(),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*VERSION, "code", name="pk_capability_dimensions"),
        _framework_key("fk_dimensions_framework"),
    )
    op.create_table(
        "capability_levels",
        *_of_a_framework(),
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint(*VERSION, "level", name="pk_capability_levels"),
        sa.CheckConstraint("level BETWEEN 1 AND 9", name="ck_capability_levels_level_is_1_to_9"),
        _framework_key("fk_levels_framework"),
    )
    op.create_table(
        "capability_behaviours",
        *_of_a_framework(),
        sa.Column("dimension_code", sa.String(40), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*VERSION, "dimension_code", "code", name="pk_capability_behaviours"),
        *_dimension_and_level("behaviours"),
    )


def _profiles() -> None:
    op.create_table(
        "job_families",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("staff_group", sa.String(40), nullable=True),
        sa.PrimaryKeyConstraint("code", name="pk_job_families"),
    )
    op.create_table(
        "role_profiles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family_code", sa.String(40), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("state", sa.String(40), server_default="published", nullable=False),
        sa.Column("replaced_by_id", sa.Uuid(), nullable=True),
        sa.Column("titles", ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("tier", sa.String(40), nullable=True),
        sa.Column("is_default", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_role_profiles"),
        sa.ForeignKeyConstraint(["family_code"], ["job_families.code"], name="fk_role_profiles_family_code"),
        sa.ForeignKeyConstraint(["replaced_by_id"], ["role_profiles.id"], name="fk_role_profiles_replaced_by_id"),
        sa.CheckConstraint("level BETWEEN 1 AND 9", name="ck_role_profiles_level_is_1_to_9"),
        sa.CheckConstraint("state IN ('published', 'retired')", name="ck_role_profiles_profile_state"),
        sa.CheckConstraint("tier IN ('enabled_leader', 'mid_senior', 'executive')", name="ck_role_profiles_tier"),
    )
    op.create_index("uq_role_profiles_code_version", "role_profiles", ["code", "version"], unique=True)
    op.create_index("ix_role_profiles_family_level", "role_profiles", ["family_code", "level"])
    op.create_index("ix_role_profiles_title", "role_profiles", ["title", "id"])
    _requirements()


def _requirements() -> None:
    op.create_table(
        "role_requirements",
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        *_of_a_framework(nullable=True),
        sa.Column("dimension_code", sa.String(40), nullable=True),
        sa.Column("level", sa.SmallInteger(), nullable=True),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("is_essential", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("profile_id", "place", name="pk_role_requirements"),
        sa.ForeignKeyConstraint(["profile_id"], ["role_profiles.id"], name="fk_role_requirements_profile_id"),
        *_dimension_and_level("requirements"),
        sa.CheckConstraint(
            "kind IN ('capability', 'experience', 'registration', 'qualification')",
            name="ck_role_requirements_requirement_kind",
        ),
        sa.CheckConstraint(
            "CASE WHEN kind = 'capability' THEN num_nonnulls(framework_code, framework_version, dimension_code) = 3"
            " ELSE num_nonnulls(framework_code, framework_version, dimension_code, level) = 0 AND text <> '' END",
            name="ck_role_requirements_names_a_capability_or_says_it_in_words",
        ),
    )


def _of_a_framework(nullable: bool = False) -> tuple[sa.Column[str], sa.Column[int]]:
    return (
        sa.Column("framework_code", sa.String(40), nullable=nullable),
        sa.Column("framework_version", sa.Integer(), autoincrement=False, nullable=nullable),
    )


def _framework_key(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [*VERSION], ["capability_frameworks.code", "capability_frameworks.version"], name=name
    )


def _dimension_and_level(table: str) -> tuple[sa.ForeignKeyConstraint, sa.ForeignKeyConstraint]:
    dimensions = [f"capability_dimensions.{name}" for name in (*VERSION, "code")]
    levels = [f"capability_levels.{name}" for name in (*VERSION, "level")]
    return (
        sa.ForeignKeyConstraint([*VERSION, "dimension_code"], dimensions, name=f"fk_{table}_dimension"),
        sa.ForeignKeyConstraint([*VERSION, "level"], levels, name=f"fk_{table}_level"),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
