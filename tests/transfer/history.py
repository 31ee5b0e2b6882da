"""Files of past conversations for tests: `a_file(a_talk("1"), a_talk("2", KIND="Follow-up"))`."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.grants import Role
from tests.builders import Builder, SignedIn
from tests.transfer.files import bring_in, give

KIND = "conversations"


@dataclass(frozen=True)
class Talkers:
    """An organisation with its HR partner, somebody who was talked with, and whoever held it."""

    organisation: UUID
    partner: SignedIn
    person: UUID
    facilitator: UUID


async def talkers(make: Builder, **person: str) -> Talkers:
    """Employee numbers P, F and H (the partner's own); the first post of P is from 1 March 2024."""
    here = await make.organisation()
    one, held_it, own = await make.person(**person), await make.person(email="bronwen@example.org"), await make.person()
    for number, somebody in (("P", one), ("F", held_it), ("H", own)):
        await make.employment(here, somebody, employee_number=number)
    await make.assignment(here, one, started=date(2024, 3, 1))
    return Talkers(here, await make.account([(Role.HR_PARTNER, here)], own), one, held_it)


def a_talk(number: str = "P", **given: str) -> dict[str, str]:
    row = {
        "EMPLOYEE_NUMBER": number,
        "HELD_ON": "14/05/2025",
        "KIND": "First career conversation",
        "FACILITATOR_EMPLOYEE_NUMBER": "F",
    }
    return row | given


async def give_talks(client: httpx.AsyncClient, here: UUID, content: bytes, **fields: str) -> httpx.Response:
    return await give(client, here, content, "talks.csv", kind=KIND, **fields)


async def bring_in_talks(client: httpx.AsyncClient, here: UUID, content: bytes) -> dict:
    return await bring_in(client, here, content, kind=KIND)


async def talks_of(admin: AsyncEngine, organisation: UUID) -> list[dict]:
    """All that is kept of the conversations of an organisation, past row security."""
    asked = (
        "SELECT c.*, w.summary, w.codes, w.written_by_id, s.state AS first_state, s.reason FROM conversations c"
        " LEFT JOIN wordings w ON w.person_id = c.person_id AND w.conversation_id = c.id AND w.number = 1"
        " LEFT JOIN conversation_states s ON s.person_id = c.person_id AND s.conversation_id = c.id AND s.number = 1"
        " WHERE c.organisation_id = :o ORDER BY c.held_on, c.id"
    )
    async with admin.connect() as connection:
        return [dict(row) for row in (await connection.execute(text(asked), {"o": organisation})).mappings()]
