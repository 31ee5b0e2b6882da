"""The demo lets anyone be anyone, so it is offered on this machine alone."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import pytest
from litestar import Litestar
from pydantic import ValidationError

from service.access import personas
from service.main import create_app
from service.settings import Settings
from tests.builders import Builder, SignedIn

# By its settings: to put a service together takes longer than any test of it.
_SERVICES: dict[str, Litestar] = {}


@asynccontextmanager
async def visiting(
    settings: Settings,
    folder: Path,
    *,
    client: str = "127.0.0.1",
    host: str = "127.0.0.1:8000",
    changed: Mapping[str, object] = MappingProxyType({}),
) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody at `client` who typed `host`, at a service with these settings, whether they are safe or not."""
    given = {"folder": folder, **changed}
    if str(given) not in _SERVICES:
        _SERVICES[str(given)] = create_app(settings.model_copy(update=given))
    app: Any = _SERVICES[str(given)]
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(client, 1))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as visitor:
        yield visitor
    await app.state.sessions.kw["bind"].dispose()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("personas")
    (made / "assets").mkdir()
    return made


@pytest.fixture
async def somebody(make: Builder, folder: Path) -> SignedIn:
    made = await make.leader()
    personas.write(folder, [personas.Persona(str(made.account_id), "Nia Rees", "System leader", "Reads reports")])
    return made


async def test_in_the_demo_on_this_machine_a_persona_can_be_picked(
    settings: Settings, folder: Path, somebody: SignedIn
) -> None:
    async with visiting(settings, folder) as visitor:
        assert "Sign in as Nia Rees" in (await visitor.get("/sign-in")).text
        answer = await visitor.post("/sign-in/demo", data={"account_id": str(somebody.account_id), "next": "/account"})
        assert answer.headers["location"] == "/account"
        cookie = answer.headers["set-cookie"].split(";")[0]
        assert (await visitor.get("/api/session", headers={"cookie": cookie})).status_code == 200


@pytest.mark.parametrize(
    "circumstances",
    [
        {"demo": False},
        {"host": "0.0.0.0"},
        {"host": "192.0.2.7"},
    ],
    ids=str,
)
async def test_it_is_refused_unless_the_service_is_a_demo_on_a_loopback_address(
    settings: Settings, folder: Path, somebody: SignedIn, circumstances: dict[str, object]
) -> None:
    async with visiting(settings, folder, changed=circumstances) as visitor:
        await _is_refused(visitor, somebody)


@pytest.mark.parametrize("host", ["ridgeway.example.org", "evil.test:8000", "127.0.0.1.evil.test", "192.0.2.7:8000"])
async def test_it_is_refused_when_another_host_was_asked_for(
    settings: Settings, folder: Path, somebody: SignedIn, host: str
) -> None:
    async with visiting(settings, folder, host=host) as visitor:
        await _is_refused(visitor, somebody)


@pytest.mark.parametrize("client", ["192.0.2.7", "10.0.0.4", "2001:db8::1", "testclient"])
async def test_it_is_refused_to_a_caller_who_is_elsewhere(
    settings: Settings, folder: Path, somebody: SignedIn, client: str
) -> None:
    async with visiting(settings, folder, client=client) as visitor:
        await _is_refused(visitor, somebody)
        await _is_refused(visitor, somebody, {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1"})


async def test_only_a_persona_can_be_picked_not_any_account(
    settings: Settings, folder: Path, make: Builder, somebody: SignedIn
) -> None:
    other = await make.administrator()
    async with visiting(settings, folder) as visitor:
        assert (await visitor.post("/sign-in/demo", data={"account_id": str(other.account_id)})).status_code == 404
        assert (await visitor.post("/sign-in/demo", data={"account_id": "x"})).status_code == 422


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "ridgeway.example.org"])
def test_the_demo_refuses_to_start_on_any_other_address(host: str) -> None:
    with pytest.raises(ValidationError, match=r"only starts on 127\.0\.0\.1"):
        Settings(demo=True, host=host, public_url="https://ridgeway.example.org")


async def _is_refused(visitor: httpx.AsyncClient, somebody: SignedIn, headers: dict[str, str] | None = None) -> None:
    assert "Nia Rees" not in (await visitor.get("/sign-in", headers=headers)).text
    posted = await visitor.post("/sign-in/demo", data={"account_id": str(somebody.account_id)}, headers=headers)
    assert posted.status_code == 404
    assert "set-cookie" not in posted.headers
