"""Facts -> cells: how many people of each group stand in each cell. Counts only, so cells of two partitions can be
added.

A cell frame has the columns asked for in `by`, then characteristic, group and n (Int64), in a fixed order; counted over
a window it has days (Int64, of person-time) too. Every group and every non-answer of a characteristic has a row
wherever anybody stands, so that nought is a row like any other.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import reduce
from typing import Final, TypeGuard

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.coded import Coded, Ints, coded
from analytics.errors import CellsError, FactsError
from analytics.frames import CHARACTERISTICS, GROUPS, KINDS, LEVELS, NON_ANSWERS, Facts, group_order
from analytics.stretches import stretches

SCOPES: Final = ("organisation", "level", "staff_group", "kind")
MEASURED: Final = ("characteristic", "group", "n")
DAYS: Final = "days"
CHARACTERISTIC: Final = pl.Enum(CHARACTERISTICS)
_MAIN_FIRST: Final[
    Mapping[str, bool]
] = {  # column -> larger first; the last three only make ties come out the same way
    "kind": False,
    "fte": True,
    "started": False,
    "level": True,
    "staff_group": False,
    "organisation": False,
}
_LEVEL: Final = pl.Series("level", [None, *LEVELS], dtype=pl.Int8)


def count(
    facts: Facts,
    by: Sequence[str] = ("organisation", "level"),
    *,
    at: date | None = None,
    window: tuple[date, date] | None = None,
    characteristics: Sequence[str] = CHARACTERISTICS,
) -> pl.DataFrame:
    """Headcount on the day `at`, by the scope columns `by` and by each characteristic's groups; or over a window, its
    first and last day, person-time: n people who stood in the cell on any day of it, and days, the headcounts of all
    its days added up (365.25 of them are a person-year). Who was in two cells in the window is in the n of both.

    With "organisation" in `by`, a person counts once in each organisation where an assignment is open, at their main
    one there; without it, once in the whole system. The main assignment is substantive before acting up before a
    secondment, then the larger part of full time, then the longer. A grade without a system level is its own cell
    (level null). Partitions of the facts must keep each person whole. Raises CellsError for an unknown column in `by`
    or `characteristics`, for both or neither of `at` and `window`, or a window that ends before it begins; FactsError
    when a spell's person is not among the people.
    """
    if at is not None and window is None:
        return next(counts(facts, [by], at=at, characteristics=characteristics))
    if at is not None or not _is_window(window):
        raise CellsError("give either at, or a window of a first and a last day")
    return _over(facts, by, window, characteristics)


def counts(
    facts: Facts, cuts: Iterable[Sequence[str]], *, at: date, characteristics: Sequence[str] = CHARACTERISTICS
) -> Iterator[pl.DataFrame]:
    """The same for several cuts in one reading of the facts: one cell frame for each `by` in `cuts`, in turn."""
    cuts = list(cuts)
    refuse_no_facts(facts, at)
    _refuse_unknown("characteristics", characteristics, CHARACTERISTICS)
    for by in cuts:
        _refuse_unknown("by", by, SCOPES)
    codes = coded(facts)
    for by in cuts:
        rows = codes.main(at, per_organisation="organisation" in by)
        codes.refuse_strangers(rows)
        answers = {characteristic: codes.answer(characteristic, rows) for characteristic in characteristics}
        values = [_values(codes, scope) for scope in by]
        place = _numbered([codes.spells[scope][rows] for scope in by], values, len(rows))
        yield _tally(place, _crossed(values), answers)


def main_posts(facts: Facts, at: date, holder: Sequence[str] = ("person",)) -> pl.DataFrame:
    """The main open assignment on the day `at` of each person, or of each ("person", "organisation"): the same one that
    `count` counts. Columns person, organisation, kind, fte, started, level, staff_group; in no particular order."""
    codes = coded(facts)
    return codes.posts(codes.main(at, per_organisation="organisation" in holder))


def add(*cells: pl.DataFrame) -> pl.DataFrame:
    """The cells of a union from the cells of its parts. Raises CellsError unless all are cells of the same columns."""
    if any(not isinstance(one, pl.DataFrame) for one in cells):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise CellsError("cells to add must be polars DataFrames, one argument each")
    if len({tuple(one.columns) for one in cells}) != 1:
        raise CellsError("cells to add must have the same columns")
    for one in cells:
        scope_of(one)
    summed = [column for column in ("n", DAYS) if column in cells[0].columns]
    try:
        every = pl.concat(cells, how="vertical_relaxed")
    except pl.exceptions.PolarsError as error:
        raise CellsError("cells to add must hold the same kinds of values") from error
    return in_order(every.group_by(pl.exclude(summed)).agg(pl.col(summed).cast(pl.Int64).sum()))


def merge_groups(cells: pl.DataFrame, characteristic: str, into: Mapping[str, Collection[str]]) -> pl.DataFrame:
    """One characteristic's cells with groups put together: {"ethnic_minority": ("mixed", "asian", "black",
    "other")}."""
    names = {group: name for name, groups in into.items() for group in groups}
    chosen = cells.filter(pl.col("characteristic") == characteristic)
    return add(chosen.with_columns(pl.col("group").replace(names)))


def scope_of(cells: pl.DataFrame) -> list[str]:
    """The scope columns of a cell frame, level among them. Raises CellsError where it is no cell frame."""
    if not isinstance(cells, pl.DataFrame):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise CellsError(f"cells must be a polars DataFrame, not a {type(cells).__name__}")
    for column in MEASURED:
        if column not in cells.columns:
            raise CellsError(f"cells lack the column {column}")
    if not cells.schema["n"].is_integer() or cells.get_column("n").has_nulls() or (cells.get_column("n") < 0).any():
        raise CellsError("n must hold whole numbers of 0 or more")
    return [column for column in cells.columns if column not in (*MEASURED, DAYS)]


def in_order(cells: pl.DataFrame) -> pl.DataFrame:
    """Rows in the one order: scope columns (null first), then characteristic and group as `frames` lists them."""
    return cells.sort(*scope_of(cells), "characteristic", *group_order())


def _over(facts: Facts, by: Sequence[str], window: tuple[date, date], characteristics: Sequence[str]) -> pl.DataFrame:
    """Person-time: everybody's stretches, put together where they are in one cell."""
    refuse_no_facts(facts, window[0])
    _refuse_unknown("characteristics", characteristics, CHARACTERISTICS)
    _refuse_unknown("by", by, SCOPES)
    holder = ("person", "organisation") if "organisation" in by else ("person",)
    time = stretches(facts.spells, window, holder, _MAIN_FIRST)
    once = time.group_by("person", *by).agg(pl.col(DAYS).sum())
    placed = _with_answers(once, facts, [*by, DAYS], characteristics)
    values = [_distinct(placed.get_column(column)) for column in by]
    positions = [_position(placed.get_column(each.name), each) for each in values]
    place, scopes = _numbered(positions, values, placed.height), _crossed(values)
    answers = {each: placed.get_column(each).to_physical().to_numpy() for each in characteristics}
    people, days = (_tally(place, scopes, answers, each) for each in (None, placed.get_column(DAYS).to_numpy()))
    return people.with_columns(days.get_column("n").alias(DAYS))


