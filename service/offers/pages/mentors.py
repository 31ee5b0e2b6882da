"""Finding a mentor or coach, being one, and what the reader asked and was asked."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, NotFound
from service.offers.actions.mentors import answer_request, ask_mentor, offer_mentoring
from service.offers.asked_support import KindAsked, TopicAsked, WayAsked
from service.offers.presenters.mentors import TOPIC, WAY, AskPage, Card, FindPage, MentoringPage, OfferPage, form_of
from service.offers.queries.mentors import find_mentor, find_mentors, list_requests
from service.offers.schemas.mentors import AnswerIn, AskIn, MentorFilter, MentorIn
from service.pathways.queries.evidence import list_dimensions
from service.web.asked import CursorText
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
MINE = "/me/mentoring"


@get("/mentors", include_in_schema=False)
async def find(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    topic: TopicAsked = None,
    kind: KindAsked = None,
    way: WayAsked = None,
    cursor: CursorText = None,
) -> Response[str]:
    wanted = MentorFilter(topic=topic, kind=kind, way=way)
    dimensions = await list_dimensions(session)
    page = await find_mentors(session, actor.myself("me.plan"), wanted, dimensions, cursor)
    return shown(request, "offers/mentors.html", FindPage(page, wanted, dimensions))


@get("/mentors/{mentor_id:uuid}", include_in_schema=False)
async def one(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], mentor_id: FromPath[UUID]
) -> Response[str]:
    return await _ask(request, session, actor, mentor_id, Form())


@post("/mentors/{mentor_id:uuid}", include_in_schema=False, status_code=303)
async def ask(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], mentor_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            await ask_mentor(session, actor, read(AskIn, form, mentor_id=mentor_id))
    except Invalid as refusal:
        return await _ask(request, session, actor, mentor_id, form.refused(refusal), 422)
    except Conflict as refusal:
        return await _ask(request, session, actor, mentor_id, form, 409, refusal.message)
    return Redirect(MINE, status_code=303)


@get(MINE, include_in_schema=False)
async def mine(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    return await _mine(request, session, actor.myself("me.plan"), Form())


@post(MINE + "/{request_id:uuid}", include_in_schema=False, status_code=303)
async def answer(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], request_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            await answer_request(session, actor, request_id, read(AnswerIn, form))
    except Invalid as refusal:
        return await _mine(request, session, actor.myself("me.plan"), form.refused(refusal), str(request_id), 422)
    except Conflict as refusal:
        return await _mine(request, session, actor.myself("me.plan"), form, "", 409, refusal.message)
    return Redirect(MINE, status_code=303)


@get(MINE + "/offer", include_in_schema=False)
async def offering(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    held = await find_mentor(session, actor.myself("me.plan"))
    page = OfferPage(form_of(held) if held else Form(), await list_dimensions(session), is_new=held is None)
    return shown(request, "offers/mentor_offer.html", page)


@post(MINE + "/offer", include_in_schema=False, status_code=303)
async def offer(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    actor.myself("me.plan")
    form = await posted(request)
    try:
        async with attempt(session):
            ticked = {"topics": _ticked(form, TOPIC), "ways": _ticked(form, WAY)}
            await offer_mentoring(session, actor, read(MentorIn, form, **ticked, paused="paused" in form.values))
    except (Invalid, Conflict) as refusal:
        again = form.refused(refusal) if isinstance(refusal, Invalid) else form
        told = refusal.message if isinstance(refusal, Conflict) else ""
        page = OfferPage(again, await list_dimensions(session), form.value("version") in {"", "0"}, told)
        return shown(request, "offers/mentor_offer.html", page, status=409 if told else 422)
    return Redirect(MINE, status_code=303)


async def _ask(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    mentor_id: UUID,
    form: Form,
    status: int = 200,
    refusal: str = "",
) -> Response[str]:
    dimensions = await list_dimensions(session)
    found = await find_mentors(session, actor.myself("me.plan"), MentorFilter(person_id=mentor_id), dimensions)
    if not found.items:
        raise NotFound("mentor or coach with room for another person")
    page = AskPage(Card(found.items[0]), form, refusal)
    return shown(request, "offers/mentor.html", page, status=status)


async def _mine(
    request: Asked,
    session: AsyncSession,
    me: UUID,
    form: Form,
    refused: str = "",
    status: int = 200,
    refusal: str = "",
) -> Response[str]:
    requests, offered = await list_requests(session, me), await find_mentor(session, me)
    page = MentoringPage(requests, offered, form, refused, refusal)
    return shown(request, "offers/mentoring.html", page, status=status)


def _ticked(form: Form, prefix: str) -> list[str]:
    return [name.removeprefix(prefix) for name in form.values if name.startswith(prefix)]


routes: list[ControllerRouterHandler] = [find, one, ask, mine, offering, offer, answer]
