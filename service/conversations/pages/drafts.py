"""Saving a form to return to later, coming back to it, and two tabs that both saved it."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.drafts import discard_draft, save_draft
from service.conversations.choosing import Choice, by_form, facilitator
from service.conversations.pages.record import KEEPING, PERMISSION
from service.conversations.presenters.drafts import VERSION, ConflictPage, about_of, form_of
from service.conversations.presenters.record import LogPage
from service.conversations.queries.drafts import get_draft
from service.conversations.queries.terms import current_terms
from service.conversations.schemas.drafts import DraftIn
from service.kit.actor import Actor
from service.kit.errors import Conflict, NotFound, Stale
from service.kit.vault import Vault
from service.people.places import places_for
from service.web.forms import Form, attempt
from service.web.templating import shown

Asked = Request[Any, Any, Any]


@post("/conversations/drafts", status_code=303, **KEEPING)
async def save(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
) -> Response[str] | Redirect:
    """What the page's script does while somebody types, by a button."""
    form: Form = request.scope["state"]["form"]
    draft_id = _key(form)
    try:
        async with attempt(session):
            await save_draft(session, actor, vault, draft_id, _given(form))
    except Stale:
        theirs = await get_draft(session, vault, actor.myself("me.plan"), draft_id)
        return shown(request, "conversations/draft_conflict.html", ConflictPage(theirs, form), status=409)
    return Redirect("/work?saved=true", status_code=303)


@get("/conversations/drafts/{draft_id:uuid}", include_in_schema=False)
async def resume(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    draft_id: FromPath[UUID],
) -> Response[str]:
    form = form_of(await get_draft(session, vault, actor.myself("me.plan"), draft_id))
    places = places_for(actor, PERMISSION)
    about = await by_form(session, form, "person", places) if form.value("person_id") else Choice("person")
    held_by = (
        await facilitator(session, actor, form, about.one) if form.value("facilitator_id") else Choice("facilitator")
    )
    return shown(
        request, "conversations/log.html", LogPage.of(form, about, held_by, terms=await current_terms(session))
    )


@post("/conversations/drafts/{draft_id:uuid}/discard", include_in_schema=False, status_code=303)
async def discard(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], draft_id: FromPath[UUID]
) -> Redirect:
    await discard_draft(session, actor, draft_id)
    return Redirect("/work", status_code=303)


def _key(form: Form) -> UUID:
    try:
        return UUID(form.value("id"))
    except ValueError:
        raise NotFound("draft") from None


def _given(form: Form) -> DraftIn:
    """Raises Conflict for a version that is not one of ours."""
    version = form.value(VERSION) or None
    if version and not (version.isascii() and version.isdigit() and len(version) < 10):
        raise Conflict("This form is not ours any more. Go back, reload the page and try again.")
    fields = [(name, value) for name, value in form.values.items() if name not in {"id", VERSION}]
    given = {"version": int(version) if version else None, "about_id": about_of(form), "fields": fields}
    return DraftIn.model_validate(given)


routes: list[ControllerRouterHandler] = [save, resume, discard]
