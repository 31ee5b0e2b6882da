"""Firmer rights of offers, opportunities and talent

What the actions always did holds now whoever writes: who answers and who decides a request, what follows what in a
pipeline, that an offer is open, which name stands under a signature, what a notice may say, on which figure positive
action rests and that two people stand behind it.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

from migrations.roles import APP
from migrations.security import (
    ACCOUNT,
    COLLEAGUE_OF,
    ME,
    PARTNER_OF,
    grant,
    has_role,
    owner_reads,
    protect,
    trusted_function,
)

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# Days are UK days, as in the actions.
TODAY = "(now() AT TIME ZONE 'Europe/London')::date"
EMPLOYED = "(e.ended IS NULL OR e.ended >= current_date)"
# table -> the column that names whoever writes, and the one that says which account it is
SIGNED = {
    "flag_states": ("by_name", "by_id"),
    "know_how_versions": ("author", "author_id"),
    "supplied_figures": ("by_name", "by_id"),
    "inclusion_checks": ("owner", "owner_account_id"),
    "equal_qualifications": ("recorded_by",),
}
RESTRICTED = {"offer_applications": "only_while_open", "offer_application_states": "sent_only_while_open"}
PATH = r"link ~ '^/($|[^/\\])' AND link !~ '[[:cntrl:]]'"


def upgrade() -> None:
    _notices()
    _asking()
    _offers()
    _requests_and_members()
    _interests()
    _evidence()
    _signatures()


def _notices() -> None:
    """A notice says one of the sentences that the service knows, and leads to a page of the service."""
    op.create_table(
        "notice_kinds",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("headline", sa.String(length=200), nullable=False),
        sa.Column("mail", sa.String(length=200), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_notice_kinds")),
    )
    protect("notice_kinds")
    for command in ("SELECT", "INSERT", "UPDATE"):
        owner_reads("notice_kinds", command)
    op.create_check_constraint(op.f("ck_notices_a_path_of_ours"), "notices", PATH)
    op.execute("DROP FUNCTION private.tell(uuid[], uuid[], text, text, text, text, boolean)")
    trusted_function("tell(persons uuid[], ids uuid[], what text, about text, address text)", TELL, returns="void")


def _asking() -> None:
    """Whoever asks by an address learns nothing from it, and asks twenty times a day at most."""
    op.create_table(
        "askings",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_askings")),
    )
    protect("askings")
    for command in ("SELECT", "INSERT", "DELETE"):
        owner_reads("askings", command)
    trusted_function("may_ask()", MAY_ASK, returns="boolean")
    op.execute(f"REVOKE ALL ON FUNCTION private.may_ask() FROM {APP}")
    op.execute("DROP FUNCTION private.nominate_for_offer(text, uuid, uuid, uuid, text)")
    trusted_function(
        "nominate_for_offer(address text, organisation uuid, offer uuid, application uuid)",
        NOMINATE_FOR_OFFER,
        returns="uuid",
    )
    for signature, body in ASKING.items():
        _replace(signature, body, "uuid")


def _offers() -> None:
    """Publishing is a step, and says itself when it was taken; what is not open takes no application."""
    op.execute(f"REVOKE UPDATE (published_at) ON offers FROM {APP}")
    op.create_check_constraint(
        op.f("ck_offers_a_draft_is_unseen"), "offers", "state <> 'draft' OR published_at IS NULL"
    )
    trusted_function("publish_offer()", PUBLISH_OFFER, returns="trigger")
    op.execute(
        "CREATE TRIGGER offers_publish BEFORE UPDATE ON offers FOR EACH ROW"
        " WHEN (new.state IN ('published', 'closed') AND new.published_at IS NULL) EXECUTE FUNCTION private.publish_offer()"
    )
    op.execute("DROP TRIGGER offers_publish_parts ON offers")
    op.execute(
        "CREATE TRIGGER offers_publish_parts AFTER UPDATE ON offers FOR EACH ROW"
        " WHEN (new.published_at IS DISTINCT FROM old.published_at) EXECUTE FUNCTION private.publish_parts()"
    )
    is_open = f"o.state = 'published' AND {TODAY} BETWEEN o.opens_on AND o.closes_on"
    applied = (
        "EXISTS (SELECT 1 FROM offers o WHERE o.organisation_id = offer_applications.offer_organisation_id"
        f" AND o.id = offer_applications.offer_id AND {is_open})"
    )
    sent = (
        "state <> 'submitted' OR EXISTS (SELECT 1 FROM offer_applications a JOIN offers o"
        " ON o.organisation_id = a.offer_organisation_id AND o.id = a.offer_id"
        " WHERE a.person_id = offer_application_states.person_id AND a.id = offer_application_states.application_id"
        f" AND {is_open})"
    )
    for (table, name), check in zip(RESTRICTED.items(), (applied, sent), strict=True):
        op.execute(f"CREATE POLICY {name} ON {table} AS RESTRICTIVE FOR INSERT TO {APP} WITH CHECK ({check})")


def _requests_and_members() -> None:
    trusted_function("keep_to_their_part()", KEEP_TO_THEIR_PART, returns="trigger")
    op.execute(
        "CREATE TRIGGER request_referrals_parts BEFORE UPDATE ON request_referrals"
        " FOR EACH ROW EXECUTE FUNCTION private.keep_to_their_part()"
    )
    _replace("step_membership()", STEP_MEMBERSHIP, "trigger")


def _interests() -> None:
    """That somebody was in a priority window is found out when they send, not said."""
    op.execute(f"REVOKE INSERT (in_priority_window), UPDATE (in_priority_window) ON interests FROM {APP}")
    owner_reads("aftercare", "DELETE")
    _replace("reach_interest()", REACH_INTEREST, "trigger")


def _evidence() -> None:
    """Positive action cites a released figure of the whole system, and is approved by somebody else than wrote it."""
    for name, words in (("written_by_id", "the account that last wrote the draft"), ("approved_by_id", "the account")):
        op.add_column("positive_action_records", sa.Column(name, sa.Uuid(), nullable=True, comment=words))
    op.execute(f"REVOKE UPDATE (approved_by, approved_on) ON positive_action_records FROM {APP}")
    for table in ("releases", "release_tables"):
        owner_reads(table)
    owner_reads("positive_action_records", "UPDATE")
    trusted_function("released_shares(of_number integer)", RELEASED_SHARES, returns=SHARE, language="sql STABLE")
    for name, body in (
        ("write_record", WRITE_RECORD),
        ("approve_record", APPROVE_RECORD),
        ("withdraw_evidence", WITHDRAW_EVIDENCE),
    ):
        trusted_function(f"{name}()", body, returns="trigger")
    record = "ON positive_action_records FOR EACH ROW"
    op.execute(
        f"CREATE TRIGGER positive_action_records_write BEFORE INSERT OR UPDATE {record}"
        " WHEN (new.state = 'draft') EXECUTE FUNCTION private.write_record()"
    )
    op.execute(
        f"CREATE TRIGGER positive_action_records_approve BEFORE UPDATE {record}"
        " WHEN (old.state = 'draft' AND new.state <> 'draft') EXECUTE FUNCTION private.approve_record()"
    )
    op.execute(
        "CREATE TRIGGER releases_evidence AFTER UPDATE ON releases FOR EACH ROW"
        " WHEN (new.state = 'withdrawn' AND old.state <> 'withdrawn') EXECUTE FUNCTION private.withdraw_evidence()"
    )


def _signatures() -> None:
    """Under what somebody signs stands the name of their account."""
    trusted_function("sign()", SIGN, returns="trigger")
    for table, columns in SIGNED.items():
        given = ", ".join(f"'{column}'" for column in columns)
        op.execute(
            f"CREATE TRIGGER {table}_sign BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION private.sign({given})"
        )


def _replace(signature: str, body: str, returns: str) -> None:
    """The same function with another body; who may call it stays as it is."""
    op.execute(
        f"CREATE OR REPLACE FUNCTION private.{signature} RETURNS {returns} LANGUAGE plpgsql SECURITY DEFINER "
        f"SET search_path = pg_catalog, public, pg_temp AS $body${body}$body$"
    )


# Whoever is signed in may cause somebody to be told, and so may the service: what is said is fixed, but for the title of
# what it is about. Who told is kept. What was told more than a year ago goes.
TELL = f"""
DECLARE
    said notice_kinds;
