"""Is the process alive, and is it ready to serve?"""

from typing import Any

from litestar import MediaType, Request, Response, get
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from service.kit.db import Sessions

_SELF_CHECK = text(
    "SELECT rolsuper OR rolbypassrls AS unsafe, pg_has_role(current_user, 'ridgeway_owner', 'member') AS owner,"
    " to_regclass('public.people') IS NOT NULL AS migrated FROM pg_roles WHERE rolname = current_user"
)


@get(
    "/livez", media_type=MediaType.TEXT, sync_to_thread=False, summary="The process answers; nothing else is looked at"
)
def livez() -> str:
    return "alive"


@get("/readyz", summary="The database answers, is migrated, and binds the service by row security")
async def readyz(request: Request[Any, Any, Any]) -> Response[dict[str, str]]:
    try:
        found = await _look(request.app.state.sessions)
    except (SQLAlchemyError, OSError):
        found = {"database": "does not answer"}
    return Response(found, status_code=200 if set(found.values()) == {"ready"} else 503)


async def _look(sessions: Sessions) -> dict[str, str]:
    async with sessions() as session:
        row = (await session.execute(_SELF_CHECK)).one()
    return {
        "database": "ready",
        "tables": "ready" if row.migrated else "run: ridgeway migrate",
        "row security": "the login can bypass it" if row.unsafe or row.owner else "ready",
    }


routes = [livez, readyz]
