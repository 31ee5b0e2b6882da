"""The grade schemes and the first edition of the crosswalk that every system starts with."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.organisations.tables import CrosswalkEntry, CrosswalkVersion, GradeScheme

FILE = Path(__file__).parent / "crosswalk_1.csv"
SCHEMES = {
    "afc": "Agenda for Change",
    "vsm": "Very senior managers",
    "medical": "Medical and dental",
    "njc": "Local government (NJC)",
    "charity": "Charity pay grades",
}
FIRST: dict[str, Any] = {
    "version": 1,
    "approved_by": "nobody yet (supplied with Ridgeway)",
    "approved_on": date(2026, 11, 1),
    "note": "A starting point. Have it approved locally, then publish your own edition.",
}


async def ensure_reference(session: AsyncSession) -> None:
    """Adds what is missing. Safe to run again: once an edition was published, by us or anybody, none is added here."""
    schemes = [{"code": code, "name": name} for code, name in SCHEMES.items()]
    await session.execute(insert(GradeScheme).on_conflict_do_nothing(), schemes)
    if not (await session.execute(select(func.count()).select_from(CrosswalkVersion))).scalar_one():
        await session.execute(insert(CrosswalkVersion), FIRST)
        await session.execute(insert(CrosswalkEntry), _rows())


def _rows() -> list[dict[str, Any]]:
    with FILE.open(newline="", encoding="utf-8") as file:
        return [{**row, "level": int(row["level"]), "version": 1} for row in csv.DictReader(file)]
