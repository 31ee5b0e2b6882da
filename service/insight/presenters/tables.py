"""A part's rows as tables: short ones stand open; long ones are folded, the rows with most people before them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, NamedTuple

from service.insight.presenters.representation import WITHHELD
from service.insight.rules import Measure
from service.insight.shapes import Column, Kind, Sheet
from service.insight.words.aspirations import ANYWHERE
from service.insight.words.flags import ratio_words
from service.web.presenters import count_of, number, percent

Row = Mapping[str, Any]
MOST_OPEN: Final = 15
NOTHING: Final = "–"


class Cell(NamedTuple):
    """A page may hold thousands."""

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
    """How a long part is told: which rows come first, in which columns, if any, what the rest is grouped by, and which
    group stands open."""

    caption: str
    columns: Sequence[str]
    one: str
    short_of: bool = False
    by: str = ""
    open: str = ""


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
    "crossed": Folding("", (), "group", by="cut_name"),
    "rates": Folding("", (), "group", by="kind", open="Everybody"),
    "people": Folding("", (), "group", by="kind"),
    "cover": Folding("", (), "line", by="level_name"),
    "stages": Folding("", (), "line", by="kind"),
    "conversion": Folding("", (), "line", by="kind"),
    "flows": Folding(
        "The largest that can be shown", ("origin_name", "destination_name", "people", "net"), "flow", by="kind_name"
    ),
}


def first_table(sheet: Sheet) -> Table | None:
    """The rows that most people are behind, if the part is too long to stand open; at most 15."""
    folding = FOLDINGS.get(sheet.part)
    if folding is None or not folding.columns or len(sheet.rows) <= MOST_OPEN:
        return None
    rows = [row for row in sheet.rows if not folding.short_of or _is_short_of(row)]
    columns = [column for name in folding.columns for column in sheet.columns if column.name == name]
    people = next(column.name for column in columns if column.kind is Kind.PEOPLE)
    top = sorted(rows, key=lambda row: -row[people])[:MOST_OPEN]
    return _table(folding.caption, columns, [_brief(row) for row in top]) if top else None


_PAPER_STAGES: Final = frozenset({"below", "pipeline", "ready_now", "took_up", "senior"})
# On paper: which columns of a long part, and which of its rows; the rest is in the report.
PAPER: Final[Mapping[str, tuple[Sequence[str], Callable[[Row], bool]]]] = {
    "raised": (("organisation_name", "name", "observed", "expected", "o_e", "low", "state_name"), lambda _: True),
    "organisations": (("name", "leaver_rate", "low", "exit_rate", "stability", "retained_share"), lambda _: True),
    "stack": (
        ("name", "months", "stayed", "moved", "left", "left_low", "retired", "other"),
        lambda row: row["slice"] == "all",
    ),
    "rates": (
        ("name", "leaver_rate", "low", "system_rate", "exit_rate", "stability", "median_years"),
        lambda row: row["kind"] in {"Everybody", "Level", "Staff group"},
    ),
    "cover": (
        ("name", "ready_now", "ready_soon", "expected_vacancies", "cover_now", "cover_soon"),
        lambda row: row["level"] == "7-9",
    ),
    "stages": (
        ("name", "stage_name", "n", "share", "low", "declared"),
        lambda row: row["share"] is not None and row["stage"] in _PAPER_STAGES,
    ),
    "support": (
        ("name", "began", "supported_share", "supported_low", "earlier", "in_role_share", "answer_rate", "feel_share"),
        lambda _: True,
    ),
    "conversion": (
        ("stage_name", "days", "cases", "progressed", "low", "turned_down", "withdrew", "open", "median_days"),
        lambda row: row["focus"] == "all" and row["progressed"] is not None,
    ),
    "supply": (("name", "scenario_name", "years", "people", "low"), lambda row: row["years"] in {0, 8}),
}


def paper_table(sheet: Sheet) -> Table | None:
    """What paper holds of a part of the report on who stays, where it does not hold all."""
    if sheet.measure not in {Measure.RETENTION, Measure.PIPELINES} or sheet.part not in PAPER:
        return None
    names, chosen = PAPER[sheet.part]
    columns = [column for name in names for column in sheet.columns if column.name == name]
    rows = [row for row in sheet.rows if chosen(row)]
    return _table(sheet.shape.heading, _telling(columns, rows), rows) if rows else None


def all_tables(sheet: Sheet) -> list[Table]:
    """Every row of the part: as one table, or one for each kind of work. What a picture shows already is folded."""
    shape = sheet.shape
    columns = _telling([column for column in sheet.columns if column.kind is not Kind.CODE], sheet.rows)
    if not sheet.rows:
        return []
    folding = FOLDINGS.get(sheet.part)
    if folding is None or len(sheet.rows) <= MOST_OPEN:
        long = sheet.part == "follow_up" or sheet.measure in {Measure.RETENTION, Measure.PIPELINES}
        told = bool(sheet.charts) or (long and len(sheet.rows) > 2)
        summary = _none_of(sheet, sheet.rows) or ("Show these figures as a table" if told else "")
        return [_table(shape.heading, columns, sheet.rows, summary)]
    if not folding.by:
        return [_table(shape.heading, columns, sheet.rows, f"Show all {count_of(len(sheet.rows), folding.one)}")]
    rest = [column for column in columns if column.name != folding.by]
    groups = groupby(sheet.rows, key=lambda row: row[folding.by])
    return [_group(sheet, name, rest, list(rows)) for name, rows in groups]


def little(sheets: Sequence[Sheet], where: str, floor: int) -> str:
    """How much of a report can be shown, in a sentence, where that is less than half of its lines."""
    lines = [_has_figure(sheet, row) for sheet in sheets for row in sheet.rows if _is_told(sheet, row)]
    shown = sum(lines)
    if 2 * shown >= len(lines):
        return ""
    return (
        f"Few of these figures can be shown for {where}: {number(shown)} of {count_of(len(lines), 'line')}. The others"
        f" are about fewer than {floor} people, or would give such a figure away."
    )


def _has_figure(sheet: Sheet, row: Row) -> bool:
    """Whether a row has a figure of its own, and not only one that it stands beside."""
    figures = (one.name for one in sheet.shape.columns if one.kind in _FIGURES and one.name not in _OTHERS)
    return any(row.get(name) is not None for name in figures)


def _is_told(sheet: Sheet, row: Row) -> bool:
    """Whether there is a figure, shown or withheld: of what nobody supplied there is none."""
    return row.get("reason") is not None or _has_figure(sheet, row)


def _none_of(sheet: Sheet, rows: Sequence[Row]) -> str:
    """What a table is folded behind of which nothing can be shown."""
    if any(_has_figure(sheet, row) for row in rows):
        return ""
    why = "all withheld" if any(row.get("reason") for row in rows) else "nothing to show yet"
    return f"{count_of(len(rows), 'line')}, {why}"


def _group(sheet: Sheet, name: str, columns: Sequence[Column], rows: Sequence[Row]) -> Table:
    folding = FOLDINGS[sheet.part]
    nothing = sum(row.get("supply_code") == "none" for row in rows)
    without = f", {nothing} without such a post" if nothing else ""
    summary = f"{name}: {count_of(len(rows), folding.one)}{without}"
    gone = _none_of(sheet, rows)
    return _table(name, columns, rows, "" if name == folding.open and not gone else f"{summary}{gone and ', withheld'}")


def _is_short_of(row: Row) -> bool:
    """Whether nobody has held such a post. "Anywhere" is told among the kinds; by place, only organisations are."""
    return row["supply_code"] == "none" and row.get("place") != ANYWHERE


def _table(caption: str, columns: Sequence[Column], rows: Sequence[Row], summary: str = "") -> Table:
    kinds = [(column, column.kind is not Kind.TEXT) for column in columns]
    heads = [Cell(column.label, is_number) for column, is_number in kinds]
    lines = [[Cell(_text(row, column), is_number) for column, is_number in kinds] for row in rows]
    return Table(caption, heads, lines, summary)


def _telling(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    """Of a column in which no row has anything, nothing is withheld and nothing is told: there is none."""
    return [column for column in columns if any(_text(row, column) != NOTHING for row in rows)]


def _brief(row: Row) -> Row:
    """ "Level 8" for "Level 8, senior manager or system leader": one line for each row."""
    return {**row, "target_name": row["target_name"].partition(",")[0]} if "target_name" in row else row


_FIGURES: Final = frozenset({Kind.PEOPLE, Kind.SHARE, Kind.RATIO, Kind.DAYS, Kind.YEARS})
_OTHERS: Final = frozenset({"system_rate", "whole_share", "rest_share"})
_SHOWN: Final = {Kind.SHARE: percent, Kind.RATIO: ratio_words}


def _text(row: Row, column: Column) -> str:
    value = row.get(column.name)
    if column.kind is Kind.TEXT:
        return value or ""
    if value is None or (column.high and row.get(column.high) is None):
        return column.absence(row, WITHHELD)
    shown = _SHOWN.get(column.kind, number)
    return f"{shown(value)} to {shown(row[column.high])}" if column.high else shown(value)
