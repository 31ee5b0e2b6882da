"""Positive action, mentors, and assets that can be shared"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.roles import ANALYST
from migrations.security import (
    ME,
    PARTNER_OF,
    allow,
    grant,
    has_role,
    owner_reads,
    protect,
    trusted_function,
)

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = (
    "assets",
    "asset_looks",
    "inclusion_checks",
    "mentors",
    "mentor_requests",
    "mentor_request_states",
    "positive_action_records",
    "equal_qualifications",
    "offer_declarations",
)
FUNCTIONS = (
    "mentoring_people(uuid[])",
    "forget_declarations()",
    "reach_request()",
    "keep_record()",
    "need_positive_action()",
    "forget_declarations_of()",
)
OURS = f"organisation_id = ANY ({PARTNER_OF})"
MINE = f"person_id = {ME}"
# Whoever works somewhere in the system: an account that is nobody's, such as a system leader's, has no use for it.
SOMEBODY = f"({ME} IS NOT NULL OR {PARTNER_OF} IS NOT NULL)"
SERVICE = has_role("service")
SAID = "group_described, evidence, figure, release_id, comparator, rationale, proportionality, alternatives, owner_id, review_on"
OFFERED = "kind, capacity, topics, level_from, level_to, ways, languages, paused"


def upgrade() -> None:
    _assets()
    _checks()
    _mentors()
    _positive_action()
    for table in TABLES:
        protect(table)
    _asset_rights()
    _check_rights()
    _mentor_rights()
    _positive_action_rights()
    _analyst()
    _trusted_functions()
    _triggers()


def _code(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _subject() -> sa.Column[str]:
    return sa.Column("subject", _code("subject", "offer", "opportunity", "pipeline"), nullable=False)


def _moment(name: str, default: str = "now()") -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text(default), nullable=False)


def _words(name: str, comment: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False, comment=comment)


def _organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f(f"fk_{table}_organisation_id"))


def _person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f(f"fk_{table}_person_id"))


def _assets() -> None:
    op.create_table(
        "assets",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            _code("asset_kind", "coach", "room", "licence", "dataset", "equipment", "material"),
            nullable=False,
        ),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("how_to_borrow", sa.Text(), nullable=False),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("available_to", sa.Date(), nullable=True),
        sa.Column(
            "state", _code("asset_state", "shared", "in_use", "retired"), server_default="shared", nullable=False
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        _moment("added_at"),
        sa.CheckConstraint("available_to >= available_from", name=op.f("ck_assets_ends_after_it_starts")),
        _organisation("assets"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_assets")),
    )
    op.create_index("ix_assets_id", "assets", ["id"], unique=True)
    op.create_index("ix_assets_what", "assets", ["what", "id"], postgresql_where=sa.text("state <> 'retired'"))
    op.create_table(
        "asset_looks",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("asset_id", sa.Uuid(), nullable=True),
        sa.Column("reason", _code("not_used_reason", "none_fits", "not_then", "too_small", "too_far"), nullable=True),
        _moment("at", "clock_timestamp()"),
        sa.CheckConstraint("num_nonnulls(asset_id, reason) > 0", name=op.f("ck_asset_looks_found_or_says_why_not")),
        sa.CheckConstraint(
            "num_nulls(asset_organisation_id, asset_id) IN (0, 2)", name=op.f("ck_asset_looks_one_asset")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "offer_id"],
            ["offers.organisation_id", "offers.id"],
            name="fk_asset_looks_offer",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["asset_organisation_id", "asset_id"], ["assets.organisation_id", "assets.id"], name="fk_asset_looks_asset"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "offer_id", "id", name=op.f("pk_asset_looks")),
    )


def _checks() -> None:
    op.create_table(
        "inclusion_checks",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _subject(),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("stage", _code("check_stage", "publish", "shortlist_closed", "decisions_made"), nullable=False),
        sa.Column("finding", _code("finding", "fair", "concern", "could_not_tell"), nullable=False),
        _words("looked_at", "the number, in words, with its release"),
        _words("will_do"),
        sa.Column("owner_account_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        _moment("at", "clock_timestamp()"),
        sa.CheckConstraint(
            "finding = 'could_not_tell' OR looked_at <> ''", name=op.f("ck_inclusion_checks_rests_on_a_number")
        ),
        sa.CheckConstraint("finding = 'fair' OR will_do <> ''", name=op.f("ck_inclusion_checks_leads_to_something")),
        _organisation("inclusion_checks"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_inclusion_checks")),
    )
    op.create_index(
        "ix_inclusion_checks_subject", "inclusion_checks", ["organisation_id", "subject", "subject_id", "at"]
    )


def _mentors() -> None:
    op.create_table(
        "mentors",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _code("mentor_kind", "mentor", "coach"), nullable=False),
        sa.Column("capacity", sa.SmallInteger(), nullable=False),
        sa.Column("taken", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("topics", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("level_from", sa.SmallInteger(), nullable=False),
        sa.Column("level_to", sa.SmallInteger(), nullable=False),
        sa.Column("ways", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("languages", sa.String(length=200), server_default="", nullable=False),
        sa.Column("paused", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        _moment("since"),
        sa.CheckConstraint("capacity BETWEEN 1 AND 10", name=op.f("ck_mentors_capacity_is_1_to_10")),
        sa.CheckConstraint("taken BETWEEN 0 AND capacity", name=op.f("ck_mentors_never_too_many")),
        sa.CheckConstraint("cardinality(topics) BETWEEN 1 AND 8", name=op.f("ck_mentors_1_to_8_topics")),
        sa.CheckConstraint(
            "ways <@ ARRAY['in_person', 'video', 'phone'] AND cardinality(ways) > 0",
            name=op.f("ck_mentors_known_ways"),
        ),
        sa.CheckConstraint(
            "level_from BETWEEN 1 AND level_to AND level_to <= 9", name=op.f("ck_mentors_levels_in_order")
        ),
        _person("mentors"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_mentors")),
    )
    op.create_index("ix_mentors_topics", "mentors", ["topics"], postgresql_using="gin")
    op.create_table(
        "mentor_requests",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", _request_state(), server_default="asked", nullable=False),
        _moment("asked_at"),
        sa.CheckConstraint("person_id <> mentor_id", name=op.f("ck_mentor_requests_two_people")),
        _person("mentor_requests"),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentors.person_id"], name=op.f("fk_mentor_requests_mentor_id")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_mentor_requests")),
    )
    op.create_index("ix_mentor_requests_id", "mentor_requests", ["id"])
    op.create_index("ix_mentor_requests_mentor", "mentor_requests", ["mentor_id", "asked_at"])
    op.create_index(
        "uq_mentor_requests_one_open",
        "mentor_requests",
        ["person_id", "mentor_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('asked', 'accepted')"),
    )
    op.create_table(
        "mentor_request_states",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("state", _request_state(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", _code("decline_reason", "no_time", "not_my_field", "too_close", "other"), nullable=True),
        _moment("at", "clock_timestamp()"),
        sa.CheckConstraint(
            "(state = 'declined') = (reason IS NOT NULL)", name=op.f("ck_mentor_request_states_declined_for_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "request_id"],
            ["mentor_requests.person_id", "mentor_requests.id"],
            name="fk_mentor_request_states_request",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "request_id", "number", name=op.f("pk_mentor_request_states")),
    )


def _request_state() -> sa.Enum:
    return _code("request_state", "asked", "accepted", "declined", "ended")


def _positive_action() -> None:
    op.create_table(
        "positive_action_records",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _subject(),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False, comment="of the subject, when this was written"),
        _words("group_described"),
        _words("evidence", "the sentence of the release, as given"),
        sa.Column("figure", sa.String(length=200), server_default="", nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=True),
        _words("comparator"),
        _words("rationale", "Equality Act 2010, section 158"),
        _words("proportionality"),
        _words("alternatives"),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("state", _code("record_state", "draft", "approved", "ended"), server_default="draft", nullable=False),
        sa.Column("approved_by", sa.String(length=200), server_default="", nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        _moment("written_at"),
        sa.CheckConstraint(
            "subject <> 'pipeline'", name=op.f("ck_positive_action_records_about_what_people_apply_for")
        ),
        sa.CheckConstraint(
            "state = 'draft' OR (approved_by <> '' AND approved_on IS NOT NULL AND group_described <> ''"
            " AND evidence <> '' AND figure <> '' AND release_id IS NOT NULL AND comparator <> '' AND rationale <> ''"
            " AND proportionality <> '' AND alternatives <> '' AND owner_id IS NOT NULL AND review_on IS NOT NULL)",
            name=op.f("ck_positive_action_records_approved_whole"),
        ),
        sa.CheckConstraint(
            "review_on > approved_on AND review_on <= approved_on + interval '12 months'",
            name=op.f("ck_positive_action_records_reviewed_in_a_year"),
        ),
        _organisation("positive_action_records"),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_positive_action_records_owner_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_positive_action_records")),
    )
    op.create_index("ix_positive_action_records_subject", "positive_action_records", ["subject", "subject_id"])
    op.create_index(
        "uq_positive_action_records_one",
        "positive_action_records",
        ["organisation_id", "subject", "subject_id", "state"],
        unique=True,
        postgresql_where=sa.text("state <> 'ended'"),
    )
    op.create_table(
        "equal_qualifications",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _subject(),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("candidates", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        _moment("at", "clock_timestamp()"),
        sa.CheckConstraint(
            "cardinality(candidates) BETWEEN 2 AND 50", name=op.f("ck_equal_qualifications_two_or_more")
        ),
        sa.CheckConstraint("words <> ''", name=op.f("ck_equal_qualifications_says_how")),
        _organisation("equal_qualifications"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_equal_qualifications")),
    )
    op.create_index(
        "ix_equal_qualifications_subject", "equal_qualifications", ["organisation_id", "subject", "subject_id", "at"]
    )
    op.create_table(
        "offer_declarations",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _subject(),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        _moment("at"),
        _person("offer_declarations"),
        sa.PrimaryKeyConstraint("person_id", "subject", "subject_id", name=op.f("pk_offer_declarations")),
    )
    op.create_index("ix_offer_declarations_keep_until", "offer_declarations", ["keep_until"])
    op.create_index("ix_offer_declarations_subject", "offer_declarations", ["subject", "subject_id"])


def _asset_rights() -> None:
    what = "kind, what, how_to_borrow, available_from, available_to, state"
    grant(f"SELECT, INSERT (organisation_id, id, {what}), UPDATE ({what}, version)", "assets")
    allow("assets", "everybody_looks", "SELECT", using=f"{OURS} OR (state <> 'retired' AND {SOMEBODY})")
    allow("assets", "partner_adds", "INSERT", check=OURS)
    allow("assets", "partner_changes", "UPDATE", using=OURS, check=OURS)
    _partners_add("asset_looks", "organisation_id, offer_id, id, asset_organisation_id, asset_id, reason")


def _check_rights() -> None:
    about = "organisation_id, id, subject, subject_id"
    _partners_add("inclusion_checks", f"{about}, stage, finding, looked_at, will_do, owner_account_id, owner")
    _partners_add("equal_qualifications", f"{about}, candidates, words, recorded_by")


def _partners_add(table: str, columns: str) -> None:
    """What the partners of an organisation write once, and read."""
    grant(f"SELECT, INSERT ({columns})", table)
    allow(table, "partner_reads", "SELECT", using=OURS)
    allow(table, "partner_adds", "INSERT", check=OURS)


def _mentor_rights() -> None:
    grant(f"SELECT, INSERT (person_id, {OFFERED}), UPDATE ({OFFERED}, version)", "mentors")
    allow("mentors", "everybody_finds", "SELECT", using=f"{MINE} OR (NOT paused AND {ME} IS NOT NULL)")
    allow("mentors", "offers_it_themselves", "INSERT", check=MINE)
    allow("mentors", "changes_their_own", "UPDATE", using=MINE, check=MINE)
    grant("SELECT, INSERT (person_id, id, mentor_id, words)", "mentor_requests")
    allow("mentor_requests", "the_two_read", "SELECT", using=f"{MINE} OR mentor_id = {ME}")
    allow("mentor_requests", "person_asks", "INSERT", check=MINE)
    both = "EXISTS (SELECT 1 FROM mentor_requests r WHERE r.person_id = mentor_request_states.person_id AND r.id = request_id"
    grant("SELECT, INSERT (person_id, request_id, number, state, by_id, reason)", "mentor_request_states")
    allow("mentor_request_states", "the_two_read", "SELECT", using=f"{both})")
    # The mentor answers; either ends it.
    said = "mentor_request_states.state"
    whose = f"CASE {said} WHEN 'asked' THEN r.person_id = {ME} WHEN 'ended' THEN true ELSE r.mentor_id = {ME} END"
    allow("mentor_request_states", "the_two_add", "INSERT", check=f"by_id = {ME} AND {both} AND {whose})")


def _positive_action_rights() -> None:
    grant(
        f"SELECT, INSERT (organisation_id, id, subject, subject_id, title, {SAID}),"
        f" UPDATE (title, {SAID}, state, approved_by, approved_on, reminded_on, version)",
        "positive_action_records",
    )
    read = f"{OURS} OR (state = 'approved' AND {SOMEBODY}) OR {SERVICE}"
    allow("positive_action_records", "everybody_reads_what_is_approved", "SELECT", using=read)
    allow("positive_action_records", "partner_writes", "INSERT", check=f"{OURS} AND state = 'draft'")
    ours = f"{OURS} OR {SERVICE}"
    allow("positive_action_records", "partner_changes", "UPDATE", using=ours, check=ours)
    grant("SELECT, INSERT (person_id, subject, subject_id, keep_until), DELETE", "offer_declarations")
    allow("offer_declarations", "owner_reads", "SELECT", using=MINE)
    allow("offer_declarations", "owner_declares", "INSERT", check=MINE)
    allow("offer_declarations", "owner_takes_back", "DELETE", using=MINE)


def _analyst() -> None:
    """Findings and dates. Who asked whom, who declared what, and all words stay where they are."""
    for columns, table in (
        ("organisation_id, id, subject, subject_id, stage, finding, at", "inclusion_checks"),
        ("organisation_id, id, subject, subject_id, review_on, state, approved_on", "positive_action_records"),
        ("organisation_id, id, kind, state", "assets"),
    ):
        grant(f"SELECT ({columns})", table, ANALYST)
        allow(table, "analyst_counts", "SELECT", using="true", to=ANALYST)


def _trusted_functions() -> None:
    for table in ("mentors", "mentor_requests", "positive_action_records", "offer_declarations"):
        owner_reads(table)
    for table in ("mentors", "mentor_requests"):
        owner_reads(table, "UPDATE")
    owner_reads("offer_declarations", "DELETE")
    trusted_function(
        "mentoring_people(persons uuid[])",
        MENTORING_PEOPLE,
        returns="TABLE (person_id uuid, name text, organisation_id uuid, organisation text, job_title text, staff_group text, level smallint)",
        language="sql STABLE",
    )
    trusted_function("forget_declarations()", FORGET_DECLARATIONS, returns="bigint")
    for name, body in (
        ("reach_request", REACH_REQUEST),
        ("keep_record", KEEP_RECORD),
        ("need_positive_action", NEED_POSITIVE_ACTION),
        ("forget_declarations_of", FORGET_DECLARATIONS_OF),
    ):
        trusted_function(f"{name}()", body, returns="trigger")


def _triggers() -> None:
    op.execute(
        "CREATE TRIGGER mentor_request_states_reach BEFORE INSERT ON mentor_request_states"
        " FOR EACH ROW EXECUTE FUNCTION private.reach_request()"
    )
    op.execute(
        "CREATE TRIGGER positive_action_records_keep BEFORE UPDATE ON positive_action_records"
        " FOR EACH ROW WHEN (old.state <> 'draft') EXECUTE FUNCTION private.keep_record()"
    )
    op.execute(
        "CREATE TRIGGER offers_positive_action BEFORE INSERT OR UPDATE ON offers FOR EACH ROW"
        " WHEN (new.state = 'published' AND (new.is_targeted OR new.priority_until IS NOT NULL))"
        " EXECUTE FUNCTION private.need_positive_action('offer')"
    )
    op.execute(
        "CREATE TRIGGER offers_forget_declarations AFTER UPDATE ON offers FOR EACH ROW"
        " WHEN (new.state IN ('closed', 'withdrawn') AND new.state <> old.state)"
        " EXECUTE FUNCTION private.forget_declarations_of('offer')"
    )


# Of those who offer to be a mentor, and of the two of a request: name, employer and post. The post is the substantive one, else
# the newest.
MENTORING_PEOPLE = f"""
    SELECT p.id, concat_ws(' ', p.given_name, p.family_name), o.id, o.name::text, a.job_title::text, a.staff_group::text, c.level
      FROM people p
      LEFT JOIN LATERAL (SELECT * FROM assignments h
                          WHERE h.person_id = p.id AND h.started <= current_date AND (h.ended IS NULL OR h.ended >= current_date)
                          ORDER BY h.kind = 'substantive' DESC, h.started DESC, h.id LIMIT 1) a ON true
      LEFT JOIN organisations o ON o.id = a.organisation_id
      LEFT JOIN crosswalk_entries c ON c.scheme = a.grade_scheme AND c.grade = a.grade
       AND c.version = (SELECT max(v.version) FROM crosswalk_versions v)
     WHERE p.id = ANY (persons) AND {ME} IS NOT NULL
       AND (p.id = {ME}
            OR EXISTS (SELECT 1 FROM mentors m WHERE m.person_id = p.id AND NOT m.paused)
            OR EXISTS (SELECT 1 FROM mentor_requests r WHERE r.person_id = {ME} AND r.mentor_id = p.id)
            OR EXISTS (SELECT 1 FROM mentor_requests r WHERE r.mentor_id = {ME} AND r.person_id = p.id))
