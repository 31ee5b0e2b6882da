"""Applying, nominating, and a person's own applications."""

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
from service.kit.errors import Conflict, Invalid, Problem
from service.offers.actions.applying import apply, give_feedback, submit, withdraw
from service.offers.actions.nominating import nominate
from service.offers.presenters.mine import MinePage, MyApplicationPage
from service.offers.presenters.offer import ApplyPage, NominatePage
from service.offers.queries.applications import find_live, get_mine, list_mine
from service.offers.queries.offers import get_offer
from service.offers.queries.reader import list_posts_now
from service.offers.schemas.applications import ApplicationIn, FeedbackIn, MyApplicationOut, NominationIn
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
OFFER, ONE = "/offers/{offer_id:uuid}", "/me/offers/{application_id:uuid}"


@get(OFFER + "/apply", include_in_schema=False)
async def begin(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], offer_id: FromPath[UUID]
) -> Response[str]:
    me = actor.myself()
    mine = await find_live(session, me, offer_id)
    words = (await get_mine(session, me, mine.id)).statement if mine else ""
    chosen = str(mine.cohort_id or "") if mine else ""
    return await _apply_page(request, session, me, offer_id, Form({"statement": words, "cohort_id": chosen}))


@post(OFFER + "/apply", include_in_schema=False, status_code=303)
async def send(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], offer_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """A first application, or the draft or nomination that there is."""
    form, me = await posted(request), actor.myself()
    mine = await find_live(session, me, offer_id)
    try:
        async with attempt(session):
            given = read(ApplicationIn, form)
            if mine is None:
                made = await apply(session, actor, offer_id, given)
            else:
                made = await submit(session, actor, mine.id, given, form.version)
    except Invalid as refusal:
        return await _apply_page(request, session, me, offer_id, form.refused(refusal), 422)
    except Conflict as refusal:
        told = form.refused(Invalid(Problem("cohort_id", refusal.message)))
        return await _apply_page(request, session, me, offer_id, told, 409)
    return Redirect(f"/me/offers/{made.application.id}", status_code=303)


@get(OFFER + "/nominate", include_in_schema=False)
async def ask_whom(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], offer_id: FromPath[UUID]
) -> Response[str]:
    actor.myself()
    return shown(request, "offers/nominate.html", NominatePage(await get_offer(session, offer_id), Form()))


@post(OFFER + "/nominate", include_in_schema=False)
async def nominated(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], offer_id: FromPath[UUID]
) -> Response[str]:
    """The page that follows says the same whoever it was: nothing to lead on to."""
    form = await posted(request)
    offer = await get_offer(session, offer_id)
    try:
        async with attempt(session):
            await nominate(session, actor, offer_id, read(NominationIn, form))
    except Invalid as refusal:
        return shown(request, "offers/nominate.html", NominatePage(offer, form.refused(refusal)), status=422)
    return shown(request, "offers/nominate.html", NominatePage(offer, Form(), is_done=True))


@get("/me/offers", include_in_schema=False)
async def mine(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    return shown(request, "offers/mine.html", MinePage(await list_mine(session, actor.myself())))


@get(ONE, include_in_schema=False)
async def one(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    application_id: FromPath[UUID],
) -> Response[str]:
    told = await get_mine(session, actor.myself(), application_id)
    return shown(request, "offers/application.html", MyApplicationPage(told, Form()))


@post(ONE + "/withdraw", include_in_schema=False, status_code=303)
async def take_back(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    application_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> MyApplicationOut:
        return await withdraw(session, actor, application_id, form.version)

    return await _tried(request, session, actor, application_id, form, act)


@post(ONE + "/feedback", include_in_schema=False, status_code=303)
async def feedback(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    application_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)

    async def act() -> MyApplicationOut:
        return await give_feedback(session, actor, application_id, read(FeedbackIn, form))

    return await _tried(request, session, actor, application_id, form, act)


async def _tried(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    application_id: UUID,
    form: Form,
    act: Callable[[], Awaitable[MyApplicationOut]],
) -> Response[str] | Redirect:
    """The page again with what was refused, or the page as it is now."""
    try:
        async with attempt(session):
            await act()
    except (Invalid, Conflict) as refusal:
        told = await get_mine(session, actor.myself(), application_id)
        form = form.refused(refusal) if isinstance(refusal, Invalid) else form
        words = refusal.message if isinstance(refusal, Conflict) else ""
        page = MyApplicationPage(told, form, words)
        return shown(request, "offers/application.html", page, status=409 if words else 422)
    return Redirect(f"/me/offers/{application_id}", status_code=303)


async def _apply_page(
    request: Asked, session: AsyncSession, me: UUID, offer_id: UUID, form: Form, status: int = 200
) -> Response[str]:
    offer = await get_offer(session, offer_id, await list_posts_now(session, me))
    mine = await find_live(session, me, offer_id)
    return shown(request, "offers/apply.html", ApplyPage(offer, mine, form, today()), status=status)


routes: list[ControllerRouterHandler] = [begin, send, ask_whom, nominated, mine, one, take_back, feedback]
