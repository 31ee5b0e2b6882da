"""The audit trail over JSON."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import read_trail
from service.audit.schemas import AuditFilter, Day, EntriesOut, EntryOut
from service.kit.actor import Actor
from service.kit.paging import Cursor
from service.web.asked import CursorText, Size

Action = Annotated[str | None, QueryParameter(min_length=1, max_length=40, description="Only this kind of action.")]
FirstDay = Annotated[Day | None, QueryParameter(description="From this day on (UK time).")]
LastDay = Annotated[Day | None, QueryParameter(description="Up to and including this day (UK time).")]


@get("/api/audit", tags=["Audit"], summary="Read the audit trail, newest first")
async def list_audit(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    action: Action = None,
    first_day: FirstDay = None,
    last_day: LastDay = None,
    size: Size = 50,
    cursor: CursorText = None,
) -> EntriesOut:
    """For auditors. Entries can be added but never changed or removed. Reading them is itself recorded."""
    wanted = AuditFilter(action=action, first_day=first_day, last_day=last_day)
    page = await read_trail(session, actor, wanted, size, Cursor.read(cursor))
    return EntriesOut(items=[EntryOut.model_validate(row) for row in page.items], next_cursor=page.next_cursor)


routes: list[ControllerRouterHandler] = [list_audit]
