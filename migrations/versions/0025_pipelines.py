"""A report on pipelines

What it is told of the analyst role may read already: stages and dates of memberships, families and levels of critical
roles, first days in a leadership tier, and the number, without words, that somebody answered a check-in with.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

MEASURE = "pipelines"
HELD = (
    "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE conname = 'ck_release_tables_measure' AND conrelid = 'release_tables'::regclass"
)


def upgrade() -> None:
    _measures(*_known(), MEASURE)


def downgrade() -> None:
    """Reports that the earlier code does not know go with this."""
    op.execute("ALTER TABLE release_tables DISABLE TRIGGER never_changed")
    op.execute(f"DELETE FROM release_tables WHERE measure = '{MEASURE}'")
    op.execute("ALTER TABLE release_tables ENABLE TRIGGER never_changed")
    _measures(*(name for name in _known() if name != MEASURE))


def _known() -> list[str]:
    """The reports there are already, whichever came before."""
    said = op.get_bind().execute(sa.text(HELD)).scalar_one()
    return said.split("'")[1::2]


def _measures(*names: str) -> None:
    op.drop_constraint(op.f("ck_release_tables_measure"), "release_tables", type_="check")
    listed = ", ".join(f"'{name}'" for name in dict.fromkeys(names))
    op.create_check_constraint(op.f("ck_release_tables_measure"), "release_tables", f"measure IN ({listed})")
