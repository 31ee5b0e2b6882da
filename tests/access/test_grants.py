"""The administrator gives and takes access, by page and JSON; nobody else does, and nobody does it to themselves."""

import asyncio
import re
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from service.access import queries
from service.access.actions import Limits, take_away, who_is
from service.access.grants import Role
from service.access.rules import Reason
from service.access.tables import Grant
from service.kit.db import Sessions
from service.kit.errors import Conflict
from service.settings import Settings
from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client


def address() -> str:
    return f"{uuid4().hex[:12]}@example.org"


async def test_an_account_is_added_given_a_role_and_found_again(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    organisation, email = await make.organisation(name="Ysbyty Gŵyr"), address()
    async with browse(await make.administrator()) as client:
        added = await client.post("/access", data={"name": "Siân Llŷr", "email": email})
        assert added.status_code == 303
        place = added.headers["location"]
        assert "No role yet" in (await client.get(place)).text
        role = {"role": "hr_partner", "organisation_id": str(organisation), "reason": "new_in_role"}
        assert (await client.post(f"{place}/roles", data=role)).status_code == 303
        assert "Ysbyty Gŵyr" in (await client.get(place)).text
        assert email in (await client.get("/access", params={"search": email[:6].upper()})).text
    rows = await _trail(admin, place.rsplit("/", 1)[1])
    assert [row.action for row in rows] == ["access.account_added", "access.role_given"]
    assert rows[1].detail == {"role": "HR partner", "reason": "new_in_role"}
    assert rows[1].organisation_id == organisation


async def test_a_role_is_taken_away_after_a_reason_is_chosen(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    held = await make.auditor()
    async with browse(await make.administrator()) as client, browse(held) as them:
        page = (await client.get(f"/access/{held.account_id}")).text
        taking = re.search(r'href="(/access/[^"]+/roles/[^"]+)"', page)
        assert taking
        assert "Take a role from" in (await client.get(taking[1])).text
        refused = await client.post(taking[1], data={"reason": ""})
        assert refused.status_code == 422
        assert "<title>Error: " in refused.text
        assert (await them.get("/audit")).status_code == 200
        assert (await client.post(taking[1], data={"reason": "left"})).status_code == 303
        assert (await them.get("/audit")).status_code == 403
    assert (await _trail(admin, held.account_id))[-1].detail == {"role": "Auditor", "reason": "left"}


async def test_the_person_can_see_that_their_access_was_changed(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    organisation = await make.organisation()
    person = await make.staff(organisation)
    async with browse(await make.administrator()) as client:
        given = {"account_id": str(person.account_id), "role": "facilitator", "organisation_id": str(organisation)}
        assert (await client.post("/api/grants", json={**given, "reason": "cover"})).status_code == 201
    assert (await _trail(admin, person.account_id))[0].subject_person_id == person.person_id


async def test_an_account_is_closed_and_opened_again(make: Builder, browse: Client) -> None:
    held = await make.auditor()
    async with browse(await make.administrator()) as client, browse(held) as them:
        place = f"/access/{held.account_id}"
        refused = await client.post(f"{place}/close", data={"closing_reason": ""})
        assert refused.status_code == 422
        assert "Choose a reason." in refused.text
        assert (await them.get("/account")).status_code == 200
        assert (await client.post(f"{place}/close", data={"closing_reason": "left"})).status_code == 303
        assert (await them.get("/account")).status_code == 303
        assert "Closed since" in (await client.get(place)).text
        assert (await client.post(f"{place}/reopen", data={"closing_reason": "mistake"})).status_code == 303
        assert (await them.get("/account")).status_code == 200


async def test_the_same_over_json(make: Builder, browse: Client) -> None:
    email = address()
    async with browse(await make.administrator()) as client:
        made = await client.post("/api/accounts", json={"name": "Nia Rees", "email": email})
        assert made.status_code == 201
        key = made.json()["id"]
        assert made.json()["signed_in_before"] is False
        given = await client.post("/api/grants", json={"account_id": key, "role": "auditor", "reason": "new_in_role"})
        assert [grant["role"] for grant in given.json()["grants"]] == ["auditor"]
        found = await client.get("/api/accounts", params={"search": email})
        assert [row["id"] for row in found.json()["items"]] == [key]
        grant = given.json()["grants"][0]["id"]
        assert (await client.delete(f"/api/grants/{grant}")).status_code == 422
        assert (await client.delete(f"/api/grants/{grant}?reason=mistake")).status_code == 204
        assert (await client.delete(f"/api/grants/{grant}?reason=mistake")).status_code == 404
        closed = await client.post(f"/api/accounts/{key}/close", json={"reason": "left"})
        assert closed.json()["closed_at"]
        assert (await client.post(f"/api/accounts/{key}/reopen", json={"reason": "mistake"})).json()[
            "closed_at"
        ] is None


async def test_accounts_come_a_page_at_a_time_and_none_is_missed_or_shown_twice(make: Builder, browse: Client) -> None:
    marks = uuid4().hex[:8]
    made = {str((await make.account([], email=f"{marks}{n}@example.org")).account_id) for n in range(5)}
    async with browse(await make.administrator()) as client:
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            asked = {"search": marks, "size": 2} | ({"cursor": cursor} if cursor else {})
            page = (await client.get("/api/accounts", params=asked)).json()
            seen += [row["id"] for row in page["items"]]
            cursor = page["next_cursor"]
    assert len(seen) == 5
    assert set(seen) == made


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"role": "hr_partner", "reason": "cover"}, "organisation_id"),
        ({"role": "hr_partner", "reason": "cover", "organisation_id": NOBODY}, "organisation_id"),
        ({"role": "auditor", "reason": "because"}, "reason"),
        ({"role": "auditor"}, "reason"),
        ({"role": "staff", "reason": "cover"}, "role"),
        ({"role": "king", "reason": "cover"}, "role"),
    ],
    ids=str,
)
async def test_a_role_that_cannot_be_given_so_is_refused_at_its_field_and_nothing_is_written(
    make: Builder, browse: Client, admin: AsyncEngine, given: dict[str, str], field: str
) -> None:
    held = await make.account([])
    async with browse(await make.administrator()) as client:
        refused = await client.post("/api/grants", json={"account_id": str(held.account_id), **given})
        page = await client.post(f"/access/{held.account_id}/roles", data=given)
    assert refused.status_code == 422
    assert field in [problem["field"] for problem in refused.json()["errors"]]
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert await _trail(admin, held.account_id) == []


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "a b@example.org", "a\0@example.org", "x" * 300 + "@example.org"]
)
async def test_an_address_that_is_none_is_refused_at_its_field(make: Builder, browse: Client, email: str) -> None:
    async with browse(await make.administrator()) as client:
        refused = await client.post("/api/accounts", json={"name": "Nia Rees", "email": email})
        page = await client.post("/access", data={"name": "Nia Rees", "email": email})
    assert refused.status_code == page.status_code == 422
    assert [problem["field"] for problem in refused.json()["errors"]] == ["email"]
    assert 'href="#email"' in page.text


