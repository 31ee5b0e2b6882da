"""My move into leadership: what is expected, who helps, and saying how it goes."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid, NotFound
from service.pathways.actions.transitions import answer_check_in
from service.pathways.myself import myself
from service.pathways.presenters.transitions import AnswerPage, MinePage
from service.pathways.queries.steps import list_tiers
from service.pathways.queries.transitions import get_mine, list_mine
from service.pathways.rules.transitions import problem_with_answering
from service.pathways.schemas.transitions import AnswerIn
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]


@get("/me/transition", include_in_schema=False)
async def mine(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    answered: FromQuery[bool] = False,
) -> Response[str]:
    found = await list_mine(session, myself(actor))
    return shown(request, "pathways/transition.html", MinePage(found, await list_tiers(session), answered))


@get("/me/transition/{transition_id:uuid}/check-ins/{day:int}", include_in_schema=False)
async def ask(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    transition_id: FromPath[UUID],
    day: FromPath[int],
) -> Response[str]:
    page = await _page(session, actor, transition_id, day)
    return shown(request, "pathways/check_in.html", page)


@post("/me/transition/{transition_id:uuid}/check-ins/{day:int}", include_in_schema=False, status_code=303)
async def answer(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    transition_id: FromPath[UUID],
    day: FromPath[int],
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            await answer_check_in(session, actor, transition_id, day, read(AnswerIn, form))
    except Invalid as refusal:
        page = await _page(session, actor, transition_id, day, form.refused(refusal))
        return shown(request, "pathways/check_in.html", page, status=422)
    return Redirect("/me/transition?answered=true", status_code=303)


async def _page(
    session: AsyncSession, actor: Actor, transition_id: UUID, day: int, form: Form | None = None
) -> AnswerPage:
    """Raises NotFound where there is no such check-in, Conflict before it is open."""
    found = await get_mine(session, myself(actor), transition_id)
    check_in = next((one for one in found.check_ins if one.day == day), None)
    if check_in is None:
        raise NotFound("check-in")
    if problem := problem_with_answering(check_in.due_on, today()):
        raise Conflict(problem)
    before = Form({"support_perception": str(check_in.support_perception or ""), "words": check_in.words})
    return AnswerPage(found, day, form or before)


routes: list[ControllerRouterHandler] = [mine, ask, answer]
