"""The mobility ledger, pairs of moves that may be one, and secondments between employers"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.moves import DERIVE_MOVES
from migrations.roles import ANALYST, APP, AUDITOR, OWNER
from migrations.security import ACCOUNT, ME, PARTNER_OF, allow, grant, has_role, owner_reads, protect, trusted_function

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PERSONAL = ("mobility_events", "mobility_sides", "move_pairs", "secondments", "secondment_extensions")
EMPLOYED = "(e.ended IS NULL OR e.ended >= current_date)"
MINE = f"person_id = {ME}"
PARTNERS_EVENT = f"from_organisation_id = ANY ({PARTNER_OF}) OR to_organisation_id = ANY ({PARTNER_OF})"
PARTNERS_PAIR = f"leaver_organisation_id = ANY ({PARTNER_OF}) OR joiner_organisation_id = ANY ({PARTNER_OF})"
PARTNERS_SECONDMENT = f"home_organisation_id = ANY ({PARTNER_OF}) OR host_organisation_id = ANY ({PARTNER_OF})"
FUNCTIONS = (
    "names_in_moves(uuid[])",
    "legs_of_moves(date)",
    "moves_of_new()",
    "moves_of_old()",
    "supersede_moves()",
    "extend_secondment()",
    "derive_moves(uuid[])",
)


def upgrade() -> None:
    _tables()
    for table in (*PERSONAL, "mobility_limits"):
        protect(table)
    _limits()
    _trusted_functions()
    _ledger()
    _pairs()
    _secondments()
    _analyst()
    _triggers()
    op.execute("SELECT private.derive_moves(ARRAY(SELECT DISTINCT person_id FROM assignments))")


def _tables() -> None:
    op.create_table(
        "mobility_limits",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "gap_days", sa.SmallInteger(), nullable=False, comment="days between two posts that are still one move"
        ),
        sa.Column("review_days", sa.SmallInteger(), nullable=False, comment="days up to which a person decides"),
        sa.CheckConstraint(
            "gap_days BETWEEN 0 AND 30 AND review_days BETWEEN gap_days AND 366",
            name=op.f("ck_mobility_limits_in_order"),
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_mobility_limits_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mobility_limits")),
    )
    op.create_table(
        "mobility_events",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "joiner",
                "promotion",
                "lateral",
                "transfer",
                "secondment_start",
                "secondment_end",
                "acting_up",
                "rotation",
                "career_break",
                "return",
                "retirement",
                "leaver",
                name="move_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("from_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("to_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("system_change", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column(
            "crosswalk_version", sa.Integer(), nullable=True, comment="the edition that its levels were read from"
        ),
        sa.Column(
            "source",
            sa.Enum(
                "derived",
                "entered",
                "imported",
                name="move_source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_assignment_id", sa.Uuid(), nullable=True, comment="the evidence; it may have been taken back since"
        ),
        sa.Column("to_assignment_id", sa.Uuid(), nullable=True),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "wrong_kind",
                "wrong_date",
                "did_not_happen",
                "posts_changed",
                name="correction_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "is_withdrawn",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="a correction: it did not happen",
        ),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(corrects_id IS NULL) = (reason IS NULL)", name=op.f("ck_mobility_events_a_correction_has_a_reason")
        ),
        sa.CheckConstraint(
            "num_nonnulls(from_organisation_id, to_organisation_id) > 0",
            name=op.f("ck_mobility_events_touches_an_organisation"),
        ),
        sa.CheckConstraint("system_change BETWEEN -1 AND 1", name=op.f("ck_mobility_events_one_person")),
        sa.ForeignKeyConstraint(
            ["person_id", "corrects_id"],
            ["mobility_events.person_id", "mobility_events.id"],
            name="fk_mobility_events_corrects",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_mobility_events_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_mobility_events")),
    )
    op.create_index("ix_mobility_events_id", "mobility_events", ["id"], unique=False)
    op.create_index(
        "ix_mobility_events_legs",
        "mobility_events",
        ["effective_on"],
        unique=False,
        postgresql_where=sa.text(
            "superseded_at IS NULL AND NOT is_withdrawn AND kind IN ('leaver', 'retirement', 'joiner', 'return')"
        ),
    )
    op.create_index(
        "uq_mobility_events_corrects",
        "mobility_events",
        ["person_id", "corrects_id"],
        unique=True,
        postgresql_where=sa.text("corrects_id IS NOT NULL"),
    )
    op.create_table(
        "mobility_sides",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("from", "to", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("other_organisation_id", sa.Uuid(), nullable=True),
        sa.Column(
            "effective_on",
            sa.Date(),
            nullable=False,
            comment="the move's own, repeated so that a list is read in order",
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("change", sa.SmallInteger(), nullable=False),
        sa.Column("grade_scheme", sa.String(length=40), nullable=True),
        sa.Column("grade", sa.String(length=40), nullable=True),
        sa.Column("level", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint("change BETWEEN -1 AND 1", name=op.f("ck_mobility_sides_one_person")),
        sa.ForeignKeyConstraint(
            ["person_id", "event_id"],
            ["mobility_events.person_id", "mobility_events.id"],
            name="fk_mobility_sides_event",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "event_id", "side", name=op.f("pk_mobility_sides")),
    )
    op.create_index(
        "ix_mobility_sides_organisation",
        "mobility_sides",
        ["organisation_id", "effective_on", "event_id"],
        unique=False,
        postgresql_where=sa.text("side = 'to' OR other_organisation_id IS DISTINCT FROM organisation_id"),
    )
    op.create_table(
        "move_pairs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("leaver_person_id", sa.Uuid(), nullable=False),
        sa.Column("leaver_event_id", sa.Uuid(), nullable=False),
        sa.Column("leaver_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("joiner_person_id", sa.Uuid(), nullable=False),
        sa.Column("joiner_event_id", sa.Uuid(), nullable=False),
        sa.Column("joiner_organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "basis",
            sa.Enum("same_record", "likeness", name="basis", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("gap_days", sa.SmallInteger(), nullable=False),
        sa.Column("name_likeness", sa.SmallInteger(), nullable=False, comment="0 to 100"),
        sa.Column(
            "birth_dates",
            sa.Enum(
                "same",
                "near",
                "different",
                "missing",
                name="birth_dates",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("same_number", sa.Boolean(), nullable=False),
        sa.Column("has_rival", sa.Boolean(), nullable=False, comment="another record fits nearly as well"),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "later",
                "paired",
                "not_same",
                "undone",
                name="pair_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="waiting",
            nullable=False,
        ),
        sa.Column("found_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("later_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "leaver_organisation_id <> joiner_organisation_id", name=op.f("ck_move_pairs_two_organisations")
        ),
        sa.CheckConstraint("name_likeness BETWEEN 0 AND 100", name=op.f("ck_move_pairs_likeness_is_0_to_100")),
        sa.ForeignKeyConstraint(
            ["joiner_person_id", "joiner_event_id"],
            ["mobility_events.person_id", "mobility_events.id"],
            name="fk_move_pairs_joiner",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["leaver_person_id", "leaver_event_id"],
            ["mobility_events.person_id", "mobility_events.id"],
            name="fk_move_pairs_leaver",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_pairs")),
    )
    op.create_index(
        "ix_move_pairs_joiner_organisation",
        "move_pairs",
        ["joiner_organisation_id", "state", "found_at", "id"],
        unique=False,
    )
    op.create_index("ix_move_pairs_joiner_person", "move_pairs", ["joiner_person_id"], unique=False)
    op.create_index(
        "ix_move_pairs_leaver_organisation",
        "move_pairs",
        ["leaver_organisation_id", "state", "found_at", "id"],
        unique=False,
    )
    op.create_index("ix_move_pairs_leaver_person", "move_pairs", ["leaver_person_id"], unique=False)
    op.create_index(
        "uq_move_pairs_joiner",
        "move_pairs",
        ["joiner_event_id"],
        unique=True,
        postgresql_where=sa.text("state = 'paired'"),
    )
    op.create_index(
        "uq_move_pairs_leaver",
        "move_pairs",
        ["leaver_event_id"],
        unique=True,
        postgresql_where=sa.text("state = 'paired'"),
    )
    op.create_index("uq_move_pairs_legs", "move_pairs", ["leaver_event_id", "joiner_event_id"], unique=True)
    op.create_table(
        "secondments",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("host_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("home_assignment_id", sa.Uuid(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("first_end", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column(
            "home_pays", sa.SmallInteger(), nullable=False, comment="per cent of the cost; the host pays the rest"
        ),
        sa.Column(
            "backfill",
            sa.Enum(
                "fixed_term",
                "acting_up",
                "seconded_in",
                "bank_or_agency",
                "shared_out",
                "none",
                name="backfill",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "return_role",
            sa.Enum(
                "known", "none", "not_needed", name="return_role", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("return_checked_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.literal_column("person_id"), "="),
            (sa.text("daterange(starts, coalesce(ended_on, ends), '[]')"), "&&"),
            using="gist",
            name="ex_secondments_one_at_a_time",
        ),
        sa.CheckConstraint("ended_on BETWEEN starts AND ends", name=op.f("ck_secondments_ended_within_it")),
        sa.CheckConstraint("ends >= starts AND first_end >= starts", name=op.f("ck_secondments_ends_after_it_starts")),
        sa.CheckConstraint("home_organisation_id <> host_organisation_id", name=op.f("ck_secondments_two_employers")),
        sa.CheckConstraint("home_pays BETWEEN 0 AND 100", name=op.f("ck_secondments_home_pays_per_cent")),
        sa.ForeignKeyConstraint(
            ["home_organisation_id", "person_id"],
            ["employments.organisation_id", "employments.person_id"],
            name="fk_secondments_home_employment",
        ),
        sa.ForeignKeyConstraint(
            ["host_organisation_id"], ["organisations.id"], name=op.f("fk_secondments_host_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_secondments_person_id")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_secondments")),
    )
    op.create_index("ix_secondments_home", "secondments", ["home_organisation_id", "ends", "id"], unique=False)
    op.create_index("ix_secondments_host", "secondments", ["host_organisation_id", "ends", "id"], unique=False)
    op.create_index("ix_secondments_id", "secondments", ["id"], unique=False)
    op.create_table(
        "secondment_extensions",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secondment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("asked_by_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "agreed",
                "refused",
                "withdrawn",
                name="extension_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="asked",
            nullable=False,
        ),
        sa.Column(
            "refusal",
            sa.Enum(
                "needed_back",
                "no_funding",
                "work_is_done",
                "person_said_no",
                name="refusal_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal IS NOT NULL)", name=op.f("ck_secondment_extensions_a_refusal_has_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_organisation_id"],
            ["organisations.id"],
            name=op.f("fk_secondment_extensions_asked_by_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "secondment_id"],
            ["secondments.person_id", "secondments.id"],
            name="fk_secondment_extensions_secondment",
        ),
        sa.PrimaryKeyConstraint("person_id", "secondment_id", "number", name=op.f("pk_secondment_extensions")),
    )


def _limits() -> None:
    everyone, administrator = f"{APP}, {ANALYST}, {AUDITOR}", has_role("administrator")
    grant("SELECT", "mobility_limits", everyone)
    allow("mobility_limits", "everyone_reads", "SELECT", using="true", to=everyone)
    grant("UPDATE (gap_days, review_days)", "mobility_limits")
    allow("mobility_limits", "administrator_changes", "UPDATE", using=administrator, check=administrator)
    owner_reads("mobility_limits")
    owner_reads("mobility_limits", "INSERT")
    op.execute("INSERT INTO mobility_limits (id, gap_days, review_days) VALUES (1, 3, 90)")


def _ledger() -> None:
    what = "person_id, id, kind, effective_on, left_on, from_organisation_id, to_organisation_id, system_change"
    evidence = "from_assignment_id, to_assignment_id, crosswalk_version"
    grant(
        f"SELECT, INSERT ({what}, {evidence}, source, corrects_id, reason, is_withdrawn)",
        "mobility_events",
    )
    allow("mobility_events", "person_or_partner_reads", "SELECT", using=f"{MINE} OR {PARTNERS_EVENT}")
    # What changes who works where follows from posts; a correction may say it in another word.
    allow(
        "mobility_events",
        "partner_enters",
        "INSERT",
        check=f"source = 'entered' AND (corrects_id IS NOT NULL OR system_change = 0) AND ({PARTNERS_EVENT})",
    )
    # The other organisation's side is read by whoever employs the person now, and by nobody else there.
    employed_here = (
        "EXISTS (SELECT 1 FROM employments e WHERE e.organisation_id = other_organisation_id"
        f" AND e.person_id = mobility_sides.person_id AND {EMPLOYED})"
    )
    grant("SELECT, INSERT", "mobility_sides")
    allow(
        "mobility_sides",
        "person_or_own_side_reads",
        "SELECT",
        using=f"{MINE} OR organisation_id = ANY ({PARTNER_OF})"
        f" OR (other_organisation_id = ANY ({PARTNER_OF}) AND {employed_here})",
    )
    allow(
        "mobility_sides",
        "partner_enters",
        "INSERT",
        check=f"organisation_id = ANY ({PARTNER_OF}) AND coalesce(other_organisation_id, organisation_id) = organisation_id",
    )


def _pairs() -> None:
    service = has_role("service")
    legs = ", ".join(
        f"{leg}_{part}" for leg in ("leaver", "joiner") for part in ("person_id", "event_id", "organisation_id")
    )
    grant(
        f"SELECT, INSERT (id, {legs}, basis, gap_days, name_likeness, birth_dates, same_number, has_rival),"
        " UPDATE (state, decided_at, decided_by, later_until)",
        "move_pairs",
    )
    # Somebody sees that two of their moves are counted as one; never that a stranger might have been them.
    theirs = f"state = 'paired' AND (leaver_person_id = {ME} OR joiner_person_id = {ME})"
    allow("move_pairs", "partner_or_person_reads", "SELECT", using=f"{PARTNERS_PAIR} OR {service} OR ({theirs})")
    allow("move_pairs", "service_finds", "INSERT", check=service)
    allow("move_pairs", "partner_decides", "UPDATE", using=PARTNERS_PAIR, check=f"decided_by = {ACCOUNT}")


def _secondments() -> None:
    home = f"home_organisation_id = ANY ({PARTNER_OF})"
    changed = "ended_on, home_pays, backfill, return_role, return_checked_on"
    agreed = "person_id, id, home_organisation_id, host_organisation_id, home_assignment_id, agreed_on, starts, ends, first_end"
    grant(f"SELECT, INSERT ({agreed}, {changed}), UPDATE ({changed}, version)", "secondments")
    allow("secondments", "person_or_employers_read", "SELECT", using=f"{MINE} OR {PARTNERS_SECONDMENT}")
    allow("secondments", "home_agrees", "INSERT", check=home)
    allow("secondments", "home_changes", "UPDATE", using=home, check=home)

    def concerned(which: str = "") -> str:
        key = "s.person_id = secondment_extensions.person_id AND s.id = secondment_id"
        return f"EXISTS (SELECT 1 FROM secondments s WHERE {key}{which})"

    asker = "asked_by_organisation_id"
    ours = f"{asker} = ANY ({PARTNER_OF})"
    # Whoever asks does not answer: the other employer does.
    other = (
        f" AND ((s.home_organisation_id = ANY ({PARTNER_OF}) AND {asker} = s.host_organisation_id)"
        f" OR (s.host_organisation_id = ANY ({PARTNER_OF}) AND {asker} = s.home_organisation_id))"
    )
    grant(
        f"SELECT, INSERT (person_id, secondment_id, number, {asker}, until), UPDATE (state, refusal, decided_at)",
        "secondment_extensions",
    )
    allow("secondment_extensions", "those_concerned_read", "SELECT", using=concerned())
    party = concerned(f" AND {asker} IN (s.home_organisation_id, s.host_organisation_id)")
    allow("secondment_extensions", "employer_asks", "INSERT", check=f"state = 'asked' AND {ours} AND {party}")
    allow(
        "secondment_extensions",
        "the_other_answers",
        "UPDATE",
        using=f"state = 'asked' AND {concerned()}",
        check=f"(state = 'withdrawn' AND {ours}) OR (state IN ('agreed', 'refused') AND {concerned(other)})",
    )


def _analyst() -> None:
    """Kinds, dates, levels and organisations; who decided what about whom is not among them."""
    for columns, table in (
        (
            "person_id, id, kind, effective_on, left_on, from_organisation_id, to_organisation_id, system_change, crosswalk_version, source, corrects_id, is_withdrawn, superseded_at",
            "mobility_events",
        ),
        (
            "person_id, event_id, side, organisation_id, other_organisation_id, effective_on, day, change, grade_scheme, grade, level",
            "mobility_sides",
        ),
        (
            "id, leaver_person_id, leaver_event_id, leaver_organisation_id, joiner_person_id, joiner_event_id, joiner_organisation_id, basis, gap_days, state",
            "move_pairs",
        ),
        (
            "person_id, id, home_organisation_id, host_organisation_id, agreed_on, starts, ends, first_end, ended_on, backfill, return_role",
            "secondments",
        ),
        ("person_id, secondment_id, number, until, state", "secondment_extensions"),
    ):
        grant(f"SELECT ({columns})", table, ANALYST)
        allow(table, "analyst_counts", "SELECT", using="true", to=ANALYST)


def _trusted_functions() -> None:
    for table in PERSONAL:
        owner_reads(table)
    for table in ("mobility_events", "mobility_sides"):
        owner_reads(table, "INSERT")
    for table in ("mobility_events", "move_pairs", "secondments"):
        owner_reads(table, "UPDATE")
    _owner_locks_people()
    trusted_function("derive_moves(persons uuid[])", DERIVE_MOVES, returns="void")
    op.execute(f"REVOKE EXECUTE ON FUNCTION private.derive_moves(uuid[]) FROM {APP}")
    trusted_function(
        "names_in_moves(persons uuid[])",
        NAMES_IN_MOVES,
        returns="TABLE (person_id uuid, name text)",
        language="sql STABLE",
    )
    trusted_function("legs_of_moves(since date)", LEGS_OF_MOVES, returns=LEG, language="sql STABLE")
    trusted_function("moves_of_new()", MOVES_OF.format(rows="arrived"), returns="trigger")
    trusted_function("moves_of_old()", MOVES_OF.format(rows="departed"), returns="trigger")
    trusted_function("supersede_moves()", SUPERSEDE_MOVES, returns="trigger")
    trusted_function("extend_secondment()", EXTEND_SECONDMENT, returns="trigger")


def _owner_locks_people() -> None:
    """To lock a row is to be allowed to change it; nothing here does."""
    allow("people", "trusted_functions_lock", "UPDATE", using="true", check="false", to=OWNER)


def _triggers() -> None:
    for command, which, rows in (
        ("INSERT", "new", "NEW TABLE AS arrived"),
        ("UPDATE", "new", "NEW TABLE AS arrived"),
        ("DELETE", "old", "OLD TABLE AS departed"),
    ):
        op.execute(
            f"CREATE TRIGGER assignments_moves_{command.lower()} AFTER {command} ON assignments REFERENCING {rows}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION private.moves_of_{which}()"
        )
    op.execute(
        "CREATE TRIGGER mobility_events_supersede AFTER INSERT ON mobility_events REFERENCING NEW TABLE AS arrived"
        " FOR EACH STATEMENT EXECUTE FUNCTION private.supersede_moves()"
    )
    op.execute(
        "CREATE TRIGGER secondment_extensions_agreed AFTER UPDATE ON secondment_extensions FOR EACH ROW"
        " WHEN (old.state = 'asked' AND new.state = 'agreed') EXECUTE FUNCTION private.extend_secondment()"
    )


MOVES_OF = """
BEGIN
    PERFORM private.derive_moves(ARRAY(SELECT DISTINCT person_id FROM {rows}));
    RETURN NULL;
