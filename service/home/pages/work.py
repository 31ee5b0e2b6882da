"""Your work: what to do next, for whoever holds or arranges career conversations."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.arranging import ARRANGE, LOG
from service.conversations.queries.arranging import list_requests
from service.conversations.queries.drafts import list_drafts
from service.conversations.queries.dues import list_my_talks, list_to_hold
from service.conversations.queries.plan import list_nudges
from service.conversations.rules import SOON
from service.home.presenters.work import WorkPage
from service.kit.actor import Actor
from service.kit.clock import now, today
from service.kit.vault import Vault
from service.mobility.queries.secondments import returns_due
from service.offers.queries.offers import list_to_decide
from service.offers.queries.positive_action import list_to_approve
from service.opportunities.queries.aftercare import list_due
from service.opportunities.queries.opportunities import list_free_again
from service.opportunities.queries.opportunities import list_to_decide as list_openings_to_decide
from service.people.places import places_for
from service.people.queries import list_organisations
from service.prompts.actions import HELP
from service.prompts.queries import list_waiting
from service.web.templating import shown


@get("/work", include_in_schema=False)
async def work(
    request: Request[Any, Any, Any],
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    arranged: Annotated[int, QueryParameter(ge=0, le=100)] = 0,
    saved: FromQuery[bool] = False,
    undone: FromQuery[bool] = False,
) -> Response[str]:
    """One statement for each of the lists; none of them counts a whole organisation."""
    places, me, moment = places_for(actor, LOG), actor.person_id, now()
    offers, jobs = actor.where("offers.decide"), actor.where("opportunities.decide")
    cases, account = actor.where("offers.edit"), actor.account_id
    page = WorkPage(
        talks=await list_my_talks(session, me, moment + SOON) if me else [],
        dues=await list_to_hold(session, me, places, today()) if me else [],
        requests=await list_requests(session, me, actor.where(ARRANGE)) if me else [],
        drafts=await list_drafts(session, vault, me) if me else [],
        actions=await list_nudges(session, me, today()) if me else [],
        places=await list_organisations(session, places),
        me=me,
        now=moment,
        arranges=actor.where(ARRANGE),
        returns=await returns_due(session, actor.where("mobility.read"), today()) if me else [],
        offers=await list_to_decide(session, offers, today()) if offers else [],
        opportunities=await list_openings_to_decide(session, jobs, today()) if jobs else [],
        free_again=await list_free_again(session, jobs) if jobs else [],
        records=await list_to_approve(session, cases, me, account) if cases else [],
        cares=(await list_due(session, jobs, today())).items if jobs else [],
        to_help=(await list_waiting(session, helps)).items if (helps := actor.where(HELP)) else [],
        opens_records=bool(actor.where("people.read")),
        arranged=arranged,
        saved=saved,
        undone=undone,
    )
    return shown(request, "home/work.html", page)


routes: list[ControllerRouterHandler] = [work]
