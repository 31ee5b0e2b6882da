"""Released figures over JSON. Everything here went through disclosure control when the release was made."""

from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.insight.asked import CharacteristicAsked, CursorAsked, OrganisationAsked, SizeAsked, named_measure
from service.insight.definitions import definition_of, meaning_of
from service.insight.queries import get_release, get_report, get_sheets, list_releases, table_of
from service.insight.rules import Characteristic, Measure, ReleaseState
from service.insight.schemas import (
    HeadlineOut,
    OneReleaseOut,
    OrganisationOut,
    ReleasesOut,
    ReportOut,
    SheetsOut,
    figure_out,
    release_out,
    sheet_out,
)
from service.insight.words import ABOUT
from service.kit.actor import Actor
from service.kit.paging import Cursor, not_ours

TAGS = ["Reports"]
READ = "reports.read"


@get("/api/releases", tags=TAGS, summary="List releases")
async def releases(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    size: SizeAsked = 20,
    cursor: CursorAsked = None,
) -> ReleasesOut:
    """The newest first, withdrawn ones among them. For system leaders."""
    actor.must(READ)
    rows = await list_releases(session, size + 1, before=_number(Cursor.read(cursor)))
    more = str(Cursor(str(rows[size - 1].number), rows[size - 1].id)) if len(rows) > size else None
    return ReleasesOut([release_out(row) for row in rows[:size]], more)


@get("/api/releases/{release_id:uuid}", tags=TAGS, summary="Read a release")
async def one_release(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], release_id: FromPath[UUID]
) -> OneReleaseOut:
    """Its organisations and its headlines. A withdrawn release has neither."""
    actor.must(READ)
    row = await get_release(session, release_id)
    if row.state == ReleaseState.WITHDRAWN:
        return OneReleaseOut(release_out(row), [], [])
    organisations = [OrganisationOut(**organisation) for organisation in row.organisations]
    headlines = [
        HeadlineOut(
            h["text"],
            Characteristic(h["characteristic"]) if "characteristic" in h else None,
            Measure(h["measure"]) if "measure" in h else None,
        )
        for h in row.headlines
    ]
    return OneReleaseOut(release_out(row), organisations, headlines)


@get("/api/releases/{release_id:uuid}/representation", tags=TAGS, summary="Read a representation report")
async def representation(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    release_id: FromPath[UUID],
    organisation: OrganisationAsked = "",
    characteristic: CharacteristicAsked = Characteristic.ETHNICITY,
) -> ReportOut:
    """Each group's share at each level, beside its share of the whole workforce, for the system or one organisation.

    Counts are rounded and small ones withheld; shares come from rounded counts. 404 for a release that was withdrawn.
    """
    actor.must(READ)
    row = await get_report(session, organisation, characteristic, release_id)
    return ReportOut(
        release=release_out(row),
        organisation=organisation,
        characteristic=characteristic,
        title=row.words["title"],
        sentences=row.words["sentences"],
        definition=definition_of(ABOUT[characteristic], row.rule),
        figures=[figure_out(figure) for figure in table_of(row).figures],
    )


@get(
    "/api/releases/{release_id:uuid}/reports/{measure:str}",
    tags=TAGS,
    summary="Read a report other than representation",
)
async def one_report(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    release_id: FromPath[UUID],
    measure: FromPath[str],
    organisation: OrganisationAsked = "",
) -> SheetsOut:
    """coverage (career conversations), equity, retention, attention, wres, wdes or trends, for the system or one
    organisation; routes or aspirations, for the system.

    Each part has its columns and rows. Counts are rounded and small ones withheld. 404 for a release that was
    withdrawn, or that has no such report.
    """
    actor.must(READ)
    asked = named_measure(measure)
    row, sheets = await get_sheets(session, asked, organisation, release_id)
    return SheetsOut(
        release=release_out(row),
        measure=asked,
        organisation=organisation,
        definition=meaning_of(asked, row.rule),
        parts=[sheet_out(sheet) for sheet in sheets],
    )


def _number(cursor: Cursor | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.text.isascii() and cursor.text.isdigit() and len(cursor.text) < 10):
        raise not_ours()
    return int(cursor.text)


routes: list[ControllerRouterHandler] = [releases, one_release, representation, one_report]
