"""Signing in with OpenID Connect, at real providers and at one that lies."""

import logging
import re
import time
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest
from joserfc.jwk import OctKey, RSAKey
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.attempt import Attempt
from service.access.doors import COOKIE
from service.access.oidc import SKEW_SECONDS
from service.access.pages import sign_in
from service.settings import Settings
from tests.access.providers import (
    FIRST_KEY,
    HERE,
    ISSUER,
    OTHER_KEY,
    Liar,
    agree_at_certified,
    agree_at_mock,
    browser,
    leave,
    relying_on,
)
from tests.builders import Builder
from tests.conftest import Client

# Somebody else's key under the name of the provider's.
FORGED_KEY = RSAKey.import_key(OTHER_KEY.as_bytes(private=True), {"kid": "first"})


def address() -> str:
    return f"{uuid4().hex[:12]}@example.org"


async def test_somebody_signs_in_at_a_real_provider_and_goes_where_they_were_going(
    settings: Settings, mock_provider: str, make: Builder
) -> None:
    email = address()
    person = await make.person(await make.organisation(), email=email)
    async with relying_on(settings, mock_provider) as app, browser(app) as client:
        back = await agree_at_mock(await leave(client, "/account?tab=1"), email.upper())
        answer = await client.get(back)
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"] == "/account?tab=1"
        who = (await client.get("/api/session")).json()
    assert who["person_id"] == str(person)
    assert who["name"] == "Rhiannon Pugh"


async def test_the_certified_provider_accepts_our_pkce_and_its_own_name_in_the_answer(
    settings: Settings, certified_provider: str, make: Builder, admin: AsyncEngine
) -> None:
    email = address()
    await make.person(await make.organisation(), email=email)
    async with relying_on(settings, certified_provider) as app, browser(app) as client:
        back = await agree_at_certified(await leave(client), email)
        assert parse_qs(urlsplit(back).query)["iss"] == [certified_provider]
        answer = await client.get(back)
        assert answer.status_code == 303, answer.text
        cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith(f"{COOKIE}="))
        who = (await client.get("/api/session")).json()
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    async with admin.connect() as connection:
        asked = text("SELECT action FROM audit_entries WHERE account_id = :id")
        assert (await connection.execute(asked, {"id": who["account_id"]})).scalars().all() == ["access.signed_in"]


async def test_the_certified_provider_refuses_a_code_with_another_browsers_verifier(
    settings: Settings, certified_provider: str
) -> None:
    async with relying_on(settings, certified_provider) as app, browser(app) as client, browser(app) as thief:
        back = await agree_at_certified(await leave(client), address())
        mine = Attempt.read(await _attempt_of(thief))
        assert mine
        stolen = str(httpx.URL(back).copy_set_param("state", mine.state))
        refused = await thief.get(stolen)
    assert refused.status_code == 400
    assert COOKIE not in thief.cookies


async def test_the_certified_provider_refuses_a_callback_that_is_replayed_with_its_cookie(
    settings: Settings, certified_provider: str, make: Builder
) -> None:
    email = address()
    await make.person(await make.organisation(), email=email)
    async with relying_on(settings, certified_provider) as app, browser(app) as client, browser(app) as replay:
        going = await leave(client)
        cookie = client.cookies[sign_in.ATTEMPT_COOKIE]
        back = await agree_at_certified(going, email)
        assert (await client.get(back)).status_code == 303
        assert sign_in.ATTEMPT_COOKIE not in client.cookies
        assert (await client.get(back)).status_code == 400
        replay.headers["cookie"] = f"{sign_in.ATTEMPT_COOKIE}={cookie}"
        assert (await replay.get(back)).status_code == 400


async def test_an_address_that_the_provider_never_verified_opens_no_account(
    settings: Settings, certified_provider: str, make: Builder
) -> None:
    email = f"unverified-{address()}"
    await make.person(await make.organisation(), email=email)
    async with relying_on(settings, certified_provider) as app, browser(app) as client:
        refused = await client.get(await agree_at_certified(await leave(client), email))
    assert refused.status_code == 403
    assert "did not give a confirmed email address" in refused.text


async def test_somebody_without_an_account_is_told_whom_to_ask_and_the_trail_names_nobody(
    settings: Settings, mock_provider: str, admin: AsyncEngine
) -> None:
    email = address()
    async with relying_on(settings, mock_provider) as app, browser(app) as client:
        refused = await client.get(await agree_at_mock(await leave(client), email))
    assert refused.status_code == 403
    assert "Ask your HR team" in refused.text
    assert COOKIE not in client.cookies
    async with admin.connect() as connection:
        asked = text("SELECT actor, detail::text FROM audit_entries WHERE action = 'access.sign_in_refused'")
        entries = await connection.execute(asked)
        assert all(email not in row.actor + row.detail for row in entries)


