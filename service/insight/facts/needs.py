"""What was due to somebody and was not done, as codes and days: what a plan says, why somebody was not chosen and who
was meant to help stays where it is.

Each is told as it stood on the day, by the rules of the room that keeps it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from analytics.frames import DRIVERS
from service.insight.copying import Field, code, day, key
from service.insight.facts.sql import ORGANISATIONS, position
from service.mobility.rules.secondments import RETURN_CHECK, ReturnRole
from service.pathways.rules.transitions import SUPPORT_WITHIN

# What nobody did within a year is no longer waiting for anybody.
_LONGEST: Final = "interval '1 year'"
_SETTLED: Final = f"('{ReturnRole.KNOWN}', '{ReturnRole.NOT_NEEDED}')"


def needs(organisations: Sequence[str], on: date) -> tuple[str, list[Field]]:
    """One row a person, employer and driver; of several alike, the one that has waited longest. The employer is the one
    that the person works for, and that can do something about it."""
    each = " UNION ALL ".join(told(f"date '{on}'") for told in (_plans, _secondments, _aftercare, _transitions))
    query = f"""
FROM (SELECT n.person_id, n.organisation_id, n.driver, min(n.since) AS since FROM ({each}) n
       GROUP BY n.person_id, n.organisation_id, n.driver) d
JOIN people p ON p.id = d.person_id JOIN {ORGANISATIONS} ON o.id = d.organisation_id
ORDER BY p.analysis_key, o.position, d.driver
"""  # noqa: S608 - our own words
    return query, [
        key("person", "p.analysis_key"),
        code("organisation", "o.position", organisations),
        code("driver", position("d.driver", DRIVERS), DRIVERS),
        day("since", "d.since"),
    ]


def _plans(on: str) -> str:
    """An action of a plan that the person agreed, open on the day and past its own."""
    return f"""
    SELECT x.person_id, v.organisation_id, 'plan_overdue' AS driver, x.due_on AS since
      FROM plan_actions x JOIN conversations v ON v.person_id = x.person_id AND v.id = x.conversation_id
     WHERE v.agreed_on <= {on} AND x.opened_on <= {on} AND x.due_on < {on} AND x.due_on >= {on} - {_LONGEST}
       AND (x.state = 'open' OR x.closed_on > {on})"""  # noqa: S608


def _secondments(on: str) -> str:
    """One that runs, ends soon, and of which nobody has said that there is a post to return to or that none is needed.
    It is the home organisation that has to find one."""
    near = RETURN_CHECK.days
    return f"""
    SELECT s.person_id, s.home_organisation_id, 'secondment_ending', greatest(s.starts, s.ends - {near})
      FROM secondments s
     WHERE s.agreed_on <= {on} AND s.starts <= {on} AND s.ends BETWEEN {on} AND {on} + {near}
       AND (s.ended_on IS NULL OR s.ended_on >= {on})
       AND (s.return_role IS NULL OR s.return_role NOT IN {_SETTLED} OR s.return_checked_on > {on})"""  # noqa: S608


def _aftercare(on: str) -> str:
    """Not chosen, and no conversation in the days that there were for it. The employer then, whoever owes it."""
    return f"""
    SELECT a.person_id, i.employer_id, 'no_aftercare', a.due_on
      FROM aftercare a JOIN interests i ON i.person_id = a.person_id AND i.id = a.interest_id
     WHERE a.due_on < {on} AND a.due_on >= {on} - {_LONGEST} AND coalesce(a.talked_on, {on} + 1) > {on}
       AND coalesce((a.declined_at AT TIME ZONE 'Europe/London')::date, {on} + 1) > {on}"""  # noqa: S608


def _transitions(on: str) -> str:
    """A first post in a leadership tier for which nobody arranged any support in the days that there were for it."""
    return f"""
    SELECT t.person_id, t.organisation_id, 'no_support', t.started_on + {SUPPORT_WITHIN.days}
      FROM transitions t
     WHERE t.started_on + {SUPPORT_WITHIN.days} < {on} AND t.started_on >= {on} - {_LONGEST}
       AND coalesce(t.ended_on, {on} + 1) > {on}
       AND NOT EXISTS (SELECT 1 FROM transition_supports u
                        WHERE u.person_id = t.person_id AND u.transition_id = t.id AND u.arranged_on <= {on})"""  # noqa: S608
