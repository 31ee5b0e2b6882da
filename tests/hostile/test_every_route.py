"""Every route, every method, everything in the corpus: never a 5xx, never an unescaped echo.

In `make test` each route is tried with a share of the corpus, another share for each route, so that every value meets
every room; `make hostile` tries every route with all of it.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

import httpx
import pytest
from litestar import Litestar
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute

from service.access.grants import Role
from service.kit.fields import Given
from tests.builders import Builder, SignedIn
from tests.conftest import Client
from tests.hostile.corpus import JSON_VALUES, TEXTS, bodies, in_path, over_the_limit

pytestmark = pytest.mark.hostile
T = TypeVar("T")

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
# One value in so many for each route.
SHARE = 1 if os.environ.get("RIDGEWAY_HOSTILE") == "all" else 8
# What a handler takes that nobody asks for in an address.
NOT_ASKED = {"request", "session", "actor", "vault", "sessions", "settings", "limits", "data"}
PARAMETER = re.compile(r"\{([^}:]+)(?::[^}]*)?\}")


@dataclass(frozen=True, slots=True)
class Spot:
    """One route as it can be called: by the room that answers, and with the names that it may be asked by."""

    method: str
    path: str
    room: str
    names: tuple[str, ...]

    def at(self, value: str) -> str:
        return PARAMETER.sub(lambda _: value, self.path)


def spots(app: Litestar) -> list[Spot]:
    routes = (route for route in app.routes if isinstance(route, HTTPRoute))
    found = {
        Spot(
            method,
            route.path_format,
            handler.fn.__module__.split(".")[1],
            tuple(handler.parsed_fn_signature.parameters),
        )
        for route in routes
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS"
    }
    return sorted(found, key=lambda spot: (spot.path, spot.method))


def _room(handler: BaseRouteHandler) -> str:
    return handler.fn.__module__.split(".")[1]


def shared(values: Sequence[T], turn: int) -> Sequence[T]:
    """The share of the values that the route with this number is tried with."""
    return values[turn % SHARE :: SHARE]


def field_names(room: str) -> list[str]:
    """Every name that any `XIn` of a room takes, so that hostile values land in real fields."""
    models = [model for model in _below(Given) if model.__module__.split(".")[1] == room]
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
        for turn, spot in enumerate(spot for spot in spots(app) if "{" in spot.path):
            for value in shared(list(in_path()), turn):
                assert_turned_away(await client.request(spot.method, spot.at(value)), value)


async def test_hostile_queries_are_turned_away(app: Litestar, everyone: SignedIn, browse: Client) -> None:
    async with browse(everyone) as client:
        for turn, spot in enumerate(spot for spot in spots(app) if spot.method == "GET"):
            names = sorted({*GENERIC, *spot.names})
            # A route that takes nothing but its path is tried with a few of them.
            for text in shared(TEXTS, turn) if set(spot.names) - NOT_ASKED else TEXTS[turn % 20 :: 20]:
                assert_turned_away(
                    await client.get(spot.at(str(everyone.person_id)), params=dict.fromkeys(names, text[:200])), text
                )


async def test_hostile_bodies_are_turned_away(app: Litestar, everyone: SignedIn, browse: Client) -> None:
    async with browse(everyone) as client:
        for turn, spot in enumerate(_writes(app)):
            for body in shared(list(bodies()), turn):
                headers = {"content-type": body.kind} if body.kind else {}
                answer = await client.request(
                    spot.method, spot.at(str(everyone.person_id)), content=body.content, headers=headers
                )
                assert_turned_away(answer, body.name)


async def test_hostile_values_in_every_field_are_turned_away(app: Litestar, everyone: SignedIn, browse: Client) -> None:
    assert field_names("people"), "no field was found: the test would try nothing"
    async with browse(everyone) as client:
        for turn, spot in enumerate(_writes(app)):
            # The pages above the rooms post what the rooms below take.
            names = field_names(spot.room) or field_names("posts") + field_names("people")
            address = spot.at(str(everyone.person_id))
            is_json = spot.path.startswith("/api")
            for text in shared(TEXTS, turn):
                sent: dict[str, Any] = {"json" if is_json else "data": dict.fromkeys(names, text)}
                assert_turned_away(await client.request(spot.method, address, **sent), text)
            for value in shared(JSON_VALUES, turn) if is_json else ():
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
