"""Row security on every table that holds personal data, and the few functions that run before anybody's eyes are set"""

from alembic import op

from migrations.roles import ANALYST, APP, AUDITOR
from migrations.security import (
    ACCOUNT,
    COLLEAGUE_OF,
    ME,
    PARTNER_OF,
    allow,
    grant,
    has_role,
    owner_reads,
    protect,
    revoke_all,
    trusted_function,
)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PARTY = f"person_id = {ME} OR facilitator_id = {ME} OR recorded_by_id = {ME}"
ASSIGNMENT_FACTS = "organisation_id, id, person_id, kind, grade_scheme, grade, staff_group, fte, started, ended, end_reason, destination"
POST = "kind, job_title, grade_scheme, grade, staff_group, fte, started, ended, end_reason, destination"
# Neither its number nor its moment: nobody says when an entry was made, or before which other.
ENTRY = "account_id, actor, action, subject_person_id, organisation_id, entity_id, detail"
SHARED = ("organisations", "grade_schemes", "crosswalk_versions", "crosswalk_entries")
PERSONAL = (
    "people",
    "employments",
    "equality_answers",
    "assignments",
    "conversations",
    "accounts",
    "grants",
    "sign_ins",
    "audit_entries",
)


def upgrade() -> None:
    for table in (*PERSONAL, *SHARED):
        protect(table)
    _shared_reference()
    _people()
    _posts()
    _conversations()
    _access()
    _audit()
    _analyst()
    _trusted_functions()


def _shared_reference() -> None:
    everyone, administrator = f"{APP}, {ANALYST}, {AUDITOR}", has_role("administrator")
    for table in SHARED:
        grant("SELECT", table, everyone)
        allow(table, "everyone_reads", "SELECT", using="true", to=everyone)
        owner_reads(table)
        grant("INSERT", table)
        allow(table, "administrator_adds", "INSERT", check=administrator)
    # An edition of the crosswalk is published whole and never edited: figures say which one they used.
    grant("UPDATE (code, name, kind, ods_code, parent_id, version)", "organisations")
    allow("organisations", "administrator_corrects", "UPDATE", using=administrator, check=administrator)
    # The first edition comes with the migrations, which run as the owner.
    for table in SHARED[1:]:
        owner_reads(table, "INSERT")


def _people() -> None:
    # The employer's right to see a person ends with the employment.
    employed_here = (
        "EXISTS (SELECT 1 FROM employments e WHERE e.person_id = people.id"
        f" AND e.organisation_id = ANY ({PARTNER_OF}) AND (e.ended IS NULL OR e.ended >= current_date))"
    )
    details = "given_name, family_name, birth_date, email"
    grant(f"SELECT, INSERT (id, {details}), UPDATE ({details}, version)", "people")
    allow("people", "self_or_employer_reads", "SELECT", using=f"id = {ME} OR {employed_here}")
    allow("people", "employer_adds", "INSERT", check=f"{PARTNER_OF} IS NOT NULL")
    allow("people", "employer_corrects", "UPDATE", using=employed_here, check="true")

    grant("SELECT, INSERT, UPDATE (employee_number, listed_as, ended)", "employments")
    colleague = f"organisation_id = ANY ({COLLEAGUE_OF})"
    partner = f"organisation_id = ANY ({PARTNER_OF})"
    allow("employments", "organisation_or_self_reads", "SELECT", using=f"{colleague} OR person_id = {ME}")
    allow("employments", "employer_adds", "INSERT", check=partner)
    allow("employments", "employer_corrects", "UPDATE", using=partner, check=partner)

    # Nobody who decides anything about a person can read these rows: not the employer, not an administrator.
    answer = "code, code_list, code_list_version, source"
    grant(f"SELECT, INSERT (person_id, characteristic, {answer}), UPDATE ({answer}, answered_at)", "equality_answers")
    mine = f"person_id = {ME}"
    allow("equality_answers", "owner_reads", "SELECT", using=mine)
    allow("equality_answers", "owner_answers", "INSERT", check=mine)
    allow("equality_answers", "owner_changes", "UPDATE", using=mine, check=mine)


