"""How the ledger of moves follows from posts: one statement for any number of people, safe to repeat.

`service/mobility/rules/deriving.py` says the same for one person in plain Python; a test holds the two together.
"""
# ruff: noqa: E501  (SQL is read by its columns)

# The posts of these people, and from each day on which it changes, the one that says what somebody is in an organisation:
# the highest level, then the most hours, then the oldest. `until` and `closes` are the first day after.
_HELD = """
    limits AS (SELECT gap_days FROM mobility_limits),
    edition AS (SELECT max(version) AS version FROM crosswalk_versions),
    held AS MATERIALIZED (
        SELECT a.person_id, a.organisation_id, a.id, a.kind, a.job_title, a.grade_scheme, a.grade, c.level, a.fte, a.started,
               coalesce(a.ended + 1, 'infinity'::date) AS until, a.end_reason
          FROM whom JOIN assignments a USING (person_id)
          LEFT JOIN crosswalk_entries c ON c.version = (SELECT version FROM edition) AND c.scheme = a.grade_scheme AND c.grade = a.grade
    ), days AS (
        SELECT person_id, organisation_id, started AS day FROM held WHERE kind = 'substantive'
        UNION SELECT person_id, organisation_id, until FROM held WHERE kind = 'substantive' AND until < 'infinity'
    ), mains AS (
        SELECT DISTINCT ON (d.person_id, d.organisation_id, d.day) d.person_id, d.organisation_id, d.day,
               h.id, h.job_title, h.grade_scheme, h.grade, h.level, h.end_reason
          FROM days d
          LEFT JOIN held h ON h.kind = 'substantive' AND h.person_id = d.person_id AND h.organisation_id = d.organisation_id
                          AND h.started <= d.day AND d.day < h.until
         ORDER BY d.person_id, d.organisation_id, d.day, h.level DESC NULLS LAST, h.fte DESC, h.started, h.id
    ), segments AS MATERIALIZED (
        SELECT m.*, lead(m.day) OVER (PARTITION BY m.person_id, m.organisation_id ORDER BY m.day) AS closes FROM mains m
    )"""

# A short break in one organisation is none. A turn is a day on which somebody arrives, leaves or changes; a stay lasts from
# an arrival to the next departure.
_STAYS = """
    turns AS MATERIALIZED (
        SELECT t.*, count(*) FILTER (WHERE t.id IS NOT NULL AND t.b_id IS NULL)
                    OVER (PARTITION BY t.person_id, t.organisation_id ORDER BY t.day) AS stay
          FROM (SELECT s.*, lag(s.id) OVER w AS b_id, lag(s.job_title) OVER w AS b_title, lag(s.grade_scheme) OVER w AS b_scheme,
                       lag(s.grade) OVER w AS b_grade, lag(s.level) OVER w AS b_level, lag(s.end_reason) OVER w AS b_reason,
                       lag(s.closes) OVER w AS b_closes
                  FROM segments s, limits
                 WHERE s.id IS NOT NULL OR s.closes IS NULL OR s.closes - s.day > limits.gap_days
                WINDOW w AS (PARTITION BY s.person_id, s.organisation_id ORDER BY s.day)) t
    ), arrivals AS (
        SELECT * FROM turns WHERE id IS NOT NULL AND b_id IS NULL
    ), departures AS (
        SELECT * FROM turns WHERE id IS NULL
    ), stays AS (
        SELECT a.person_id, a.organisation_id, a.stay, a.day AS first_day, d.day AS gone
          FROM arrivals a LEFT JOIN departures d USING (person_id, organisation_id, stay)
    ), system AS (
        SELECT s.person_id, s.organisation_id, s.stay,
               reach IS NULL OR first_day > reach + limits.gap_days AS enters,
               gone IS NOT NULL AND (next_day IS NULL OR next_day > gone + limits.gap_days) AS leaves
          FROM (SELECT st.*,
                       max(coalesce(gone, 'infinity')) OVER (PARTITION BY person_id ORDER BY first_day, organisation_id, stay
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach,
                       min(first_day) OVER (PARTITION BY person_id ORDER BY coalesce(gone, 'infinity') DESC, organisation_id, stay
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS next_day
                  FROM stays st) s, limits
    )"""

