"""Posts over JSON: who does what in an organisation, and what one person holds and has held."""

from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.errors import NotFound
from service.kit.paging import Page
from service.people.asked import Search
from service.people.places import places_for
from service.people.queries import find_employments
from service.posts.actions import add_assignment, end_assignment
from service.posts.queries import list_assignments, list_people
from service.posts.schemas import AssignmentIn, AssignmentOut, EndIn, Listed
from service.web.asked import CursorText, Size

TAGS = ["Posts"]


@get("/api/people", tags=["People"], summary="List an organisation's people")
async def people(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation_id: FromQuery[UUID | None] = None,
    search: Search = "",
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[Listed]:
    """Everybody it employs now, by family name; without `organisation_id`, everybody in the organisations where you
    may look. `search` fits the beginning of any word of a name, whatever its accents, or of an employee number.
    `detail` tells two people of one name apart."""
    return await list_people(session, places_for(actor, "people.find", organisation_id), search, cursor, size)


@get("/api/people/{person_id:uuid}/assignments", tags=TAGS, summary="List a person's posts")
async def assignments(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    person_id: FromPath[UUID],
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[AssignmentOut]:
    """Newest first, in the organisations where you are an HR partner. The reading is recorded and the person can see
    it."""
    where = actor.where("people.read")
    places = await find_employments(session, person_id, where)
    if not places:
        raise NotFound("person")
    await record(session, actor, "posts.read", subject=person_id, organisation=places[0].organisation_id)
    return await list_assignments(session, person_id, where, cursor, size)


@get("/api/me/assignments", tags=["Me"], summary="List your posts")
async def my_assignments(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[AssignmentOut]:
    """What you hold and have held in every organisation, newest first."""
    actor.must("me.read")
    if actor.person_id is None:
        raise NotFound("person for this account")
    return await list_assignments(session, actor.person_id, None, cursor, size)


@post("/api/people/{person_id:uuid}/assignments", tags=TAGS, summary="Record a post")
async def new_assignment(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    person_id: FromPath[UUID],
    data: JSONBody[AssignmentIn],
) -> AssignmentOut:
    """A person may hold several posts, in several organisations. Two full-time substantive posts in one organisation
    at one time are refused, with the dates of the other."""
    return await add_assignment(session, actor, person_id, data)


@post("/api/assignments/{assignment_id:uuid}/end", tags=TAGS, summary="Record the end of a post", status_code=200)
async def end(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    assignment_id: FromPath[UUID],
    data: JSONBody[EndIn],
) -> AssignmentOut:
    """The last day, the reason and where the person went. When they leave the organisation with this post, their
    employment ends."""
    return await end_assignment(session, actor, assignment_id, data)


routes: list[ControllerRouterHandler] = [people, assignments, my_assignments, new_assignment, end]
