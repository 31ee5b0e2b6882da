"""The person lets somebody else read what was agreed: a page that says what that means, and a button that ends it."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.sharing import share, stop_sharing
from service.conversations.pages.talk import ONE
from service.conversations.presenters.sharing import SharePage
from service.conversations.queries.record import get_conversation
from service.conversations.rules import Audience
from service.kit.actor import Actor
from service.kit.errors import NotFound
from service.web.templating import shown


@get(f"{ONE}/share/{{audience:str}}", include_in_schema=False)
async def ask(
    request: Request[Any, Any, Any],
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
    audience: FromPath[Audience],
) -> Response[str]:
    talk = await get_conversation(session, conversation_id)
    if talk.person.id != actor.person_id:
        raise NotFound
    return shown(request, "conversations/share.html", SharePage(talk, audience))


@post(f"{ONE}/share/{{audience:str}}", include_in_schema=False, status_code=303)
async def start(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
    audience: FromPath[Audience],
) -> Redirect:
    await share(session, actor, conversation_id, audience)
    return Redirect(f"/conversations/{conversation_id}?done=shared", status_code=303)


@post(f"{ONE}/share/{{audience:str}}/stop", include_in_schema=False, status_code=303)
async def stop(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
    audience: FromPath[Audience],
) -> Redirect:
    await stop_sharing(session, actor, conversation_id, audience)
    return Redirect(f"/conversations/{conversation_id}?done=stopped", status_code=303)


routes: list[ControllerRouterHandler] = [ask, start, stop]
