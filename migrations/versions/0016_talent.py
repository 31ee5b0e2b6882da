"""Pipelines, critical roles, requests and threads of potential"""

import sqlalchemy as sa
from alembic import op

from migrations.roles import ANALYST
from migrations.security import COLLEAGUE_OF, ME, PARTNER_OF, allow, grant, owner_reads, protect, trusted_function

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = (
    "thread_observations",
    "potential_threads",
    "request_referrals",
    "talent_requests",
    "retirement_years",
    "critical_roles",
    "membership_states",
    "pipeline_memberships",
    "pipelines",
)
FUNCTIONS = (
    "names_in_talent(uuid[])",
    "nominate(uuid, uuid, uuid, text, text)",
    "open_thread_for(uuid, text, text)",
    "step_membership()",
)
MINE = f"person_id = {ME}"
HERE = f"organisation_id = ANY ({PARTNER_OF})"
SOMEBODY = f"{ME} IS NOT NULL OR {PARTNER_OF} IS NOT NULL"
EMPLOYED = "(e.ended IS NULL OR e.ended >= current_date)"


def employed_there(table: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM employments e WHERE e.organisation_id = {table}.organisation_id"
        f" AND e.person_id = {table}.person_id AND {EMPLOYED})"
    )


def seen_member(table: str) -> str:
    """A membership that a partner sees: it has not lapsed and the person has not left it; their employer now, or one
    that they let see it."""
    return (
        f"({table}.state = 'current' AND {table}.expires_on >= current_date"
        f" AND (({table}.organisation_id = ANY ({PARTNER_OF}) AND {employed_there(table)})"
        f" OR {table}.shown_to && {PARTNER_OF}))"
    )


def seen_referral(table: str) -> str:
    """The employer that asked sees who was asked until they say no; the one that requested, whoever agreed and was put
    forward."""
    return (
        f"(({table}.organisation_id = ANY ({PARTNER_OF}) AND {table}.consent IN ('asked', 'agreed')"
        f" AND {employed_there(table)})"
        f" OR ({table}.requester_id = ANY ({PARTNER_OF}) AND {table}.consent = 'agreed' AND {table}.referral = 'referred'))"
    )


def seen_thread(table: str) -> str:
    """Until a person agrees nobody else sees the thread, not even whoever opened it: to see it is to know that there is
    such a person."""
    return f"({table}.state IN ('open', 'closed') AND ({table}.opened_by_id = {ME} OR {table}.organisation_id = ANY ({PARTNER_OF})))"


def upgrade() -> None:
    _tables()
    for table in TABLES:
        protect(table)
    _pipelines()
    _memberships()
    _cover()
    _requests()
    _threads()
    _trusted_functions()
    _analyst()
    op.execute(
        "CREATE TRIGGER membership_states_step AFTER INSERT ON membership_states FOR EACH ROW"
        " EXECUTE FUNCTION private.step_membership()"
    )


def _pipelines() -> None:
    about = "title, family_code, level, purpose, criteria, owner"
    grant(f"SELECT, INSERT (id, organisation_id, in_scope, {about})", "pipelines")
    grant("UPDATE (in_scope, title, purpose, criteria, owner, state, version)", "pipelines")
    allow("pipelines", "people_and_partners_read", "SELECT", using=SOMEBODY)
    allow("pipelines", "partner_opens", "INSERT", check=HERE)
    allow("pipelines", "partner_changes", "UPDATE", using=HERE, check=HERE)


def _memberships() -> None:
    grant(
        "SELECT, INSERT (person_id, id, pipeline_id, organisation_id, source), UPDATE (shown_to)",
        "pipeline_memberships",
    )
    seen = seen_member("pipeline_memberships")
    allow("pipeline_memberships", "person_or_partner_reads", "SELECT", using=f"{MINE} OR {seen}")
    own = f"{MINE} AND source = 'self' AND {employed_there('pipeline_memberships')}"
    allow("pipeline_memberships", "person_enters", "INSERT", check=own)
    allow("pipeline_memberships", "person_shows", "UPDATE", using=MINE, check=MINE)
    key = "m.person_id = membership_states.person_id AND m.id = membership_id"
    there = f"EXISTS (SELECT 1 FROM pipeline_memberships m WHERE {key})"
    grant(
        "SELECT, INSERT (person_id, membership_id, number, step, stage, words, evidence_id, by_id)", "membership_states"
    )
    allow("membership_states", "those_concerned_read", "SELECT", using=there)
    # A person speaks for themselves alone, and their stage is somebody else's to state.
    allow(
        "membership_states",
        "person_or_reviewer_adds",
        "INSERT",
        check=f"by_id = {ME} AND {there} AND (({MINE}) = (step <> 'reviewed')) AND step <> 'nominated'",
    )


