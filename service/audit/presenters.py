"""The trail in words: what was done, to what, with the facts that were kept about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.audit.queries import Entry


@dataclass(frozen=True, slots=True)
class EntryRow:
    at: datetime
    actor: str
    action: str
    about: list[str]
    facts: str


def entry_row(entry: Entry, names: Mapping[UUID, str]) -> EntryRow:
    about = [
        names.get(entry.organisation_id, "") if entry.organisation_id else "",
        f"person {reference(entry.subject_person_id)}" if entry.subject_person_id else "",
        f"record {reference(entry.entity_id)}" if entry.entity_id else "",
    ]
    return EntryRow(
        entry.at, entry.actor, action_name(entry.action), [part for part in about if part], _facts(entry.detail)
    )


def action_name(action: str) -> str:
    """access.signed_in -> Access: signed in"""
    room, _, verb = action.partition(".")
    return f"{room.capitalize()}: {verb.replace('_', ' ')}" if verb else room.capitalize()


def reference(key: object) -> str:
    """The last part of an identifier: enough to tell two entries about the same thing from two about different ones."""
    return str(key)[-8:]


def action_items(actions: list[str], chosen: str) -> list[dict[str, Any]]:
    items = [{"value": action, "text": action_name(action), "selected": action == chosen} for action in actions]
    return [{"value": "", "text": "Everything", "selected": not chosen}, *items]


def _facts(detail: Mapping[str, Any]) -> str:
    return "; ".join(f"{name.replace('_', ' ')}: {_plain(value)}" for name, value in detail.items())


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "none" if value is None else str(value).replace("_", " ")