BEGIN
    IF {ACCOUNT} IS NULL AND {has_role("service")} IS NOT TRUE THEN
        RETURN;
    END IF;
    SELECT * INTO said FROM notice_kinds k WHERE k.code = what;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such kind of notice: %', what USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_notices_known_kind';
    END IF;
    DELETE FROM notices WHERE person_id = ANY (persons) AND told_at < now() - interval '365 days';
    INSERT INTO notices (person_id, id, kind, headline, link, mail, is_urgent, told_by, due_at)
    SELECT t.person, t.id, said.code,
           replace(said.headline, '{{about}}', left(btrim(regexp_replace(about, '\\s+', ' ', 'g')), 120)),
           address, said.mail, said.is_urgent, {ACCOUNT},
           CASE WHEN c.person_id IS NULL THEN private.mail_due('daily', '19:00', '07:00', said.is_urgent, now())
                ELSE private.mail_due(c.email, c.quiet_from, c.quiet_to, said.is_urgent, now()) END
      FROM unnest(persons, ids) AS t (person, id) LEFT JOIN notice_choices c ON c.person_id = t.person;
END
"""

MAY_ASK = f"""
BEGIN
    IF {ACCOUNT} IS NULL THEN
        RETURN false;
    END IF;
    DELETE FROM askings WHERE account_id = {ACCOUNT} AND at < now() - interval '1 day';
    IF (SELECT count(*) FROM askings WHERE account_id = {ACCOUNT}) >= 20 THEN
        RETURN false;
    END IF;
    INSERT INTO askings (account_id, id) VALUES ({ACCOUNT}, gen_random_uuid());
    RETURN true;
