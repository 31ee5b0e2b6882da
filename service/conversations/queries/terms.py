"""The words that conversations are coded in, by edition."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.rules import Topic
from service.conversations.schemas.terms import EditionOut, TermOut
from service.conversations.tables import ConversationTerm, TermsVersion
from service.kit.errors import NotFound

_TERM = select(ConversationTerm.topic, ConversationTerm.code, ConversationTerm.label, ConversationTerm.hint).order_by(
    ConversationTerm.topic, ConversationTerm.place, ConversationTerm.code
)
_EDITION = select(TermsVersion.version, TermsVersion.approved_by, TermsVersion.approved_on, TermsVersion.note)
_CURRENT = select(func.coalesce(func.max(TermsVersion.version), 0)).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Terms:
    """One edition. An edition that nobody published is 0 and has no codes."""

    version: int
    terms: tuple[TermOut, ...]

    def of(self, topic: Topic) -> list[TermOut]:
        """In their order on the page, which says nothing about their worth."""
        return [term for term in self.terms if term.topic is topic]

    @property
    def labels(self) -> Mapping[tuple[str, str], str]:
        return {(term.topic.value, term.code): term.label for term in self.terms}


async def current_terms(session: AsyncSession) -> Terms:
    rows = (
        await session.execute(_TERM.add_columns(ConversationTerm.version).where(ConversationTerm.version == _CURRENT))
    ).all()
    return Terms(rows[0].version if rows else 0, tuple(TermOut(*row[:4]) for row in rows))


async def current_version(session: AsyncSession) -> int | None:
    """None while nobody has published an edition."""
    return (await session.execute(select(func.max(TermsVersion.version)))).scalar_one()


async def terms_of(session: AsyncSession, version: int | None) -> Terms:
    """The edition that something was coded in; the current one for what was never coded."""
    if version is None:
        return await current_terms(session)
    rows = (await session.execute(_TERM.where(ConversationTerm.version == version))).all()
    return Terms(version, tuple(TermOut(*row) for row in rows))


async def get_edition(session: AsyncSession, version: int | None = None) -> EditionOut:
    """The current edition unless another is named. Raises NotFound when there is none of that number."""
    wanted = TermsVersion.version == (_CURRENT if version is None else version)
    found = (await session.execute(_EDITION.where(wanted))).one_or_none()
    if found is None:
        raise NotFound("edition of the terms")
    terms = await terms_of(session, found.version)
    return _edition(found, list(terms.terms))


async def list_editions(session: AsyncSession) -> list[EditionOut]:
    """Every edition without its terms, newest first."""
    rows = await session.execute(_EDITION.order_by(TermsVersion.version.desc()).limit(100))
    return [_edition(row, []) for row in rows]


def _edition(row: Row[*tuple[Any, ...]], terms: list[TermOut]) -> EditionOut:
    return EditionOut(row.version, row.approved_by, row.approved_on, row.note, terms)
