"""What a notebook may pass: the right answer, as others have it, or a refusal by name, and no traceback from inside."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from analytics.errors import CellsError, CountsError, FactsError, TooLittleError
from analytics.flow import fundamental, net, project, transitions, with_rates
from analytics.frames import Facts
from analytics.retention import (
    aalen_johansen,
    add,
    at_risk,
    count,
    gray,
    kaplan_meier,
    leaver_rate,
    log_rank,
    median,
    rates,
    stability_index,
    stack,
)
from analytics.synthetic import SMALL

NAMED = (CellsError, CountsError, FactsError, TooLittleError)
DAY, LAST = date(2024, 3, 31), date(2026, 3, 31)
SPELLS = pl.DataFrame({
    "who": [1, 2, 2], "group": ["a", "b", "b"], "started": [DAY] * 3,
    "ended": [date(2025, 1, 1), None, date(2025, 6, 1)], "cause": ["left", None, "moved"],
})  # fmt: skip
TABLE = at_risk(SPELLS, by="group", until=LAST)
RATES = [[0.5, 0.1], [0.1, 0.6]]
FACTS = Facts.of(SMALL.people.lazy(), SMALL.spells.lazy())
YEAR = (date(2025, 10, 1), date(2026, 9, 30))
CELLS = count(FACTS, YEAR)

watched = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 6), st.integers(0, 2)), min_size=2, max_size=25)


@settings(max_examples=50, deadline=None)
@given(watched)
def test_late_entry_and_ties_come_out_as_statsmodels_has_them(rows: list[tuple[int, int, int]]) -> None:
    entry, wait, cause = (np.array(column) for column in zip(*rows, strict=True))
    time = entry + wait
    if not (cause > 0).any():
        return
    theirs: Any = SurvfuncRight(time, cause > 0, entry=entry)
    mine = kaplan_meier(time, cause > 0, entry=entry, at=[*theirs.surv_times])
    assert mine["at_risk"].to_list() == [*theirs.n_risk]
    assert mine["survival"].to_list() == pytest.approx([*theirs.surv_prob], abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(watched)
def test_competing_causes_with_late_entry_are_the_product_of_the_steps(rows: list[tuple[int, int, int]]) -> None:
    """Aalen and Johansen's own definition: the product of matrices of moves from being there to each way of going."""
    entry, wait, cause = (np.array(column) for column in zip(*rows, strict=True))
    time = entry + wait
    found = aalen_johansen(time, cause, entry=entry)
    state = np.array([1.0, 0.0, 0.0])
    for at in np.unique(time):
        here = np.sum((entry < at) & (time >= at))
        step = np.eye(3)
        step[0, 1:] = [np.sum((time == at) & (cause == which)) / here for which in (1, 2)]
        step[0, 0] -= step[0, 1:].sum()
        state = state @ step
        for which in set(cause) - {0}:
            told = found.filter(pl.col("time") == at, pl.col("cause") == which).item(0, "cif")
            assert told == pytest.approx(state[which], abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_the_log_rank_test_with_one_person_in_a_group_is_statsmodels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    time, gone, group = rng.integers(1, 8, 40), rng.random(40) < 0.7, np.repeat(["a", "b", "c"], [25, 14, 1])
    mine = log_rank(time, gone, group)
    statistic, p = survdiff(time, gone, group)
    assert (mine.item(0, "statistic"), mine.item(0, "p")) == (pytest.approx(statistic), pytest.approx(p))


@pytest.mark.parametrize("curve", [kaplan_meier, aalen_johansen])
@pytest.mark.parametrize(
    "times",
    [
        [1.0, 2.0], (1, 2), range(1, 3), np.array([1, 2]), np.array([1.0, 2.0], dtype=np.float32), pl.Series([1, 2]),
        [Decimal(1), 2], [1, 2.0], pl.Series([1, 2], dtype=pl.UInt8),
    ],
    ids=["floats", "tuple", "range", "numpy", "float32", "series", "decimal", "mixed", "bytes"],
)  # fmt: skip
def test_times_may_come_in_any_kind_of_column(curve: Callable[..., pl.DataFrame], times: Any) -> None:
    told, wanted = curve(times, [1, 0]), curve([1, 2], [1, 0])
    assert told.with_columns(pl.col("time").cast(pl.Int64)).rows() == wanted.rows()


def test_pandas_columns_are_columns() -> None:
    pandas = pytest.importorskip("pandas")
    assert kaplan_meier(pandas.Series([1, 2]), pandas.Series([1, 0])).rows() == kaplan_meier([1, 2], [1, 0]).rows()
    assert [*stability_index(pandas.Series([1]), pandas.Series([2]))] == [0.5]


def test_a_lazy_table_is_a_table_and_far_times_stay_what_they_are() -> None:
    assert kaplan_meier(TABLE.lazy()).rows() == kaplan_meier(TABLE).rows()
    assert kaplan_meier([10**12, 5], [1, 1])["time"].to_list() == [0, 5, 10**12]


@pytest.mark.parametrize("curve", [kaplan_meier, aalen_johansen])
def test_nobody_gone_all_gone_at_once_and_nobody_at_all(curve: Callable[..., pl.DataFrame]) -> None:
    share = "survival" if curve is kaplan_meier else "cif"
    assert set(curve([1, 2, 3], [0, 0, 0])[share]) <= {1.0}
    assert curve([0, 0, 0], [1, 1, 1])[share].to_list() == [0.0 if curve is kaplan_meier else 1.0]
    assert curve(TABLE.clear()).is_empty()


COLUMNS: dict[str, tuple[Any, ...]] = {
    "a gap": ([1, None], [1, 1]),
    "no number": ([1, math.nan, 3], [1, 1, 0]),
    "without end": ([1, math.inf, 3], [1, 1, 0]),
    "before the origin": ([1, -2], [1, 1]),
    "text": (["1", "2"], [1, 1]),
    "one text": ("12", [1, 1]),
    "mixed": ([1, "a"], [1, 1]),
    "a date": ([DAY], [1]),
    "with a zone": ([datetime(2024, 1, 1, tzinfo=UTC)], [1]),
    "a stretch": ([timedelta(1)], [1]),
    "yes or no": ([True, False], [1, 1]),
    "rows": (np.ones((2, 2)), [1, 0]),
    "a dictionary": ({"time": [1]}, None),
    "nothing": (None, None),
    "no causes": ([1, 2], None),
    "unlike lengths": ([1, 2, 3], [1, 1]),
    "a cause below 0": ([1, 2], [1, -1]),
    "half a cause": ([1, 2], [1, 2.5]),
    "a cause that is no number": ([1, 2], [1, math.nan]),
    "an endless cause": ([1, 2], [1, math.inf]),
    "a group for each letter": ([1, 2], [1, 1], "ab"),
    "groups of lists": ([1, 2], [1, 1], [[1], [2]]),
    "a group named time": ([1, 2], [1, 1], {"time": ["a", "b"]}),
    "fewer groups": ([1, 2], [1, 1], ["a"]),
    "no table": (pl.DataFrame({"time": [1]}),),
    "fewer than nobody": (TABLE.with_columns(entered=pl.lit(-1)),),
    "half people": (TABLE.with_columns(pl.col("entered").cast(pl.Float64) / 2),),
    "more gone than there": (TABLE.with_columns(moved=pl.lit(9)),),
    "times before 0": (TABLE.with_columns(pl.col("time") - 900),),
    "a table and causes": (TABLE, [1]),
}


@pytest.mark.parametrize("columns", COLUMNS.values(), ids=COLUMNS)
@pytest.mark.parametrize("curve", [kaplan_meier, aalen_johansen, log_rank, gray])
def test_columns_that_are_none_are_refused_by_name(curve: Callable[..., Any], columns: tuple[Any, ...]) -> None:
    with pytest.raises(NAMED):
        curve(*columns)


def dated(**columns: Any) -> pl.DataFrame:
    return SPELLS.with_columns(**{name: pl.Series(values) for name, values in columns.items()})


REFUSED: dict[str, Callable[[], Any]] = {
    "at text": lambda: kaplan_meier([1, 2], [1, 0], at=["a"]),  # type: ignore[list-item]
    "at nothing": lambda: aalen_johansen([1, 2], [1, 0], at=[]),
    "at no number": lambda: kaplan_meier([1, 2], [1, 0], at=[math.nan]),
    "before the origin": lambda: stack(TABLE, at=[-1]),
    "level of 95": lambda: kaplan_meier([1, 2], [1, 0], level=95),
    "an unknown cause": lambda: kaplan_meier([1, 2], [1, 2], causes=[3]),
    "no cause": lambda: kaplan_meier([1, 2], [1, 2], causes=[]),
    "below the floor": lambda: aalen_johansen([1, 2], [1, 0], floor=10),
    "entered after leaving": lambda: kaplan_meier([1, 2], [1, 1], entry=[0, 3]),
    "entered at no time": lambda: kaplan_meier([1, 2], [1, 1], entry=[0, math.inf]),
    "one group": lambda: log_rank([1, 2], [1, 1], ["a", "a"]),
    "nobody gone": lambda: gray([1, 2], [0, 0], ["a", "b"]),
    "no frame": lambda: at_risk({"started": [1]}),  # type: ignore[arg-type]
    "until text": lambda: at_risk(SPELLS, until="2026-03-31"),  # type: ignore[arg-type]
    "until a time of day": lambda: at_risk(SPELLS, until=datetime(2026, 3, 31, tzinfo=UTC)),
    "dates with a zone": lambda: at_risk(
        SPELLS.with_columns(pl.col("started").cast(pl.Datetime("us", "UTC"))), until=LAST
    ),
    "a cause named as a column": lambda: at_risk(dated(cause=["censored", None, "x"]), until=LAST),
    "a group twice": lambda: at_risk(SPELLS, by=["group", "group"], until=LAST),
    "half a cause": lambda: at_risk(dated(ended=[LAST] * 3, cause=[1.0, 2.5, 0.0])),
    "no tables": lambda: add(),
    "no table": lambda: add(TABLE, pl.DataFrame({"a": [1]})),
    "no curve": lambda: median(pl.DataFrame({"a": [1]})),
    "no cells": lambda: rates(None),  # type: ignore[arg-type]
    "cells below 0": lambda: rates(CELLS.with_columns(left=pl.lit(-1))),
    "cells with gaps": lambda: rates(CELLS.with_columns(left=pl.lit(None, pl.Int64))),
    "cells of text": lambda: rates(CELLS.with_columns(left=pl.lit("a"))),
    "more stayed than were": lambda: rates(CELLS.with_columns(stayed=pl.lit(9_999))),
    "no level": lambda: rates(CELLS, level="region"),  # type: ignore[arg-type]
    "no facts": lambda: count(None, YEAR),  # type: ignore[arg-type]
    "no period": lambda: count(FACTS, ("a", "b")),  # type: ignore[arg-type]
    "no measure": lambda: count(FACTS, YEAR, measure="hours"),  # type: ignore[arg-type]
    "a gap below 0": lambda: count(FACTS, YEAR, gap=-1),
    "leavers below 0": lambda: leaver_rate(-1, 1, 1),
    "leavers of text": lambda: leaver_rate("a", 1, 1),
    "more than all stay": lambda: stability_index(101, 100),
    "no first day": lambda: transitions(SPELLS, state="group", person="who", first="2024"),  # type: ignore[arg-type]
    "no step": lambda: transitions(SPELLS.head(1), state="group", person="who", step=None),  # type: ignore[arg-type]
    "no moves": lambda: net(pl.DataFrame({"a": [1]})),
    "no counts": lambda: with_rates(pl.DataFrame({"a": [1]})),
    "half a step": lambda: project([1, 2], RATES, steps=1.5),  # type: ignore[arg-type]
    "ragged": lambda: project([1, 2], [[0.5], [0.1, 0.2]]),
    "a matrix of text": lambda: fundamental("a"),
    "a stock of text": lambda: project("ab", RATES),
    "a stock without states": lambda: project(pl.DataFrame({"a": [1]}), RATES),
    "hires with gaps": lambda: project([1, 2], RATES, pl.DataFrame({"state": [0], "n": [None]})),
    "no states": lambda: fundamental(pl.DataFrame({"from": [], "to": [], "rate": []})),
    "nobody leaves": lambda: fundamental(np.eye(2)),
}


@pytest.mark.parametrize("ask", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_asked_is_refused_by_name(ask: Callable[[], Any]) -> None:
    with pytest.raises(NAMED):
        ask()
