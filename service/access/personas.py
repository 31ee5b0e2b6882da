"""The made-up people that the demo lets you sign in as: written when it is filled, read only on a loopback address."""

import json
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Request

from service.kit.errors import NotFound
from service.settings import LOOPBACK, Settings

FILE = "personas.json"


@dataclass(frozen=True, slots=True)
class Persona:
    account_id: str
    name: str
    title: str
    can: str


def write(folder: Path, personas: list[Persona]) -> None:
    (folder / FILE).write_text(json.dumps([asdict(persona) for persona in personas], indent=1, ensure_ascii=False))


def read(folder: Path) -> list[Persona]:
    file = folder / FILE
    return [Persona(**row) for row in json.loads(file.read_text())] if file.exists() else []


def offered(request: Request[Any, Any, Any]) -> list[Persona]:
    """The personas, or none: outside the demo, or when the service or the caller is not on a loopback address."""
    settings: Settings = request.app.state.settings
    if not (settings.demo and settings.host in LOOPBACK and _is_here(request)):
        return []
    return read(settings.folder)


def chosen(request: Request[Any, Any, Any], account_id: UUID) -> Persona:
    found = next((persona for persona in offered(request) if persona.account_id == str(account_id)), None)
    if found is None:
        raise NotFound
    return found


def _is_here(request: Request[Any, Any, Any]) -> bool:
    client = request.client.host if request.client else ""
    try:
        return ip_address(client).is_loopback and (request.url.hostname or "") in LOOPBACK
    except ValueError:
        return False
