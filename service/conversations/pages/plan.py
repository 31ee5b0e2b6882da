"""My plan, what one conversation led to, and one action of either."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.plan import (
    add_action,
    carry_over,
    change_action,
    close_action,
    open_action,
    read_agreed,
    remind,
)
from service.conversations.presenters.plan import ActionLine, ActionPage, AddPage, PlanPage, form_of, lines_of
from service.conversations.queries.plan import list_plan, list_supports
from service.conversations.queries.record import names_of
from service.conversations.schemas.plan import ActionChange, ActionIn, ActionStateIn, CarryIn
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid, Problem, Stale
from service.kit.ids import new_id
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]


@get("/me/plan", include_in_schema=False)
async def my_plan(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    me = actor.myself("me.plan")
    page = PlanPage(await list_plan(session, me), me, await list_supports(session))
    return shown(request, "conversations/my_plan.html", page)


@get("/me/plan/new", include_in_schema=False)
async def new(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    page = await _my_form(session, actor.myself("me.plan"), Form({"id": str(new_id())}))
    return shown(request, "conversations/plan_add.html", page)


@post("/me/plan", include_in_schema=False, status_code=303)
async def add(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    me, form = actor.myself("me.plan"), await posted(request)
    try:
        async with attempt(session):
            await add_action(session, actor, read(ActionIn, form))
    except Invalid as refusal:
        page = await _my_form(session, me, form.refused(refusal))
        return shown(request, "conversations/plan_add.html", page, status=422)
    return Redirect("/me/plan", status_code=303)


@get("/conversations/{conversation_id:uuid}/plan", include_in_schema=False)
async def agreed(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
) -> Response[str]:
    page = await _talk_form(session, actor, conversation_id, Form({"id": str(new_id())}))
    return shown(request, "conversations/plan_add.html", page)


@post("/conversations/{conversation_id:uuid}/plan", include_in_schema=False, status_code=303)
async def agree(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            given = read(ActionIn, Form({**form.values, "conversation_id": str(conversation_id)}))
            await add_action(session, actor, given)
    except Invalid as refusal:
        page = await _talk_form(session, actor, conversation_id, form.refused(refusal))
        return shown(request, "conversations/plan_add.html", page, status=422)
    return Redirect(f"/conversations/{conversation_id}/plan", status_code=303)


@get("/plan/{action_id:uuid}", include_in_schema=False)
async def one(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], action_id: FromPath[UUID]
) -> Response[str]:
    return shown(request, "conversations/plan_action.html", await _action_page(session, actor, action_id))


@post("/plan/{action_id:uuid}", include_in_schema=False, status_code=303)
async def change(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], action_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            await change_action(session, actor, action_id, _version(form), read(ActionChange, form))
    except Stale:
        page = await _action_page(session, actor, action_id, form, clashed=True)
        return shown(request, "conversations/plan_action.html", page, status=409)
    except Invalid as refusal:
        page = await _action_page(session, actor, action_id, form.refused(refusal))
        return shown(request, "conversations/plan_action.html", page, status=422)
    return Redirect(f"/plan/{action_id}", status_code=303)


@post("/plan/{action_id:uuid}/state", include_in_schema=False, status_code=303)
async def close(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], action_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            closed = await close_action(session, actor, action_id, _version(form), read(ActionStateIn, form))
    except (Invalid, Stale) as refusal:
        problems = refusal.problems if isinstance(refusal, Invalid) else (Problem("version", refusal.message),)
        page = await _action_page(session, actor, action_id, Form(form.values, problems), closing=True)
        return shown(request, "conversations/plan_action.html", page, status=422)
    mine = closed.person.id == actor.person_id or closed.conversation_id is None
    back = "/me/plan" if mine else f"/conversations/{closed.conversation_id}/plan"
    return Redirect(f"/plan/{action_id}" if closed.is_open else back, status_code=303)


@post("/plan/{action_id:uuid}/remind", include_in_schema=False, status_code=303)
async def send_reminder(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], action_id: FromPath[UUID]
) -> Redirect:
    await remind(session, actor, action_id)
    return Redirect(f"/plan/{action_id}", status_code=303)


@post("/plan/{action_id:uuid}/carry", include_in_schema=False, status_code=303)
async def carry(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], action_id: FromPath[UUID]
) -> Redirect:
    given = read(CarryIn, await posted(request))
    await carry_over(session, actor, action_id, given.conversation_id)
    return Redirect(f"/conversations/{given.conversation_id}/plan", status_code=303)


async def _my_form(session: AsyncSession, me: UUID, form: Form) -> AddPage:
    return AddPage(form, await list_supports(session), me, {me: "You"}, "/me/plan", "/me/plan")


async def _talk_form(session: AsyncSession, actor: Actor, conversation_id: UUID, form: Form) -> AddPage:
    me = actor.myself("me.plan")
    talk, here, earlier = await read_agreed(session, actor, conversation_id)
    names = await names_of(session, {talk.person_id, talk.facilitator_id})
    supports = await list_supports(session)
    form = Form({**form.values, "conversation_id": str(conversation_id)}, form.problems)
    address = f"/conversations/{conversation_id}"
    whose = "Your" if talk.person_id == me else f"{names[talk.person_id]}’s"
    lines, before = lines_of(here, me, supports), lines_of(earlier, me, supports)
    return AddPage(form, supports, me, names, address, f"{address}/plan", lines, before, whose)


async def _action_page(
    session: AsyncSession,
    actor: Actor,
    action_id: UUID,
    form: Form | None = None,
    clashed: bool = False,
    closing: bool = False,
) -> ActionPage:
    """The forms hold what was typed, or else what the action says; of a refused closing only the reason was typed."""
    found, states = await open_action(session, actor, action_id)
    supports, me = await list_supports(session), actor.myself("me.plan")
    stands = form_of(found)
    if form and closing:
        form = Form({**stands.values, "reason": form.value("reason")}, form.problems)
    line = ActionLine(found, me, supports, today())
    return ActionPage(line, states, form or stands, supports, me, clashed)


def _version(form: Form) -> int:
    """Raises Conflict for a form without the version that it was made from."""
    given = form.value("version")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise Conflict("This form is not ours any more. Go back, reload the page and try again.")
    return int(given)


routes: list[ControllerRouterHandler] = [my_plan, new, add, agreed, agree, one, change, close, send_reminder, carry]
