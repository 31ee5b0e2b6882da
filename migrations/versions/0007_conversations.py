"""The whole conversation record"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.roles import ANALYST, APP, AUDITOR
from migrations.security import (
    COLLEAGUE_OF,
    ME,
    PARTNER_OF,
    allow,
    grant,
    has_role,
    owner_reads,
    protect,
    trusted_function,
)

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PARTY = f"person_id = {ME} OR facilitator_id = {ME} OR recorded_by_id = {ME}"
# In functions, whose arguments have names of their own, the row has one too.
PARTY_OF_C = f"c.person_id = {ME} OR c.facilitator_id = {ME} OR c.recorded_by_id = {ME}"
SPEAKERS_OF_C = f"c.person_id = {ME} OR c.facilitator_id = {ME}"
# Whoever has held a conversation with me, and nobody else: to name somebody is to learn their name.
MINE_TO_ASK = f"IN (SELECT c.facilitator_id FROM conversations c WHERE c.person_id = {ME})"
AGREED_WITHOUT_ME = (
    "EXISTS (SELECT 1 FROM conversations c WHERE c.person_id = conversation_states.person_id AND c.id = conversation_id"
    f" AND c.agreed_on IS NOT NULL AND NOT (c.person_id = {ME} OR c.facilitator_id = {ME}))"
)
EMPLOYED = "(e.ended IS NULL OR e.ended >= current_date)"
PERSONAL = (
    "conversation_states",
    "wordings",
    "conversation_shares",
    "private_notes",
    "drafts",
    "plan_actions",
    "plan_action_states",
    "conversation_requests",
    "conversation_dues",
    "calendar_feeds",
)
SHARED = ("terms_versions", "conversation_terms")
FUNCTIONS = (
    "answered(uuid, uuid)",
    "worked_here_by(uuid, uuid, date)",
    "reads_wording(uuid, uuid, smallint)",
    "shared_with_me(uuid, uuid, uuid)",
    "speaks_in(uuid, uuid)",
    "is_party(uuid, uuid)",
    "feed_of(bytea)",
    "clashes(uuid, timestamptz[], integer[])",
    "workload(uuid)",
    "count_version()",
    "reach_state()",
    "answer_requests()",
    "touch_conversation()",
    "dues_of_new()",
    "dues_of_old()",
    "dues_of_changed()",
    "refresh_dues(uuid[])",
)


def upgrade() -> None:
    _tables()
    _columns()
    _words_move()
    for table in (*PERSONAL, *SHARED):
        protect(table)
    _trusted_functions()
    _terms()
    _conversations()
    _private()
    _plan()
    _arranging()
    _analyst()
    _triggers()
    op.execute("SELECT private.refresh_dues(ARRAY(SELECT DISTINCT person_id FROM employments))")


def _tables() -> None:
    op.create_table(
        "drafts",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("author_id", "id", name=op.f("pk_drafts")),
    )
    op.create_table(
        "terms_versions",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_terms_versions")),
    )
    op.create_table(
        "calendar_feeds",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_calendar_feeds_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feeds_token_hash")),
    )
    op.create_table(
        "conversation_terms",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "topic",
            sa.Enum(
                "impact_now",
                "impact_wanted",
                "growth_now",
                "growth_wanted",
                "horizon",
                "aspiration",
                "barrier",
                "support",
                name="topic",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("hint", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["terms_versions.version"], name=op.f("fk_conversation_terms_version")),
        sa.PrimaryKeyConstraint("version", "topic", "code", name=op.f("pk_conversation_terms")),
    )
    op.create_table(
        "conversation_dues",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("last_held_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("planned_for", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "facilitator_id", sa.Uuid(), nullable=True, comment="whoever held the last one, or will hold the next"
        ),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column(
            "none_reason",
            sa.Enum(
                "new_in_post",
                "away",
                "no_facilitator",
                "chose_not_to",
                "leaving_soon",
                name="none_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reason_given_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "person_id", name=op.f("pk_conversation_dues")),
    )
    op.create_index(
        "ix_conversation_dues_due", "conversation_dues", ["organisation_id", "due_on", "person_id"], unique=False
    )
    op.create_index(
        "ix_conversation_dues_facilitator", "conversation_dues", ["organisation_id", "facilitator_id"], unique=False
    )
    op.create_index(
        "ix_conversation_dues_planned",
        "conversation_dues",
        ["organisation_id", "planned_for", "person_id"],
        unique=False,
        postgresql_where=sa.text("planned_for IS NOT NULL"),
    )
    for name, columns, which in (
        ("none_yet", ["organisation_id", "person_id"], "last_held_on IS NULL"),
        ("no_date", ["organisation_id", "last_held_on", "person_id"], "due_on IS NULL AND last_held_on IS NOT NULL"),
        ("reason", ["organisation_id", "reason_given_on", "person_id"], "none_reason IS NOT NULL"),
    ):
        op.create_index(
            f"ix_conversation_dues_{name}", "conversation_dues", columns, unique=False, postgresql_where=sa.text(which)
        )
    op.create_index(
        "ix_conversation_dues_last_held",
        "conversation_dues",
        ["organisation_id", "last_held_on", "person_id"],
        unique=False,
    )
    op.create_index("ix_conversation_dues_person", "conversation_dues", ["person_id"], unique=False)
    op.create_table(
        "conversation_requests",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_of_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "initial",
                "follow_up",
                "stay",
                "transition",
                "return_from_secondment",
                "moving_on",
                name="conversation_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "arranged",
                "withdrawn",
                "closed",
                name="request_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="open",
            nullable=False,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["asked_of_id"], ["people.id"], name=op.f("fk_conversation_requests_asked_of_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["employments.organisation_id", "employments.person_id"],
            name="fk_conversation_requests_employment",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_conversation_requests")),
    )
    op.create_index(
        "ix_conversation_requests_asked_of", "conversation_requests", ["asked_of_id", "asked_at"], unique=False
    )
    op.create_index(
        "uq_conversation_requests_open",
        "conversation_requests",
        ["organisation_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_conversation_requests_person", "conversation_requests", ["person_id", "asked_at"], unique=False)
    op.create_table(
        "conversation_shares",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "hr_partner", "new_employer", name="audience", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id", "conversation_id"],
            ["conversations.person_id", "conversations.id"],
            name="fk_conversation_shares_conversation",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "conversation_id", "audience", "given_at", name=op.f("pk_conversation_shares")
        ),
    )
    op.create_table(
        "conversation_states",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "prepared",
                "held",
                "agreed",
                "closed",
                "declined",
                "missed",
                "lapsed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reason", sa.String(length=40), nullable=True, comment="a code; the words, if any, are in the wording"
        ),
        sa.Column("wording", sa.SmallInteger(), nullable=True, comment="what was agreed to"),
        sa.ForeignKeyConstraint(
            ["person_id", "conversation_id"],
            ["conversations.person_id", "conversations.id"],
            name="fk_conversation_states_conversation",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "conversation_id", "number", name=op.f("pk_conversation_states")),
    )
    op.create_table(
        "plan_actions",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("facilitator_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column(
            "support", sa.String(length=40), nullable=True, comment="the kind of support asked for: a term's code"
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("opened_on", sa.Date(), server_default=sa.text("CURRENT_DATE"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "done",
                "dropped",
                "carried",
                name="action_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="open",
            nullable=False,
        ),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("carried_from_id", sa.Uuid(), nullable=True),
        sa.Column(
            "link_kind",
            sa.String(length=40),
            nullable=True,
            comment="what it leads to: an offer, an opportunity, a step",
        ),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["facilitator_id"], ["people.id"], name=op.f("fk_plan_actions_facilitator_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_plan_actions_owner_id")),
        sa.ForeignKeyConstraint(
            ["person_id", "conversation_id"],
            ["conversations.person_id", "conversations.id"],
            name="fk_plan_actions_conversation",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_plan_actions_person_id")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_plan_actions")),
    )
    op.create_index("ix_plan_actions_facilitator", "plan_actions", ["facilitator_id", "due_on"], unique=False)
    op.create_index("uq_plan_actions_id", "plan_actions", ["id"], unique=True)
    op.create_index("ix_plan_actions_owner", "plan_actions", ["owner_id", "due_on"], unique=False)
    op.create_table(
        "private_notes",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("preparation", "note", name="purpose", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("is_shown", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "conversation_id"],
            ["conversations.person_id", "conversations.id"],
            name="fk_private_notes_conversation",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("party_id", "conversation_id", "purpose", name=op.f("pk_private_notes")),
    )
    op.create_table(
        "wordings",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=False),
        sa.Column(
            "written_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("aspirations", sa.Text(), server_default="", nullable=False),
        sa.Column("barriers", sa.Text(), server_default="", nullable=False),
        sa.Column("support", sa.Text(), server_default="", nullable=False),
        sa.Column("codes", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "conversation_id"],
            ["conversations.person_id", "conversations.id"],
            name="fk_wordings_conversation",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "conversation_id", "number", name=op.f("pk_wordings")),
    )
    op.create_table(
        "plan_action_states",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "done",
                "dropped",
                "carried",
                name="action_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id", "action_id"],
            ["plan_actions.person_id", "plan_actions.id"],
            name="fk_plan_action_states_action",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "action_id", "number", name=op.f("pk_plan_action_states")),
    )


def _columns() -> None:
    op.add_column(
        "conversations",
        sa.Column(
            "facilitator_kind",
            sa.Enum(
                "line_manager",
                "coach",
                "mentor",
                "hr_partner",
                name="facilitator_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
    )
    op.add_column(
        "conversations",
        sa.Column(
            "mode",
            sa.Enum(
                "in_person", "video", "telephone", name="mode", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
    )
    op.add_column("conversations", sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversations", sa.Column("minutes", sa.SmallInteger(), nullable=True))
    op.add_column("conversations", sa.Column("terms_version", sa.Integer(), nullable=True))
    op.add_column(
        "conversations",
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "prepared",
                "held",
                "agreed",
                "closed",
                "declined",
                "missed",
                "lapsed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="planned",
            nullable=False,
        ),
    )
    op.add_column("conversations", sa.Column("agreed_on", sa.Date(), nullable=True))
    op.add_column("conversations", sa.Column("agreed_wording", sa.SmallInteger(), nullable=True))
    op.add_column("conversations", sa.Column("version", sa.Integer(), server_default="0", nullable=False))
    op.alter_column("conversations", "held_on", existing_type=sa.DATE(), nullable=True)
    # An address names a conversation by its own key alone.
    op.create_index("uq_conversations_id", "conversations", ["id"], unique=True)
    op.create_foreign_key(
        op.f("fk_conversations_terms_version"), "conversations", "terms_versions", ["terms_version"], ["version"]
    )


def _words_move() -> None:
    """What was logged before was agreed to be written down: it becomes the first wording, of a conversation that was
    held. The person has not agreed it here yet.
    """
    for table in ("wordings", "conversation_states"):
        op.execute(
            f"INSERT INTO {table} (person_id, conversation_id, number, "
            + ("written_by_id, written_at, summary)" if table == "wordings" else "state, at, by_id)")
            + " SELECT person_id, id, 1, "
            + ("recorded_by_id, recorded_at, summary" if table == "wordings" else "'held', recorded_at, recorded_by_id")
            + " FROM conversations"
        )
    op.execute("UPDATE conversations SET state = 'held', version = 1")
    op.execute("REVOKE INSERT ON conversations FROM " + APP)
    op.drop_column("conversations", "summary")


def _trusted_functions() -> None:
    for table in (
        "wordings",
        "conversation_states",
        "conversation_shares",
        "conversation_requests",
        "plan_actions",
        "calendar_feeds",
    ):
        owner_reads(table)
    for command in ("SELECT", "INSERT", "UPDATE", "DELETE"):
        owner_reads("conversation_dues", command)
    owner_reads("conversations", "UPDATE")
    owner_reads("conversation_requests", "UPDATE")
    trusted_function("is_party(person uuid, conversation uuid)", IS_PARTY, returns="boolean", language="sql STABLE")
    trusted_function("speaks_in(person uuid, conversation uuid)", SPEAKS_IN, returns="boolean", language="sql STABLE")
    trusted_function(
        "shared_with_me(person uuid, conversation uuid, organisation uuid)",
        SHARED_WITH_ME,
        returns="boolean",
        language="sql STABLE",
    )
    trusted_function(
        "reads_wording(person uuid, conversation uuid, wording smallint)",
        READS_WORDING,
        returns="boolean",
        language="sql STABLE",
    )
    trusted_function("answered(person uuid, conversation uuid)", ANSWERED, returns="boolean", language="sql STABLE")
    trusted_function(
        "worked_here_by(organisation uuid, person uuid, day date)",
        WORKED_HERE_BY,
        returns="boolean",
        language="sql STABLE",
    )
    trusted_function("refresh_dues(persons uuid[])", REFRESH_DUES, returns="void", language="sql")
    trusted_function(
        "feed_of(given bytea)",
        FEED_OF,
        returns="TABLE (id uuid, starts timestamptz, minutes smallint, version integer, is_cancelled boolean)",
        language="sql",
    )
    trusted_function(
        "clashes(facilitator uuid, starts timestamptz[], lengths integer[])", CLASHES, returns="SETOF integer"
    )
    trusted_function(
        "workload(organisation uuid)",
        WORKLOAD,
        returns="TABLE (facilitator_id uuid, held bigint, planned bigint, due bigint)",
        language="sql STABLE",
    )
    op.execute(f"REVOKE EXECUTE ON FUNCTION private.refresh_dues(uuid[]) FROM {APP}")
    op.execute("DROP FUNCTION private.names_of(uuid[])")
    trusted_function("names_of(persons uuid[])", NAMES_OF, returns="TABLE (person_id uuid, name text)", language="sql")


def _terms() -> None:
    everyone, administrator = f"{APP}, {ANALYST}, {AUDITOR}", has_role("administrator")
    for table in SHARED:
        grant("SELECT", table, everyone)
        allow(table, "everyone_reads", "SELECT", using="true", to=everyone)
        grant("INSERT", table)
        allow(table, "administrator_adds", "INSERT", check=administrator)
        owner_reads(table)
        owner_reads(table, "INSERT")


def _conversations() -> None:
    when = "kind, mode, facilitator_kind, scheduled_at, minutes, held_on, next_due_on, terms_version"
    parties = "person_id, id, organisation_id, facilitator_id, recorded_by_id"
    grant(f"INSERT ({parties}, {when}), UPDATE ({when}), DELETE", "conversations")
    # Once it is agreed, only the two who talked open it again.
    change = f"({PARTY}) AND (agreed_on IS NULL OR person_id = {ME} OR facilitator_id = {ME})"
    allow("conversations", "parties_change", "UPDATE", using=change, check=change)
    # What the person agreed is read by those whom they let, and only while they do.
    allow(
        "conversations",
        "shared_readers_read",
        "SELECT",
        using="agreed_on IS NOT NULL AND private.shared_with_me(person_id, id, organisation_id)",
    )
    # Undo: whoever logged it a moment ago, before the person answered.
    recent = "now() - interval '15 minutes'"
    allow(
        "conversations",
        "recorder_undoes",
        "DELETE",
        using=f"recorded_by_id = {ME} AND state IN ('planned', 'held') AND recorded_at > {recent}"
        " AND NOT private.answered(person_id, id)",
    )

    grant("SELECT, INSERT (person_id, conversation_id, number, state, by_id, reason, wording)", "conversation_states")
    party = "private.is_party(person_id, conversation_id)"
    allow("conversation_states", "parties_read", "SELECT", using=party)
    # Nobody agrees, or declines, for somebody else.
    own = f"(state NOT IN ('agreed', 'declined') OR person_id = {ME}) AND NOT (state = 'held' AND {AGREED_WITHOUT_ME})"
    allow("conversation_states", "parties_add", "INSERT", check=f"by_id = {ME} AND {own} AND {party}")

    words = "summary, aspirations, barriers, support, codes"
    grant(f"SELECT, INSERT (person_id, conversation_id, number, written_by_id, {words}), DELETE", "wordings")
    allow(
        "wordings",
        "writer_and_readers_read",
        "SELECT",
        using=f"written_by_id = {ME} OR private.reads_wording(person_id, conversation_id, number)",
    )
    allow("wordings", "parties_write", "INSERT", check=f"written_by_id = {ME} AND {party}")
    agreed = "c.person_id = wordings.person_id AND c.id = conversation_id AND c.agreed_on IS NOT NULL"
    unanswered = f"NOT EXISTS (SELECT 1 FROM conversations c WHERE {agreed})"
    allow(
        "wordings", "writer_undoes", "DELETE", using=f"written_by_id = {ME} AND written_at > {recent} AND {unanswered}"
    )

    grant("SELECT, INSERT (person_id, conversation_id, audience), UPDATE (revoked_at)", "conversation_shares")
    allow("conversation_shares", "parties_read", "SELECT", using=f"person_id = {ME} OR {party}")
    allow("conversation_shares", "owner_shares", "INSERT", check=f"person_id = {ME}")
    allow("conversation_shares", "owner_stops", "UPDATE", using=f"person_id = {ME}", check=f"person_id = {ME}")


def _private() -> None:
    speaker = "private.speaks_in(person_id, conversation_id)"
    mine = f"party_id = {ME}"
    sealed = "sealed, key_id"
    grant(
        f"SELECT, INSERT (party_id, conversation_id, purpose, person_id, {sealed}, is_shown),"
        f" UPDATE ({sealed}, is_shown, version, changed_at), DELETE",
        "private_notes",
    )
    shown = f"is_shown AND purpose = 'preparation' AND {speaker}"
    allow("private_notes", "writer_reads_or_is_shown", "SELECT", using=f"{mine} OR ({shown})")
    allow("private_notes", "writer_adds", "INSERT", check=f"{mine} AND {speaker}")
    allow("private_notes", "writer_changes", "UPDATE", using=mine, check=mine)
    allow("private_notes", "writer_removes", "DELETE", using=mine)

    author = f"author_id = {ME}"
    grant(
        f"SELECT, INSERT (author_id, id, about_id, {sealed}), UPDATE (about_id, {sealed}, version, saved_at), DELETE",
        "drafts",
    )
    for command in ("SELECT", "INSERT", "UPDATE", "DELETE"):
        allow(
            "drafts",
            f"author_{command.lower()}s",
            command,
            using=None if command == "INSERT" else author,
            check=author if command in {"INSERT", "UPDATE"} else None,
        )
    # Sealing everything again with a new key is done by the owner of the tables, from a command.
    for table in ("private_notes", "drafts"):
        owner_reads(table)
        owner_reads(table, "UPDATE")


def _plan() -> None:
    what = "text, owner_id, support, due_on, link_kind, link_id"
    told = f"person_id = {ME} OR owner_id = {ME} OR facilitator_id = {ME}"
    arose = "organisation_id, conversation_id, facilitator_id, carried_from_id"
    grant(
        f"SELECT, INSERT (person_id, id, {arose}, {what}), UPDATE ({what}, state, closed_on, version)", "plan_actions"
    )
    allow("plan_actions", "those_concerned_read", "SELECT", using=told)
    spoke = "conversation_id IS NOT NULL AND private.speaks_in(person_id, conversation_id)"
    allow(
        "plan_actions",
        "person_or_facilitator_adds",
        "INSERT",
        check=f"(person_id = {ME} AND (owner_id = {ME} OR owner_id {MINE_TO_ASK}))"
        f" OR (facilitator_id = {ME} AND owner_id IN (person_id, facilitator_id) AND {spoke})",
    )
    allow("plan_actions", "those_concerned_change", "UPDATE", using=told, check=told)

    concerned = (
        "EXISTS (SELECT 1 FROM plan_actions a WHERE a.person_id = plan_action_states.person_id AND a.id = action_id)"
    )
    grant("SELECT, INSERT (person_id, action_id, number, state, by_id, reason)", "plan_action_states")
    allow("plan_action_states", "those_concerned_read", "SELECT", using=concerned)
    allow("plan_action_states", "those_concerned_add", "INSERT", check=f"by_id = {ME} AND {concerned}")


def _arranging() -> None:
    partner = f"organisation_id = ANY ({PARTNER_OF})"
    told = f"person_id = {ME} OR asked_of_id = {ME} OR {partner}"
    grant(
        "SELECT, INSERT (organisation_id, id, person_id, asked_of_id, kind), UPDATE (state, closed_at, conversation_id)",
        "conversation_requests",
    )
    allow("conversation_requests", "those_concerned_read", "SELECT", using=told)
    allow(
        "conversation_requests",
        "person_asks",
        "INSERT",
        check=f"person_id = {ME} AND (asked_of_id IS NULL OR asked_of_id {MINE_TO_ASK})",
    )
    allow("conversation_requests", "those_concerned_answer", "UPDATE", using=told, check=told)

    grant("SELECT, UPDATE (none_reason, reason_given_on)", "conversation_dues")
    # Whoever holds the next one, or held the last, is told when it is due, for as long as they hold any there.
    mine_to_hold = f"facilitator_id = {ME} AND organisation_id = ANY ({COLLEAGUE_OF})"
    allow(
        "conversation_dues",
        "self_facilitator_or_employer_reads",
        "SELECT",
        using=f"person_id = {ME} OR {partner} OR ({mine_to_hold})",
    )
    allow("conversation_dues", "employer_gives_reason", "UPDATE", using=partner, check=partner)

    grant(
        "SELECT (person_id, made_at), INSERT (person_id, token_hash), UPDATE (token_hash, made_at), DELETE",
        "calendar_feeds",
    )
    mine = f"person_id = {ME}"
    allow("calendar_feeds", "owner_reads", "SELECT", using=mine)
    allow("calendar_feeds", "owner_makes", "INSERT", check=mine)
    allow("calendar_feeds", "owner_changes", "UPDATE", using=mine, check=mine)
    allow("calendar_feeds", "owner_ends", "DELETE", using=mine)


def _analyst() -> None:
    """Only what the person agreed to, and only its dates and codes."""
    op.execute("DROP POLICY analyst_counts ON conversations")
    grant("SELECT (state, agreed_on, agreed_wording)", "conversations", ANALYST)
    allow("conversations", "analyst_counts", "SELECT", using="agreed_on IS NOT NULL", to=ANALYST)
    agreed = (
        "EXISTS (SELECT 1 FROM conversations c WHERE c.person_id = {0}.person_id AND c.id = {0}.conversation_id{1})"
    )
    for columns, table, using in (
        (
            "person_id, conversation_id, number, codes",
            "wordings",
            agreed.format("wordings", " AND c.agreed_wording = number"),
        ),
        (
            "person_id, id, conversation_id, support, opened_on, state, closed_on",
            "plan_actions",
            agreed.format("plan_actions", ""),
        ),
        ("organisation_id, person_id, last_held_on, due_on, none_reason", "conversation_dues", "true"),
    ):
        grant(f"SELECT ({columns})", table, ANALYST)
        allow(table, "analyst_counts", "SELECT", using=using, to=ANALYST)


def _triggers() -> None:
    for name, body in (
        ("count_version", COUNT_VERSION),
        ("reach_state", REACH_STATE),
        ("answer_requests", ANSWER_REQUESTS),
        ("touch_conversation", TOUCH_CONVERSATION),
        ("dues_of_new", DUES_OF.format(rows="arrived")),
        ("dues_of_old", DUES_OF.format(rows="departed")),
        ("dues_of_changed", DUES_OF_CHANGED),
    ):
        trusted_function(f"{name}()", body, returns="trigger")
    op.execute(
        "CREATE TRIGGER conversations_count_version BEFORE UPDATE ON conversations FOR EACH ROW EXECUTE FUNCTION private.count_version()"
    )
    op.execute(
        "CREATE TRIGGER conversation_states_reach AFTER INSERT ON conversation_states"
        " REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION private.reach_state()"
    )
    op.execute(
        "CREATE TRIGGER conversation_states_tell AFTER INSERT ON conversation_states"
        " REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION private.answer_requests()"
    )
    for command, rows in (("INSERT", "NEW TABLE AS touched"), ("DELETE", "OLD TABLE AS touched")):
        op.execute(
            f"CREATE TRIGGER wordings_touch_{command.lower()} AFTER {command} ON wordings"
            f" REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION private.touch_conversation()"
        )
    op.execute(
        "CREATE TRIGGER conversations_dues_update AFTER UPDATE ON conversations REFERENCING OLD TABLE AS departed"
        " NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION private.dues_of_changed()"
    )
    for table in ("conversations", "conversation_requests", "employments"):
        for command, which, rows in (
            ("INSERT", "new", "NEW TABLE AS arrived"),
            ("UPDATE", "new", "NEW TABLE AS arrived"),
            ("DELETE", "old", "OLD TABLE AS departed"),
        ):
            if (table, command) == ("conversations", "UPDATE"):
                continue
            op.execute(
                f"CREATE TRIGGER {table}_dues_{command.lower()} AFTER {command} ON {table} REFERENCING {rows}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION private.dues_of_{which}()"
            )


# The person, whoever holds it, and whoever wrote it down or arranged it.
IS_PARTY = f"""
    SELECT EXISTS (SELECT 1 FROM conversations c WHERE c.person_id = person AND c.id = conversation AND ({PARTY_OF_C}))
