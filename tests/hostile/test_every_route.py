"""Every route, every method, everything in the corpus: never a 5xx, never an unescaped echo."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import httpx
import pytest
from litestar import Litestar
from litestar.openapi.spec import Parameter as OpenAPIParameter
from litestar.routes import HTTPRoute

from service.access.grants import Role
from service.kit.fields import Given
from tests.builders import Builder, SignedIn
from tests.conftest import Client
from tests.hostile.corpus import JSON_VALUES, TEXTS, bodies, in_path, over_the_limit

pytestmark = pytest.mark.hostile

GENERIC = (
    "search",
    "cursor",
    "size",
    "organisation",
    "organisation_id",
    "next",
    "person",
    "characteristic",
    "before",
    "action",
    "date",
)
PARAMETER = re.compile(r"\{([^}:]+)(?::[^}]*)?\}")


@dataclass(frozen=True, slots=True)
class Spot:
    """One route as it can be called."""

    method: str
    path: str

    def at(self, value: str) -> str:
        return PARAMETER.sub(lambda _: value, self.path)


def spots(app: Litestar) -> list[Spot]:
    routes = (route for route in app.routes if isinstance(route, HTTPRoute))
    found = {Spot(method, route.path_format) for route in routes for method in route.methods if method != "OPTIONS"}
    return sorted(found, key=lambda spot: (spot.path, spot.method))


def field_names() -> list[str]:
    """Every name that any `XIn` of any room takes, so that hostile values land in real fields."""
    models = _below(Given)
    return sorted(set(chain.from_iterable(model.model_fields for model in models)))


def _below(model: type[Given]) -> Iterator[type[Given]]:
    for child in model.__subclasses__():
        yield child
        yield from _below(child)


@pytest.fixture
async def everyone(make: Builder) -> SignedIn:
    """One account that holds every role, so that every door is reached."""
    organisation = await make.organisation()
    person = await make.person(organisation)
    await make.assignment(organisation, person)
    everywhere = (Role.SYSTEM_LEADER, Role.ADMINISTRATOR, Role.AUDITOR)
    return await make.account([(Role.HR_PARTNER, organisation), *((role, None) for role in everywhere)], person)


def assert_turned_away(answer: httpx.Response, sent: str) -> None:
    """The answer is not our failure and does not hand the caller's markup back."""
    asked = f"{answer.request.method} {answer.request.url.path[:80]} with {sent[:60]!r}"
    assert answer.status_code < 500, f"{answer.status_code} from {asked}: {answer.text[:200]}"
    if "html" in answer.headers.get("content-type", ""):
        assert "<script>alert(1)</script>" not in answer.text, f"echoed by {asked}"
        assert "<img src=x" not in answer.text, f"echoed by {asked}"


async def test_hostile_paths_are_turned_away(app: Litestar, everyone: SignedIn, browse: Client) -> None:
    async with browse(everyone) as client:
        for spot in spots(app):
            for value in in_path() if "{" in spot.path else ():
                assert_turned_away(await client.request(spot.method, spot.at(value)), value)


async def test_hostile_queries_are_turned_away(app: Litestar, everyone: SignedIn, browse: Client) -> None:
    names = sorted({*GENERIC, *_query_names(app)})
    async with browse(everyone) as client:
        for spot in (spot for spot in spots(app) if spot.method == "GET"):
            for text in TEXTS:
                assert_turned_away(
                    await client.get(spot.at(str(everyone.person_id)), params=dict.fromkeys(names, text[:200])), text
                )


async def test_hostile_bodies_are_turned_away(app: Litestar, everyone: SignedIn, browse: Client) -> None:
    async with browse(everyone) as client:
        for spot in _writes(app):
            for body in bodies():
                headers = {"content-type": body.kind} if body.kind else {}
                answer = await client.request(
                    spot.method, spot.at(str(everyone.person_id)), content=body.content, headers=headers
                )
                assert_turned_away(answer, body.name)


async def test_hostile_values_in_every_field_are_turned_away(app: Litestar, everyone: SignedIn, browse: Client) -> None:
    names = field_names()
    assert names, "no field was found: the test would try nothing"
    async with browse(everyone) as client:
        for spot in _writes(app):
            address = spot.at(str(everyone.person_id))
            for text in TEXTS:
                assert_turned_away(await client.request(spot.method, address, json=dict.fromkeys(names, text)), text)
                assert_turned_away(await client.request(spot.method, address, data=dict.fromkeys(names, text)), text)
            for value in JSON_VALUES:
                body = "{" + ",".join(f"{json.dumps(name)}:{value}" for name in names) + "}"
                assert_turned_away(
                    await client.request(
                        spot.method, address, content=body, headers={"content-type": "application/json"}
                    ),
                    value,
                )


async def test_a_body_over_the_limit_is_refused_by_every_route_that_reads_one(
    app: Litestar, everyone: SignedIn, browse: Client
) -> None:
    body = over_the_limit(20)
    async with browse(everyone) as client:
        for spot in _writes(app):
            answer = await client.request(
                spot.method, spot.at(str(everyone.person_id)), content=body.content, headers={"content-type": body.kind}
            )
            assert_turned_away(answer, body.name)


async def test_hostile_headers_and_cookies_are_turned_away(app: Litestar, everyone: SignedIn, browse: Client) -> None:
    async with browse(everyone) as client:
        for name in (
            "Host",
            "X-Forwarded-For",
            "Accept",
            "Accept-Language",
            "If-Match",
            "Content-Length",
            "Range",
            "Origin",
        ):
            for value in ("", "a" * 8_000, "\x7f", "<script>alert(1)</script>", str(2**64)):
                assert_turned_away(await client.get("/sign-in", headers={name: value}), f"{name}: {value}")
        for cookie in (
            "__Host-ridgeway=",
            "__Host-ridgeway=\x7f",
            "__Host-ridgeway=" + "a" * 8_000,
            "=;=;",
            "__Host-ridgeway-flow=x",
        ):
            for path in ("/", "/api/session", "/sign-in", "/sign-in/callback?code=a&state=b"):
                assert_turned_away(await client.get(path, headers={"Cookie": cookie}), cookie)


def _writes(app: Litestar) -> list[Spot]:
    # Signing out would end the very session that the rest of the test uses.
    return [spot for spot in spots(app) if spot.method not in {"GET", "HEAD"} and not spot.path.startswith("/sign-out")]


def _query_names(app: Litestar) -> set[str]:
    paths = app.openapi_schema.paths or {}
    operations = chain.from_iterable(
        (item.get, item.post, item.put, item.patch, item.delete) for item in paths.values()
    )
    parameters = chain.from_iterable(operation.parameters or () for operation in operations if operation)
    return {found.name for found in parameters if isinstance(found, OpenAPIParameter) and found.param_in == "query"}
