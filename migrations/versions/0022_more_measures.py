"""Reports on who stays and where to look first"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MEASURES = ("retention", "attention")
HELD = (
    "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE conname = 'ck_release_tables_measure' AND conrelid = 'release_tables'::regclass"
)


def upgrade() -> None:
    _measures(*_known(), *MEASURES)


def downgrade() -> None:
    """Reports that the earlier code does not know go with this, and the flags that came of them alone."""
    op.execute("ALTER TABLE release_tables DISABLE TRIGGER never_changed")
    op.execute("DELETE FROM release_tables WHERE measure = ANY (ARRAY['retention', 'attention'])")
    op.execute("ALTER TABLE release_tables ENABLE TRIGGER never_changed")
    for table in ("flag_states", "flag_sightings"):
        op.execute(f"DELETE FROM {table} WHERE flag_id IN (SELECT id FROM flags WHERE step = 'retention')")
    op.execute("DELETE FROM flags WHERE step = 'retention'")
    _measures(*(name for name in _known() if name not in MEASURES))


def _known() -> list[str]:
    """The reports there are already, whichever came before."""
    said = op.get_bind().execute(sa.text(HELD)).scalar_one()
    return said.split("'")[1::2]


def _measures(*names: str) -> None:
    op.drop_constraint(op.f("ck_release_tables_measure"), "release_tables", type_="check")
    listed = ", ".join(f"'{name}'" for name in dict.fromkeys(names))
    op.create_check_constraint(op.f("ck_release_tables_measure"), "release_tables", f"measure IN ({listed})")
