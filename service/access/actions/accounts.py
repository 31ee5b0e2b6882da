"""Who can sign in, and what they may do. Done by administrators; felt at the account's next request."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.access import queries
from service.access.grants import ROLE_NAMES
from service.access.rules import Reason, problem_with_taking, problems_with_giving
from service.access.schemas import AccountIn, GrantIn
from service.access.tables import Account, Grant
from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, NotFound, Problem
from service.kit.ids import new_id
from service.organisations.queries import get_organisation


async def add_account(session: AsyncSession, actor: Actor, given: AccountIn) -> UUID:
    """Lets somebody whom the provider knows by this address sign in. Raises Invalid when there is an account for it."""
    actor.must("grants.edit")
    if await queries.find_account(session, given.email):
        raise Invalid(
            Problem("email", "There is an account with this e-mail address. Search for it and give it a role.")
        )
    account_id = new_id()
    await session.execute(insert(Account), {"id": account_id, "name": given.name, "email": given.email})
    await record(session, actor, "access.account_added", entity=account_id)
    return account_id


async def give(session: AsyncSession, actor: Actor, given: GrantIn) -> UUID:
    """Gives a role and returns the grant's id. Raises Invalid when it is held already, or cannot be held so."""
    actor.must("grants.edit")
    account = await queries.get_account(session, given.account_id)
    problems = problems_with_giving(given.role, given.organisation_id, to_self=account.id == actor.account_id)
    held = {(grant.role, grant.organisation_id) for grant in await queries.grants_of(session, [account.id])}
    if (given.role, given.organisation_id) in held:
        problems.append(Problem("role", f"{account.name} holds this role there already."))
    if given.organisation_id and not problems:
        problems += await _problems_with_place(session, given.organisation_id)
    if problems:
        raise Invalid(*problems)
    row: dict[str, Any] = {
        "id": new_id(),
        "account_id": account.id,
        "role": given.role,
        "organisation_id": given.organisation_id,
        "granted_by": actor.name,
    }
    await session.execute(insert(Grant), row)
    await _record_change(session, actor, "access.role_given", row, account.person_id, given.reason)
    return row["id"]


async def take_away(session: AsyncSession, actor: Actor, grant_id: UUID, reason: Reason) -> None:
    """Raises Conflict when nobody would be left to give access."""
    actor.must("grants.edit")
    grant = await queries.get_grant(session, grant_id)
    account = await queries.get_account(session, grant.account_id)
    others = await queries.other_administrators(session, account.id)
    if refusal := problem_with_taking(
        grant.role, from_self=account.id == actor.account_id, other_administrators=others
    ):
        raise Conflict(refusal)
    row = {"role": grant.role, "organisation_id": grant.organisation_id, "account_id": account.id}
    await session.execute(delete(Grant).where(Grant.id == grant_id))
    await _record_change(session, actor, "access.role_taken_away", row, account.person_id, reason)


async def close_account(session: AsyncSession, actor: Actor, account_id: UUID, reason: Reason) -> None:
    """Ends every session at once. Raises Conflict for one's own account, or when nobody could give access any more."""
    actor.must("grants.edit")
    account = await queries.get_account(session, account_id)
    if account.id == actor.account_id:
        raise Conflict("You cannot close your own account. Ask another administrator.")
    others = await queries.other_administrators(session, account.id)
    for grant in await queries.grants_of(session, [account.id]):
        if refusal := problem_with_taking(grant.role, from_self=False, other_administrators=others):
            raise Conflict(refusal)
    await session.execute(update(Account).where(Account.id == account_id).values(closed_at=func.now()))
    await record(session, actor, "access.account_closed", subject=account.person_id, entity=account.id, reason=reason)


async def reopen_account(session: AsyncSession, actor: Actor, account_id: UUID, reason: Reason) -> None:
    actor.must("grants.edit")
    account = await queries.get_account(session, account_id)
    await session.execute(update(Account).where(Account.id == account_id).values(closed_at=None))
    await record(session, actor, "access.account_reopened", subject=account.person_id, entity=account.id, reason=reason)


async def _problems_with_place(session: AsyncSession, organisation_id: UUID) -> list[Problem]:
    try:
        await get_organisation(session, organisation_id)
    except NotFound:
        return [Problem("organisation_id", "Choose an organisation from the list.")]
    return []


async def _record_change(
    session: AsyncSession, actor: Actor, action: str, grant: Mapping[str, Any], person_id: UUID | None, reason: Reason
) -> None:
    await record(
        session,
        actor,
        action,
        subject=person_id,
        organisation=grant["organisation_id"],
        entity=grant["account_id"],
        role=ROLE_NAMES[grant["role"]],
        reason=reason,
    )
