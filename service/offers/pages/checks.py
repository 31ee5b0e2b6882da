"""The inclusion check of a stage: three fields, and under a minute."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Invalid
from service.offers.actions.checks import answer, read_checks
from service.offers.presenters.checks import ChecksPage
from service.offers.rules.checks import CheckStage
from service.offers.rules.subjects import Subject
from service.offers.schemas.checks import CheckIn
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
Stage = Annotated[CheckStage | None, QueryParameter(description="The stage that is to be passed.")]
ONE = "/checks/{what:str}/{subject_id:uuid}"


@get(ONE, include_in_schema=False)
async def checks(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
    stage: Stage = None,
    saved: FromQuery[bool] = False,
) -> Response[str]:
    about, found = await read_checks(session, actor, what, subject_id)
    return shown(request, "offers/checks.html", ChecksPage(about, found, Form(), stage, saved))


@post(ONE, include_in_schema=False, status_code=303)
async def check(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)
    known = {stage.value: stage for stage in CheckStage}
    stage = known.get(form.value("stage"), CheckStage.PUBLISH)
    try:
        async with attempt(session):
            await answer(session, actor, what, subject_id, stage, read(CheckIn, form))
    except Invalid as refusal:
        about, found = await read_checks(session, actor, what, subject_id)
        page = ChecksPage(about, found, form.refused(refusal), stage)
        return shown(request, "offers/checks.html", page, status=422)
    return Redirect(f"/checks/{what}/{subject_id}?saved=true", status_code=303)


routes: list[ControllerRouterHandler] = [checks, check]