"""

# The two who talk. Whoever only arranged it, or wrote it down for them, is not one.
SPEAKS_IN = f"""
    SELECT EXISTS (SELECT 1 FROM conversations c WHERE c.person_id = person AND c.id = conversation AND ({SPEAKERS_OF_C}))
"""

# The partners of the organisation that it arose in, or of another that employs the person, as long as the person lets them.
SHARED_WITH_ME = f"""
    SELECT EXISTS (
        SELECT 1 FROM conversation_shares s
          JOIN employments e ON e.person_id = s.person_id
           AND (s.audience = 'hr_partner') = (e.organisation_id = organisation)
         WHERE s.person_id = person AND s.conversation_id = conversation AND s.revoked_at IS NULL
           AND e.organisation_id = ANY ({PARTNER_OF}) AND {EMPLOYED})
"""

# The two who talk read every wording; those whom the person lets, the one that the person agreed to.
READS_WORDING = f"""
    SELECT EXISTS (
        SELECT 1 FROM conversations c
         WHERE c.person_id = person AND c.id = conversation
           AND (({SPEAKERS_OF_C})
                OR (c.agreed_wording = wording AND private.shared_with_me(c.person_id, c.id, c.organisation_id))))
"""

# Where each of these people stands with every organisation that employs them now. Somebody else's facilitator is not named.
# Person by person: how many there are is not known when the plan is made, and a file may bring a hundred thousand.
REFRESH_DUES = f"""
    DELETE FROM conversation_dues d WHERE d.person_id = ANY (persons)
       AND NOT EXISTS (SELECT 1 FROM employments e WHERE e.organisation_id = d.organisation_id AND e.person_id = d.person_id AND {EMPLOYED});
    INSERT INTO conversation_dues AS d (organisation_id, person_id, last_held_on, due_on, planned_for, facilitator_id, asked_on)
    SELECT e.organisation_id, e.person_id, h.held_on, h.next_due_on, p.scheduled_at,
           coalesce(p.facilitator_id, CASE e.organisation_id WHEN h.organisation_id THEN h.facilitator_id END),
           a.asked_on
      FROM employments e
      LEFT JOIN LATERAL (
          SELECT c.organisation_id, c.held_on, c.next_due_on, c.facilitator_id FROM conversations c
           WHERE c.person_id = e.person_id AND c.state IN ('held', 'agreed', 'closed')
           ORDER BY c.held_on DESC, c.id DESC LIMIT 1) h ON true
      LEFT JOIN LATERAL (
          SELECT c.scheduled_at, c.facilitator_id FROM conversations c
           WHERE c.person_id = e.person_id AND c.organisation_id = e.organisation_id AND c.state IN ('planned', 'prepared')
           ORDER BY c.scheduled_at, c.id LIMIT 1) p ON true
      LEFT JOIN LATERAL (
          SELECT min(r.asked_at)::date AS asked_on FROM conversation_requests r
           WHERE r.organisation_id = e.organisation_id AND r.person_id = e.person_id AND r.state = 'open') a ON true
     WHERE e.person_id = ANY (persons) AND {EMPLOYED}
    ON CONFLICT (organisation_id, person_id) DO UPDATE
       SET last_held_on = excluded.last_held_on, due_on = excluded.due_on, planned_for = excluded.planned_for,
           facilitator_id = excluded.facilitator_id, asked_on = excluded.asked_on,
           none_reason = CASE WHEN d.last_held_on IS NOT DISTINCT FROM excluded.last_held_on THEN d.none_reason END,
           reason_given_on = CASE WHEN d.last_held_on IS NOT DISTINCT FROM excluded.last_held_on THEN d.reason_given_on END
