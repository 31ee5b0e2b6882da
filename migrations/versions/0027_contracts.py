"""Whether a post is permanent, fixed-term or bank"""

import sqlalchemy as sa
from alembic import op

from migrations.roles import ANALYST
from migrations.security import grant

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

CONTRACTS = ("permanent", "fixed_term", "bank", "locum", "apprentice", "honorary", "other")
# Undo puts back what is as an import left it, by a hash of the whole row: a column more or less changes the hash, and
# not what anybody did.
AS_LEFT = """
    CREATE TEMPORARY TABLE as_left ON COMMIT DROP AS
    SELECT c.organisation_id, c.import_id, c.record_id
      FROM import_changes c JOIN assignments a ON a.organisation_id = c.organisation_id AND a.id = c.record_id
     WHERE c.what = 'assignments' AND c.after = hashtextextended(a::text, 0)"""
HASHED_AGAIN = """
    UPDATE import_changes c SET after = hashtextextended(a::text, 0)
      FROM as_left l JOIN assignments a ON a.organisation_id = l.organisation_id AND a.id = l.record_id
     WHERE c.organisation_id = l.organisation_id AND c.import_id = l.import_id AND c.what = 'assignments'
       AND c.record_id = l.record_id"""


def upgrade() -> None:
    op.execute(AS_LEFT)
    kinds = sa.Enum(*CONTRACTS, name="contract", native_enum=False, create_constraint=True, length=40)
    comment = "what kind of contract the post is held on, where the employer says"
    op.add_column("assignments", sa.Column("contract", kinds, nullable=True, comment=comment))
    grant("UPDATE (contract)", "assignments")
    grant("SELECT (contract)", "assignments", ANALYST)
    _hash_again()


def downgrade() -> None:
    op.execute(AS_LEFT)
    op.drop_column("assignments", "contract")
    _hash_again()


def _hash_again() -> None:
    """Nobody may change these rows, the owner neither: only here, and within this transaction."""
    op.execute("ALTER TABLE import_changes NO FORCE ROW LEVEL SECURITY")
    op.execute(HASHED_AGAIN)
    op.execute("ALTER TABLE import_changes FORCE ROW LEVEL SECURITY")