END
"""

# Whoever nominates learns nothing: what this gives is for the notice to the person alone. One nomination for each offer
# and person, whatever became of it, so that nobody is asked again. Where there is nobody to ask, the same is written about
# the caller and undone, so that the time it takes does not tell.
NOMINATE_FOR_OFFER = f"""
DECLARE
    named uuid[];
    somebody uuid;
BEGIN
    IF {ACCOUNT} IS NULL OR NOT private.may_ask() OR NOT EXISTS (
        SELECT 1 FROM offers o WHERE o.organisation_id = organisation AND o.id = offer AND o.state = 'published'
           AND o.closes_on >= {TODAY}) THEN
        RETURN NULL;
    END IF;
    named := ARRAY(SELECT p.id FROM people p
                    WHERE lower(p.email) = lower(address) AND p.email_confirmed AND p.id IS DISTINCT FROM {ME}
                      AND EXISTS (SELECT 1 FROM employments e WHERE e.person_id = p.id AND {EMPLOYED}));
    SELECT named[1] INTO somebody WHERE cardinality(named) = 1 AND NOT EXISTS (
        SELECT 1 FROM offer_applications a WHERE a.person_id = named[1] AND a.offer_id = offer);
    BEGIN
        INSERT INTO offer_applications (person_id, id, offer_organisation_id, offer_id, route, nominated_by)
        SELECT coalesce(somebody, {ME}), application, organisation, offer,
               CASE WHEN EXISTS (SELECT 1 FROM employments e WHERE e.person_id = somebody AND {EMPLOYED}
                                    AND e.organisation_id = ANY ({COLLEAGUE_OF})) THEN 'manager' ELSE 'peer' END,
               (SELECT a.name FROM accounts a WHERE a.id = {ACCOUNT});
        INSERT INTO offer_application_states (person_id, application_id, number, state, by_id)
        VALUES (coalesce(somebody, {ME}), application, 1, 'draft', {ACCOUNT});
        IF somebody IS NULL THEN
            RAISE no_data_found;
        END IF;
    EXCEPTION WHEN no_data_found OR unique_violation OR not_null_violation THEN
        RETURN NULL;
    END;
    RETURN somebody;
END
"""

NOMINATE = f"""
DECLARE
    named uuid[];
    somebody uuid;
    place uuid;
