"""People on their way in a made-up system: more of them in pipelines, and two years of first posts in leadership with
the support that was arranged and how it felt. The same for the same system, and the same for everybody: nothing that
somebody answered for monitoring is read here.
"""

from datetime import date
from typing import Final

import asyncpg

from service.pathways.rules.transitions import CHECK_IN_DAYS, RECENT

# code, title, family, level, what it is for, whom it is for, who looks after it
_MORE: Final = (
    ("Leading allied health", "allied_health", 7, "So that every service has a lead who grew up in it.",
     "You lead a small team, or a change across two.", "Allied health council"),
    ("Clinical director", "medical", 8, "To have clinical directors who wanted to be one.",
     "You have led an audit, a rota or a service for a year.", "Medical directors of the system"),
    ("Head of finance", "finance", 8, "Finance leads who know the wards they pay for.",
     "You hold a budget with somebody else, and can explain it to anybody.", "Finance skills network"),
    ("Leading change", "change", 7, "To run programmes with our own people.",
     "You have brought one change to its end, with those who live with it.", "Transformation group"),
)  # fmt: skip
_PIPELINE: Final = """
    INSERT INTO pipelines (id, organisation_id, title, family_code, level, purpose, criteria, owner, opened_on)
    SELECT md5('pipeline' || $2)::uuid, (SELECT id FROM organisations ORDER BY md5($2 || code) LIMIT 1), $2, $3, $4, $5,
           $6, $7, $1::date - 500
"""
# Who stands one or two levels below, in the family's staff group; one in six of them is in the pipeline.
_MEMBERS: Final = """
    INSERT INTO pipeline_memberships (person_id, id, pipeline_id, organisation_id, source, state, stage, entered_on,
                                      reviewed_on, expires_on, version, changed_at)
    SELECT person_id, md5('member' || pipeline || person_id)::uuid, pipeline, organisation_id,
           (ARRAY['self', 'self', 'manager', 'peer'])[1 + dice % 4], 'current', stage, entered,
           CASE WHEN stage <> 'feeder' THEN greatest(entered, $1::date - dice % 200) END,
           greatest(entered, $1::date - dice % 200) + 365, CASE stage WHEN 'feeder' THEN 1 ELSE 2 END, entered
      FROM (SELECT DISTINCT ON (w.person_id, w.pipeline) w.*, $1::date - (220 + dice % 140) AS entered,
                   (ARRAY['feeder', 'feeder', 'feeder', 'developing', 'developing', 'developing', 'ready_soon',
                          'ready_soon', 'ready_now', 'ready_now'])[1 + dice / 7 % 10] AS stage
              FROM (SELECT a.person_id, a.organisation_id, q.id AS pipeline,
                           abs(hashtext(q.id::text || e.employee_number)) AS dice
                      FROM pipelines q
                      JOIN job_families f ON f.code = q.family_code
                      JOIN assignments a ON a.staff_group = coalesce(f.staff_group, 'administrative_clerical')
                       AND a.kind = 'substantive' AND a.ended IS NULL
                      JOIN employments e ON e.organisation_id = a.organisation_id AND e.person_id = a.person_id
                      JOIN crosswalk_entries c ON c.scheme = a.grade_scheme AND c.grade = a.grade
                       AND c.version = (SELECT max(version) FROM crosswalk_versions)
                       AND c.level BETWEEN q.level - 2 AND q.level - 1
                     WHERE q.state = 'open'
                       AND NOT EXISTS (SELECT 1 FROM accounts x WHERE x.person_id = a.person_id)
                       AND NOT EXISTS (SELECT 1 FROM pipeline_memberships m
                                        WHERE m.person_id = a.person_id AND m.pipeline_id = q.id)) w
             WHERE dice % 6 = 0 ORDER BY w.person_id, w.pipeline, w.organisation_id) s
"""
_STEPS: Final = """
    INSERT INTO membership_states (person_id, membership_id, number, step, stage, words, by_id, at)
    SELECT m.person_id, m.id, s.number, s.step, CASE s.number WHEN 1 THEN 'feeder' ELSE m.stage END, s.words,
           CASE s.number WHEN 1 THEN m.person_id ELSE md5('reviewer' || m.organisation_id)::uuid END,
           CASE s.number WHEN 1 THEN m.entered_on ELSE m.reviewed_on END
      FROM pipeline_memberships m
     CROSS JOIN (VALUES (1::int2, 'entered', 'I would like to lead more than one team.'),
                        (2::int2, 'reviewed', 'We talked through the last year and agreed what comes next.'))
             AS s (number, step, words)
     WHERE s.number <= m.version
       AND NOT EXISTS (SELECT 1 FROM membership_states x WHERE x.person_id = m.person_id AND x.membership_id = m.id)
"""
# The function that finds first posts tells nothing to nobody.
_EYES: Final = """
    SELECT set_config('ridgeway.partner_of', (SELECT string_agg(id::text, ',') FROM organisations), true)
"""
_FIRST_POSTS: Final = """
    INSERT INTO transitions (person_id, id, organisation_id, assignment_id, from_tier, to_tier, started_on, state,
                             ended_on)
    SELECT c.person_id, md5('transition' || c.assignment_id)::uuid, a.organisation_id, c.assignment_id, c.from_tier,
           c.to_tier, c.started, CASE WHEN a.ended <= $1::date THEN 'ended_early' ELSE 'complete' END,
           CASE WHEN a.ended <= $1::date THEN a.ended ELSE least($1::date, c.started + 270) END
      FROM organisations o
     CROSS JOIN LATERAL private.crossings_in(o.id, $1::date - 730) c
      JOIN assignments a ON a.organisation_id = o.id AND a.id = c.assignment_id
     WHERE c.started < $1::date - $2::int
       AND NOT EXISTS (SELECT 1 FROM transitions t WHERE t.assignment_id = c.assignment_id)
"""
# And of people who were new then and whose post has ended since.
_ENDED: Final = """
    INSERT INTO transitions (person_id, id, organisation_id, assignment_id, from_tier, to_tier, started_on, state,
                             ended_on)
    SELECT a.person_id, md5('transition' || a.id)::uuid, a.organisation_id, a.id, NULL,
           CASE WHEN c.level <= 6 THEN 'enabled_leader' ELSE 'mid_senior' END, a.started, 'ended_early', a.ended
      FROM assignments a
      JOIN crosswalk_entries c ON c.scheme = a.grade_scheme AND c.grade = a.grade AND c.level BETWEEN 5 AND 8
       AND c.version = (SELECT max(version) FROM crosswalk_versions)
     WHERE a.kind = 'substantive' AND a.started BETWEEN $1::date - 730 AND $1::date - 370 AND a.ended <= a.started + 365
       AND abs(hashtext(a.id::text)) % 2 = 0
       AND NOT EXISTS (SELECT 1 FROM assignments b WHERE b.person_id = a.person_id AND b.started > a.started)
       AND NOT EXISTS (SELECT 1 FROM transitions t WHERE t.assignment_id = a.id)
"""
_CHECK_INS: Final = """
    INSERT INTO transition_checkins (person_id, transition_id, organisation_id, day, due_on)
    SELECT t.person_id, t.id, t.organisation_id, d, t.started_on + d FROM transitions t CROSS JOIN unnest($1::int2[]) d
     WHERE NOT EXISTS (SELECT 1 FROM transition_checkins k WHERE k.person_id = t.person_id AND k.transition_id = t.id)
"""
_SUPPORTS: Final = """
    INSERT INTO transition_supports (person_id, transition_id, id, organisation_id, kind, who, arranged_on)
    SELECT t.person_id, t.id, md5('support' || t.id)::uuid, t.organisation_id,
           (ARRAY['coach', 'mentor', 'peer_set', 'sponsor'])[1 + dice % 4], 'Somebody who has made this step',
           t.started_on + dice % 17
      FROM (SELECT t.*, abs(hashtext(t.assignment_id::text || 'support')) AS dice FROM transitions t
             WHERE NOT EXISTS (SELECT 1 FROM accounts x WHERE x.person_id = t.person_id)) t
     WHERE dice / 19 % 10 < 8 AND t.started_on + dice % 17 <= $1::date
"""
_SUPPORTED: Final = """
    UPDATE transitions t SET state = 'supported' WHERE t.state = 'open'
       AND EXISTS (SELECT 1 FROM transition_supports s WHERE s.person_id = t.person_id AND s.transition_id = t.id)
"""
_ANSWERS: Final = """
    INSERT INTO checkin_answers (person_id, transition_id, day, support_perception)
    SELECT k.person_id, k.transition_id, k.day,
           (ARRAY[5, 4, 4, 4, 5, 3, 4, 2, 3, 1])[1 + abs(hashtext(k.transition_id::text || k.day)) / 11 % 10]
      FROM transition_checkins k JOIN transitions t ON t.person_id = k.person_id AND t.id = k.transition_id
     WHERE k.due_on <= $1::date AND coalesce(t.ended_on, $1::date) >= k.due_on
       AND abs(hashtext(k.transition_id::text || k.day)) % 10 < 7
       AND NOT EXISTS (SELECT 1 FROM accounts x WHERE x.person_id = k.person_id)
"""
_ANSWERED: Final = """
    UPDATE transition_checkins k SET answered_at = k.due_on + time '10:05' FROM checkin_answers a
     WHERE a.person_id = k.person_id AND a.transition_id = k.transition_id AND a.day = k.day AND k.answered_at IS NULL
"""


async def load_pipelines(connection: asyncpg.Connection, today: date) -> None:
    """Needs an administrator's connection, and everything else in the database. What leads to these rows in real use is
    tested in their own rooms."""
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        for title, family, level, purpose, criteria, owner in _MORE:
            await connection.execute(_PIPELINE, today, title, family, level, purpose, criteria, owner)
        await connection.execute(_MEMBERS, today)
        await connection.execute(_STEPS)
        await connection.execute(_EYES)
        await connection.execute(_FIRST_POSTS, today, RECENT.days)
        await connection.execute(_ENDED, today)
        await connection.execute(_CHECK_INS, CHECK_IN_DAYS)
        await connection.execute(_SUPPORTS, today)
        await connection.execute(_SUPPORTED)
        await connection.execute(_ANSWERS, today)
        await connection.execute(_ANSWERED)
    await connection.execute("ANALYZE pipeline_memberships, membership_states, transitions, transition_checkins")
