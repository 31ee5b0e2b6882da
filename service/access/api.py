"""Who am I, and (for administrators) who may do what, over JSON."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.access import actions, queries
from service.access.doors import signed_in_as
from service.access.rules import Reason
from service.access.schemas import (
    AccountIn,
    AccountOut,
    AccountsOut,
    AccountWithGrantsOut,
    GrantIn,
    GrantOut,
    HeldOut,
    ReasonIn,
    SessionOut,
)
from service.kit.actor import EVERYWHERE, Actor
from service.kit.paging import Cursor, page_of
from service.web.asked import CursorText, Size

SESSION, ACCESS = ["Session"], ["Access"]
GRANT = "grants.edit"
Search = Annotated[str, QueryParameter(max_length=200, description="The beginning of an address, or part of a name.")]
WithRole = Annotated[bool, QueryParameter(description="Only accounts that hold a role.")]
Why = Annotated[Reason, QueryParameter(description="Why access changes; kept in the audit trail.")]


@get("/api/session", tags=SESSION, summary="Who is signed in, and what they may do where")
async def who_am_i(
    request: Request[Any, Any, Any], session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> SessionOut:
    """Your roles, your permissions and the token that every request that changes something must carry."""
    account_id = signed_in_as(actor)
    grants = await queries.grants_of(session, [account_id])
    return SessionOut(
        account_id=account_id,
        person_id=actor.person_id,
        name=actor.name,
        roles=[HeldOut.model_validate(row) for row in grants],
        everywhere=sorted(name for name, places in actor.permissions.items() if EVERYWHERE in places),
        by_organisation={place: _held_in(actor, place) for place in sorted(actor.places())},
        csrf_token=request.scope["state"]["csrf_token"],
    )


@get("/api/accounts", tags=ACCESS, summary="List accounts, or find one")
async def list_accounts(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    search: Search = "",
    with_role: WithRole = False,
    size: Size = 50,
    cursor: CursorText = None,
) -> AccountsOut:
    """For administrators, by e-mail address."""
    actor.must(GRANT)
    found = await queries.list_accounts(session, search.strip(), size, Cursor.read(cursor), with_role=with_role)
    page = page_of(found, size, ("sorted_by", "id"))
    return AccountsOut(items=[AccountOut.model_validate(row) for row in page.items], next_cursor=page.next_cursor)


@get("/api/accounts/{account_id:uuid}", tags=ACCESS, summary="Read an account and the roles it holds")
async def get_account(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], account_id: FromPath[UUID]
) -> AccountWithGrantsOut:
    """For administrators."""
    actor.must(GRANT)
    return await _account(session, account_id)


@post("/api/accounts", tags=ACCESS, summary="Add an account")
async def add_account(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[AccountIn]
) -> AccountWithGrantsOut:
    """For administrators. The account works once somebody signs in with this e-mail address."""
    return await _account(session, await actions.add_account(session, actor, data))


@post("/api/accounts/{account_id:uuid}/close", tags=ACCESS, status_code=200, summary="Close an account at once")
async def close_account(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    account_id: FromPath[UUID],
    data: JSONBody[ReasonIn],
) -> AccountWithGrantsOut:
    """For administrators. Every session ends; nothing recorded is removed. 409 for your own account and for the last
    administrator."""
    await actions.close_account(session, actor, account_id, data.reason)
    return await _account(session, account_id)


@post("/api/accounts/{account_id:uuid}/reopen", tags=ACCESS, status_code=200, summary="Open a closed account again")
async def reopen_account(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    account_id: FromPath[UUID],
    data: JSONBody[ReasonIn],
) -> AccountWithGrantsOut:
    """For administrators. The roles it held are held again."""
    await actions.reopen_account(session, actor, account_id, data.reason)
    return await _account(session, account_id)


@post("/api/grants", tags=ACCESS, summary="Give a role")
async def give_role(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[GrantIn]
) -> AccountWithGrantsOut:
    """For administrators; nobody gives a role to themselves. It is felt at the account's next request."""
    await actions.give(session, actor, data)
    return await _account(session, data.account_id)


@delete("/api/grants/{grant_id:uuid}", tags=ACCESS, summary="Take a role away")
async def take_role_away(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], grant_id: FromPath[UUID], reason: Why
) -> None:
    """For administrators. 409 for your own administrator role and for the last one."""
    await actions.take_away(session, actor, grant_id, reason)


async def _account(session: AsyncSession, account_id: UUID) -> AccountWithGrantsOut:
    grants = [GrantOut.model_validate(row) for row in await queries.grants_of(session, [account_id])]
    shown = AccountOut.model_validate(await queries.get_account(session, account_id))
    return AccountWithGrantsOut(**shown.model_dump(), grants=grants)


def _held_in(actor: Actor, place: UUID) -> list[str]:
    return sorted(name for name, places in actor.permissions.items() if place in places)


routes: list[ControllerRouterHandler] = [
    who_am_i,
    list_accounts,
    get_account,
    add_account,
    close_account,
    reopen_account,
    give_role,
    take_role_away,
]
