"""Where somebody is, what is known of them, and their answers."""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import NotFound
from service.organisations.queries import organisation_names
from service.people.queries import list_readers
from service.talent.actions.cover import say_retirement
from service.talent.actions.members import show_to, step_own
from service.talent.actions.requests import answer_request
from service.talent.asked import Asked, chosen
from service.talent.pages.trying import Refused, tried
from service.talent.presenters.mine import MinePage
from service.talent.queries.mine import get_mine
from service.talent.schemas.cover import RetirementIn
from service.talent.schemas.pipelines import OwnStepIn, ShownIn
from service.talent.schemas.requests import AnswerIn
from service.web.forms import Form, posted, read
from service.web.templating import shown

READERS = 20


@get("/me/talent", include_in_schema=False)
async def mine(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    return await _page(request, session, actor, Form())


@post("/me/talent/memberships/{membership_id:uuid}", include_in_schema=False, status_code=303)
async def step(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    membership_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> object:
        return await step_own(session, actor, membership_id, read(OwnStepIn, form), form.version)

    return await _answered(request, session, actor, await tried(session, form, act), membership_id)


@post("/me/talent/memberships/{membership_id:uuid}/shown-to", include_in_schema=False, status_code=303)
async def shown_to(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    membership_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> object:
        given = read(ShownIn, form, organisation_ids=chosen(form, "shown"))
        return await show_to(session, actor, membership_id, given)

    return await _answered(request, session, actor, await tried(session, form, act), membership_id)


@post("/me/talent/candidates/{candidate_id:uuid}", include_in_schema=False, status_code=303)
async def answer(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    candidate_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> object:
        return await answer_request(session, actor, candidate_id, read(AnswerIn, form), form.version)

    return await _answered(request, session, actor, await tried(session, form, act), candidate_id)


@post("/me/talent/retirement", include_in_schema=False, status_code=303)
async def retirement(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> None:
        typed = form.value("year").strip()
        await say_retirement(session, actor, read(RetirementIn, form, year=typed or None))

    return await _answered(request, session, actor, await tried(session, form, act), None)


async def _answered(
    request: Asked, session: AsyncSession, actor: Actor, made: object, at: UUID | None
) -> Response[str] | Redirect:
    if isinstance(made, Refused):
        return await _page(request, session, actor, made.form, made.words, made.status, at)
    return Redirect("/me/talent", status_code=303)


async def _page(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    form: Form,
    refusal: str = "",
    status: int = 200,
    at: UUID | None = None,
) -> Response[str]:
    actor.must("me.read")
    if actor.person_id is None:
        raise NotFound("person for this account")
    found = await get_mine(session, actor.person_id)
    readers = [
        one
        for one in await list_readers(session, actor.person_id, actor.account_id, 100)
        if one.action.startswith("talent.")
    ]
    page = MinePage(found, await organisation_names(session), readers[:READERS], form, refusal, at)
    return shown(request, "talent/mine.html", page, status=status)


routes: list[ControllerRouterHandler] = [mine, step, shown_to, answer, retirement]