def _is_window(window: object) -> TypeGuard[tuple[date, date]]:
    if not isinstance(window, tuple | list) or [isinstance(day, date) for day in window] != [True, True]:  # pyright: ignore[reportUnknownVariableType]
        return False
    return bool(window[0] <= window[1])


def refuse_no_facts(facts: object, *days: object) -> None:
    """Raises CellsError unless these are checked facts, and days."""
    if not isinstance(facts, Facts):
        raise CellsError(f"facts: checked Facts are needed, not {type(facts).__name__}")
    for day in days:
        if not isinstance(day, date) or isinstance(day, datetime):
            raise CellsError(f"{day!r} is not a date")


def refuse_no_window(window: object) -> None:
    """Raises CellsError unless this is a first and a last day, in that order."""
    if not _is_window(window):
        raise CellsError("window: a first and a last day are needed, and the last day is not before the first")


def _refuse_unknown(argument: str, given: Collection[str], known: Collection[str]) -> None:
    if not isinstance(given, Collection) or isinstance(given, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise CellsError(f"{argument}: {given!r} is not a list of columns")
    if argument == "characteristics" and not given:
        raise CellsError("characteristics: at least one is needed")
    for column in given:
        if column not in known:
            raise CellsError(f"{argument}: {column!r} is none of {', '.join(known)}")


def _with_answers(
    posts: pl.DataFrame, facts: Facts, scopes: Sequence[str], characteristics: Sequence[str]
) -> pl.DataFrame:
    answers = facts.people.select("person", *characteristics)
    kept = posts.lazy().select("person", *scopes)
    placed = kept.join(answers, on="person", how="left", maintain_order="left").collect(engine="streaming")
    if placed.get_column(characteristics[0]).has_nulls():
        raise FactsError("spells", "person", "someone with an open assignment is not among the people")
    return placed


def _tally(place: Ints, scopes: pl.DataFrame, answers: Mapping[str, Ints], weights: Ints | None = None) -> pl.DataFrame:
    """Each person's cell as one whole number, counted (or their `weights` added up) without a hash table."""
    blocks = [_block(place, of, each, scopes.height, weights) for of, each in answers.items()]
    groups = [(of, group) for of in answers for group in (*GROUPS[of], *NON_ANSWERS)]
    occupied = np.flatnonzero(np.bincount(place))
    n = np.hstack([block[occupied] for block in blocks]).ravel()
    scope = scopes[np.repeat(occupied, len(groups))]
    names = pl.DataFrame(groups, schema={"characteristic": CHARACTERISTIC, "group": pl.String}, orient="row")
    every = names[np.tile(np.arange(len(groups)), len(occupied))]
    return in_order(scope.hstack(every).with_columns(pl.Series("n", n, dtype=pl.Int64)))


def _block(place: Ints, characteristic: str, answers: Ints, scopes: int, weights: Ints | None) -> Ints:
    width = len(GROUPS[characteristic]) + len(NON_ANSWERS)
    counted = np.bincount(place * width + answers, weights, minlength=scopes * width).reshape(scopes, width)
    return counted.astype(np.int64, copy=False)


def _numbered(positions: Sequence[Ints], values: Sequence[pl.Series], rows: int) -> Ints:
    """A whole number for each row's scope: its row in `_crossed`."""
    place = np.zeros(rows, dtype=np.int64)
    for position, distinct in zip(positions, values, strict=True):
        place = place * len(distinct) + position
    return place


def _crossed(values: Sequence[pl.Series]) -> pl.DataFrame:
    """Every combination of the values."""
    every = reduce(
        lambda left, right: left.join(right.to_frame(), how="cross", maintain_order="left_right"),
        values,
        pl.DataFrame({"": [0]}),
    )
    return every.drop("")


def _values(codes: Coded, scope: str) -> pl.Series:
    """What the codes of a scope column mean."""
    return {
        "organisation": pl.Series(scope, codes.organisations, dtype=pl.String),
        "staff_group": pl.Series(scope, codes.staff_groups, dtype=pl.String),
        "kind": pl.Series(scope, KINDS, dtype=pl.Enum(KINDS)),
        "level": _LEVEL,
    }[scope]


def _distinct(column: pl.Series) -> pl.Series:
    if column.name == "level":
        return _LEVEL
    return column.unique().sort()


def _position(column: pl.Series, distinct: pl.Series) -> NDArray[np.int64]:
    if column.name == "level":
        return column.fill_null(0).to_numpy().astype(np.int64)
    kind = pl.Enum(distinct.cast(pl.String))
    return column.cast(pl.String).cast(kind).to_physical().to_numpy().astype(np.int64)