"""

# What a person's own calendar may know: that there is a meeting, when, and whether it still stands. One empty row where there
# is a calendar without meetings; none where there is no calendar, its account was closed or nobody employs the person.
FEED_OF = """
    SELECT c.id, c.scheduled_at, c.minutes, c.version, c.state IN ('declined', 'missed', 'lapsed')
      FROM calendar_feeds f
      JOIN accounts a ON a.person_id = f.person_id AND a.closed_at IS NULL
      LEFT JOIN conversations c ON (c.person_id = f.person_id OR c.facilitator_id = f.person_id)
                               AND c.scheduled_at > now() - interval '90 days'
     WHERE f.token_hash = given
       AND EXISTS (SELECT 1 FROM employments e WHERE e.person_id = f.person_id AND (e.ended IS NULL OR e.ended >= current_date))
     ORDER BY c.scheduled_at, c.id LIMIT 500
"""

# Which of these times (1 is the first) somebody cannot keep, because they hold a conversation then. That they are busy, and
# nothing else; asked by themselves, or where they work by whoever may hold conversations there. Two who ask for the same person
# at once wait for one another.
CLASHES = f"""
BEGIN
    IF facilitator IS DISTINCT FROM {ME} AND NOT EXISTS (
        SELECT 1 FROM employments e
         WHERE e.person_id = facilitator AND e.organisation_id = ANY ({COLLEAGUE_OF}) AND {EMPLOYED}) THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('ridgeway.facilitator ' || facilitator, 0));
    RETURN QUERY
        SELECT DISTINCT s.place::integer
          FROM unnest(starts, lengths) WITH ORDINALITY AS s (at, minutes, place)
          JOIN conversations c ON (c.facilitator_id = facilitator OR c.person_id = facilitator)
           AND c.held_on IS NULL AND c.state IN ('planned', 'prepared')
           AND c.scheduled_at < s.at + make_interval(mins => s.minutes)
           AND c.scheduled_at + make_interval(mins => coalesce(c.minutes, 60)) > s.at
         ORDER BY 1;
