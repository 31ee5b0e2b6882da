"""A notebook passes numbers of any width, groups of any size and times nobody foresaw: the figures stay the same."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from analytics.errors import AnalyticsError, CellsError, CountsError, TooLittleError
from analytics.flow import cover, net, transitions, with_rates
from analytics.hazard import calibration, expected, fit
from analytics.retention import at_risk, kaplan_meier, log_rank, rates, stack

KINDS = [pl.UInt8, pl.Int8, pl.UInt32, pl.UInt64, pl.Float32, pl.Decimal(20, 2)]
COVERED = pl.DataFrame({"ready_now": [100, 5], "ready_soon": [90, 2], "expected_vacancies": [120, 1]})
MOVES = pl.DataFrame({"from": ["a", "b", "a"], "to": ["b", "a", None], "n": [100, 120, 90]})
YEAR = pl.DataFrame({
    "organisation": ["x"], "opening": [100], "closing": [110], "unmatched": [1], "left": [60], "moved": [50],
    "retired": [40], "other": [30], "joined": [100], "came": [100], "stayed": [60], "stayed_in_system": [70],
})  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_count_of_any_width_gives_the_same_cover(kind: Any) -> None:
    assert cover(COVERED.cast(kind)).select("cover_soon", "shortfall").rows() == [(190 / 120, 0.0), (7.0, 0.0)]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_more_may_come_back_than_go_whatever_the_counts_are_kept_in(kind: Any) -> None:
    moves = MOVES.cast({"n": kind})
    assert net(moves).get_column("net").to_list() == [-90, 90, -20, 20]
    assert with_rates(moves).get_column("rate").to_list() == pytest.approx([100 / 190, 90 / 190, 1.0])


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_leavers_of_narrow_counts_add_up(kind: Any) -> None:
    cells = YEAR.cast({pl.selectors.numeric(): kind})
    assert rates(cells).select("leavers", "exits", "joiners", "mean").row(0) == (180, 180, 200, 105)


def test_moves_told_twice_are_added() -> None:
    assert net(pl.concat([MOVES, MOVES])).get_column("net").to_list() == [-180, 180, -40, 40]


def test_nobody_to_move_is_no_rate() -> None:
    assert with_rates(pl.DataFrame({"from": ["a"], "to": ["b"], "n": [0]})).get_column("rate").to_list() == [None]


GROUPS = {
    "beyond 32 bits": pl.Series([3_000_000_000, 3_000_000_001] * 2),
    "the largest": pl.Series([2**63 - 1, 2**63 - 2] * 2),
    "the least": pl.Series([-128, 127] * 2, dtype=pl.Int8),
    "eight bits": pl.Series([255, None] * 2, dtype=pl.UInt8),
    "without a sign": pl.Series([2**64 - 1, 2**64 - 2] * 2, dtype=pl.UInt64),
}


@pytest.mark.parametrize("named", GROUPS)
def test_groups_are_told_apart_whatever_numbers_name_them(named: str) -> None:
    curve = kaplan_meier([1, 2, 3, 4], [1, 0, 1, 1], GROUPS[named].alias("group"), at=[3])
    assert set(curve.get_column("group")) == set(GROUPS[named])
    assert sorted(curve.get_column("survival")) == [0.0, 1.0]


def test_groups_never_at_risk_together_are_compared_apart() -> None:
    """Service bands: those who came lately, and those who were watched from their tenth year on."""
    rng = np.random.default_rng(8)
    new, old = rng.integers(1, 10, 40), 20 + rng.integers(1, 10, 40)
    of, gone = rng.choice(["a", "b"], 40), rng.integers(0, 2, 80)
    apart = log_rank(new, gone[:40], of), log_rank(old, gone[40:], of, entry=[15] * 40)
    bands = [*of, *(name + " old" for name in of)]
    together = log_rank([*new, *old], gone, bands, entry=[0] * 40 + [15] * 40)
    assert together.item(0, "degrees") == 2
    assert together.item(0, "statistic") == pytest.approx(sum(one.item(0, "statistic") for one in apart))


def test_a_share_that_is_all_but_for_rounding_has_no_range_from_none_to_all() -> None:
    table = pl.DataFrame({"time": range(11), "entered": [10] + [0] * 10, "censored": 0, "left": [0] + [1] * 10})
    with np.errstate(over="raise"):
        low, high = stack(table, [10]).filter(pl.col("state") == "left").select("low", "high").row(0)
    assert (low, high) == (pytest.approx(1), pytest.approx(1))


SPELLS = pl.DataFrame({"person": [1], "level": ["a"]}).with_columns(
    started=pl.date(2000, 1, 1), ended=pl.date(2024, 1, 1)
)
MODEL = fit(pl.DataFrame({"a": ["x", "y"], "exposed": [900, 900], "left": [90, 80]}), causes=["left"], terms=["a"])
NO_MONTHS = pl.DataFrame(schema={"a": pl.String, "exposed": pl.Int64, "left": pl.Int64})
DECIMALS = pl.DataFrame({"a": ["x"], "exposed": [9], "left": [1]}).cast({"exposed": pl.Decimal(9, 2)})
BROKEN: Any = float("nan")
REFUSED: dict[str, tuple[type[AnalyticsError], Any]] = {
    "more steps than are looked at": (CellsError, lambda: transitions(SPELLS, state="level", step="1d")),
    "a step longer than the calendar": (TooLittleError, lambda: transitions(SPELLS, state="level", step="9999y")),
    "vacancies that are no number": (CellsError, lambda: cover(COVERED.with_columns(ready_now=float("nan")))),
    "moves that are no number": (CellsError, lambda: net(MOVES.with_columns(n=float("nan")))),
    "fewer than no moves": (CellsError, lambda: with_rates(MOVES.with_columns(n=-1))),
    "a floor that is no number": (CellsError, lambda: kaplan_meier([1], [1], floor=BROKEN)),
    "causes beyond counting": (CountsError, lambda: kaplan_meier([1], [1e300])),
    "causes of things": (CountsError, lambda: kaplan_meier([1], [object()])),
    "groups of sums of money": (CellsError, lambda: at_risk(COVERED.cast(pl.Decimal(9, 2)), by="ready_now",
                                origin=None, exit="ready_soon", cause="expected_vacancies")),
    "no later months": (TooLittleError, lambda: calibration(MODEL, NO_MONTHS)),
    "months that are sums of money": (CellsError, lambda: calibration(MODEL, DECIMALS)),
    "no frame of people": (CellsError, lambda: expected(MODEL, None)),  # pyright: ignore[reportArgumentType]
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_gives_no_figure_is_refused_by_name(what: str) -> None:
    error, ask = REFUSED[what]
    with pytest.raises(error):
        ask()


@pytest.mark.parametrize(
    "given", [{"exit": 3}, {"exit": None}, {"cause": None}, {"person": ["a"]}, {"entry": 5}], ids=str
)
def test_what_is_no_name_of_a_column_is_refused(given: dict[str, Any]) -> None:
    spells = pl.DataFrame({"since": [0, 0, 4], "left": [3, 6, 6], "cause": [1, 0, 2]})
    asked: dict[str, Any] = {"origin": None, "entry": "since", "exit": "left", **given}
    with pytest.raises(CellsError, match="the spells have no column"):
        at_risk(spells, **asked)
