"""Dates and codes of conversations that the person agreed. What was said is not here, and cannot be read from here: the
analyst role sees no conversation before the person agreed it, and no words of any.
"""

from collections.abc import Sequence
from datetime import date

import asyncpg

from service.conversations.rules import ActionState, NoneReason
from service.insight.copying import Field, code, day, key
from service.insight.facts.sql import ORGANISATIONS, codes_in, numbered, position


async def plans(connection: asyncpg.Connection, organisations: Sequence[str], on: date) -> tuple[str, list[Field]]:
    """The actions of people's plans, without what they say."""
    supports = await codes_in(connection, "support", "plan_actions")
    states = [state.value for state in ActionState]
    query = f"""
FROM plan_actions x
JOIN conversations v ON v.person_id = x.person_id AND v.id = x.conversation_id
JOIN people p ON p.id = x.person_id
JOIN {ORGANISATIONS} ON o.id = v.organisation_id
LEFT JOIN {numbered(supports, "s")} ON s.code = x.support
WHERE v.held_on <= date '{on}' AND v.agreed_on <= date '{on}'
ORDER BY p.analysis_key, v.held_on, x.id
"""
    return query, [
        key("person", "p.analysis_key"),
        code("organisation", "o.position", organisations),
        day("held_on", "v.held_on"),
        code("state", position("x.state", states), states),
        day("closed_on", "x.closed_on"),
        code("support", "s.position", supports),
    ]


def dues(on: date) -> tuple[str, list[Field]]:
    """Each person's last agreed conversation up to the day, and the day that it set for the next."""
    query = f"""
FROM (SELECT DISTINCT ON (person_id) person_id, held_on, next_due_on FROM conversations
       WHERE held_on <= date '{on}' AND agreed_on <= date '{on}'
       ORDER BY person_id, held_on DESC, id DESC) v
JOIN people p ON p.id = v.person_id
ORDER BY p.analysis_key
"""  # noqa: S608 - our own words
    return query, [key("person", "p.analysis_key"), day("last_on", "v.held_on"), day("due_on", "v.next_due_on")]


def reasons(organisations: Sequence[str]) -> tuple[str, list[Field]]:
    """Why somebody has had no conversation lately, where their employer said so."""
    known = [reason.value for reason in NoneReason]
    query = f"""
FROM conversation_dues d JOIN people p ON p.id = d.person_id JOIN {ORGANISATIONS} ON o.id = d.organisation_id
WHERE d.none_reason IS NOT NULL AND d.reason_given_on IS NOT NULL
ORDER BY p.analysis_key, o.position
"""
    return query, [
        key("person", "p.analysis_key"),
        code("organisation", "o.position", organisations),
        code("reason", position("d.none_reason", known), known),
        day("given_on", "d.reason_given_on"),
    ]
