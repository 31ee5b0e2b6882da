"""Records that nobody can rewrite

Who may enter where positive action is taken; what a record of it cites, and that it is approved as it was written; what
people may read of the ties in which they stood; one decision a day about one reason; letters that may have arrived; and
past applications in one go.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

from migrations.roles import APP, COURIER
from migrations.security import ACCOUNT, ME, grant, not_partner, owner_reads, trusted_function

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# Days are UK days, as in the actions.
TODAY = "(now() AT TIME ZONE 'Europe/London')::date"
HISTORY = "offer_application_states"
# table -> (policy, who entered, what for)
GATES = {
    HISTORY: ("sent_by_whom_it_is_for", "offer", "offer_applications", "application_id", "offer_organisation_id"),
    "interest_states": ("sent_by_whom_it_is_for", "opportunity", "interests", "interest_id", "organisation_id"),
}


def upgrade() -> None:
    _gates()
    _evidence()
    _ties()
    _decisions()
    _helping()
    _letters()
    _applications()


def _gates() -> None:
    """Whoever sends has said that they belong to the group, where only they may: whatever sends it."""
    trusted_function(
        "may_enter(what text, organisation uuid, about uuid)", MAY_ENTER, returns="boolean", language="sql STABLE"
    )
    for table, (name, what, sent, key, place) in GATES.items():
        row = f"a.person_id = {table}.person_id AND a.id = {table}.{key}"
        may = f"private.may_enter('{what}', a.{place}, a.{what}_id)"
        check = f"{table}.state <> 'submitted' OR EXISTS (SELECT 1 FROM {sent} a WHERE {row} AND {may})"
        op.execute(f"CREATE POLICY {name} ON {table} AS RESTRICTIVE FOR INSERT TO {APP} WITH CHECK ({check})")


def _evidence() -> None:
    """The database writes the sentence of a figure, and what is approved is what was written."""
    op.execute(
        f"REVOKE INSERT (evidence, release_id), UPDATE (evidence, release_id) ON positive_action_records FROM {APP}"
    )
    trusted_function(
        "cited(code text)",
        CITED,
        returns="TABLE (release_id uuid, sentence text)",
        language="sql STABLE",
    )
    op.execute(f"REVOKE ALL ON FUNCTION private.cited(text) FROM {APP}")
    _replace("write_record()", WRITE_RECORD, "trigger")
    _replace("approve_record()", APPROVE_RECORD, "trigger")


def _ties() -> None:
    """What was recorded about somebody is theirs to read, without the others that it names."""
    owner_reads("equal_qualifications")
    op.create_index(
        "ix_equal_qualifications_candidates", "equal_qualifications", ["candidates"], postgresql_using="gin"
    )
    trusted_function(
        "ties_of_mine()",
        TIES_OF_MINE,
        returns="TABLE (subject text, subject_id uuid, title text, at timestamptz, recorded_by text, candidates integer, words text)",
        language="sql STABLE",
    )


def _decisions() -> None:
    """The same said twice on a day is said once. Of what was said twice before, the first stays."""
    op.execute("ALTER TABLE prompt_decisions NO FORCE ROW LEVEL SECURITY")
    day = sa.Computed("(at AT TIME ZONE 'Europe/London')::date", persisted=True)
    op.add_column("prompt_decisions", sa.Column("day", sa.Date(), day, nullable=False))
    same = ("person_id", "kind", "about_id", "done", "by_id", "day")
    alike = " AND ".join(f"a.{column} = b.{column}" for column in same)
    op.execute(
        f"DELETE FROM prompt_decisions a USING prompt_decisions b WHERE {alike}"
        " AND a.passed_to_id IS NOT DISTINCT FROM b.passed_to_id AND (b.at, b.id) < (a.at, a.id)"
    )
    op.create_index(
        "uq_prompt_decisions_once",
        "prompt_decisions",
        [*same, "passed_to_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.execute("ALTER TABLE prompt_decisions FORCE ROW LEVEL SECURITY")


def _helping() -> None:
    """What might help is worked out for people who are named: the cost of a page does not grow with how many choose to
    show it, nor with the tables."""
    op.execute("DROP FUNCTION private.might_help(uuid[], uuid)")
    prompts = import_module("migrations.versions.0024_prompts")
    trusted_function(
        "might_help(places uuid[], persons uuid[])",
        prompts.MIGHT_HELP.replace(EVERYBODY, THESE).replace(OR_ONE, ""),
        returns=REASONS,
        language="sql STABLE",
    )


def _letters() -> None:
    """A letter that may have arrived is not sent again at once."""
    op.add_column(
        "letters",
        sa.Column(
            "handed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when its words began to go to the server; none once the answer is known",
        ),
    )
    trusted_function("hand_over_mail(letter uuid, attempt integer, doubt interval)", HAND_OVER_MAIL, returns="boolean")
    op.execute(f"REVOKE ALL ON FUNCTION private.hand_over_mail(uuid, integer, interval) FROM {APP}")
    op.execute(f"GRANT EXECUTE ON FUNCTION private.hand_over_mail(uuid, integer, interval) TO {COURIER}")
    notices = import_module("migrations.versions.0012_notices")
    _replace("take_mail(lease interval)", TAKE_MAIL, notices.LETTER, "sql")
    settle = "settle_mail(letter uuid, attempt integer, outcome text, error text, wait interval)"
    _replace(settle, SETTLE_MAIL, "boolean")


def _applications() -> None:
    """Past applications are written as they ended, all at once. What happened before this moment is past: only trusted
    functions can say when something happened, and what they say is past moves nobody up.
    """
    past = import_module("migrations.versions.0020_more_imports")
    _replace(f"bring_in_applications(organisation uuid, {past.LISTS})", BRING_IN_APPLICATIONS, "void")
    _history("WHEN (new.at > now() - interval '1 minute')")


def _history(when: str) -> None:
    for name, timing, function in (("hold", "BEFORE", "hold_cohort"), ("reach", "AFTER", "reach_application")):
        op.execute(f"DROP TRIGGER {HISTORY}_{name} ON {HISTORY}")
        op.execute(
            f"CREATE TRIGGER {HISTORY}_{name} {timing} INSERT ON {HISTORY} FOR EACH ROW {when}"
            f" EXECUTE FUNCTION private.{function}()"
        )


def _replace(signature: str, body: str, returns: str, language: str = "plpgsql") -> None:
    """The same function with another body; who may call it stays as it is."""
    op.execute(
        f"CREATE OR REPLACE FUNCTION private.{signature} RETURNS {returns} LANGUAGE {language} SECURITY DEFINER "
        f"SET search_path = pg_catalog, public, pg_temp AS $body${body}$body$"
    )


# Whether the reader may send something for this offer or opportunity today: yes where it is open to all alike, and where it is
# for one group, or for that group first, if they said that they belong to it. As in rules/positive_action.py. It answers
# about nobody else, and does not say why.
MAY_ENTER = f"""
    SELECT coalesce(bool_and(CASE WHEN s.is_targeted AND NOT s.stands THEN false
                                  WHEN s.is_targeted OR (s.stands AND {TODAY} <= s.priority_until) THEN s.is_declared
                                  ELSE true END), false)
      FROM (SELECT o.is_targeted, o.priority_until,
                   EXISTS (SELECT 1 FROM positive_action_records r
                            WHERE r.organisation_id = organisation AND r.subject = what AND r.subject_id = about
                              AND r.state = 'approved' AND r.review_on >= {TODAY}) AS stands,
                   EXISTS (SELECT 1 FROM offer_declarations d
                            WHERE d.person_id = {ME} AND d.subject = what AND d.subject_id = about) AS is_declared
              FROM (SELECT f.is_targeted, f.priority_until FROM offers f
                     WHERE what = 'offer' AND f.organisation_id = organisation AND f.id = about AND f.state = 'published'
                    UNION ALL
                    SELECT p.is_targeted, p.priority_until FROM opportunities p
                     WHERE what = 'opportunity' AND p.organisation_id = organisation AND p.id = about AND p.state = 'published') o
             WHERE {ME} IS NOT NULL) s