END
"""

# How many conversations each facilitator of an organisation held in a year, has planned, and has due in three months, for its
# partners alone: to share the work out, not to compare people.
WORKLOAD = f"""
    SELECT w.id, sum(w.held)::bigint, coalesce(sum(w.planned), 0)::bigint, coalesce(sum(w.due), 0)::bigint
      FROM (SELECT c.facilitator_id AS id, 1 AS held, 0 AS planned, 0 AS due FROM conversations c
             WHERE c.organisation_id = organisation AND c.held_on > current_date - 365 AND c.state IN ('held', 'agreed', 'closed')
            UNION ALL
            SELECT d.facilitator_id, 0, (d.planned_for >= now())::int,
                   (d.planned_for IS NULL AND d.none_reason IS NULL AND d.due_on <= current_date + 91)::int
              FROM conversation_dues d WHERE d.organisation_id = organisation AND d.facilitator_id IS NOT NULL) AS w
     WHERE organisation = ANY ({PARTNER_OF})
     GROUP BY w.id
    HAVING sum(w.held) + sum(coalesce(w.planned, 0)) + sum(coalesce(w.due, 0)) > 0
"""

# Those who share a conversation, a request or a plan may know one another's names for as long as its record lasts, wherever
# they work by then.
NAMES_OF = f"""
    SELECT p.id, concat_ws(' ', p.given_name, p.family_name)
      FROM people p
     WHERE p.id = ANY (persons)
       AND p.id IN (
           SELECT unnest(ARRAY[c.person_id, c.facilitator_id, c.recorded_by_id]) FROM conversations c WHERE {PARTY}
           UNION SELECT unnest(ARRAY[a.person_id, a.owner_id, a.facilitator_id]) FROM plan_actions a
                  WHERE a.person_id = {ME} OR a.owner_id = {ME} OR a.facilitator_id = {ME}
           UNION SELECT unnest(ARRAY[r.person_id, r.asked_of_id]) FROM conversation_requests r
                  WHERE r.person_id = {ME} OR r.asked_of_id = {ME}
           UNION SELECT r.asked_of_id FROM conversation_requests r
                  WHERE r.asked_of_id = ANY (persons) AND r.organisation_id = ANY ({PARTNER_OF})
           UNION SELECT unnest(ARRAY[c.person_id, c.facilitator_id, c.recorded_by_id])
                   FROM conversations c JOIN conversation_shares s ON s.person_id = c.person_id AND s.conversation_id = c.id
                  WHERE s.revoked_at IS NULL AND c.person_id = ANY (persons) AND c.agreed_on IS NOT NULL
                    AND private.shared_with_me(c.person_id, c.id, c.organisation_id)
           UNION SELECT d.facilitator_id FROM conversation_dues d
                  WHERE d.organisation_id = ANY ({PARTNER_OF}) AND d.facilitator_id = ANY (persons))
