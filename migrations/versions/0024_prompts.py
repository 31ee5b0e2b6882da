"""What people did with what might help them

What might help is worked out when it is read, from what is recorded, and kept nowhere: here is what people did with it.
"""

import sqlalchemy as sa
from alembic import op

from migrations.roles import ANALYST
from migrations.security import ACCOUNT, ME, PARTNER_OF, allow, grant, owner_reads, protect, trusted_function

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# Days by which the analyst role tells what was due and was not done: of an action, and of the check on a way back.
COUNTED = (("due_on", "plan_actions"), ("return_checked_on", "secondments"))

TABLES = ("prompt_pauses", "prompt_objections", "prompt_shares", "prompt_decisions")
KINDS = ("return_role", "aftercare", "support", "plan", "conversation")
DONE = ("talked", "arranged", "nothing_needed", "passed_on")
TODAY = "(now() AT TIME ZONE 'Europe/London')::date"
EMPLOYED = f"(e.ended IS NULL OR e.ended >= {TODAY})"
MINE = f"person_id = {ME}"


def employed_in(table: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM employments e WHERE e.organisation_id = {table}.organisation_id"
        f" AND e.person_id = {table}.person_id AND {EMPLOYED})"
    )


def upgrade() -> None:
    _tables()
    for table in TABLES:
        protect(table)
    _own()
    _shares()
    _trusted_functions()
    _decisions()
    _count_what_is_due()


def _count_what_is_due() -> None:
    for column, table in COUNTED:
        grant(f"SELECT ({column})", table, ANALYST)