async def test_an_address_that_an_employer_wrote_over_another_opens_no_account(
    settings: Settings, mock_provider: str, make: Builder, browse: Client
) -> None:
    here, mine = await make.organisation(), address()
    partner, victim = await make.hr_partner(here), await make.person(here, email=address())
    async with browse(partner) as client:
        changed = await client.patch(f"/api/people/{victim}", json={"version": 1, "email": mine})
        assert changed.status_code == 200, changed.text
    async with relying_on(settings, mock_provider) as app, browser(app) as client:
        assert (await client.get(await agree_at_mock(await leave(client), mine))).status_code == 403
        assert COOKIE not in client.cookies


async def test_an_account_that_an_administrator_added_is_not_joined_to_whom_an_employer_gave_its_address(
    settings: Settings, mock_provider: str, make: Builder, browse: Client
) -> None:
    here, mine = await make.organisation(), address()
    partner, victim = await make.hr_partner(here), await make.person(here)
    added = await make.account([], email=mine)
    async with browse(partner) as client:
        await client.patch(f"/api/people/{victim}", json={"version": 1, "email": mine})
    async with relying_on(settings, mock_provider) as app, browser(app) as client:
        await client.get(await agree_at_mock(await leave(client), mine))
        who = (await client.get("/api/session")).json()
    assert (who["account_id"], who["person_id"]) == (str(added.account_id), None)


async def test_an_address_written_in_other_letters_is_the_same_address(
    settings: Settings, mock_provider: str, make: Builder, browse: Client
) -> None:
    here, email = await make.organisation(), address()
    partner, person = await make.hr_partner(here), await make.person(here, email=email)
    async with browse(partner) as client:
        await client.patch(f"/api/people/{person}", json={"version": 1, "email": email.upper()})
    async with relying_on(settings, mock_provider) as app, browser(app) as client:
        assert (await client.get(await agree_at_mock(await leave(client), email))).status_code == 303


async def test_nobody_is_locked_out_by_a_later_record_with_their_address(
    settings: Settings, mock_provider: str, make: Builder
) -> None:
    email = address()
    first = await make.person(await make.organisation(), email=email)
    await make.person(await make.organisation(), email=email)
    async with relying_on(settings, mock_provider) as app, browser(app) as client:
        assert (await client.get(await agree_at_mock(await leave(client), email))).status_code == 303
        assert (await client.get("/api/session")).json()["person_id"] == str(first)


async def test_an_address_of_somebody_whom_nobody_employs_any_more_opens_no_account(
    settings: Settings, mock_provider: str, make: Builder
) -> None:
    email = address()
    await make.employment(await make.organisation(), await make.person(email=email), ended=date(2025, 1, 31))
    async with relying_on(settings, mock_provider) as app, browser(app) as client:
        assert (await client.get(await agree_at_mock(await leave(client), email))).status_code == 403


async def test_an_account_that_an_administrator_added_is_joined_to_its_person_at_the_first_sign_in(
    settings: Settings, mock_provider: str, make: Builder
) -> None:
    email = address()
    organisation = await make.organisation()
    person = await make.person(organisation, email=email)
    added = await make.account([], email=email)
    async with relying_on(settings, mock_provider) as app, browser(app) as client:
        await client.get(await agree_at_mock(await leave(client), email))
        who = (await client.get("/api/session")).json()
    assert who["account_id"] == str(added.account_id)
    assert who["person_id"] == str(person)


async def test_a_closed_account_stays_closed_whatever_the_provider_says(
    settings: Settings, mock_provider: str, make: Builder, admin: AsyncEngine
) -> None:
    email = address()
    await make.person(await make.organisation(), email=email)
    async with relying_on(settings, mock_provider) as app, browser(app) as client:
        await client.get(await agree_at_mock(await leave(client), email))
        assert (await client.get("/api/session")).status_code == 200
        async with admin.begin() as connection:
            await connection.execute(
                text("UPDATE accounts SET closed_at = now() WHERE email = :email"), {"email": email}
            )
        assert (await client.get("/api/session")).status_code == 401
        assert (await client.get(await agree_at_mock(await leave(client), email))).status_code == 403


async def test_signing_in_again_gives_a_new_session_and_ends_the_old_one(
    settings: Settings, mock_provider: str, make: Builder, admin: AsyncEngine
) -> None:
    email = address()
    await make.person(await make.organisation(), email=email)
    async with relying_on(settings, mock_provider) as app, browser(app) as client, browser(app) as old:
        await client.get(await agree_at_mock(await leave(client), email))
        first = client.cookies[COOKIE]
        await client.get(await agree_at_mock(await leave(client), email))
        assert client.cookies[COOKIE] != first
        old.headers["cookie"] = f"{COOKIE}={first}"
        assert (await old.get("/api/session")).status_code == 401


