"""Three employers, partners of two of them, and people who work there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.clock import today
from service.opportunities.reactions import listen
from tests.builders import Builder, SignedIn

YESTERDAY, SOON = today() - timedelta(1), today() + timedelta(30)
VACANCY = {
    "kind": "vacancy",
    "title": "Ward manager",
    "summary": "Lead a ward of 24 beds.",
    "level": 7,
    "staff_group": "nursing_midwifery",
    "closes_on": SOON.isoformat(),
}


@dataclass(frozen=True)
class Town:
    """`here` decides; `amara` works here, `nia` and the second partner there."""

    make: Builder
    here: UUID
    there: UUID
    partner: SignedIn
    other: SignedIn
    amara: SignedIn
    nia: SignedIn

    async def staff(self, place: UUID, **given: Any) -> SignedIn:
        who = await self.make.staff(place, **given)
        await self.make.assignment(place, who.person, grade="6")
        return who

    async def waiting(self, *people: SignedIn, states: Sequence[str] = ("submitted",), **given: Any) -> UUID:
        """A closed opportunity of here with these people waiting."""
        made = await self.make.opportunity(self.here, closes_on=YESTERDAY, **given)
        for who in people:
            works = await self.sql("SELECT organisation_id FROM employments WHERE person_id = :p", p=who.person)
            await self.make.interest(who.person, self.here, made, *states, employer_id=works[0][0])
        return made

    async def checked(self, opportunity: UUID, *stages: str) -> None:
        """The inclusion check of these stages is answered."""
        row = {"o": self.here, "s": opportunity, "a": self.partner.account_id}
        for stage in stages or ("publish", "shortlist_closed", "decisions_made"):
            await self.sql(
                "INSERT INTO inclusion_checks (organisation_id, id, subject, subject_id, stage, finding, looked_at,"
                " will_do, owner_account_id, owner) VALUES (:o, gen_random_uuid(), 'opportunity', :s, :stage,"
                " 'could_not_tell', '', 'Ask more people.', :a, 'A')",
                stage=stage,
                **row,
            )

    async def case(self, opportunity: UUID) -> None:
        """An approved record of positive action, in force."""
        parts = ("group_described", "evidence", "figure", "comparator", "rationale", "proportionality", "alternatives")
        await self.sql(
            "INSERT INTO positive_action_records (organisation_id, id, subject, subject_id, title, release_id,"
            f" owner_id, review_on, state, approved_by, approved_on, {', '.join(parts)}) VALUES (:o, gen_random_uuid(),"
            " 'opportunity', :s, 'A', gen_random_uuid(), :p, current_date + 90, 'approved', 'B', current_date - 1,"
            f" {', '.join(repr(part) for part in parts)})",
            o=self.here,
            s=opportunity,
            p=self.partner.person,
        )

    async def sql(self, statement: str, **given: Any) -> list[Any]:
        async with self.make.admin.begin() as connection:
            done = await connection.execute(text(statement), given)
            return list(done.all()) if done.returns_rows else []


@pytest.fixture(scope="module")
async def town(admin: AsyncEngine) -> Town:
    listen()
    make = Builder(admin)
    here, there = await make.organisation(), await make.organisation()
    partners = [await make.hr_partner(place) for place in (here, there)]
    made = Town(make, here, there, *partners, *[await make.staff(place) for place in (here, there)])
    for who, place in ((made.amara, here), (made.nia, there)):
        await make.assignment(place, who.person, grade="6")
    return made


def tag(answer: httpx.Response) -> dict[str, str]:
    return {"If-Match": answer.headers["etag"]}


def fields(answer: httpx.Response) -> set[str]:
    """The fields that a refusal names."""
    return {problem["field"] for problem in answer.json()["errors"]}
