"""Who should have a conversation, organisation by organisation, and who holds how many."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.arranging import ARRANGE, give_reason, read_dues, read_workload
from service.conversations.presenters.dues import DuePage, ReasonPage, WorkloadPage
from service.conversations.queries.dues import list_dues_of
from service.conversations.rules.arranging import Show
from service.conversations.schemas.arranging import DueOut, ReasonIn
from service.kit.actor import Actor
from service.kit.errors import Invalid, NotFound
from service.people.places import places_for
from service.people.queries import list_organisations
from service.web.asked import CursorText
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
SIZE = 50


@get("/conversations/due", include_in_schema=False)
async def due(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation: FromQuery[UUID | None] = None,
    show: FromQuery[Show] = Show.OVERDUE,
    cursor: CursorText = None,
) -> Response[str]:
    """One organisation at a time: the first by name unless another is asked for."""
    names, here = await _places(session, actor, organisation)
    page = await read_dues(session, actor, here, show, cursor, SIZE)
    found = DuePage(names, here, show, page.items, page.next_cursor, is_first=not cursor)
    return shown(request, "conversations/due.html", found)


@get("/conversations/workload", include_in_schema=False)
async def workload(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation: FromQuery[UUID | None] = None,
) -> Response[str]:
    names, here = await _places(session, actor, organisation)
    page = WorkloadPage(names, here, await read_workload(session, actor, here))
    return shown(request, "conversations/workload.html", page)


@get("/conversations/due/{person_id:uuid}/reason", include_in_schema=False)
async def ask_reason(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    person_id: FromPath[UUID],
    organisation: FromQuery[UUID],
) -> Response[str]:
    found = await _due_of(session, actor, organisation, person_id)
    form = Form({"organisation_id": str(organisation), "reason": found.none_reason or ""})
    return shown(request, "conversations/reason.html", ReasonPage(found, form, _back(organisation)))


@post("/conversations/due/{person_id:uuid}/reason", include_in_schema=False, status_code=303)
async def give(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], person_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    given = read(ReasonIn, Form({"organisation_id": form.value("organisation_id")}))
    try:
        async with attempt(session):
            await give_reason(session, actor, person_id, read(ReasonIn, form))
    except Invalid as refusal:
        found = await _due_of(session, actor, given.organisation_id, person_id)
        page = ReasonPage(found, form.refused(refusal), _back(given.organisation_id))
        return shown(request, "conversations/reason.html", page, status=422)
    return Redirect(_back(given.organisation_id), status_code=303)


async def _places(session: AsyncSession, actor: Actor, asked: UUID | None) -> tuple[dict[UUID, str], UUID]:
    """(organisation -> name where the actor arranges, the one to show)"""
    if asked:
        actor.must(ARRANGE, asked)
    names = await list_organisations(session, places_for(actor, ARRANGE))
    return names, asked or next(iter(names))


async def _due_of(session: AsyncSession, actor: Actor, organisation_id: UUID, person_id: UUID) -> DueOut:
    actor.must(ARRANGE, organisation_id)
    found = await list_dues_of(session, organisation_id, [person_id])
    if person_id not in found:
        raise NotFound("person")
    return found[person_id]


def _back(organisation_id: UUID) -> str:
    return f"/conversations/due?{urlencode({'organisation': str(organisation_id)})}"


routes: list[ControllerRouterHandler] = [due, workload, ask_reason, give]
