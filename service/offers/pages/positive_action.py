"""The records that positive action rests on, what somebody declares for one offer, and equal qualification."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid
from service.offers.actions.equal import read_equal, record_equal
from service.offers.actions.positive_action import (
    approve_record,
    declare,
    end_record,
    read_ours,
    read_records,
    write_record,
)
from service.offers.presenters.equal import EqualPage
from service.offers.presenters.positive_action import RecordPage, form_of
from service.offers.presenters.records import RecordsPage
from service.offers.queries.evidence import list_figures
from service.offers.queries.positive_action import find_standing
from service.offers.queries.subjects import get_about
from service.offers.rules.positive_action import RecordState
from service.offers.rules.subjects import Subject
from service.offers.schemas.positive_action import ApprovalIn, EqualIn, RecordIn
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
ONE = "/positive-action/{what:str}/{subject_id:uuid}"
PICK = "pick-"


@get("/positive-action", include_in_schema=False)
async def records(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    return shown(request, "offers/positive_actions.html", RecordsPage(await read_ours(session, actor), actor, today()))


@get(ONE, include_in_schema=False)
async def record(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
) -> Response[str]:
    return await _record(request, session, actor, what, subject_id)


@post(ONE, include_in_schema=False, status_code=303)
async def write(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> object:
        return await write_record(session, actor, what, subject_id, read(RecordIn, form))

    return await _tried(request, session, actor, what, subject_id, form, act)


@post(ONE + "/approval", include_in_schema=False, status_code=303)
async def approve(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> object:
        if form.value("end"):
            return await end_record(session, actor, what, subject_id)
        return await approve_record(session, actor, what, subject_id, read(ApprovalIn, form))

    return await _tried(request, session, actor, what, subject_id, None, act)


@post(ONE + "/declaration", include_in_schema=False, status_code=303)
async def declaration(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
) -> Redirect:
    belongs = (await posted(request)).value("belongs") == "yes"
    about = await get_about(session, what, subject_id)
    await declare(session, actor, what, subject_id, belongs=belongs)
    return Redirect(about.link, status_code=303)


@get(ONE + "/equal", include_in_schema=False)
async def equals(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
) -> Response[str]:
    return await _equal(request, session, actor, what, subject_id, Form())


@post(ONE + "/equal", include_in_schema=False, status_code=303)
async def equal(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)
    chosen = [name.removeprefix(PICK) for name in form.values if name.startswith(PICK)]
    try:
        async with attempt(session):
            await record_equal(session, actor, what, subject_id, read(EqualIn, form, candidates=chosen))
    except Invalid as refusal:
        return await _equal(request, session, actor, what, subject_id, form.refused(refusal), 422)
    return Redirect(f"/positive-action/{what}/{subject_id}/equal", status_code=303)


async def _equal(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    what: Subject,
    subject_id: UUID,
    form: Form,
    status: int = 200,
) -> Response[str]:
    about, waiting, found = await read_equal(session, actor, what, subject_id)
    standing = await find_standing(session, about.organisation_id, what, subject_id)
    page = EqualPage(about, waiting, found, form, is_in_force=bool(standing and standing.on(today())))
    return shown(request, "offers/equal.html", page, status=status)


async def _tried(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    what: Subject,
    subject_id: UUID,
    form: Form | None,
    act: Callable[[], Awaitable[object]],
) -> Response[str] | Redirect:
    """The page again with what was refused, or as it is now. Without a form, the draft is shown as it is kept."""
    try:
        async with attempt(session):
            await act()
    except Invalid as refusal:
        return await _record(request, session, actor, what, subject_id, form, refusal, 422)
    except Conflict as refusal:
        return await _record(request, session, actor, what, subject_id, form, refusal, 409)
    return Redirect(f"/positive-action/{what}/{subject_id}", status_code=303)


async def _record(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    what: Subject,
    subject_id: UUID,
    form: Form | None = None,
    refusal: Invalid | Conflict | None = None,
    status: int = 200,
) -> Response[str]:
    about, found = await read_records(session, actor, what, subject_id)
    # In order: what is in force before a draft.
    kept = form_of(next((one for one in reversed(found) if one.state is not RecordState.ENDED), None))
    typed = (form or kept).refused(refusal) if isinstance(refusal, Invalid) else form or kept
    said = refusal.message if isinstance(refusal, Conflict) else ""
    page = RecordPage(about, found, await list_figures(session), typed, actor, today(), said)
    return shown(request, "offers/positive_action.html", page, status=status)


routes: list[ControllerRouterHandler] = [records, record, write, approve, declaration, equals, equal]
