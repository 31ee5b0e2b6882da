"""Mentors and coaches, and who asked whom, as far as the reader is one of the two."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ARRAY, Select, Text, Uuid, bindparam, cast, exists, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.errors import NotFound
from service.kit.paging import Cursor, Page
from service.offers.rules.mentors import Offered, RequestState, Where, reasons
from service.offers.schemas.mentors import FoundMentorOut, MentorFilter, MentorOut, RequestOut, StateOut
from service.offers.tables import Mentor, MentorRequest, MentorRequestState
from service.pathways.queries.aspirations import get_aspiration
from service.pathways.queries.evidence import list_dimensions
from service.pathways.schemas.evidence import DimensionOut

OPEN = (RequestState.ASKED, RequestState.ACCEPTED)
_PEOPLE = text("SELECT * FROM private.mentoring_people(:people)").bindparams(
    bindparam("people", type_=ARRAY(Uuid(as_uuid=True)))
)
_MENTOR = select(*(getattr(Mentor, name) for name in MentorOut.__struct_fields__))


class Known(Struct, frozen=True):
    """Somebody who offers it, one of the two of a request, or the reader: no more than mentoring needs."""

    person_id: UUID
    name: str
    organisation_id: UUID | None
    organisation: str | None
    job_title: str | None
    staff_group: str | None
    level: int | None

    @property
    def where(self) -> Where:
        return Where(self.organisation_id, self.staff_group, self.level)

    @property
    def place(self) -> str:
        """ "Ward manager, St Elm's Trust" """
        return ", ".join(part for part in (self.job_title, self.organisation) if part)


async def topic_names(session: AsyncSession) -> dict[str, str]:
    """topic -> name: what mentoring can be about."""
    return {one.dimension: one.name for one in await list_dimensions(session)}


async def find_mentor(session: AsyncSession, person_id: UUID) -> MentorOut | None:
    """What somebody offers; None when they do not, or have paused and are somebody else."""
    row: Any = (await session.execute(_MENTOR.where(Mentor.person_id == person_id))).one_or_none()
    return None if row is None else MentorOut(*row)


async def get_mentor(session: AsyncSession, person_id: UUID) -> MentorOut:
    """Raises NotFound for whoever offers nothing."""
    found = await find_mentor(session, person_id)
    if found is None:
        raise NotFound("mentor or coach")
    return found


async def find_mentors(
    session: AsyncSession,
    me: UUID,
    wanted: MentorFilter,
    dimensions: Iterable[DimensionOut],
    cursor: str | None = None,
    size: int = 20,
) -> Page[FoundMentorOut]:
    """Those with room who offer what is wanted, each with why. In an order drawn for each reader, so that nobody is
    always first and the order says nothing about anybody."""
    rows: Sequence[Any] = (await session.execute(_asked_for(me, wanted, Cursor.read(cursor), size))).all()
    page = rows[:size]
    people = await known_people(session, [me, *(row.person_id for row in page)])
    names = {one.dimension: one.name for one in dimensions}
    said = await get_aspiration(session, me)
    target = None if said.is_muted else said.target_level
    topics = [wanted.topic] if wanted.topic else []
    here = people[me].where if me in people else Where()

    def shown(row: Any) -> FoundMentorOut:
        them = people.get(row.person_id, Known(row.person_id, "", None, None, None, None, None))
        offered = Offered(frozenset(row.topics), row.level_from, row.level_to, them.where)
        why = reasons(topics, here, offered, names, target)
        what = [names[topic] for topic in row.topics if topic in names]
        place = (them.organisation or "", them.job_title or "")
        levels = (row.level_from, row.level_to)
        how = (row.ways, row.languages)
        return FoundMentorOut(row.person_id, them.name, *place, row.kind, what, *levels, *how, why, row.is_asked)

    more = str(Cursor(page[-1].spread, page[-1].person_id)) if len(rows) > size else None
    return Page([shown(row) for row in page], more)


async def known_people(session: AsyncSession, people: Iterable[UUID]) -> Mapping[UUID, Known]:
    """Names and posts of the reader, of those who offer it, and of the other of one's own requests: of nobody else."""
    rows = (await session.execute(_PEOPLE, {"people": [*people]})).all()
    return {row.person_id: Known(*row) for row in rows}


