"""Logging a conversation: form, check your answers, done. Nothing typed is lost to a problem or an ended session."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.drafts import forget_sent
from service.conversations.actions.record import NOBODY, check_conversation, log_conversation
from service.conversations.choosing import Choice, by_form, by_id, facilitator
from service.conversations.presenters.coded import coded
from service.conversations.presenters.record import CheckPage, DonePage, KeptPage, LogPage, empty_form, settled
from service.conversations.queries.record import get_conversation
from service.conversations.queries.terms import current_terms
from service.conversations.schemas.record import ConversationIn, ConversationOut
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Invalid, NotAllowed, NotSignedIn, Problem, Refusal
from service.kit.ids import new_id
from service.people.places import places_for
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
PERMISSION = "conversations.log"


@get("/conversations/new", include_in_schema=False)
async def new(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    person: FromQuery[UUID | None] = None,
) -> Response[str]:
    places = places_for(actor, PERMISSION)
    if actor.person_id is None:
        raise NotAllowed(NOBODY)
    about = await by_id(session, "person", person, places) if person else Choice("person")
    # A choice between two organisations is a question here, not yet a mistake.
    about = replace(about, problem=None)
    form = empty_form(new_id(), actor, today())
    page = LogPage.of(form, about, Choice("facilitator"), terms=await current_terms(session))
    return shown(request, "conversations/log.html", page)


async def remember(request: Asked) -> None:
    """Reads the form before anything can refuse it, so that `words_kept` can give it back."""
    request.scope["state"]["form"] = await posted(request)


def words_kept(request: Asked, refusal: Refusal) -> Response[str]:
    """The session has ended, or the form is older than it: the words go back to the browser, which alone has them."""
    signed_in = not isinstance(refusal, NotSignedIn)
    path = request.url.path
    action = path if path.endswith(("/hold", "/correct")) else "/conversations/change"
    page = KeptPage(refusal.message, request.scope["state"]["form"], signed_in, action)
    return shown(request, "conversations/kept.html", page, status=403 if signed_in else 401)


KEEPING: dict[str, Any] = {
    "include_in_schema": False,
    "before_request": remember,
    "exception_handlers": {NotSignedIn: words_kept, NotAllowed: words_kept},
}


@post("/conversations/change", status_code=200, **KEEPING)
async def change(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    """Back to the form with everything in it; to name somebody else, without the person."""
    form: Form = request.scope["state"]["form"]
    if form.value("again") in {"person", "facilitator"}:
        form = Form({**form.values, f"{form.value('again')}_id": "", form.value("again"): ""})
    places = places_for(actor, PERMISSION)
    about = await by_form(session, form, "person", places) if form.value("person_id") else Choice("person")
    held_by = (
        await facilitator(session, actor, form, about.one) if form.value("facilitator_id") else Choice("facilitator")
    )
    terms = await current_terms(session)
    return shown(request, "conversations/log.html", LogPage.of(form, about, held_by, terms=terms))


@post("/conversations/check", status_code=200, **KEEPING)
async def check(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    form: Form = request.scope["state"]["form"]
    about, held_by = await _meant(session, actor, form)
    try:
        given = _given(actor, form, about, held_by)
        names = await check_conversation(session, actor, given)
    except Invalid as refusal:
        return await _again(request, session, form, about, held_by, refusal)
    place = about.one.organisation if about.one else ""
    who = given.facilitator_id or actor.person_id
    terms = await current_terms(session)
    page = CheckPage(settled(form, about, held_by), given, names, place, held_by=who, me=actor.person_id, terms=terms)
    return shown(request, "conversations/check.html", page)


@post("/conversations", status_code=303, **KEEPING)
async def log(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form: Form = request.scope["state"]["form"]
    about, held_by = await _meant(session, actor, form)
    try:
        async with attempt(session):
            made = await log_conversation(session, actor, _given(actor, form, about, held_by))
            await forget_sent(session, actor, made)
    except Invalid as refusal:
        return await _again(request, session, form, about, held_by, refusal)
    return Redirect(f"/conversations/{made}/done", status_code=303)


@get("/conversations/{conversation_id:uuid}/done", include_in_schema=False)
async def done(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
) -> Response[str]:
    # Not a reading: the page does not show what was said.
    found = await get_conversation(session, conversation_id)
    return shown(request, "conversations/done.html", _page(actor, found))


def _page(actor: Actor, found: ConversationOut) -> DonePage:
    return DonePage(found, actor.person_id, opens_record=actor.may("people.read", found.organisation_id))


async def _meant(session: AsyncSession, actor: Actor, form: Form) -> tuple[Choice, Choice]:
    about = await by_form(session, form, "person", places_for(actor, PERMISSION))
    return about, await facilitator(session, actor, form, about.one)


def _given(actor: Actor, form: Form, about: Choice, held_by: Choice) -> ConversationIn:
    """Raises Invalid with every problem of the form at once."""
    unsettled = [*about.problems, *held_by.problems]
    # Somebody stands in while it is not clear who is meant, so that the other fields are checked all the same.
    person = str(about.one.person_id if about.one else new_id())
    place = str(about.one.organisation_id if about.one else new_id())
    holder = str(held_by.one.person_id if held_by.one else actor.person_id)
    values = {**form.values, "person_id": person, "organisation_id": place, "facilitator_id": holder}
    try:
        given = read(ConversationIn, Form(values), codes=coded(form))
    except Invalid as refusal:
        raise Invalid(*unsettled, *refusal.problems) from None
    if unsettled:
        raise Invalid(*unsettled)
    return given


async def _again(
    request: Asked, session: AsyncSession, form: Form, about: Choice, held_by: Choice, refusal: Invalid
) -> Response[str]:
    # A problem with who held it is told where their name is typed.
    problems = [
        Problem("facilitator", p.message) if p.field == "facilitator_id" and not held_by.several else p
        for p in refusal.problems
    ]
    page = LogPage.of(form, about, held_by, problems, await current_terms(session))
    return shown(request, "conversations/log.html", page, status=422)


routes: list[ControllerRouterHandler] = [new, change, check, log, done]
