"""The working days that the system gives itself, for an administrator."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Invalid
from service.opportunities.actions.limits import EDIT, change_limits
from service.opportunities.queries.opportunities import get_limits
from service.opportunities.schemas.limits import WorkingDaysIn
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
HERE = "/opportunities/limits"


@get(HERE, include_in_schema=False)
async def limits(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    actor.must(EDIT)
    held = await get_limits(session)
    kept = {"internal_days": str(held.internal_days), "aftercare_days": str(held.aftercare_days)}
    return shown(request, "opportunities/limits.html", Form(kept))


@post(HERE, include_in_schema=False, status_code=303)
async def changed(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            await change_limits(session, actor, read(WorkingDaysIn, form))
    except Invalid as refusal:
        return shown(request, "opportunities/limits.html", form.refused(refusal), status=422)
    return Redirect(HERE, status_code=303)


routes: list[ControllerRouterHandler] = [limits, changed]
