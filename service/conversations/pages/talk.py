"""One conversation on its own page, and every step that its parties can take from there."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.notes import read_notes, remove_note, save_note
from service.conversations.actions.record import read_conversation
from service.conversations.actions.states import say_prepared, take_step, undo_conversation
from service.conversations.parties import parts_of
from service.conversations.presenters.talk import DONE, Beside, TalkPage
from service.conversations.presenters.wording import WordingsPage
from service.conversations.queries.history import list_shares, list_states
from service.conversations.queries.record import get_conversation, list_wordings
from service.conversations.queries.terms import terms_of
from service.conversations.rules import Purpose
from service.conversations.rules.steps import Part
from service.conversations.schemas.record import ConversationOut
from service.conversations.schemas.steps import NoteIn, NoteOut, StepIn
from service.kit.actor import Actor
from service.kit.errors import Invalid, NotRead, Stale
from service.kit.vault import CannotOpen, Vault
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
ONE = "/conversations/{conversation_id:uuid}"
CHANGED = "Somebody changed this while you had it open. It is shown as it is now: read it, then decide again."


@get(ONE, include_in_schema=False)
async def read_one(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    conversation_id: FromPath[UUID],
    done: FromQuery[str] = "",
) -> Response[str]:
    talk = await read_conversation(session, actor, conversation_id)
    return shown(request, "conversations/read.html", await _page(session, actor, vault, talk, done=DONE.get(done, "")))


@get(f"{ONE}/wordings", include_in_schema=False)
async def wordings(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
) -> Response[str]:
    talk = await read_conversation(session, actor, conversation_id)
    page = WordingsPage(
        talk, actor.person_id, await list_wordings(session, talk.person.id, talk.id),
        await terms_of(session, talk.terms_version),
    )  # fmt: skip
    return shown(request, "conversations/wordings.html", page)


@post(f"{ONE}/step", include_in_schema=False, status_code=303)
async def step(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    conversation_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            given = read(StepIn, form)
            await take_step(session, actor, conversation_id, given, version_in(form))
    except (Invalid, Stale) as refusal:
        return await _again(request, session, actor, vault, conversation_id, form, refusal)
    return Redirect(f"/conversations/{conversation_id}?done={given.state}", status_code=303)


@post(f"{ONE}/undo", include_in_schema=False, status_code=303)
async def undo(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], conversation_id: FromPath[UUID]
) -> Redirect:
    await undo_conversation(session, actor, conversation_id)
    return Redirect("/work?undone=true", status_code=303)


@post(f"{ONE}/notes/{{purpose:str}}", include_in_schema=False, status_code=303)
async def note(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    conversation_id: FromPath[UUID],
    purpose: FromPath[Purpose],
) -> Response[str] | Redirect:
    form = await posted(request)
    version = int(form.value("version")) if form.value("version").isdecimal() else None
    given = {"text": form.value("text"), "is_shown": form.value("is_shown") == "on"}
    try:
        async with attempt(session):
            await save_note(session, actor, vault, conversation_id, purpose, NoteIn.model_validate(given), version)
            if form.value("prepared"):
                await say_prepared(session, actor, conversation_id)
    except (Invalid, Stale) as refusal:
        return await _again(request, session, actor, vault, conversation_id, form, refusal)
    return Redirect(f"/conversations/{conversation_id}#{purpose}", status_code=303)


@post(f"{ONE}/notes/{{purpose:str}}/remove", include_in_schema=False, status_code=303)
async def remove(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
    purpose: FromPath[Purpose],
) -> Redirect:
    await remove_note(session, actor, conversation_id, purpose)
    return Redirect(f"/conversations/{conversation_id}", status_code=303)


def version_in(form: Form) -> int:
    """Raises NotRead when the form does not say which version it was made from."""
    if not form.value("version").isdecimal() or len(form.value("version")) > 9:
        raise NotRead("Open the page again: the form does not say which version you read.")
    return int(form.value("version"))


async def _again(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    vault: Vault,
    conversation_id: UUID,
    form: Form,
    refusal: Invalid | Stale,
) -> Response[str]:
    talk = await get_conversation(session, conversation_id)
    if isinstance(refusal, Invalid):
        form = form.refused(refusal)
    told = CHANGED if isinstance(refusal, Stale) else ""
    page = await _page(session, actor, vault, talk, form, told)
    return shown(request, "conversations/read.html", page, status=412 if told else 422)


async def _page(
    session: AsyncSession,
    actor: Actor,
    vault: Vault,
    talk: ConversationOut,
    form: Form | None = None,
    told: str = "",
    done: str = "",
) -> TalkPage:
    parts = parts_of(actor, talk)
    notes, shut = await _notes(session, actor, vault, talk) if parts & {Part.PERSON, Part.FACILITATOR} else ([], "")
    beside = Beside(
        await list_states(session, talk), await list_shares(session, talk), notes,
        await terms_of(session, talk.terms_version), shut,
    )  # fmt: skip
    opens = actor.may("people.read", talk.organisation_id)
    return TalkPage(talk, actor.person_id, parts, beside, form or Form(), told, opens, done)


async def _notes(session: AsyncSession, actor: Actor, vault: Vault, talk: ConversationOut) -> tuple[list[NoteOut], str]:
    """A note that cannot be opened is told in words; the rest of the page is there all the same."""
    try:
        return await read_notes(session, actor, vault, talk.id), ""
    except CannotOpen as refusal:
        return [], refusal.message


routes: list[ControllerRouterHandler] = [read_one, wordings, step, undo, note, remove]
