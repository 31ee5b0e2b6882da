"""Notices to people, and the outbox of their e-mails"""

import sqlalchemy as sa
from alembic import op

from migrations.roles import APP, COURIER
from migrations.security import ACCOUNT, ME, allow, grant, has_role, owner_reads, protect, trusted_function

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("notices", "notice_choices", "letters")
# name -> the types it is called with
COURIERS = {
    "gather_mail": "text",
    "take_mail": "interval",
    "settle_mail": "uuid, integer, text, text, interval",
    "sweep_notices": "",
}


def upgrade() -> None:
    _tables()
    for table in TABLES:
        protect(table)
    _policies()
    op.execute(f"CREATE FUNCTION private.mail_due{MAIL_DUE}")
    op.execute("REVOKE ALL ON FUNCTION private.mail_due FROM PUBLIC")
    _trusted_functions()
    op.execute(
        "CREATE TRIGGER notice_choices_time_again AFTER INSERT OR UPDATE ON notice_choices"
        " FOR EACH ROW EXECUTE FUNCTION private.time_again()"
    )


def _tables() -> None:
    op.create_table(
        "notices",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("headline", sa.String(length=400), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("mail", sa.String(length=200), nullable=False, comment="the only sentence an e-mail says of it"),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("told_by", sa.Uuid(), nullable=True, comment="the account that told; none where the service did"),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it is to be e-mailed; none where it is not",
        ),
        sa.Column(
            "letter_id",
            sa.Uuid(),
            nullable=True,
            comment="the e-mail that told of it; letters are kept for a month",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notices_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_notices")),
    )
    unread = sa.text("read_at IS NULL")
    op.create_index("ix_notices_unread", "notices", ["person_id"], postgresql_where=unread)
    op.create_index(
        "ix_notices_due", "notices", ["due_at"], postgresql_where=sa.text("read_at IS NULL AND letter_id IS NULL")
    )
    op.create_index("ix_notices_letter", "notices", ["letter_id"], postgresql_where=sa.text("letter_id IS NOT NULL"))
    op.create_index("ix_notices_told_at", "notices", ["told_at"], postgresql_using="brin")
    op.create_table(
        "notice_choices",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "email",
            sa.Enum(
                "every",
                "daily",
                "weekly",
                "none",
                name=op.f("ck_notice_choices_mailing"),
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_to", sa.Time(), nullable=True),
        sa.CheckConstraint("num_nulls(quiet_from, quiet_to) <> 1", name=op.f("ck_notice_choices_both_or_neither")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notice_choices_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_choices")),
    )
    _letters()


def _letters() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False, comment="the same however often it is sent"),
        sa.Column("made_at", moment, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("due_at", moment, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sending",
                "sent",
                "failed",
                "given_up",
                name=op.f("ck_letters_mail_state"),
                native_enum=False,
                length=40,
                create_constraint=True,
            ),
            server_default="waiting",
            nullable=False,
        ),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String(length=40), nullable=True, comment="a code, never what a server said"),
        sa.Column("settled_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_letters_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    open_ = sa.text("state IN ('waiting', 'sending', 'failed')")
    op.create_index("ix_letters_due", "letters", ["due_at"], postgresql_where=open_)
    settled = sa.text("settled_at IS NOT NULL")
    op.create_index("ix_letters_settled", "letters", ["settled_at"], postgresql_where=settled)
    op.create_index("ix_letters_person", "letters", ["person_id"])


def _policies() -> None:
    """A notice is its person's alone, and says nothing that they could change but that they have read it. The outbox has
    no policy for the application: it can neither list nor write it.
    """
    mine = f"person_id = {ME}"
    grant("SELECT, UPDATE (read_at)", "notices")
    allow("notices", "person_reads", "SELECT", using=mine)
    allow("notices", "person_marks_as_read", "UPDATE", using=mine, check=mine)
    grant(
        "SELECT, INSERT (person_id, email, quiet_from, quiet_to), UPDATE (email, quiet_from, quiet_to)",
        "notice_choices",
    )
    allow("notice_choices", "person_reads", "SELECT", using=mine)
    allow("notice_choices", "person_chooses", "INSERT", check=mine)
    allow("notice_choices", "person_chooses_again", "UPDATE", using=mine, check=mine)
    for table in ("notices", "letters"):
        for command in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            owner_reads(table, command)
    owner_reads("notice_choices")


def _trusted_functions() -> None:
    trusted_function(
        "tell(persons uuid[], ids uuid[], what text, head text, sentence text, address text, urgent boolean)",
        TELL,
        returns="void",
        language="sql",
    )
    trusted_function("untell(persons uuid[], address text)", UNTELL, returns="void", language="sql")
    trusted_function("time_again()", TIME_AGAIN, returns="trigger")
    trusted_function("gather_mail(host text)", GATHER_MAIL, returns="integer")
    trusted_function("take_mail(lease interval)", TAKE_MAIL, returns=LETTER, language="sql")
    trusted_function(
        "settle_mail(letter uuid, attempt integer, outcome text, error text, wait interval)",
        SETTLE_MAIL,
        returns="boolean",
    )
    trusted_function("sweep_notices()", SWEEP_NOTICES, returns="void", language="sql")
    op.execute(f"GRANT USAGE ON SCHEMA private TO {COURIER}")
    for name, types in COURIERS.items():
        op.execute(f"REVOKE EXECUTE ON FUNCTION private.{name}({types}) FROM {APP}")
        op.execute(f"GRANT EXECUTE ON FUNCTION private.{name}({types}) TO {COURIER}")


# When an e-mail about something told `at` this moment is due. Digests go at 8 in the morning, UK time; what falls into
# somebody's quiet hours waits for their end; what is urgent waits for nothing.
MAIL_DUE = """(mailing text, quiet_from time, quiet_to time, urgent boolean, at timestamptz)
RETURNS timestamptz LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $body$
DECLARE
    here timestamp := at AT TIME ZONE 'Europe/London';
    due timestamp := CASE mailing
        WHEN 'daily' THEN date_trunc('day', here - interval '8 hours') + interval '1 day 8 hours'
        WHEN 'weekly' THEN date_trunc('week', here - interval '8 hours') + interval '7 days 8 hours'
        ELSE here END;
    is_quiet boolean := CASE WHEN quiet_from <= quiet_to THEN due::time >= quiet_from AND due::time < quiet_to
                             ELSE due::time >= quiet_from OR due::time < quiet_to END;
BEGIN
    IF mailing = 'none' THEN
        RETURN NULL;
    END IF;
    IF urgent THEN
        RETURN at;
    END IF;
    IF is_quiet THEN
        due := due::date + quiet_to + CASE WHEN due::time >= quiet_to THEN interval '1 day' ELSE interval '0' END;
    END IF;
    RETURN CASE WHEN due = here THEN at ELSE due AT TIME ZONE 'Europe/London' END;
END
$body$"""

# Whoever is signed in may cause somebody to be told, and so may the service; the words are fixed where it is called. Who told
# is kept. What was told more than a year ago goes.
TELL = f"""
    DELETE FROM notices WHERE person_id = ANY (persons) AND told_at < now() - interval '365 days'
       AND ({ACCOUNT} IS NOT NULL OR {has_role("service")});
    INSERT INTO notices (person_id, id, kind, headline, link, mail, is_urgent, told_by, due_at)
    SELECT t.person, t.id, what, head, address, sentence, urgent, {ACCOUNT},
           CASE WHEN c.person_id IS NULL THEN private.mail_due('daily', '19:00', '07:00', urgent, now())
                ELSE private.mail_due(c.email, c.quiet_from, c.quiet_to, urgent, now()) END
      FROM unnest(persons, ids) AS t (person, id) LEFT JOIN notice_choices c ON c.person_id = t.person
     WHERE {ACCOUNT} IS NOT NULL OR {has_role("service")};
"""

# What was told is taken back with what it told of, by the account that told it, unless it was read.
UNTELL = f"""
    DELETE FROM notices WHERE person_id = ANY (persons) AND link = address AND told_by = {ACCOUNT} AND read_at IS NULL;
"""

# A new choice holds for what waits already.
TIME_AGAIN = """
BEGIN
    UPDATE notices SET due_at = private.mail_due(NEW.email, NEW.quiet_from, NEW.quiet_to, is_urgent, now())
     WHERE person_id = NEW.person_id AND read_at IS NULL AND letter_id IS NULL AND due_at > now();
    RETURN NULL;
END
"""

# Makes letters of what is due: one for each person, and one for each thing that is urgent. What was read meanwhile, or could
# not be sent for a week, is not sent. One courier gathers at a time, so that nobody's digest comes in two halves.
GATHER_MAIL = """
DECLARE
    made integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('ridgeway.gather_mail')) THEN
        RETURN 0;
    END IF;
    WITH due AS MATERIALIZED (
        SELECT gen_random_uuid() AS letter, n.person_id, array_agg(n.id) AS ids FROM notices n
         WHERE n.read_at IS NULL AND n.letter_id IS NULL AND n.due_at <= now() AND n.due_at > now() - interval '7 days'
         GROUP BY n.person_id, CASE WHEN n.is_urgent THEN n.id END
    ), written AS (
        INSERT INTO letters (id, person_id, message_id)
        SELECT letter, person_id, '<' || letter || '@' || host || '>' FROM due
    ), gathered AS (
        UPDATE notices n SET letter_id = d.letter FROM due d WHERE n.person_id = d.person_id AND n.id = ANY (d.ids)
    )
    SELECT count(*) INTO made FROM due;
    RETURN made;
END
"""

LETTER = "TABLE (id uuid, attempt integer, message_id text, made_at timestamptz, address text, sentences text[], counts bigint[])"

# One letter that is due, or that a courier took and did not settle in time; nobody else gets it before the lease ends. The
# address is that of the person's open account, which the sign-in provider vouches for; else that of their record, as long as it
# is the one that the record was made with.
TAKE_MAIL = """
    WITH taken AS (
        UPDATE letters SET state = 'sending', attempts = attempts + 1, due_at = clock_timestamp() + lease
         WHERE id = (SELECT l.id FROM letters l WHERE l.state IN ('waiting', 'sending', 'failed') AND l.due_at <= now()
                      ORDER BY l.due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING *
    )
    SELECT t.id, t.attempts, t.message_id, t.made_at,
           coalesce((SELECT a.email FROM accounts a
                      WHERE a.person_id = t.person_id AND a.subject IS NOT NULL AND a.closed_at IS NULL),
                    (SELECT p.email FROM people p WHERE p.id = t.person_id AND p.email_confirmed)),
           coalesce(said.sentences, '{}'), coalesce(said.counts, '{}')
      FROM taken t
      LEFT JOIN LATERAL (
        SELECT array_agg(s.mail ORDER BY s.first) AS sentences, array_agg(s.times ORDER BY s.first) AS counts
          FROM (SELECT mail, min(told_at) AS first, count(*) AS times FROM notices
                 WHERE letter_id = t.id GROUP BY mail) AS s
      ) AS said ON true
"""

# False when the letter is no longer this courier's: its lease ended, and somebody else took it.
SETTLE_MAIL = """
BEGIN
    UPDATE letters SET state = outcome, last_error = error, due_at = clock_timestamp() + wait,
           settled_at = CASE WHEN outcome IN ('sent', 'given_up') THEN clock_timestamp() END
     WHERE id = letter AND attempts = attempt AND state = 'sending';
    RETURN FOUND;
END
"""

SWEEP_NOTICES = """
    DELETE FROM notices WHERE told_at < now() - interval '365 days';
    DELETE FROM letters WHERE settled_at < now() - interval '30 days';
"""


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    for name, types in COURIERS.items():
        op.execute(f"DROP FUNCTION private.{name}({types})")
    op.execute("DROP FUNCTION private.tell, private.untell, private.time_again, private.mail_due")
    op.execute(f"REVOKE USAGE ON SCHEMA private FROM {COURIER}")
