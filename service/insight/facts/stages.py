"""The steps of a career as dates and outcomes: conversations, and what was applied for, decided and done. What somebody
wrote when they applied, and what was written back, stays where it is.
"""

from collections.abc import Sequence
from typing import Final

from analytics.frames import SOURCES, STAGES
from service.insight.copying import Field, code, day, key, small
from service.insight.facts.sql import ORGANISATIONS, position

OUTCOMES: Final = (
    *("agreed", "accepted", "declined", "shortlisted", "rejected", "withdrawn", "appointed", "not_appointed"),
    *("completed", "did_not_complete"),
)


def events(organisations: Sequence[str]) -> tuple[str, list[Field]]:
    """One row a step, at the person's employer then. A conversation opens on the day it was held, and closes on the day
    the person agreed its record. An application for a development offer, or an interest in an opportunity, opens when
    it was sent; whoever got a place without a shortlist was shortlisted on that day. What is not decided is open. An
    opportunity has a level of its own, the target.
    """
    query = f"""
FROM (
    SELECT v.id, v.person_id, v.organisation_id, {STAGES.index("conversation")} AS stage, v.held_on AS opened_on,
           greatest(v.agreed_on, v.held_on) AS closed_on, 'agreed' AS outcome, NULL AS source, NULL::int AS target
      FROM conversations v WHERE v.held_on IS NOT NULL
    UNION ALL {_followed(_OFFERS, _OFFER_STEPS)}
    UNION ALL {_followed(_INTERESTS, _INTEREST_STEPS)}
) e JOIN people p ON p.id = e.person_id JOIN {ORGANISATIONS} ON o.id = e.organisation_id
ORDER BY p.analysis_key, e.opened_on, e.stage, e.id
"""  # noqa: S608 - our own words
    outcome = " ".join(f"WHEN '{name}' THEN {at}" for at, name in enumerate(OUTCOMES))
    return query, [
        key("person", "p.analysis_key"),
        code("organisation", "o.position", organisations),
        code("stage", "e.stage", STAGES),
        day("opened_on", "e.opened_on"),
        day("closed_on", "e.closed_on"),
        code("outcome", f"CASE e.outcome {outcome} END", OUTCOMES),
        code("source", position("e.source", SOURCES), SOURCES),
        small("target", "e.target"),
    ]


# The first day on which each state was reached, by the clock on the wall.
_OFFERS: Final = """
    SELECT a.id, a.person_id, a.organisation_id, 'offer' AS source, NULL::int AS target, first.*
      FROM offer_applications a CROSS JOIN LATERAL (
           SELECT min(s.on) AS begun,
                  min(s.on) FILTER (WHERE s.state = 'submitted') AS sent,
                  min(s.on) FILTER (WHERE s.state IN ('shortlisted', 'placed')) AS listed,
                  min(s.on) FILTER (WHERE s.state = 'placed') AS chosen,
                  min(s.on) FILTER (WHERE s.state = 'unsuccessful') AS refused,
                  min(s.on) FILTER (WHERE s.state = 'withdrawn') AS withdrawn,
                  min(s.on) FILTER (WHERE s.state IN ('attended', 'completed')) AS taken_up,
                  min(s.on) FILTER (WHERE s.state = 'completed') AS done,
                  min(s.on) FILTER (WHERE s.state = 'not_completed') AS broken_off
             FROM (SELECT h.state, (h.at AT TIME ZONE 'Europe/London')::date AS on FROM offer_application_states h
                    WHERE h.person_id = a.person_id AND h.application_id = a.id) s) first
     WHERE a.organisation_id IS NOT NULL
"""
_INTERESTS: Final = """
    SELECT i.id, i.person_id, i.employer_id AS organisation_id, 'opportunity' AS source, q.level::int AS target, first.*
      FROM interests i
      LEFT JOIN opportunities q ON q.organisation_id = i.organisation_id AND q.id = i.opportunity_id
     CROSS JOIN LATERAL (
           SELECT min(s.on) FILTER (WHERE s.state = 'submitted') AS sent,
                  min(s.on) FILTER (WHERE s.state IN ('shortlisted', 'selected')) AS listed,
                  min(s.on) FILTER (WHERE s.state = 'selected') AS chosen,
                  min(s.on) FILTER (WHERE s.state IN ('not_shortlisted', 'not_selected')) AS refused,
                  min(s.on) FILTER (WHERE s.state IN ('withdrawn', 'declined')) AS withdrawn,
                  min(s.on) FILTER (WHERE s.state IN ('accepted', 'started')) AS taken_up,
                  min(s.on) FILTER (WHERE s.state = 'started') AS done
             FROM (SELECT h.state, (h.at AT TIME ZONE 'Europe/London')::date AS on FROM interest_states h
                    WHERE h.person_id = i.person_id AND h.interest_id = i.id) s) first
     WHERE i.employer_id IS NOT NULL
"""
# stage: when it opened, and in order of precedence the days and outcomes that close it
_Step = tuple[str, str, tuple[tuple[str, str], ...]]
_CHOSEN: Final = (("chosen", "appointed"), ("refused", "not_appointed"), ("withdrawn", "withdrawn"))
_DECIDED: Final[tuple[_Step, ...]] = (
    ("application", "sent", (("listed", "shortlisted"), ("refused", "rejected"), ("withdrawn", "withdrawn"))),
    ("shortlist", "listed", _CHOSEN),
    ("appointment", "chosen", (("taken_up", "accepted"), ("withdrawn", "declined"))),
)
_OFFER_STEPS: Final[tuple[_Step, ...]] = (
    ("offer", "begun", (("sent", "accepted"), ("withdrawn", "declined"))),
    *_DECIDED,
    ("completion", "taken_up", (("done", "completed"), ("broken_off", "did_not_complete"))),
)
_INTEREST_STEPS: Final[tuple[_Step, ...]] = (*_DECIDED, ("completion", "taken_up", (("done", "completed"),)))


def _followed(history: str, steps: Sequence[_Step]) -> str:
    rows = ", ".join(_row(*step) for step in steps)
    return f"""
    SELECT c.id, c.person_id, c.organisation_id, v.stage, v.opened_on,
           CASE WHEN v.closed_on IS NOT NULL THEN greatest(v.closed_on, v.opened_on) END, v.outcome,
           c.source, c.target
      FROM ({history}) c
     CROSS JOIN LATERAL (VALUES {rows}) AS v (stage, opened_on, closed_on, outcome)
     WHERE v.opened_on IS NOT NULL"""  # noqa: S608 - our own words


def _row(stage: str, opened: str, closes: Sequence[tuple[str, str]]) -> str:
    closed = ", ".join(f"c.{when}" for when, _ in closes)
    outcome = " ".join(f"WHEN c.{when} IS NOT NULL THEN '{name}'" for when, name in closes)
    return f"({STAGES.index(stage)}, c.{opened}, coalesce({closed}), CASE {outcome} END)"
