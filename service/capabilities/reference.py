"""The frameworks, job families and role profiles that every system starts with, in Ridgeway's own words."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.files.frameworks import read_framework
from service.capabilities.files.roles import read_roles
from service.capabilities.queries import known
from service.capabilities.rules import FrameworkKind
from service.capabilities.storing import store_framework, store_roles
from service.capabilities.tables import CapabilityFramework, JobFamily, RoleProfile
from service.kit.db import Base

DATA = Path(__file__).parent / "data"
_OURS: dict[str, Any] = {
    "version": 1,
    "licence_note": "The same licence as Ridgeway itself.",
    "approved_by": "nobody yet (supplied with Ridgeway)",
    "approved_on": date(2026, 11, 1),
}
FRAMEWORKS: tuple[dict[str, Any], ...] = (
    {
        "code": "ways",
        "name": "Six ways of leading in a system",
        "kind": FrameworkKind.BEHAVIOURS,
        "source_note": "The six ways of systems leadership, with behaviours in our own words. Evidence, never a score.",
        **_OURS,
    },
    {
        "code": "leadership",
        "name": "Leadership in public service",
        "kind": FrameworkKind.LEADERSHIP,
        "source_note": "A starting point in our own words. Have it approved locally, or publish your own.",
        **_OURS,
    },
)


async def ensure_reference(session: AsyncSession) -> None:
    """Adds what is missing. Safe to run again: where there are frameworks, or roles, none is added here."""
    families = [
        {**row, "staff_group": row["staff_group"] or None} for row in csv.DictReader(_text("families.csv").splitlines())
    ]
    await session.execute(insert(JobFamily).on_conflict_do_nothing(), families)
    if await _is_empty(session, CapabilityFramework):
        for head in FRAMEWORKS:
            content, _ = read_framework(_text(f"{head['code']}.csv"))
            await store_framework(session, head, content)
    if await _is_empty(session, RoleProfile):
        roles, _ = read_roles(_text("roles.csv"), await known(session))
        await store_roles(session, ((role, 1) for _, role in roles))


async def _is_empty(session: AsyncSession, table: type[Base]) -> bool:
    return not (await session.execute(select(func.count()).select_from(table))).scalar_one()


def _text(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")
