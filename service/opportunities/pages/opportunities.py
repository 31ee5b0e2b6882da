"""Finding an opportunity, one of them, and thinking of somebody for it."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from icalendar import Calendar, Event, vUri
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import now, today
from service.kit.errors import Invalid
from service.offers.presenters.positive_action import Explained as Targeted
from service.offers.queries.positive_action import explain as explain_targeted
from service.opportunities.actions.referrals import refer
from service.opportunities.asked import Group, Kind, Level, Place, Search, reader_of_opportunities
from service.opportunities.ours import DECIDE, EDIT
from service.opportunities.presenters.opportunities import FindPage, OpportunityPage
from service.opportunities.queries.interests import find_interest_in
from service.opportunities.queries.matching import explain, find_reader, matches_for
from service.opportunities.queries.opportunities import get_opportunity, list_open
from service.opportunities.queries.subjects import about_of
from service.opportunities.schemas.interests import ReferralIn
from service.opportunities.schemas.opportunities import OpportunityFilter, OpportunityOut
from service.web.asked import CursorText
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
ONE = "/opportunities/{opportunity_id:uuid}"
SIZE, FOR_YOU = 30, 5
TOLD = "If somebody in the system has this address, they have been told. They decide alone whether to apply."


@get("/opportunities", include_in_schema=False)
async def find(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    search: Search = "",
    kind: Kind = None,
    level: Level = None,
    staff_group: Group = None,
    organisation_id: Place = None,
    cursor: CursorText = None,
) -> Response[str]:
    reader_of_opportunities(actor)
    wanted = OpportunityFilter(
        search=search, kind=kind, level=level, staff_group=staff_group, organisation_id=organisation_id
    )
    is_first = cursor is None and not wanted.model_dump(exclude_defaults=True)
    matches = []
    if is_first and actor.person_id:
        matches = await matches_for(session, await find_reader(session, actor.person_id, today()), today(), FOR_YOU)
    page = await list_open(session, wanted, today(), cursor, SIZE)
    found = FindPage(page, matches, wanted, is_first, bool(actor.where(EDIT)))
    return shown(request, "opportunities/find.html", found)


@get(ONE, include_in_schema=False)
async def one(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
) -> Response[str]:
    reader_of_opportunities(actor)
    return await shown_one(request, session, actor, opportunity_id)


@get(ONE + "/closing.ics", include_in_schema=False)
async def closing(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
) -> Response[bytes]:
    reader_of_opportunities(actor)
    held = await get_opportunity(session, opportunity_id, today())
    headers = {"Content-Disposition": 'attachment; filename="closing.ics"'}
    made = closing_date(held, request.app.state.settings.address)
    return Response(made, media_type="text/calendar", headers=headers)


@post(ONE + "/refer", include_in_schema=False, status_code=200)
async def think_of(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
) -> Response[str]:
    """The same page whether there is somebody or not."""
    form = await posted(request)
    try:
        async with attempt(session):
            await refer(session, actor, opportunity_id, read(ReferralIn, form))
    except Invalid as refusal:
        return await shown_one(request, session, actor, opportunity_id, form=form.refused(refusal), status=422)
    return await shown_one(request, session, actor, opportunity_id, done=TOLD)


async def shown_one(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    opportunity_id: UUID,
    *,
    form: Form | None = None,
    refusal: str = "",
    done: str = "",
    status: int = 200,
) -> Response[str]:
    held = await get_opportunity(session, opportunity_id, today())
    me = actor.person_id
    match = await explain(session, await find_reader(session, me, today()), held) if me else None
    mine = await find_interest_in(session, me, held.id) if me else None
    targeted = None
    if held.is_targeted or held.priority_until:
        targeted = Targeted(await explain_targeted(session, about_of(held), me, today()))
    may = frozenset(permission for permission in (EDIT, DECIDE) if actor.may(permission, held.organisation_id))
    page = OpportunityPage(held, may, today(), match, mine, targeted, form or Form(), refusal, done)
    return shown(request, "opportunities/one.html", page, status=status, explained=targeted)


def closing_date(held: OpportunityOut, address: str) -> bytes:
    """The last day as an all-day event (RFC 5545). `address` is that of the service."""
    made, event = Calendar(), Event()
    made.add("prodid", "-//Ridgeway//Opportunities//EN")
    made.add("version", "2.0")
    event.add("uid", f"{held.id}@{urlsplit(address).hostname}")
    event.add("dtstamp", now())
    event.add("dtstart", held.closes_on)
    event.add("dtend", held.closes_on + timedelta(days=1))
    event.add("summary", f"Closes: {held.title}")
    event.add("url", vUri(f"{address}/opportunities/{held.id}"))
    event.add("transp", "TRANSPARENT")
    made.add_component(event)
    return made.to_ical()


routes: list[ControllerRouterHandler] = [find, one, closing, think_of]
