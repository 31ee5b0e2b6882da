"""What an account sees of itself, and how quickly a change of access is felt."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.actions import session_key, start_session
from service.access.grants import GRANTS, Role
from service.access.presenters import device_name
from service.kit.db import Sessions
from tests.builders import Builder
from tests.conftest import Client

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def test_the_account_page_says_in_words_what_you_may_do_and_where(make: Builder, browse: Client) -> None:
    organisation = await make.organisation(name="Ysbyty Gŵyr")
    async with browse(await make.hr_partner(organisation)) as client:
        page = (await client.get("/account")).text
    assert "<h1" in page
    assert "HR partner" in page
    assert "Ysbyty Gŵyr" in page
    assert "This browser" in page


async def test_an_account_with_no_role_is_told_whom_to_ask(make: Builder, browse: Client) -> None:
    async with browse(await make.account([])) as client:
        assert (await client.get("/")).headers["location"] == "/account"
        assert "Ask the Ridgeway administrator which role you need" in (await client.get("/account")).text


async def test_a_session_on_another_device_can_be_seen_and_ended(
    make: Builder, browse: Client, sessions: Sessions, admin: AsyncEngine
) -> None:
    me = await make.leader()
    async with sessions() as session, session.begin():
        other = await start_session(session, me.account_id, "Me", FIREFOX)
    async with browse(me) as client:
        assert "Firefox on Windows" in (await client.get("/account")).text
        done = await client.post(f"/account/sessions/{session_key(other)}/end")
        assert done.headers["location"] == "/account"
        assert "Firefox on Windows" not in (await client.get("/account")).text
    assert await _actions_of(admin, me.account_id) == ["access.signed_in", "access.signed_out_elsewhere"]


async def test_nobody_elses_session_can_be_ended_or_even_be_known(make: Builder, browse: Client) -> None:
    me, other = await make.leader(), await make.leader()
    async with browse(me) as client, browse(other) as them:
        assert (await client.post(f"/account/sessions/{session_key(other.token)}/end")).status_code == 404
        assert (await client.post("/account/sessions/nonsense/end")).status_code == 404
        assert (await them.get("/account")).status_code == 200


async def test_signing_out_everywhere_ends_every_session_of_mine_and_no_other(
    make: Builder, browse: Client, sessions: Sessions
) -> None:
    me, other = await make.leader(), await make.leader()
    async with sessions() as session, session.begin():
        phone = await start_session(session, me.account_id, "Me", "phone")
    async with browse(me) as client, browse(other) as them:
        done = await client.post("/sign-out/everywhere")
        assert done.headers["location"] == "/sign-in"
        assert "Max-Age=0" in done.headers["set-cookie"]
        assert (await client.get("/api/session")).status_code == 401
        client.headers["cookie"] = f"__Host-ridgeway={phone}"
        assert (await client.get("/api/session")).status_code == 401
        assert (await them.get("/api/session")).status_code == 200


async def test_a_closed_account_and_a_role_taken_away_are_felt_at_the_next_request(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    auditor = await make.auditor()
    async with browse(auditor) as client:
        assert (await client.get("/api/audit")).status_code == 200
        await _change(admin, "DELETE FROM grants WHERE account_id = :id", auditor.account_id)
        assert (await client.get("/api/audit")).status_code == 403
        await _change(admin, "UPDATE accounts SET closed_at = now() WHERE id = :id", auditor.account_id)
        assert (await client.get("/api/session")).status_code == 401


async def test_the_session_says_who_and_what_and_where(make: Builder, browse: Client) -> None:
    organisation = await make.organisation(name="St Elm's Trust")
    partner = await make.hr_partner(organisation)
    async with browse(partner) as client:
        who = (await client.get("/api/session")).json()
        assert who["roles"] == [
            {"role": "hr_partner", "organisation_id": str(organisation), "organisation": "St Elm's Trust"}
        ]
        assert who["by_organisation"] == {str(organisation): sorted(GRANTS[Role.HR_PARTNER][1])}
        assert who["everywhere"] == sorted(GRANTS[Role.STAFF][1])
        client.headers["X-CSRF-Token"] = who["csrf_token"]
        assert (await client.post("/sign-out")).status_code == 303


def test_a_device_is_named_as_its_owner_knows_it() -> None:
    chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
    assert device_name(FIREFOX) == "Firefox on Windows"
    assert device_name(chrome) == "Chrome on Linux"
    assert device_name(chrome + " Edg/140.0") == "Edge on Linux"
    assert (
        device_name("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1")
        == "Safari on iPhone"
    )
    assert device_name("curl/8.1") == "curl"


async def _actions_of(admin: AsyncEngine, account_id: object) -> list[str]:
    async with admin.connect() as connection:
        asked = text("SELECT action FROM audit_entries WHERE account_id = :id ORDER BY id")
        return list((await connection.execute(asked, {"id": account_id})).scalars())


async def _change(admin: AsyncEngine, statement: str, account_id: object) -> None:
    async with admin.begin() as connection:
        await connection.execute(text(statement), {"id": account_id})
