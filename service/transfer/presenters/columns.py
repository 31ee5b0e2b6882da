"""Which column of a file holds what, and what its codes mean."""

from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

import polars as pl

from service.transfer.checking import sources_of
from service.transfer.columns import CODED, COLUMNS_OF, YES, Column, Columns, Part
from service.transfer.presenters.words import PARTS, WORDS, KindWords
from service.transfer.schemas import ImportOut, Mapping
from service.web.forms import Form
from service.web.presenters import count_of

MOST_CODES = 60


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """One of our fields, and which of the file's columns may hold it."""

    field: str
    name: str
    help: str
    needed: str
    chosen: str


@dataclass(frozen=True, slots=True)
class ColumnsPage:
    found: ImportOut
    form: Form
    parts: list[tuple[str, list[FieldChoice]]]
    samples: Map[str, str]
    saved: list[str]
    dates: list[dict[str, Any]]
    for_all: str

    @property
    def words(self) -> KindWords:
        return WORDS[self.found.kind]


def columns_page(
    found: ImportOut, mapping: Mapping | None, texts: pl.DataFrame, form: Form, saved: list[str]
) -> ColumnsPage:
    columns = COLUMNS_OF[found.kind]
    samples = {header: _samples(texts[f"c{number}"]) for number, header in enumerate(found.headers)}
    given = {name: form.value(name) for name in columns.fields}
    chosen = given if form.values else sources_of(columns, found.headers, mapping)
    order = form.value("date_order") or (mapping.date_order if mapping else "day_first")
    for_all = form.value("for_all") or (mapping.constants.get(columns.for_all, "") if mapping else "")
    return ColumnsPage(found, form, _parts(columns, chosen), samples, saved, _dates(order), for_all)


def _parts(columns: Columns, chosen: Map[str, str]) -> list[tuple[str, list[FieldChoice]]]:
    parts: dict[Part, list[FieldChoice]] = {part: [] for part in Part}
    for column in columns:
        parts[column.part].append(_choice(column, chosen.get(column.field, "")))
    return [(PARTS[part], choices) for part, choices in parts.items() if choices]


def _choice(column: Column, chosen: str) -> FieldChoice:
    needed = {"": "", YES: "(needed)"}.get(column.needed, "(this or the other is needed)")
    return FieldChoice(column.field, column.name, column.help, needed, chosen)


def _dates(order: str) -> list[dict[str, Any]]:
    return [
        {"value": "day_first", "text": "Day first: 27/03/2026 (or 2026-03-27)", "checked": order != "month_first"},
        {"value": "month_first", "text": "Month first: 03/27/2026", "checked": order == "month_first"},
    ]


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


def unknown_codes(
    problems: pl.DataFrame, found: ImportOut, mapping: Mapping | None, words: Map[str, Map[str, str]]
) -> list[UnknownCode]:
    """The values of coded columns that the file uses and we do not know, most frequent first. `words`: field -> code ->
    what to call it."""
    columns = COLUMNS_OF[found.kind]
    sources = sources_of(columns, found.headers, mapping).items()
    fields = {header: field for field, header in sources if columns[field].kind in CODED}
    asked = problems.filter((pl.col("kind") == "unknown_code") & pl.col("column").is_in(list(fields)))
    rows = asked.group_by("column", "value").len().sort("len", "value", descending=[True, False]).head(MOST_CODES)
    return [
        UnknownCode(n, fields[column], column, value, count_of(times, "row"), _codes(words[fields[column]]))
        for n, (column, value, times) in enumerate(rows.rows())
    ]


def _codes(words: Map[str, str]) -> list[dict[str, str]]:
    empty = {"value": "", "text": "Leave these rows out"}
    return [empty, *({"value": code, "text": label} for code, label in words.items())]