async def list_requests(session: AsyncSession, me: UUID, request_id: UUID | None = None) -> list[RequestOut]:
    """What the reader asked, and what they were asked, newest first; 100 at most."""
    columns = (
        MentorRequest.person_id,
        MentorRequest.id,
        MentorRequest.mentor_id,
        MentorRequest.words,
        MentorRequest.state,
        MentorRequest.asked_at,
    )
    asked = select(*columns).order_by(MentorRequest.asked_at.desc(), MentorRequest.id).limit(100)
    # Row security leaves the reader's own and those that name them.
    asked = asked.where((MentorRequest.person_id == me) | (MentorRequest.mentor_id == me))
    if request_id:
        asked = asked.where(MentorRequest.id == request_id)
    rows: Sequence[Any] = (await session.execute(asked)).all()
    if not rows:
        return []
    people = await known_people(session, {row.mentor_id if row.person_id == me else row.person_id for row in rows})
    history = await _history(session, [row.id for row in rows], me)
    return [_request(row, me, people, history.get(row.id, [])) for row in rows]


async def get_request(session: AsyncSession, me: UUID, request_id: UUID) -> RequestOut:
    """Raises NotFound for anybody but the two."""
    found = await list_requests(session, me, request_id)
    if not found:
        raise NotFound("request")
    return found[0]


async def count_waiting(session: AsyncSession, me: UUID) -> int:
    """How many requests of the reader wait for an answer."""
    asked = select(func.count()).where(MentorRequest.person_id == me, MentorRequest.state == RequestState.ASKED)
    return (await session.execute(asked)).scalar_one()


def _asked_for(me: UUID, wanted: MentorFilter, after: Cursor | None, size: int) -> Select[*tuple[Any, ...]]:
    spread = func.md5(cast(Mentor.person_id, Text) + str(me)).label("spread")
    is_asked = exists().where(
        MentorRequest.person_id == me, MentorRequest.mentor_id == Mentor.person_id, MentorRequest.state.in_(OPEN)
    )
    columns = (Mentor.kind, Mentor.topics, Mentor.level_from, Mentor.level_to, Mentor.ways, Mentor.languages)
    asked = select(Mentor.person_id, *columns, spread, is_asked.label("is_asked")).where(
        ~Mentor.paused, Mentor.taken < Mentor.capacity, Mentor.person_id != me
    )
    if wanted.topic:
        asked = asked.where(Mentor.topics.contains([wanted.topic]))
    if wanted.person_id:
        asked = asked.where(Mentor.person_id == wanted.person_id)
    if wanted.kind:
        asked = asked.where(Mentor.kind == wanted.kind)
    if wanted.way:
        asked = asked.where(Mentor.ways.contains([wanted.way.value]))
    if after:
        asked = asked.where(tuple_(spread, Mentor.person_id) > tuple_(after.text, after.id))
    return asked.order_by(spread, Mentor.person_id).limit(size + 1)


async def _history(session: AsyncSession, requests: Sequence[UUID], me: UUID) -> dict[UUID, list[StateOut]]:
    one = MentorRequestState
    asked = select(one.request_id, one.state, one.at, one.by_id, one.reason).where(one.request_id.in_(requests))
    found: dict[UUID, list[StateOut]] = {}
    for request_id, state, at, by_id, reason in (await session.execute(asked.order_by(one.number))).all():
        found.setdefault(request_id, []).append(StateOut(state, at, by_id == me, reason))
    return found


def _request(row: Any, me: UUID, people: Mapping[UUID, Known], history: list[StateOut]) -> RequestOut:
    is_mine = row.person_id == me
    other = people.get(row.mentor_id if is_mine else row.person_id)
    name, place = (other.name, other.place) if other else ("", "")
    return RequestOut(row.id, is_mine, name, place, row.words, row.state, row.asked_at, history)
