"""Facts -> cells: how many people of each group stand in each cell. Counts only, so cells of two partitions can be
added.

A cell frame has the columns asked for in `by`, then characteristic, group and n (Int64), in a fixed order; counted over
a window it has days (Int64, of person-time) too. Every group and every non-answer of a characteristic has a row
wherever anybody stands, so that nought is a row like any other.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.errors import CellsError, FactsError
from analytics.frames import CHARACTERISTICS, GROUPS, LEVELS, NON_ANSWERS, Facts, group_order
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
    if window is None or at is not None or window[1] < window[0]:
        raise CellsError("give either at, or a window of a first and a last day")
    return _over(facts, by, window, characteristics)


def counts(
    facts: Facts, cuts: Iterable[Sequence[str]], *, at: date, characteristics: Sequence[str] = CHARACTERISTICS
) -> Iterator[pl.DataFrame]:
    """The same for several cuts in one reading of the facts: one cell frame for each `by` in `cuts`, in turn."""
    cuts = list(cuts)
    _refuse_unknown("characteristics", characteristics, CHARACTERISTICS)
    _refuse_unknown("by", [column for by in cuts for column in by], SCOPES)
    scopes = [scope for scope in SCOPES if any(scope in by for by in cuts)]
    single, several = _by_holder(_open_posts(facts, at))
    placed = _with_answers(pl.concat([single, several]), facts, scopes, characteristics)
    single, several = placed.head(single.height), placed.tail(several.height)
    for by in cuts:
        holder = ["person", "organisation"] if "organisation" in by else ["person"]
        main = several.unique(holder, keep="first", maintain_order=True)
        yield _tally(pl.concat([single, main]), by, characteristics)


def main_posts(facts: Facts, at: date, holder: Sequence[str] = ("person",)) -> pl.DataFrame:
    """The main open assignment on the day `at` of each person, or of each ("person", "organisation"): the same one that
    `count` counts. Columns person, organisation, kind, fte, started, level, staff_group; in no particular order."""
    single, several = _by_holder(_open_posts(facts, at))
    return pl.concat([single, several.unique([*holder], keep="first", maintain_order=True)])


def add(*cells: pl.DataFrame) -> pl.DataFrame:
    """The cells of a union from the cells of its parts. Raises CellsError unless all have the same columns."""
    if len({tuple(one.columns) for one in cells}) != 1:
        raise CellsError("cells to add must have the same columns")
    summed = [column for column in ("n", DAYS) if column in cells[0].columns]
    return in_order(pl.concat(cells).group_by(pl.exclude(summed)).agg(pl.col(summed).sum()))


def merge_groups(cells: pl.DataFrame, characteristic: str, into: Mapping[str, Collection[str]]) -> pl.DataFrame:
    """One characteristic's cells with groups put together: {"ethnic_minority": ("mixed", "asian", "black",
    "other")}."""
    names = {group: name for name, groups in into.items() for group in groups}
    chosen = cells.filter(pl.col("characteristic") == characteristic)
    return add(chosen.with_columns(pl.col("group").replace(names)))


def scope_of(cells: pl.DataFrame) -> list[str]:
    """The scope columns of a cell frame, level among them. Raises CellsError where it is no cell frame."""
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
    _refuse_unknown("characteristics", characteristics, CHARACTERISTICS)
    _refuse_unknown("by", by, SCOPES)
    holder = ("person", "organisation") if "organisation" in by else ("person",)
    time = stretches(facts.spells, window, holder, _MAIN_FIRST)
    once = time.group_by("person", *by).agg(pl.col(DAYS).sum())
    placed = _with_answers(once, facts, [*by, DAYS], characteristics)
    people, days = (_tally(placed, by, characteristics, weights) for weights in (None, DAYS))
    return people.with_columns(days.get_column("n").alias(DAYS))


def _refuse_unknown(argument: str, given: Collection[str], known: Collection[str]) -> None:
    for column in given:
        if column not in known:
            raise CellsError(f"{argument}: {column!r} is none of {', '.join(known)}")


def _open_posts(facts: Facts, at: date) -> pl.DataFrame:
    is_open = (pl.col("started") <= at) & (pl.col("ended").is_null() | (pl.col("ended") >= at))
    return facts.spells.filter(is_open).select("person", *_MAIN_FIRST).collect(engine="streaming")


def _by_holder(posts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Posts of people who hold one, and of the few who hold several, the main one first."""
    several = posts.get_column("person").is_duplicated()
    descending = list(_MAIN_FIRST.values())
    return posts.filter(~several), posts.filter(several).sort(list(_MAIN_FIRST), descending=descending, nulls_last=True)


