"""The vault of the running service, as handlers are given it: `vault: NamedDependency[Vault]`."""

from functools import cache
from pathlib import Path
from typing import Any

from litestar import Request

from service.kit.vault import Vault
from service.settings import Settings


async def the_vault(request: Request[Any, Any, Any]) -> Vault:
    settings: Settings = request.app.state.settings
    return _vault_at(settings.notes_keys)


@cache
def _vault_at(path: Path) -> Vault:
    return Vault(path)
