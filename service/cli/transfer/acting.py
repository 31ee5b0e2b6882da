"""Whom a command acts as, and how it ends."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from migrations.roles import APP
from service.cli.database import database
from service.cli.transfer import telling
from service.kit.actor import Actor, the_service
from service.kit.db import Sessions, engine_for, sessions_on, transaction
from service.kit.errors import Invalid, Refusal
from service.settings import Settings
from service.transfer import queries

NOT_DONE = 1


def run(work: Callable[[Settings], Coroutine[Any, Any, int]]) -> int:
    """The exit code. A refusal is said in words, without a stack trace."""
    try:
        with database(Settings()) as settings:
            return asyncio.run(work(settings))
    except Refusal as refusal:
        problems = refusal.problems if isinstance(refusal, Invalid) else ()
        for message in [problem.message for problem in problems] or [refusal.message]:
            telling.console.print(message, style="bold", markup=False)
        return NOT_DONE


@asynccontextmanager
async def sessions_for(settings: Settings) -> AsyncGenerator[Sessions]:
    engine = engine_for(settings.database_url, APP, pool_size=2)
    try:
        yield sessions_on(engine)
    finally:
        await engine.dispose()


async def organisation_coded(sessions: Sessions, code: str) -> tuple[UUID, Actor]:
    async with transaction(sessions, the_service()) as session:
        found = await queries.organisation_coded(session, code)
    return found, _operator(found)


async def as_recorder(sessions: Sessions, actor: Actor, organisation_id: UUID, number: str) -> Actor:
    """Whoever is at the keyboard, recording for this person. Raises NotFound."""
    async with transaction(sessions, actor) as session:
        return replace(actor, person_id=await queries.employed_with(session, organisation_id, number))


async def actor_for(sessions: Sessions, import_id: UUID) -> Actor:
    """The service, in the one organisation that the import is of."""
    async with transaction(sessions, the_service()) as session:
        everywhere = await queries.all_organisations(session)
    async with transaction(sessions, _operator(*everywhere)) as session:
        return _operator((await queries.get_import(session, import_id)).organisation_id)


def _operator(*organisations: UUID) -> Actor:
    return the_service(*organisations, name="Ridgeway, from the command line")
