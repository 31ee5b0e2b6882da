"""What is known locally, over JSON."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.insight.actions.know_how import NOTE, revise_note, write_note
from service.insight.asked import AboutAsked
from service.insight.queries.know_how import list_notes
from service.insight.schemas.know_how import NoteIn, NoteOut, RevisionIn
from service.kit.actor import Actor
from service.kit.paging import Cursor, Page
from service.people.places import places_for
from service.web.asked import CursorText, Size

TAGS = ["Reports"]
Where = Annotated[UUID | None, QueryParameter(description="One organisation. Not given: all of yours.")]


@get("/api/know-how", tags=TAGS, summary="List what is known locally")
async def notes(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation_id: Where = None,
    about: AboutAsked = "",
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[NoteOut]:
    """Notes that stand, by measure. Leaders see those of all organisations, HR partners those of their own."""
    where = places_for(actor, NOTE, organisation_id)
    return await list_notes(session, where, about, Cursor.read(cursor), size)


@post("/api/know-how", tags=TAGS, summary="Write what is known locally")
async def write(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[NoteIn]
) -> NoteOut:
    """Shown beside the measure with your name, on pages and in board packs. No names of people."""
    return await write_note(session, actor, data)


@post("/api/know-how/{note_id:uuid}", tags=TAGS, summary="Change or withdraw a note", status_code=200)
async def revise(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    note_id: FromPath[UUID],
    data: JSONBody[RevisionIn],
) -> NoteOut:
    """Adds a version. Without words the note is withdrawn. 409 when somebody else changed it first."""
    return await revise_note(session, actor, note_id, data)


routes: list[ControllerRouterHandler] = [notes, write, revise]
