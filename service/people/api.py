"""One person's record, and what is held about the reader, over JSON."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Invalid, Problem
from service.kit.paging import Page
from service.people.actions import add_person, answer_equality, correct_person, open_record
from service.people.asked import Before
from service.people.queries import get_me, get_person, list_equality, list_readers
from service.people.rules import Characteristic
from service.people.schemas import EqualityIn, EqualityOut, MeOut, PersonChange, PersonIn, PersonOut, ReaderOut
from service.web.asked import Size

TAGS = ["People"]
MINE = ["Me"]


@get("/api/people/{person_id:uuid}", tags=TAGS, summary="Read a person's record")
async def read_person(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], person_id: FromPath[UUID]
) -> Response[PersonOut]:
    """Name, email address and employments, for an HR partner of an organisation that employs them now. Each reading is
    recorded and the person can see it. The ETag is the version to send back with a correction."""
    return _tagged(await open_record(session, actor, person_id))


@post("/api/people", tags=TAGS, summary="Add a person")
async def new_person(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[PersonIn]
) -> Response[PersonOut]:
    """Adds somebody whom the organisation employs. Refused when the employee number is already taken there."""
    person_id = await add_person(session, actor, data)
    made = _tagged(await get_person(session, person_id, actor.where("people.edit")), status=201)
    made.headers["Location"] = f"/api/people/{person_id}"
    return made


@patch("/api/people/{person_id:uuid}", tags=TAGS, summary="Correct a name or an email address")
async def change_person(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    person_id: FromPath[UUID],
    data: JSONBody[PersonChange],
    if_match: Annotated[str | None, HeaderParameter(name="If-Match", max_length=40)] = None,
) -> Response[PersonOut]:
    """Send only what changes, with the version that was read (as `version`, or the ETag as If-Match). 409 when somebody
    else changed the record since."""
    return _tagged(await correct_person(session, actor, person_id, _at_version(data, if_match)))


@get("/api/me", tags=MINE, summary="What is held about you")
async def me(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> MeOut:
    """Your details, where you are employed, and your equality answers, which nobody else can read."""
    return await get_me(session, actor.myself())


@put("/api/me/equality/{characteristic:str}", tags=MINE, summary="Answer an equality question")
async def put_equality(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    characteristic: FromPath[Characteristic],
    data: JSONBody[EqualityIn],
) -> EqualityOut:
    """Takes the place of whatever was held. `prefer_not_to_say`, `not_stated` and `not_known` are three different
    answers and are kept as such. The answer is counted without your name and never part of a decision about you."""
    person_id = actor.myself()
    await answer_equality(session, actor, characteristic, data)
    return next(answer for answer in await list_equality(session, person_id) if answer.characteristic is characteristic)


@get("/api/me/readers", tags=MINE, summary="Who read or changed your record")
async def my_readers(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    size: Size = 50,
    cursor: Before = None,
) -> Page[ReaderOut]:
    """Newest first. Your own visits are left out."""
    found = await list_readers(session, actor.myself(), actor.account_id, size + 1, cursor)
    return Page(found[:size], str(found[size - 1].id) if len(found) > size else None)


def _at_version(data: PersonChange, if_match: str | None) -> PersonChange:
    if if_match is None:
        return data
    given = if_match.removeprefix("W/").strip('" ')
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise Invalid(Problem("If-Match", "Send the ETag of the record as you read it, unchanged."))
    return data.model_copy(update={"version": int(given)})


def _tagged(person: PersonOut, status: int = 200) -> Response[PersonOut]:
    return Response(person, status_code=status, headers={"ETag": f'"{person.version}"'})


routes: list[ControllerRouterHandler] = [read_person, new_person, change_person, me, put_equality, my_readers]
