"""Flags: what the newest release found, what earlier ones did, and how each stands."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.insight.rules import ReleaseState
from service.insight.rules.flags import FlagState
from service.insight.schemas.flags import ChangeOut, FlagOut
from service.insight.tables import Flag, FlagHistory, FlagSighting, Release
from service.kit.errors import NotFound

Key = tuple[str, str, str, str]
KEY = (Flag.step, Flag.focus, Flag.reference, Flag.organisation)
_STANDING = Release.state == ReleaseState.PUBLISHED


async def list_known(session: AsyncSession) -> Mapping[Key, UUID]:
    """Every flag that there ever was, by what it compares."""
    rows = await session.execute(select(Flag.id, *KEY))
    return {(step, focus, reference, organisation): id_ for id_, step, focus, reference, organisation in rows}


async def list_keys(session: AsyncSession, release_id: UUID) -> Sequence[Key]:
    """What the flags of one release compare."""
    asked = (
        select(*KEY).join(FlagSighting, FlagSighting.flag_id == Flag.id).where(FlagSighting.release_id == release_id)
    )
    return [
        (step, focus, reference, organisation) for step, focus, reference, organisation in await session.execute(asked)
    ]


async def list_flags(session: AsyncSession, *, limit: int = 500) -> list[FlagOut]:
    """Every flag that a standing release found, with its last words and how it stands: those of the newest release, and
    those of earlier ones that nobody closed. In no particular order."""
    rows = (await session.execute(_flags().limit(limit))).all()
    return [FlagOut(*row) for row in rows if row.found_in == row.newest or row.state != FlagState.CLOSED]


async def get_flag(session: AsyncSession, flag_id: UUID) -> FlagOut:
    """One flag, as it stands. Raises NotFound, also where no standing release found it."""
    row = (await session.execute(_flags().where(Flag.id == flag_id))).one_or_none()
    if row is None:
        raise NotFound("flag")
    return FlagOut(*row)


async def list_changes(session: AsyncSession, flag_id: UUID) -> list[ChangeOut]:
    """What people made of a flag, the newest first."""
    told = (FlagHistory.state, FlagHistory.at, FlagHistory.by_name, FlagHistory.owner, FlagHistory.next_on)
    asked = select(FlagHistory.number, *told, FlagHistory.evidence).where(FlagHistory.flag_id == flag_id)
    rows = await session.execute(asked.order_by(FlagHistory.number.desc()).limit(200))
    return [ChangeOut(*row) for row in rows]


def _flags() -> Select[*tuple[Any, ...]]:
    """Each flag beside its last sighting, its last change, and the newest release; columns in the order of FlagOut."""
    found = select(
        FlagSighting.flag_id,
        FlagSighting.words,
        FlagSighting.figures,
        Release.number.label("found_in"),
        Release.snapshot_on.label("found_on"),
        func.row_number().over(partition_by=FlagSighting.flag_id, order_by=Release.number.desc()).label("place"),
        func.min(Release.number).over(partition_by=FlagSighting.flag_id).label("first_in"),
        func.min(Release.snapshot_on).over(partition_by=FlagSighting.flag_id).label("first_on"),
    ).join(Release, and_(Release.id == FlagSighting.release_id, _STANDING))
    last = found.subquery("found")
    newest = select(Release.number, Release.id, Release.snapshot_on, Release.made_at).where(_STANDING)
    newest_one = newest.order_by(Release.number.desc()).limit(1).subquery("newest")
    later = aliased(FlagHistory)
    is_last = ~select(1).where(later.flag_id == FlagHistory.flag_id, later.number > FlagHistory.number).exists()
    return (
        select(
            Flag.id,
            *KEY,
            *(last.c[name] for name in ("words", "figures", "found_in", "found_on", "first_in", "first_on")),
            newest_one.c.number.label("newest"),
            newest_one.c.id.label("release_id"),
            newest_one.c.snapshot_on.label("newest_on"),
            newest_one.c.made_at.label("newest_at"),
            func.coalesce(FlagHistory.number, 0).label("version"),
            func.coalesce(FlagHistory.state, FlagState.OPEN).label("state"),
            FlagHistory.at,
            FlagHistory.owner,
            FlagHistory.next_on,
            FlagHistory.evidence,
        )
        .join(last, and_(last.c.flag_id == Flag.id, last.c.place == 1))
        .join(newest_one, newest_one.c.number.is_not(None))
        .outerjoin(FlagHistory, and_(FlagHistory.flag_id == Flag.id, is_last))
    )
