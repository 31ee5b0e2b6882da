"""An organisation's own offers: the list, writing, dates, publishing and taking down."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, NotFound, Problem
from service.offers.actions.ending import end_offer
from service.offers.actions.offers import change_offer, draft_offer, find_alike, publish_offer
from service.offers.actions.places import add_cohort, change_cohort
from service.offers.owning import EDIT, own_offer
from service.offers.presenters.providing import (
    VERBS,
    DatesPage,
    OfferFormPage,
    OwnPage,
    PublishPage,
    form_of,
    form_of_cohort,
    ticked,
)
from service.offers.queries.offers import list_own, list_seats
from service.offers.rules.offers import OVER, OfferState
from service.offers.schemas.offers import CohortIn, EndIn, OfferIn, OfferOut, PublishIn
from service.organisations.queries import organisation_names
from service.pathways.queries.evidence import list_dimensions
from service.people.places import places_for
from service.people.queries import list_organisations
from service.posts.rules import StaffGroup
from service.web.asked import CursorText
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
ONE = "/offers/{offer_id:uuid}"
FOLDED = 10
Flag = Annotated[str, QueryParameter(max_length=3)]
NEW = Form({"provider_kind": "in_system", "place_rule": "by_decision", "cost": "0"})


@get("/offers/mine", include_in_schema=False)
async def own(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    cursor: CursorText = None,
    over: Flag = "",
) -> Response[str]:
    """What is open, with the newest of what is over folded below it; or, with `over`, all that is over."""
    places = places_for(actor, EDIT)
    states = OVER if over else frozenset(OfferState) - OVER
    page = await list_own(session, places, cursor, states=states)
    last = None if over or cursor else await list_own(session, places, size=FOLDED, states=OVER)
    return shown(request, "offers/own.html", OwnPage(page, last, is_first=cursor is None, is_over=bool(over)))


@get("/offers/new", include_in_schema=False)
async def new(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    return await _form(request, session, actor, NEW, None)


@post("/offers/new", include_in_schema=False, status_code=303)
async def add(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            made = await draft_offer(session, actor, await _given(session, form))
    except Invalid as refusal:
        return await _form(request, session, actor, form.refused(refusal), None, 422)
    return Redirect(f"/offers/{made.id}/dates", status_code=303)


@get(ONE + "/edit", include_in_schema=False)
async def edit(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], offer_id: FromPath[UUID]
) -> Response[str]:
    held = await own_offer(session, actor, offer_id)
    return await _form(request, session, actor, form_of(held), held)


@post(ONE + "/edit", include_in_schema=False, status_code=303)
async def change(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], offer_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    held = await own_offer(session, actor, offer_id)
    try:
        async with attempt(session):
            await change_offer(session, actor, offer_id, await _given(session, form), form.version)
    except Invalid as refusal:
        return await _form(request, session, actor, form.refused(refusal), held, 422)
    except Conflict as refusal:
        return await _form(request, session, actor, form, held, 409, refusal.message)
    return Redirect(f"/offers/{offer_id}", status_code=303)


@get(ONE + "/dates", include_in_schema=False)
async def dates(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
    date: FromQuery[UUID | None] = None,
) -> Response[str]:
    held = await own_offer(session, actor, offer_id)
    return await _dates(request, session, held, None, date)


@post(ONE + "/dates", include_in_schema=False, status_code=303)
async def keep_date(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], offer_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """A new date, or the one that the form names."""
    form = await posted(request)
    held = await own_offer(session, actor, offer_id)
    cohort = _key(form.value("cohort_id"))
    try:
        async with attempt(session):
            given = read(CohortIn, form, reserved=_kept(form))
            if cohort is None:
                await add_cohort(session, actor, offer_id, given)
            else:
                await change_cohort(session, actor, offer_id, cohort, given)
    except Invalid as refusal:
        return await _dates(request, session, held, form.refused(refusal), cohort, 422)
    return Redirect(f"/offers/{offer_id}/dates", status_code=303)


@get(ONE + "/publish", include_in_schema=False)
async def ask(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], offer_id: FromPath[UUID]
) -> Response[str]:
    return await _publish(request, session, actor, await own_offer(session, actor, offer_id), Form())


@post(ONE + "/publish", include_in_schema=False, status_code=303)
async def publish(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], offer_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """Publishing, closing and withdrawing: whichever button was pressed."""
    form, what = await posted(request), (await posted(request)).value("what")
    held = await own_offer(session, actor, offer_id)
    try:
        async with attempt(session):
            if what == "publish":
                await publish_offer(session, actor, offer_id, read(PublishIn, form), form.version)
            else:
                await end_offer(session, actor, offer_id, read(EndIn, Form({"ending": what})), form.version)
    except Invalid as refusal:
        return await _publish(request, session, actor, held, form.refused(refusal), 422)
    except Conflict as refusal:
        told = form.refused(Invalid(Problem("body", refusal.message)))
        return await _publish(request, session, actor, held, told, 409)
    return Redirect(f"/offers/{offer_id}", status_code=303)


async def _given(session: AsyncSession, form: Form) -> OfferIn:
    groups = ticked(form, "staff_groups", [group.value for group in StaffGroup])
    partners = ticked(form, "partner_ids", [str(key) for key in await organisation_names(session)])
    verbs = ticked(form, "verbs", VERBS)
    return read(OfferIn, form, verbs=verbs, staff_groups=groups, partner_ids=partners)


async def _form(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    form: Form,
    held: OfferOut | None,
    status: int = 200,
    refusal: str = "",
) -> Response[str]:
    mine = await list_organisations(session, places_for(actor, EDIT))
    everybody, dimensions = await organisation_names(session), await list_dimensions(session)
    page = OfferFormPage(form, held, mine, everybody, dimensions, refusal)
    return shown(request, "offers/offer_form.html", page, status=status)


async def _dates(
    request: Asked, session: AsyncSession, held: OfferOut, form: Form | None, date: UUID | None, status: int = 200
) -> Response[str]:
    cohort = next((one for one in held.cohorts if one.id == date), None)
    if date and cohort is None:
        raise NotFound("date of this offer")
    seats = await list_seats(session, date) if date else []
    partners = held.partners or await organisation_names(session)
    shown_form = form or (form_of_cohort(cohort, seats) if cohort else Form())
    page = DatesPage(held, shown_form, seats, partners, cohort)
    return shown(request, "offers/dates.html", page, status=status)


async def _publish(
    request: Asked, session: AsyncSession, actor: Actor, held: OfferOut, form: Form, status: int = 200
) -> Response[str]:
    alike = await find_alike(session, actor, held.id) if held.state is OfferState.DRAFT else []
    return shown(request, "offers/publish.html", PublishPage(held, alike, form), status=status)


def _kept(form: Form) -> list[dict[str, str]]:
    """What was typed beside each partner; empty means none."""
    return [
        {"organisation_id": name.removeprefix("kept-"), "places": value.strip()}
        for name, value in form.values.items()
        if name.startswith("kept-") and value.strip()
    ]


def _key(given: str) -> UUID | None:
    """Raises NotFound for what is no identifier: the form carries one, so somebody changed it."""
    try:
        return UUID(given) if given else None
    except ValueError:
        raise NotFound("date of this offer") from None


routes: list[ControllerRouterHandler] = [own, new, add, edit, change, dates, keep_date, ask, publish]
