"""What notices may say: kept in the database too, so that nothing else is ever told."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.notices.rules import Kind
from service.notices.tables import NoticeKind


async def ensure_kinds(session: AsyncSession, kinds: Iterable[Kind]) -> None:
    """Adds what is missing and puts other words right. Nothing is taken away: an earlier version may run beside."""
    adding = insert(NoticeKind)
    said = {name: adding.excluded[name] for name in ("headline", "mail", "is_urgent")}
    await session.execute(adding.on_conflict_do_update(index_elements=["code"], set_=said), [*map(asdict, kinds)])
