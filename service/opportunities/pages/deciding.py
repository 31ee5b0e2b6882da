"""Who is interested, and deciding on everybody who waits at once."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid
from service.opportunities.actions.deciding import choose_again, decide, mark_started, read_candidates
from service.opportunities.pages.writing import version_of
from service.opportunities.presenters.interests import CandidatesPage
from service.opportunities.queries.interests import free_again
from service.opportunities.rules.kinds import OpportunityState
from service.opportunities.schemas.interests import DecisionIn, ReserveIn
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
ONE = "/opportunities/{opportunity_id:uuid}/interests"
OUTCOME = "outcome-"


@get(ONE, include_in_schema=False)
async def candidates(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
) -> Response[str]:
    return await _shown(request, session, actor, opportunity_id, Form())


@post(ONE, include_in_schema=False, status_code=303)
async def decisions(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            given = read(DecisionIn, Form(), verdicts=_verdicts(form))
            await decide(session, actor, opportunity_id, given, version_of(form))
    except Invalid as refusal:
        return await _shown(request, session, actor, opportunity_id, form.refused(refusal), 422)
    except Conflict as refusal:
        return await _shown(request, session, actor, opportunity_id, form, 409, refusal.message)
    return Redirect(f"/opportunities/{opportunity_id}/interests", status_code=303)


@post(ONE + "/{interest_id:uuid}/chosen", include_in_schema=False, status_code=303)
async def chosen(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
    interest_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            given = ReserveIn(note="")
            await choose_again(session, actor, opportunity_id, interest_id, given, version_of(form))
    except Conflict as refusal:
        return await _shown(request, session, actor, opportunity_id, Form(), 409, refusal.message)
    return Redirect(f"/opportunities/{opportunity_id}/interests", status_code=303)


@post(ONE + "/{interest_id:uuid}/started", include_in_schema=False, status_code=303)
async def started(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
    interest_id: FromPath[UUID],
) -> Response[str] | Redirect:
    try:
        async with attempt(session):
            await mark_started(session, actor, opportunity_id, interest_id)
    except Conflict as refusal:
        return await _shown(request, session, actor, opportunity_id, Form(), 409, refusal.message)
    return Redirect(f"/opportunities/{opportunity_id}/interests", status_code=303)


def _verdicts(form: Form) -> list[dict[str, object]]:
    """One for each person whose outcome was chosen; whoever is left out is asked for by the rules."""
    ids = [name.removeprefix(OUTCOME) for name, value in form.values.items() if name.startswith(OUTCOME) and value]
    return [
        {
            "interest_id": one,
            "is_on": form.value(f"{OUTCOME}{one}") == "yes",
            "reason": form.value(f"reason-{one}") or None,
            "note": form.value(f"note-{one}"),
        }
        for one in ids
    ]


async def _shown(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    opportunity_id: UUID,
    form: Form,
    status: int = 200,
    refusal: str = "",
) -> Response[str]:
    held, found = await read_candidates(session, actor, opportunity_id)
    free = await free_again(session, held) if held.state is OpportunityState.DECIDED else 0
    page = CandidatesPage(held, found, form, actor.where("mobility.reconcile"), free, refusal)
    return shown(request, "opportunities/candidates.html", page, status=status)


routes: list[ControllerRouterHandler] = [candidates, decisions, chosen, started]