"""

COUNT_VERSION = """
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END
"""

# The history says what state a conversation is in; its own row only repeats it.
REACH_STATE = """
BEGIN
    UPDATE conversations c
       SET state = s.state,
           agreed_on = CASE s.state WHEN 'agreed' THEN s.at::date WHEN 'closed' THEN coalesce(s.at_before::date, c.agreed_on) END,
           agreed_wording = CASE s.state WHEN 'agreed' THEN s.wording WHEN 'closed' THEN coalesce(s.wording_before, c.agreed_wording) END
      FROM (SELECT DISTINCT ON (person_id, conversation_id) person_id, conversation_id, state, at, wording,
                   CASE lag(state) OVER w WHEN 'agreed' THEN lag(at) OVER w END AS at_before,
                   CASE lag(state) OVER w WHEN 'agreed' THEN lag(wording) OVER w END AS wording_before
              FROM arrived WINDOW w AS (PARTITION BY person_id, conversation_id ORDER BY number)
             ORDER BY person_id, conversation_id, number DESC) s
     WHERE c.person_id = s.person_id AND c.id = s.conversation_id;
    RETURN NULL;
END
"""

# Whoever asked for a conversation has it once one is planned, or was held since.
ANSWER_REQUESTS = """
BEGIN
    IF EXISTS (SELECT 1 FROM conversation_requests WHERE state = 'open') THEN
        UPDATE conversation_requests r
           SET state = 'arranged', closed_at = s.at, conversation_id = s.conversation_id
          FROM arrived s
          JOIN conversations c ON c.person_id = s.person_id AND c.id = s.conversation_id
         WHERE s.state IN ('planned', 'held') AND r.organisation_id = c.organisation_id AND r.person_id = c.person_id
           AND r.state = 'open' AND (c.held_on IS NULL OR c.held_on >= r.asked_at::date);
    END IF;
    RETURN NULL;
