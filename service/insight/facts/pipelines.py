"""Pipelines and first posts in leadership as codes, days and one number: why somebody is ready, what is needed and what
they wrote about their support stays where it is.
"""

from collections.abc import Sequence
from datetime import date

from analytics.frames import PIPELINE, PLACED
from service.capabilities.rules import Tier
from service.insight.copying import Field, code, day, key, small
from service.insight.facts.sql import ORGANISATIONS, numbered, position
from service.pathways.rules.transitions import TransitionState
from service.talent.rules.codes import PipelineState, Step

_STAGES = [*PIPELINE, PLACED]
_OVER = ", ".join(f"'{step}'" for step in (Step.NOMINATED, Step.DECLINED, Step.LEFT))
_UK_DAY = "({} AT TIME ZONE 'Europe/London')::date"


def members(organisations: Sequence[str], families: Sequence[str], on: date) -> tuple[str, list[Field]]:
    """Memberships that the person agreed to and had not left on the day, at the stage that was last said by then."""
    query = f"""
FROM (SELECT DISTINCT ON (s.person_id, s.membership_id) s.person_id, s.membership_id, s.step, s.stage
        FROM membership_states s WHERE {_UK_DAY.format("s.at")} <= date '{on}'
       ORDER BY s.person_id, s.membership_id, s.number DESC) l
JOIN pipeline_memberships m ON m.person_id = l.person_id AND m.id = l.membership_id
JOIN pipelines q ON q.id = m.pipeline_id AND q.state = '{PipelineState.OPEN}'
JOIN people p ON p.id = m.person_id
JOIN {ORGANISATIONS} ON o.id = m.organisation_id
JOIN {numbered(families, "f")} ON f.code = q.family_code
WHERE l.step NOT IN ({_OVER}) AND m.entered_on <= date '{on}'
ORDER BY p.analysis_key, m.entered_on, m.id
"""  # noqa: S608 - our own words
    return query, [
        key("person", "p.analysis_key"),
        code("organisation", "o.position", organisations),
        code("family", "f.position", families),
        small("level", "q.level"),
        code("stage", position("l.stage", _STAGES), _STAGES),
        day("entered_on", "m.entered_on"),
        day("expires_on", "greatest(m.expires_on, m.entered_on)"),
    ]


def critical(organisations: Sequence[str], families: Sequence[str], on: date) -> tuple[str, list[Field]]:
    """Roles that were not closed by the day: what they are called and why they matter stays."""
    query = f"""
FROM critical_roles r
JOIN {ORGANISATIONS} ON o.id = r.organisation_id
JOIN {numbered(families, "f")} ON f.code = r.family_code
WHERE r.closed_on IS NULL OR r.closed_on > date '{on}'
ORDER BY o.position, f.position, r.level, r.id
"""
    return query, [
        code("organisation", "o.position", organisations),
        code("family", "f.position", families),
        small("level", "r.level"),
    ]


def transitions(organisations: Sequence[str], on: date) -> tuple[str, list[Field]]:
    """First posts in a leadership tier that had begun by the day, with the last answer by then to how supported the
    person feels: the number alone."""
    tiers = [tier.value for tier in Tier]
    ended = f"CASE WHEN t.state = '{TransitionState.ENDED_EARLY}' THEN greatest(t.ended_on, t.started_on) END"
    query = f"""
FROM transitions t
JOIN people p ON p.id = t.person_id
JOIN {ORGANISATIONS} ON o.id = t.organisation_id
LEFT JOIN LATERAL (SELECT min(u.arranged_on) AS on FROM transition_supports u
                    WHERE u.person_id = t.person_id AND u.transition_id = t.id) s ON true
LEFT JOIN LATERAL (SELECT max(c.due_on) AS on FROM transition_checkins c
                    WHERE c.person_id = t.person_id AND c.transition_id = t.id AND c.due_on <= date '{on}') k ON true
LEFT JOIN LATERAL (SELECT a.support_perception, {_UK_DAY.format("c.answered_at")} AS on
                     FROM transition_checkins c
                     JOIN checkin_answers a ON a.person_id = c.person_id AND a.transition_id = c.transition_id
                      AND a.day = c.day
                    WHERE c.person_id = t.person_id AND c.transition_id = t.id
                      AND {_UK_DAY.format("c.answered_at")} <= date '{on}'
                    ORDER BY c.day DESC LIMIT 1) a ON true
WHERE t.started_on <= date '{on}'
ORDER BY p.analysis_key, t.started_on, t.id
"""  # noqa: S608 - our own words
    return query, [
        key("person", "p.analysis_key"),
        code("organisation", "o.position", organisations),
        code("tier", position("t.to_tier", tiers), tiers),
        day("started_on", "t.started_on"),
        day("supported_on", "s.on"),
        day("ended_on", ended),
        day("asked_on", "k.on"),
        small("perception", "a.support_perception"),
        day("perceived_on", "a.on"),
    ]
