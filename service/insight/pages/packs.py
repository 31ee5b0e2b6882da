"""Board packs, and the catalogue of measures."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.insight.actions.know_how import NOTE
from service.insight.asked import OrganisationAsked
from service.insight.definitions.catalogue import TIER_NAMES, catalogue, titles
from service.insight.drafting import rule_with
from service.insight.paper import printed
from service.insight.presenters.pack import Pack, as_data, pack_of
from service.insight.queries import ReleaseRow
from service.insight.queries.know_how import list_known
from service.insight.queries.packs import get_figures, list_found, list_pictures
from service.kit.actor import Actor
from service.web.templating import shown

Asked = Request[Any, Any, Any]
READ = "reports.read"


@get("/reports/{release_id:uuid}/pack", include_in_schema=False)
async def pack(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    release_id: FromPath[UUID],
    organisation: OrganisationAsked = "",
) -> Response[str]:
    actor.must(READ)
    _, made = await _made(session, release_id, organisation)
    return shown(request, "insight/pack.html", made)


@get("/reports/{release_id:uuid}/pack.pdf", include_in_schema=False)
async def pack_on_paper(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    release_id: FromPath[UUID],
    organisation: OrganisationAsked = "",
) -> Response[bytes]:
    actor.must(READ)
    row, made = await _made(session, release_id, organisation)
    pictures = await list_pictures(session, release_id, organisation)
    file = await printed(as_data(made, pictures), row.made_at)
    name = f"board-pack-{made.reference}.pdf"
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(file, media_type="application/pdf", headers=headers)


@get("/reports/measures", include_in_schema=False)
async def measures(request: Asked, actor: NamedDependency[Actor]) -> Response[str]:
    """What each measure means, for whoever reads figures or writes beside them."""
    if not actor.where(NOTE):
        actor.must(READ)
    rule = asdict(rule_with(request.app.state.settings.disclosure_floor))
    return shown(request, "insight/measures.html", catalogue(rule), tiers=TIER_NAMES)


async def _made(session: AsyncSession, release_id: UUID, organisation: str) -> tuple[ReleaseRow, Pack]:
    row, mine, system = await get_figures(session, release_id, organisation)
    notes = await list_known(session, list(titles()), organisation)
    flags = await list_found(session, release_id, organisation)
    return row, pack_of(row, organisation, (mine, system), notes, flags)


routes: list[ControllerRouterHandler] = [pack, pack_on_paper, measures]
