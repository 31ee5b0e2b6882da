"""A leader's pages: what changed, the reports, the releases, and the same figures as files."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.insight.asked import (
    CharacteristicAsked,
    ChartAsked,
    GroupAsked,
    OrganisationAsked,
    PartAsked,
    ReleaseAsked,
    named_measure,
)
from service.insight.definitions.catalogue import code_of
from service.insight.files import as_csv, as_xlsx, sheet_as_csv, sheets_as_xlsx
from service.insight.presenters import changed_page, organisation_name, release_line, report_page, sheets_page
from service.insight.presenters.around import Around, around
from service.insight.queries import (
    ReleaseRow,
    find_newest,
    find_trend,
    get_chart,
    get_picture,
    get_report,
    get_sheets,
    list_releases,
    list_tables,
    table_of,
)
from service.insight.queries.know_how import list_known
from service.insight.rules import Characteristic, Measure
from service.kit.actor import Actor
from service.kit.errors import NotFound
from service.web.files import CSV, XLSX
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
    about = code_of(Measure.REPRESENTATION, characteristic)
    beside = await _around(session, row, about, characteristic)
    return shown(request, "insight/representation.html", report_page(row, newest=release is None), beside=beside)


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
    return _file(text.encode(), CSV, f"representation-{row.number}-{characteristic}.csv")


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
    return _file(as_xlsx(row, organisation_name(row), tables), XLSX, f"representation-{row.number}.xlsx")


@get("/reports/{measure:str}", include_in_schema=False)
async def one_report(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    measure: FromPath[str],
    organisation: OrganisationAsked = "",
    release: ReleaseAsked = None,
) -> Response[str]:
    actor.must(READ)
    asked = named_measure(measure)
    row, sheets = await get_sheets(session, asked, organisation, release)
    beside = await _around(session, row, code_of(asked), asked)
    page = sheets_page(row, asked, sheets, newest=release is None)
    return shown(request, "insight/sheets.html", page, beside=beside)


@get("/reports/{measure:str}/chart.svg", include_in_schema=False)
async def picture(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    measure: FromPath[str],
    part: PartAsked,
    name: ChartAsked,
    organisation: OrganisationAsked = "",
    release: ReleaseAsked = None,
) -> Response[str]:
    actor.must(READ)
    svg = await get_picture(session, named_measure(measure), organisation, part, name, _named(release))
    return Response(svg, media_type="image/svg+xml", headers=KEPT)


@get("/reports/{measure:str}/figures.csv", include_in_schema=False)
async def part_as_csv(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    measure: FromPath[str],
    part: PartAsked,
    organisation: OrganisationAsked = "",
    release: ReleaseAsked = None,
) -> Response[bytes]:
    actor.must(READ)
    row, sheets = await get_sheets(session, named_measure(measure), organisation, _named(release))
    sheet = next((sheet for sheet in sheets if sheet.part == part), None)
    if sheet is None:
        raise NotFound("report")
    text = "\ufeff" + sheet_as_csv(row, organisation_name(row), sheet)
    return _file(text.encode(), CSV, f"{sheet.measure}-{row.number}-{sheet.part}.csv")


@get("/reports/{measure:str}/figures.xlsx", include_in_schema=False)
async def report_as_xlsx(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    measure: FromPath[str],
    organisation: OrganisationAsked = "",
    release: ReleaseAsked = None,
) -> Response[bytes]:
    actor.must(READ)
    asked = named_measure(measure)
    row, sheets = await get_sheets(session, asked, organisation, _named(release))
    book = sheets_as_xlsx(row, organisation_name(row), asked, sheets)
    return _file(book, XLSX, f"{asked}-{row.number}.xlsx")


@get("/reports/releases", include_in_schema=False)
async def releases(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    actor.must(READ)
    rows = await list_releases(session, MOST_RELEASES)
    return shown(request, "insight/releases.html", [release_line(row) for row in rows])


async def _around(session: AsyncSession, row: ReleaseRow, about: str, part: str) -> Around:
    trend = await find_trend(session, row.organisation, part, row.id)
    return around(row, about, trend, await list_known(session, [about], row.organisation))


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


routes: list[ControllerRouterHandler] = [
    what_changed,
    representation,
    chart,
    rows_as_csv,
    rows_as_xlsx,
    releases,
    one_report,
    picture,
    part_as_csv,
    report_as_xlsx,
]
