"""Career conversations, to their parties and to those whom the person lets: row security leaves nothing else."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import ARRAY, Boolean, Date, Select, Uuid, bindparam, cast, func, or_, select, text, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.schemas.record import ConversationOut, Held, Party, WordingOut
from service.conversations.tables import Conversation, Wording
from service.kit.clock import UK
from service.kit.errors import NotFound, Problem
from service.kit.paging import Cursor, Page
from service.organisations.tables import Organisation

Shape = TypeVar("Shape", bound=Held)

_HELD = select(
    Conversation.id,
    Conversation.person_id,
    Conversation.facilitator_id,
    Conversation.recorded_by_id,
    Conversation.organisation_id,
    Organisation.name,
    Conversation.kind,
    Conversation.held_on,
    Conversation.next_due_on,
    Conversation.recorded_at,
    Conversation.state,
    Conversation.scheduled_at,
    Conversation.minutes,
    Conversation.mode,
    Conversation.facilitator_kind,
    Conversation.agreed_on,
).join(Organisation, Organisation.id == Conversation.organisation_id)
_IN_FULL = _HELD.add_columns(Conversation.agreed_wording, Conversation.terms_version, Conversation.version)
_WORDING = select(
    Wording.conversation_id,
    Wording.number,
    Wording.written_by_id,
    Wording.written_at,
    Wording.summary,
    Wording.aspirations,
    Wording.barriers,
    Wording.support,
    Wording.codes,
)
_NAMES_OF = text("SELECT person_id, name FROM private.names_of(:people)").bindparams(
    bindparam("people", type_=ARRAY(Uuid))
)
# The day it was held or is planned for, in UK time: what a person's list is ordered by.
_ON = func.coalesce(
    Conversation.held_on,
    cast(func.timezone(UK.key, func.coalesce(Conversation.scheduled_at, Conversation.recorded_at)), Date),
)
_NEWEST_FIRST = (Conversation.held_on.desc(), Conversation.id.desc())


async def get_conversation(session: AsyncSession, conversation_id: UUID) -> ConversationOut:
    """Raises NotFound for anybody who is not a party to it and whom the person does not let read it."""
    found = await find_conversation(session, conversation_id)
    if found is None:
        raise NotFound("conversation")
    return found


async def find_conversation(session: AsyncSession, conversation_id: UUID) -> ConversationOut | None:
    found = await _all(session, _IN_FULL.where(Conversation.id == conversation_id), ConversationOut)
    return (await _worded(session, found))[0] if found else None


async def list_in_full(session: AsyncSession, person_id: UUID) -> list[ConversationOut]:
    """Everything ever said with one person, for that person to take away, newest first."""
    asked = _IN_FULL.where(Conversation.person_id == person_id).order_by(_ON.desc(), Conversation.id.desc())
    return await _worded(session, await _all(session, asked, ConversationOut))


async def list_wordings(session: AsyncSession, person_id: UUID, conversation_id: UUID) -> list[WordingOut]:
    """Every wording of one conversation that the reader may see, newest first."""
    asked = _WORDING.where(Wording.person_id == person_id, Wording.conversation_id == conversation_id)
    rows = (await session.execute(asked.order_by(Wording.number.desc()))).all()
    return [WordingOut(*row[1:]) for row in rows]


async def _worded(session: AsyncSession, found: list[ConversationOut]) -> list[ConversationOut]:
    """Each with the latest of its wordings that the reader may see."""
    asked = _WORDING.where(
        Wording.person_id.in_({talk.person.id for talk in found}),
        Wording.conversation_id.in_([talk.id for talk in found]),
    ).ext(distinct_on(Wording.conversation_id))
    rows = (await session.execute(asked.order_by(Wording.conversation_id, Wording.number.desc()))).all()
    said = {row.conversation_id: WordingOut(*row[1:]) for row in rows}
    return [replace(talk, wording=said.get(talk.id)) for talk in found]


async def list_about(session: AsyncSession, person_id: UUID, cursor: str | None = None, size: int = 50) -> Page[Held]:
    """The conversations with one person that the reader may know of (all of them for the person), newest first."""
    return await _page(session, _HELD.where(Conversation.person_id == person_id), cursor, size)


async def list_held_by(session: AsyncSession, me: UUID, cursor: str | None = None, size: int = 50) -> Page[Held]:
    """Those that the reader held or wrote down, newest first."""
    asked = _HELD.where(_held_or_recorded_by(me), Conversation.held_on.is_not(None))
    return await _page(session, asked, cursor, size)


async def time_problems(session: AsyncSession, organisation_id: UUID, person_id: UUID, held_on: date) -> list[Problem]:
    """A conversation cannot have arisen where somebody did not work yet. Nobody is told since when they do."""
    asked = select(func.private.worked_here_by(organisation_id, person_id, held_on, type_=Boolean))
    if (await session.execute(asked)).scalar_one():
        return []
    return [Problem("held_on", "The date is before the person's first post in this organisation. Check the date.")]


async def names_of(session: AsyncSession, people: Iterable[UUID]) -> dict[UUID, str]:
    """person -> name, for those with whom the reader shares a conversation, wherever they work by now."""
    return {row.person_id: row.name for row in await session.execute(_NAMES_OF, {"people": list(people)})}


def _held_or_recorded_by(me: UUID) -> Any:
    return or_(Conversation.facilitator_id == me, Conversation.recorded_by_id == me)


async def _page(session: AsyncSession, asked: Select[*tuple[Any, ...]], cursor: str | None, size: int) -> Page[Held]:
    if after := Cursor.read(cursor):
        asked = asked.where(tuple_(_ON, Conversation.id) < tuple_(after.day, after.id))
    found = await _all(session, asked.order_by(_ON.desc(), Conversation.id.desc()).limit(size + 1), Held)
    more = str(Cursor(found[size - 1].on.isoformat(), found[size - 1].id)) if len(found) > size else None
    return Page(found[:size], more)


async def _all(session: AsyncSession, asked: Select[*tuple[Any, ...]], kind: type[Shape]) -> list[Shape]:
    """Two statements: the rows, and the names of everybody in them."""
    rows = (await session.execute(asked)).all()
    parties = {person for row in rows for person in (row.person_id, row.facilitator_id, row.recorded_by_id)}
    names = await names_of(session, parties) if rows else {}
    return [_shaped(row, names, kind) for row in rows]


def _shaped(row: Any, names: dict[UUID, str], kind: type[Shape]) -> Shape:
    person, facilitator, recorder = (Party(party, names[party]) for party in row[1:4])
    return kind(row.id, person, facilitator, recorder, *row[4:])