def _cover() -> None:
    about = "title, why, assignment_id, review_on"
    grant(f"SELECT, INSERT (organisation_id, id, profile_id, family_code, level, {about})", "critical_roles")
    grant(f"UPDATE ({about}, closed_on, version)", "critical_roles")
    held = (
        "EXISTS (SELECT 1 FROM assignments a WHERE a.organisation_id = critical_roles.organisation_id"
        f" AND a.id = assignment_id AND a.person_id = {ME})"
    )
    allow("critical_roles", "partner_or_holder_reads", "SELECT", using=f"{HERE} OR {held}")
    allow("critical_roles", "partner_adds", "INSERT", check=HERE)
    allow("critical_roles", "partner_changes", "UPDATE", using=HERE, check=HERE)
    grant("SELECT, INSERT (person_id, year), UPDATE (year, said_at), DELETE", "retirement_years")
    allow("retirement_years", "owner_reads", "SELECT", using=MINE)
    allow("retirement_years", "owner_says", "INSERT", check=MINE)
    allow("retirement_years", "owner_changes", "UPDATE", using=MINE, check=MINE)
    allow("retirement_years", "owner_takes_back", "DELETE", using=MINE)


def _requests() -> None:
    what = "title, profile_id, family_code, level, starts, ends, capability, words"
    grant(
        f"SELECT, INSERT (organisation_id, id, {what}), UPDATE (state, reason, closed_on, version)", "talent_requests"
    )
    asked = f"EXISTS (SELECT 1 FROM request_referrals r WHERE r.person_id = {ME} AND r.request_id = talent_requests.id)"
    allow("talent_requests", "partners_or_asked_read", "SELECT", using=f"{PARTNER_OF} IS NOT NULL OR {asked}")
    allow("talent_requests", "partner_requests", "INSERT", check=HERE)
    allow("talent_requests", "partner_closes", "UPDATE", using=HERE, check=HERE)
    table = "request_referrals"
    grant("SELECT, INSERT (person_id, id, request_id, requester_id, organisation_id, asked_by_id)", table)
    grant("UPDATE (consent, answered_at, referral, referred_at, outcome, decided_at, reason, version)", table)
    allow(table, "person_or_partners_read", "SELECT", using=f"{MINE} OR {seen_referral(table)}")
    allow(table, "employer_asks", "INSERT", check=f"asked_by_id = {ME} AND {HERE} AND {employed_there(table)}")
    # Whoever was asked answers until something is decided, and may withdraw whenever they like.
    allow(
        table, "person_answers", "UPDATE", using=MINE, check=f"{MINE} AND (referral IS NULL OR consent = 'withdrawn')"
    )
    agreed = "consent = 'agreed'"
    allow(
        table,
        "employer_refers",
        "UPDATE",
        using=f"{HERE} AND {agreed} AND referral IS NULL",
        check=f"{HERE} AND {agreed} AND outcome IS NULL",
    )
    theirs = f"requester_id = ANY ({PARTNER_OF}) AND {agreed} AND referral = 'referred'"
    allow(table, "requester_decides", "UPDATE", using=f"{theirs} AND outcome IS NULL", check=theirs)


