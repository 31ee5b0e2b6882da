"""What somebody shares with the reader."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.pathways.actions.evidence import read_shared
from service.pathways.presenters.evidence import ListPage
from service.web.asked import CursorText
from service.web.templating import shown


@get("/people/{person_id:uuid}/evidence", include_in_schema=False)
async def shared_evidence(
    request: Request[Any, Any, Any],
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    person_id: FromPath[UUID],
    cursor: CursorText = None,
) -> Response[str]:
    person, page = await read_shared(session, actor, person_id, cursor)
    return shown(request, "pathways/shared.html", ListPage(page.items, page.next_cursor, name=person.name))


routes: list[ControllerRouterHandler] = [shared_evidence]
