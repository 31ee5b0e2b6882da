"""Accounts, what they hold and where they are signed in. Row security shows one's own; an administrator, everyone's."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.access.grants import Role
from service.access.tables import Account, Grant, SignIn
from service.kit.clock import now
from service.kit.errors import NotFound
from service.kit.paging import Cursor
from service.organisations.tables import Organisation

Found = Row[*tuple[Any, ...]]
_ACCOUNT = (
    Account.id,
    Account.name,
    Account.email,
    Account.person_id,
    Account.closed_at,
    Account.subject.is_not(None).label("signed_in_before"),
    func.lower(Account.email).label("sorted_by"),
)


async def get_account(session: AsyncSession, account_id: UUID) -> Found:
    found = (await session.execute(select(*_ACCOUNT).where(Account.id == account_id))).one_or_none()
    if found is None:
        raise NotFound("account")
    return found


async def find_account(session: AsyncSession, email: str) -> Found | None:
    return (await session.execute(select(*_ACCOUNT).where(func.lower(Account.email) == email.lower()))).one_or_none()


async def list_accounts(
    session: AsyncSession, search: str, size: int, cursor: Cursor | None, *, with_role: bool
) -> Sequence[Found]:
    """By e-mail address; `size + 1` rows. `search` is the beginning of an address or any part of a name."""
    asked = select(*_ACCOUNT).order_by("sorted_by", Account.id).limit(size + 1)
    if search:
        wanted = search.lower()
        by_name = func.lower(Account.name).contains(wanted, autoescape=True)
        asked = asked.where(or_(func.lower(Account.email).startswith(wanted, autoescape=True), by_name))
    if with_role:
        asked = asked.where(exists().where(Grant.account_id == Account.id))
    if cursor:
        asked = asked.where(tuple_(func.lower(Account.email), Account.id) > (cursor.text, cursor.id))
    return (await session.execute(asked)).all()


async def grants_of(session: AsyncSession, account_ids: Sequence[UUID]) -> Sequence[Found]:
    asked = (
        select(
            Grant.id,
            Grant.account_id,
            Grant.role,
            Grant.organisation_id,
            Organisation.name.label("organisation"),
            Grant.granted_at,
            Grant.granted_by,
        )
        .outerjoin(Organisation, Organisation.id == Grant.organisation_id)
        .where(Grant.account_id.in_(account_ids))
        .order_by(Grant.role, Organisation.name)
    )
    return (await session.execute(asked)).all()


async def get_grant(session: AsyncSession, grant_id: UUID) -> Found:
    asked = select(Grant.id, Grant.account_id, Grant.role, Grant.organisation_id).where(Grant.id == grant_id)
    found = (await session.execute(asked)).one_or_none()
    if found is None:
        raise NotFound("role")
    return found


async def other_administrators(session: AsyncSession, account_id: UUID) -> int:
    """How many open accounts besides this one are administrators. Waits for whoever is changing that at this moment."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("ridgeway.administrators"))))
    asked = (
        select(func.count())
        .select_from(Grant)
        .join(Account, Account.id == Grant.account_id)
        .where(Grant.role == Role.ADMINISTRATOR, Grant.account_id != account_id, Account.closed_at.is_(None))
    )
    return (await session.execute(asked)).scalar_one()


async def live_sessions(
    session: AsyncSession, account_id: UUID, idle: timedelta, longest: timedelta
) -> Sequence[Found]:
    """Where an account is signed in now, the latest first."""
    asked = (
        select(func.encode(SignIn.token_hash, "hex").label("id"), SignIn.device, SignIn.started_at, SignIn.seen_at)
        .where(SignIn.account_id == account_id, SignIn.seen_at > now() - idle, SignIn.started_at > now() - longest)
        .order_by(SignIn.seen_at.desc(), SignIn.started_at.desc())
        .limit(100)
    )
    return (await session.execute(asked)).all()