END
"""

# Nobody has seen a conversation yet that has no version: its first wording may come before its first state.
TOUCH_CONVERSATION = """
BEGIN
    UPDATE conversations c SET version = c.version
      FROM (SELECT DISTINCT person_id, conversation_id FROM touched) t
     WHERE c.person_id = t.person_id AND c.id = t.conversation_id AND c.version > 0;
    RETURN NULL;
END
"""

DUES_OF = """
BEGIN
    PERFORM private.refresh_dues(ARRAY(SELECT DISTINCT person_id FROM {rows}));
    RETURN NULL;
END
"""

# Most changes of a conversation leave its dates alone. Not a join: the plan of the first, smallest change is kept for all.
DUES_OF_CHANGED = """
BEGIN
    PERFORM private.refresh_dues(ARRAY(
        SELECT DISTINCT person_id FROM (
            SELECT person_id, id, state, held_on, next_due_on, scheduled_at FROM departed
            EXCEPT SELECT person_id, id, state, held_on, next_due_on, scheduled_at FROM arrived) changed));
    RETURN NULL;
END
"""

# Whether anybody but whoever wrote it down, who alone may ask, has had a part in it since.
ANSWERED = f"""
    SELECT EXISTS (
        SELECT 1 FROM conversations c
         WHERE c.person_id = person AND c.id = conversation AND c.recorded_by_id = {ME}
           AND c.recorded_at > now() - interval '15 minutes'
           AND (EXISTS (SELECT 1 FROM wordings w
                         WHERE w.person_id = c.person_id AND w.conversation_id = c.id AND w.written_by_id <> {ME})
             OR EXISTS (SELECT 1 FROM conversation_states s
                         WHERE s.person_id = c.person_id AND s.conversation_id = c.id AND s.by_id <> {ME})
             OR EXISTS (SELECT 1 FROM private_notes n
                         WHERE n.person_id = c.person_id AND n.conversation_id = c.id AND n.party_id <> {ME})))
