"""The audit finds what a solver finds: proved against scipy's, and with teeth."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analytics.disclosure import DEFAULT, audit, release
from analytics.disclosure.bounds import View
from analytics.disclosure.program import Program
from analytics.errors import DisclosureError
from tests.analytics.attacker import KEYS, bounds_of_hidden
from tests.analytics.test_disclosure import MARGINS, released, table

FOUR_BY_FOUR = {"w": (30, 47, 64, 89), "x": (90, 124, 5, 31), "y": (92, 100, 59, 85), "z": (800, 991, 651, 685)}
WITHHELD = {  # sdcTable's example: at least two in each row and column, and the bounds that a solver finds
    ("w", "a"): (25, 94),
    ("w", "b"): (47, 47),
    ("w", "c"): (0, 69),
    ("x", "a"): (26, 95),
    ("x", "c"): (0, 69),
    ("y", "b"): (0, 185),
    ("y", "d"): (0, 185),
    ("z", "b"): (906, 1091),
    ("z", "d"): (585, 770),
}


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 100_000))
def test_the_simplex_method_agrees_with_highs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = int(rng.integers(1, 10)), int(rng.integers(2, 14))
    matrix, x = (rng.random((rows, columns)) < 0.4).astype(float), rng.poisson(6, columns).astype(float)
    low = np.where(rng.random(columns) < 0.3, np.maximum(0, x - 2), 0)
    high = np.where(rng.random(columns) < 0.5, x + rng.integers(0, 4, columns).astype(float), np.inf)
    sums = matrix @ x
    row_low, row_high = sums - rng.integers(0, 3, rows).astype(float), sums + rng.integers(0, 3, rows).astype(float)
    program = Program(matrix, low, high, row_low, row_high)
    assert program.feasible
    target = (rng.random(columns) < 0.3).astype(float)
    for one in (target, np.eye(columns)[0]):
        theirs: list[float] = []
        for sign in (1, -1):
            found: Any = linprog(
                sign * one,
                A_ub=np.vstack([matrix, -matrix]),
                b_ub=np.concatenate([row_high, -row_low]),
                bounds=list(zip(low, high, strict=True)),
            )
            theirs.append(sign * found.fun if found.status == 0 else -sign * np.inf)
        assert program.range(one) == pytest.approx(theirs, abs=1e-6)


def test_two_withheld_in_every_row_and_column_still_give_one_away() -> None:
    cells = {(row, column): n for row, ns in FOUR_BY_FOUR.items() for column, n in zip("abcd", ns, strict=True)}
    sums = {(row, "all"): sum(ns) for row, ns in FOUR_BY_FOUR.items()}
    sums |= {
        ("all", column): sum(ns) for column, ns in zip("abcd", zip(*FOUR_BY_FOUR.values(), strict=True), strict=True)
    }
    shown = {**cells, **sums, ("all", "all"): sum(cells.values()), **dict.fromkeys(WITHHELD)}
    frame = pl.DataFrame([(*key, n) for key, n in shown.items()], schema=["row", "column_", "n"], orient="row")
    found = audit([View(frame, {"row": "all", "column_": "all"}, {"n": "n"})])
    assert {row[1:3]: row[4:6] for row in found.rows()} == WITHHELD
    assert found.filter("exact").select("row", "column_").rows() == [("w", "b")]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 100_000))
def test_the_audit_of_a_release_agrees_with_the_attacker(seed: int) -> None:
    shown = released(table(seed))
    view = View(shown, MARGINS, {"n": "n"}, {"known": "n"}, base=5)
    ours = audit([view]).filter(pl.col("column") == "n").select(*KEYS, "low", "high")
    theirs = bounds_of_hidden(shown)
    beside = theirs.join(ours, on=KEYS, how="left")
    assert beside.height == theirs.height
    low, high = beside["least"].to_numpy(), beside["most"].to_numpy()
    assert beside["low"].to_numpy() == pytest.approx(np.ceil(low - 1e-6))
    known = beside["high"].is_not_null().to_numpy()
    assert beside["high"].to_numpy()[known] == pytest.approx(np.floor(high[known] + 1e-6))
    assert np.isinf(high[~known]).all()


def test_a_second_view_of_the_same_people_opens_what_the_first_withheld() -> None:
    by_place = pl.DataFrame({"place": ["A", "B", "all"], "n": [None, None, 40]})
    crossed = pl.DataFrame({"place": ["A", "A"], "grade": ["5", "6"], "n": [4, 5]})
    views = [View(by_place, {"place": "all"}, {"n": "n"}), View(crossed, {"place": None, "grade": None}, {"n": "n"})]
    assert audit(views[:1]).select("low", "high").rows() == [(0, 40), (0, 40)]
    assert audit(views).select("place", "low", "high", "exact").rows() == [("A", 9, 9, True), ("B", 31, 31, True)]


def test_a_broken_suppressor_is_caught() -> None:
    frame = table(12)
    careless = frame.with_columns(pl.when(pl.col("n") >= 10).then("n"))
    found = audit([View(careless, MARGINS, {"n": "n"}, {"known": "n"})])
    assert found.filter(pl.col("exact")).height > 0
    safe = release(frame, counts=["n"], keys=MARGINS, totals=["known"])
    view = View(safe.frame, MARGINS, {"n": "n"}, {"known": "n"}, base=DEFAULT.base, floor=0)
    assert not audit([view])["exact"].any()


def test_nothing_withheld_is_an_empty_audit_and_no_end_is_null() -> None:
    shown = pl.DataFrame({"place": ["A", "B"], "n": [10, 20]})
    assert audit([View(shown, {"place": None}, {"n": "n"})]).is_empty()
    alone = audit([View(shown.with_columns(n=pl.Series([None, 20])), {"place": None}, {"n": "n"})])
    assert alone.select("low", "high", "exact").rows() == [(0, None, False)]


def test_views_that_cannot_be_audited_are_refused() -> None:
    shown = pl.DataFrame({"place": ["A", "B", "all"], "n": [30, 31, 40]})
    with pytest.raises(DisclosureError, match="contradict"):
        audit([View(shown, {"place": "all"}, {"n": "n"})])
    with pytest.raises(DisclosureError, match="no views"):
        audit([])
    with pytest.raises(DisclosureError, match="no column grade"):
        audit([View(shown, {"grade": None}, {"n": "n"})])
    many = pl.DataFrame({"a": [str(a) for a in range(70)], "b": [str(b) for b in range(70)], "n": [None] * 70})
    with pytest.raises(DisclosureError, match="4900 cells are too many"):
        audit([View(many, {"a": None, "b": None}, {"n": "n"})])
