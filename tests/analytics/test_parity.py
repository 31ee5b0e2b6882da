"""Projections: the published illustration, what is conserved, and when they are refused."""

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from analytics.errors import CellsError, TooLittleError
from analytics.frames import Facts
from analytics.representation import Flows, flows, time_to_parity
from analytics.representation.parity import project
from analytics.synthetic import make
from tests.analytics.builders import some_facts

STOCKS = np.array(
    [[33_320, 20_990, 630], [186_920, 137_150, 5_320]], dtype=float
)  # Civil Service 2021: low, middle, upper
RATES = np.array([[0.91, 0.03, 0.0], [0.0, 0.936, 0.004], [0.0, 0.0, 0.92]])
HIRED = np.array([0.20, 0.20, 0.15])
TARGET = 0.143


def counted(
    stocks: np.ndarray, rates: list[np.ndarray], hired: np.ndarray, years: int = 3, scale: float = 1e6
) -> Flows:
    """Flows in which just these rates are seen, a million times over."""
    moves: list[dict[str, Any]] = []
    for side, table in zip(("minority", "white"), rates, strict=True):
        for at, row in enumerate(table):
            ends = [*enumerate(row), (None, 1 - row.sum())]
            moves += [{"group": side, "level": at, "to": to, "n": round(scale * rate)} for to, rate in ends]
    joined = [
        {"group": side, "level": at, "n": round(scale * share)}
        for side, column in (("minority", hired), ("white", 1 - hired))
        for at, share in enumerate(column)
    ]
    stand = [
        {"group": side, "level": at, "n": int(n)}
        for side, row in zip(("minority", "white"), stocks, strict=True)
        for at, n in enumerate(row)
    ]
    return Flows(pl.DataFrame(stand), pl.DataFrame(moves), pl.DataFrame(joined), years)


def test_the_civil_services_illustration_comes_out_as_published() -> None:
    same = time_to_parity(counted(STOCKS, [RATES, RATES], HIRED), levels=[0, 1, 2], group="minority", target=TARGET)
    assert same.shares["share"].to_numpy()[[0, 5, 10, 20]] == pytest.approx([0.1059, 0.1154, 0.1268, 0.1513], abs=5e-5)
    assert same.year == 17
    slower = RATES.copy()
    slower[1, 2] /= 1.2924
    slower[1, 1] += RATES[1, 2] - slower[1, 2]  # who does not rise stays
    less = time_to_parity(counted(STOCKS, [slower, RATES], HIRED), levels=[0, 1, 2], group="minority", target=TARGET)
    assert less.shares["share"].to_numpy()[[0, 5, 10, 20]] == pytest.approx([0.1059, 0.1034, 0.1062, 0.1191], abs=5e-5)
    assert less.year == 38
    assert less.low is not None and less.high is not None and less.low < 38 < less.high
    assert less.words == f"minority: parity in 38 years at current rates (plausible range {less.low} to {less.high})."


def test_heads_are_conserved_and_equal_rates_bring_equal_shares() -> None:
    shares = project(STOCKS, np.stack([RATES, RATES])[None], np.full((1, 3), 0.2), 400)[0]
    assert shares[-1] == pytest.approx([0.2] * 3, abs=1e-6)
    nobody_new = project(STOCKS, np.stack([np.eye(3)] * 2)[None], HIRED[None], 5)[0]
    assert nobody_new == pytest.approx(np.tile(STOCKS[0] / STOCKS.sum(axis=0), (6, 1)))


def test_what_was_seen_projects_to_what_was_seen_next() -> None:
    moved = np.array([[0.9, 0.1, 0.0], [0.0, 0.9, 0.05], [0.0, 0.0, 0.9]])
    left = np.einsum("sf,ft->st", STOCKS, moved)
    joined = np.array([[0.3], [0.7]]) * (STOCKS.sum(axis=0) - left.sum(axis=0))
    after = left + joined
    one = project(STOCKS, np.stack([moved, moved])[None], np.full((1, 3), 0.3), 1)[0]
    assert one[1] == pytest.approx(after[0] / after.sum(axis=0))


