"""A function that nothing asks any more goes"""

from alembic import op

from migrations.security import ME, trusted_function

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP FUNCTION private.spoken_since()")


def downgrade() -> None:
    trusted_function("spoken_since()", SPOKEN_SINCE, returns="SETOF uuid", language="sql")


SPOKEN_SINCE = f"""
    SELECT mine.person_id
      FROM (SELECT person_id, max(held_on) AS held_on FROM conversations
             WHERE facilitator_id = {ME} OR recorded_by_id = {ME} GROUP BY person_id) AS mine
     WHERE EXISTS (SELECT 1 FROM conversations c WHERE c.person_id = mine.person_id AND c.held_on > mine.held_on)
"""
