"""A framework from a file: say what it is, see what the file would do, publish it."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities import actions, checking, queries
from service.capabilities.checking import EDIT
from service.capabilities.pages.uploading import with_file
from service.capabilities.presenters import FrameworkChecked, ImportPage
from service.capabilities.schemas import FrameworkIn
from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, NotFound, Problem
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
_KEPT = ("name", "source_note", "licence_note")


@get("/frameworks/import", include_in_schema=False)
async def start(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], of: FromQuery[str] = ""
) -> Response[str]:
    actor.must(EDIT)
    return shown(request, "capabilities/import_framework.html", ImportPage(await _form_of(session, of)))


@post("/frameworks/check", include_in_schema=False)
async def check(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    actor.must(EDIT)
    form = await posted(request)
    try:
        newest = await queries.newest_version(session, form.value("code").strip()[:40])
        form, given = await _all_of(request, Form({**form.values, "based_on": str(newest)}))
        _, found = await checking.check_framework(session, actor, given.code, given.csv)
    except Invalid as refusal:
        return shown(request, "capabilities/import_framework.html", ImportPage(form.refused(refusal)), 422)
    return shown(request, "capabilities/check_framework.html", FrameworkChecked(form, found))


@post("/frameworks", include_in_schema=False)
async def publish(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[Any]:
    actor.must(EDIT)
    form = await posted(request)
    try:
        async with attempt(session):
            given = read(FrameworkIn, form)
            version = await actions.publish_framework(session, actor, given)
    except Invalid as refusal:
        return shown(request, "capabilities/import_framework.html", ImportPage(form.refused(refusal)), 422)
    except Conflict as refusal:
        return shown(request, "capabilities/import_framework.html", ImportPage(form, refusal.message), 409)
    return Redirect(f"/frameworks/{given.code}?version={version}", status_code=303)


async def _all_of(request: Asked, form: Form) -> tuple[Form, FrameworkIn]:
    """Raises Invalid with what is wrong with the file and with the other fields, together."""
    problems: list[Problem] = []
    try:
        form = await with_file(request, form)
    except Invalid as refusal:
        problems += refusal.problems
    try:
        given = read(FrameworkIn, form)
    except Invalid as refusal:
        given = None
        problems += [problem for problem in refusal.problems if problem.field not in {one.field for one in problems}]
    if problems or given is None:
        raise Invalid(*problems)
    return form, given


async def _form_of(session: AsyncSession, code: str) -> Form:
    """Filled from the newest version, where there is one to publish after."""
    try:
        found = (await queries.get_framework(session, code)).framework
    except NotFound:
        return Form()
    kept = {name: str(getattr(found, name)) for name in _KEPT}
    return Form({**kept, "code": found.code, "kind": found.kind.value})


routes: list[ControllerRouterHandler] = [start, check, publish]
