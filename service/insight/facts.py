"""Facts out of the database, through the analyst role: no name, no free text, no date of birth; a person is a number.

Everything is read in one REPEATABLE READ transaction, so the three files tell of one moment. Rows are in order of
the person's number: the same database gives the same files.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import asyncpg

from analytics.frames import GROUPS, KINDS, NON_ANSWERS, STAGES
from service.insight.copying import Field, Part, code, copy_out, day, key, real, small
from service.people.rules import NOT_KNOWN, NOT_STATED, Characteristic, answers_for, reporting_group
from service.posts.rules import StaffGroup

# The sort of a million rows does not fit the server's usual few megabytes.
_ROOM: Final = "SET LOCAL work_mem = '128MB'"
_AGES: Final = tuple((int(band[:2]), band) for band in reversed(GROUPS["age_band"]))


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied, beside the files: the employers as they were called, and the edition of the crosswalk that
    gave the levels.
    """

    parts: Mapping[str, Sequence[Part]]
    organisations: Sequence[Mapping[str, str]]
    crosswalk_version: int | None


async def copy_facts(connection: asyncpg.Connection, folder: Path, on: date) -> Copied:
    """Copies people, spells and events into `folder` as at the day `on`. `connection` acts as the analyst role."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(_ROOM)
        organisations = await connection.fetch('SELECT code, name FROM organisations ORDER BY code COLLATE "C"')
        version = await connection.fetchval("SELECT max(version) FROM crosswalk_versions")
        codes = [row["code"] for row in organisations]
        reasons, destinations = [await _codes_in(connection, column) for column in ("end_reason", "destination")]
        parts = {
            "people": await copy_out(connection, PEOPLE, people_fields(on), folder, "people"),
            "spells": await copy_out(
                connection,
                spells_query(version, reasons, destinations),
                spell_fields(codes, reasons, destinations),
                folder,
                "spells",
            ),
            "events": await copy_out(connection, EVENTS, event_fields(codes), folder, "events"),
        }
    return Copied(parts, [dict(row) for row in organisations], version)


def people_fields(on: date) -> list[Field]:
    answers = [code(c.value, _group_of(c), [*GROUPS[c.value], *NON_ANSWERS]) for c in Characteristic]
    bands = [*GROUPS["age_band"], *NON_ANSWERS]
    return [key("person", "p.analysis_key"), *answers, code("age_band", _age_band("p.birth_date", on, bands), bands)]


def spell_fields(organisations: Sequence[str], reasons: Sequence[str], destinations: Sequence[str]) -> list[Field]:
    groups = [group.value for group in StaffGroup]
    return [
        key("person", "p.analysis_key"),
        code("organisation", "o.position", organisations),
        code("kind", _position("a.kind", KINDS), KINDS),
        small("level", "c.level"),
        code("staff_group", _position("a.staff_group", groups), groups),
        real("fte", "a.fte"),
        day("started", "a.started"),
        day("ended", "a.ended"),
        code("end_reason", "r.position", reasons),
        code("destination", "d.position", destinations),
    ]


def event_fields(organisations: Sequence[str]) -> list[Field]:
    """A conversation that was held opens and closes on its day. What was said is not here, and cannot be read from
    here.
    """
    return [
        key("person", "p.analysis_key"),
        code("organisation", "o.position", organisations),
        code("stage", str(STAGES.index("conversation")), STAGES),
        day("opened_on", "v.held_on"),
        day("closed_on", "v.held_on"),
        code("outcome", "0", ("held",)),
    ]


_ORGANISATIONS: Final = (
    '(SELECT id, row_number() OVER (ORDER BY code COLLATE "C") - 1 AS position FROM organisations) o'
)
PEOPLE: Final = f"""
FROM people p
{
    "".join(
        f" LEFT JOIN equality_answers {c.value}"
        f" ON {c.value}.person_id = p.id AND {c.value}.characteristic = '{c.value}'"
        for c in Characteristic
    )
}
ORDER BY p.analysis_key
"""
EVENTS: Final = f"""
FROM conversations v JOIN people p ON p.id = v.person_id JOIN {_ORGANISATIONS} ON o.id = v.organisation_id
ORDER BY p.analysis_key, v.held_on, v.id
"""


def spells_query(crosswalk_version: int | None, reasons: Sequence[str], destinations: Sequence[str]) -> str:
    """A grade that the crosswalk does not know has no level: it is counted as unmapped, never guessed."""
    return f"""
FROM assignments a
JOIN people p ON p.id = a.person_id
JOIN {_ORGANISATIONS} ON o.id = a.organisation_id
LEFT JOIN crosswalk_entries c
       ON c.version = {crosswalk_version or 0} AND c.scheme = a.grade_scheme AND c.grade = a.grade
LEFT JOIN {_numbered(reasons, "r")} ON r.code = a.end_reason
LEFT JOIN {_numbered(destinations, "d")} ON d.code = a.destination
ORDER BY p.analysis_key, a.started, o.position, a.id
"""


async def _codes_in(connection: asyncpg.Connection, column: str) -> list[str]:
    """The values in a column of codes. They travel as numbers, so that every row of the copy has one width."""
    rows = await connection.fetch(f"SELECT DISTINCT {column} AS code FROM assignments WHERE {column} IS NOT NULL")  # noqa: S608
    return sorted(row["code"] for row in rows)


def _numbered(codes: Sequence[str], name: str) -> str:
    """A table of codes and positions to join to. The codes were read from the database itself, and are quoted."""
    pairs = ", ".join(f"({_quoted(code)}, {position})" for position, code in enumerate(codes))
    return f"(VALUES {pairs or '(NULL::text, NULL::int)'}) AS {name} (code, position)"


def _group_of(characteristic: Characteristic) -> str:
    """The reporting group of an answer; no answer on record was never asked for, and one we cannot read is not
    stated.
    """
    groups = [*GROUPS[characteristic.value], *NON_ANSWERS]
    known = [(answer, groups.index(reporting_group(characteristic, answer))) for answer in answers_for(characteristic)]
    column = f"{characteristic.value}.code"
    return _case(
        column, known, f"CASE WHEN {column} IS NULL THEN {groups.index(NOT_KNOWN)} ELSE {groups.index(NOT_STATED)} END"
    )


def _age_band(column: str, on: date, bands: Sequence[str]) -> str:
    """By birthdays reached on the day. Under 16, or born after it, is a mistake in the record: not known."""
    reached = " ".join(
        f"WHEN {column} <= (date '{on}' - interval '{age} years') THEN {bands.index(band)}" for age, band in _AGES
    )
    return f"CASE {reached} ELSE {bands.index(NOT_KNOWN)} END"


def _position(column: str, codes: Sequence[str]) -> str:
    return _case(column, [(code, position) for position, code in enumerate(codes)], "NULL")


def _case(column: str, known: Iterable[tuple[str, int]], otherwise: str) -> str:
    whens = " ".join(f"WHEN {_quoted(value)} THEN {position}" for value, position in known)
    return f"CASE {column} {whens} ELSE {otherwise} END"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
