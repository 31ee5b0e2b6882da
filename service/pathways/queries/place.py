"""Where somebody is, and what is around them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.queries.matching import find_profile
from service.organisations.rules import OrganisationKind
from service.organisations.tables import Organisation
from service.pathways.queries.aspirations import get_aspiration
from service.pathways.queries.choosing import list_chosen, list_stated
from service.pathways.queries.evidence import list_shown
from service.pathways.queries.released import routes_from
from service.pathways.queries.steps import get_role, list_steps_from
from service.pathways.rules.places import is_elsewhere
from service.pathways.rules.suggesting import Candidate, Reader, around, next_three, ordered
from service.pathways.schemas.aspirations import AspirationOut
from service.pathways.schemas.steps import PathwayOut, PlaceOut, RoleOut, StepOut, SuggestionOut
from service.posts.rules import AssignmentKind
from service.posts.schemas import AssignmentOut

NOWHERE = PlaceOut(None, "", None, None, None, None, None)


def main_post(posts: Sequence[AssignmentOut]) -> AssignmentOut | None:
    """Of the posts held now, the one that pathways begin at: substantive before others, most hours, newest."""
    ranked = sorted(posts, key=lambda p: (p.kind is AssignmentKind.SUBSTANTIVE, p.fte, p.started, str(p.id)))
    return ranked[-1] if ranked else None


async def find_place(session: AsyncSession, person_id: UUID, post: AssignmentOut | None) -> PlaceOut:
    """The role of a post: as the person says, else as its job title says, else as its staff group and level do. A role
    that none of them gives is not guessed."""
    stated = await list_stated(session, person_id)
    said = stated.get(post.id if post else None)
    role, how = (await get_role(session, said), "stated") if said else await _matched(session, post)
    if post is None:
        return PlaceOut(None, "", None, None, role.level if role else None, role, how)
    kind = await _kind_of(session, post.organisation_id)
    level = post.level or (role.level if role else None)
    return PlaceOut(post.id, post.job_title, post.organisation_id, kind, level, role, how)


async def _matched(session: AsyncSession, post: AssignmentOut | None) -> tuple[RoleOut | None, str | None]:
    if post is None:
        return None, None
    found, how = await find_profile(session, post.staff_group, post.job_title, post.level)
    if found is None:
        return None, None
    return RoleOut(found.id, found.code, found.title, found.family_code, found.family, found.level, found.tier), how


async def get_pathway(session: AsyncSession, person_id: UUID, place: PlaceOut) -> PathwayOut:
    """The next three steps, and some around them, each with its reasons. That people took a step is known from the
    newest release alone."""
    chosen = await list_chosen(session, person_id)
    if place.role is None:
        return PathwayOut(place, [], chosen)
    steps = await list_steps_from(session, place.role.code)
    reader = reader_of(place, await get_aspiration(session, person_id), await list_shown(session, person_id))
    by_id = {step.id: step for step in steps}
    taken = {route.to_profile for route in await routes_from(session, place.role.code)}
    suggested = ordered(reader, [candidate(step, was_taken=step.to.code in taken) for step in steps])
    first = {one.step.step_id for one in next_three(suggested)}
    here = OrganisationKind(place.organisation_kind) if place.organisation_kind else None
    shown = [
        SuggestionOut(
            by_id[one.step.step_id],
            list(one.reasons),
            one.step.step_id in first,
            is_elsewhere(one.step.family, here),
        )
        for one in around(suggested)
    ]
    return PathwayOut(place, shown, chosen)


def reader_of(place: PlaceOut, said: AspirationOut, shown: Mapping[str, int]) -> Reader:
    """Muted aspirations are kept and used for nothing."""
    role = place.role
    mine = Reader(role.family_code if role else None, place.level, shown=frozenset(shown))
    if said.is_muted or not said.version:
        return mine
    return Reader(
        mine.family,
        mine.level,
        said.target_family,
        said.target_level,
        said.target_tier,
        said.specialist_track,
        mine.shown,
    )


def candidate(step: StepOut, *, was_taken: bool = False) -> Candidate:
    to: RoleOut = step.to
    return Candidate(
        step.id,
        step.kind,
        to.title,
        to.family_code,
        to.family,
        to.level,
        to.tier,
        frozenset(step.asks),
        was_taken,
    )


async def _kind_of(session: AsyncSession, organisation_id: UUID) -> str | None:
    found = (await session.execute(select(Organisation.kind).where(Organisation.id == organisation_id))).scalar()
    return found.value if found else None
