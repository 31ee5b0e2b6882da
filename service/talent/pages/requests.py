"""What employers look for, asking people, and deciding."""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.queries import list_families
from service.kit.actor import Actor
from service.kit.errors import Invalid, Problem
from service.people.asked import Search
from service.people.places import places_for
from service.people.queries import find_employed, list_organisations
from service.talent.actions.pipelines import EDIT
from service.talent.actions.requests import ask_person, close_request, decide_referral, open_request, read_request
from service.talent.asked import Asked, Standing
from service.talent.pages.trying import Refused, tried
from service.talent.presenters.requests import RequestPage, RequestsPage
from service.talent.queries.requests import get_referral, list_requests
from service.talent.rules.codes import RequestState
from service.talent.schemas.requests import AskIn, CloseIn, DecisionIn, ReferralOut, RequestIn
from service.web.asked import CursorText
from service.web.forms import Form, posted, read
from service.web.templating import shown

ONE = "/talent/requests/{wanted_id:uuid}"


@get("/talent/requests", include_in_schema=False)
async def requests(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    standing: Standing = RequestState.OPEN,
    cursor: CursorText = None,
) -> Response[str]:
    return await _list(request, session, actor, Form(), standing, cursor)


@post("/talent/requests", include_in_schema=False, status_code=303)
async def begin(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    made = await tried(session, form, lambda: open_request(session, actor, read(RequestIn, form)))
    if isinstance(made, Refused):
        return await _list(request, session, actor, made.form, status=made.status)
    return Redirect(f"/talent/requests/{made.id}", status_code=303)


@get(ONE, include_in_schema=False)
async def one(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    wanted_id: FromPath[UUID],
    search: Search = "",
) -> Response[str]:
    return await _one(request, session, actor, wanted_id, Form(), search=search)


@post(ONE + "/ask", include_in_schema=False, status_code=303)
async def ask(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    wanted_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> object:
        place, _, person = form.value("who").partition(".")
        if not person:
            raise Invalid(Problem("who", "Choose whom to ask."))
        return await ask_person(
            session, actor, wanted_id, read(AskIn, Form({"organisation_id": place, "person_id": person}))
        )

    return await _answered(request, session, actor, wanted_id, await tried(session, form, act))


@post(ONE + "/close", include_in_schema=False, status_code=303)
async def close(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    wanted_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> object:
        return await close_request(session, actor, wanted_id, read(CloseIn, form), form.version)

    return await _answered(request, session, actor, wanted_id, await tried(session, form, act))


@post("/talent/candidates/{candidate_id:uuid}", include_in_schema=False, status_code=303)
async def decide(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    candidate_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)
    places_for(actor, EDIT)
    held = await get_referral(session, candidate_id, actor.person_id)

    async def act() -> ReferralOut:
        return await decide_referral(session, actor, candidate_id, read(DecisionIn, form), form.version)

    return await _answered(request, session, actor, held.request_id, await tried(session, form, act), held.id)


async def _answered(
    request: Asked, session: AsyncSession, actor: Actor, wanted_id: UUID, made: object, at: UUID | None = None
) -> Response[str] | Redirect:
    if isinstance(made, Refused):
        search = made.form.value("search")[:100]
        return await _one(request, session, actor, wanted_id, made.form, search, made.words, made.status, at)
    return Redirect(f"/talent/requests/{wanted_id}", status_code=303)


async def _one(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    wanted_id: UUID,
    form: Form,
    search: str = "",
    refusal: str = "",
    status: int = 200,
    at: UUID | None = None,
) -> Response[str]:
    detail = await read_request(session, actor, wanted_id)
    where = actor.where(EDIT)
    found = await find_employed(session, where, search) if search.strip() else []
    page = RequestPage(detail, where, form, found, search, refusal, at)
    return shown(request, "talent/request.html", page, status=status)


async def _list(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    form: Form,
    state: RequestState = RequestState.OPEN,
    cursor: str | None = None,
    status: int = 200,
) -> Response[str]:
    where = places_for(actor, EDIT)
    found = await list_requests(session, state, cursor)
    employers = await list_organisations(session, where)
    known = await list_families(session)
    page = RequestsPage(found, state, employers=employers, families_known=known, form=form)
    return shown(request, "talent/requests.html", page, status=status)


routes: list[ControllerRouterHandler] = [requests, begin, one, ask, close, decide]