BEGIN
    IF {ME} IS NULL OR (whom IS NULL AND NOT private.may_ask()) THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(DISTINCT p.id), min(e.organisation_id::text)::uuid INTO named, place
      FROM people p
      JOIN employments e ON e.person_id = p.id AND {EMPLOYED}
      JOIN pipelines l ON l.id = pipeline AND l.state = 'open'
       AND (l.in_scope = '{{}}' OR e.organisation_id = ANY (l.in_scope))
     WHERE p.id <> {ME}
       AND CASE WHEN whom IS NULL THEN lower(p.email) = lower(mail) AND p.email_confirmed
                ELSE p.id = whom AND e.organisation_id = ANY ({COLLEAGUE_OF}) END;
    SELECT named[1] INTO somebody WHERE cardinality(named) = 1 AND NOT EXISTS (
        SELECT 1 FROM pipeline_memberships m WHERE m.person_id = named[1] AND m.pipeline_id = pipeline
           AND (m.state IN ('asked', 'current') OR m.changed_at > now() - interval '1 year'));
    BEGIN
        INSERT INTO pipeline_memberships (person_id, id, pipeline_id, organisation_id, source)
        SELECT coalesce(somebody, {ME}), key, l.id, coalesce(place, l.organisation_id),
               CASE WHEN whom IS NULL THEN 'peer' ELSE 'manager' END FROM pipelines l WHERE l.id = pipeline;
        INSERT INTO membership_states (person_id, membership_id, number, step, stage, words, by_id)
        VALUES (coalesce(somebody, {ME}), key, 1, 'nominated', 'feeder', said, {ME});
        IF somebody IS NULL THEN
            RAISE no_data_found;
        END IF;
    EXCEPTION WHEN no_data_found OR unique_violation OR foreign_key_violation THEN
        RETURN NULL;
    END;
    RETURN somebody;
END
"""

OPEN_THREAD_FOR = f"""
DECLARE
    found uuid[];
    somebody uuid;
    place uuid;
BEGIN
    IF {ME} IS NULL OR NOT private.may_ask() THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(DISTINCT p.id), min(e.organisation_id::text)::uuid INTO found, place
      FROM people p JOIN employments e ON e.person_id = p.id AND {EMPLOYED}
     WHERE lower(p.email) = lower(mail) AND p.email_confirmed AND p.id <> {ME};
    SELECT found[1] INTO somebody WHERE cardinality(found) = 1 AND NOT EXISTS (
        SELECT 1 FROM potential_threads t WHERE t.person_id = found[1] AND t.opened_by_id = {ME}
           AND (t.state = 'asked' OR t.opened_on > current_date - 365));
    BEGIN
        INSERT INTO potential_threads (id, organisation_id, subject, person_id, title, opened_by_id, state)
        VALUES (key, coalesce(place, (SELECT o.id FROM organisations o LIMIT 1)), 'person',
                coalesce(somebody, {ME}), named, {ME}, 'asked');
        IF somebody IS NULL THEN
            RAISE no_data_found;
        END IF;
    EXCEPTION WHEN no_data_found THEN
        RETURN NULL;
    END;
    RETURN somebody;
END
"""

# The same answer, and the same work, whether there is such a person or not. An address of two people is nobody's, and so is
# one that nobody has confirmed.
REFER = f"""
DECLARE
    somebody uuid;
    made uuid;
BEGIN
    IF {ME} IS NULL
       OR (SELECT count(*) FROM referrals r WHERE r.referred_by_id = {ME} AND r.at > now() - interval '1 day') >= 20
       OR NOT EXISTS (SELECT 1 FROM opportunities o WHERE o.organisation_id = organisation AND o.id = opportunity
                         AND o.state = 'published' AND o.closes_on >= current_date) THEN
        RETURN NULL;
    END IF;
    SELECT CASE count(*) WHEN 1 THEN (array_agg(p.id))[1] END INTO somebody
      FROM people p
     WHERE lower(p.email) = lower(btrim(work_email)) AND p.email_confirmed AND p.id <> {ME}
       AND EXISTS (SELECT 1 FROM employments e WHERE e.person_id = p.id AND {EMPLOYED});
    INSERT INTO referrals (id, organisation_id, opportunity_id, referred_by_id, person_id)
    VALUES (gen_random_uuid(), organisation, opportunity, {ME}, somebody)
    ON CONFLICT DO NOTHING RETURNING person_id INTO made;
    RETURN made;
END
"""

ASKING = {
    "nominate(pipeline uuid, key uuid, whom uuid, mail text, said text)": NOMINATE,
    "open_thread_for(key uuid, mail text, named text)": OPEN_THREAD_FOR,
    "refer(organisation uuid, opportunity uuid, work_email text)": REFER,
}

# One that comes in from a file when it is over was published on the day on which it opened.
PUBLISH_OFFER = """
BEGIN
    NEW.published_at := CASE WHEN NEW.state = 'closed' THEN NEW.opens_on::timestamp AT TIME ZONE 'Europe/London' ELSE now() END;
    RETURN NEW;