# Whoever leaves one organisation and is in another within the gap, or was already for a notice period, has moved. Each end
# goes with the nearest beginning, and each is used once.
_TRANSFERS = """
    transfers AS MATERIALIZED (
        SELECT person_id, from_org, from_stay, to_org, to_stay FROM (
            SELECT a.person_id, a.organisation_id AS from_org, a.stay AS from_stay, b.organisation_id AS to_org, b.stay AS to_stay,
                   row_number() OVER (PARTITION BY a.person_id, a.organisation_id, a.stay
                                          ORDER BY abs(b.first_day - a.gone), b.first_day, b.organisation_id) AS of_a,
                   row_number() OVER (PARTITION BY b.person_id, b.organisation_id, b.stay
                                          ORDER BY abs(b.first_day - a.gone), a.gone, a.organisation_id) AS of_b
              FROM stays a, stays b, limits
             WHERE b.person_id = a.person_id AND b.organisation_id <> a.organisation_id AND a.first_day < b.first_day
               AND (b.gone IS NULL OR b.gone > a.gone) AND b.first_day - a.gone BETWEEN -31 AND limits.gap_days) near
         WHERE of_a = 1 AND of_b = 1
    )"""

# Where somebody stood when a secondment began or ended, or when they began to act up.
_BESIDE = """
    beside AS (
        SELECT id, person_id, organisation_id, grade_scheme, grade, level,
               CASE kind WHEN 'acting_up' THEN kind ELSE 'secondment_start' END AS move, kind, started AS day
          FROM held WHERE kind <> 'substantive'
        UNION ALL
        SELECT id, person_id, organisation_id, grade_scheme, grade, level, 'secondment_end', kind, until
          FROM held WHERE kind = 'secondment' AND until < 'infinity'
    ), homes AS (
        SELECT DISTINCT ON (x.id, x.move) x.id, x.move, s.organisation_id, s.grade_scheme, s.grade, s.level, s.id AS post
          FROM beside x JOIN segments s ON s.person_id = x.person_id AND s.id IS NOT NULL
           AND s.day <= x.day AND (s.closes IS NULL OR x.day < s.closes)
         ORDER BY x.id, x.move, ((s.organisation_id = x.organisation_id) = (x.kind = 'acting_up')) DESC,
                  s.level DESC NULLS LAST, s.organisation_id
    )"""

