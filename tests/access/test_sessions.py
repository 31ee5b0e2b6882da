"""A session opens the door, ends when it should, and its secret is never kept."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.actions import Limits, start_session, who_is
from service.kit.db import Sessions
from tests.builders import Builder
from tests.conftest import Client

LIMITS = Limits(timedelta(minutes=30), timedelta(hours=12))


async def test_a_token_opens_a_session_and_only_its_hash_is_kept(
    make: Builder, sessions: Sessions, admin: AsyncEngine
) -> None:
    somebody = await make.leader()
    async with sessions() as session, session.begin():
        token = await start_session(session, somebody.account_id, "Somebody", "a browser")
    async with sessions() as session, session.begin():
        actor = await who_is(session, token, LIMITS)
    assert actor is not None
    assert actor.account_id == somebody.account_id
    async with admin.connect() as connection:
        kept = (await connection.execute(text("SELECT token_hash FROM sign_ins"))).scalars().all()
    assert token.encode() not in kept


async def test_a_session_ends_when_idle_too_long_or_too_old(
    make: Builder, sessions: Sessions, admin: AsyncEngine
) -> None:
    somebody = await make.leader()
    for column, age in (("seen_at", "31 minutes"), ("started_at", "12 hours 1 minute")):
        async with admin.begin() as connection:
            statement = f"UPDATE sign_ins SET {column} = now() - interval '{age}' WHERE account_id = :id"
            await connection.execute(text(statement), {"id": somebody.account_id})
        async with sessions() as session, session.begin():
            assert await who_is(session, somebody.token, LIMITS) is None
        async with admin.begin() as connection:
            await connection.execute(text("UPDATE sign_ins SET seen_at = now(), started_at = now()"))


async def test_a_write_without_the_sessions_form_token_is_refused(make: Builder, browse: Client) -> None:
    somebody = await make.leader()
    async with browse(somebody) as client:
        refused = await client.post("/sign-out", headers={"X-CSRF-Token": "0" * 64})
        assert refused.status_code == 403
        done = await client.post("/sign-out")
        assert done.status_code == 303
        assert (await client.get("/", follow_redirects=False)).headers["location"].startswith("/sign-in")


async def test_a_write_that_another_site_started_is_turned_away(make: Builder, browse: Client) -> None:
    async with browse(await make.leader()) as client:
        assert (await client.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403
