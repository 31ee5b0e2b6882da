"""Plans over JSON: what is to be done for somebody's development, by whom, and what became of it."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.plan import (
    add_action,
    carry_over,
    change_action,
    close_action,
    open_action,
    read_agreed,
    remind,
)
from service.conversations.queries.plan import get_action, list_plan
from service.conversations.schemas.plan import ActionChange, ActionIn, ActionOut, ActionStateIn, ActionStateOut, CarryIn
from service.kit.actor import Actor
from service.kit.vault import Vault
from service.web.idempotency import KeyText, once
from service.web.versions import IfMatch, etag, named_version

Asked = Request[Any, Any, Any]
TAGS = ["Plans"]


@get("/api/me/plan", tags=["Me"], summary="Your plan")
async def my_plan(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> list[ActionOut]:
    """What is open, by due date, and then what was done or set aside, the latest first."""
    return await list_plan(session, actor.myself("me.plan"))


@get("/api/conversations/{conversation_id:uuid}/plan", tags=TAGS, summary="What a conversation led to")
async def agreed(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], conversation_id: FromPath[UUID]
) -> list[ActionOut]:
    """For the two who talk. Reading somebody else's is recorded, and the person can see it."""
    return (await read_agreed(session, actor, conversation_id))[1]


@post("/api/plan", tags=TAGS, summary="Add an action")
async def add(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    data: JSONBody[ActionIn],
    idempotency_key: KeyText = None,
) -> Response[ActionOut]:
    """To your own plan, or to what a conversation led to if you are one of the two who talked. Its owner is the person
    or whoever held the conversation."""

    async def work() -> Response[ActionOut]:
        return _tagged(await get_action(session, await add_action(session, actor, data)), status=201)

    return await once(request, session, actor, vault, idempotency_key, work)


@get("/api/plan/{action_id:uuid}", tags=TAGS, summary="Read an action")
async def read(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], action_id: FromPath[UUID]
) -> Response[ActionOut]:
    """For those whom it concerns. The ETag is what a change sends back as If-Match."""
    return _tagged((await open_action(session, actor, action_id))[0])


@get("/api/plan/{action_id:uuid}/states", tags=TAGS, summary="What happened to an action")
async def states(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], action_id: FromPath[UUID]
) -> list[ActionStateOut]:
    """In order, with who did it. "open" with the reason "reminded" is a reminder."""
    return (await open_action(session, actor, action_id))[1]


@put("/api/plan/{action_id:uuid}", tags=TAGS, summary="Change an action")
async def change(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    action_id: FromPath[UUID],
    data: JSONBody[ActionChange],
    if_match: IfMatch = None,
) -> Response[ActionOut]:
    """The whole action as it should be. Needs If-Match: 428 without it, 412 when somebody changed it since."""
    version = await _version(session, actor, action_id, if_match)
    return _tagged(await change_action(session, actor, action_id, version, data))


@post("/api/plan/{action_id:uuid}/state", tags=TAGS, summary="Say what happened to an action", status_code=200)
async def close(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    action_id: FromPath[UUID],
    data: JSONBody[ActionStateIn],
    if_match: IfMatch = None,
) -> Response[ActionOut]:
    """Done, set aside with a reason, or open again. Needs If-Match: 428 without it, 412 when somebody changed it
    since."""
    version = await _version(session, actor, action_id, if_match)
    return _tagged(await close_action(session, actor, action_id, version, data))


@post("/api/plan/{action_id:uuid}/carry", tags=TAGS, summary="Carry an action over to a later conversation")
async def carry(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    action_id: FromPath[UUID],
    data: JSONBody[CarryIn],
) -> Response[ActionOut]:
    """It is closed where it was and goes on as a new action, which names the one that it was carried from."""
    made = await carry_over(session, actor, action_id, data.conversation_id)
    return _tagged(await get_action(session, made), status=201)


@post("/api/plan/{action_id:uuid}/reminders", tags=TAGS, summary="Remind whoever will do it", status_code=204)
async def send_reminder(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], action_id: FromPath[UUID]
) -> None:
    """At most once in 7 days. They see it on their list; nothing is sent by e-mail."""
    await remind(session, actor, action_id)


async def _version(session: AsyncSession, actor: Actor, action_id: UUID, if_match: str | None) -> int:
    """The version that was read, of an action that is there at all: what is not is 404 before it is 428."""
    actor.myself("me.plan")
    await get_action(session, action_id)
    return named_version(if_match)


def _tagged(found: ActionOut, status: int = 200) -> Response[ActionOut]:
    return Response(found, status_code=status, headers={"ETag": etag(found.version)})


routes: list[ControllerRouterHandler] = [my_plan, agreed, add, read, states, change, close, carry, send_reminder]
