"""The administrator's pages: who can sign in, and what they may do."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.access import actions, queries
from service.access.presenters import account_rows, place_items, reason_items, role_items, role_rows, state_of
from service.access.schemas import AccountIn, GrantIn, ReasonIn
from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, NotFound, Problem
from service.kit.paging import Cursor, page_of
from service.organisations.queries import organisation_names
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
PAGE = 50
GRANT = "grants.edit"


@get("/access", include_in_schema=False)
async def access(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    """Without a search, those who hold a role: most accounts are staff, who need nothing given."""
    actor.must(GRANT)
    search = request.query_params.get("search", "").strip()[:200]
    cursor = Cursor.read(request.query_params.get("cursor"))
    found = await queries.list_accounts(session, search, PAGE, cursor, with_role=not search)
    page = page_of(found, PAGE, ("sorted_by", "id"))
    grants = await queries.grants_of(session, [row.id for row in page.items])
    rows = account_rows(page.items, grants)
    return shown(request, "access/list.html", rows, search=search, next_cursor=page.next_cursor)


@get("/access/new", include_in_schema=False)
async def new_account(request: Asked, actor: NamedDependency[Actor]) -> Response[str]:
    actor.must(GRANT)
    return shown(request, "access/new.html", form=Form())


@post("/access", include_in_schema=False)
async def add_account(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[Any]:
    actor.must(GRANT)
    form = await posted(request)
    try:
        async with attempt(session):
            account_id = await actions.add_account(session, actor, read(AccountIn, form))
    except Invalid as refusal:
        return shown(request, "access/new.html", status=422, form=form.refused(refusal))
    return _to(account_id)


@get("/access/{account_id:uuid}", include_in_schema=False)
async def one_account(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], account_id: FromPath[UUID]
) -> Response[str]:
    actor.must(GRANT)
    return await _one(request, session, account_id, Form())


@post("/access/{account_id:uuid}/roles", include_in_schema=False)
async def give_role(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], account_id: FromPath[UUID]
) -> Response[Any]:
    actor.must(GRANT)
    form = await posted(request)
    try:
        async with attempt(session):
            given = read(GrantIn, Form({**form.values, "account_id": str(account_id)}))
            await actions.give(session, actor, given)
    except Invalid as refusal:
        return await _one(request, session, account_id, form.refused(refusal), 422)
    return _to(account_id)


@get("/access/{account_id:uuid}/roles/{grant_id:uuid}", include_in_schema=False)
async def confirm_taking_role(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    account_id: FromPath[UUID],
    grant_id: FromPath[UUID],
) -> Response[str]:
    actor.must(GRANT)
    return await _taking(request, session, account_id, grant_id, Form())


@post("/access/{account_id:uuid}/roles/{grant_id:uuid}", include_in_schema=False)
async def take_role(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    account_id: FromPath[UUID],
    grant_id: FromPath[UUID],
) -> Response[Any]:
    actor.must(GRANT)
    form = await posted(request)
    try:
        async with attempt(session):
            await actions.take_away(session, actor, grant_id, read(ReasonIn, form).reason)
    except Invalid as refusal:
        return await _taking(request, session, account_id, grant_id, form.refused(refusal), 422)
    except Conflict as refusal:
        return await _taking(request, session, account_id, grant_id, form, 409, conflict=refusal.message)
    return _to(account_id)


@post("/access/{account_id:uuid}/close", include_in_schema=False)
async def close_account(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], account_id: FromPath[UUID]
) -> Response[Any]:
    return await _open_or_close(request, session, actor, account_id, actions.close_account)


@post("/access/{account_id:uuid}/reopen", include_in_schema=False)
async def reopen_account(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], account_id: FromPath[UUID]
) -> Response[Any]:
    return await _open_or_close(request, session, actor, account_id, actions.reopen_account)


async def _open_or_close(
    request: Asked, session: AsyncSession, actor: Actor, account_id: UUID, act: Any
) -> Response[Any]:
    actor.must(GRANT)
    form = await posted(request)
    try:
        async with attempt(session):
            given = read(ReasonIn, Form({"reason": form.value("closing_reason")}))
            await act(session, actor, account_id, given.reason)
    except Invalid:
        refused = form.refused(Invalid(Problem("closing_reason", "Choose a reason.")))
        return await _one(request, session, account_id, refused, 422)
    except Conflict as refusal:
        return await _one(request, session, account_id, form, 409, conflict=refusal.message)
    return _to(account_id)


async def _one(
    request: Asked, session: AsyncSession, account_id: UUID, form: Form, status: int = 200, conflict: str = ""
) -> Response[str]:
    account = await queries.get_account(session, account_id)
    grants = await queries.grants_of(session, [account_id])
    names = await organisation_names(session)
    return shown(
        request,
        "access/one.html",
        account,
        status,
        form=form,
        conflict=conflict,
        state=state_of(account),
        roles=role_rows(grants, is_person=account.person_id is not None),
        choices=role_items(form.value("role")),
        places=place_items(names, form.value("organisation_id")),
        reasons=reason_items(form.value("reason")),
        closing_reasons=reason_items(form.value("closing_reason")),
    )


async def _taking(
    request: Asked,
    session: AsyncSession,
    account_id: UUID,
    grant_id: UUID,
    form: Form,
    status: int = 200,
    conflict: str = "",
) -> Response[str]:
    account = await queries.get_account(session, account_id)
    held = role_rows(await queries.grants_of(session, [account_id]), is_person=False)
    role = next((row for row in held if row.id == grant_id), None)
    if role is None:
        raise NotFound("role")
    reasons = reason_items(form.value("reason"))
    return shown(request, "access/take.html", account, status, form=form, role=role, reasons=reasons, conflict=conflict)


def _to(account_id: UUID) -> Redirect:
    return Redirect(f"/access/{account_id}", status_code=303)


routes: list[ControllerRouterHandler] = [
    access,
    new_account,
    add_account,
    one_account,
    give_role,
    confirm_taking_role,
    take_role,
    close_account,
    reopen_account,
]
