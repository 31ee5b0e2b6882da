"""The commands, as an operator types them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from service.cli.app import app as commands
from service.settings import Settings

Run = Callable[..., Coroutine[Any, Any, Result]]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("RIDGEWAY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("RIDGEWAY_FOLDER", str(settings.folder))
    monkeypatch.setattr("service.cli.transfer.telling.console", Console(width=200))

    async def typed(*words: object) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, commands, [str(word) for word in words])

    return typed