def _tables() -> None:
    op.create_table(
        "prompt_pauses",
        _person(),
        sa.Column("kind", _code("prompt_pauses", "reason_kind", KINDS), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        _whose("prompt_pauses"),
        sa.PrimaryKeyConstraint("person_id", "kind", "about_id", name=op.f("pk_prompt_pauses")),
    )
    op.create_table(
        "prompt_objections",
        _person(),
        sa.Column("kind", _code("prompt_objections", "reason_kind", KINDS), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        _whose("prompt_objections"),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_prompt_objections")),
    )
    op.create_table(
        "prompt_shares",
        _person(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        _whose("prompt_shares"),
        _where("prompt_shares"),
        sa.PrimaryKeyConstraint("person_id", "organisation_id", name=op.f("pk_prompt_shares")),
    )
    op.create_index("ix_prompt_shares_organisation", "prompt_shares", ["organisation_id", "person_id"], unique=False)
    _table_of_decisions()


def _table_of_decisions() -> None:
    table, account = "prompt_decisions", "the account of a partner of the same organisation"
    op.create_table(
        table,
        _person(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _code(table, "reason_kind", KINDS), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("done", _code(table, "done", DONE), nullable=False),
        sa.Column("passed_to_id", sa.Uuid(), nullable=True, comment=account),
        sa.Column("passed_to", sa.String(length=200), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint(
            "(done = 'passed_on') = (passed_to_id IS NOT NULL)", name=op.f(f"ck_{table}_passed_on_to_somebody")
        ),
        sa.CheckConstraint("(passed_to_id IS NULL) = (passed_to IS NULL)", name=op.f(f"ck_{table}_with_a_name")),
        _whose(table),
        _where(table),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f(f"pk_{table}")),
    )
    op.create_index("ix_prompt_decisions_organisation", table, ["organisation_id", "person_id"], unique=False)


def _person() -> sa.Column[object]:
    return sa.Column("person_id", sa.Uuid(), nullable=False)


def _whose(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_person_id")
    return sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=name, ondelete="CASCADE")


def _where(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f(f"fk_{table}_organisation_id"))


def _code(table: str, name: str, codes: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*codes, name=op.f(f"ck_{table}_{name}"), native_enum=False, length=40, create_constraint=True)


def _own() -> None:
    """What somebody put off or objects to is read and written by nobody else."""
    grant("SELECT, INSERT (person_id, kind, about_id, until), UPDATE (until), DELETE", "prompt_pauses")
    allow("prompt_pauses", "person_reads", "SELECT", using=MINE)
    allow("prompt_pauses", "person_adds", "INSERT", check=MINE)
    allow("prompt_pauses", "person_changes", "UPDATE", using=MINE, check=MINE)
    allow("prompt_pauses", "person_takes_back", "DELETE", using=MINE)
    grant("SELECT, INSERT (person_id, kind), DELETE", "prompt_objections")
    allow("prompt_objections", "person_reads", "SELECT", using=MINE)
    allow("prompt_objections", "person_objects", "INSERT", check=MINE)
    allow("prompt_objections", "person_takes_back", "DELETE", using=MINE)


def _shares() -> None:
    grant("SELECT, INSERT (person_id, organisation_id, until), UPDATE (until), DELETE", "prompt_shares")
    employed = employed_in("prompt_shares")
    theirs = f"organisation_id = ANY ({PARTNER_OF}) AND until >= {TODAY} AND {employed}"
    allow("prompt_shares", "person_or_chosen_partner_reads", "SELECT", using=f"{MINE} OR ({theirs})")
    allow("prompt_shares", "person_chooses", "INSERT", check=f"{MINE} AND {employed}")
    allow("prompt_shares", "person_chooses_again", "UPDATE", using=MINE, check=f"{MINE} AND {employed}")
    allow("prompt_shares", "person_stops", "DELETE", using=MINE)


def _decisions() -> None:
    """Read by the person for good, and by partners for as long as the person lets them."""
    columns = "person_id, id, organisation_id, kind, about_id, done, passed_to_id, passed_to, by_id, by_name"
    grant(f"SELECT, INSERT ({columns})", "prompt_decisions")
    # The policy of the shares themselves says which of them a partner sees.
    shown = (
        f"organisation_id = ANY ({PARTNER_OF}) AND EXISTS (SELECT 1 FROM prompt_shares s"
        " WHERE s.person_id = prompt_decisions.person_id AND s.organisation_id = prompt_decisions.organisation_id)"
    )
    allow("prompt_decisions", "person_or_chosen_partner_reads", "SELECT", using=f"{MINE} OR ({shown})")
    signed = f"by_id = {ACCOUNT} AND person_id IS DISTINCT FROM {ME}"
    # A colleague stands here under their own name, as whoever writes does.
    colleague = (
        "(passed_to_id IS NULL OR EXISTS (SELECT 1 FROM private.partners_of(ARRAY[prompt_decisions.organisation_id]) p"
        " WHERE p.account_id = passed_to_id AND p.name = passed_to))"
    )
    allow("prompt_decisions", "chosen_partner_signs", "INSERT", check=f"{signed} AND {shown} AND {colleague}")
    op.execute(
        "CREATE TRIGGER prompt_decisions_sign BEFORE INSERT ON prompt_decisions FOR EACH ROW"
        " EXECUTE FUNCTION private.sign('by_name')"
    )


def _trusted_functions() -> None:
    for table in ("prompt_pauses", "prompt_objections", "prompt_shares", "transitions"):
        owner_reads(table)
    trusted_function(
        "might_help(places uuid[], person uuid)",
        MIGHT_HELP,
        returns="TABLE (person_id uuid, organisation_id uuid, kind text, about_id uuid, since date, number bigint)",
        language="sql STABLE",
    )
    trusted_function(
        "partners_of(places uuid[])",
        PARTNERS_OF,
        returns="TABLE (organisation_id uuid, account_id uuid, name text)",
        language="sql STABLE",
    )


# Without `places`, the reasons of whoever asks; with them, those of people employed there who let its partners see them, each
# with what arose there alone. Days, numbers and identifiers: no word that anybody wrote.
MIGHT_HELP = f"""
    WITH told AS (
        SELECT {ME} AS person_id, NULL::uuid AS place WHERE places IS NULL
        UNION ALL
        SELECT s.person_id, s.organisation_id
          FROM prompt_shares s
          JOIN employments e ON e.organisation_id = s.organisation_id AND e.person_id = s.person_id AND {EMPLOYED}
         WHERE s.organisation_id = ANY (places) AND s.organisation_id = ANY ({PARTNER_OF}) AND {ACCOUNT} IS NOT NULL
           AND s.until >= {TODAY} AND s.person_id IS DISTINCT FROM {ME} AND (person IS NULL OR s.person_id = person)
    ), reasons AS (
        (SELECT t.person_id, s.home_organisation_id AS organisation_id, 'return_role' AS kind, s.id AS about_id,
               coalesce(s.ended_on, s.ends) AS since, 1::bigint AS number
          FROM told t JOIN secondments s ON s.person_id = t.person_id AND (t.place IS NULL OR s.home_organisation_id = t.place)
         WHERE s.starts <= {TODAY} AND coalesce(s.ended_on, s.ends) BETWEEN {TODAY} AND {TODAY} + 90
           AND (s.return_role IS NULL OR s.return_role NOT IN ('known', 'not_needed')))
        UNION ALL
        (SELECT t.person_id, a.organisation_id, 'aftercare', a.interest_id, a.due_on, 1
          FROM told t JOIN aftercare a ON a.person_id = t.person_id AND (t.place IS NULL OR a.organisation_id = t.place)
         WHERE a.closed_at IS NULL AND a.talked_on IS NULL AND a.due_on < {TODAY})
        UNION ALL
        (SELECT t.person_id, n.organisation_id, 'support', n.id, n.started_on, 1
          FROM told t JOIN transitions n ON n.person_id = t.person_id AND (t.place IS NULL OR n.organisation_id = t.place)
          JOIN assignments a ON a.organisation_id = n.organisation_id AND a.id = n.assignment_id
         WHERE n.state = 'open' AND n.started_on + 14 < {TODAY} AND (a.ended IS NULL OR a.ended >= {TODAY}))
        UNION ALL
        (SELECT t.person_id, p.organisation_id, 'plan', (array_agg(p.id ORDER BY p.due_on, p.id))[1], min(p.due_on), count(*)
          FROM told t JOIN plan_actions p ON p.person_id = t.person_id AND (t.place IS NULL OR p.organisation_id = t.place)
         WHERE p.state = 'open' AND p.due_on < {TODAY}
         GROUP BY t.person_id, p.organisation_id)
        UNION ALL
        (SELECT DISTINCT ON (t.person_id, t.place) t.person_id, d.organisation_id, 'conversation', t.person_id, h.held_on, 1
          FROM told t JOIN conversation_dues d ON d.person_id = t.person_id AND (t.place IS NULL OR d.organisation_id = t.place)
          LEFT JOIN LATERAL (SELECT max(c.held_on) AS held_on FROM conversations c
                              WHERE c.person_id = t.person_id AND c.agreed_on IS NOT NULL) h ON true
         WHERE d.none_reason IS NULL AND (h.held_on IS NULL OR h.held_on < {TODAY} - interval '1 year')
           -- Nobody who was not here a year ago could have had one.
           AND EXISTS (SELECT 1 FROM assignments a WHERE a.person_id = t.person_id
                          AND a.started <= {TODAY} - interval '1 year' AND (a.ended IS NULL OR a.ended >= {TODAY} - interval '1 year'))
           -- What is asked for, planned or waits for the person to agree is under way.
           AND NOT EXISTS (SELECT 1 FROM conversation_dues o WHERE o.person_id = t.person_id
                              AND (o.planned_for IS NOT NULL OR o.asked_on IS NOT NULL))
           AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.person_id = t.person_id AND c.state = 'held'
                              AND c.held_on >= {TODAY} - interval '1 year')
         ORDER BY t.person_id, t.place, d.organisation_id)
    )
    SELECT r.person_id, r.organisation_id, r.kind, r.about_id, r.since, r.number
      FROM reasons r
     WHERE NOT EXISTS (SELECT 1 FROM prompt_objections o WHERE o.person_id = r.person_id AND o.kind = r.kind)
       AND NOT EXISTS (SELECT 1 FROM prompt_pauses p WHERE p.person_id = r.person_id AND p.kind = r.kind
                          AND p.about_id = r.about_id AND p.until >= {TODAY})
"""

# Who would see it, for those who decide whether they may; and whom a partner may pass it on to.
PARTNERS_OF = f"""
    SELECT DISTINCT g.organisation_id, a.id, a.name
      FROM grants g JOIN accounts a ON a.id = g.account_id AND a.closed_at IS NULL
     WHERE g.role = 'hr_partner' AND g.organisation_id = ANY (places)
       AND (g.organisation_id = ANY ({PARTNER_OF}) OR EXISTS (
           SELECT 1 FROM employments e WHERE e.organisation_id = g.organisation_id AND e.person_id = {ME} AND {EMPLOYED}))
     ORDER BY a.name, a.id LIMIT 500
"""


def downgrade() -> None:
    for column, table in COUNTED:
        op.execute(f"REVOKE SELECT ({column}) ON {table} FROM {ANALYST}")
    op.drop_table("prompt_decisions")
    op.execute("DROP FUNCTION private.partners_of(uuid[])")
    op.execute("DROP FUNCTION private.might_help(uuid[], uuid)")
    op.execute("DROP POLICY trusted_functions_select ON transitions")
    for table in TABLES[:3]:
        op.drop_table(table)