def _posts() -> None:
    grant(f"SELECT, INSERT, UPDATE ({POST})", "assignments")
    partner = f"organisation_id = ANY ({PARTNER_OF})"
    allow("assignments", "employer_or_self_reads", "SELECT", using=f"{partner} OR person_id = {ME}")
    allow("assignments", "employer_adds", "INSERT", check=partner)
    allow("assignments", "employer_corrects", "UPDATE", using=partner, check=partner)


def _conversations() -> None:
    said = "kind, held_on, next_due_on, summary"
    parties = "person_id, id, organisation_id, facilitator_id, recorded_by_id"
    grant(f"SELECT, INSERT ({parties}, {said})", "conversations")
    allow("conversations", "parties_read", "SELECT", using=PARTY)
    owner_reads("conversations")
    allow(
        "conversations",
        "colleague_records",
        "INSERT",
        check=f"recorded_by_id = {ME} AND organisation_id = ANY ({COLLEAGUE_OF})",
    )


def _access() -> None:
    administrator = has_role("administrator")
    # Whose account it is, and who may sign in to it, is for account_for alone.
    grant("SELECT, INSERT (id, name, email), UPDATE (closed_at)", "accounts")
    allow("accounts", "self_or_administrator_reads", "SELECT", using=f"id = {ACCOUNT} OR {administrator}")
    allow("accounts", "administrator_adds", "INSERT", check=administrator)
    allow("accounts", "administrator_corrects", "UPDATE", using=administrator, check=administrator)

    grant("SELECT, INSERT (id, account_id, role, organisation_id, granted_by), DELETE", "grants")
    allow("grants", "holder_or_administrator_reads", "SELECT", using=f"account_id = {ACCOUNT} OR {administrator}")
    others = f"account_id IS DISTINCT FROM {ACCOUNT}"
    allow("grants", "administrator_gives", "INSERT", check=f"{administrator} AND {others}")
    allow("grants", "administrator_takes_away", "DELETE", using=administrator)

    grant("SELECT, DELETE", "sign_ins")
    allow("sign_ins", "holder_reads", "SELECT", using=f"account_id = {ACCOUNT}")
    allow("sign_ins", "holder_ends", "DELETE", using=f"account_id = {ACCOUNT}")


def _audit() -> None:
    grant(f"SELECT, INSERT ({ENTRY})", "audit_entries")
    allow("audit_entries", "everyone_adds_their_own", "INSERT", check=f"account_id IS NOT DISTINCT FROM {ACCOUNT}")
    allow(
        "audit_entries",
        "auditor_subject_or_actor_reads",
        "SELECT",
        using=f"{has_role('auditor')} OR subject_person_id = {ME} OR account_id = {ACCOUNT}",
    )
    grant("SELECT", "audit_entries", AUDITOR)
    allow("audit_entries", "auditor_reads", "SELECT", using="true", to=AUDITOR)


def _analyst() -> None:
    # Columns, not tables: names, e-mail addresses, employee numbers and summaries are out of reach, not merely unused.
    for columns, table in (
        ("id, analysis_key, birth_date", "people"),
        ("person_id, characteristic, code, code_list, code_list_version", "equality_answers"),
        (ASSIGNMENT_FACTS, "assignments"),
        ("person_id, id, organisation_id, kind, held_on, next_due_on", "conversations"),
    ):
        grant(f"SELECT ({columns})", table, ANALYST)
        allow(table, "analyst_counts", "SELECT", using="true", to=ANALYST)


