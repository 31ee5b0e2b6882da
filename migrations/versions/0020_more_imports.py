"""Moves, development offers and past applications come in by file"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.roles import OWNER
from migrations.security import ACCOUNT, PARTNER_OF, allow, not_partner, owner_reads, trusted_function

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BEFORE, AFTER = ("workforce", "conversations"), ("workforce", "conversations", "moves", "offers", "applications")
TYPES: dict[str, sa.types.TypeEngine[Any]] = {"what": sa.String(length=40), "after": sa.BigInteger()}
COMMENTS = {
    "what": (
        "people, employments, assignments or conversations",
        "people, employments, assignments, conversations, moves, offers or applications",
    ),
    "after": (
        "hash of the whole row as the import left it; of a conversation, its version",
        "hash of the whole row as the import left it; of what has a version, its version",
    ),
}
DELETED = ("mobility_events", "offers", "offer_applications")
LISTS = (
    "persons uuid[], applications uuid[], offers uuid[], cohorts uuid[], outcomes text[], reasons text[], applied date[],"
    " decided date[], ended date[]"
)
PARTNERS_EVENT = f"from_organisation_id = ANY ({PARTNER_OF}) OR to_organisation_id = ANY ({PARTNER_OF})"


def upgrade() -> None:
    _kinds(AFTER)
    _comments(0, 1)
    _may_be_imported("source IN ('entered', 'imported')")
    for table in DELETED:
        owner_reads(table, "DELETE")
    owner_reads("offer_application_states", "UPDATE")
    # To lock a row is to be allowed to change it; nothing here does.
    allow("offers", "trusted_functions_lock", "UPDATE", using="true", check="false", to=OWNER)
    trusted_function(
        "take_back_entered(organisation uuid, import uuid)",
        TAKE_BACK_ENTERED,
        returns="TABLE (record uuid, about uuid, is_taken boolean)",
    )
    trusted_function(f"bring_in_applications(organisation uuid, {LISTS})", BRING_IN_APPLICATIONS, returns="void")


def _kinds(kinds: tuple[str, ...]) -> None:
    among = ", ".join(f"'{kind}'" for kind in kinds)
    for table in ("imports", "import_mappings"):
        op.drop_constraint(op.f(f"ck_{table}_file_kind"), table)
        op.create_check_constraint(op.f(f"ck_{table}_file_kind"), table, f"kind IN ({among})")


def _comments(was: int, then: int) -> None:
    for column, comments in COMMENTS.items():
        op.alter_column(
            "import_changes",
            column,
            existing_type=TYPES[column],
            existing_nullable=False,
            existing_comment=comments[was],
            comment=comments[then],
        )


def _may_be_imported(source: str) -> None:
    """What changes who works where follows from posts, whatever a file says."""
    check = f"{source} AND (corrects_id IS NOT NULL OR system_change = 0) AND ({PARTNERS_EVENT})"
    op.execute(f"ALTER POLICY partner_enters ON mobility_events WITH CHECK ({check})")


# Deletes what this import brought in, except what somebody has corrected, published, changed or used since. A place that
# somebody had is free again.
TAKE_BACK_ENTERED = f"""
DECLARE
    one record;
BEGIN
    IF {not_partner("organisation")} THEN
        RETURN;
    END IF;
    FOR one IN SELECT e.person_id, e.id, e.superseded_at IS NULL AS untouched
                 FROM import_changes c JOIN mobility_events e ON e.id = c.record_id
                WHERE c.organisation_id = organisation AND c.import_id = import AND c.what = 'moves' FOR UPDATE OF e LOOP
        IF one.untouched THEN
            DELETE FROM mobility_events e WHERE e.person_id = one.person_id AND e.id = one.id;
        END IF;
        RETURN QUERY SELECT one.id, one.person_id, one.untouched;
    END LOOP;
    FOR one IN SELECT a.*, a.version = c.after
                      AND NOT EXISTS (SELECT 1 FROM offer_feedback f WHERE f.person_id = a.person_id AND f.application_id = a.id)
                      AS untouched
                 FROM import_changes c JOIN offer_applications a ON a.id = c.record_id
                WHERE c.organisation_id = organisation AND c.import_id = import AND c.what = 'applications' FOR UPDATE OF a LOOP
        IF one.untouched THEN
            IF one.has_place THEN
                PERFORM private.count_place(one.offer_organisation_id, one.offer_id, one.cohort_id,
                                            CASE WHEN one.has_kept_place THEN one.organisation_id END, -1);
            END IF;
            DELETE FROM offer_applications a WHERE a.person_id = one.person_id AND a.id = one.id;
        END IF;
        RETURN QUERY SELECT one.id, one.person_id, one.untouched;
    END LOOP;
    FOR one IN SELECT o.id, o.version = c.after AS untouched
                 FROM import_changes c JOIN offers o ON o.organisation_id = c.organisation_id AND o.id = c.record_id
                WHERE c.organisation_id = organisation AND c.import_id = import AND c.what = 'offers' FOR UPDATE OF o LOOP
        IF one.untouched THEN
            BEGIN
                DELETE FROM offers o WHERE o.organisation_id = organisation AND o.id = one.id;
            EXCEPTION WHEN foreign_key_violation THEN
                one.untouched := false;
            END;
        END IF;
        RETURN QUERY SELECT one.id, NULL::uuid, one.untouched;
    END LOOP;
