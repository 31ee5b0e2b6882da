"""A leader's pages: what changed, the reports, the releases, and the same figures as files."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.insight.asked import CharacteristicAsked, GroupAsked, OrganisationAsked, ReleaseAsked
from service.insight.files import as_csv, as_xlsx
from service.insight.presenters import changed_page, organisation_name, release_line, report_page
from service.insight.queries import find_newest, get_chart, get_report, list_releases, list_tables, table_of
from service.insight.rules import Characteristic
from service.kit.actor import Actor
from service.kit.errors import NotFound
from service.web.templating import shown

Asked = Request[Any, Any, Any]
READ = "reports.read"
MOST_RELEASES = 200
# A release never changes, so the reader's browser may keep a picture; for a day, because a release can be withdrawn.
KEPT = {"Cache-Control": "private, max-age=86400"}


@get("/reports", include_in_schema=False)
async def what_changed(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    actor.must(READ)
    newest = await find_newest(session)
    return shown(request, "insight/changed.html", changed_page(newest) if newest else None)


@get("/reports/representation", include_in_schema=False)
async def representation(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation: OrganisationAsked = "",
    characteristic: CharacteristicAsked = Characteristic.ETHNICITY,
    release: ReleaseAsked = None,
) -> Response[str]:
    actor.must(READ)
    row = await get_report(session, organisation, characteristic, release)
    return shown(request, "insight/representation.html", report_page(row, newest=release is None))


@get("/reports/representation.svg", include_in_schema=False)
async def chart(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    group: GroupAsked,
    organisation: OrganisationAsked = "",
    characteristic: CharacteristicAsked = Characteristic.ETHNICITY,
    release: ReleaseAsked = None,
) -> Response[str]:
    actor.must(READ)
    svg = await get_chart(session, organisation, characteristic, group, _named(release))
    return Response(svg, media_type="image/svg+xml", headers=KEPT)


@get("/reports/representation.csv", include_in_schema=False)
async def rows_as_csv(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation: OrganisationAsked = "",
    characteristic: CharacteristicAsked = Characteristic.ETHNICITY,
    release: ReleaseAsked = None,
) -> Response[bytes]:
    actor.must(READ)
    row = await get_report(session, organisation, characteristic, _named(release))
    # The mark at the start tells a spreadsheet that names are in UTF-8.
    text = "\ufeff" + as_csv(row, organisation_name(row), table_of(row))
    return _file(text.encode(), "text/csv; charset=utf-8", f"representation-{row.number}-{characteristic}.csv")


@get("/reports/representation.xlsx", include_in_schema=False)
async def rows_as_xlsx(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation: OrganisationAsked = "",
    release: ReleaseAsked = None,
) -> Response[bytes]:
    actor.must(READ)
    row = await get_report(session, organisation, Characteristic.ETHNICITY, _named(release))
    tables = await list_tables(session, row.id, organisation)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(as_xlsx(row, organisation_name(row), tables), kind, f"representation-{row.number}.xlsx")


@get("/reports/releases", include_in_schema=False)
async def releases(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    actor.must(READ)
    rows = await list_releases(session, MOST_RELEASES)
    return shown(request, "insight/releases.html", [release_line(row) for row in rows])


def _named(release: UUID | None) -> UUID:
    """Files and pictures are of one release by name: what is kept must not depend on when it was asked for."""
    if release is None:
        raise NotFound("release")
    return release


def _file(content: bytes, kind: str, name: str) -> Response[bytes]:
    return Response(
        content,
        media_type=kind,
        headers={"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'},
    )


routes: list[ControllerRouterHandler] = [what_changed, representation, chart, rows_as_csv, rows_as_xlsx, releases]
