from collections.abc import Sequence

import asyncpg

from analytics.frames import CONTRACTS, KINDS
from service.insight.copying import Field, code, day, key, real, small
from service.insight.facts.sql import ORGANISATIONS, codes_in, numbered, position
from service.posts.rules import StaffGroup


async def spells(
    connection: asyncpg.Connection, organisations: Sequence[str], profiles: Sequence[str], crosswalk: int | None
) -> tuple[str, list[Field]]:
    """The query and fields of assignments. A grade that the crosswalk does not know has no level: it is counted as
    unmapped, never guessed. The job title stays where it is: only the role profile that it means comes out.
    """
    reasons, destinations = [await codes_in(connection, name, "assignments") for name in ("end_reason", "destination")]
    groups = [group.value for group in StaffGroup]
    fields = [
        key("person", "p.analysis_key"),
        code("organisation", "o.position", organisations),
        code("kind", position("a.kind", KINDS), KINDS),
        small("level", "c.level"),
        code("staff_group", position("a.staff_group", groups), groups),
        real("fte", "a.fte"),
        day("started", "a.started"),
        day("ended", "a.ended"),
        code("end_reason", "r.position", reasons),
        code("destination", "d.position", destinations),
        code("contract", position("a.contract", CONTRACTS), CONTRACTS),
        code("profile", "f.position", profiles),
    ]
    return _query(crosswalk, reasons, destinations, profiles), fields


def _query(crosswalk: int | None, reasons: Sequence[str], destinations: Sequence[str], profiles: Sequence[str]) -> str:
    return f"""
FROM assignments a
JOIN people p ON p.id = a.person_id
JOIN {ORGANISATIONS} ON o.id = a.organisation_id
LEFT JOIN crosswalk_entries c
       ON c.version = {crosswalk or 0} AND c.scheme = a.grade_scheme AND c.grade = a.grade
LEFT JOIN {numbered(reasons, "r")} ON r.code = a.end_reason
LEFT JOIN {numbered(destinations, "d")} ON d.code = a.destination
LEFT JOIN private.profiles_held() h ON h.organisation_id = a.organisation_id AND h.assignment_id = a.id
LEFT JOIN {numbered(profiles, "f")} ON f.code = h.profile_code
ORDER BY p.analysis_key, a.started, o.position, a.id
"""