END
"""

# Past applications of people whom this organisation employs now, for its own offers. Their history is written state by
# state, so that places are counted and none is oversold; then its days are those of the file.
BRING_IN_APPLICATIONS = f"""
DECLARE
    one record;
    then_at record;
    is_now record;
    next text;
    path text[];
BEGIN
    IF {not_partner("organisation")} THEN
        RETURN;
    END IF;
    FOR one IN SELECT * FROM unnest(persons, applications, offers, cohorts, outcomes, reasons, applied, decided, ended)
                          AS t (person, id, offer, cohort, outcome, reason, applied_on, decided_on, ended_on) LOOP
        IF NOT EXISTS (SELECT 1 FROM employments e WHERE e.organisation_id = organisation AND e.person_id = one.person
                          AND (e.ended IS NULL OR e.ended >= current_date)) THEN
            CONTINUE;
        END IF;
        SELECT a.job_title, a.staff_group, x.level INTO then_at
          FROM assignments a
          LEFT JOIN crosswalk_entries x ON x.version = (SELECT max(v.version) FROM crosswalk_versions v)
               AND x.scheme = a.grade_scheme AND x.grade = a.grade
         WHERE a.organisation_id = organisation AND a.person_id = one.person AND a.started <= one.applied_on
           AND (a.ended IS NULL OR a.ended >= one.applied_on)
         ORDER BY a.kind = 'substantive' DESC, a.started DESC LIMIT 1;
        INSERT INTO offer_applications (person_id, id, offer_organisation_id, offer_id, cohort_id, organisation_id, job_title, staff_group, level)
        VALUES (one.person, one.id, organisation, one.offer, one.cohort, organisation, then_at.job_title, then_at.staff_group, then_at.level);
        path := ARRAY['draft', 'submitted'] || CASE one.outcome
            WHEN 'completed' THEN ARRAY['placed', 'attended', 'completed']
            WHEN 'attended' THEN ARRAY['placed', 'attended']
            WHEN 'not_completed' THEN ARRAY['placed', 'not_completed']
            ELSE ARRAY[one.outcome] END;
        FOREACH next IN ARRAY path LOOP
            SELECT a.state, a.version INTO is_now FROM offer_applications a WHERE a.person_id = one.person AND a.id = one.id;
            -- Where places go in order, the one that was sent has its place already.
            CONTINUE WHEN is_now.version > 0 AND is_now.state = next;
            INSERT INTO offer_application_states (person_id, application_id, number, state, by_id, reason)
            VALUES (one.person, one.id, is_now.version + 1, next, {ACCOUNT},
                    CASE next WHEN 'placed' THEN 'meets_what_was_asked' WHEN 'attended' THEN 'took_part' WHEN 'completed' THEN 'took_part'
                              WHEN 'not_completed' THEN coalesce(one.reason, 'stopped_early') WHEN 'unsuccessful' THEN one.reason END);
        END LOOP;
        UPDATE offer_applications a SET submitted_at = (one.applied_on + time '12:00') AT TIME ZONE 'Europe/London', is_untold = false
         WHERE a.person_id = one.person AND a.id = one.id;
        UPDATE offer_application_states s
           SET at = (CASE WHEN s.state IN ('draft', 'submitted') THEN one.applied_on WHEN s.state IN ('completed', 'not_completed') THEN one.ended_on
                          WHEN s.state = 'attended' THEN least(greatest(one.decided_on, c.starts_on), current_date) ELSE one.decided_on END
                     + time '12:00') AT TIME ZONE 'Europe/London'
          FROM offer_cohorts c
         WHERE s.person_id = one.person AND s.application_id = one.id
           AND c.organisation_id = organisation AND c.offer_id = one.offer AND c.id = one.cohort;
    END LOOP;
END
"""


def downgrade() -> None:
    """What was brought in stays; imports of these kinds that could still be undone no longer can."""
    op.execute("DROP FUNCTION private.bring_in_applications")
    op.execute("DROP FUNCTION private.take_back_entered")
    op.execute("DROP POLICY trusted_functions_update ON offer_application_states")
    op.execute("DROP POLICY trusted_functions_lock ON offers")
    for table in DELETED:
        op.execute(f"DROP POLICY trusted_functions_delete ON {table}")
    _may_be_imported("source = 'entered'")
    op.execute("DELETE FROM import_changes WHERE what IN ('moves', 'offers', 'applications')")
    _comments(1, 0)
    gone = "kind NOT IN ('workforce', 'conversations')"
    op.execute(f"DELETE FROM import_steps s USING imports i WHERE i.id = s.import_id AND i.{gone}")
    for table in ("import_mappings", "imports"):
        op.execute(f"DELETE FROM {table} WHERE {gone}")
    _kinds(BEFORE)
