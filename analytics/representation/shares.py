"""Cells -> shares of each group by level, beside the whole workforce."""

from typing import Final

import polars as pl

from analytics.cells import scope_of
from analytics.frames import NON_ANSWERS
from analytics.intervals import wilson
from analytics.testing import two_proportions_z

WHOLE_WORKFORCE: Final = "whole_workforce"
COUNTED: Final = ("known", "in_scope", *NON_ANSWERS)


def shares(cells: pl.DataFrame, level: float = 0.95) -> pl.DataFrame:
    """Each group's share of those with a known answer, in each scope, beside its share of the whole workforce.

    One row for each scope x level x characteristic x group (non-answers are columns, not groups):
    n, known (the denominator), share, low and high (Wilson, at `level`); comparator, whole_n, whole_known,
    whole_share (the same scope over all its levels, grades without a level included); z_rest and p_rest (this level
    against all others, pooled); z_whole (this level against the whole's share as a fixed benchmark); in_scope
    (everybody), declared (= known), declaration_rate, prefer_not_to_say, not_stated, not_known. Shares are fractions
    of 1; of nobody they are null. Raises CellsError for a frame that is not cells.

    >>> grades = {"EO": (18470, 89810), "SCS": (630, 5320)}  # ethnic minority and white, Civil Service, 31 March 2021
    >>> rows = [(g, "ethnicity", who, n) for g, ns in grades.items() for who, n in zip(("minority", "white"), ns)]
    >>> cells = pl.DataFrame(rows, schema=["level", "characteristic", "group", "n"], orient="row")
    >>> minority = shares(cells).filter(pl.col("group") == "minority")
    >>> minority.select(pl.col("share", "low", "high").round(4)).rows()
    [(0.1706, 0.1683, 0.1728), (0.1059, 0.0983, 0.114)]
    """
    return _tested(_measured(_beside_whole(with_denominators(cells)), level))


def with_denominators(cells: pl.DataFrame) -> pl.DataFrame:
    """Groups' rows with their family's denominators beside them: known answers, in_scope, and each non-answer's
    count."""
    family = [*scope_of(cells), "characteristic"]
    n, unanswered = pl.col("n"), pl.col("group").is_in(NON_ANSWERS)
    return cells.with_columns(
        known=n.filter(~unanswered).sum().over(family),
        in_scope=n.sum().over(family),
        **{answer: n.filter(pl.col("group") == answer).sum().over(family) for answer in NON_ANSWERS},
    ).filter(~unanswered)


def _beside_whole(cells: pl.DataFrame) -> pl.DataFrame:
    family = [column for column in scope_of(cells) if column not in {"level", *COUNTED}] + ["characteristic"]
    return cells.with_columns(
        comparator=pl.lit(WHOLE_WORKFORCE),
        whole_n=pl.col("n").sum().over([*family, "group"]),
        whole_known=pl.col("n").sum().over(family),
    )


def _measured(cells: pl.DataFrame, level: float) -> pl.DataFrame:
    low, high = wilson(cells.get_column("n"), cells.get_column("known"), level)
    return cells.with_columns(
        share=_fraction("n", "known"),
        low=low,
        high=high,
        whole_share=_fraction("whole_n", "whole_known"),
        declared=pl.col("known"),
        declaration_rate=_fraction("known", "in_scope"),
    )


def _fraction(a: str, n: str) -> pl.Expr:
    return pl.when(pl.col(n) > 0).then(pl.col(a) / pl.col(n))


def _tested(measured: pl.DataFrame) -> pl.DataFrame:
    n, known, whole_n, whole_known = (measured.get_column(c) for c in ("n", "known", "whole_n", "whole_known"))
    z, p = two_proportions_z(n, known, whole_n - n, whole_known - known)
    whole, people = pl.col("whole_share"), pl.col("known")
    spread = (people * whole * (1 - whole)).sqrt()
    benchmark = pl.when(spread > 0).then((pl.col("n") - people * whole) / spread)
    return measured.with_columns(z_rest=z, p_rest=p, z_whole=benchmark)