END
"""

# A correction says nothing new about a pair when the day and the direction stay; otherwise the pair is looked at again.
SUPERSEDE_MOVES = """
BEGIN
    UPDATE move_pairs p SET leaver_event_id = a.id
      FROM arrived a JOIN mobility_events e ON e.person_id = a.person_id AND e.id = a.corrects_id
     WHERE p.leaver_event_id = e.id AND a.effective_on = e.effective_on AND NOT a.is_withdrawn AND a.kind IN ('leaver', 'retirement');
    UPDATE move_pairs p SET joiner_event_id = a.id
      FROM arrived a JOIN mobility_events e ON e.person_id = a.person_id AND e.id = a.corrects_id
     WHERE p.joiner_event_id = e.id AND a.effective_on = e.effective_on AND NOT a.is_withdrawn AND a.kind IN ('joiner', 'return');
    UPDATE move_pairs p SET state = 'undone' FROM arrived a WHERE p.leaver_event_id = a.corrects_id;
    UPDATE move_pairs p SET state = 'undone' FROM arrived a WHERE p.joiner_event_id = a.corrects_id;
    UPDATE mobility_events e SET superseded_at = clock_timestamp()
      FROM arrived a WHERE e.person_id = a.person_id AND e.id = a.corrects_id;
    RETURN NULL;
