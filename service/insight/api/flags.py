"""Flags over JSON: what releases found, and what people made of it."""

from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.insight.actions.flags import change_flag
from service.insight.queries.flags import get_flag, list_changes, list_flags
from service.insight.schemas.flags import ChangeIn, FlagsOut, OneFlagOut
from service.kit.actor import Actor

TAGS = ["Reports"]
READ = "reports.read"


@get("/api/flags", tags=TAGS, summary="List flags")
async def flags(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> FlagsOut:
    """What the newest release flagged, and earlier flags that nobody has closed. 500 at most."""
    actor.must(READ)
    return FlagsOut(await list_flags(session))


@get("/api/flags/{flag_id:uuid}", tags=TAGS, summary="Read a flag")
async def one_flag(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], flag_id: FromPath[UUID]
) -> OneFlagOut:
    """A flag with its history. `gone`: the newest release did not find it; it stays until somebody closes it."""
    actor.must(READ)
    return await _one(session, flag_id)


@post("/api/flags/{flag_id:uuid}/changes", tags=TAGS, summary="Change a flag's state", status_code=200)
async def change(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    flag_id: FromPath[UUID],
    data: JSONBody[ChangeIn],
) -> OneFlagOut:
    """Acknowledged and action need an owner (a role or team) and a date; closing needs evidence and a date to look
    again. 409 where somebody changed it first."""
    await change_flag(session, actor, flag_id, data)
    return await _one(session, flag_id)


async def _one(session: AsyncSession, flag_id: UUID) -> OneFlagOut:
    flag = await get_flag(session, flag_id)
    return OneFlagOut(flag, flag.standing, await list_changes(session, flag_id))


routes: list[ControllerRouterHandler] = [flags, one_flag, change]