"""

# "number/characteristic/group/level": what a release that stands says of a group that is a smaller share of one level than of
# everyone, in the words of rules/evidence.py. Nothing for anything else. A share is rounded half up.
_SAID = """concat(to_char(round({0}.share * 100, 1), 'FM990.0'), '%', CASE WHEN num_nulls({0}.low, {0}.high) = 0 THEN
        concat(' (range ', to_char(round({0}.low * 100, 1), 'FM990.0'), '% to ', to_char(round({0}.high * 100, 1), 'FM990.0'), '%)') END)"""
CITED = f"""
    SELECT r.id, concat(g.name, ' are ', {_SAID.format("here")}, ' of people at level ', here.level, ' (',
                        (ARRAY['entry', 'entry, experienced', 'skilled', 'skilled, experienced', 'professional',
                               'senior professional', 'lead or manager', 'senior manager or system leader', 'executive'])[here.level::integer],
                        '), and ', {_SAID.format("whole")}, ' of everyone who works in the system.',
                        CASE WHEN here.high < whole.share THEN '' ELSE ' The difference could be chance.' END,
                        ' From release ', r.number, ', with the facts of ', to_char(r.snapshot_on, 'FMDD FMMonth YYYY'), '.')
      FROM releases r
      JOIN release_tables t ON t.release_id = r.id AND t.measure = 'representation' AND t.organisation = ''
     CROSS JOIN LATERAL jsonb_to_recordset(t.rows) AS here ("group" text, level text, share numeric, low numeric, high numeric)
     CROSS JOIN LATERAL jsonb_to_recordset(t.rows) AS whole ("group" text, level text, share numeric, low numeric, high numeric)
     CROSS JOIN LATERAL (SELECT CASE
            WHEN t.part = 'age_band' AND here."group" ~ '^[0-9]{{2}}-[0-9]{{2}}$'
                THEN concat('Staff aged ', left(here."group", 2), ' to ', right(here."group", 2))
            WHEN t.part = 'age_band' AND here."group" ~ '^[0-9]{{2}}[+]$' THEN concat('Staff aged ', left(here."group", 2), ' and over')
            ELSE (jsonb_build_object(
                'ethnicity/white', 'White staff', 'ethnicity/mixed', 'Staff of mixed or multiple ethnic groups',
                'ethnicity/asian', 'Asian or Asian British staff',
                'ethnicity/black', 'Black, Black British, Caribbean or African staff',
                'ethnicity/other', 'Staff of other ethnic groups', 'disability/disabled', 'Disabled staff',
                'disability/non_disabled', 'Staff who are not disabled', 'sex/female', 'Female staff', 'sex/male', 'Male staff'
            )) ->> concat(t.part, '/', here."group") END AS name) g
     WHERE code ~ '^[1-9][0-9]{{0,8}}/[a-z_]{{1,40}}/[a-z0-9_+-]{{1,40}}/[1-9]$'
       AND r.state = 'published' AND r.number = split_part(code, '/', 1)::integer AND t.part = split_part(code, '/', 2)
       AND here."group" = split_part(code, '/', 3) AND here.level = split_part(code, '/', 4)
       AND whole."group" = here."group" AND whole.level = 'all' AND here.share < whole.share AND g.name IS NOT NULL