def _threads() -> None:
    table = "potential_threads"
    grant(
        "SELECT, INSERT (id, organisation_id, subject, person_id, title, opened_by_id, state), UPDATE (state, version)",
        table,
    )
    allow(table, "those_concerned_read", "SELECT", using=f"{MINE} OR {seen_thread(table)}")
    works_here = f"EXISTS (SELECT 1 FROM employments e WHERE e.organisation_id = {table}.organisation_id AND e.person_id = {ME} AND {EMPLOYED})"
    allow(
        table,
        "staff_open",
        "INSERT",
        check=f"opened_by_id = {ME} AND state = 'open' AND (person_id IS NULL OR {MINE}) AND ({works_here} OR {HERE})",
    )
    allow(table, "person_answers", "UPDATE", using=MINE, check=MINE)
    allow(table, "partner_closes", "UPDATE", using=f"{HERE} AND state = 'open'", check=f"{HERE} AND state = 'closed'")
    grant("SELECT, INSERT (thread_id, number, what, place, why, conditions, seen_on, by_id)", "thread_observations")
    there = "EXISTS (SELECT 1 FROM potential_threads t WHERE t.id = thread_id{which})"
    allow("thread_observations", "those_concerned_read", "SELECT", using=there.format(which=""))
    still_open = there.format(which=" AND t.state = 'open'")
    allow("thread_observations", "those_concerned_add", "INSERT", check=f"by_id = {ME} AND {still_open}")


def _analyst() -> None:
    """Kinds, stages and dates; no words, and nobody's reasons for anything but a request."""
    for table, columns in {
        "pipelines": "id, organisation_id, in_scope, family_code, level, state, opened_on",
        "pipeline_memberships": "person_id, id, pipeline_id, organisation_id, source, state, stage, entered_on, reviewed_on, expires_on",
        "membership_states": "person_id, membership_id, number, step, stage, at",
        "critical_roles": "organisation_id, id, family_code, level, review_on, closed_on",
        "retirement_years": "person_id, year",
        "talent_requests": "organisation_id, id, family_code, level, starts, ends, state, reason, opened_on, closed_on",
        "request_referrals": "person_id, id, request_id, requester_id, organisation_id, asked_at, consent, answered_at,"
        " referral, referred_at, outcome, decided_at, reason",
        "potential_threads": "id, organisation_id, subject, opened_on, state",
        "thread_observations": "thread_id, number, conditions, seen_on, at",
    }.items():
        grant(f"SELECT ({columns})", table, ANALYST)
        allow(table, "analyst_counts", "SELECT", using="true", to=ANALYST)


def _trusted_functions() -> None:
    for table in (
        "pipelines",
        "pipeline_memberships",
        "membership_states",
        "request_referrals",
        "potential_threads",
        "thread_observations",
    ):
        owner_reads(table)
    for table in ("pipeline_memberships", "membership_states", "potential_threads"):
        owner_reads(table, "INSERT")
    owner_reads("pipeline_memberships", "UPDATE")
    trusted_function(
        "names_in_talent(persons uuid[])",
        NAMES_IN_TALENT,
        returns="TABLE (person_id uuid, name text)",
        language="sql STABLE",
    )
    trusted_function("nominate(pipeline uuid, key uuid, whom uuid, mail text, said text)", NOMINATE, returns="uuid")
    trusted_function("open_thread_for(key uuid, mail text, named text)", OPEN_THREAD_FOR, returns="uuid")
    trusted_function("step_membership()", STEP_MEMBERSHIP, returns="trigger")


# The names that somebody meets on what they may read here, and no others.
NAMES_IN_TALENT = f"""
    SELECT p.id, concat_ws(' ', p.given_name, p.family_name)
      FROM people p
     WHERE p.id = ANY (persons)
       AND p.id IN (
           SELECT unnest(ARRAY[m.person_id, s.by_id])
             FROM pipeline_memberships m JOIN membership_states s ON s.person_id = m.person_id AND s.membership_id = m.id
            WHERE (m.person_id = ANY (persons) OR s.by_id = ANY (persons)) AND (m.person_id = {ME} OR {seen_member("m")})
           UNION SELECT unnest(ARRAY[r.person_id, r.asked_by_id]) FROM request_referrals r
            WHERE (r.person_id = ANY (persons) OR r.asked_by_id = ANY (persons)) AND (r.person_id = {ME} OR {seen_referral("r")})
           UNION SELECT unnest(ARRAY[t.person_id, t.opened_by_id]) FROM potential_threads t
            WHERE (t.person_id = ANY (persons) OR t.opened_by_id = ANY (persons)) AND (t.person_id = {ME} OR {seen_thread("t")})
           UNION SELECT o.by_id FROM thread_observations o JOIN potential_threads t ON t.id = o.thread_id
            WHERE o.by_id = ANY (persons) AND (t.person_id = {ME} OR {seen_thread("t")}))
"""

