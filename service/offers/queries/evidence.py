"""The released figures that a partner may cite: no report, no count, and nothing of one organisation."""

from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.offers.rules.evidence import Figure, Share, figures, release_in

_SHARES = text("SELECT * FROM private.released_shares(:number)")


async def list_figures(session: AsyncSession, number: int | None = None) -> list[Figure]:
    """Of the newest release that stands, or of that with this number; nothing where it was withdrawn, or for somebody
    who is nobody's partner."""
    rows = await session.execute(_SHARES, {"number": number})
    return figures(_share(row) for row in rows)


async def find_figure(session: AsyncSession, code: str) -> Figure | None:
    """The figure that a code names, as long as its release stands."""
    number = release_in(code)
    if number is None:
        return None
    return next((one for one in await list_figures(session, number) if one.code == code), None)


def _share(row: Any) -> Share:
    which = (row.release_id, row.number, row.snapshot_on, row.part, row.group, row.level)
    return Share(*which, float(row.share), _rate(row.low), _rate(row.high))


def _rate(found: Decimal | None) -> float | None:
    return None if found is None else float(found)
