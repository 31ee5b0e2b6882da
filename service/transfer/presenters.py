"""What the pages of this room show: words and lists, ready for a template."""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import polars as pl

from service.kit.clock import now
from service.transfer.checking import sources_of
from service.transfer.codes import words_of
from service.transfer.columns import COLUMNS, FIELDS, Kind, Part
from service.transfer.rules import State
from service.transfer.schemas import ImportOut, Mapping
from service.transfer.sheets import ROW
from service.web.forms import Form
from service.web.presenters import count_of, moment

SHOWN = 20
MOST_CODES = 60
TAGS: Map[State, tuple[str, str]] = {
    State.UPLOADED: ("Not checked yet", "yellow"),
    State.CHECKED: ("Ready to import", "blue"),
    State.APPLIED: ("Imported", "green"),
    State.UNDONE: ("Undone", "grey"),
    State.DISCARDED: ("Discarded", "grey"),
}
PARTS: Map[Part, str] = {Part.PERSON: "The person", Part.POST: "The post", Part.EQUALITY: "Equality monitoring"}

# What the template's own name does not say to somebody who has never seen it.
NAMES: Map[str, str] = {
    "organisation_code": "Organisation code",
    "left": "Last day with the organisation",
    "kind": "Kind of assignment",
    "fte": "Full-time equivalent",
    "started": "First day in the post",
    "ended": "Last day in the post",
    "person_id": "Our identifier of the person",
    "assignment_id": "Our identifier of the post",
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
    rows: str


@dataclass(frozen=True, slots=True)
class StartPage:
    """Where a file is given, and what was imported before."""

    form: Form
    organisations: Map[UUID, str]
    imports: list[PastImport]
    megabytes: int
    next_cursor: str | None = None

    def choices(self) -> list[dict[str, str]]:
        chosen = self.form.value("organisation_id")
        empty = [{"value": "", "text": "Choose an organisation"}]
        return empty + [
            {"value": str(key), "text": name, "selected": str(key) == chosen}
            for key, name in self.organisations.items()
        ]  # pyright: ignore[reportReturnType]


def past(found: ImportOut, organisations: Map[UUID, str]) -> PastImport:
    first, (tag, colour) = found.history[0], TAGS[found.state]
    rows = count_of(found.summary.rows, "row") if found.summary else ""
    return PastImport(
        found.id,
        found.file_name,
        organisations.get(found.organisation_id, ""),
        moment(first.at),
        first.by,
        tag,
        colour,
        rows,
    )


@dataclass(frozen=True, slots=True)
class Group:
    """Problems of one kind in one column, told once."""

    column: str
    count: str
    fix: str
    first_row: int
    value: str


@dataclass(frozen=True, slots=True)
class ImportPage:
    """One import, wherever it stands."""

    found: ImportOut
    organisation: str
    groups: list[Group] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    unknown_codes: int = 0
    left: list[tuple[UUID, str]] = field(default_factory=list)
    problem: str = ""

    @property
    def title(self) -> str:
        return {
            State.UPLOADED: "Checking your file",
            State.CHECKED: "Check before you import",
            State.APPLIED: "Your file has been imported",
            State.UNDONE: "The import has been undone",
            State.DISCARDED: "The file has been discarded",
        }[self.found.state]

    @property
    def good(self) -> int:
        """Rows that would change something."""
        return self.found.summary.new + self.found.summary.changed if self.found.summary else 0

    @property
    def importable(self) -> bool:
        return bool(self.good or (self.found.summary and self.found.summary.equality))

    @property
    def confirm(self) -> str:
        summary = self.found.summary
        if not summary:
            return ""
        what = f"Import {count_of(self.good, 'row')}" if self.good else "Record the equality answers"
        return f"{what} and leave out {count_of(summary.problems, 'problem row')}" if summary.problems else what

    @property
    def undo_until(self) -> str:
        return moment(self.found.undo_until) if self.found.undo_until and self.found.undo_until > now() else ""

    @property
    def waiting_long(self) -> bool:
        return (now() - self.found.history[0].at).total_seconds() > 60

    @property
    def equality_words(self) -> str:
        return (
            "Equality answers in the file will be recorded. They cannot be compared with what is held: nobody at an"
            " employer can read those."
        )


def groups_of(problems: pl.DataFrame) -> list[Group]:
    """The most frequent first; the fix of the first row stands for its kind."""
    if problems.is_empty():
        return []
    grouped = problems.group_by("column", "kind").agg(
        pl.len(),
        pl.col("fix").first(),
        pl.col(ROW).min(),
        pl.col("value").first(),
        one_fix=pl.col("fix").n_unique() == 1,
    )
    rows = grouped.sort("len", ROW, descending=[True, False]).head(30).to_dicts()
    return [
        Group(row["column"] or "The row", count_of(row["len"], "row"), row["fix"], row[ROW], row["value"])
        for row in rows
    ]


def shown_problems(problems: pl.DataFrame) -> list[dict[str, Any]]:
    return problems.head(SHOWN).to_dicts()


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """One of our fields, and which of the file's columns may hold it."""

    field: str
    name: str
    help: str
    needed: bool
    chosen: str


@dataclass(frozen=True, slots=True)
class ColumnsPage:
    """Which column of the file holds what."""

    found: ImportOut
    form: Form
    parts: list[tuple[str, list[FieldChoice]]]
    samples: Map[str, str]
    saved: list[str]
    dates: list[dict[str, Any]]
    scheme: str


def columns_page(
    found: ImportOut, mapping: Mapping | None, texts: pl.DataFrame, form: Form, saved: list[str]
) -> ColumnsPage:
    samples = {header: _samples(texts[f"c{number}"]) for number, header in enumerate(found.headers)}
    chosen = {field: form.value(field) for field in FIELDS} if form.values else sources_of(found.headers, mapping)
    choices = {column.field: _choice(column.field, chosen.get(column.field, "")) for column in COLUMNS}
    parts = [(PARTS[part], [choices[c.field] for c in COLUMNS if c.part is part]) for part in Part]
    order = form.value("date_order") or (mapping.date_order if mapping else "day_first")
    dates = [
        {"value": "day_first", "text": "Day first: 27/03/2026 (or 2026-03-27)", "checked": order != "month_first"},
        {"value": "month_first", "text": "Month first: 03/27/2026", "checked": order == "month_first"},
    ]
    scheme = form.value("grade_scheme_for_all") or (mapping.constants.get("grade_scheme", "") if mapping else "")
    return ColumnsPage(found, form, parts, samples, saved, dates, scheme)


def _choice(name: str, chosen: str) -> FieldChoice:
    column = FIELDS[name]
    return FieldChoice(
        name, NAMES.get(name, column.header.replace("_", " ").capitalize()), column.help, column.needed, chosen
    )


def _samples(texts: pl.Series) -> str:
    """The first few different values of a column, as an example."""
    few = texts.head(500).unique(maintain_order=True).str.strip_chars()
    return ", ".join(text[:24] for text in few.filter(few != "").head(2).to_list())


@dataclass(frozen=True, slots=True)
class UnknownCode:
    number: int
    field: str
    column: str
    value: str
    rows: str
    items: list[dict[str, str]]


def unknown_codes(problems: pl.DataFrame, found: ImportOut, mapping: Mapping | None) -> list[UnknownCode]:
    """The values of coded columns that the file uses and we do not know, most frequent first."""
    fields = {
        header: field
        for field, header in sources_of(found.headers, mapping).items()
        if FIELDS[field].kind is Kind.CHOICE
    }
    asked = problems.filter((pl.col("kind") == "unknown_code") & pl.col("column").is_in(list(fields)))
    rows = asked.group_by("column", "value").len().sort("len", "value", descending=[True, False]).head(MOST_CODES)
    return [
        UnknownCode(n, fields[column], column, value, count_of(times, "row"), _codes(fields[column]))
        for n, (column, value, times) in enumerate(rows.rows())
    ]


def _codes(name: str) -> list[dict[str, str]]:
    return [
        {"value": "", "text": "Leave these rows out"},
        *({"value": code, "text": words} for code, words in words_of(name).items()),
    ]
