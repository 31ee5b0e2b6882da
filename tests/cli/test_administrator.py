"""Somebody has to be first: the command makes an administrator where there is none, and it is on the trail."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.cli.access import appoint
from service.kit.errors import Invalid
from service.settings import Settings
from tests.builders import Builder


async def test_the_first_administrator_is_made_once_and_written_down(settings: Settings, admin: AsyncEngine) -> None:
    email = f"{uuid4().hex}@example.org"
    await appoint(settings, email, "Nia Rees")
    with pytest.raises(Invalid, match="holds this role"):
        await appoint(settings, email.upper(), "Nia Rees")
    async with admin.connect() as connection:
        asked = text(
            "SELECT g.role, g.granted_by, array_agg(e.action ORDER BY e.id)"
            " FROM accounts a JOIN grants g ON g.account_id = a.id JOIN audit_entries e ON e.entity_id = a.id::text"
            " WHERE a.email = :email GROUP BY 1, 2"
        )
        [row] = (await connection.execute(asked, {"email": email})).all()
    assert tuple(row) == ("administrator", "Ridgeway command", ["access.account_added", "access.role_given"])


async def test_an_account_that_is_there_already_is_used(settings: Settings, make: Builder, admin: AsyncEngine) -> None:
    email = f"{uuid4().hex}@example.org"
    held = await make.account([], email=email)
    await appoint(settings, email, "Somebody else")
    async with admin.connect() as connection:
        asked = text("SELECT a.name, g.role FROM accounts a JOIN grants g ON g.account_id = a.id WHERE a.id = :id")
        assert tuple((await connection.execute(asked, {"id": held.account_id})).one()) == (
            "Bronwen Parry",
            "administrator",
        )