"""

# The sentence follows from the figure, whoever writes the draft.
WRITE_RECORD = f"""
BEGIN
    NEW.written_by_id := coalesce({ACCOUNT}, NEW.written_by_id);
    NEW.evidence := '';
    NEW.release_id := NULL;
    SELECT c.release_id, c.sentence INTO NEW.release_id, NEW.evidence FROM private.cited(NEW.figure) c;
    NEW.evidence := coalesce(NEW.evidence, '');
    RETURN NEW;
END
"""

# Two people: whoever approves neither owns the record nor wrote its last words, and adds none of their own. The figure still
# stands, and the record says of it what the release says.
APPROVE_RECORD = f"""
DECLARE
    theirs text[] := '{{state,version}}';
BEGIN
    IF NEW.state <> 'approved' OR {ME} IS NULL OR {ME} = NEW.owner_id OR {ACCOUNT} IS NOT DISTINCT FROM OLD.written_by_id THEN
        RAISE EXCEPTION 'somebody else approves it' USING ERRCODE = 'check_violation', CONSTRAINT = 'positive_action_two_people';
    END IF;
    IF to_jsonb(NEW) - theirs IS DISTINCT FROM to_jsonb(OLD) - theirs THEN
        RAISE EXCEPTION 'what is approved is what was written' USING ERRCODE = 'check_violation', CONSTRAINT = 'positive_action_kept';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM private.cited(NEW.figure) c
                    WHERE c.release_id = NEW.release_id AND c.sentence = NEW.evidence) THEN
        RAISE EXCEPTION 'no such released figure' USING ERRCODE = 'check_violation', CONSTRAINT = 'positive_action_evidence';
    END IF;
    SELECT {ACCOUNT}, a.name, {TODAY} INTO NEW.approved_by_id, NEW.approved_by, NEW.approved_on
      FROM accounts a WHERE a.id = {ACCOUNT};
    RETURN NEW;
