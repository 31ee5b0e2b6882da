from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.pathways.tables import ReleasedRoute

MOST = 20


class Route(Struct, frozen=True):
    """Where people went from a role profile, in the five years up to the day of the facts.

    people: rounded as the release says. median_months: spent in the profile before, by those who went. across_share: of
    them, who went to another organisation (0 to 1), null where it is withheld.
    """

    from_profile: str
    to_profile: str
    people: int
    median_months: int | None
    across_share: float | None
    release_number: int
    snapshot_on: date


async def routes_from(session: AsyncSession, profile_code: str) -> Sequence[Route]:
    """The routes out of a role profile that the newest release shows, those that most people took first; none where all
    are withheld. Anybody who signed in may ask.
    """
    return await _routes(session, ReleasedRoute.from_profile == profile_code)


async def find_route(session: AsyncSession, from_profile: str, to_profile: str) -> Route | None:
    """One route, or None where nobody took it or it is withheld: that looks the same."""
    asked = (ReleasedRoute.from_profile == from_profile) & (ReleasedRoute.to_profile == to_profile)
    found = await _routes(session, asked)
    return found[0] if found else None


async def _routes(session: AsyncSession, which: ColumnElement[bool]) -> list[Route]:
    asked = select(*(getattr(ReleasedRoute, name) for name in Route.__struct_fields__))
    order = (ReleasedRoute.people.desc(), ReleasedRoute.to_profile)
    rows = await session.execute(asked.where(which, ReleasedRoute.is_shown).order_by(*order).limit(MOST))
    return [Route(*row) for row in rows]
