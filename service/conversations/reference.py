"""The first edition of the words that conversations are coded in: neutral, and meant to be replaced by your own."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.tables import ConversationTerm, TermsVersion

FILE = Path(__file__).parent / "terms_1.csv"
FIRST: dict[str, Any] = {
    "version": 1,
    "approved_by": "nobody yet (supplied with Ridgeway)",
    "approved_on": date(2026, 11, 1),
    "note": "A starting point with neutral words. Have it approved locally, then publish your own edition.",
}


async def ensure_reference(session: AsyncSession) -> None:
    """Adds the first edition where there is none. Safe to run again."""
    if not (await session.execute(select(func.count()).select_from(TermsVersion))).scalar_one():
        await session.execute(insert(TermsVersion), FIRST)
        await session.execute(insert(ConversationTerm), _rows())


def _rows() -> list[dict[str, Any]]:
    """In the order of the file."""
    with FILE.open(newline="", encoding="utf-8") as file:
        return [{**row, "version": 1, "place": place} for place, row in enumerate(csv.DictReader(file), 1)]