END
"""

# Where the reader was recorded as equally qualified: with how many, never with whom. Words that name another of them stay where
# they are.
TIES_OF_MINE = rf"""
    WITH everyone AS (
        SELECT 'offer' AS subject, a.offer_id AS subject_id, a.id, a.person_id FROM offer_applications a
        UNION ALL SELECT 'opportunity', i.opportunity_id, i.id, i.person_id FROM interests i
    )
    SELECT q.subject, q.subject_id, coalesce(o.title, p.title), q.at, q.recorded_by, cardinality(q.candidates),
           CASE WHEN NOT EXISTS (
               SELECT 1 FROM everyone e JOIN people n ON n.id = e.person_id
                CROSS JOIN LATERAL unnest(ARRAY[n.given_name, n.family_name]) AS name
                WHERE e.subject = q.subject AND e.subject_id = q.subject_id AND e.id = ANY (q.candidates) AND e.person_id <> {ME}
                  AND q.words ~* ('\m' || regexp_replace(name, '([^[:alnum:][:space:]])', '\\\1', 'g') || '\M')
           ) THEN q.words END
      FROM everyone m
      JOIN equal_qualifications q ON q.candidates @> ARRAY[m.id] AND q.subject = m.subject AND q.subject_id = m.subject_id
      LEFT JOIN offers o ON q.subject = 'offer' AND o.organisation_id = q.organisation_id AND o.id = q.subject_id
      LEFT JOIN opportunities p ON q.subject = 'opportunity' AND p.organisation_id = q.organisation_id AND p.id = q.subject_id
     WHERE m.person_id = {ME}
     ORDER BY q.at DESC LIMIT 1000
"""

# In the function of 0024: whose reasons a partner asks for.
EVERYBODY, THESE = "FROM prompt_shares s", "FROM unnest(persons) w JOIN prompt_shares s ON s.person_id = w"
OR_ONE = " AND (person IS NULL OR s.person_id = person)"
REASONS = "TABLE (person_id uuid, organisation_id uuid, kind text, about_id uuid, since date, number bigint)"

# Just before the words of a letter go to the server. From now on it may have arrived, and nobody sends it again before `doubt`
# has passed. False when it is no longer this courier's to send.
HAND_OVER_MAIL = """
BEGIN
    UPDATE letters SET handed_at = clock_timestamp(), due_at = clock_timestamp() + doubt
     WHERE id = letter AND attempts = attempt AND state = 'sending';
    RETURN FOUND;