async def test_one_address_has_one_account_however_it_is_written(make: Builder, browse: Client) -> None:
    email = address()
    async with browse(await make.administrator()) as client:
        assert (await client.post("/api/accounts", json={"name": "A", "email": email})).status_code == 201
        again = await client.post("/api/accounts", json={"name": "B", "email": email.upper()})
    assert again.status_code == 422
    assert again.json()["errors"][0]["field"] == "email"


async def test_an_administrator_cannot_give_or_take_their_own_roles_or_close_their_own_account(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    me = await make.administrator()
    await make.administrator()
    async with browse(me) as client:
        given = {"account_id": str(me.account_id), "role": "auditor", "reason": "cover"}
        assert (await client.post("/api/grants", json=given)).status_code == 422
        own = (await client.get(f"/api/accounts/{me.account_id}")).json()["grants"][0]["id"]
        assert (await client.delete(f"/api/grants/{own}?reason=left")).status_code == 409
        assert (await client.post(f"/api/accounts/{me.account_id}/close", json={"reason": "left"})).status_code == 409
        page = await client.post(f"/access/{me.account_id}/roles/{own}", data={"reason": "left"})
        assert page.status_code == 409
        assert "Ask another administrator" in page.text
        assert (await client.get("/access")).status_code == 200


async def test_two_administrators_who_remove_each_other_at_once_cannot_leave_nobody(
    make: Builder, sessions: Sessions, settings: Settings, nobody_else: None
) -> None:
    one, two = await make.administrator(), await make.administrator()
    limits = Limits.of(settings)

    async def removes(session: AsyncSession, who: SignedIn, other: SignedIn) -> None:
        actor = await who_is(session, who.token, limits)
        assert actor
        [grant] = await queries.grants_of(session, [other.account_id])
        await take_away(session, actor, grant.id, Reason.LEFT)

    async def second() -> None:
        async with sessions() as session, session.begin():
            await removes(session, two, one)

    async with sessions() as session, session.begin():
        await removes(session, one, two)
        waiting = asyncio.create_task(second())
        await asyncio.sleep(0.3)
        assert not waiting.done()
    with pytest.raises(Conflict, match="last administrator"):
        await waiting


@pytest.fixture
async def nobody_else(admin: AsyncEngine) -> AsyncIterator[None]:
    """No administrator but those that the test makes."""
    removed = text("DELETE FROM grants WHERE role = 'administrator' RETURNING *")
    async with admin.begin() as connection:
        kept = (await connection.execute(removed)).mappings().all()
    yield
    async with admin.begin() as connection:
        await connection.execute(removed)
        if kept:
            await connection.execute(insert(Grant), [dict(row) for row in kept])


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
async def test_nobody_else_can_see_or_change_access(make: Builder, browse: Client, role: Role) -> None:
    organisation = await make.organisation()
    place = organisation if role in {Role.FACILITATOR, Role.HR_PARTNER} else None
    held = await make.account([] if role is Role.STAFF else [(role, place)], await make.person(organisation))
    other = await make.auditor()
    async with browse(held) as client:
        for answer in (
            await client.get("/access"),
            await client.get("/api/accounts"),
            await client.get(f"/api/accounts/{other.account_id}"),
            await client.post("/api/accounts", json={"name": "A", "email": address()}),
            await client.post(
                "/api/grants", json={"account_id": str(held.account_id), "role": "administrator", "reason": "cover"}
            ),
        ):
            assert answer.status_code == 403


async def _trail(admin: AsyncEngine, account_id: object) -> list:
    async with admin.connect() as connection:
        asked = text("SELECT * FROM audit_entries WHERE entity_id = :id ORDER BY id")
        return list((await connection.execute(asked, {"id": str(account_id)})).all())
