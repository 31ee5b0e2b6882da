"""Organisations and grades over JSON."""

from uuid import UUID

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import NotFound
from service.kit.paging import Cursor, page_of
from service.organisations import actions, queries
from service.organisations.schemas import (
    CrosswalkIn,
    CrosswalkOut,
    GradeOut,
    OrganisationCorrection,
    OrganisationIn,
    OrganisationOut,
    OrganisationsOut,
    UnmappedGradesOut,
    UnmappedOut,
)
from service.web.asked import CursorText, Size

ORGANISATIONS, GRADES = ["Organisations"], ["Grades"]


@get("/api/organisations", tags=ORGANISATIONS, summary="List the organisations of the system")
async def list_organisations(
    session: NamedDependency[AsyncSession], size: Size = 50, cursor: CursorText = None
) -> OrganisationsOut:
    """In alphabetical order. Anyone who is signed in may read it: it holds nothing about people."""
    page = page_of(await queries.list_organisations(session, size, Cursor.read(cursor)), size, ("name", "id"))
    return OrganisationsOut(
        items=[OrganisationOut.model_validate(row) for row in page.items], next_cursor=page.next_cursor
    )


@get("/api/organisations/{organisation_id:uuid}", tags=ORGANISATIONS, summary="Read one organisation")
async def get_organisation(session: NamedDependency[AsyncSession], organisation_id: FromPath[UUID]) -> OrganisationOut:
    return OrganisationOut.model_validate(await queries.get_organisation(session, organisation_id))


@post("/api/organisations", tags=ORGANISATIONS, summary="Add an organisation")
async def add_organisation(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[OrganisationIn]
) -> OrganisationOut:
    """For administrators."""
    return await get_organisation.fn(session, await actions.add_organisation(session, actor, data))


@put("/api/organisations/{organisation_id:uuid}", tags=ORGANISATIONS, summary="Correct an organisation")
async def correct_organisation(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation_id: FromPath[UUID],
    data: JSONBody[OrganisationCorrection],
) -> OrganisationOut:
    """For administrators. Send the `version` that you read: 409 says that somebody else changed it since."""
    await actions.correct_organisation(session, actor, organisation_id, data)
    return await get_organisation.fn(session, organisation_id)


@get("/api/crosswalk", tags=GRADES, summary="Read the current crosswalk from grades to system levels")
async def get_crosswalk(session: NamedDependency[AsyncSession]) -> CrosswalkOut:
    """The current edition, its approval and all of its grades. A grade that is not in it is unmapped."""
    current = await queries.find_crosswalk(session)
    if current is None:
        raise NotFound("crosswalk")
    grades = [GradeOut.model_validate(grade) for grade in await queries.current_grades(session)]
    return CrosswalkOut(
        version=current.version,
        approved_by=current.approved_by,
        approved_on=current.approved_on,
        note=current.note,
        grades=grades,
    )


@post("/api/crosswalk", tags=GRADES, summary="Publish a new edition of the crosswalk")
async def publish_crosswalk(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[CrosswalkIn]
) -> CrosswalkOut:
    """For administrators. The new edition is the one it is based on, with these grades added or mapped anew; nothing
    that was published changes. 409 when `based_on` is no longer the current edition."""
    await actions.publish_crosswalk(session, actor, data)
    return await get_crosswalk.fn(session)


@get("/api/crosswalk/unmapped", tags=GRADES, summary="List the grades in use that have no system level")
async def list_unmapped(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> UnmappedGradesOut:
    """For administrators. How many organisations use each grade, and how many people, to the nearest 5; at most 500."""
    actor.must(actions.EDIT)
    found = await queries.unmapped_grades(session)
    return UnmappedGradesOut(items=[UnmappedOut.model_validate(row) for row in found])


routes: list[ControllerRouterHandler] = [
    list_organisations,
    get_organisation,
    add_organisation,
    correct_organisation,
    get_crosswalk,
    publish_crosswalk,
    list_unmapped,
]