def _with_answers(
    posts: pl.DataFrame, facts: Facts, scopes: Sequence[str], characteristics: Sequence[str]
) -> pl.DataFrame:
    answers = facts.people.select("person", *characteristics)
    kept = posts.lazy().select("person", *scopes)
    placed = kept.join(answers, on="person", how="left", maintain_order="left").collect(engine="streaming")
    if placed.get_column(characteristics[0]).has_nulls():
        raise FactsError("spells", "person", "someone with an open assignment is not among the people")
    return placed


def _tally(
    placed: pl.DataFrame, by: Sequence[str], characteristics: Sequence[str], weights: str | None = None
) -> pl.DataFrame:
    """Each person's cell as one whole number, counted (or their `weights` added up) without a hash table."""
    codes, scopes = _scope_codes(placed, by)
    each = None if weights is None else placed.get_column(weights).to_numpy()
    blocks = [_block(codes, placed.get_column(c), scopes.height, each) for c in characteristics]
    groups = [(c, group) for c in characteristics for group in (*GROUPS[c], *NON_ANSWERS)]
    occupied = np.flatnonzero(np.bincount(codes))
    n = np.hstack([block[occupied] for block in blocks]).ravel()
    scope = scopes[np.repeat(occupied, len(groups))]
    names = pl.DataFrame(
        groups * len(occupied), schema={"characteristic": CHARACTERISTIC, "group": pl.String}, orient="row"
    )
    return in_order(scope.hstack(names).with_columns(pl.Series("n", n, dtype=pl.Int64)))


def _block(
    codes: NDArray[np.int64], answers: pl.Series, scopes: int, weights: NDArray[np.int64] | None
) -> NDArray[np.int64]:
    width = len(GROUPS[answers.name]) + len(NON_ANSWERS)
    cell = codes * width + answers.to_physical().to_numpy()
    counted = np.bincount(cell, weights, minlength=scopes * width).reshape(scopes, width)
    return counted.astype(np.int64, copy=False)


def _scope_codes(placed: pl.DataFrame, by: Sequence[str]) -> tuple[NDArray[np.int64], pl.DataFrame]:
    """A whole number for each row's scope, and the frame of scopes in which it is the row number."""
    values = [_distinct(placed.get_column(column)) for column in by]
    codes = np.zeros(placed.height, dtype=np.int64)
    for column, distinct in zip(by, values, strict=True):
        codes = codes * len(distinct) + _position(placed.get_column(column), distinct)
    frames = [value.to_frame() for value in values]
    unit = pl.DataFrame({"": [0]})
    return codes, reduce(
        lambda left, right: left.join(right, how="cross", maintain_order="left_right"), frames, unit
    ).drop("")


def _distinct(column: pl.Series) -> pl.Series:
    if column.name == "level":
        return pl.Series("level", [None, *LEVELS], dtype=pl.Int8)
    return column.unique().sort()


def _position(column: pl.Series, distinct: pl.Series) -> NDArray[np.int64]:
    if column.name == "level":
        return column.fill_null(0).to_numpy().astype(np.int64)
    kind = pl.Enum(distinct.cast(pl.String))
    return column.cast(pl.String).cast(kind).to_physical().to_numpy().astype(np.int64)