def test_where_the_rates_never_get_there_it_says_so() -> None:
    few = counted(STOCKS, [RATES, RATES], np.array([0.2, 0.2, 0.02]), scale=1e6)
    never = time_to_parity(few, levels=[0, 1, 2], group="minority", target=0.4)
    assert (never.year, never.high, never.chance_never) == (None, None, 1.0)
    assert never.words == "minority: parity never at current rates."


def test_fewer_people_give_a_wider_band() -> None:
    wide, narrow = (
        time_to_parity(
            counted(STOCKS, [RATES, RATES], HIRED, scale=scale), levels=[0, 1, 2], group="minority", target=TARGET
        )
        for scale in (4_000, 400_000)
    )
    assert wide.low is not None and narrow.low is not None and narrow.high is not None
    assert wide.low < narrow.low <= 17 <= narrow.high
    assert wide.high is None or wide.high > narrow.high
    assert (wide.shares["high"] - wide.shares["low"])[30] > 3 * (narrow.shares["high"] - narrow.shares["low"])[30]


def test_the_target_is_the_feeder_pools_share_unless_told() -> None:
    found = time_to_parity(counted(STOCKS, [RATES, RATES], HIRED), levels=[0, 1, 2], group="minority")
    assert found.target == pytest.approx(20_990 / (20_990 + 137_150))
    above = np.array([[100.0, 100, 400], [900, 900, 600]])
    there = time_to_parity(counted(above, [RATES, RATES], HIRED), levels=[0, 1, 2], group="minority")
    assert (there.year, there.words) == (0, "minority: at parity now.")


def test_too_little_is_refused() -> None:
    args: dict[str, Any] = {"levels": [0, 1, 2], "group": "minority"}
    with pytest.raises(TooLittleError, match="1 year of moves"):
        time_to_parity(counted(STOCKS, [RATES, RATES], HIRED, years=1), **args)
    few = STOCKS.copy()
    few[0, 1:] = 4
    with pytest.raises(TooLittleError, match="fewer than 10 people"):
        time_to_parity(counted(few, [RATES, RATES], HIRED), **args)
    with pytest.raises(TooLittleError, match="rises into the level"):
        time_to_parity(counted(STOCKS, [RATES, RATES], HIRED, scale=1_000), **args)


def test_levels_groups_and_targets_that_are_not_there_are_refused() -> None:
    seen = counted(STOCKS, [RATES, RATES], HIRED)
    for wrong, words in (
        ({"levels": [0, 9], "group": "minority"}, "levels"),
        ({"levels": [0], "group": "minority"}, "levels"),
        ({"levels": [0, 1], "group": "black"}, "no group 'black'"),
        ({"levels": [0, 1], "group": "minority", "target": 1.5}, "target"),
    ):
        with pytest.raises(CellsError, match=words):
            time_to_parity(seen, **wrong)  # type: ignore[arg-type]


def test_flows_are_counted_from_one_day_to_the_next() -> None:
    held = [
        {"person": 1, "level": 5, "ended": date(2025, 6, 1)},
        {"person": 1, "level": 6, "started": date(2025, 6, 2)},
        {"person": 2, "level": 5, "ended": date(2025, 6, 1)},
        {"person": 3, "level": 6, "started": date(2025, 9, 1)},
        {"person": 4, "level": None},
    ]
    seen = flows(some_facts([{}, {"ethnicity": "black"}, {}, {}], held), [date(2025, 3, 31), date(2026, 3, 31)])
    assert seen.moves.rows() == [("black", 5, None, 1), ("white", 5, 6, 1)]
    assert seen.hires.rows() == [("white", 6, 1)]
    assert seen.stocks.rows() == [("white", 6, 2)]
    with pytest.raises(CellsError, match="days"):
        flows(some_facts([{}], [{}]), [date(2026, 3, 31)])


def test_a_made_up_system_can_be_projected() -> None:
    made = make(staff=4000, organisations=4, years=3)
    facts = Facts.of(made.people.lazy(), made.spells.lazy())
    seen = flows(facts, [date(year, 9, 30) for year in (2024, 2025, 2026)], "sex")
    found = time_to_parity(seen, levels=[5, 6, 7, 8], group="female")
    assert found.shares["share"].is_between(0, 1).all()
