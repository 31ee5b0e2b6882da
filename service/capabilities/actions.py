from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.capabilities import queries
from service.capabilities.checking import EDIT, check_framework, check_roles, compare_framework, must_be_clean
from service.capabilities.rules import Content, FrameworkState, ProfileState
from service.capabilities.schemas import FrameworkHead, FrameworkIn, RetireIn, RolesCheck, RolesIn
from service.capabilities.storing import store_framework, store_roles
from service.capabilities.tables import CapabilityFramework, RoleProfile
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid, Problem


async def publish_framework(session: AsyncSession, actor: Actor, given: FrameworkIn) -> int:
    """Publishes a whole new version and returns its number. Raises Invalid when the file has problems, Conflict when
    `based_on` is no longer the newest.
    """
    content, found = await check_framework(session, actor, given.code, given.csv)
    must_be_clean(found)
    return await publish_content(session, actor, given, content)


async def publish_content(session: AsyncSession, actor: Actor, given: FrameworkHead, content: Content) -> int:
    """The same for a framework that was read already, from a file of whatever format."""
    actor.must(EDIT)
    if given.approved_on > today():
        raise Invalid(Problem("approved_on", "The date of approval must be today or in the past."))
    await _alone(session)
    found = await compare_framework(session, given.code, content, [])
    if found.version != given.based_on + 1:
        raise Conflict("Another version was published while you were working on this one. Look at it, then try again.")
    head = given.model_dump(exclude={"based_on", "csv"}) | {"version": found.version}
    await store_framework(session, head, content)
    await record(
        session,
        actor,
        "frameworks.published",
        entity=given.code,
        version=found.version,
        dimensions=found.dimensions,
        behaviours=found.behaviours,
    )
    return found.version


async def retire_framework(session: AsyncSession, actor: Actor, code: str, version: int) -> None:
    """It can be read as before, and new role profiles cannot name it. Raises NotFound."""
    actor.must(EDIT)
    await queries.get_framework(session, code, version)
    this = (CapabilityFramework.code == code, CapabilityFramework.version == version)
    await session.execute(update(CapabilityFramework).where(*this).values(state=FrameworkState.RETIRED))
    await record(session, actor, "frameworks.retired", entity=code, version=version)


async def import_roles(session: AsyncSession, actor: Actor, given: RolesIn) -> RolesCheck:
    """Adds the file's new roles and publishes a new version of those that it changes; says what it did. Roles that the
    file does not name stay as they are. Raises Invalid when the file has problems.
    """
    actor.must(EDIT)
    await _alone(session)
    plan, found = await check_roles(session, actor, given.csv)
    must_be_clean(found)
    before = await _versions(session, [role.code for role in plan.added])
    added = [(role, before.get(role.code, 0) + 1) for role in plan.added]
    ids = await store_roles(session, [*added, *((role, version + 1) for _, version, role in plan.changed)])
    await _retire(session, [(old_id, ids[role.code]) for old_id, _, role in plan.changed])
    await record(session, actor, "roles.imported", added=len(plan.added), changed=len(plan.changed))
    return found


async def retire_role(session: AsyncSession, actor: Actor, role_id: UUID, given: RetireIn) -> None:
    """It can be read as before, and no post finds it any more. Raises NotFound, and Invalid for a replacement that is
    not a published role.
    """
    actor.must(EDIT)
    found = await queries.get_role(session, role_id)
    if given.replaced_by_id:
        await _must_be_published(session, given.replaced_by_id, role_id)
    if found.role.state is ProfileState.RETIRED:
        raise Conflict("This role is retired already.")
    await _retire(session, [(role_id, given.replaced_by_id)])
    await record(session, actor, "roles.retired", entity=role_id)


async def _must_be_published(session: AsyncSession, replacement: UUID, role_id: UUID) -> None:
    asked = select(RoleProfile.id).where(RoleProfile.id == replacement, RoleProfile.state == ProfileState.PUBLISHED)
    if replacement == role_id or (await session.execute(asked)).one_or_none() is None:
        raise Invalid(Problem("replaced_by_id", "Choose another role that is in use."))


async def _retire(session: AsyncSession, roles: list[tuple[UUID, UUID | None]]) -> None:
    """Each (role, what took its place)."""
    rows = [{"id": old, "state": ProfileState.RETIRED, "replaced_by_id": new} for old, new in roles]
    if rows:
        await session.execute(update(RoleProfile), rows)


async def _versions(session: AsyncSession, codes: list[str]) -> dict[str, int]:
    """code -> newest version of roles that come back after they were retired."""
    asked = select(RoleProfile.code, func.max(RoleProfile.version)).where(RoleProfile.code.in_(codes))
    return {row[0]: row[1] for row in await session.execute(asked.group_by(RoleProfile.code))}


async def _alone(session: AsyncSession) -> None:
    """One such change at a time: two, each right alone, could make one version twice."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("ridgeway.capabilities"))))
