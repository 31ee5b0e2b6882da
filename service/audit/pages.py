"""The auditor's page: who did, or read, what."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import read_trail
from service.audit.presenters import action_items, entry_row
from service.audit.queries import actions_recorded, organisation_names
from service.audit.schemas import AuditFilter
from service.kit.actor import Actor
from service.kit.errors import Invalid
from service.kit.paging import Cursor, Page
from service.web.forms import Form, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
PAGE = 50
DAYS = ("first_day", "last_day")


@get("/audit", include_in_schema=False)
async def audit(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    actor.must("audit.read")
    form, status = _asked_for(request), 200
    page: Page[Any] = Page([], None)
    try:
        cursor = Cursor.read(request.query_params.get("cursor"))
        page = await read_trail(session, actor, read(AuditFilter, form), PAGE, cursor)
    except Invalid as refusal:
        form, status = form.refused(refusal), 422
    names = await organisation_names(session, {row.organisation_id for row in page.items if row.organisation_id})
    return shown(
        request,
        "audit/trail.html",
        [entry_row(row, names) for row in page.items],
        status,
        form=form,
        actions=action_items(await actions_recorded(session), form.value("action")),
        onward=_onward(form, page.next_cursor),
    )


def _asked_for(request: Asked) -> Form:
    """The filter as the address gives it, so that it can be kept as a bookmark; days come in three parts."""
    values = {name: value for name, value in request.query_params.items() if name != "cursor"}
    for name in DAYS:
        parts = [values.get(f"{name}-{part}", "").strip() for part in ("year", "month", "day")]
        if any(parts):
            values[name] = "-".join(part.zfill(width) for part, width in zip(parts, (4, 2, 2), strict=True))
    return Form(values)


def _onward(form: Form, cursor: str | None) -> str | None:
    kept = {name: value for name, value in form.values.items() if value and name not in DAYS}
    return f"/audit?{urlencode({**kept, 'cursor': cursor})}" if cursor else None


routes: list[ControllerRouterHandler] = [audit]
