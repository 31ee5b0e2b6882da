"""A reader with a linear-program solver, who knows every figure shown, how it was rounded, and what adds up to what."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from scipy.optimize import linprog
from scipy.sparse import lil_array, vstack

from analytics.disclosure import DEFAULT, Rule
from analytics.disclosure.linked import Split

KEYS = ["organisation", "level", "group"]
UNANSWERED = "unanswered"


def bounds_of_hidden(shown: pl.DataFrame, base: int = 5) -> pl.DataFrame:
    """For each withheld n the least and the most it can be. `shown` has KEYS (system "" and level "all" are totals),
    n, known."""
    parts = shown.filter((pl.col("organisation") != "") & (pl.col("level") != "all")).select(KEYS).with_row_index("x")
    low, high = base // 2, (base + 1) // 2 - 1
    a, b = _told(shown, parts, low, high, 0)
    hidden = shown.filter(pl.col("n").is_null())
    return _found(hidden, [_sum(parts, row, ("group",)) for row in hidden.iter_rows(named=True)], a, b)


def bounds_with_unanswered(
    shown: pl.DataFrame, base: int = 5, floor: int = 10
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The least and the most for each withheld n, for all withheld groups of a family together, and for the people of
    each family who gave no answer: everybody (the column in_scope) less known. A reader also knows the floor."""
    everywhere = shown.select(KEYS[:-1]).unique(maintain_order=True).with_columns(group=pl.lit(UNANSWERED))
    every = pl.concat([shown.select(KEYS), everywhere])
    parts = every.filter((pl.col("organisation") != "") & (pl.col("level") != "all")).with_row_index("x")
    a, b = _told(shown, parts, base // 2, (base + 1) // 2 - 1, floor)
    hidden = shown.filter(pl.col("n").is_null())
    cells = [_sum(parts, row, ("group",)) for row in hidden.iter_rows(named=True)]
    unions = hidden.group_by(KEYS[:-1], maintain_order=True).agg(pl.lit("together").alias("group"), size=pl.len())
    unions = unions.filter(pl.col("size") < shown["group"].n_unique())
    sums = [
        sum(
            (cells[at] for at, one in enumerate(hidden.iter_rows(named=True)) if _same_family(one, row)),
            start=lil_array((1, parts.height)),
        )
        for row in unions.iter_rows(named=True)
    ]
    missing = [_sum(parts, row, ("group",)) for row in everywhere.iter_rows(named=True)]
    return _found(hidden, cells, a, b), _found(unions, sums, a, b), _found(everywhere, missing, a, b)


def _same_family(one: dict[str, str], other: dict[str, str]) -> bool:
    return all(one[key] == other[key] for key in KEYS[:-1])


def _told(shown: pl.DataFrame, parts: pl.DataFrame, low: int, high: int, floor: int) -> tuple[object, np.ndarray]:
    """What every shown figure says of the cells it is the sum of."""
    matrix: list[lil_array] = []
    limits: list[float] = []
    answered = parts.filter(pl.col("group") != UNANSWERED)
    for row in shown.iter_rows(named=True):
        sums = {"n": _sum(answered, row, ("group",), parts.height), "known": _sum(answered, row, (), parts.height)}
        if "in_scope" in row:
            sums["in_scope"] = _sum(parts, row, ())
        for column, mine in sums.items():
            if row[column] is not None:
                matrix += [mine, -mine]
                limits += [row[column] + high, -max(row[column] - low, floor)]
    return vstack(matrix).tocsr(), np.array(limits)


def _found(rows: pl.DataFrame, targets: list[lil_array], a: object, b: np.ndarray) -> pl.DataFrame:
    found = [_range(target, a, b) for target in targets]
    return rows.select(KEYS).with_columns(
        least=pl.Series([f[0] for f in found], dtype=pl.Float64),
        most=pl.Series([f[1] for f in found], dtype=pl.Float64),
    )


def _sum(parts: pl.DataFrame, row: dict[str, str], same: tuple[str, ...], width: int = 0) -> lil_array:
    """The cells that a shown figure is the sum of, among `width` cells (as many as there are parts, unless told)."""
    chosen = parts
    for key, total in (("organisation", ""), ("level", "all")):
        chosen = chosen if row[key] == total else chosen.filter(pl.col(key) == row[key])
    for key in same:
        chosen = chosen.filter(pl.col(key) == row[key])
    vector = lil_array((1, width or parts.height))
    vector[0, chosen["x"].to_list()] = 1
    return vector


def _range(target: lil_array, a: object, b: np.ndarray) -> tuple[float, float]:
    c = target.toarray().ravel()
    ends = [linprog(sign * c, A_ub=a, b_ub=b, bounds=(0, None), method="highs") for sign in (1, -1)]
    return tuple(sign * end.fun if end.status == 0 else sign * np.inf for sign, end in zip((1, -1), ends, strict=True))  # type: ignore[return-value]


def bounds_of_linked(
    shown: pl.DataFrame,
    keys: Sequence[str],
    counts: Sequence[str],
    splits: Sequence[Split],
    rule: Rule = DEFAULT,
    cells: pl.DataFrame | None = None,
    targets: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """For each withheld count of tables that share their totals (keys, figure) the least and the most it can be.

    Every cell is unknown but for its rounding; what adds up to what is known. `cells` says which cells there are (keys,
    figure): every count of every row unless told. `targets`: the withheld ones that are asked for.
    """
    every = shown.unpivot(index=[*keys], on=[*counts], variable_name="figure", value_name="n").with_row_index("x")
    if cells is not None:
        every = every.drop("x").join(cells, on=[*keys, "figure"], how="semi").with_row_index("x")
    known: list[tuple[float, float | None]] = [
        (0.0, None) if n is None else (max(n - rule.base // 2, rule.floor), n + (rule.base + 1) // 2 - 1)
        for n in every["n"]
    ]
    sums = [row for split in splits for row in _sums_of(every, split, [*keys, "figure"])]
    matrix = lil_array((len(sums), every.height))
    for at, (total, parts) in enumerate(sums):
        matrix[at, total] = 1
        matrix[at, parts] = -1
    hidden = every.filter(pl.col("n").is_null())
    if targets is not None:
        hidden = hidden.join(targets, on=[*keys, "figure"], how="semi", maintain_order="left")
    found = [_between(x, every.height, matrix.tocsr(), known) for x in hidden["x"]]
    return hidden.select(*keys, "figure").with_columns(
        least=pl.Series([f[0] for f in found], dtype=pl.Float64),
        most=pl.Series([f[1] for f in found], dtype=pl.Float64),
    )


def _sums_of(every: pl.DataFrame, split: Split, keys: list[str]) -> list[tuple[int, list[int]]]:
    others = [key for key in keys if key != split.key]
    found: list[tuple[int, list[int]]] = []
    touched = every.filter(_of_split(split))
    for family in touched.partition_by(others):
        total = family.filter(pl.col(split.key) == split.total)["x"].to_list()
        of = pl.col(split.key) != split.total if split.parts is None else pl.col(split.key).is_in(split.parts)
        parts = family.filter(of)["x"].to_list()
        if total and parts:
            found.append((total[0], parts))
    return found


def _of_split(split: Split) -> pl.Expr:
    return pl.lit(value=True) if split.parts is None else pl.col(split.key).is_in([split.total, *split.parts])


def _between(x: int, size: int, sums: object, known: list[tuple[float, float | None]]) -> tuple[float, float]:
    target, nought = np.zeros(size), np.zeros(sums.shape[0])  # type: ignore[attr-defined]
    target[x] = 1
    ends = [linprog(sign * target, A_eq=sums, b_eq=nought, bounds=known, method="highs") for sign in (1, -1)]
    return tuple(sign * end.fun if end.status == 0 else sign * np.inf for sign, end in zip((1, -1), ends, strict=True))  # type: ignore[return-value]
