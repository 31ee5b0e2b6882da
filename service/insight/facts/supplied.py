"""Counts that organisations supplied for the statutory returns: the newest of each line, of the last 18 months."""

from datetime import date
from typing import Final

import asyncpg

# A return is yearly, and handed in some months after its year.
_MONTHS: Final = 18
_NEWEST: Final = f"""
WITH newest AS (
    SELECT DISTINCT ON (s.organisation_id, s.measure, s.period_end, s.group_code)
           s.organisation_id, s.measure, s.period_end, s.group_code, s.numerator, s.denominator
      FROM supplied_figures s
     WHERE s.period_end <= $1 AND s.period_end > ($1 - interval '{_MONTHS} months')
     ORDER BY s.organisation_id, s.measure, s.period_end, s.group_code, s.at DESC, s.id DESC
)
SELECT o.code AS organisation, n.measure, n.period_end, n.group_code AS "group", n.numerator AS a, n.denominator AS n
  FROM newest n JOIN organisations o ON o.id = n.organisation_id
 WHERE n.period_end = (SELECT max(m.period_end) FROM newest m
                        WHERE m.organisation_id = n.organisation_id AND m.measure = n.measure)
 ORDER BY o.code COLLATE "C", n.measure COLLATE "C", n.group_code COLLATE "C"
"""  # noqa: S608


async def supplied(connection: asyncpg.Connection, on: date) -> list[dict[str, object]]:
    """organisation (its code), measure, period_end, group, a of n people, as at the day `on`."""
    return [dict(row) for row in await connection.fetch(_NEWEST, on)]
