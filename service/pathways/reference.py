"""The tiers of leadership and the steps between roles that every system starts with."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.capabilities.rules import ProfileState
from service.capabilities.tables import RoleProfile
from service.kit.ids import new_id
from service.pathways.tables import LeadershipTier, PathwayStep, TierExpectation

DATA = Path(__file__).parent / "data"
TIERS: tuple[dict[str, Any], ...] = (
    {
        "code": "enabled_leader",
        "name": "Enabled leader",
        "summary": "Leads people whose work they know, at any level, and makes good work possible",
        "from_level": 4,
        "to_level": 7,
        "place": 1,
    },
    {
        "code": "mid_senior",
        "name": "Mid to senior leader",
        "summary": "System framers, not solution providers",
        "from_level": 7,
        "to_level": 8,
        "place": 2,
    },
    {
        "code": "executive",
        "name": "Executive",
        "summary": "Answers for the whole, with other organisations",
        "from_level": 8,
        "to_level": 9,
        "place": 3,
    },
)


async def ensure_reference(session: AsyncSession) -> None:
    """Adds what is missing. Safe to run again: a step that was ever there, retired since or not, is not added twice."""
    await session.execute(insert(LeadershipTier).on_conflict_do_nothing(), list(TIERS))
    await session.execute(insert(TierExpectation).on_conflict_do_nothing(), _expectations())
    known, there = await _profiles(session), await _pairs(session)
    missing = [
        {
            "id": new_id(),
            "from_profile_id": known[row["from_code"]],
            "to_profile_id": known[row["to_code"]],
            "kind": row["kind"],
            "typical_months": int(row["typical_months"]),
            "what_helps": row["what_helps"],
        }
        for row in _rows("steps.csv")
        if (row["from_code"], row["to_code"]) not in there and {row["from_code"], row["to_code"]} <= known.keys()
    ]
    if missing:
        await session.execute(insert(PathwayStep), missing)


async def _profiles(session: AsyncSession) -> dict[str, Any]:
    """code -> id of the newest published profile."""
    asked = select(RoleProfile.code, RoleProfile.id).where(RoleProfile.state == ProfileState.PUBLISHED)
    return {row.code: row.id for row in await session.execute(asked.order_by(RoleProfile.version))}


async def _pairs(session: AsyncSession) -> set[tuple[str, str]]:
    first, then = aliased(RoleProfile), aliased(RoleProfile)
    asked = (
        select(first.code, then.code)
        .select_from(PathwayStep)
        .join(first, first.id == PathwayStep.from_profile_id)
        .join(then, then.id == PathwayStep.to_profile_id)
    )
    return {(one, other) for one, other in await session.execute(asked)}


def _expectations() -> list[dict[str, Any]]:
    seen: Counter[tuple[str, str]] = Counter()
    made: list[dict[str, Any]] = []
    for row in _rows("tiers.csv"):
        key = row["tier"], row["kind"]
        seen[key] += 1
        made.append({**row, "place": seen[key]})
    return made


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
