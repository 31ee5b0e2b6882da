"""One length of a break: what the report on who stays counts as no break is none in the ledger either

A person's posts say by themselves that they are one person's. Up to 31 days between two of them are no break, in one
organisation or in two; only two records that may be one person's wait for somebody to decide.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TABLE = "mobility_limits"
CHECK = op.f("ck_mobility_limits_in_order")
# Nobody else has a break that could be none.
SEVERAL = "ARRAY(SELECT person_id FROM assignments GROUP BY person_id HAVING count(*) > 1)"


def upgrade() -> None:
    _between(31)
    _set("gap_days = 31, review_days = greatest(review_days, 31)")


def downgrade() -> None:
    _set("gap_days = 3")
    _between(30)


def _between(most: int) -> None:
    op.drop_constraint(CHECK, TABLE, type_="check")
    rule = f"gap_days BETWEEN 0 AND {most} AND review_days BETWEEN gap_days AND 366"
    op.create_check_constraint(CHECK, TABLE, sa.text(rule))


def _set(limits: str) -> None:
    """Only an administrator may change the row, the owner neither: only here, and within this transaction. Moves follow
    from it."""
    op.execute(f"ALTER TABLE {TABLE} NO FORCE ROW LEVEL SECURITY")
    op.execute(f"UPDATE {TABLE} SET {limits}")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"SELECT private.derive_moves({SEVERAL})")
