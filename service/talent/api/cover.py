from uuid import UUID

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.paging import Page
from service.kit.vault import Vault
from service.people.places import places_for
from service.talent.actions.cover import add_role, change_role, read_cover, read_known_ends
from service.talent.actions.pipelines import EDIT
from service.talent.actions.work import read_work
from service.talent.asked import Asked, Years, tagged, version_sent
from service.talent.queries.cover import list_roles
from service.talent.schemas.cover import CoverOut, EndOut, RoleChange, RoleIn, RoleOut
from service.talent.schemas.work import WorkOut
from service.web.asked import CursorText, Size
from service.web.idempotency import KeyText, once
from service.web.versions import IfMatch

TAGS = ["Critical roles"]
ONE = "/api/critical-roles/{critical_id:uuid}"


@get("/api/critical-roles", tags=TAGS, summary="List critical roles")
async def roles(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[RoleOut]:
    """Of your organisations, with how many people whom you may see could step up; the first to look at again first."""
    return await list_roles(session, places_for(actor, EDIT), actor.person_id, cursor, size)


@post("/api/critical-roles", tags=TAGS, summary="Add a critical role")
async def add(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    data: JSONBody[RoleIn],
    idempotency_key: KeyText = None,
) -> Response[RoleOut]:
    """Whoever holds the post can see that it is on the list, and why."""

    async def work() -> Response[RoleOut]:
        made = await add_role(session, actor, data)
        return tagged(made, made.version, 201, f"/api/critical-roles/{made.id}")

    return await once(request, session, actor, vault, idempotency_key, work)


@get(ONE, tags=TAGS, summary="Read who could step up into a critical role")
async def cover(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], critical_id: FromPath[UUID]
) -> Response[CoverOut]:
    """Those in a pipeline of the same family and level whom you may see."""
    found = await read_cover(session, actor, critical_id)
    return tagged(found, found.role.version)


@put(ONE, tags=TAGS, summary="Change a critical role")
async def change(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    critical_id: FromPath[UUID],
    data: JSONBody[RoleChange],
    if_match: IfMatch = None,
) -> Response[RoleOut]:
    """Also to take it off the list, or put it back."""
    made = await change_role(session, actor, critical_id, data, version_sent(actor, EDIT, if_match))
    return tagged(made, made.version)


@get("/api/known-ends", tags=TAGS, summary="List posts whose end is known")
async def known_ends(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], years: Years = 1
) -> list[EndOut]:
    """Fixed-term posts, secondments and acting up in your organisations, the first to end at the top, 200 at most.
    What people plan for themselves is not part of it."""
    return await read_known_ends(session, actor, years)


@get("/api/talent", tags=TAGS, summary="Read what waits for you")
async def work(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> WorkOut:
    """People to decide about, memberships to review within 60 days, critical roles without cover and threads to follow
    up, of your organisations."""
    return await read_work(session, actor)


routes: list[ControllerRouterHandler] = [roles, add, cover, change, known_ends, work]
