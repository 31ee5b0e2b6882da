"""From one state of an import to the next: who may take the step, the row that tells of it, and one at a time."""

from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.db import constraint_of
from service.kit.errors import Conflict
from service.transfer import queries
from service.transfer.rules import State, must_follow
from service.transfer.schemas import ImportOut
from service.transfer.tables import ImportStep

IMPORT = "transfer.import"
_STEPS = cast(Table, ImportStep.__table__)


async def ready_for(session: AsyncSession, actor: Actor, import_id: UUID, state: State) -> ImportOut:
    """The import, if this actor may take it to `state` now.

    Raises NotFound when it is out of sight, NotAllowed without the permission there, Conflict when it stands elsewhere.
    """
    found = await queries.get_import(session, import_id)
    actor.must(IMPORT, found.organisation_id)
    must_follow(found.state, state)
    return found


async def step(session: AsyncSession, actor: Actor, found: ImportOut, state: State, **detail: Any) -> None:
    await first_step(session, actor, (found.organisation_id, found.id), state, len(found.history), **detail)


async def first_step(
    session: AsyncSession, actor: Actor, key: tuple[UUID, UUID], state: State, number: int = 0, **detail: Any
) -> None:
    """Adds the row. Raises Conflict when somebody else has added this one: the key is the lock."""
    row = {"organisation_id": key[0], "import_id": key[1], "number": number, "state": state, "by": actor.name}
    try:
        await session.execute(insert(_STEPS), row | {"detail": detail})
    except IntegrityError as error:
        if constraint_of(error) == "pk_import_steps":
            raise Conflict("Somebody else has just done something with this file. Look at it again.") from None
        raise


async def one_at_a_time(session: AsyncSession, organisation_id: UUID) -> None:
    """Until this transaction ends, no other import of the organisation goes in or is undone."""
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
    await session.execute(lock, {"key": f"import {organisation_id}"})
