"""What every answer carries, and what a write must come with."""

import pytest

from tests.builders import Builder
from tests.conftest import Client


@pytest.mark.parametrize("path", ["/api/session", "/account", "/api/nowhere", "/sign-in", "/livez"])
async def test_nothing_that_is_somebodys_is_kept_by_a_browser(make: Builder, browse: Client, path: str) -> None:
    async with browse(await make.leader()) as client:
        answer = await client.get(path)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_our_own_files_may_be_kept(browse: Client) -> None:
    async with browse() as client:
        answer = await client.get("/static/ridgeway.css")
    assert answer.status_code == 200
    assert "no-store" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://127.0.0.1:8000"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({}, True),
    ],
)
async def test_a_write_must_come_from_our_own_pages(
    make: Builder, browse: Client, headers: dict[str, str], passes: bool
) -> None:
    async with browse(await make.leader()) as client:
        answer = await client.post("/sign-out", headers=headers)
    assert (answer.status_code == 303) is passes
