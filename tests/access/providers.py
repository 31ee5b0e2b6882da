"""Identity providers to sign in at: two real ones, each its own process, and one of ours that can be told to lie."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from litestar import Litestar

from service.access.oidc import Provider
from service.access.pages.sign_in import CALLBACK
from service.main import create_app
from service.settings import Settings

HERE = "https://ridgeway.test"
SECRET = "a secret for tests"
PACKAGES = Path(__file__).parents[2] / ".ridgeway" / "node" / "node_modules"
ISSUER = "https://provider.test"
FIRST_KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("first", "second"))

# By the issuer that each relies on: to put an application together takes longer than most tests of it.
_RELYING: dict[str, Litestar] = {}


@contextmanager
def running(*command: str, address: str) -> Generator[str]:
    """A provider's process, from when it answers until the block ends."""
    environment = {**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await_answer(process, f"{address}/.well-known/openid-configuration")
        yield address
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def mock_provider() -> Iterator[str]:
    """oidc-provider-mock, from PyPI."""
    port = free_port()
    command = (sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true")
    with running(*command, address=f"http://127.0.0.1:{port}") as address:
        yield address


@pytest.fixture(scope="session")
def certified_provider() -> Iterator[str]:
    """oidc-provider, from npm: it refuses a flow without PKCE and names itself in its answer (RFC 9207)."""
    port, node = (
        free_port(),
        shutil.which("node", path=os.pathsep.join([os.environ["PATH"], str(Path(sys.executable).parent)])),
    )
    if not node or not (PACKAGES / "oidc-provider").is_dir():
        assert os.environ.get("CI") != "true", "make assets installs oidc-provider"
        pytest.skip("oidc-provider is not installed: make assets")
    command = (node, str(Path(__file__).parent / "provider.mjs"), str(PACKAGES), str(port), HERE + CALLBACK)
    with running(*command, address=f"http://127.0.0.1:{port}") as address:
        yield address


@asynccontextmanager
async def relying_on(settings: Settings, issuer: str) -> AsyncGenerator[Litestar]:
    """The real application, told to sign people in at this issuer, of which it knows nothing yet."""
    if issuer not in _RELYING:
        values: dict[str, Any] = {
            "oidc_issuer": issuer,
            "oidc_client_secret": SECRET,
            "public_url": HERE,
            "demo": False,
        }
        _RELYING[issuer] = create_app(Settings(**(settings.model_dump() | values)))
    app = _RELYING[issuer]
    yield app
    app.state.pop("provider", None)
    await app.state.sessions.kw["bind"].dispose()


def browser(app: Any) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=HERE)


async def leave(client: httpx.AsyncClient, onward: str = "/") -> str:
    """Presses the button of the sign-in page. Returns the provider's address that the browser is sent to."""
    page = await client.post("/sign-in/provider", data={"next": onward})
    assert page.status_code == 200, page.text
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)
    assert found, page.text
    return unescape(found[1])


async def agree_at_mock(address: str, email: str) -> str:
    """Signs in at oidc-provider-mock. Returns where it sends the browser back to, without our host."""
    async with httpx.AsyncClient() as client:
        await client.put(f"{urljoin(address, '/users/')}{email}", json={"email": email, "name": "Rhiannon Pugh"})
        answer = await client.post(address, data={"sub": email})
    assert answer.status_code == 302, answer.text
    return _ours(answer.headers["location"])


async def agree_at_certified(address: str, email: str) -> str:
    """Signs in and consents at oidc-provider, whose development pages ask for both."""
    async with httpx.AsyncClient() as client:
        for prompt in ("login", "consent", None):
            answer = await client.get(address)
            while answer.is_redirect and "/interaction/" not in answer.headers["location"]:
                if answer.headers["location"].startswith(HERE):
                    return _ours(answer.headers["location"])
                answer = await client.get(urljoin(address, answer.headers["location"]))
            page = urljoin(address, answer.headers["location"])
            await client.get(page)
            posted = await client.post(page, data={"prompt": prompt, "login": email, "password": "any"})
            address = urljoin(address, posted.headers["location"])
    raise AssertionError("the provider never sent the browser back")


@dataclass
class Liar:
    """A provider in this process that does everything right, but for what a test bends."""

    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256"})
    key: Any = field(default_factory=lambda: FIRST_KEY)
    published: list[Any] | None = None
    token: str | None = None
    down: str = ""
    asked: list[str] = field(default_factory=list)
    sent: dict[str, str] = field(default_factory=dict)
    nonce: str = ""

    def provider(self) -> Provider:
        http = httpx.AsyncClient(transport=httpx.MockTransport(self.reply))
        return Provider(ISSUER, "ridgeway", SECRET, HERE + CALLBACK, http)

    def agree(self, address: str) -> str:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.nonce = asked["nonce"]
        return str(httpx.URL(CALLBACK, params={"code": "a code", "state": asked["state"], **self.answer}))

    def reply(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        if self.down and path.endswith(self.down):
            raise httpx.ConnectError("nobody there", request=request)
        if path == "/token":
            self.sent = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
            return httpx.Response(200, json={"access_token": "x", "token_type": "Bearer", "id_token": self.id_token()})
        if path == "/keys":
            keys = [self.key] if self.published is None else self.published
            return httpx.Response(200, json=KeySet(keys).as_dict(private=False))
        return httpx.Response(200, json=self.userinfo if path == "/userinfo" else self.described())

    def described(self) -> dict[str, Any]:
        made = {"issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/go", "token_endpoint": f"{ISSUER}/token"}
        return {**made, "jwks_uri": f"{ISSUER}/keys", **self.metadata}

    def id_token(self) -> str:
        now = int(time.time())
        right = {"iss": ISSUER, "aud": "ridgeway", "sub": "someone", "iat": now, "exp": now + 60, "nonce": self.nonce}
        claims = {name: value for name, value in {**right, **self.claims}.items() if value is not None}
        if self.token is not None:
            return self.token
        header = {"kid": self.key.kid, **self.header} if not isinstance(self.key, OctKey) else self.header
        return jwt.encode(header, claims, self.key, algorithms=[header["alg"]])


@pytest.fixture(scope="session")
async def liar_app(settings: Settings) -> AsyncIterator[Litestar]:
    async with relying_on(settings, ISSUER) as app:
        yield app


def _ours(location: str) -> str:
    assert location.startswith(HERE + CALLBACK), location
    return location.removeprefix(HERE)


def _await_answer(process: subprocess.Popen[bytes], address: str) -> None:
    for _ in range(200):
        assert process.poll() is None, "the provider stopped before it answered"
        try:
            httpx.get(address, timeout=1)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the provider never answered")
