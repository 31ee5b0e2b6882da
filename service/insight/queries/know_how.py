"""What is known locally, as far as the reader's eyes reach."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.insight.schemas.know_how import NoteOut
from service.insight.tables import KnowHow, KnowHowVersion
from service.kit.actor import EVERYWHERE
from service.kit.errors import NotFound
from service.kit.paging import Cursor, Page, page_of
from service.organisations.tables import Organisation

_NOTE = (
    KnowHow.id,
    KnowHow.about,
    KnowHow.organisation_id,
    Organisation.code.label("organisation_code"),
    Organisation.name.label("organisation"),
    KnowHowVersion.version,
    KnowHowVersion.words,
    KnowHowVersion.is_withdrawn,
    KnowHowVersion.author,
    KnowHowVersion.written_at,
)
MOST_SHOWN = 100


def _notes() -> Select[*tuple[Any, ...]]:
    joined = select(*_NOTE).join(KnowHowVersion, KnowHowVersion.note_id == KnowHow.id)
    return joined.outerjoin(Organisation, Organisation.id == KnowHow.organisation_id)


def _current() -> Select[*tuple[Any, ...]]:
    """The last version of each note that was not withdrawn."""
    later = KnowHowVersion.__table__.alias("later")
    last = select(func.max(later.c.version)).where(later.c.note_id == KnowHow.id).scalar_subquery()
    return _notes().where(KnowHowVersion.version == last, ~KnowHowVersion.is_withdrawn)


async def list_notes(
    session: AsyncSession, where: Collection[UUID], about: str, cursor: Cursor | None, size: int
) -> Page[NoteOut]:
    """Notes of these organisations, EVERYWHERE being all of them and the whole system's; on one measure if `about` is
    given.
    """
    asked = _current().order_by(KnowHow.about, KnowHow.id).limit(size + 1)
    if EVERYWHERE not in where:
        asked = asked.where(KnowHow.organisation_id.in_(where))
    if about:
        asked = asked.where(KnowHow.about == about)
    if cursor:
        asked = asked.where(or_(KnowHow.about > cursor.text, (KnowHow.about == cursor.text) & (KnowHow.id > cursor.id)))
    rows = [NoteOut(*row) for row in await session.execute(asked)]
    return page_of(rows, size, ("about", "id"))


async def list_known(session: AsyncSession, abouts: Sequence[str], organisation: str) -> Sequence[NoteOut]:
    """What stands beside figures: of one organisation (by code) and of the whole system, or of all where the figures
    are the whole system's. The whole system's first, then organisations by name; at most 100.
    """
    asked = _current().where(KnowHow.about.in_(abouts))
    if organisation:
        asked = asked.where(or_(Organisation.code == organisation, KnowHow.organisation_id.is_(None)))
    order = (KnowHow.organisation_id.is_not(None), func.lower(Organisation.name), KnowHowVersion.written_at, KnowHow.id)
    return [NoteOut(*row) for row in await session.execute(asked.order_by(*order).limit(MOST_SHOWN))]


async def get_history(session: AsyncSession, note_id: UUID) -> Sequence[NoteOut]:
    """Every version of a note, the first one first. Raises NotFound."""
    found = await session.execute(_notes().where(KnowHow.id == note_id).order_by(KnowHowVersion.version))
    history = [NoteOut(*row) for row in found]
    if not history:
        raise NotFound("note")
    return history


async def list_places(session: AsyncSession, where: Collection[UUID]) -> dict[UUID, str]:
    """organisation -> name, by name; every organisation for EVERYWHERE."""
    asked = select(Organisation.id, Organisation.name).order_by(Organisation.name, Organisation.id)
    if EVERYWHERE not in where:
        asked = asked.where(Organisation.id.in_(where))
    return {row.id: row.name for row in await session.execute(asked)}
