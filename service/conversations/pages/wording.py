"""Writing down a conversation that was planned, and correcting what was written down. Nothing typed is ever lost."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.states import hold_conversation
from service.conversations.actions.wording import correct_wording
from service.conversations.pages.record import KEEPING
from service.conversations.pages.talk import ONE, version_in
from service.conversations.parties import parts_of
from service.conversations.presenters.coded import boxes_of, coded
from service.conversations.presenters.wording import WordsPage
from service.conversations.queries.history import list_shares
from service.conversations.queries.record import get_conversation
from service.conversations.queries.terms import current_terms, terms_of
from service.conversations.rules import State
from service.conversations.rules.steps import must_hold
from service.conversations.schemas.record import HeldIn, WordingIn
from service.kit.actor import Actor
from service.kit.clock import UK, today
from service.kit.errors import Conflict, Invalid, NotAllowed, Stale
from service.web.forms import Form, attempt, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]


@get(f"{ONE}/hold", include_in_schema=False)
async def ask_hold(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
) -> Response[str]:
    """Held on the day it was planned for, unless that is still to come."""
    talk = await get_conversation(session, conversation_id)
    must_hold(talk.state, parts_of(actor, talk))
    day = min(talk.scheduled_at.astimezone(UK).date(), today()) if talk.scheduled_at else today()
    date = {"held_on-day": str(day.day), "held_on-month": str(day.month), "held_on-year": str(day.year)}
    page = WordsPage(talk, actor.person_id, Form({"version": str(talk.version), **date}), await current_terms(session))
    return shown(request, "conversations/hold.html", page)


@post(f"{ONE}/hold", status_code=303, **KEEPING)
async def hold(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form: Form = request.scope["state"]["form"]
    try:
        async with attempt(session):
            given = read(HeldIn, form, codes=coded(form))
            await hold_conversation(session, actor, conversation_id, given, version_in(form))
    except (Invalid, Stale) as refusal:
        return await _hold_again(request, session, actor, conversation_id, form, refusal)
    return Redirect(f"/conversations/{conversation_id}/done", status_code=303)


@get(f"{ONE}/correct", include_in_schema=False)
async def ask_correct(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
) -> Response[str]:
    talk = await get_conversation(session, conversation_id)
    if talk.wording is None or not parts_of(actor, talk):
        raise NotAllowed("Only its parties can correct the words.")
    if talk.state not in {State.HELD, State.AGREED}:
        raise Conflict("The words can be corrected once it was held and until it is closed.")
    form = Form({"version": str(talk.version), **boxes_of(talk.wording)})
    terms, shares = await terms_of(session, talk.terms_version), await list_shares(session, talk)
    return shown(request, "conversations/correct.html", WordsPage(talk, actor.person_id, form, terms, shares))


@post(f"{ONE}/correct", status_code=303, **KEEPING)
async def correct(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form: Form = request.scope["state"]["form"]
    try:
        async with attempt(session):
            given = read(WordingIn, form, codes=coded(form))
            await correct_wording(session, actor, conversation_id, given, version_in(form))
    except (Invalid, Stale) as refusal:
        return await _correct_again(request, session, actor, conversation_id, form, refusal)
    return Redirect(f"/conversations/{conversation_id}", status_code=303)


async def _hold_again(
    request: Asked, session: AsyncSession, actor: Actor, conversation_id: UUID, form: Form, refusal: Invalid | Stale
) -> Response[str]:
    talk = await get_conversation(session, conversation_id)
    if isinstance(refusal, Stale):
        # It may have been held or called off meanwhile; else the form is shown again with the version of now.
        must_hold(talk.state, parts_of(actor, talk))
        form = Form({**form.values, "version": str(talk.version)})
    else:
        form = form.refused(refusal)
    page = WordsPage(talk, actor.person_id, form, await current_terms(session))
    return shown(request, "conversations/hold.html", page, status=412 if isinstance(refusal, Stale) else 422)


async def _correct_again(
    request: Asked, session: AsyncSession, actor: Actor, conversation_id: UUID, form: Form, refusal: Invalid | Stale
) -> Response[str]:
    """After somebody else wrote first, both texts side by side: sent again, what was typed is the next wording."""
    talk = await get_conversation(session, conversation_id)
    terms, shares = await terms_of(session, talk.terms_version), await list_shares(session, talk)
    if isinstance(refusal, Invalid):
        page = WordsPage(talk, actor.person_id, form.refused(refusal), terms, shares)
        return shown(request, "conversations/correct.html", page, status=422)
    renewed = Form({**form.values, "version": str(talk.version)})
    page = WordsPage(talk, actor.person_id, renewed, terms, shares, clash=talk.wording)
    return shown(request, "conversations/correct.html", page, status=412)


routes: list[ControllerRouterHandler] = [ask_hold, hold, ask_correct, correct]