async def test_a_provider_that_does_not_answer_gives_a_page_that_says_so(settings: Settings) -> None:
    async with relying_on(settings, "http://127.0.0.1:9") as app, browser(app) as client:
        answer = await client.post("/sign-in/provider", data={"next": "/"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "Signing in is not working right now" in answer.text


async def test_without_a_provider_there_is_nothing_to_sign_in_at(browse) -> None:
    async with browse() as client:
        assert (await client.post("/sign-in/provider")).status_code == 404


@pytest.mark.parametrize(
    "onward", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "/a\nb"]
)
async def test_signing_in_leads_to_our_own_pages_only(liar_app: Litestar, make: Builder, onward: str) -> None:
    liar = await _liar_for(liar_app, make)
    async with browser(liar_app) as client:
        answer = await client.get(liar.agree(await leave(client, onward)))
    assert answer.headers["location"] == "/"


async def test_a_cookie_that_was_tampered_with_leads_to_our_own_pages_only(liar_app: Litestar, make: Builder) -> None:
    liar = await _liar_for(liar_app, make)
    async with browser(liar_app) as client:
        back = liar.agree(await leave(client))
        attempt = Attempt.read(client.cookies[sign_in.ATTEMPT_COOKIE])
        assert attempt
        client.cookies.clear()
        client.headers["cookie"] = f"{sign_in.ATTEMPT_COOKIE}={Attempt(attempt.secret, 'https://evil.test')}"
        assert (await client.get(back)).headers["location"] == "/"


async def test_what_is_asked_of_the_provider_gives_nothing_away(liar_app: Litestar, make: Builder) -> None:
    liar = await _liar_for(liar_app, make)
    async with browser(liar_app) as client:
        going = await leave(client)
        attempt = Attempt.read(client.cookies[sign_in.ATTEMPT_COOKIE])
        assert attempt
        await client.get(liar.agree(going))
    asked = {name: values[0] for name, values in parse_qs(urlsplit(going).query).items()}
    assert asked["redirect_uri"] == f"{HERE}/sign-in/callback" == liar.sent["redirect_uri"]
    assert asked["code_challenge_method"] == "S256"
    assert asked["code_challenge"] == attempt.challenge
    assert liar.sent["code_verifier"] == attempt.verifier
    assert len({attempt.secret, attempt.state, attempt.nonce, attempt.verifier, attempt.challenge}) == 5
    assert not {attempt.secret, attempt.verifier} & set(asked.values())


async def test_login_csrf_a_callback_from_somebody_elses_sign_in_is_refused(liar_app: Litestar, make: Builder) -> None:
    liar = await _liar_for(liar_app, make)
    async with browser(liar_app) as attacker, browser(liar_app) as victim:
        back = liar.agree(await leave(attacker))
        assert (await victim.get(back)).status_code == 400
        await leave(victim)
        assert (await victim.get(back)).status_code == 400
        assert COOKIE not in victim.cookies
        assert "/token" not in liar.asked


def named(value: object) -> str:
    """A case's name, the same in every process: without the address of an object in memory."""
    return re.sub(r" object at 0x[0-9a-f]+", "", str(value))[:60]


@pytest.mark.parametrize(
    ("bend", "reason"),
    [
        ({"claims": {"nonce": "another"}}, "nonce"),
        ({"claims": {"nonce": None}}, "nonce"),
        ({"claims": {"iss": "https://evil.test"}}, "issuer"),
        ({"claims": {"aud": "another"}}, "audience"),
        ({"claims": {"aud": ["another"]}}, "audience"),
        ({"claims": {"aud": None}}, "audience"),
        ({"claims": {"aud": ["ridgeway", "another"]}}, "authorised party"),
        ({"claims": {"azp": "another"}}, "authorised party"),
        ({"claims": {"exp": 1}}, "expiry"),
        ({"claims": {"exp": None}}, "lacks exp"),
        ({"claims": {"iat": None}}, "lacks iat"),
        ({"claims": {"exp": "tomorrow"}}, "lacks exp"),
        ({"claims": {"iat": 2**40}}, "start"),
        ({"claims": {"nbf": 2**40}}, "start"),
        ({"claims": {"sub": None}}, "subject"),
        ({"claims": {"sub": ""}}, "subject"),
        ({"claims": {"sub": "a\0b"}}, "subject"),
        ({"claims": {"sub": {"a": 1}}}, "subject"),
        ({"answer": {"state": "another"}}, "state"),
        ({"answer": {"state": ""}}, "state"),
        ({"answer": {"iss": "https://evil.test"}}, "names another issuer"),
        ({"answer": {"error": "access_denied"}}, "said no"),
        ({"answer": {"code": ""}}, "said no"),
        ({"metadata": {"authorization_response_iss_parameter_supported": True}}, "names another issuer"),
        ({"key": OctKey.import_key(b"s" * 64), "header": {"alg": "HS256"}}, "signature"),
        ({"token": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzb21lb25lIn0."}, "signature"),
        ({"token": ""}, "signature"),
        ({"token": "not.a.token"}, "signature"),
        (
            {"key": RSAKey.import_key(OTHER_KEY.as_dict(private=True) | {"kid": "first"}), "published": [FIRST_KEY]},
            "signature",
        ),
        ({"published": [OTHER_KEY]}, "signature"),
    ],
    ids=named,
)
async def test_an_answer_that_proves_nothing_is_refused_in_words(
    liar_app: Litestar, make: Builder, caplog: pytest.LogCaptureFixture, bend: dict[str, object], reason: str
) -> None:
    liar = await _liar_for(liar_app, make, **bend)
    async with browser(liar_app) as client:
        with caplog.at_level(logging.WARNING):
            refused = await client.get(liar.agree(await leave(client)))
    assert refused.status_code == 400
    assert "We could not sign you in" in refused.text
    assert COOKIE not in client.cookies
    assert reason in caplog.text
    assert "someone" not in caplog.text


@pytest.mark.parametrize(
    "bend",
    [
        {"metadata": {"issuer": "https://evil.test"}},
        {"metadata": {"token_endpoint": "http://provider.test/token"}},
        {"metadata": {"jwks_uri": None}},
        {"down": "/token"},
        {"down": "/keys"},
        {"down": "/openid-configuration"},
        {"claims": {"email": None}, "metadata": {"userinfo_endpoint": f"{ISSUER}/userinfo"}, "down": "/userinfo"},
    ],
    ids=named,
)
async def test_a_provider_that_is_not_as_it_should_be_is_a_503_page(
    liar_app: Litestar, make: Builder, bend: dict[str, object]
) -> None:
    liar = await _liar_for(liar_app, make, **bend)
    async with browser(liar_app) as client:
        page = await client.post("/sign-in/provider", data={"next": "/"})
        if page.status_code == 200:
            page = await client.get(liar.agree(await leave(client)))
    assert page.status_code == 503
    assert "Signing in is not working right now" in page.text


async def test_userinfo_about_somebody_else_is_refused(liar_app: Litestar, make: Builder) -> None:
    liar = await _liar_for(liar_app, make, metadata={"userinfo_endpoint": f"{ISSUER}/userinfo"})
    liar.userinfo = {"sub": "another", "email": liar.claims.pop("email")}
    async with browser(liar_app) as client:
        assert (await client.get(liar.agree(await leave(client)))).status_code == 400


@pytest.mark.parametrize(
    "bend",
    [
        {"claims": {"aud": ["ridgeway", "another"], "azp": "ridgeway"}},
        {"claims": {"exp": -SKEW_SECONDS // 2}},
        {"answer": {"iss": ISSUER}, "metadata": {"authorization_response_iss_parameter_supported": True}},
        {"claims": {"name": None, "given_name": "Siân", "family_name": "Llŷr"}},
    ],
    ids=named,
)
async def test_what_the_standard_allows_is_accepted(liar_app: Litestar, make: Builder, bend: dict[str, object]) -> None:
    liar = await _liar_for(liar_app, make, **bend)
    if isinstance(liar.claims.get("exp"), int):
        liar.claims["exp"] += int(time.time())
    async with browser(liar_app) as client:
        assert (await client.get(liar.agree(await leave(client)))).status_code == 303


async def test_new_keys_are_fetched_when_the_provider_changes_them_but_not_at_every_forged_name(
    liar_app: Litestar, make: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    liar = await _liar_for(liar_app, make)
    clock = [1000.0]
    monkeypatch.setattr("service.access.oidc.time.monotonic", lambda: clock[0])
    async with browser(liar_app) as client:
        assert (await client.get(liar.agree(await leave(client)))).status_code == 303
        liar.key = OTHER_KEY
        assert (await client.get(liar.agree(await leave(client)))).status_code == 400
        assert liar.asked.count("/keys") == 1
        clock[0] += 61
        assert (await client.get(liar.agree(await leave(client)))).status_code == 303
        assert liar.asked.count("/keys") == 2


async def _liar_for(app: Litestar, make: Builder, **bend: Any) -> Liar:
    """Somebody with an account, and a provider that vouches for them truthfully but for `bend`."""
    email = address()
    await make.person(await make.organisation(), email=email)
    liar = Liar(**bend)
    liar.claims = {"sub": f"someone-{email}", "email": email, "name": "Rhiannon Pugh", **liar.claims}
    app.state["provider"] = liar.provider()
    return liar


async def _attempt_of(client: httpx.AsyncClient) -> str:
    await leave(client)
    return client.cookies[sign_in.ATTEMPT_COOKIE]