# Whether there is such a person, or they are in it already, or they said no within the year: the caller is never told.
NOMINATE = f"""
DECLARE
    whoever uuid[];
    place uuid;
BEGIN
    IF {ME} IS NULL THEN RETURN NULL; END IF;
    SELECT array_agg(DISTINCT p.id), min(e.organisation_id::text)::uuid INTO whoever, place
      FROM people p
      JOIN employments e ON e.person_id = p.id AND {EMPLOYED}
      JOIN pipelines l ON l.id = pipeline AND l.state = 'open'
       AND (l.in_scope = '{{}}' OR e.organisation_id = ANY (l.in_scope))
     WHERE p.id <> {ME}
       AND CASE WHEN whom IS NULL THEN lower(p.email) = lower(mail)
                ELSE p.id = whom AND e.organisation_id = ANY ({COLLEAGUE_OF}) END;
    IF coalesce(cardinality(whoever), 0) <> 1 OR EXISTS (
        SELECT 1 FROM pipeline_memberships m WHERE m.person_id = whoever[1] AND m.pipeline_id = pipeline
           AND (m.state IN ('asked', 'current') OR m.changed_at > now() - interval '1 year')) THEN
        RETURN NULL;
    END IF;
    INSERT INTO pipeline_memberships (person_id, id, pipeline_id, organisation_id, source)
    VALUES (whoever[1], key, pipeline, place, CASE WHEN whom IS NULL THEN 'peer' ELSE 'manager' END)
        ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN RETURN NULL; END IF;
    INSERT INTO membership_states (person_id, membership_id, number, step, stage, words, by_id)
    VALUES (whoever[1], key, 1, 'nominated', 'feeder', said, {ME});
    RETURN whoever[1];
END
"""

OPEN_THREAD_FOR = f"""
DECLARE
    whoever uuid[];
    place uuid;
BEGIN
    IF {ME} IS NULL THEN RETURN NULL; END IF;
    SELECT array_agg(DISTINCT p.id), min(e.organisation_id::text)::uuid INTO whoever, place
      FROM people p JOIN employments e ON e.person_id = p.id AND {EMPLOYED}
     WHERE lower(p.email) = lower(mail) AND p.id <> {ME};
    IF coalesce(cardinality(whoever), 0) <> 1 OR EXISTS (
        SELECT 1 FROM potential_threads t WHERE t.person_id = whoever[1] AND t.opened_by_id = {ME}
           AND (t.state = 'asked' OR t.opened_on > current_date - 365)) THEN
        RETURN NULL;
    END IF;
    INSERT INTO potential_threads (id, organisation_id, subject, person_id, title, opened_by_id, state)
    VALUES (key, place, 'person', whoever[1], named, {ME}, 'asked');
    RETURN whoever[1];
END
"""

