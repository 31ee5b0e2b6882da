"""Frameworks and roles over JSON."""

from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities import actions, checking, queries
from service.capabilities.asked import After, Family, Group, InTier, Level, Search, Title, VersionNumber
from service.capabilities.schemas import (
    DimensionsOut,
    FamiliesOut,
    FrameworkCheck,
    FrameworkDetail,
    FrameworkFileIn,
    FrameworkIn,
    FrameworksOut,
    MatchOut,
    RetireIn,
    RoleDetail,
    RolesCheck,
    RolesIn,
    RolesOut,
)
from service.kit.actor import Actor
from service.kit.paging import Cursor
from service.web.asked import CursorText, Size

FRAMEWORKS, ROLES = ["Frameworks"], ["Roles"]


@get("/api/frameworks", tags=FRAMEWORKS, summary="List the capability frameworks")
async def list_frameworks(session: NamedDependency[AsyncSession]) -> FrameworksOut:
    """The current version of each. Anyone who is signed in may read them: they hold nothing about people."""
    return FrameworksOut(await queries.list_frameworks(session))


@get("/api/frameworks/{code:str}", tags=FRAMEWORKS, summary="Read one framework")
async def get_framework(
    session: NamedDependency[AsyncSession], code: FromPath[str], version: VersionNumber = None
) -> FrameworkDetail:
    """Where it comes from, its levels and its versions. Versions stay readable after they are replaced or retired."""
    return await queries.get_framework(session, code, version)


@get("/api/frameworks/{code:str}/dimensions", tags=FRAMEWORKS, summary="Read what a framework describes")
async def list_dimensions(
    session: NamedDependency[AsyncSession],
    code: FromPath[str],
    version: VersionNumber = None,
    size: Size = 50,
    after: After = 0,
) -> DimensionsOut:
    """Its dimensions in their order, each with the behaviours that others can see."""
    found = await queries.get_framework(session, code, version)
    page = await queries.list_dimensions(session, code, found.framework.version, size, after)
    return DimensionsOut(list(page.items), int(page.next_cursor) if page.next_cursor else None)


@post("/api/frameworks/check", tags=FRAMEWORKS, summary="Say what a framework's file would do", status_code=200)
async def check_framework(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[FrameworkFileIn]
) -> FrameworkCheck:
    """For administrators. Changes nothing: counts, what is new against the newest version, and up to 100 problems."""
    _, found = await checking.check_framework(session, actor, data.code, data.csv)
    return found


@post("/api/frameworks", tags=FRAMEWORKS, summary="Publish a framework, or its next version")
async def publish_framework(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[FrameworkIn]
) -> FrameworkDetail:
    """For administrators. Nothing that was published changes. 409 when `based_on` is no longer the newest version."""
    version = await actions.publish_framework(session, actor, data)
    return await queries.get_framework(session, data.code, version)


@post("/api/frameworks/{code:str}/retire", tags=FRAMEWORKS, summary="Retire a framework's version", status_code=200)
async def retire_framework(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    code: FromPath[str],
    version: VersionNumber = None,
) -> FrameworkDetail:
    """For administrators. It stays readable; new role profiles cannot name it."""
    found = await queries.get_framework(session, code, version)
    await actions.retire_framework(session, actor, code, found.framework.version)
    return await queries.get_framework(session, code, found.framework.version)


@get("/api/families", tags=ROLES, summary="List the job families")
async def list_families(session: NamedDependency[AsyncSession]) -> FamiliesOut:
    return FamiliesOut(await queries.list_families(session))


@get("/api/roles", tags=ROLES, summary="Search the role profiles in use")
async def list_roles(
    session: NamedDependency[AsyncSession],
    search: Search = "",
    family: Family = None,
    level: Level = None,
    tier: InTier = None,
    size: Size = 50,
    cursor: CursorText = None,
) -> RolesOut:
    """By title. Anyone who is signed in may read them: they hold nothing about people."""
    wanted = queries.Wanted(search, family, level, tier)
    page = await queries.list_roles(session, wanted, size, Cursor.read(cursor))
    return RolesOut(list(page.items), page.next_cursor)


@get("/api/roles/match", tags=ROLES, summary="Find the role profile of a post")
async def match_role(
    session: NamedDependency[AsyncSession], staff_group: Group, job_title: Title, level: Level = None
) -> MatchOut:
    """By title and level, else by title at the nearest level, else the role that stands for the staff group at this
    level. `how` says which; neither is guessed when nothing is known."""
    role, how = await queries.find_profile(session, staff_group, job_title, level)
    return MatchOut(how, role)


@get("/api/roles/{role_id:uuid}", tags=ROLES, summary="Read one role profile")
async def get_role(session: NamedDependency[AsyncSession], role_id: FromPath[UUID]) -> RoleDetail:
    """What it asks, and the roles of its family. Retired roles stay readable."""
    return await queries.get_role(session, role_id)


@post("/api/roles/check", tags=ROLES, summary="Say what a file of roles would do", status_code=200)
async def check_roles(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[RolesIn]
) -> RolesCheck:
    """For administrators. Changes nothing: what is new, what changes, and up to 100 problems."""
    _, found = await checking.check_roles(session, actor, data.csv)
    return found


@post("/api/roles", tags=ROLES, summary="Import role profiles")
async def import_roles(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[RolesIn]
) -> RolesCheck:
    """For administrators. A changed role becomes a new version and the one before is retired; roles that the file does
    not name stay as they are."""
    return await actions.import_roles(session, actor, data)


@post("/api/roles/{role_id:uuid}/retire", tags=ROLES, summary="Retire a role profile", status_code=200)
async def retire_role(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    role_id: FromPath[UUID],
    data: JSONBody[RetireIn],
) -> RoleDetail:
    """For administrators. It stays readable; no post finds it any more. 409 when it is retired already."""
    await actions.retire_role(session, actor, role_id, data)
    return await queries.get_role(session, role_id)


routes: list[ControllerRouterHandler] = [
    list_frameworks,
    get_framework,
    list_dimensions,
    check_framework,
    publish_framework,
    retire_framework,
    list_families,
    list_roles,
    match_role,
    get_role,
    check_roles,
    import_roles,
    retire_role,
]