END
"""

# Whoever was asked answers, and the two employers decide one after the other: nobody writes what is another's to say, and
# what was decided stays.
KEEP_TO_THEIR_PART = f"""
DECLARE
    mine text[] := CASE WHEN OLD.person_id = {ME} THEN '{{consent,answered_at}}'::text[]
                        WHEN OLD.referral IS NULL THEN '{{referral,referred_at,reason}}'::text[]
                        ELSE '{{outcome,decided_at,reason}}'::text[] END || ARRAY['version'];
BEGIN
    IF to_jsonb(NEW) - mine IS DISTINCT FROM to_jsonb(OLD) - mine
       OR OLD.outcome IS NOT NULL OR OLD.referral = 'not_referred'
       OR (NEW.consent <> OLD.consent AND (OLD.consent, NEW.consent) NOT IN
           (('asked', 'agreed'), ('asked', 'declined'), ('agreed', 'withdrawn'))) THEN
        RAISE EXCEPTION 'this is for somebody else to say, or was said' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_request_referrals_parts';
    END IF;
    RETURN NEW;
END
"""

# The membership is what its steps have made it, and only a step that can follow is taken: what is entered is reviewed by
# somebody else, and entered again only once it has lapsed.
STEP_MEMBERSHIP = f"""
DECLARE
    was pipeline_memberships;
BEGIN
    SELECT * INTO was FROM pipeline_memberships m
     WHERE m.person_id = NEW.person_id AND m.id = NEW.membership_id FOR NO KEY UPDATE;
    IF was.version IS DISTINCT FROM NEW.number - 1 OR NOT (CASE
        WHEN NEW.number = 1 THEN NEW.step = CASE was.source WHEN 'self' THEN 'entered' ELSE 'nominated' END
        WHEN was.state = 'asked' THEN NEW.step IN ('accepted', 'declined')
        WHEN was.state = 'current' AND was.expires_on < {TODAY} THEN NEW.step IN ('entered', 'left')
        WHEN was.state = 'current' THEN NEW.step IN ('reviewed', 'objected', 'left')
        ELSE false END) THEN
        RAISE EXCEPTION 'this step cannot follow' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_membership_states_follows';
    END IF;
    UPDATE pipeline_memberships SET
        state = CASE WHEN NEW.step IN ('entered', 'accepted') THEN 'current'
                     WHEN NEW.step = 'declined' THEN 'declined' WHEN NEW.step = 'left' THEN 'left' ELSE state END,
        stage = CASE WHEN NEW.step = 'reviewed' THEN NEW.stage
                     WHEN NEW.step IN ('entered', 'accepted') THEN 'feeder' ELSE stage END,
        entered_on = CASE WHEN NEW.step IN ('entered', 'accepted') THEN current_date ELSE entered_on END,
        reviewed_on = CASE WHEN NEW.step = 'reviewed' THEN current_date ELSE reviewed_on END,
        expires_on = CASE WHEN NEW.step IN ('entered', 'accepted', 'reviewed') THEN current_date + interval '1 year'
                          ELSE expires_on END,
        is_disputed = CASE WHEN NEW.step = 'objected' THEN true
                           WHEN NEW.step IN ('entered', 'reviewed') THEN false ELSE is_disputed END,
        version = NEW.number,
        changed_at = clock_timestamp()
     WHERE person_id = NEW.person_id AND id = NEW.membership_id;
    RETURN NULL;
END
"""

# Which state may follow which is in the rules too; here it holds whoever writes. Whether somebody was in a priority window
# is looked up when they send. Somebody who was not chosen may be chosen after all, once a place falls free: then nothing is
# owed to them any more.
REACH_INTEREST = f"""
DECLARE
    s record;
