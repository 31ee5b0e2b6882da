"""Critical roles, who could step up into one, and posts whose end is known."""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.queries import list_families
from service.kit.actor import Actor
from service.people.places import places_for
from service.people.queries import list_organisations
from service.talent.actions.cover import add_role, change_role, read_cover, read_known_ends
from service.talent.actions.pipelines import EDIT
from service.talent.asked import Asked, Words, Years
from service.talent.pages.trying import Refused, tried
from service.talent.presenters.cover import RolePage, RolesPage
from service.talent.queries.cover import list_holders, list_roles
from service.talent.schemas.cover import RoleChange, RoleIn, RoleOut
from service.web.asked import CursorText
from service.web.forms import Form, posted, read
from service.web.templating import shown

ONE = "/talent/roles/{critical_id:uuid}"


@get("/talent/roles", include_in_schema=False)
async def roles(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    years: Years = 1,
    cursor: CursorText = None,
) -> Response[str]:
    return await _list(request, session, actor, Form(), years, cursor)


@post("/talent/roles", include_in_schema=False, status_code=303)
async def add(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    made = await tried(session, form, lambda: add_role(session, actor, read(RoleIn, form)))
    if isinstance(made, Refused):
        return await _list(request, session, actor, made.form, status=made.status)
    return Redirect(f"/talent/roles/{made.id}", status_code=303)


@get(ONE, include_in_schema=False)
async def role(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    critical_id: FromPath[UUID],
    title: Words = "",
) -> Response[str]:
    cover = await read_cover(session, actor, critical_id)
    holders = await list_holders(session, cover.role.organisation_id, title) if title.strip() else []
    return shown(request, "talent/role.html", RolePage(cover, _form_of(cover.role), holders, title))


@post(ONE, include_in_schema=False, status_code=303)
async def change(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    critical_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> RoleOut:
        return await change_role(session, actor, critical_id, read(RoleChange, form), form.version)

    made = await tried(session, form, act)
    if isinstance(made, Refused):
        cover = await read_cover(session, actor, critical_id)
        page = RolePage(cover, made.form, refusal=made.words)
        return shown(request, "talent/role.html", page, status=made.status)
    return Redirect(f"/talent/roles/{critical_id}" if made.closed_on is None else "/talent/roles", status_code=303)


async def _list(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    form: Form,
    years: int = 1,
    cursor: str | None = None,
    status: int = 200,
) -> Response[str]:
    where = places_for(actor, EDIT)
    page = RolesPage(
        await list_roles(session, where, actor.person_id, cursor),
        await read_known_ends(session, actor, years),
        years,
        employers=await list_organisations(session, where),
        families_known=await list_families(session),
        form=form,
    )
    return shown(request, "talent/roles.html", page, status=status)


def _form_of(role: RoleOut) -> Form:
    day = role.review_on
    date = {"review_on-day": str(day.day), "review_on-month": str(day.month), "review_on-year": str(day.year)}
    return Form({"title": role.title, "why": role.why} | date)


routes: list[ControllerRouterHandler] = [roles, add, role, change]