def _trusted_functions() -> None:
    op.execute("CREATE SCHEMA private")
    op.execute(f"GRANT USAGE ON SCHEMA private TO {APP}")
    for table in ("accounts", "grants", "sign_ins", "people", "employments", "equality_answers", "assignments"):
        owner_reads(table)
    for table in ("accounts", "sign_ins", "equality_answers"):
        owner_reads(table, "INSERT")
        owner_reads(table, "UPDATE")
    owner_reads("sign_ins", "DELETE")
    owner_reads("employments", "UPDATE")
    trusted_function(
        "session_of(given bytea, idle interval, longest interval)",
        SESSION_OF,
        returns="TABLE (account_id uuid, person_id uuid, name text, roles text[], organisations uuid[])",
    )
    trusted_function(
        "start_session(account uuid, given bytea, device text)", START_SESSION, returns="void", language="sql"
    )
    trusted_function("account_for(iss text, sub text, mail text, full_name text)", ACCOUNT_FOR, returns="uuid")
    trusted_function(
        "unmapped_grades()",
        UNMAPPED_GRADES,
        returns="TABLE (scheme text, grade text, organisations bigint, people bigint)",
        language="sql",
    )
    trusted_function("names_of(persons uuid[])", NAMES_OF, returns="TABLE (person_id uuid, name text)", language="sql")
    trusted_function("spoken_since()", SPOKEN_SINCE, returns="SETOF uuid", language="sql")
    trusted_function("list_again()", LIST_AGAIN, returns="trigger")
    op.execute(
        "CREATE TRIGGER people_list_again AFTER UPDATE OF given_name, family_name ON people FOR EACH ROW"
        " WHEN ((old.given_name, old.family_name) IS DISTINCT FROM (new.given_name, new.family_name))"
        " EXECUTE FUNCTION private.list_again()"
    )
    trusted_function("email_changed()", EMAIL_CHANGED, returns="trigger")
    op.execute(
        "CREATE TRIGGER people_email_changed BEFORE UPDATE ON people FOR EACH ROW"
        " WHEN (lower(old.email) IS DISTINCT FROM lower(new.email)) EXECUTE FUNCTION private.email_changed()"
    )


# Answers who holds this session and sets their eyes for the transaction, in one round trip. Nothing comes back when the
# session is unknown, idle for too long, too old, or its account was closed. The time seen is written at most once a minute.
SESSION_OF = """
DECLARE
    who record;
    here uuid[];
    near uuid[];
BEGIN
    SELECT s.account_id, s.seen_at, a.person_id, a.name INTO who
      FROM sign_ins s JOIN accounts a ON a.id = s.account_id
     WHERE s.token_hash = given AND s.seen_at > now() - idle AND s.started_at > now() - longest AND a.closed_at IS NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF who.seen_at < now() - interval '1 minute' THEN
        UPDATE sign_ins SET seen_at = now() WHERE token_hash = given;
    END IF;
    SELECT coalesce(array_agg(g.role::text ORDER BY g.id), '{}'), coalesce(array_agg(g.organisation_id ORDER BY g.id), '{}'),
           coalesce(array_agg(g.organisation_id) FILTER (WHERE g.role = 'hr_partner'), '{}'),
           coalesce(array_agg(g.organisation_id) FILTER (WHERE g.role IN ('hr_partner', 'facilitator')), '{}')
      INTO roles, organisations, here, near
      FROM grants g WHERE g.account_id = who.account_id;
    PERFORM set_config('ridgeway.account_id', who.account_id::text, true),
            set_config('ridgeway.person_id', coalesce(who.person_id::text, ''), true),
            set_config('ridgeway.partner_of', array_to_string(here, ','), true),
            set_config('ridgeway.colleague_of', array_to_string(near, ','), true),
            set_config('ridgeway.roles', array_to_string(roles, ','), true);
    account_id := who.account_id;
    person_id := who.person_id;
    name := who.name;
    RETURN NEXT;
END
"""

START_SESSION = """
    DELETE FROM sign_ins WHERE started_at < now() - interval '2 days';
    INSERT INTO sign_ins (token_hash, account_id, device) VALUES (given, account, left(device, 200));
"""