BEGIN
    FOR s IN SELECT * FROM arrived ORDER BY person_id, interest_id, number LOOP
        UPDATE interests i
           SET state = s.state, version = s.number,
               submitted_at = CASE s.state WHEN 'submitted' THEN s.at ELSE i.submitted_at END,
               in_priority_window = i.in_priority_window OR (s.state = 'submitted' AND EXISTS (
                   SELECT 1 FROM opportunities o
                     JOIN offer_declarations d ON d.subject = 'opportunity' AND d.subject_id = o.id AND d.person_id = i.person_id
                    WHERE o.organisation_id = i.organisation_id AND o.id = i.opportunity_id AND o.priority_until >= {TODAY})),
               closed_at = CASE WHEN s.state IN ('not_shortlisted', 'not_selected', 'declined', 'started', 'withdrawn') THEN s.at END
         WHERE i.person_id = s.person_id AND i.id = s.interest_id AND i.version = s.number - 1
           AND (s.number = 1) = (s.state = 'draft')
           AND (s.number = 1 OR (i.state, s.state) IN (
               ('draft', 'submitted'), ('draft', 'withdrawn'),
               ('submitted', 'shortlisted'), ('submitted', 'not_shortlisted'), ('submitted', 'withdrawn'),
               ('shortlisted', 'selected'), ('shortlisted', 'not_selected'), ('shortlisted', 'withdrawn'),
               ('not_selected', 'selected'),
               ('selected', 'accepted'), ('selected', 'declined'),
               ('accepted', 'started'), ('accepted', 'withdrawn')));
        IF NOT FOUND THEN
            RAISE EXCEPTION 'this state cannot follow' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_interest_states_follows';
        END IF;
        IF s.state = 'selected' THEN
            DELETE FROM aftercare a
             WHERE a.person_id = s.person_id AND a.interest_id = s.interest_id AND a.closed_at IS NULL;
        END IF;
    END LOOP;
    RETURN NULL;
END
"""

SHARE = (
    'TABLE (release_id uuid, number integer, snapshot_on date, part text, "group" text, level text, share numeric,'
    " low numeric, high numeric)"
)

# Of a release that stands, the newest unless one is named: the shares that were shown of the whole system, and no count.
RELEASED_SHARES = f"""
    SELECT r.id, r.number, r.snapshot_on, t.part::text, f."group", f.level, f.share, f.low, f.high
      FROM releases r
      JOIN release_tables t ON t.release_id = r.id AND t.measure = 'representation' AND t.organisation = ''
     CROSS JOIN LATERAL jsonb_to_recordset(t.rows) AS f ("group" text, level text, share numeric, low numeric, high numeric)
     WHERE cardinality({PARTNER_OF}) > 0 AND r.state = 'published' AND f.share IS NOT NULL
       AND r.number = coalesce(of_number, (SELECT max(n.number) FROM releases n WHERE n.state = 'published'))
"""

WRITE_RECORD = f"""
BEGIN
    NEW.written_by_id := coalesce({ACCOUNT}, NEW.written_by_id);
    RETURN NEW;
END
"""

# Two people: whoever approves neither owns the record nor wrote its last words. The figure is one that was released, of the
# whole system, in a release that stands: "number/characteristic/group/level".
APPROVE_RECORD = f"""
BEGIN
    IF NEW.state <> 'approved' OR {ME} IS NULL OR {ME} = NEW.owner_id OR {ACCOUNT} IS NOT DISTINCT FROM OLD.written_by_id THEN
        RAISE EXCEPTION 'somebody else approves it' USING ERRCODE = 'check_violation', CONSTRAINT = 'positive_action_two_people';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM releases r
          JOIN release_tables t ON t.release_id = r.id AND t.measure = 'representation' AND t.organisation = ''
         CROSS JOIN LATERAL jsonb_to_recordset(t.rows) AS f ("group" text, level text, share numeric)
         WHERE r.id = NEW.release_id AND r.state = 'published' AND f.share IS NOT NULL
           AND concat_ws('/', r.number, t.part, f."group", f.level) = NEW.figure) THEN
        RAISE EXCEPTION 'no such released figure' USING ERRCODE = 'check_violation', CONSTRAINT = 'positive_action_evidence';
    END IF;
    SELECT {ACCOUNT}, a.name, {TODAY} INTO NEW.approved_by_id, NEW.approved_by, NEW.approved_on
      FROM accounts a WHERE a.id = {ACCOUNT};
    RETURN NEW;
