"""Saying that one is interested, and following what becomes of it."""

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
from service.opportunities.actions.interests import express, take_step
from service.opportunities.actions.referrals import decline_referral
from service.opportunities.ours import EDIT
from service.opportunities.pages.writing import version_of
from service.opportunities.presenters.interests import ExpressPage, InterestPage, InterestsPage
from service.opportunities.queries.interests import (
    find_interest_in,
    get_interest,
    list_interests_of,
    list_referrals,
)
from service.opportunities.queries.opportunities import get_opportunity
from service.opportunities.rules.kinds import InterestState
from service.opportunities.schemas.interests import InterestIn, StepIn
from service.pathways.queries.evidence import list_evidence
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
INTEREST = "/opportunities/{opportunity_id:uuid}/interest"
ONE = "/me/interests/{interest_id:uuid}"
PIECE = "evidence-"


@get(INTEREST, include_in_schema=False)
async def ask(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
) -> Response[str] | Redirect:
    me = actor.myself("me.plan")
    found = await find_interest_in(session, me, opportunity_id)
    if found and found.state is not InterestState.DRAFT:
        return Redirect(f"/me/interests/{found.id}", status_code=303)
    form = Form()
    if found:
        draft = await get_interest(session, me, found.id)
        pieces = {f"{PIECE}{piece}": "on" for piece in draft.evidence_ids}
        helps = {"employer_may_help": "true"} if draft.employer_may_help else {}
        form = Form({"statement": draft.statement, **pieces, **helps})
    return await _express(request, session, me, opportunity_id, form)


@post(INTEREST, include_in_schema=False, status_code=303)
async def say(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)
    pieces = [name.removeprefix(PIECE) for name in form.values if name.startswith(PIECE)]
    try:
        given = read(InterestIn, form, evidence_ids=pieces, is_sent=form.value("then") != "keep")
        async with attempt(session):
            made = await express(session, actor, opportunity_id, given)
    except Invalid as refusal:
        return await _express(request, session, actor.myself("me.plan"), opportunity_id, form.refused(refusal), 422)
    except Conflict as refusal:
        return await _express(request, session, actor.myself("me.plan"), opportunity_id, form, 409, refusal.message)
    return Redirect(f"/me/interests/{made.id}", status_code=303)


@get("/me/opportunities", include_in_schema=False)
async def mine(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    me = actor.myself()
    page = InterestsPage(
        await list_interests_of(session, me), await list_referrals(session, me), bool(actor.where(EDIT))
    )
    return shown(request, "opportunities/mine.html", page)


@get(ONE, include_in_schema=False)
async def one(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    interest_id: FromPath[UUID],
) -> Response[str]:
    held = await get_interest(session, actor.myself(), interest_id)
    return shown(request, "opportunities/interest.html", InterestPage(held))


@post(ONE, include_in_schema=False, status_code=303)
async def step(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    interest_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form, me = await posted(request), actor.myself("me.plan")
    held = await get_interest(session, me, interest_id)
    try:
        async with attempt(session):
            await take_step(session, actor, interest_id, read(StepIn, form), version_of(form))
    except (Conflict, Invalid) as refusal:
        status = 409 if isinstance(refusal, Conflict) else 422
        page = InterestPage(held, refusal.message)
        return shown(request, "opportunities/interest.html", page, status=status)
    return Redirect(f"/me/interests/{interest_id}", status_code=303)


@post("/me/referrals/{referral_id:uuid}/decline", include_in_schema=False, status_code=303)
async def decline(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], referral_id: FromPath[UUID]
) -> Redirect:
    await decline_referral(session, actor, referral_id)
    return Redirect("/me/opportunities", status_code=303)


async def _express(
    request: Asked,
    session: AsyncSession,
    me: UUID,
    opportunity_id: UUID,
    form: Form,
    status: int = 200,
    refusal: str = "",
) -> Response[str]:
    held = await get_opportunity(session, opportunity_id, today())
    pieces = (await list_evidence(session, me, size=30)).items
    page = ExpressPage(held, form, pieces, refusal)
    return shown(request, "opportunities/express.html", page, status=status)


routes: list[ControllerRouterHandler] = [ask, say, mine, one, step, decline]
