"""The ledger of an organisation, one move with its corrections, and what posts cannot say."""

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
from service.kit.errors import Conflict, Invalid, NotFound, Problem
from service.mobility.actions.ledger import EDIT, READ, correct_move, enter_move, read_move, read_moves
from service.mobility.presenters.ledger import USUAL, EnterPage, LedgerPage, MovePage, period_filter
from service.mobility.presenters.secondments import MinePage
from service.mobility.queries.ledger import get_move, list_history, list_moves_of
from service.mobility.queries.secondments import list_secondments_of
from service.mobility.schemas.ledger import CorrectionIn, MoveIn, MoveOut
from service.people.places import places_for
from service.people.queries import get_person, list_organisations
from service.web.asked import CursorText
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
SIZE = 50


@get("/mobility", include_in_schema=False)
async def ledger(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation: FromQuery[UUID | None] = None,
    kind: FromQuery[str] = "",
    period: FromQuery[str] = USUAL,
    cursor: CursorText = None,
) -> Response[str]:
    places_for(actor, READ, organisation)
    organisations = await list_organisations(session, actor.where(READ))
    here = organisation or next(iter(organisations))
    given = period_filter(kind, period, today())
    page = await read_moves(session, actor, here, given, cursor, SIZE)
    shown_kind = given.kind.value if given.kind else ""
    found = LedgerPage(organisations, here, shown_kind, period, page, is_first=cursor is None)
    return shown(request, "mobility/ledger.html", found)


@get("/mobility/moves/{move_id:uuid}", include_in_schema=False)
async def move(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], move_id: FromPath[UUID]
) -> Response[str]:
    history = await read_move(session, actor, move_id)
    return shown(request, "mobility/move.html", MovePage(history, Form(), _may_correct(actor, history[-1])))


@post("/mobility/moves/{move_id:uuid}", include_in_schema=False, status_code=303)
async def correct(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], move_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            corrected = await correct_move(session, actor, move_id, read(CorrectionIn, form))
    except (Invalid, Conflict) as refusal:
        history = await list_history(session, await get_move(session, move_id, actor.where(EDIT)))
        page = MovePage(history, form.refused(_told_at("kind", refusal)), may_correct=True)
        return shown(request, "mobility/move.html", page, status=422)
    return Redirect(f"/mobility/moves/{corrected.id}", status_code=303)


@get("/people/{person_id:uuid}/moves/new", include_in_schema=False)
async def ask_enter(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], person_id: FromPath[UUID]
) -> Response[str]:
    person = await get_person(session, person_id, places_for(actor, EDIT))
    return shown(request, "mobility/enter.html", EnterPage(person, Form()))


@post("/people/{person_id:uuid}/moves", include_in_schema=False, status_code=303)
async def enter(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], person_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            made = await enter_move(session, actor, person_id, read(MoveIn, form))
    except (Invalid, Conflict) as refusal:
        person = await get_person(session, person_id, places_for(actor, EDIT))
        page = EnterPage(person, form.refused(_told_at("kind", refusal)))
        return shown(request, "mobility/enter.html", page, status=422)
    return Redirect(f"/mobility/moves/{made.id}", status_code=303)


@get("/me/moves", include_in_schema=False)
async def mine(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    actor.must("me.read")
    if actor.person_id is None:
        raise NotFound("person for this account")
    moves = await list_moves_of(session, actor.person_id)
    agreed = await list_secondments_of(session, actor.person_id, today())
    return shown(request, "mobility/mine.html", MinePage(moves, agreed))


def _may_correct(actor: Actor, found: MoveOut) -> bool:
    return any(actor.may(EDIT, side.organisation_id) for side in (found.left, found.came) if side)


def _told_at(field: str, refusal: Invalid | Conflict) -> Invalid:
    return refusal if isinstance(refusal, Invalid) else Invalid(Problem(field, refusal.message))


routes: list[ControllerRouterHandler] = [ledger, move, correct, ask_enter, enter, mine]