"""

# What became of a request follows from what it was; the mentor's row is locked while it is counted, so that two requests
# accepted at once take two places, or one of them none.
REACH_REQUEST = """
DECLARE
    asked mentor_requests;
BEGIN
    SELECT * INTO asked FROM mentor_requests r WHERE r.person_id = NEW.person_id AND r.id = NEW.request_id FOR UPDATE;
    IF NOT (CASE WHEN NEW.number = 1 THEN NEW.state = 'asked' AND asked.state = 'asked'
                 WHEN asked.state = 'asked' THEN NEW.state IN ('accepted', 'declined', 'ended')
                 WHEN asked.state = 'accepted' THEN NEW.state = 'ended' ELSE false END) THEN
        RAISE EXCEPTION 'this cannot follow' USING ERRCODE = 'check_violation', CONSTRAINT = 'mentor_request_follows';
    END IF;
    IF NEW.state = 'accepted' THEN
        UPDATE mentors m SET taken = m.taken + 1 WHERE m.person_id = asked.mentor_id AND m.taken < m.capacity;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no room' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_mentors_never_too_many';
        END IF;
    ELSIF asked.state = 'accepted' THEN
        UPDATE mentors m SET taken = m.taken - 1 WHERE m.person_id = asked.mentor_id;
    END IF;
    UPDATE mentor_requests r SET state = NEW.state WHERE r.person_id = NEW.person_id AND r.id = NEW.request_id;
    RETURN NEW;