END
"""

# As before; and of a letter that may have arrived nothing is left to say once any of it was read.
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
                 WHERE letter_id = t.id AND (t.handed_at IS NULL OR NOT EXISTS (
                       SELECT 1 FROM notices r WHERE r.letter_id = t.id AND r.read_at IS NOT NULL))
                 GROUP BY mail) AS s
      ) AS said ON true
"""

SETTLE_MAIL = """
BEGIN
    UPDATE letters SET state = outcome, last_error = error, due_at = clock_timestamp() + wait,
           handed_at = CASE WHEN error = 'in_doubt' THEN handed_at END,
           settled_at = CASE WHEN outcome IN ('sent', 'given_up') THEN clock_timestamp() END
     WHERE id = letter AND attempts = attempt AND state = 'sending';
    RETURN FOUND;
END
"""

# Past applications of people whom this organisation employs now, for its own offers: each with the history that leads to its
# outcome, on the days of the file. Whoever has a place takes one that is kept for the organisation while there are any; a date
# that has too few is refused whole. The dates are held in one order, so that two who bring in do not wait for each other.
BRING_IN_APPLICATIONS = f"""
BEGIN
    IF {not_partner("organisation")} THEN
        RETURN;
    END IF;
    PERFORM 1 FROM offer_cohorts c WHERE c.organisation_id = organisation AND c.id = ANY (cohorts) ORDER BY c.id FOR NO KEY UPDATE;
    WITH given AS (
        SELECT t.*, t.outcome IN ('placed', 'attended', 'completed', 'not_completed') AS has_place,
               ARRAY['draft', 'submitted'] || CASE t.outcome
                    WHEN 'completed' THEN ARRAY['placed', 'attended', 'completed']
                    WHEN 'attended' THEN ARRAY['placed', 'attended']
                    WHEN 'not_completed' THEN ARRAY['placed', 'not_completed']
                    ELSE ARRAY[t.outcome] END AS path
          FROM unnest(persons, applications, offers, cohorts, outcomes, reasons, applied, decided, ended)
            AS t (person, id, offer, cohort, outcome, reason, applied_on, decided_on, ended_on)
         WHERE EXISTS (SELECT 1 FROM employments e WHERE e.organisation_id = organisation AND e.person_id = t.person
                          AND (e.ended IS NULL OR e.ended >= current_date))
    ), turned AS (
        SELECT g.*, row_number() OVER (PARTITION BY g.cohort, g.has_place ORDER BY g.applied_on, g.id) AS turn FROM given g
    ), seated AS (
        SELECT t.*, t.has_place AND t.turn <= coalesce(s.reserved - s.taken, 0) AS is_kept,
               least((t.applied_on + time '12:00') AT TIME ZONE 'Europe/London', now() - interval '2 minutes') AS sent_at
          FROM turned t
          LEFT JOIN offer_seats s ON s.organisation_id = organisation AND s.offer_id = t.offer AND s.cohort_id = t.cohort
                AND s.partner_organisation_id = organisation
    ), added AS (
        INSERT INTO offer_applications (person_id, id, offer_organisation_id, offer_id, cohort_id, organisation_id, job_title,
                                        staff_group, level, state, version, submitted_at, has_place, has_kept_place)
        SELECT s.person, s.id, organisation, s.offer, s.cohort, organisation, p.job_title, p.staff_group, p.level, s.outcome,
               cardinality(s.path), s.sent_at, s.has_place, s.is_kept
          FROM seated s
          LEFT JOIN LATERAL (
            SELECT a.job_title, a.staff_group, x.level
              FROM assignments a
              LEFT JOIN crosswalk_entries x ON x.version = (SELECT max(v.version) FROM crosswalk_versions v)
                   AND x.scheme = a.grade_scheme AND x.grade = a.grade
             WHERE a.organisation_id = organisation AND a.person_id = s.person AND a.started <= s.applied_on
               AND (a.ended IS NULL OR a.ended >= s.applied_on)
             ORDER BY a.kind = 'substantive' DESC, a.started DESC LIMIT 1) p ON true
    ), told AS (
        INSERT INTO offer_application_states (person_id, application_id, number, state, by_id, reason, at)
        SELECT s.person, s.id, h.number, h.state, {ACCOUNT},
               CASE h.state WHEN 'placed' THEN 'meets_what_was_asked' WHEN 'attended' THEN 'took_part' WHEN 'completed' THEN 'took_part'
                            WHEN 'not_completed' THEN coalesce(s.reason, 'stopped_early') WHEN 'unsuccessful' THEN s.reason END,
               least((CASE WHEN h.number <= 2 THEN s.applied_on WHEN h.state IN ('completed', 'not_completed') THEN s.ended_on
                           WHEN h.state = 'attended' THEN least(greatest(s.decided_on, c.starts_on), current_date) ELSE s.decided_on END
                      + time '12:00') AT TIME ZONE 'Europe/London', now() - interval '2 minutes')
          FROM seated s
          JOIN offer_cohorts c ON c.organisation_id = organisation AND c.offer_id = s.offer AND c.id = s.cohort
         CROSS JOIN LATERAL unnest(s.path) WITH ORDINALITY AS h (state, number)
    ), counted AS (
        SELECT s.offer, s.cohort, count(*) FILTER (WHERE s.has_place) AS all_of_them, count(*) FILTER (WHERE s.is_kept) AS kept
          FROM seated s GROUP BY s.offer, s.cohort
    ), kept AS (
        UPDATE offer_seats s SET taken = s.taken + n.kept FROM counted n
         WHERE s.organisation_id = organisation AND s.offer_id = n.offer AND s.cohort_id = n.cohort
           AND s.partner_organisation_id = organisation AND n.kept > 0
    )
    UPDATE offer_cohorts c SET taken = c.taken + n.all_of_them, reserved_taken = c.reserved_taken + n.kept FROM counted n
     WHERE c.organisation_id = organisation AND c.offer_id = n.offer AND c.id = n.cohort AND n.all_of_them > 0;
END
"""