END
"""

# What rests on a figure that was withdrawn rests on nothing, and its owner is told. Releases are withdrawn by a role that
# can tell nobody, so it is written here, as `tell` writes it.
WITHDRAW_EVIDENCE = """
BEGIN
    WITH ended AS (
        UPDATE positive_action_records p SET state = 'ended' WHERE p.release_id = NEW.id AND p.state = 'approved'
        RETURNING p.owner_id, p.title, p.subject, p.subject_id
    )
    INSERT INTO notices (person_id, id, kind, headline, link, mail, is_urgent, due_at)
    SELECT e.owner_id, gen_random_uuid(), k.code, replace(k.headline, '{about}', left(e.title, 120)),
           '/positive-action/' || e.subject || '/' || e.subject_id, k.mail, k.is_urgent,
           CASE WHEN c.person_id IS NULL THEN private.mail_due('daily', '19:00', '07:00', k.is_urgent, now())
                ELSE private.mail_due(c.email, c.quiet_from, c.quiet_to, k.is_urgent, now()) END
      FROM ended e JOIN notice_kinds k ON k.code = 'positive_action_ended'
      LEFT JOIN notice_choices c ON c.person_id = e.owner_id;
    RETURN NULL;
END
"""

SIGN = f"""
DECLARE
    who accounts;
BEGIN
    SELECT * INTO who FROM accounts a WHERE a.id = {ACCOUNT};
    IF FOUND THEN
        NEW := jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], who.name));
        IF TG_NARGS > 1 THEN
            NEW := jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[1], who.id));
        END IF;
    END IF;
    RETURN NEW;
END
"""


def downgrade() -> None:
    """Puts back the earlier functions as their own migrations made them."""
    notices, offers, openings, talent = (
        import_module(f"migrations.versions.{name}")
        for name in ("0012_notices", "0013_offers", "0015_opportunities", "0016_talent")
    )
    for table in SIGNED:
        op.execute(f"DROP TRIGGER {table}_sign ON {table}")
    for table, trigger in (
        ("releases", "releases_evidence"),
        ("positive_action_records", "positive_action_records_approve"),
        ("positive_action_records", "positive_action_records_write"),
        ("request_referrals", "request_referrals_parts"),
        ("offers", "offers_publish"),
        ("offers", "offers_publish_parts"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for table, policies in (
        ("releases", ("trusted_functions_select",)),
        ("release_tables", ("trusted_functions_select",)),
        ("positive_action_records", ("trusted_functions_update",)),
        ("aftercare", ("trusted_functions_delete",)),
        *((table, (name,)) for table, name in RESTRICTED.items()),
    ):
        for policy in policies:
            op.execute(f"DROP POLICY {policy} ON {table}")
    _replace("step_membership()", talent.STEP_MEMBERSHIP, "trigger")
    _replace("reach_interest()", openings.REACH_INTEREST, "trigger")
    was = (talent.NOMINATE, talent.OPEN_THREAD_FOR, openings.REFER)
    for signature, body in zip(ASKING, was, strict=True):
        _replace(signature, body, "uuid")
    for function in (
        "sign()",
        "released_shares(integer)",
        "write_record()",
        "approve_record()",
        "withdraw_evidence()",
        "keep_to_their_part()",
        "publish_offer()",
        "nominate_for_offer(text, uuid, uuid, uuid)",
        "may_ask()",
        "tell(uuid[], uuid[], text, text, text)",
    ):
        op.execute(f"DROP FUNCTION private.{function}")
    trusted_function(
        "nominate_for_offer(address text, organisation uuid, offer uuid, application uuid, maker text)",
        offers.NOMINATE,
        returns="uuid",
    )
    trusted_function(
        "tell(persons uuid[], ids uuid[], what text, head text, sentence text, address text, urgent boolean)",
        notices.TELL,
        returns="void",
        language="sql",
    )
    op.execute(
        "CREATE TRIGGER offers_publish_parts AFTER UPDATE OF published_at ON offers"
        " FOR EACH ROW EXECUTE FUNCTION private.publish_parts()"
    )
    op.drop_constraint(op.f("ck_offers_a_draft_is_unseen"), "offers", type_="check")
    op.drop_constraint(op.f("ck_notices_a_path_of_ours"), "notices", type_="check")
    grant("UPDATE (published_at)", "offers")
    grant("INSERT (in_priority_window), UPDATE (in_priority_window)", "interests")
    grant("UPDATE (approved_by, approved_on)", "positive_action_records")
    for column in ("approved_by_id", "written_by_id"):
        op.drop_column("positive_action_records", column)
    for table in ("askings", "notice_kinds"):
        op.drop_table(table)
