"""Access in words: devices, roles and sessions as their owner knows them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.access.grants import GRANTS, ROLE_NAMES, Reach, Role
from service.access.queries import Found
from service.access.rules import GIVEN_ROLES, REASONS

Item = dict[str, Any]

# The order matters: Edge and Opera also say Chrome, and Chrome also says Safari.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)

WHAT_ROLES_DO = {
    Role.STAFF: "See what is recorded about you, and answer equality questions",
    Role.FACILITATOR: "Find people and log career conversations",
    Role.HR_PARTNER: "See and correct people and posts, import and export, log career conversations",
    Role.SYSTEM_LEADER: "Read released reports",
    Role.ADMINISTRATOR: "Look after organisations, grades and access",
    Role.AUDITOR: "Read the audit trail",
}


def device_name(user_agent: str) -> str:
    """ "Firefox on Windows"; where the browser does not say, the first word of what it does say."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or re.split(r"[/ ]", user_agent)[0][:40]


@dataclass(frozen=True, slots=True)
class SessionRow:
    key: str
    device: str
    started_at: datetime
    seen_at: datetime
    this_one: bool


def session_rows(found: Iterable[Found], this_key: str) -> list[SessionRow]:
    return [
        SessionRow(row.id, device_name(row.device), row.started_at, row.seen_at, row.id == this_key) for row in found
    ]


@dataclass(frozen=True, slots=True)
class RoleRow:
    role: str
    where: str
    does: str
    id: UUID | None = None
    since: datetime | None = None
    by: str = ""


def role_rows(grants: Iterable[Found], *, is_person: bool) -> list[RoleRow]:
    """What an account may do and where, in words. Staff comes with being a person of the system."""
    own = [RoleRow(ROLE_NAMES[Role.STAFF], "What is about you", WHAT_ROLES_DO[Role.STAFF])] if is_person else []
    return own + [
        RoleRow(
            ROLE_NAMES[row.role],
            row.organisation or "The whole system",
            WHAT_ROLES_DO[row.role],
            row.id,
            row.granted_at,
            row.granted_by,
        )
        for row in grants
    ]


@dataclass(frozen=True, slots=True)
class AccountRow:
    id: UUID
    name: str
    email: str
    roles: str
    state: str


def account_rows(accounts: Iterable[Found], grants: Sequence[Found]) -> list[AccountRow]:
    return [AccountRow(row.id, row.name, row.email, _roles(row.id, grants), state_of(row)) for row in accounts]


def state_of(account: Found) -> str:
    if account.closed_at:
        return "Closed"
    return "Open" if account.signed_in_before else "Not signed in yet"


def role_items(chosen: str) -> list[Item]:
    """For the radios that give a role: each with what it lets somebody do, and whether it needs an organisation."""
    return [
        {
            "value": role.value,
            "text": ROLE_NAMES[role],
            "hint": {"text": f"{WHAT_ROLES_DO[role]}. {_reach(role)}"},
            "checked": role.value == chosen,
        }
        for role in GIVEN_ROLES
    ]


def reason_items(chosen: str) -> list[Item]:
    items = [
        {"value": reason.value, "text": words, "selected": reason.value == chosen} for reason, words in REASONS.items()
    ]
    return [{"value": "", "text": "Choose a reason", "selected": not chosen}, *items]


def place_items(names: Mapping[UUID, str], chosen: str) -> list[Item]:
    items = [{"value": str(key), "text": name, "selected": str(key) == chosen} for key, name in names.items()]
    return [{"value": "", "text": "The whole system", "selected": not chosen}, *items]


def _reach(role: Role) -> str:
    return "In one organisation." if GRANTS[role][0] is Reach.ORGANISATION else "In the whole system."


def _roles(account_id: UUID, grants: Sequence[Found]) -> str:
    held = [row for row in grants if row.account_id == account_id]
    named = [
        f"{ROLE_NAMES[row.role]}, {row.organisation}" if row.organisation else ROLE_NAMES[row.role] for row in held
    ]
    return "; ".join(named) or "None"
