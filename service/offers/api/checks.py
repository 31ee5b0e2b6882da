from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.offers.actions.checks import answer, read_checks
from service.offers.rules.checks import CheckStage
from service.offers.rules.subjects import Subject
from service.offers.schemas.checks import CheckIn, CheckOut

TAGS = ["Inclusion checks"]
ONE = "/api/checks/{what:str}/{subject_id:uuid}"


@get(ONE, tags=TAGS, summary="List inclusion checks")
async def checks(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
) -> list[CheckOut]:
    """Newest first, "could not tell" among them: for HR partners of the organisation."""
    return (await read_checks(session, actor, what, subject_id))[1]


@post(ONE + "/{stage:str}", tags=TAGS, summary="Answer an inclusion check")
async def check(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    what: FromPath[Subject],
    subject_id: FromPath[UUID],
    stage: FromPath[CheckStage],
    data: JSONBody[CheckIn],
) -> CheckOut:
    """A stage is not passed until it has an answer. "Could not tell" is one, if you say what you will do."""
    return await answer(session, actor, what, subject_id, stage, data)


routes: list[ControllerRouterHandler] = [checks, check]
