"""What organisations know locally: read it, write it beside a measure, change it, withdraw it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.insight.actions.know_how import NOTE, revise_note, write_note
from service.insight.asked import AboutAsked
from service.insight.presenters.know_how import known_page, note_page
from service.insight.queries.know_how import get_history, list_notes, list_places
from service.insight.schemas.know_how import NoteIn, NoteOut, RevisionIn
from service.kit.actor import EVERYWHERE, Actor
from service.kit.errors import Conflict, Invalid, Problem
from service.kit.paging import Cursor
from service.people.places import places_for
from service.web.asked import CursorText
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
SIZE = 20


@get("/reports/know-how", include_in_schema=False)
async def notes(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    about: AboutAsked = "",
    cursor: CursorText = None,
) -> Response[str]:
    return await _listed(request, session, actor, Form({"about": about}), cursor)


@post("/reports/know-how", include_in_schema=False, status_code=303)
async def write(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    places_for(actor, NOTE)
    try:
        async with attempt(session):
            written = await write_note(session, actor, read(NoteIn, form))
    except Invalid as refusal:
        return await _listed(request, session, actor, form.refused(refusal), None, status=422)
    return Redirect(f"/reports/know-how/{written.id}", status_code=303)


@get("/reports/know-how/{note_id:uuid}", include_in_schema=False)
async def note(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], note_id: FromPath[UUID]
) -> Response[str]:
    history = await _history(session, actor, note_id)
    return shown(request, "insight/note.html", note_page(history, Form({"words": history[-1].words})))


@post("/reports/know-how/{note_id:uuid}", include_in_schema=False, status_code=303)
async def revise(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], note_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """One form for both: the button says whether the words count, or the note is withdrawn."""
    form = await posted(request)
    history = await _history(session, actor, note_id)
    withdraws = form.value("withdraw") == "yes"
    words = {} if withdraws else {"words": form.value("words")}
    try:
        async with attempt(session):
            given = read(RevisionIn, Form({"version": form.value("version")}), **words)
            await revise_note(session, actor, note_id, given)
    except (Invalid, Conflict) as refusal:
        told = refusal if isinstance(refusal, Invalid) else Invalid(Problem("words", refusal.message))
        return shown(request, "insight/note.html", note_page(history, form.refused(told)), status=422)
    return Redirect(f"/reports/know-how/{note_id}", status_code=303)


async def _history(session: AsyncSession, actor: Actor, note_id: UUID) -> Sequence[NoteOut]:
    """Every version, for those who may write somewhere. Raises NotFound."""
    places_for(actor, NOTE)
    return await get_history(session, note_id)


async def _listed(
    request: Asked, session: AsyncSession, actor: Actor, form: Form, cursor: str | None, status: int = 200
) -> Response[str]:
    where = places_for(actor, NOTE)
    about = "" if form.problems else form.value("about")
    page = await list_notes(session, where, about, Cursor.read(cursor), SIZE)
    places = await list_places(session, where)
    found = known_page(page.items, form, places, page.next_cursor, is_leader=EVERYWHERE in where)
    return shown(request, "insight/know_how.html", found, status=status)


routes: list[ControllerRouterHandler] = [notes, write, note, revise]
