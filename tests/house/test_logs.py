"""The log tells where and what kind, never what somebody typed."""

import json
import logging

import pytest
from litestar import get
from litestar.testing import create_test_client

from service.kit.logs import log_to_stderr
from service.web.failures import HANDLERS

CANARY = "canary-5f2c: wants to leave because of her manager"


@get("/api/breaks")
async def breaks() -> None:
    typed = CANARY
    raise ValueError(f"could not read {typed}")


def test_an_unexpected_failure_is_logged_without_its_values(capsys: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogger().handlers[:]
    log_to_stderr("INFO")
    try:
        with create_test_client(
            [breaks], exception_handlers=HANDLERS, raise_server_exceptions=False, logging_config=None
        ) as client:
            answer = client.get("/api/breaks")
    finally:
        logging.getLogger().handlers = before
    said = capsys.readouterr().err
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert CANARY not in said + answer.text
    [line] = [json.loads(line) for line in said.splitlines() if "unexpected failure" in line]
    assert line["exception"][0]["exc_value"] == "ValueError"
    assert "locals" not in json.dumps(line["exception"])
