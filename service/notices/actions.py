"""Telling people. Every room above calls `tell` in the transaction that changed what it tells of."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, func, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.errors import Invalid
from service.kit.ids import new_id
from service.notices.queries import get_notice
from service.notices.rules import Kind, is_path_here, quiet_problems
from service.notices.schemas import ChoicesIn
from service.notices.tables import Notice, NoticeChoice

_TELL = text("SELECT private.tell(:people, :ids, :kind, :about, :link)").bindparams(
    bindparam("people", type_=ARRAY(Uuid)), bindparam("ids", type_=ARRAY(Uuid))
)
_UNTELL = text("SELECT private.untell(:people, :link)").bindparams(bindparam("people", type_=ARRAY(Uuid)))


async def tell(
    session: AsyncSession, actor: Actor, person_ids: Iterable[UUID], kind: Kind, *, about: str, link: str
) -> None:
    """Leaves a notice for each of these people, and one e-mail for those who want it, when this transaction commits.

    `about` completes the kind's headline (at most 120 characters are kept); `link` is a path of this service. The
    database says what a kind says: one that `cli.kinds` does not list cannot be told.
    """
    if not is_path_here(link):
        raise ValueError("a notice leads to a path of this service")
    if people := sorted(set(person_ids)):
        await _tell(session, actor, people, kind, about, link)


async def tell_if_there(
    session: AsyncSession, actor: Actor, person_id: UUID | None, kind: Kind, *, about: str, link: str
) -> None:
    """Tells somebody who was sought by their address, or nobody: with the same work, so that the time it takes does not
    say which."""
    await _tell(session, actor, [person_id] if person_id else [], kind, about, link)


async def _tell(session: AsyncSession, actor: Actor, people: list[UUID], kind: Kind, about: str, link: str) -> None:
    told: dict[str, Any] = {"kind": kind.code, "about": about, "link": link}
    await session.execute(_TELL, told | {"people": people, "ids": [new_id() for _ in people]})
    await record(session, actor, "notices.told", kind=kind.code, people=len(people))


async def untell(session: AsyncSession, actor: Actor, person_ids: Iterable[UUID], link: str) -> None:
    """Takes back what this actor told these people with this link and they have not read: what it tells of was undone.
    An e-mail that has left stays where it is.
    """
    await session.execute(_UNTELL, {"people": [*person_ids], "link": link})
    await record(session, actor, "notices.taken_back")


async def open_notice(session: AsyncSession, actor: Actor, notice_id: UUID) -> str:
    """Marks one of one's own notices as read; the path that it leads to. Raises NotFound for anybody else's."""
    notice = await get_notice(session, actor.myself(), notice_id)
    if notice.read_at is None:
        await mark_read(session, actor, [notice_id])
    return notice.link


async def mark_read(session: AsyncSession, actor: Actor, notice_ids: Iterable[UUID] = ()) -> None:
    """Marks these notices of one's own as read; all of them when none is named. Others' are passed over in silence."""
    unread = update(Notice).where(Notice.person_id == actor.myself(), Notice.read_at.is_(None))
    if named := list(notice_ids):
        unread = unread.where(Notice.id.in_(named))
    await session.execute(unread.values(read_at=func.now()))
    await record(session, actor, "notices.read", subject=actor.person_id, named=len(named))


async def choose(session: AsyncSession, actor: Actor, given: ChoicesIn) -> None:
    """How one's own e-mails come from now on; what waits already is timed again. Raises Invalid."""
    if problems := quiet_problems(given.quiet_from, given.quiet_to):
        raise Invalid(*problems)
    chosen = given.model_dump()
    row = upsert(NoticeChoice).values(person_id=actor.myself(), **chosen)
    await session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=chosen))
    await record(session, actor, "notices.chosen", subject=actor.person_id, email=given.email)
