"""The people of an organisation, and one of them: names from `people`, jobs from `posts`, talks with the reader."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.queries.dues import list_dues_about
from service.conversations.queries.plan import list_plan
from service.conversations.queries.record import list_about
from service.home.presenters.people import PersonPage
from service.kit.actor import Actor
from service.people.actions import open_record
from service.people.asked import Search
from service.people.places import places_for
from service.people.presenters import ListPage
from service.people.queries import list_organisations
from service.posts.queries import list_assignments, list_people
from service.web.asked import CursorText
from service.web.templating import shown

Asked = Request[Any, Any, Any]


@get("/people", include_in_schema=False)
async def people(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation: FromQuery[UUID | None] = None,
    search: Search = "",
    cursor: CursorText = None,
) -> Response[str]:
    """One organisation at a time: the first by name unless another is asked for."""
    names = await list_organisations(session, places_for(actor, "people.read"))
    here = organisation or next(iter(names))
    found = await list_people(session, places_for(actor, "people.read", here), search, cursor)
    page = ListPage(
        names, here, search, found.items, found.next_cursor, actor.may("people.edit", here), is_first=not cursor
    )
    return shown(request, "people/list.html", page)


@get("/people/{person_id:uuid}", include_in_schema=False)
async def person(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], person_id: FromPath[UUID]
) -> Response[str]:
    found = await open_record(session, actor, person_id)
    posts = await list_assignments(session, person_id, actor.where("people.read"))
    talks = await list_about(session, person_id)
    places = [employed.organisation_id for employed in found.employments]
    may_edit = any(actor.may("people.edit", place) for place in places)
    may_log = actor.person_id not in {None, person_id} and any(
        actor.may("conversations.log", place) for place in places
    )
    page = PersonPage(
        found,
        posts.items,
        talks.items,
        await list_dues_about(session, person_id),
        await list_plan(session, person_id),
        actor.person_id,
        may_edit,
        may_log,
    )
    return shown(request, "home/person.html", page)


routes: list[ControllerRouterHandler] = [people, person]