# "f_" is the side that is left, "t_" the side that is come to.
_DESIRED = """
    desired AS MATERIALIZED (
        SELECT row_number() OVER () AS n, m.*, {family} AS family FROM (
            SELECT a.person_id, CASE WHEN a.stay > 1 THEN 'return' ELSE 'joiner' END AS kind, a.day AS effective_on, NULL::date AS left_on,
                   y.enters::int AS system_change, NULL::uuid AS f_org, NULL::text AS f_scheme, NULL::text AS f_grade, NULL::smallint AS f_level,
                   NULL::uuid AS f_post, a.organisation_id AS t_org, a.grade_scheme::text AS t_scheme, a.grade::text AS t_grade, a.level AS t_level, a.id AS t_post
              FROM arrivals a JOIN system y USING (person_id, organisation_id, stay)
              LEFT JOIN transfers t ON t.person_id = a.person_id AND t.to_org = a.organisation_id AND t.to_stay = a.stay
             WHERE t.person_id IS NULL
            UNION ALL
            SELECT d.person_id, CASE d.b_reason WHEN 'retirement' THEN 'retirement' ELSE 'leaver' END, d.day, d.day - 1,
                   -(y.leaves::int), d.organisation_id, d.b_scheme, d.b_grade, d.b_level, d.b_id, NULL, NULL, NULL, NULL, NULL
              FROM departures d JOIN system y USING (person_id, organisation_id, stay)
              LEFT JOIN transfers t ON t.person_id = d.person_id AND t.from_org = d.organisation_id AND t.from_stay = d.stay
             WHERE t.person_id IS NULL
            UNION ALL
            SELECT t.person_id, 'transfer', a.day, d.day - 1, 0,
                   d.organisation_id, d.b_scheme, d.b_grade, d.b_level, d.b_id, a.organisation_id, a.grade_scheme, a.grade, a.level, a.id
              FROM transfers t
              JOIN departures d ON d.person_id = t.person_id AND d.organisation_id = t.from_org AND d.stay = t.from_stay
              JOIN arrivals a ON a.person_id = t.person_id AND a.organisation_id = t.to_org AND a.stay = t.to_stay
            UNION ALL
            SELECT c.person_id, CASE WHEN c.level > c.b_level THEN 'promotion' ELSE 'lateral' END, c.day, c.b_closes - 1, 0,
                   c.organisation_id, c.b_scheme, c.b_grade, c.b_level, c.b_id, c.organisation_id, c.grade_scheme, c.grade, c.level, c.id
              FROM turns c
             WHERE c.id IS NOT NULL AND c.b_id IS NOT NULL
               AND (c.job_title, c.grade_scheme, c.grade) IS DISTINCT FROM (c.b_title, c.b_scheme, c.b_grade)
            UNION ALL
            SELECT x.person_id, x.move, x.day, NULL, 0, h.organisation_id, h.grade_scheme, h.grade, h.level, h.post,
                   x.organisation_id, x.grade_scheme, x.grade, x.level, x.id
              FROM beside x LEFT JOIN homes h USING (id, move) WHERE x.move <> 'secondment_end'
            UNION ALL
            SELECT x.person_id, x.move, x.day, x.day - 1, 0, x.organisation_id, x.grade_scheme, x.grade, x.level, x.id,
                   h.organisation_id, h.grade_scheme, h.grade, h.level, h.post
              FROM beside x LEFT JOIN homes h USING (id, move) WHERE x.move = 'secondment_end') m
    )"""

# What the ledger says now of the same ends and beginnings. The same thing said again changes nothing; a level that only a
# newer crosswalk would see otherwise stays as it was read.
_COMPARED = """
    heads AS MATERIALIZED (
        SELECT e.*, {family} AS family, f.grade_scheme AS f_scheme, f.grade AS f_grade, t.grade_scheme AS t_scheme, t.grade AS t_grade
          FROM whom JOIN mobility_events e USING (person_id)
          LEFT JOIN mobility_sides f ON f.person_id = e.person_id AND f.event_id = e.id AND f.side = 'from'
          LEFT JOIN mobility_sides t ON t.person_id = e.person_id AND t.event_id = e.id AND t.side = 'to'
         WHERE e.superseded_at IS NULL AND NOT e.is_withdrawn AND num_nonnulls(e.from_assignment_id, e.to_assignment_id) > 0
    ), same AS (
        SELECT d.n, h.id FROM desired d JOIN heads h ON h.person_id = d.person_id AND h.family = d.family
           AND (h.kind = d.kind OR h.source <> 'derived' OR d.family = 'change')
           AND h.effective_on = d.effective_on AND h.left_on IS NOT DISTINCT FROM d.left_on AND h.system_change = d.system_change
           AND (h.from_organisation_id, h.from_assignment_id, h.f_scheme, h.f_grade, h.to_organisation_id, h.to_assignment_id, h.t_scheme, h.t_grade)
               IS NOT DISTINCT FROM (d.f_org, d.f_post, d.f_scheme, d.f_grade, d.t_org, d.t_post, d.t_scheme, d.t_grade)
    ), amended AS (
        SELECT n, id, kept FROM (
            SELECT d.n, h.id, CASE WHEN h.source <> 'derived' AND h.family = d.family THEN h.kind END AS kept,
                   row_number() OVER (PARTITION BY d.n ORDER BY h.family <> d.family, h.id) AS of_d,
                   row_number() OVER (PARTITION BY h.id ORDER BY h.family <> d.family, d.n) AS of_h
              FROM desired d JOIN heads h ON h.person_id = d.person_id
               AND (h.from_assignment_id = d.f_post OR h.to_assignment_id = d.t_post)
             WHERE d.n NOT IN (SELECT n FROM same) AND h.id NOT IN (SELECT id FROM same)) c
         WHERE of_d = 1 AND of_h = 1
    )"""

