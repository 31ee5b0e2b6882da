"""Figures of the staff survey, of boards and of formal processes, that organisations supply as counts

A row is only ever added: for one organisation, measure, day and group the newest counts. Who supplied a row may read it
again, and so may that organisation's partners; a leader reads what was released of them.
"""

import sqlalchemy as sa
from alembic import op

from migrations.roles import ANALYST
from migrations.security import ACCOUNT, PARTNER_OF, allow, grant, has_role, protect

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

COUNTED = "id, organisation_id, measure, period_end, group_code, numerator, denominator"


def upgrade() -> None:
    op.create_table(
        "supplied_figures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False, comment="wres.5: a line of a statutory return"),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("group_code", sa.String(length=40), nullable=False),
        sa.Column("numerator", sa.Integer(), nullable=False),
        sa.Column("denominator", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("0 <= numerator AND numerator <= denominator", name=op.f("ck_supplied_figures_part_of_all")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_supplied_figures_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplied_figures")),
    )
    columns = ["organisation_id", "measure", "period_end"]
    op.create_index("ix_supplied_figures_organisation", "supplied_figures", columns, unique=False)
    op.create_index("ix_supplied_figures_by", "supplied_figures", ["by_id"], unique=False)
    protect("supplied_figures")
    theirs = f"organisation_id = ANY ({PARTNER_OF})"
    grant("SELECT", "supplied_figures")
    grant(f"INSERT ({COUNTED}, by_id, by_name)", "supplied_figures")
    allow("supplied_figures", "partner_or_supplier_reads", "SELECT", using=f"{theirs} OR by_id = {ACCOUNT}")
    allow(
        "supplied_figures",
        "supplier_signs",
        "INSERT",
        check=f"by_id = {ACCOUNT} AND ({theirs} OR {has_role('system_leader')})",
    )
    grant(f"SELECT ({COUNTED}, at)", "supplied_figures", ANALYST)
    allow("supplied_figures", "analyst_counts", "SELECT", using="true", to=ANALYST)


def downgrade() -> None:
    op.drop_table("supplied_figures")