END
"""

# A later end is a new question about the return.
EXTEND_SECONDMENT = """
BEGIN
    UPDATE secondments SET ends = NEW.until, return_role = NULL, return_checked_on = NULL, version = version + 1
     WHERE person_id = NEW.person_id AND id = NEW.secondment_id;
    RETURN NULL;
END
"""

# Names, to the partners of the organisations that a move, a pair still to be decided, or a secondment touches. Once two records
# are said to be two people, neither side learns the other's name again.
NAMES_IN_MOVES = f"""
    SELECT p.id, concat_ws(' ', p.given_name, p.family_name)
      FROM people p
     WHERE p.id = ANY (persons)
       AND (p.id = {ME}
            OR EXISTS (SELECT 1 FROM mobility_events m WHERE m.person_id = p.id AND ({PARTNERS_EVENT}))
            OR EXISTS (SELECT 1 FROM secondments s WHERE s.person_id = p.id AND ({PARTNERS_SECONDMENT}))
            OR EXISTS (SELECT 1 FROM move_pairs r WHERE r.leaver_person_id = p.id AND r.state NOT IN ('not_same', 'undone')
                          AND r.joiner_organisation_id = ANY ({PARTNER_OF}))
            OR EXISTS (SELECT 1 FROM move_pairs r WHERE r.joiner_person_id = p.id AND r.state NOT IN ('not_same', 'undone')
                          AND r.leaver_organisation_id = ANY ({PARTNER_OF})))
