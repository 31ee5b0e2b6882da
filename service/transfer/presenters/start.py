"""Where a file is given, and what was imported before."""

from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.transfer.presenters.words import WORDS
from service.transfer.rules import FileKind, State
from service.transfer.schemas import ImportOut
from service.web.forms import Form
from service.web.presenters import count_of, moment

TAGS: Map[State, tuple[str, str]] = {
    State.UPLOADED: ("Not checked yet", "yellow"),
    State.CHECKED: ("Ready to import", "blue"),
    State.APPLIED: ("Imported", "green"),
    State.UNDONE: ("Undone", "grey"),
    State.DISCARDED: ("Discarded", "grey"),
}


@dataclass(frozen=True, slots=True)
class PastImport:
    id: UUID
    file_name: str
    organisation: str
    when: str
    by: str
    tag: str
    colour: str
    what: str


@dataclass(frozen=True, slots=True)
class StartPage:
    form: Form
    organisations: Map[UUID, str]
    imports: list[PastImport]
    megabytes: int
    next_cursor: str | None = None

    def choices(self) -> list[dict[str, Any]]:
        chosen = self.form.value("organisation_id")
        empty = [{"value": "", "text": "Choose an organisation"}]
        return empty + [
            {"value": str(key), "text": name, "selected": str(key) == chosen}
            for key, name in self.organisations.items()
        ]

    @property
    def kinds(self) -> list[dict[str, Any]]:
        chosen = self.form.value("kind") or FileKind.WORKFORCE
        return [
            {"value": kind, "text": words.name, "hint": {"text": words.hint}, "checked": kind == chosen}
            for kind, words in WORDS.items()
        ]

    @property
    def templates(self) -> list[tuple[str, str]]:
        return [(f"/imports/template.csv?kind={kind}", words.template) for kind, words in WORDS.items()]


def past(found: ImportOut, organisations: Map[UUID, str]) -> PastImport:
    first, (tag, colour) = found.history[0], TAGS[found.state]
    rows = f", {count_of(found.summary.rows, 'row')}" if found.summary else ""
    return PastImport(
        id=found.id,
        file_name=found.file_name,
        organisation=organisations.get(found.organisation_id, ""),
        when=moment(first.at),
        by=first.by,
        tag=tag,
        colour=colour,
        what=f"{WORDS[found.kind].name}{rows}",
    )