# The membership is what its steps have made it.
STEP_MEMBERSHIP = """
BEGIN
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


def downgrade() -> None:
    # It asks the table of referrals, which goes first.
    op.execute("DROP POLICY partners_or_asked_read ON talent_requests")
    for table in TABLES:
        op.drop_table(table)
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION private.{function}")


def _tables() -> None:
    op.create_table(
        "pipelines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False, comment="looks after it"),
        sa.Column("in_scope", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("family_code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "closed", name="pipeline_state", native_enum=False, create_constraint=True, length=40),
            server_default="open",
            nullable=False,
        ),
        sa.Column("opened_on", sa.Date(), server_default=sa.text("CURRENT_DATE"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 9", name=op.f("ck_pipelines_level_is_1_to_9")),
        sa.ForeignKeyConstraint(["family_code"], ["job_families.code"], name=op.f("fk_pipelines_family_code")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_pipelines_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipelines")),
    )
    op.create_index("ix_pipelines_family_level", "pipelines", ["family_code", "level"], unique=False)
    op.create_index("ix_pipelines_title", "pipelines", ["title", "id"], unique=False)
    op.create_table(
        "potential_threads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "subject",
            sa.Enum(
                "person",
                "team",
                "practice",
                "connection",
                name="subject",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("opened_on", sa.Date(), server_default=sa.text("CURRENT_DATE"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "open",
                "closed",
                "withdrawn",
                name="thread_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(subject = 'person') = (person_id IS NOT NULL)", name=op.f("ck_potential_threads_a_person_where_it_is_one")
        ),
        sa.CheckConstraint(
            "person_id IS NOT NULL OR state IN ('open', 'closed')",
            name=op.f("ck_potential_threads_only_a_person_is_asked"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_potential_threads_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_potential_threads_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_potential_threads")),
    )
    op.create_index("ix_potential_threads_opened_by", "potential_threads", ["opened_by_id"], unique=False)
    op.create_index(
        "ix_potential_threads_organisation", "potential_threads", ["organisation_id", "opened_on", "id"], unique=False
    )
    op.create_index("ix_potential_threads_person", "potential_threads", ["person_id"], unique=False)
    op.create_table(
        "retirement_years",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("year BETWEEN 2020 AND 2100", name=op.f("ck_retirement_years_year_is_believable")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_retirement_years_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_retirement_years")),
    )
    op.create_table(
        "critical_roles",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=True),
        sa.Column("family_code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=True, comment="the holder's post; none while nobody holds it"),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 9", name=op.f("ck_critical_roles_level_is_1_to_9")),
        sa.ForeignKeyConstraint(["family_code"], ["job_families.code"], name=op.f("fk_critical_roles_family_code")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_critical_roles_organisation_id")
        ),
        sa.ForeignKeyConstraint(["profile_id"], ["role_profiles.id"], name=op.f("fk_critical_roles_profile_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_critical_roles")),
    )
    op.create_index("ix_critical_roles_assignment", "critical_roles", ["assignment_id"], unique=False)
    op.create_index("ix_critical_roles_id", "critical_roles", ["id"], unique=False)
    op.create_index("ix_critical_roles_review", "critical_roles", ["organisation_id", "review_on", "id"], unique=False)
    op.create_table(
        "pipeline_memberships",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pipeline_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "source",
            sa.Enum("self", "manager", "peer", name="entry", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "current",
                "declined",
                "left",
                name="member_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="asked",
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "feeder",
                "developing",
                "ready_soon",
                "ready_now",
                "placed",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="feeder",
            nullable=False,
        ),
        sa.Column("entered_on", sa.Date(), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column(
            "is_disputed", sa.Boolean(), server_default="false", nullable=False, comment="the person did not agree"
        ),
        sa.Column("shown_to", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False, comment="the number of its last step"),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "state <> 'current' OR num_nonnulls(entered_on, expires_on) = 2",
            name=op.f("ck_pipeline_memberships_a_current_one_has_its_dates"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_pipeline_memberships_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_pipeline_memberships_person_id")),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name=op.f("fk_pipeline_memberships_pipeline_id")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_pipeline_memberships")),
    )
    op.create_index("ix_pipeline_memberships_id", "pipeline_memberships", ["id"], unique=False)
    op.create_index(
        "ix_pipeline_memberships_organisation",
        "pipeline_memberships",
        ["organisation_id", "expires_on", "id"],
        unique=False,
    )
    op.create_index(
        "ix_pipeline_memberships_pipeline", "pipeline_memberships", ["pipeline_id", "stage", "id"], unique=False
    )
    op.create_index(
        "uq_pipeline_memberships_once",
        "pipeline_memberships",
        ["person_id", "pipeline_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('asked', 'current')"),
    )
    op.create_table(
        "talent_requests",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=True),
        sa.Column("family_code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("capability", sa.String(length=200), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "filled",
                "withdrawn",
                "unfilled",
                name="request_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="open",
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "no_longer_needed",
                "no_funding",
                "covered_another_way",
                "nobody_came_forward",
                "skills_not_found",
                "dates_did_not_fit",
                name="close_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("opened_on", sa.Date(), server_default=sa.text("CURRENT_DATE"), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(state IN ('withdrawn', 'unfilled')) = (reason IS NOT NULL)",
            name=op.f("ck_talent_requests_why_it_ended_is_said"),
        ),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_talent_requests_ends_after_it_starts")),
        sa.CheckConstraint("level BETWEEN 1 AND 9", name=op.f("ck_talent_requests_level_is_1_to_9")),
        sa.ForeignKeyConstraint(["family_code"], ["job_families.code"], name=op.f("fk_talent_requests_family_code")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_talent_requests_organisation_id")
        ),
        sa.ForeignKeyConstraint(["profile_id"], ["role_profiles.id"], name=op.f("fk_talent_requests_profile_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_talent_requests")),
    )
    op.create_index("ix_talent_requests_id", "talent_requests", ["id"], unique=False)
    op.create_index("ix_talent_requests_state", "talent_requests", ["state", "starts", "id"], unique=False)
    op.create_table(
        "thread_observations",
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("conditions", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("cardinality(conditions) > 0", name=op.f("ck_thread_observations_names_what_helped")),
        sa.ForeignKeyConstraint(["thread_id"], ["potential_threads.id"], name="fk_thread_observations_thread"),
        sa.PrimaryKeyConstraint("thread_id", "number", name=op.f("pk_thread_observations")),
    )
    op.create_table(
        "membership_states",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "nominated",
                "entered",
                "accepted",
                "declined",
                "reviewed",
                "objected",
                "left",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "feeder",
                "developing",
                "ready_soon",
                "ready_now",
                "placed",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "evidence_id", sa.Uuid(), nullable=True, comment="a piece of the person's own, which they may delete"
        ),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint(
            "step <> 'reviewed' OR by_id <> person_id", name=op.f("ck_membership_states_reviewed_by_somebody_else")
        ),
        sa.CheckConstraint(
            "step IN ('declined', 'left') OR words <> '' OR evidence_id IS NOT NULL",
            name=op.f("ck_membership_states_rests_on_something"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "membership_id"],
            ["pipeline_memberships.person_id", "pipeline_memberships.id"],
            name="fk_membership_states_membership",
        ),
        sa.PrimaryKeyConstraint("person_id", "membership_id", "number", name=op.f("pk_membership_states")),
    )
    op.create_table(
        "request_referrals",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("requester_id", sa.Uuid(), nullable=False, comment="the organisation that requested"),
        sa.Column("organisation_id", sa.Uuid(), nullable=False, comment="the employer that asked"),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column(
            "consent",
            sa.Enum(
                "asked",
                "agreed",
                "declined",
                "withdrawn",
                name="consent",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="asked",
            nullable=False,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "referral",
            sa.Enum("referred", "not_referred", name="referral", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("referred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum("selected", "not_selected", name="outcome", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "needs_not_met",
                "dates_do_not_fit",
                "needed_where_they_are",
                "another_fitted_better",
                "place_too_far",
                "request_changed",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "coalesce(referral = 'not_referred' OR outcome = 'not_selected', false) = (reason IS NOT NULL)",
            name=op.f("ck_request_referrals_a_no_has_a_reason"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR referral = 'referred'", name=op.f("ck_request_referrals_chosen_from_those_put_forward")
        ),
        sa.CheckConstraint(
            "referral IS NULL OR consent IN ('agreed', 'withdrawn')",
            name=op.f("ck_request_referrals_only_with_consent"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_request_referrals_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_request_referrals_person_id")),
        sa.ForeignKeyConstraint(
            ["requester_id", "request_id"],
            ["talent_requests.organisation_id", "talent_requests.id"],
            name="fk_request_referrals_request",
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_request_referrals")),
    )
    op.create_index("ix_request_referrals_id", "request_referrals", ["id"], unique=False)
    op.create_index(
        "ix_request_referrals_organisation", "request_referrals", ["organisation_id", "asked_at", "id"], unique=False
    )
    op.create_index(
        "ix_request_referrals_requester", "request_referrals", ["requester_id", "asked_at", "id"], unique=False
    )
    op.create_index(
        "uq_request_referrals_once", "request_referrals", ["request_id", "organisation_id", "person_id"], unique=True
    )
