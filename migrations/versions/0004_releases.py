"""Releases: figures that were published, frozen with their date, method and rule

The analyst role writes them: whoever may read the facts is the one who may publish figures about them, and the
application's role, which answers the web, can only read. Nobody may change a figure afterwards, the owner included; a
release that turns out wrong is withdrawn.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.roles import ANALYST
from migrations.security import allow, grant, has_role, protect

ENTRY = "account_id, actor, action, subject_person_id, organisation_id, entity_id, detail"
revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _tables()
    for table in ("releases", "release_tables"):
        protect(table)
        grant("SELECT", table)
        allow(table, "leader_reads", "SELECT", using=has_role("system_leader"))
        grant("SELECT, INSERT", table, ANALYST)
        allow(table, "analyst_reads", "SELECT", using="true", to=ANALYST)
        allow(table, "analyst_publishes", "INSERT", check="true", to=ANALYST)
    grant("UPDATE (state)", "releases", ANALYST)
    allow("releases", "analyst_withdraws", "UPDATE", using="true", check="true", to=ANALYST)
    # A job leaves its trail as the service: an account's name cannot be put under it.
    grant(f"INSERT ({ENTRY})", "audit_entries", ANALYST)
    allow("audit_entries", "analyst_adds_as_the_service", "INSERT", check="account_id IS NULL", to=ANALYST)
    _frozen()


def _tables() -> None:
    op.create_table(
        "releases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("state", sa.String(40), server_default="published", nullable=False),
        sa.Column("snapshot_on", sa.Date(), nullable=False),
        sa.Column("snapshot", sa.String(40), nullable=False),
        sa.Column("crosswalk_version", sa.Integer(), nullable=True),
        sa.Column("method_version", sa.String(40), nullable=False),
        sa.Column("rule_version", sa.String(40), nullable=False),
        sa.Column("code_version", sa.String(40), nullable=False),
        sa.Column("rule", JSONB(), nullable=False),
        sa.Column("organisations", JSONB(), nullable=False),
        sa.Column("headlines", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_releases"),
        sa.UniqueConstraint("number", name="uq_releases_number"),
        sa.UniqueConstraint("snapshot", "method_version", "rule_version", "code_version", name="uq_releases_once"),
        sa.CheckConstraint("state IN ('published', 'withdrawn')", name="ck_releases_release_state"),
    )
    op.create_table(
        "release_tables",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(40), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("characteristic", sa.String(40), nullable=False),
        sa.Column("rows", JSONB(), nullable=False),
        sa.Column("words", JSONB(), nullable=False),
        sa.Column("charts", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("release_id", "measure", "organisation", "characteristic", name="pk_release_tables"),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name="fk_release_tables_release_id"),
        sa.CheckConstraint("measure IN ('representation')", name="ck_release_tables_measure"),
        sa.CheckConstraint(
            "characteristic IN ('ethnicity', 'sex', 'disability', 'age_band')", name="ck_release_tables_characteristic"
        ),
    )


def _frozen() -> None:
    op.execute(f"CREATE FUNCTION refuse_to_change_a_release() RETURNS trigger LANGUAGE plpgsql AS $body${FROZEN}$body$")
    for table in ("releases", "release_tables"):
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_to_change_a_release()"
        )


FROZEN = """
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) ->> 'state' = 'published'
       AND to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a release is never changed' USING ERRCODE = 'integrity_constraint_violation';
END
"""


def downgrade() -> None:
    op.execute("DROP POLICY analyst_adds_as_the_service ON audit_entries")
    op.execute(f"REVOKE INSERT ({ENTRY}) ON audit_entries FROM {ANALYST}")
    op.drop_table("release_tables")
    op.drop_table("releases")
    op.execute("DROP FUNCTION refuse_to_change_a_release()")
