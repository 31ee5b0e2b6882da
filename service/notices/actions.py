"""Telling people. Every room above calls `tell` in the transaction that changed what it tells of."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.notices.rules import Kind


async def tell(
    session: AsyncSession, actor: Actor, person_ids: Iterable[UUID], kind: Kind, *, about: str, link: str
) -> None:
    """Leaves a notice for each of these people, and one e-mail for those who want it, when this transaction commits.

    `about` completes the kind's headline (at most 120 characters are kept); `link` is a path of this service.
    """