END
"""

# What was approved stays as it was approved, until it is ended.
KEEP_RECORD = """
BEGIN
    IF OLD.state = 'approved' AND NEW.state IN ('approved', 'ended')
       AND to_jsonb(NEW) - '{state,reminded_on,version}'::text[] = to_jsonb(OLD) - '{state,reminded_on,version}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an approved record is not changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'positive_action_kept';
END
"""

# For offers and, in the room above, opportunities: both have organisation_id, id and priority_until.
NEED_POSITIVE_ACTION = """
BEGIN
    IF NOT EXISTS (SELECT 1 FROM positive_action_records r
                    WHERE r.organisation_id = NEW.organisation_id AND r.subject = TG_ARGV[0] AND r.subject_id = NEW.id
                      AND r.state = 'approved' AND r.review_on >= current_date
                      AND (NEW.priority_until IS NULL OR NEW.priority_until <= r.review_on)) THEN
        RAISE EXCEPTION 'no approved positive action record' USING ERRCODE = 'check_violation', CONSTRAINT = 'needs_positive_action';
    END IF;
    RETURN NEW;
END
"""

FORGET_DECLARATIONS_OF = """
BEGIN
    DELETE FROM offer_declarations d WHERE d.subject = TG_ARGV[0] AND d.subject_id = NEW.id;
    RETURN NULL;
END
"""

FORGET_DECLARATIONS = f"""
DECLARE
    gone bigint := 0;
BEGIN
    IF {SERVICE} THEN
        DELETE FROM offer_declarations d WHERE d.keep_until < current_date;
        GET DIAGNOSTICS gone = ROW_COUNT;
    END IF;
    RETURN gone;
END
"""


def downgrade() -> None:
    for trigger in ("offers_positive_action", "offers_forget_declarations"):
        op.execute(f"DROP TRIGGER {trigger} ON offers")
    for table in (
        "offer_declarations",
        "equal_qualifications",
        "positive_action_records",
        "mentor_request_states",
        "mentor_requests",
        "mentors",
        "inclusion_checks",
        "asset_looks",
        "assets",
    ):
        op.drop_table(table)
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION private.{function}")
