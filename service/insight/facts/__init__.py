"""Facts out of the database, through the analyst role: no name, no free text, no date of birth; a person is a number.

Everything is read in one REPEATABLE READ transaction, so the files tell of one moment. Rows are in order of the
person's number: the same database gives the same files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import asyncpg

from service.insight.copying import Part, copy_out
from service.insight.facts.conversations import dues, plans, reasons
from service.insight.facts.needs import needs
from service.insight.facts.people import PEOPLE, people_fields
from service.insight.facts.pipelines import critical, members, transitions
from service.insight.facts.posts import spells
from service.insight.facts.stages import events
from service.insight.facts.supplied import supplied
from service.insight.facts.wants import aspirations, roles

# The sort of a million rows does not fit the server's usual few megabytes.
_ROOM: Final = "SET LOCAL work_mem = '128MB'"
_NAMES: Final = {
    "organisations": 'SELECT code, name FROM organisations ORDER BY code COLLATE "C"',
    "families": 'SELECT code, name FROM job_families ORDER BY code COLLATE "C"',
    "profiles": 'SELECT DISTINCT ON (code COLLATE "C") code, title AS name FROM role_profiles'
    " WHERE state = 'published' ORDER BY code COLLATE \"C\", version DESC",
}


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied, beside the files: what employers, job families and role profiles were called, and the edition of
    the crosswalk that gave the levels, and the counts that organisations supplied.
    """

    parts: Mapping[str, Sequence[Part]]
    names: Mapping[str, Sequence[Mapping[str, str]]]
    crosswalk_version: int | None
    supplied: Sequence[Mapping[str, object]]


async def copy_facts(connection: asyncpg.Connection, folder: Path, on: date) -> Copied:
    """Copies every frame of `analytics.frames` into `folder` as at the day `on`. `connection` acts as the analyst
    role.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(_ROOM)
        names = {what: [dict(row) for row in await connection.fetch(asked)] for what, asked in _NAMES.items()}
        version = await connection.fetchval("SELECT max(version) FROM crosswalk_versions")
        organisations, families, profiles = ([row["code"] for row in names[what]] for what in _NAMES)
        wanted = {
            "people": (PEOPLE, people_fields(on)),
            "spells": await spells(connection, organisations, profiles, version),
            "events": events(organisations),
            "plans": await plans(connection, organisations, on),
            "dues": dues(on),
            "reasons": reasons(organisations),
            "aspirations": aspirations(organisations, families, on),
            "roles": roles(profiles, families),
            "needs": needs(organisations, on),
            "members": members(organisations, families, on),
            "critical": critical(organisations, families, on),
            "transitions": transitions(organisations, on),
        }
        counts = await supplied(connection, on)
        parts = {
            name: await copy_out(connection, query, fields, folder, name) for name, (query, fields) in wanted.items()
        }
    return Copied(parts, names, version, counts)