def downgrade() -> None:
    """Puts back the earlier functions as their own migrations made them."""
    notices, imports, firmer = (
        import_module(f"migrations.versions.{name}")
        for name in ("0012_notices", "0020_more_imports", "0023_firmer_rights")
    )
    _history("")
    _replace(f"bring_in_applications(organisation uuid, {imports.LISTS})", imports.BRING_IN_APPLICATIONS, "void")
    settle = "settle_mail(letter uuid, attempt integer, outcome text, error text, wait interval)"
    _replace(settle, notices.SETTLE_MAIL, "boolean")
    _replace("take_mail(lease interval)", notices.TAKE_MAIL, notices.LETTER, "sql")
    op.execute("DROP FUNCTION private.hand_over_mail(uuid, integer, interval)")
    op.drop_column("letters", "handed_at")
    op.execute("DROP FUNCTION private.might_help(uuid[], uuid[])")
    prompts = import_module("migrations.versions.0024_prompts")
    trusted_function(
        "might_help(places uuid[], person uuid)", prompts.MIGHT_HELP, returns=REASONS, language="sql STABLE"
    )
    op.drop_index("uq_prompt_decisions_once", "prompt_decisions")
    op.drop_column("prompt_decisions", "day")
    op.execute("DROP FUNCTION private.ties_of_mine()")
    op.drop_index("ix_equal_qualifications_candidates", "equal_qualifications")
    op.execute("DROP POLICY trusted_functions_select ON equal_qualifications")
    _replace("approve_record()", firmer.APPROVE_RECORD, "trigger")
    _replace("write_record()", firmer.WRITE_RECORD, "trigger")
    op.execute("DROP FUNCTION private.cited(text)")
    grant("INSERT (evidence, release_id), UPDATE (evidence, release_id)", "positive_action_records")
    for table, (name, *_) in GATES.items():
        op.execute(f"DROP POLICY {name} ON {table}")
    op.execute("DROP FUNCTION private.may_enter(text, uuid, uuid)")
