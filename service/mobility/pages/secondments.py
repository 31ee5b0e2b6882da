"""Secondments between employers: the list, one of them, and what can be done about it."""

from collections.abc import Awaitable, Callable
from datetime import date
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
from service.mobility.actions.secondments import (
    EDIT,
    READ,
    agree_secondment,
    answer_extension,
    ask_extension,
    check_return,
    end_secondment,
    read_secondment,
)
from service.mobility.asked import Number
from service.mobility.presenters.secondments import NewSecondmentPage, SecondmentPage, SecondmentsPage
from service.mobility.queries.secondments import get_secondment, list_secondments, list_without_return
from service.mobility.schemas.secondments import AnswerIn, EndedIn, ExtensionIn, ReturnIn, SecondmentIn, SecondmentOut
from service.organisations.queries import organisation_names
from service.people.places import places_for
from service.people.queries import get_person
from service.web.asked import CursorText
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
ONE = "/mobility/secondments/{secondment_id:uuid}"
SIZE = 50


@get("/mobility/secondments", include_in_schema=False)
async def secondments(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    cursor: CursorText = None,
) -> Response[str]:
    where = places_for(actor, READ)
    page = await list_secondments(session, where, today(), cursor, SIZE)
    without = await list_without_return(session, where, today()) if cursor is None else []
    return shown(request, "mobility/secondments.html", SecondmentsPage(page, without, bool(actor.where(EDIT))))


@get("/mobility/secondments/new", include_in_schema=False)
async def new(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    person: FromQuery[UUID],
    host: FromQuery[UUID | None] = None,
    starts: FromQuery[date | None] = None,
    ends: FromQuery[date | None] = None,
) -> Response[str]:
    """The host and the days are given where they are known already, as from an opportunity."""
    known = {"home_pays": "0"} | ({"host_organisation_id": str(host)} if host else {})
    for name, day in (("starts", starts), ("ends", ends)):
        if day:
            known |= {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}
    return await _new(request, session, actor, person, Form(known))


@post("/mobility/secondments", include_in_schema=False, status_code=303)
async def agree(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            made = await agree_secondment(session, actor, read(SecondmentIn, form))
    except Invalid as refusal:
        return await _new(request, session, actor, form.value("person_id"), form.refused(refusal), 422)
    except Conflict as refusal:
        return await _new(request, session, actor, form.value("person_id"), form, 409, refusal.message)
    return Redirect(f"/mobility/secondments/{made.id}", status_code=303)


@get(ONE, include_in_schema=False)
async def secondment(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    secondment_id: FromPath[UUID],
) -> Response[str]:
    held = await read_secondment(session, actor, secondment_id)
    return shown(request, "mobility/secondment.html", SecondmentPage(held, Form(), actor.where(EDIT)))


@post(ONE + "/return-role", include_in_schema=False, status_code=303)
async def return_role(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    secondment_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> SecondmentOut:
        return await check_return(session, actor, secondment_id, read(ReturnIn, form))

    return await _tried(request, session, actor, secondment_id, form, act)


@post(ONE + "/end", include_in_schema=False, status_code=303)
async def end(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    secondment_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> SecondmentOut:
        return await end_secondment(session, actor, secondment_id, read(EndedIn, form))

    return await _tried(request, session, actor, secondment_id, form, act)


@post(ONE + "/extensions", include_in_schema=False, status_code=303)
async def ask(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    secondment_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> SecondmentOut:
        return await ask_extension(session, actor, secondment_id, read(ExtensionIn, form))

    return await _tried(request, session, actor, secondment_id, form, act)


@post(ONE + "/extensions/{extension:int}", include_in_schema=False, status_code=303)
async def answer(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    secondment_id: FromPath[UUID],
    extension: Number,
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> SecondmentOut:
        return await answer_extension(session, actor, secondment_id, extension, read(AnswerIn, form))

    return await _tried(request, session, actor, secondment_id, form, act)


async def _tried(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    secondment_id: UUID,
    form: Form,
    act: Callable[[], Awaitable[SecondmentOut]],
) -> Response[str] | Redirect:
    """The page again with what was refused, or the page as it is now."""
    try:
        async with attempt(session):
            await act()
    except (Invalid, Conflict) as refusal:
        held = await get_secondment(session, secondment_id, actor.where(READ), today())
        form = form.refused(refusal) if isinstance(refusal, Invalid) else form
        told = refusal.message if isinstance(refusal, Conflict) else ""
        page = SecondmentPage(held, form, actor.where(EDIT), told)
        return shown(request, "mobility/secondment.html", page, status=409 if told else 422)
    return Redirect(f"/mobility/secondments/{secondment_id}", status_code=303)


async def _new(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    person_id: UUID | str,
    form: Form,
    status: int = 200,
    refusal: str = "",
) -> Response[str]:
    person = await get_person(session, _key(person_id), places_for(actor, EDIT))
    page = NewSecondmentPage(person, form, await organisation_names(session), refusal)
    return shown(request, "mobility/new_secondment.html", page, status=status)


def _key(given: UUID | str) -> UUID:
    """Raises NotFound for what is no identifier: the form carries one, so somebody changed it."""
    try:
        return given if isinstance(given, UUID) else UUID(given)
    except ValueError:
        raise NotFound("person") from None


routes: list[ControllerRouterHandler] = [secondments, new, agree, secondment, return_role, end, ask, answer]
