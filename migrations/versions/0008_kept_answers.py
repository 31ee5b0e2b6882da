"""Answers kept for a request that is sent again"""

import sqlalchemy as sa
from alembic import op

from migrations.security import ACCOUNT, allow, grant, owner_reads, protect

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_answers",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False, comment="SHA-256 of the key that was sent"),
        sa.Column("asked", sa.LargeBinary(), nullable=False, comment="SHA-256 of the method, the path and the body"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_kept_answers")),
    )
    protect("kept_answers")
    grant("SELECT, INSERT (account_id, key, asked, sealed, key_id), DELETE", "kept_answers")
    mine = f"account_id = {ACCOUNT}"
    allow("kept_answers", "asker_is_told_again", "SELECT", using=mine)
    allow("kept_answers", "asker_keeps", "INSERT", check=mine)
    allow("kept_answers", "asker_forgets", "DELETE", using=mine)
    for command in ("SELECT", "UPDATE", "DELETE"):
        owner_reads("kept_answers", command)


def downgrade() -> None:
    op.drop_table("kept_answers")
