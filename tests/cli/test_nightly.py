"""What the service does on its own at night, with no eyes but its own."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.cli.nightly import DUTIES, NIGHT, Duty
from service.kit.db import Sessions, transaction


@pytest.mark.parametrize("duty", [duty for duty, _ in DUTIES], ids=lambda duty: duty.__name__)
async def test_a_duty_is_done_by_the_service_alone_and_leaves_an_entry_in_the_trail(
    sessions: Sessions, admin: AsyncEngine, duty: Duty
) -> None:
    count = text("SELECT count(*) FROM audit_entries WHERE actor = 'Ridgeway' AND account_id IS NULL")
    async with admin.connect() as connection:
        before = (await connection.execute(count)).scalar_one()
    async with transaction(sessions, NIGHT) as session:
        assert await duty(session, NIGHT) >= 0
    async with admin.connect() as connection:
        assert (await connection.execute(count)).scalar_one() > before
