"""What organisations know locally, beside the measures; returns and trends among the reports

What was written is kept version by version: it is never changed, only followed by another or withdrawn.
"""

import sqlalchemy as sa
from alembic import op

from migrations.security import ACCOUNT, PARTNER_OF, allow, grant, has_role, protect

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MEASURES = ("wres", "wdes", "trends")
HELD = (
    "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE conname = 'ck_release_tables_measure' AND conrelid = 'release_tables'::regclass"
)


def upgrade() -> None:
    _tables()
    _policies()
    _measures(*_known(), *MEASURES)


def _tables() -> None:
    op.create_table(
        "know_how",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True, comment="null: the whole system"),
        sa.Column("about", sa.String(length=40), nullable=False, comment="a measure of the catalogue"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_know_how_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_know_how")),
    )
    op.create_index("ix_know_how_organisation", "know_how", ["organisation_id", "about"], unique=False)
    op.create_table(
        "know_how_versions",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("is_withdrawn = (words = '')", name=op.f("ck_know_how_versions_withdrawn_says_nothing")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_know_how_versions_from_one")),
        sa.ForeignKeyConstraint(["note_id"], ["know_how.id"], name=op.f("fk_know_how_versions_note_id")),
        sa.PrimaryKeyConstraint("note_id", "version", name=op.f("pk_know_how_versions")),
    )


def _policies() -> None:
    theirs = f"organisation_id = ANY ({PARTNER_OF}) OR {has_role('system_leader')}"
    for table in ("know_how", "know_how_versions"):
        protect(table)
    grant("SELECT, INSERT", "know_how")
    allow("know_how", "partner_or_leader_reads", "SELECT", using=theirs)
    allow("know_how", "partner_or_leader_writes", "INSERT", check=theirs)
    seen = "EXISTS (SELECT 1 FROM know_how k WHERE k.id = note_id)"
    grant("SELECT, INSERT (note_id, version, words, is_withdrawn, author_id, author)", "know_how_versions")
    allow("know_how_versions", "with_its_note", "SELECT", using=seen)
    allow("know_how_versions", "author_signs", "INSERT", check=f"author_id = {ACCOUNT} AND {seen}")


def _known() -> list[str]:
    """The reports there are already, whichever came before."""
    said = op.get_bind().execute(sa.text(HELD)).scalar_one()
    return said.split("'")[1::2]


def _measures(*names: str) -> None:
    op.drop_constraint(op.f("ck_release_tables_measure"), "release_tables", type_="check")
    listed = ", ".join(f"'{name}'" for name in dict.fromkeys(names))
    op.create_check_constraint(op.f("ck_release_tables_measure"), "release_tables", f"measure IN ({listed})")


def downgrade() -> None:
    """Reports that the earlier code does not know go with this."""
    op.execute("ALTER TABLE release_tables DISABLE TRIGGER never_changed")
    op.execute("DELETE FROM release_tables WHERE measure = ANY (ARRAY['wres', 'wdes', 'trends'])")
    op.execute("ALTER TABLE release_tables ENABLE TRIGGER never_changed")
    _measures(*(name for name in _known() if name not in MEASURES))
    op.drop_table("know_how_versions")
    op.drop_table("know_how")
