"""A reader with a linear-program solver, who knows every figure shown, how it was rounded, and what adds up to what."""

import numpy as np
import polars as pl
from scipy.optimize import linprog
from scipy.sparse import lil_array, vstack

KEYS = ["organisation", "level", "group"]


def bounds_of_hidden(shown: pl.DataFrame, base: int = 5) -> pl.DataFrame:
    """For each withheld n the least and the most it can be. `shown` has KEYS (system "" and level "all" are totals),
    n, known."""
    parts = shown.filter((pl.col("organisation") != "") & (pl.col("level") != "all")).select(KEYS).with_row_index("x")
    low, high = base // 2, (base + 1) // 2 - 1
    matrix: list[lil_array] = []
    limits: list[float] = []
    for row in shown.iter_rows(named=True):
        for column, mine in (("n", _sum(parts, row, ("group",))), ("known", _sum(parts, row, ()))):
            if row[column] is not None:
                matrix += [mine, -mine]
                limits += [row[column] + high, low - row[column]]
    a, b = vstack(matrix).tocsr(), np.array(limits)
    hidden = shown.filter(pl.col("n").is_null())
    found = [_range(_sum(parts, row, ("group",)), a, b) for row in hidden.iter_rows(named=True)]
    return hidden.select(KEYS).with_columns(
        least=pl.Series([f[0] for f in found], dtype=pl.Float64),
        most=pl.Series([f[1] for f in found], dtype=pl.Float64),
    )


def _sum(parts: pl.DataFrame, row: dict[str, str], same: tuple[str, ...]) -> lil_array:
    """The cells that a shown figure is the sum of."""
    chosen = parts
    for key, total in (("organisation", ""), ("level", "all")):
        chosen = chosen if row[key] == total else chosen.filter(pl.col(key) == row[key])
    for key in same:
        chosen = chosen.filter(pl.col(key) == row[key])
    vector = lil_array((1, parts.height))
    vector[0, chosen["x"].to_list()] = 1
    return vector


def _range(target: lil_array, a: object, b: np.ndarray) -> tuple[float, float]:
    c = target.toarray().ravel()
    ends = [linprog(sign * c, A_ub=a, b_ub=b, bounds=(0, None), method="highs") for sign in (1, -1)]
    return tuple(sign * end.fun if end.status == 0 else sign * np.inf for sign, end in zip((1, -1), ends, strict=True))  # type: ignore[return-value]
