"""Whatever somebody types in a notebook is answered, or refused by name: no stray error, and no made-up figure."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import stats

import analytics.disclosure as disclosure
import analytics.flags as flags
import analytics.intervals as intervals
import analytics.representation as representation
import analytics.testing as testing
from analytics.cells import add, count
from analytics.errors import AnalyticsError, CellsError, CountsError, DisclosureError, FactsError
from analytics.frames import Facts
from tests.analytics.builders import TODAY, some_facts, some_people, some_posts

FOUR: dict[str, Callable[..., Any]] = {
    "ratio": intervals.risk_ratio,
    "difference": intervals.risk_difference,
    "fisher": testing.fisher,
    "mid_p": testing.mid_p,
    "z": testing.two_proportions_z,
}
NO_COUNTS: list[Any] = [
    *(-1, 1.5, math.nan, math.inf, None, "3", b"3", True, 1 + 2j, 10**11, 10**400, [[1], [1, 2]], {"a": 1}),
    *(np.array(["1"]), np.array([True]), np.ma.masked_equal([1, 2], 2)),
    *(pl.Series(["1"]), pl.Series([True]), pl.Series([1.5]), pl.Series([1, -1]), pl.Series([1.0, math.nan])),
]
LEVELS: list[Any] = [0, 1, -1, 95, math.nan, None, "0.95", True, [0.95]]


@pytest.mark.parametrize("wrong", NO_COUNTS, ids=lambda value: type(value).__name__)
def test_what_is_no_count_of_people_is_refused_by_every_function(wrong: Any):
    for function in FOUR.values():
        for given in ((wrong, 40, 48, 80), (12, wrong, 48, 80), (12, 40, wrong, 80), (12, 40, 48, wrong)):
            with pytest.raises(CountsError):
                function(*given)
    for function in (intervals.wilson, lambda x, n: testing.binomial_mid_p(x, n, 0.5)):  # pyright: ignore
        with pytest.raises(CountsError):
            function(wrong, 40)
    with pytest.raises(CountsError):
        testing.funnel_limits(wrong, 0.2)


@pytest.mark.parametrize("level", LEVELS, ids=repr)
def test_a_level_outside_nought_to_one_is_refused(level: Any):
    strata = pl.DataFrame({"a": [1], "n": [2], "c": [1], "m": [2]})
    for ask in (
        lambda: intervals.wilson(1, 2, level),
        lambda: intervals.risk_ratio(1, 2, 1, 2, level),
        lambda: intervals.risk_difference(1, 2, 1, 2, level),
        lambda: testing.funnel_limits(10, 0.5, level),
        lambda: testing.poisson_funnel_limits(10, level),
        lambda: testing.mantel_haenszel(strata, level),
    ):
        with pytest.raises(CountsError, match="level"):
            ask()


@pytest.mark.parametrize("name", FOUR)
def test_nobody_is_no_estimate_and_no_event_is_no_ratio(name: str):
    """0 of 0 gives nothing, in any of its places; no event on either side is not a ratio of 1."""
    for table in ((0, 0, 3, 5), (3, 5, 0, 0), (0, 0, 0, 0)):
        assert np.isnan(FOUR[name](*table)).all()
    told = FOUR[name](*(pl.Series([n]) for n in (0, 0, 3, 5)))
    assert all(series.null_count() == 1 for series in (told if isinstance(told, tuple) else (told,)))
    if name == "ratio":
        assert np.isnan(FOUR[name](0, 5, 0, 5)).all()
        assert np.isnan(FOUR[name](0, 5, 0, 5, method="katz")).all()


def test_numbers_of_every_kind_give_the_same():
    expected = intervals.wilson(12, 40)
    kinds: list[Any] = [np.int8, np.uint8, np.int64, np.float32, float]
    for kind in kinds:
        assert intervals.wilson(kind(12), kind(40)) == expected
    several: list[Any] = [[12, 12], (12, 12), np.array([12, 12], dtype=np.uint8), pl.Series([12, 12], dtype=pl.UInt8)]
    for together in several:
        low, high = intervals.wilson(together, 40)
        assert [*low] == [expected[0]] * 2
        assert [*high] == [expected[1]] * 2
    p: Any = [0.01, 0.04, 0.03]
    assert [*testing.benjamini_hochberg(p)] == pytest.approx([0.03, 0.04, 0.04])
    assert len(intervals.wilson(pl.Series([], dtype=pl.Int64), 4)[0]) == 0
    assert intervals.wilson(pl.Series([None, None]), 4)[0].null_count() == 2


@pytest.mark.parametrize("wrong", ["0.5", [0.5, 1.5], [-0.1], pl.Series(["a"]), 1j], ids=repr)
def test_what_is_no_p_is_refused(wrong: Any):
    with pytest.raises(CountsError):
        testing.benjamini_hochberg(wrong)


HUGE = [(500_000_000, 10**9, 500_050_000, 10**9), (300, 10**9, 380, 10**9), (30, 10**6, 10**5, 10**9)]


@pytest.mark.parametrize("table", HUGE, ids=str)
def test_a_thousand_million_people_are_counted_as_exactly_as_ten(table: tuple[int, int, int, int]):
    a, n, c, m = table
    assert testing.fisher(*table) == pytest.approx(stats.fisher_exact([[a, n - a], [c, m - c]])[1], rel=1e-5)
    by_chance = stats.hypergeom(n + m, a + c, n)
    two_sided = 2 * min(by_chance.cdf(a), by_chance.sf(a - 1)) - by_chance.pmf(a)  # pyright: ignore
    assert testing.mid_p(*table) == pytest.approx(two_sided, rel=1e-4)
    low, high = testing.poisson_funnel_limits(c)
    assert (low, high) == pytest.approx(
        (stats.chi2.ppf(0.025, 2 * c) / 2 / c, stats.chi2.ppf(0.975, 2 * c + 2) / 2 / c), rel=1e-9
    )
    low, high = testing.funnel_limits(n, 0.3)
    assert stats.binom.cdf(round(low * n), n, 0.3) == pytest.approx(0.025, rel=0.01)
    assert stats.binom.cdf(round(high * n), n, 0.3) == pytest.approx(0.975, rel=0.01)


def test_strata_where_everybody_had_the_event_have_a_ratio_and_no_false_certainty():
    found = testing.mantel_haenszel(pl.DataFrame({"a": [3, 4], "n": [3, 4], "c": [5, 6], "m": [5, 6]}))
    assert found.ratio == 1
    assert math.isnan(found.low)
    assert math.isnan(found.high)


COMPARISONS = pl.DataFrame(
    {"family": "f", "unit": ["x", "y"], "a": [12, 10], "n": [40, 50], "c": [48, 30], "m": [80, 100]}
).with_columns(adverse=pl.lit(value=False), unknown_share=0.1)
YEAR = {"a": 3, "n": 10, "c": 10, "m": 20}


@pytest.mark.parametrize(
    "wrong",
    [
        {"a": -1}, {"a": 1.5}, {"a": 41}, {"a": None}, {"a": "1"}, {"a": True}, {"a": math.nan}, {"m": 10**17},
        {"a": 0, "n": 0}, {"c": 0, "m": 0}, {"adverse": 1}, {"adverse": None}, {"family": None},
        {"unknown_share": math.nan}, {"unknown_share": 1.1}, {"unknown_share": 1.0}, {"unknown_share": "a"},
        {"imported_tau2": -1.0}, {"imported_tau2": math.nan}, {"imported_tau2": "a"}, {"unknown_a": 1},
        {"unknown_a": 3, "unknown_n": 1}, {"years": 3}, {"years": [YEAR]}, {"years": []},
        {"years": [YEAR | {"a": 1.5}] * 3}, {"years": [YEAR | {"a": None}] * 3}, {"years": [YEAR | {"a": 11}] * 3},
        {"years": [{"a": 1, "n": 2, "c": 3}] * 3},
    ],
    ids=str,
)  # fmt: skip
def test_comparisons_that_cannot_be_are_refused(wrong: dict[str, Any]):
    columns = [pl.Series(name, [value] * 2, strict=False) for name, value in wrong.items()]
    with pytest.raises(CountsError):
        flags.decide(COMPARISONS.with_columns(columns))


def test_no_frame_an_empty_one_and_one_that_is_there_twice_are_refused():
    for wrong in (COMPARISONS.head(0), pl.concat([COMPARISONS] * 2), COMPARISONS.to_dict(), None):
        with pytest.raises(CountsError):
            flags.decide(wrong)  # pyright: ignore[reportArgumentType]
    lazily = flags.decide(COMPARISONS.lazy())  # pyright: ignore[reportArgumentType]
    assert lazily.equals(flags.decide(COMPARISONS))
    for kind in (pl.Categorical, pl.Enum(["x", "y"])):
        assert flags.decide(COMPARISONS.cast({"unit": kind}))["state"].to_list() == lazily["state"].to_list()


def test_one_organisation_where_everybody_had_the_event_does_not_silence_the_others():
    """Its variance is nought; the rest of a small family was once left without a verdict for it."""
    saturated = COMPARISONS.head(1).with_columns(unit=pl.lit("z"), a=3, n=3, c=4, m=4)
    strata = pl.concat([COMPARISONS, saturated.cast(COMPARISONS.schema)], how="vertical_relaxed")
    whole = flags.system_wide(strata.select(COMPARISONS.columns))
    assert whole["tau2"].is_finite().all()


CELLS = pl.DataFrame({"place": "A", "group": ["x", "y", "z"], "n": [402, 61, 4], "known": 467})


@pytest.mark.parametrize(
    "wrong",
    [
        CELLS.with_columns(n=pl.lit(-1)), CELLS.with_columns(n=pl.lit(1.0)), CELLS.with_columns(n=pl.lit("4")),
        CELLS.with_columns(n=pl.lit(value=True)), CELLS.with_columns(n=pl.lit(None, dtype=pl.Int64)),
        CELLS.with_columns(known=pl.lit(10)), CELLS.with_columns(known=pl.col("n")), pl.concat([CELLS, CELLS]),
        CELLS.drop("n"), CELLS.with_columns(n=pl.lit(2**63, dtype=pl.UInt64)), CELLS.lazy(), CELLS.to_dict(), None,
    ],
)  # fmt: skip
def test_figures_that_are_no_counts_are_not_released(wrong: Any):
    with pytest.raises(DisclosureError):
        disclosure.release(wrong, counts=["n"], keys=["place", "group"], totals=["known"])


@pytest.mark.parametrize(
    "asked", [{"keys": []}, {"keys": "group"}, {"counts": "n"}, {"keys": ["place", "n"]}, {"keys": ["where"]}], ids=str
)
def test_a_release_of_no_named_columns_is_refused(asked: dict[str, Any]):
    named: dict[str, Any] = {"counts": ["n"], "keys": ["place", "group"], "totals": ["known"]}
    with pytest.raises(DisclosureError):
        disclosure.release(CELLS, **named | asked)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"floor": value} for value in (4, 5.5, math.inf, math.nan, "10", None, True)),
        *({"base": value} for value in (0, 2.5, 11)),
        *({"width": value} for value in (0, math.nan)),
        *({"version": value} for value in ("", None)),
    ],
    ids=str,
)
def test_a_rule_that_is_none_is_refused(wrong: dict[str, Any]):
    named: dict[str, Any] = {"version": "x"}
    with pytest.raises(DisclosureError):
        disclosure.Rule(**named | wrong)


VIEW = pl.DataFrame({"place": ["A", "B", "all"], "n": [None, 31, 40]})


@pytest.mark.parametrize(
    "views",
    [
        None, [], VIEW, [VIEW], disclosure.View(VIEW, {"place": "all"}, {"n": "n"}),
        [disclosure.View(VIEW, {}, {"n": "n"})], [disclosure.View(VIEW, {"place": "all"}, {})],
        [disclosure.View(VIEW, {"place": "all"}, {"k": "n"})],
        *([disclosure.View(VIEW, {"place": "all"}, {"n": "n"}, base=base)] for base in (0, -5)),
        *([disclosure.View(frame, {"place": "all"}, {"n": "n"})] for frame in (
            VIEW.head(0), VIEW.with_columns(n=pl.Series([None, -3, 40])),
            VIEW.with_columns(n=pl.Series([None, 3.5, 4])), VIEW.with_columns(n=pl.lit("a")),
            VIEW.with_columns(n=pl.Series([None, 41, 40])))),
    ],
)  # fmt: skip
def test_views_that_are_none_are_not_audited(views: Any):
    with pytest.raises(DisclosureError):
        disclosure.audit(views)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return some_facts([{}, {"ethnicity": "black"}], [{}, {"person": 2}], [{}, {"person": 2, "stage": "offer"}])


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"at": TODAY, "window": (TODAY, TODAY)}, {"at": "2026-03-31"}, {"at": datetime(2026, 3, 31, tzinfo=UTC)},
        {"window": (TODAY,)}, {"window": "ab"}, {"window": (TODAY, date(2020, 1, 1))}, {"at": TODAY, "by": "level"},
        {"at": TODAY, "by": ["pay"]}, {"at": TODAY, "by": None}, {"at": TODAY, "characteristics": []},
        {"at": TODAY, "characteristics": ["religion"]}, {"at": TODAY, "characteristics": "sex"},
    ],
    ids=str,
)  # fmt: skip
def test_a_count_of_nothing_named_is_refused(facts: Facts, asked: dict[str, Any]):
    with pytest.raises(CellsError):
        count(facts, **asked)


def test_cells_that_are_none_do_not_add_and_codes_of_any_kind_do(facts: Facts):
    cells = count(facts, at=TODAY)
    for wrong in (
        (), ([cells],), (cells.lazy(),), (cells, cells.drop("level")), (cells.with_columns(n=pl.lit("a")),) * 2,
        (cells.with_columns(n=pl.lit(None, dtype=pl.Int64)),), (cells.with_columns(n=pl.lit(-1)),), (CELLS,) * 2,
        (None,),
    ):  # fmt: skip
        with pytest.raises(CellsError):
            add(*wrong)  # pyright: ignore[reportArgumentType]
    for kind in ({"characteristic": pl.String}, {"organisation": pl.Categorical}, {"n": pl.UInt8}):
        both = add(cells.cast(kind), cells)  # type: ignore[arg-type]
        assert both.height == cells.height
        assert both["n"].sum() == 2 * cells["n"].sum()


WINDOW = (date(2025, 4, 1), TODAY)
ASKED: dict[str, Callable[[Facts], Any]] = {
    "cells of nothing": lambda _: representation.shares(None),  # type: ignore[arg-type]
    "cells of counts below 0": lambda f: representation.shares(count(f, at=TODAY).with_columns(n=pl.lit(-1))),
    "level": lambda f: representation.shares(count(f, at=TODAY), level=95),
    "tiers of words": lambda f: representation.disparity_ratios(
        count(f, at=TODAY), low=["5"], middle=[6], upper=[7], group="black", reference="white"
    ),
    "a group absent": lambda f: representation.disparity_ratios(
        count(f, at=TODAY), low=[5], middle=[6], upper=[7], group="purple", reference="white"
    ),
    "no feeders": lambda f: representation.against_feeder_pool(count(f, at=TODAY), {}),
    "benchmark above one": lambda f: representation.against_benchmark(
        count(f, at=TODAY), "sex", {"female": 0.6, "male": 0.6}, name="census"
    ),
    "benchmark in words": lambda f: representation.against_benchmark(
        count(f, at=TODAY), "sex", {"female": "half", "male": 0.5}, name="census"  # type: ignore[dict-item]
    ),
    "benchmark of others": lambda f: representation.against_benchmark(
        count(f, at=TODAY), "sex", {"a": 0.5, "b": 0.5}, name="census"
    ),
    "wres of no facts": lambda _: representation.wres(None, at=TODAY),  # type: ignore[arg-type]
    "wres on no day": lambda f: representation.wres(f, at="today"),  # type: ignore[arg-type]
    "wdes before anybody": lambda f: representation.wdes(f, at=date(1900, 1, 1)),
    "chain without a window": lambda f: representation.equity_chain(f, window=None),  # type: ignore[arg-type]
    "chain of no characteristic": lambda f: representation.equity_chain(f, window=WINDOW, characteristic=[]),
    "chain beside nobody": lambda f: representation.equity_chain(f, window=WINDOW, reference="purple"),
    "chain of crossed groups by organisation": lambda f: representation.equity_chain(
        f, window=WINDOW, characteristic=["ethnicity", "sex"], reference="white and female", by=["organisation"]
    ),
    "one year": lambda f: representation.flows(f, [TODAY]),
    "days that are none": lambda f: representation.flows(f, ["a", "b"]),  # type: ignore[list-item]
    "parity of nothing": lambda _: representation.time_to_parity(None, levels=[5, 6], group="black"),  # type: ignore[arg-type]
}  # fmt: skip


@pytest.mark.parametrize("asked", ASKED)
def test_what_representation_cannot_answer_is_refused(facts: Facts, asked: str):
    with pytest.raises(AnalyticsError):
        ASKED[asked](facts)


def test_where_nobody_answered_there_is_no_share():
    silent = some_facts([{"ethnicity": "not_known"}] * 3, [{}, {"person": 2}, {"person": 3}], [{}])
    found = representation.shares(count(silent, at=TODAY)).filter(pl.col("characteristic") == "ethnicity")
    assert found["share"].null_count() == found.height
    with pytest.raises(CellsError, match="white"):
        representation.equity_chain(silent, window=WINDOW)


def test_half_a_snapshot_is_refused_by_name(tmp_path: Path):
    people, posts = some_people({}, {}), some_posts({}, {"person": 2})
    people.collect().write_parquet(tmp_path / "people.parquet")
    with pytest.raises(FactsError, match="spells"):
        Facts.read(tmp_path)
    posts.collect().write_parquet(tmp_path / "spells.parquet")
    whole = (tmp_path / "spells.parquet").read_bytes()
    for part in (whole[: len(whole) // 2], b"", b"PAR1 and no more"):
        (tmp_path / "spells.parquet").write_bytes(part)
        with pytest.raises(FactsError, match="not whole"):
            Facts.read(tmp_path)
    for given in ((None, posts), (people, None), (people, "posts")):
        with pytest.raises(FactsError):
            Facts.of(*given)  # type: ignore[arg-type]
    assert Facts.of(people.collect(), posts.collect()).people.collect().height == 2  # type: ignore[arg-type]
