"""Pipelines, critical roles, requests and threads of potential"""

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None: ...


def downgrade() -> None: ...
