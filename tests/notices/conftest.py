"""People who are told something urgent, and a courier of their own process or of ours."""

from collections.abc import AsyncIterator, Awaitable, Callable
from email.headerregistry import Address
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from migrations.roles import COURIER
from service.kit.actor import the_service
from service.kit.db import Sessions, engine_for, sessions_on, transaction
from service.notices.actions import tell
from service.notices.carrier import Carrier, Route
from service.notices.courier import Courier, Pace, Post
from service.notices.reference import ensure_kinds
from service.notices.rules import Kind
from tests.builders import Builder

NEWS = Kind("test_news", "News of {about}", "There is news about something you asked for.")
URGENT = Kind("test_urgent", "A place on {about} is kept for you", "Something is kept for you for two days.", True)
# No waiting in tests; a handing over takes at most a second and a half.
QUICK = Pace(look=0.01, rest=0, longest=1.5, lease=600)
POST = Post(Address("Ridgeway", addr_spec="no-reply@ridgeway.test"), "https://ridgeway.test", "ridgeway.test")


@pytest.fixture(scope="session", autouse=True)
async def known(admin: AsyncEngine) -> None:
    """The kinds that only these tests tell."""
    async with AsyncSession(admin) as session, session.begin():
        await ensure_kinds(session, [NEWS, URGENT])


@pytest.fixture
async def couriers(database_url: str, admin: AsyncEngine) -> AsyncIterator[Callable[[int], Courier]]:
    """`couriers(port)`: one that sends to the mail server there, and finds nothing that other tests left."""
    async with admin.begin() as connection:
        await connection.execute(text("UPDATE notices SET due_at = NULL WHERE letter_id IS NULL"))
        await connection.execute(text("UPDATE letters SET state = 'given_up' WHERE state <> 'sent'"))
    engine = engine_for(database_url, COURIER, pool_size=4)

    def courier(port: int, patience: float = 5) -> Courier:
        carrier = Carrier(Route.of(f"smtp://127.0.0.1:{port}"), "ridgeway.test", patience)
        return Courier(sessions_on(engine), carrier, POST, QUICK)

    yield courier
    await engine.dispose()


Told = Callable[..., Awaitable[tuple[UUID, str]]]


@pytest.fixture
def told(make: Builder, sessions: Sessions) -> Told:
    """`await told()`: somebody who was told something urgent this moment, and their address."""

    async def tell_somebody(*kinds: Kind, **person: Any) -> tuple[UUID, str]:
        address = f"{uuid4().hex}@example.org"
        who = await make.person(**({"email": address} | person))
        async with transaction(sessions, the_service()) as session:
            for kind in kinds or (URGENT,):
                await tell(session, the_service(), [who], kind, about="Leading well", link="/me/plan")
        return who, address

    return tell_somebody


async def letters_of(admin: AsyncEngine, person: UUID) -> list[tuple[str, int, str | None]]:
    """state, attempts and last error of each letter to somebody."""
    asked = text("SELECT state, attempts, last_error FROM letters WHERE person_id = :person ORDER BY made_at")
    async with admin.connect() as connection:
        return [tuple(row) for row in await connection.execute(asked, {"person": person})]


async def now_due(admin: AsyncEngine, person: UUID) -> None:
    """The time that a letter, or what is to become one, waits for has come."""
    async with admin.begin() as connection:
        for table in ("letters", "notices"):
            soon = text(f"UPDATE {table} SET due_at = now() - interval '1 second' WHERE person_id = :person")
            await connection.execute(soon, {"person": person})
