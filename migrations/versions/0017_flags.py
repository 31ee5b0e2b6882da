"""Flags that somebody looks after: what each release found, and what people made of it

A flag is kept by what it compares, so that it is the same flag from release to release. The analyst role says which
flags a release found; what became of one is a history that is only added to.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.roles import ANALYST
from migrations.security import ACCOUNT, allow, grant, has_role, protect

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STATE = "flag_id, number, state, by_id, by_name, owner, next_on, evidence"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_release_tables_measure"), "release_tables", type_="check")
    op.create_check_constraint(
        op.f("ck_release_tables_measure"),
        "release_tables",
        "measure IN ('representation', 'coverage', 'routes', 'aspirations', 'equity')",
    )
    _tables()
    leader = has_role("system_leader")
    for table in ("flags", "flag_sightings"):
        protect(table)
        grant("SELECT", table)
        allow(table, "leader_reads", "SELECT", using=leader)
        grant("SELECT, INSERT", table, ANALYST)
        allow(table, "analyst_reads", "SELECT", using="true", to=ANALYST)
        allow(table, "analyst_publishes", "INSERT", check="true", to=ANALYST)
    protect("flag_states")
    grant("SELECT", "flag_states")
    grant(f"INSERT ({STATE})", "flag_states")
    allow("flag_states", "leader_reads", "SELECT", using=leader)
    allow("flag_states", "leader_signs", "INSERT", check=f"{leader} AND by_id = {ACCOUNT}")


def _tables() -> None:
    op.create_table(
        "flags",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("focus", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False, comment="its code; empty: across the system"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
        sa.UniqueConstraint("step", "focus", "reference", "organisation", name=op.f("uq_flags_once")),
    )
    op.create_table(
        "flag_sightings",
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("figures", JSONB(), nullable=False, comment="the released row that it rests on"),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.id"], name=op.f("fk_flag_sightings_flag_id")),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name=op.f("fk_flag_sightings_release_id")),
        sa.PrimaryKeyConstraint("flag_id", "release_id", name=op.f("pk_flag_sightings")),
    )
    op.create_index("ix_flag_sightings_release", "flag_sightings", ["release_id"], unique=False)
    op.create_table(
        "flag_states",
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "acknowledged",
                "action",
                "closed",
                name="flag_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=True, comment="a role or a team"),
        sa.Column("next_on", sa.Date(), nullable=True, comment="when to look again"),
        sa.Column(
            "evidence", sa.Text(), nullable=True, comment="about the organisation and the measure, never a person"
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_flag_states_from_one")),
        sa.CheckConstraint(
            "state NOT IN ('acknowledged', 'action') OR owner IS NOT NULL AND next_on IS NOT NULL",
            name=op.f("ck_flag_states_looked_after"),
        ),
        sa.CheckConstraint(
            "state <> 'closed' OR evidence IS NOT NULL AND next_on IS NOT NULL",
            name=op.f("ck_flag_states_closed_with_evidence"),
        ),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.id"], name=op.f("fk_flag_states_flag_id")),
        sa.PrimaryKeyConstraint("flag_id", "number", name=op.f("pk_flag_states")),
    )


def downgrade() -> None:
    """Reports that the earlier code does not know go with this."""
    for table in ("flag_states", "flag_sightings", "flags"):
        op.drop_table(table)
    op.execute("ALTER TABLE release_tables DISABLE TRIGGER never_changed")
    op.execute("DELETE FROM release_tables WHERE measure = 'equity'")
    op.execute("ALTER TABLE release_tables ENABLE TRIGGER never_changed")
    op.drop_constraint(op.f("ck_release_tables_measure"), "release_tables", type_="check")
    op.create_check_constraint(
        op.f("ck_release_tables_measure"),
        "release_tables",
        "measure IN ('representation', 'coverage', 'routes', 'aspirations')",
    )