"""

LEG = (
    "TABLE (event_id uuid, person_id uuid, organisation_id uuid, is_leaver boolean, day date, given_name text, family_name text,"
    " birth_date date, employee_number text)"
)

# Whoever left an organisation, or came to one, and is not yet part of a pair: for the nightly search, which no account can be.
LEGS_OF_MOVES = f"""
    SELECT m.id, m.person_id, e.organisation_id, m.from_organisation_id IS NOT NULL, m.effective_on,
           p.given_name, p.family_name, p.birth_date, e.employee_number
      FROM mobility_events m
      JOIN people p ON p.id = m.person_id
      JOIN employments e ON e.organisation_id = coalesce(m.from_organisation_id, m.to_organisation_id) AND e.person_id = m.person_id
     WHERE {has_role("service")} AND m.effective_on >= since AND m.superseded_at IS NULL AND NOT m.is_withdrawn
       AND m.kind IN ('leaver', 'retirement', 'joiner', 'return') AND num_nonnulls(m.from_assignment_id, m.to_assignment_id) = 1
       AND NOT EXISTS (SELECT 1 FROM move_pairs r WHERE r.leaver_event_id = m.id AND r.state = 'paired')
       AND NOT EXISTS (SELECT 1 FROM move_pairs r WHERE r.joiner_event_id = m.id AND r.state = 'paired')
"""


def downgrade() -> None:
    for command in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER assignments_moves_{command} ON assignments")
    op.execute("DROP POLICY trusted_functions_lock ON people")
    for table in (
        "secondment_extensions",
        "secondments",
        "move_pairs",
        "mobility_sides",
        "mobility_events",
        "mobility_limits",
    ):
        op.drop_table(table)
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION private.{function}")
