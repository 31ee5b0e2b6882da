"""The container files, read as far as they can be without an engine: nothing unwatched, privileged or too early."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
STAGES = re.split(r"^FROM .* AS ", DOCKERFILE, flags=re.MULTILINE)[1:]


def test_the_service_waits_for_a_healthy_database_and_for_finished_migrations() -> None:
    assert SERVICES["service"]["depends_on"] == {
        "database": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }
    assert SERVICES["migrate"]["restart"] == "no"


def test_everything_that_keeps_running_has_a_health_check() -> None:
    assert all("test" in SERVICES[name]["healthcheck"] for name in SERVICES if name != "migrate")
    assert "/readyz" in SERVICES["service"]["healthcheck"]["test"][-1]


@pytest.mark.parametrize("name", ["migrate", "service", "oidc"])
def test_our_own_containers_can_change_nothing_of_themselves(name: str) -> None:
    assert SERVICES[name]["read_only"] is True
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    stage = next(text for text in STAGES if text.startswith(SERVICES[name]["build"]["target"]))
    assert re.search(r"^USER (?!root)\w+$", stage, flags=re.MULTILINE)


def test_nothing_is_offered_beyond_this_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_services_login_is_the_one_that_row_security_binds() -> None:
    environment = SERVICES["service"]["environment"]
    assert environment["RIDGEWAY_DATABASE_URL"].startswith("postgresql://ridgeway_app:")
    assert "RIDGEWAY_ADMIN_DATABASE_URL" not in environment


def test_every_volume_and_every_copied_file_exists() -> None:
    named = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])}
    assert {name for name in named if not name.startswith(".")} == set(COMPOSE["volumes"])
    copied = [line.split()[1:-1] for line in DOCKERFILE.splitlines() if re.match(r"COPY (?!--from)", line)]
    wanted = {name for names in copied for name in names} | {name for name in named if name.startswith(".")}
    assert [name for name in sorted(wanted) if not (ROOT / name).exists()] == []
