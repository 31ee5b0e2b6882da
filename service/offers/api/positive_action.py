from uuid import UUID

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import today
from service.offers.actions.equal import record_equal
from service.offers.actions.positive_action import EDIT, approve_record, declare, end_record, read_records, write_record
from service.offers.queries.evidence import list_figures
from service.offers.queries.positive_action import explain
from service.offers.queries.subjects import get_about
from service.offers.rules.subjects import Subject
from service.offers.schemas.positive_action import (
    ApprovalIn,
    EqualIn,
    EqualOut,
    ExplainedOut,
    FigureOut,
    RecordIn,
    RecordOut,
)
from service.people.places import places_for

TAGS = ["Positive action"]
ONE = "/api/positive-action/{what:str}/{subject_id:uuid}"


@get(ONE, tags=TAGS, summary="Read why something is for one group first")
async def explained(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
) -> ExplainedOut:
    """The group in words, the evidence, the reason and until when, the same for everyone. 404: open to all."""
    actor.must("me.read")
    return await explain(session, await get_about(session, what, subject_id), actor.person_id, today())


@get(ONE + "/records", tags=TAGS, summary="List the records of positive action")
async def records(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
) -> list[RecordOut]:
    """What is in force, the draft, and what was before: for HR partners of the organisation."""
    return (await read_records(session, actor, what, subject_id))[1]


@get("/api/positive-action/figures", tags=TAGS, summary="List the released figures that a record may cite")
async def cited(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> list[FigureOut]:
    """Of the newest release, of the whole system: where a group is a smaller share of a level than of everyone."""
    places_for(actor, EDIT)
    found = await list_figures(session)
    return [
        FigureOut(one.code, one.here.group, int(one.here.level), one.here.number, one.here.facts_on, one.sentence)
        for one in found
    ]


@put(ONE + "/draft", tags=TAGS, summary="Write the draft of a record")
async def write(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
    data: JSONBody[RecordIn],
) -> RecordOut:
    """May have gaps until it is approved. What is in force stays as it is meanwhile."""
    return await write_record(session, actor, what, subject_id, data)


@post(ONE + "/approval", tags=TAGS, summary="Approve a record", status_code=200)
async def approve(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
    data: JSONBody[ApprovalIn],
) -> RecordOut:
    """Puts the draft in force until its review date, under your name. Its owner and whoever wrote it last cannot:
    two people stand behind it. 422 names each part of it that is missing."""
    return await approve_record(session, actor, what, subject_id, data)


@delete(ONE + "/approval", tags=TAGS, summary="End a record before its review date")
async def end(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
) -> None:
    """What was for one group alone is closed from now on; a priority window is over."""
    await end_record(session, actor, what, subject_id)


@put(ONE + "/declaration", tags=TAGS, summary="Say that you belong to the group")
async def belong(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
) -> ExplainedOut:
    """For this alone. You read it, nobody else does, and it is deleted when this closes. It has nothing to do with your
    answers to equality questions, which nothing here reads."""
    return await declare(session, actor, what, subject_id, belongs=True)


@delete(ONE + "/declaration", tags=TAGS, summary="Take back what you declared")
async def take_back(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
) -> None:
    """At once, and without a trace of what it was for."""
    await declare(session, actor, what, subject_id, belongs=False)


@post(ONE + "/equal", tags=TAGS, summary="Record that candidates are equally qualified")
async def equal(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
    data: JSONBody[EqualIn],
) -> EqualOut:
    """Section 159 of the Equality Act 2010: without this, positive action never decides between people."""
    return await record_equal(session, actor, what, subject_id, data)


routes: list[ControllerRouterHandler] = [explained, records, cited, write, approve, end, belong, take_back, equal]