_WRITTEN = """
    made AS MATERIALIZED (
        SELECT gen_random_uuid() AS id, d.*, coalesce(m.kept, d.kind) AS as_kind, m.id AS corrects_id
          FROM desired d LEFT JOIN amended m USING (n) WHERE d.n NOT IN (SELECT n FROM same)
    ), gone AS MATERIALIZED (
        SELECT gen_random_uuid() AS void_id, h.* FROM heads h
         WHERE h.id NOT IN (SELECT id FROM same) AND h.id NOT IN (SELECT id FROM amended)
    ), events AS (
        INSERT INTO mobility_events (person_id, id, kind, effective_on, left_on, from_organisation_id, to_organisation_id, system_change,
                                     crosswalk_version, source, from_assignment_id, to_assignment_id, corrects_id, reason, is_withdrawn)
        SELECT person_id, id, as_kind, effective_on, left_on, f_org, t_org, system_change, (SELECT version FROM edition), 'derived',
               f_post, t_post, corrects_id, CASE WHEN corrects_id IS NOT NULL THEN 'posts_changed' END, false FROM made
        UNION ALL
        SELECT person_id, void_id, kind, effective_on, left_on, from_organisation_id, to_organisation_id, 0, crosswalk_version, 'derived',
               from_assignment_id, to_assignment_id, id, 'posts_changed', true FROM gone
    ), both_sides AS (
        SELECT person_id, id AS event_id, 'from' AS side, f_org AS organisation_id, t_org AS other_organisation_id, effective_on,
               CASE family WHEN 'change' THEN effective_on ELSE coalesce(left_on + 1, effective_on) END AS day,
               CASE WHEN family IN ('change', 'out', 'transfer') THEN -1 ELSE 0 END AS change, f_scheme AS grade_scheme, f_grade AS grade, f_level AS level
          FROM made WHERE f_org IS NOT NULL
        UNION ALL
        SELECT person_id, id, 'to', t_org, f_org, effective_on, effective_on,
               CASE WHEN family IN ('change', 'in', 'transfer') THEN 1 ELSE 0 END, t_scheme, t_grade, t_level FROM made WHERE t_org IS NOT NULL
        UNION ALL
        SELECT s.person_id, g.void_id, s.side, s.organisation_id, s.other_organisation_id, s.effective_on, s.day, 0, s.grade_scheme, s.grade, s.level
          FROM gone g JOIN mobility_sides s ON s.person_id = g.person_id AND s.event_id = g.id
    )
    INSERT INTO mobility_sides (person_id, event_id, side, organisation_id, other_organisation_id, effective_on, day, change, grade_scheme, grade, level)
    SELECT * FROM both_sides;"""

_FAMILY = (
    "CASE WHEN kind IN ('promotion', 'lateral', 'rotation') THEN 'change' WHEN kind IN ('leaver', 'retirement') THEN 'out'"
    " WHEN kind IN ('joiner', 'return') THEN 'in' ELSE kind END"
)

# Two employers who change the posts of one person at once wait for one another, so that a move between them is seen by the
# one who comes second.
#
# Steps that were only just computed have no statistics: of many people, comparing each row with each is what the planner would
# choose.
DERIVE_MOVES = f"""
DECLARE
    usual text := current_setting('enable_nestloop');
BEGIN
    IF cardinality(persons) > 200 THEN
        PERFORM set_config('enable_nestloop', 'off', true);
    END IF;
    PERFORM 1 FROM people WHERE id = ANY (persons) ORDER BY id FOR NO KEY UPDATE;
    WITH whom AS MATERIALIZED (SELECT DISTINCT unnest(persons) AS person_id),
    {_HELD}, {_STAYS}, {_TRANSFERS}, {_BESIDE}, {_DESIRED.format(family=_FAMILY)}, {_COMPARED.format(family=_FAMILY)}, {_WRITTEN}
    PERFORM set_config('enable_nestloop', usual, true);
END
"""
