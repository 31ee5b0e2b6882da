"""Publishing steps from a file: what it would do is shown first."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Invalid, Problem
from service.pathways.actions.steps import PERMISSION, check_steps, publish_steps
from service.pathways.presenters.files import FilePage
from service.pathways.rules.files import StepRow, read_steps, write_steps
from service.web.forms import Form, attempt
from service.web.templating import shown

Asked = Request[Any, Any, Any]


@get("/steps/import", include_in_schema=False)
async def choose(request: Asked, actor: NamedDependency[Actor]) -> Response[str]:
    actor.must(PERMISSION)
    return shown(request, "pathways/steps_import.html", FilePage(Form()))


@post("/steps/import", include_in_schema=False, status_code=200)
async def import_steps(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    """Checks the file and carries it along; sent again with `publish`, it is published."""
    actor.must(PERMISSION)
    sent = await request.form()
    try:
        rows = await _rows(sent.get("file"), sent.get("steps"))
        async with attempt(session):
            if sent.get("publish"):
                done = await publish_steps(session, actor, rows)
                return shown(request, "pathways/steps_import.html", FilePage(Form(), done, published=True))
            checked = await check_steps(session, actor, rows)
    except Invalid as refusal:
        return shown(request, "pathways/steps_import.html", FilePage(Form().refused(refusal)), status=422)
    return shown(request, "pathways/steps_import.html", FilePage(Form(), checked, write_steps(rows)))


async def _rows(file: object, carried: object) -> list[StepRow]:
    if isinstance(carried, str) and carried:
        return read_steps(carried.encode())
    if not isinstance(file, UploadFile):
        raise Invalid(Problem("file", "Choose a CSV file."))
    return read_steps(await file.read())


routes: list[ControllerRouterHandler] = [choose, import_steps]
