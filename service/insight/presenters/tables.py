"""A part's rows as tables: short ones stand open; long ones are folded, the rows with most people before them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from service.insight.presenters.representation import WITHHELD
from service.insight.shapes import Column, Kind, Sheet
from service.insight.words.aspirations import ANYWHERE
from service.insight.words.flags import ratio_words
from service.web.presenters import count_of, number, percent

Row = Mapping[str, Any]
MOST_OPEN: Final = 15


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One table; the first cell of each line is its heading. With a `summary` it is folded away behind these words."""

    caption: str
    heads: Sequence[Cell]
    lines: Sequence[Sequence[Cell]]
    summary: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Folding:
    """How a long part is told: which rows come first, in which columns, and what the rest is grouped by."""

    caption: str
    columns: Sequence[str]
    one: str
    short_of: bool = False
    by: str = ""


FOLDINGS: Final[Mapping[str, Folding]] = {
    "routes": Folding("The routes that most people took", ("from_name", "to_name", "people"), "route"),
    "kinds": Folding(
        "Most wanted, without such a post in the last year",
        ("family_name", "target_name", "wanted", "nearest"),
        "kind",
        short_of=True,
        by="family_name",
    ),
    "places": Folding(
        "Most wanted at one organisation, without such a post there in the last year",
        ("family_name", "target_name", "place_name", "wanted", "nearest"),
        "kind",
        short_of=True,
        by="family_name",
    ),
}


def first_table(sheet: Sheet) -> Table | None:
    """The rows that most people are behind, if the part is too long to stand open; at most 15."""
    folding = FOLDINGS.get(sheet.part)
    if folding is None or len(sheet.rows) <= MOST_OPEN:
        return None
    rows = [row for row in sheet.rows if not folding.short_of or _is_short_of(row)]
    columns = [column for name in folding.columns for column in sheet.shape.columns if column.name == name]
    people = next(column.name for column in columns if column.kind is Kind.PEOPLE)
    top = sorted(rows, key=lambda row: -row[people])[:MOST_OPEN]
    return _table(folding.caption, columns, [_brief(row) for row in top]) if top else None


def all_tables(sheet: Sheet) -> list[Table]:
    """Every row of the part: as one table, or one for each kind of work. What a picture shows already is folded."""
    shape = sheet.shape
    columns = [column for column in shape.columns if column.kind is not Kind.CODE]
    if not sheet.rows:
        return []
    folding = FOLDINGS.get(sheet.part)
    if folding is None or len(sheet.rows) <= MOST_OPEN:
        told = bool(sheet.charts) or (sheet.part == "follow_up" and len(sheet.rows) > 2)
        return [_table(shape.heading, columns, sheet.rows, "Show these figures as a table" if told else "")]
    if not folding.by:
        return [_table(shape.heading, columns, sheet.rows, f"Show all {count_of(len(sheet.rows), folding.one)}")]
    rest = [column for column in columns if column.name != folding.by]
    groups = groupby(sheet.rows, key=lambda row: row[folding.by])
    return [_group(name, rest, list(rows), folding.one) for name, rows in groups]


def _group(name: str, columns: Sequence[Column], rows: Sequence[Row], one: str) -> Table:
    nothing = sum(row["supply_code"] == "none" for row in rows)
    without = f", {nothing} without such a post" if nothing else ""
    return _table(name, columns, rows, f"{name}: {count_of(len(rows), one)}{without}")


def _is_short_of(row: Row) -> bool:
    """Whether nobody has held such a post. "Anywhere" is told among the kinds; by place, only organisations are."""
    return row["supply_code"] == "none" and row.get("place") != ANYWHERE


def _table(caption: str, columns: Sequence[Column], rows: Sequence[Row], summary: str = "") -> Table:
    return Table(
        caption,
        [Cell(column.label, column.kind is not Kind.TEXT) for column in columns],
        [[Cell(_text(row, column), column.kind is not Kind.TEXT) for column in columns] for row in rows],
        summary,
    )


def _brief(row: Row) -> Row:
    """ "Level 8" for "Level 8, senior manager or system leader": one line for each row."""
    return {**row, "target_name": row["target_name"].partition(",")[0]} if "target_name" in row else row


def _text(row: Row, column: Column) -> str:
    value = row.get(column.name)
    if column.kind is Kind.TEXT:
        return value or ""
    if value is None or (column.high and row.get(column.high) is None):
        return column.rare if column.rare and row.get("reason") is None else WITHHELD
    shown = {Kind.SHARE: percent, Kind.RATIO: ratio_words}.get(column.kind, number)
    return f"{shown(value)} to {shown(row[column.high])}" if column.high else shown(value)
