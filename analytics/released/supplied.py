"""Counts that organisations took from elsewhere for the statutory returns: their staff survey, entries into a formal
process, and their board. Safe to show.

A line of an organisation is shown where none of its counts is small. The system's line is the sum of those that are
shown, and of no others: what one organisation supplies late cannot be had from two releases by subtracting. Boards are
so small that no organisation's is shown: the system's is the sum of all that were supplied, of three at least, rounded
twice as far, so that two releases leave a single board open.
"""

from typing import Final

import polars as pl

from analytics.disclosure import DEFAULT, Rates, Released, Rule, release_linked
from analytics.disclosure.dominance import besides_largest
from analytics.disclosure.linked import Split
from analytics.disclosure.protection import Mask
from analytics.errors import CellsError
from analytics.representation.standards import Standard

SYSTEM: Final = ""
FEWEST_BOARDS: Final = 3
GIVEN: Final = {"organisation": pl.String, "indicator": pl.String, "group": pl.String, "a": pl.Int64, "n": pl.Int64}
_KEYS: Final = ("organisation", "indicator")
_COUNTS: Final[tuple[str, ...]] = ("a", "a_rest", "n", "c", "c_rest", "m")
_SIDES: Final = [Split("figure", "n", ("a", "a_rest")), Split("figure", "m", ("c", "c_rest"))]
_RATES: Final = Rates({}, {}, {}, ratios={("ratio", "low", "high"): ("a", "n", "c", "m")})


def given_counts(given: pl.DataFrame, standard: Standard) -> pl.DataFrame:
    """Checked rows of organisation, indicator, group, a and n: both groups of each organisation and indicator.

    Raises CellsError naming what is wrong: a column that is missing, has gaps or is no whole number; an indicator that
    is not supplied; another group; a below 0 or above n; a row that is there twice; a group without the other.
    """
    for column in GIVEN:
        if column not in given.columns or given.get_column(column).has_nulls():
            raise CellsError(f"supplied: column {column} is missing, or has gaps")
    try:
        rows = given.select(pl.col(column).cast(dtype) for column, dtype in GIVEN.items())
    except pl.exceptions.PolarsError as error:
        raise CellsError("supplied: a and n must be whole numbers") from error
    if rows.select((pl.col("a") != given["a"]) | (pl.col("n") != given["n"])).to_series().any():
        raise CellsError("supplied: a and n must be whole numbers")
    asked = (*standard.survey, standard.process, standard.board)
    _refuse(rows, ~pl.col("indicator").is_in(asked), "indicator", "is not one that is supplied")
    _refuse(rows, ~pl.col("group").is_in([standard.group, standard.reference]), "group", "is not a group of it")
    _refuse(rows, (pl.col("a") < 0) | (pl.col("a") > pl.col("n")), "a", "is below 0, or more than n")
    _refuse(rows, pl.struct(*_KEYS, "group").is_duplicated(), "indicator", "is there twice for one group")
    _refuse(rows, pl.len().over(_KEYS) != 2, "indicator", "is there for one of the two groups alone")
    return rows.sort(*_KEYS, "group")


def supplied_report(given: pl.DataFrame, standard: Standard, headcount: pl.DataFrame, rule: Rule = DEFAULT) -> Released:
    """Survey indicators and the formal process: organisation ("" is the sum of those shown), indicator, a of n of the
    group, c of m of the reference with what is left of each, ratio with low and high (Koopman, of rounded counts), and
    the reason where a line is withheld. All counts of a line are shown, or none.

    given: `given_counts`. headcount: organisation of those whose headcounts of both groups the report on
    representation shows: only these have a line of the process.
    """
    cells = _paired(given.filter(pl.col("indicator") != standard.board), standard)
    small = pl.any_horizontal(pl.col(count) < rule.floor for count in _COUNTS)
    told = headcount.select("organisation", counted=pl.lit(value=True)).unique()
    known = cells.join(told, on="organisation", how="left", maintain_order="left")
    hidden = known.select(small | ((pl.col("indicator") == standard.process) & pl.col("counted").is_null())).to_series()
    shown = cells.filter(~hidden).group_by("indicator", maintain_order=True).agg(pl.sum(*_COUNTS))
    system = shown.select(pl.lit(SYSTEM).alias("organisation"), "indicator", *_COUNTS)
    every = pl.concat([system, cells])
    first = [*[False] * system.height, *hidden]
    withheld: dict[str, Mask] = dict.fromkeys(_COUNTS, pl.Series(first, dtype=pl.Boolean).to_numpy())
    return release_linked(
        every, keys=_KEYS, counts=_COUNTS, splits=_SIDES, rule=rule, rates=_RATES, withheld_first=withheld
    )


def board_report(given: pl.DataFrame, standard: Standard, rule: Rule = DEFAULT) -> Released | None:
    """Voting members of all boards together: a of the group and a_rest of the reference, of n who gave an answer.
    Withheld below twice what they are rounded to: a share of fewer would be mostly rounding; and where all but one of
    the boards have fewer than the floor together, which the one could tell. None where fewer than three organisations
    supplied theirs."""
    boards = given.filter(pl.col("indicator") == standard.board)
    if boards.get_column("organisation").n_unique() < FEWEST_BOARDS:
        return None
    ours = pl.col("a").filter(pl.col("group") == standard.group).sum()
    whole = boards.select(pl.lit(SYSTEM).alias("organisation"), a=ours, n=pl.col("a").sum())
    cells = whole.with_columns(a_rest=pl.col("n") - pl.col("a"))
    base = 2 * rule.base
    coarse = Rule(f"{rule.version}-boards", max(rule.floor, 2 * base), base, rule.width)
    each = (
        boards.group_by("organisation").agg(a=ours, n=pl.col("a").sum()).with_columns(a_rest=pl.col("n") - pl.col("a"))
    )
    alone = any(besides_largest(each.get_column(count).to_numpy()) < rule.floor for count in ("a", "a_rest"))
    small = cells.select(pl.any_horizontal(pl.col("a", "a_rest", "n") < coarse.floor)).to_series().to_numpy() | alone
    columns: tuple[str, ...] = ("a", "a_rest", "n")
    withheld: dict[str, Mask] = dict.fromkeys(columns, small)
    return release_linked(
        cells, keys=["organisation"], counts=columns, splits=_SIDES[:1], rule=coarse, withheld_first=withheld
    )


def _paired(given: pl.DataFrame, standard: Standard) -> pl.DataFrame:
    group = given.filter(pl.col("group") == standard.group).drop("group")
    reference = given.filter(pl.col("group") == standard.reference).select(*_KEYS, c="a", m="n")
    both = group.join(reference, on=_KEYS, maintain_order="left")
    return both.with_columns(a_rest=pl.col("n") - pl.col("a"), c_rest=pl.col("m") - pl.col("c")).select(
        *_KEYS, *_COUNTS
    )


def _refuse(rows: pl.DataFrame, wrong: pl.Expr, column: str, problem: str) -> None:
    found = rows.filter(wrong)
    if found.height:
        raise CellsError(f"supplied: {column} {found.item(0, column)!r} {problem}")