"""

# Whether somebody had a post here by a day, for those who may find them here. True where no post is on record.
WORKED_HERE_BY = f"""
    SELECT organisation = ANY ({COLLEAGUE_OF}) AND (
        EXISTS (SELECT 1 FROM assignments a
                 WHERE a.organisation_id = organisation AND a.person_id = person AND a.started <= day)
        OR NOT EXISTS (SELECT 1 FROM assignments a WHERE a.organisation_id = organisation AND a.person_id = person))
"""

NAMES_OF_BEFORE = f"""
    SELECT p.id, concat_ws(' ', p.given_name, p.family_name)
      FROM people p
     WHERE p.id = ANY (persons)
       AND p.id IN (SELECT unnest(ARRAY[c.person_id, c.facilitator_id, c.recorded_by_id]) FROM conversations c WHERE {PARTY})
"""


def downgrade() -> None:
    """Conversations that were never held are lost, and so are notes, plans and shares: the first tables have no place for
    them."""
    for table in ("conversations", "conversation_requests", "employments"):
        for command in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER {table}_dues_{command} ON {table}")
    op.execute("DROP TRIGGER conversations_count_version ON conversations")
    for name in (
        "parties_change",
        "shared_readers_read",
        "recorder_undoes",
        "analyst_counts",
        "trusted_functions_update",
    ):
        op.execute(f"DROP POLICY {name} ON conversations")
    op.execute(f"REVOKE ALL ON conversations FROM {APP}, {ANALYST}")
    op.add_column("conversations", sa.Column("summary", sa.Text(), server_default="", nullable=False))
    op.execute(
        "UPDATE conversations c SET summary = w.summary FROM wordings w WHERE w.person_id = c.person_id"
        " AND w.conversation_id = c.id AND w.number = (SELECT max(v.number) FROM wordings v"
        " WHERE v.person_id = c.person_id AND v.conversation_id = c.id)"
    )
    op.execute("ALTER TABLE conversations ALTER COLUMN summary DROP DEFAULT")
    for table in reversed(PERSONAL):
        op.drop_table(table)
    op.execute("DELETE FROM conversations WHERE held_on IS NULL")
    op.drop_constraint(op.f("fk_conversations_terms_version"), "conversations", type_="foreignkey")
    op.drop_index("uq_conversations_id", "conversations")
    op.alter_column("conversations", "held_on", existing_type=sa.DATE(), nullable=False)
    op.drop_column("conversations", "version")
    op.drop_column("conversations", "agreed_wording")
    op.drop_column("conversations", "agreed_on")
    op.drop_column("conversations", "state")
    op.drop_column("conversations", "terms_version")
    op.drop_column("conversations", "minutes")
    op.drop_column("conversations", "scheduled_at")
    op.drop_column("conversations", "mode")
    op.drop_column("conversations", "facilitator_kind")
    for table in SHARED[::-1]:
        op.drop_table(table)
    said = "kind, held_on, next_due_on, summary"
    parties = "person_id, id, organisation_id, facilitator_id, recorded_by_id"
    grant(f"SELECT, INSERT ({parties}, {said})", "conversations")
    grant("SELECT (person_id, id, organisation_id, kind, held_on, next_due_on)", "conversations", ANALYST)
    allow("conversations", "analyst_counts", "SELECT", using="true", to=ANALYST)
    op.execute("DROP FUNCTION private.names_of(uuid[])")
    trusted_function(
        "names_of(persons uuid[])", NAMES_OF_BEFORE, returns="TABLE (person_id uuid, name text)", language="sql"
    )
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION private.{name}")
