"""One step of a pathway: what it asks, what the reader already shows, and who has gone that way."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.home.presenters.step import StepPage
from service.kit.actor import Actor
from service.organisations.rules import OrganisationKind
from service.pathways.myself import myself, pathway_of
from service.pathways.presenters.pathway import StepCard
from service.pathways.presenters.step import StepView
from service.pathways.queries.aspirations import get_aspiration
from service.pathways.queries.choosing import has_chosen
from service.pathways.queries.evidence import list_shown
from service.pathways.queries.place import candidate, reader_of
from service.pathways.queries.released import find_route
from service.pathways.queries.steps import get_step, list_requirements
from service.pathways.rules.places import is_elsewhere
from service.pathways.rules.suggesting import explained
from service.web.templating import shown


@get("/me/steps/{step_id:uuid}", include_in_schema=False)
async def step(
    request: Request[Any, Any, Any],
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    step_id: FromPath[UUID],
) -> Response[str]:
    me = myself(actor)
    found, evidence = await get_step(session, step_id), await list_shown(session, me)
    place = (await pathway_of(session, me)).place
    reader = reader_of(place, await get_aspiration(session, me), evidence)
    # Reasons are for a step that begins where the reader is.
    here = place.role is not None and place.role.code == found.from_code
    reasons = explained(reader, candidate(found)).reasons if here else ()
    kind = OrganisationKind(place.organisation_kind) if place.organisation_kind else None
    card = StepCard(found, reasons, is_elsewhere=is_elsewhere(found.to.family_code, kind))
    asks = await list_requirements(session, found.to.id)
    view = StepView(card, asks, evidence, await has_chosen(session, me, step_id))
    route = await find_route(session, found.from_code, found.to.code)
    return shown(request, "home/step.html", StepPage(view, route))


routes: list[ControllerRouterHandler] = [step]