# The account of somebody whom the identity provider vouches for: by subject; else by an e-mail address that an administrator
# entered; else by the address of a person, as long as it is the one that the record was made with and somebody employs them.
# Of several records the earliest counts (analysis_key, which nobody can choose): a later one locks nobody out. A closed account
# stays closed, whatever the provider says.
ACCOUNT_FOR = """
DECLARE
    account uuid;
    person uuid;
    closed boolean;
BEGIN
    SELECT a.id, a.closed_at IS NOT NULL INTO account, closed FROM accounts a WHERE a.issuer = iss AND a.subject = sub;
    IF FOUND THEN
        RETURN CASE WHEN closed THEN NULL ELSE account END;
    END IF;
    SELECT p.id INTO person FROM people p
     WHERE lower(p.email) = lower(mail) AND p.email_confirmed
       AND EXISTS (SELECT 1 FROM employments e WHERE e.person_id = p.id AND (e.ended IS NULL OR e.ended >= current_date))
     ORDER BY p.analysis_key LIMIT 1;
    UPDATE accounts a
       SET issuer = iss, subject = sub,
           person_id = coalesce(a.person_id, (SELECT person WHERE NOT EXISTS (SELECT 1 FROM accounts o WHERE o.person_id = person)))
     WHERE lower(a.email) = lower(mail) AND a.subject IS NULL AND a.closed_at IS NULL RETURNING a.id INTO account;
    IF FOUND OR person IS NULL THEN
        RETURN account;
    END IF;
    INSERT INTO accounts (id, name, email, issuer, subject, person_id)
    VALUES (gen_random_uuid(), full_name, mail, iss, sub, person) ON CONFLICT DO NOTHING RETURNING id INTO account;
    RETURN account;
END
"""

# The grades that somebody holds today and the current crosswalk does not know, for the administrators who must map them: no
# people, and head-counts only rounded to the nearest 5 and from 10 upwards.
UNMAPPED_GRADES = f"""
    SELECT a.grade_scheme::text, a.grade::text, count(DISTINCT a.organisation_id),
           CASE WHEN count(DISTINCT a.person_id) >= 10 THEN (round(count(DISTINCT a.person_id) / 5.0) * 5)::bigint END
      FROM assignments a
     WHERE {has_role("administrator")} AND (a.ended IS NULL OR a.ended >= current_date)
       AND NOT EXISTS (SELECT 1 FROM crosswalk_entries c
                        WHERE c.version = (SELECT max(v.version) FROM crosswalk_versions v)
                          AND c.scheme = a.grade_scheme AND c.grade = a.grade)
     GROUP BY a.grade_scheme, a.grade ORDER BY a.grade_scheme, a.grade LIMIT 500
"""

# The parties of a conversation may know one another's names for as long as its record lasts, wherever they work by then.
NAMES_OF = f"""
    SELECT p.id, concat_ws(' ', p.given_name, p.family_name)
      FROM people p
     WHERE p.id = ANY (persons)
       AND p.id IN (SELECT unnest(ARRAY[c.person_id, c.facilitator_id, c.recorded_by_id]) FROM conversations c WHERE {PARTY})
"""

# Whoever holds conversations is told which people have had another since, so that nobody is chased for one that was held.
# Only that: not when, not by whom. Nothing can be asked about anybody else.
SPOKEN_SINCE = f"""
    SELECT mine.person_id
      FROM (SELECT person_id, max(held_on) AS held_on FROM conversations
             WHERE facilitator_id = {ME} OR recorded_by_id = {ME} GROUP BY person_id) AS mine
     WHERE EXISTS (SELECT 1 FROM conversations c WHERE c.person_id = mine.person_id AND c.held_on > mine.held_on)
"""

# One employer may correct a name; every employer's list must show it, and none can write in the list of another.
LIST_AGAIN = """
BEGIN
    UPDATE employments SET listed_as = left(NEW.family_name || ', ' || NEW.given_name, 200) WHERE person_id = NEW.id;
    RETURN NULL;
END
"""

# Employers write addresses. Only the one that the record was made with may open an account.
EMAIL_CHANGED = """
BEGIN
    NEW.email_confirmed := false;
    RETURN NEW;
END
"""


def downgrade() -> None:
    op.execute("DROP SCHEMA private CASCADE")
    bind = op.get_bind()
    for table in (*PERSONAL, *SHARED):
        for (policy,) in bind.exec_driver_sql(f"SELECT policyname FROM pg_policies WHERE tablename = '{table}'").all():
            op.execute(f"DROP POLICY {policy} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for table in (*PERSONAL, *SHARED):
        revoke_all(table)
