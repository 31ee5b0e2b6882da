"""The five states: what makes each, what stops it, and what is said of it."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analytics.errors import CountsError
from analytics.flags import STATES, FlagRule, decide, like_for_like, smallest_gap
from analytics.flags.evidence import log_ratio
from analytics.testing import benjamini_hochberg, mid_p
from analytics.testing.dispersion import over_dispersion, random_effects, shrink
from tests.analytics.test_pooling import BERKELEY

ROW: dict[str, Any] = {"family": "f", "unit": "u", "adverse": False, "unknown_share": 0.1}


def compared(*tables: tuple[int, int, int, int], **also: Any) -> pl.DataFrame:
    """One family; units 0, 1, 2 ... with these tables."""
    rows = [
        {**ROW, "unit": str(at), **dict(zip("ancm", table, strict=True)), **also} for at, table in enumerate(tables)
    ]
    return pl.DataFrame(rows)


def state(*tables: tuple[int, int, int, int], **also: Any) -> str:
    """The state of the first of these tables."""
    return decide(compared(*tables, **also)).item(0, "state")


def test_a_family_of_five_has_the_five_verdicts_of_its_reference() -> None:
    five = decide(
        compared((12, 40, 48, 80), (2, 16, 52, 110), (20, 60, 130, 330), (0, 8, 9, 40), (300, 1500, 600, 3000))
    )
    assert five["state"].to_list() == ["flag", "watch", "uncertain", "not_enough_data", "no_evidence"]
    assert five["q"][0] == pytest.approx(0.0086, abs=5e-5)
    assert five.select("low", "high").row(4) == pytest.approx((0.8829, 1.1312), abs=5e-5)
    assert five["comparisons"].to_list() == [4] * 5


@pytest.mark.parametrize(
    ("table", "also", "expected"),
    [
        ((12, 40, 48, 80), {}, "flag"),
        ((12, 40, 48, 80), {"unknown_share": 0.2}, "flag"),
        ((12, 40, 48, 80), {"unknown_share": 0.21}, "watch"),
        ((1, 19, 48, 80), {}, "watch"),
        ((1, 20, 48, 80), {}, "flag"),
        ((48, 80, 12, 40), {}, "uncertain"),
        ((48, 80, 12, 40), {"adverse": True}, "flag"),
        ((12, 40, 48, 80), {"adverse": True}, "uncertain"),
        ((6, 40, 25, 80), {}, "uncertain"),
        ((0, 9, 48, 80), {}, "not_enough_data"),
        ((12, 40, 9, 9), {}, "not_enough_data"),
        ((0, 400, 0, 800), {}, "not_enough_data"),
        ((400, 400, 800, 800), {}, "not_enough_data"),
        ((0, 30, 1, 40), {}, "not_enough_data"),
        ((400, 500, 500, 500), {}, "uncertain"),
        ((300, 1500, 600, 3000), {}, "no_evidence"),
    ],
)  # fmt: skip
def test_one_table_alone_has_its_state(table: tuple[int, int, int, int], also: dict[str, Any], expected: str) -> None:
    assert state(table, **also) == expected


def test_a_ratio_of_exactly_four_fifths_is_not_outside() -> None:
    rates = decide(compared((4800, 10_000, 6000, 10_000), (5100, 10_000, 6000, 10_000), (4500, 10_000, 6000, 10_000)))
    assert rates["outside"].to_list() == [False, False, True]
    exactly = decide(compared((7500, 10_000, 6000, 10_000), adverse=True))
    assert exactly["outside"].to_list() == [False]


def test_a_gap_that_one_person_could_undo_is_watched_and_not_flagged() -> None:
    assert mid_p(0, 20, 9, 40) < 0.02
    assert mid_p(1, 20, 8, 40) > 0.10
    assert state((0, 20, 9, 40)) == "watch"
    assert mid_p(1, 20, 14, 40) < 0.10
    assert state((0, 20, 15, 40)) == "flag"


def test_flags_need_evidence_after_the_other_comparisons_are_allowed_for() -> None:
    weak = (14, 40, 46, 80)
    assert 0.01 < mid_p(*weak) < 0.05
    assert state(weak) == "flag"
    assert state(weak, *[(20, 60, 110, 330)] * 5) == "watch"


def test_two_years_of_three_in_the_same_direction_are_watched() -> None:
    year = {"a": 5, "n": 30, "c": 32, "m": 90}
    calm = {"a": 14, "n": 30, "c": 32, "m": 90}
    table = (24, 90, 96, 270)
    assert mid_p(5, 30, 32, 90) < 0.10
    assert state(table) == "uncertain"
    assert state(table, years=[year, calm, year]) == "watch"
    assert state(table, years=[calm, calm, year]) == "uncertain"
    assert state(table, years=[year, year, calm, calm, calm]) == "uncertain"
    assert state(table, years=[year, calm, year], adverse=True) == "uncertain"


def test_units_that_differ_from_one_another_by_more_than_chance_weaken_each_p() -> None:
    rng = np.random.default_rng(4)
    rates = rng.beta(20, 80, 40)
    tables = [(int(rng.binomial(200, rate)), 200, 160, 800) for rate in rates]
    wide = decide(compared(*tables))
    assert (wide["p_adj"] > wide["p"]).all()
    assert (wide["state"] == "flag").sum() < (benjamini_hochberg(wide["p"]) <= 0.10).sum()
    a, n, c, m = (np.array(column, dtype=float) for column in zip(*tables, strict=True))
    y, v = log_ratio(a, n, c, m)
    assert wide["tau2"][0] == pytest.approx(over_dispersion(y, v)[1], rel=1e-9)
    assert np.log(wide["shrunk"].to_numpy()) == pytest.approx(shrink(y, v), rel=1e-9)
    z = stats.norm.isf(wide["p"].to_numpy() / 2) * np.sqrt(v / (v + over_dispersion(y, v)[1]))
    assert wide["p_adj"].to_numpy() == pytest.approx(2 * stats.norm.sf(z), rel=1e-9)
    assert wide["q"].to_numpy() == pytest.approx(benjamini_hochberg(wide["p_adj"].to_numpy()), rel=1e-9)


def test_a_small_family_takes_its_variance_from_a_wider_one() -> None:
    grades = [(12, 40, 48, 80), *[(20, 60, 110, 330)] * 3]
    assert decide(compared(*grades))["p_adj"][0] == pytest.approx(mid_p(12, 40, 48, 80))
    imported = decide(compared(*grades, imported_tau2=0.08))
    y, v = log_ratio(*(np.array([float(x)]) for x in grades[0]))
    z = stats.norm.isf(mid_p(12, 40, 48, 80) / 2) * np.sqrt(v / (v + 0.08))
    assert imported["p_adj"][0] == pytest.approx(2 * stats.norm.sf(z)[0])
    assert random_effects(y, v).tau2 == 0


def test_in_a_large_family_the_drawn_in_ratio_must_be_beyond_its_mark_too() -> None:
    steady = [(200 + d, 1000, 800, 4000) for d in (0, 3, -3, 5, -5, 2, -2, 4, -4, 0, 1, -1)]
    near, far = (decide(compared((a, 800, 800, 4000), *steady)).row(0, named=True) for a in (116, 100))
    assert near["q"] < 0.10 and near["ratio"] < 0.8 and near["shrunk"] > 0.85
    assert (near["state"], far["state"]) == ("watch", "flag")
    assert state((116, 800, 800, 4000), *steady[:8]) == "flag"


def test_berkeley_is_flagged_crude_and_not_within_departments() -> None:
    women = BERKELEY.rename({"a": "c", "n": "m", "c": "a", "m": "n"})
    strata = women.with_columns(pl.lit(v).alias(k) for k, v in ROW.items()).with_columns(
        department=pl.Series(list("ABCDEF"))
    )
    crude = decide(strata.group_by(list(ROW)).agg(pl.sum("a", "n", "c", "m")))
    assert crude["state"].to_list() == ["flag"]
    within = decide(like_for_like(strata, ["department"]))
    assert within["state"][0] in ("no_evidence", "uncertain")
    assert within["ratio"][0] > 1 > within["crude_ratio"][0]
    assert "on the other side of 1" in within["words"][0]


def test_a_flag_within_strata_needs_somebody_on_both_sides() -> None:
    apart = pl.DataFrame(
        [{**ROW, "band": "5", "a": 12, "n": 40, "c": 0, "m": 0}, {**ROW, "band": "6", "a": 0, "n": 0, "c": 48, "m": 80}]
    )
    alone = decide(like_for_like(apart, ["band"]).with_columns(n=pl.lit(40), m=pl.lit(80), a=pl.lit(12), c=pl.lit(48)))
    assert alone["state"].to_list() == ["not_enough_data"]


def test_silence_that_goes_with_the_event_is_no_ground_for_a_flag() -> None:
    assert state((120, 400, 480, 800), unknown_a=12, unknown_n=24) == "flag"
    silent = decide(compared((120, 400, 480, 800), unknown_a=60, unknown_n=60))
    assert silent["state"].to_list() == ["watch"]
    assert silent["bound_high"][0] == pytest.approx((180 / 460) / (480 / 800))
    assert silent["bound_low"][0] == pytest.approx((120 / 400) / (540 / 860))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_exchanging_group_and_reference_and_the_sense_of_the_event_changes_no_state(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = rng.integers(5, 400, 14), rng.integers(5, 400, 14)
    tables = [*zip(rng.binomial(n, 0.25), n, rng.binomial(m, 0.35), m, strict=True)]
    there = compared(*tables)
    back = there.rename({"a": "c", "n": "m", "c": "a", "m": "n"}).with_columns(adverse=~pl.col("adverse"))
    assert decide(there)["state"].to_list() == decide(back)["state"].to_list()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8))
def test_twenty_times_as_many_people_make_a_clear_gap_a_flag_and_a_calm_unit_makes_none(seed: int, units: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = rng.integers(20, 60, units), rng.integers(40, 160, units)
    tables = [*zip(rng.binomial(n, 0.2), n, rng.binomial(m, 0.5), m, strict=True)]
    large = decide(compared(*[tuple(20 * x for x in table) for table in tables]))
    clear = large.filter((pl.col("ratio") < 0.75) & pl.col("testable"))
    assert set(clear["state"]) <= {"flag"}
    before = decide(compared(*tables))["state"].to_list()
    after = decide(compared(*tables, (100, 500, 200, 1000)))["state"].to_list()
    assert all(then == "flag" for then, now in zip(before, after, strict=False) if now == "flag")


def test_families_are_decided_apart_and_rows_keep_their_order() -> None:
    one, two = compared((12, 40, 48, 80), (20, 60, 130, 330)), compared((300, 1500, 600, 3000), (14, 40, 46, 80))
    two = two.with_columns(family=pl.lit("g"))
    mixed = pl.concat([one, two])[[2, 0, 3, 1]]
    apart = pl.concat([decide(one), decide(two)])[[2, 0, 3, 1]]
    assert decide(mixed).equals(apart)


def test_groups_of_one_unit_are_in_one_family() -> None:
    both = compared((12, 40, 48, 80), (20, 60, 48, 80)).with_columns(
        unit=pl.lit("u"), group=pl.Series(["asian", "black"])
    )
    assert decide(both)["comparisons"].to_list() == [2, 2]


def test_no_event_is_no_ratio_and_never_a_ratio_of_one() -> None:
    nothing = decide(compared((0, 40, 0, 80), (12, 40, 48, 80)))
    assert nothing.select("ratio", "low", "high").row(0) == (None, None, None)
    assert nothing["words"][0].startswith("Nobody in either group did")


def test_a_flag_says_what_was_seen_how_sure_it_is_and_what_is_next() -> None:
    names = {"group": "disabled", "reference": "non-disabled", "event": "be appointed from shortlisting"}
    names |= {"stage": "shortlisting", "owner": "Head of Resourcing", "by": "31 March 2027"}
    assert decide(compared((12, 40, 48, 80), **names))["words"][0] == (
        "Flag. Disabled staff were 0.50 times as likely as non-disabled staff to be appointed from shortlisting "
        "(12 of 40 v 48 of 80; plausible range 0.29–0.79). A gap this size is unlikely to be chance after allowing for "
        "the 1 comparison made. It does not show why. Next: review shortlisting records; owner Head of Resourcing; by "
        "31 March 2027."
    )
    never = decide(compared((30, 400, 0, 800), adverse=True))["words"][0]
    assert "were many times as likely" in never
    assert "no upper limit" in never


@pytest.mark.parametrize(
    ("table", "also", "says"),
    [
        ((20, 60, 130, 330), {}, "includes both no gap and a material one"),
        ((800, 2000, 1000, 2000), {}, "there may be a gap"),
        ((48, 80, 12, 40), {"group": "white", "reference": "black"}, "no material gap against white staff"),
        ((0, 8, 9, 40), {"next": "May 2027"}, "Look at the system-wide figure or wait for May 2027."),
        ((300, 1500, 600, 3000), {}, "the true ratio is very likely between 0.8 and 1.25"),
    ],
)  # fmt: skip
def test_what_is_said_is_true_of_the_range(table: Any, also: dict[str, Any], says: str) -> None:
    assert says in decide(compared(table, **also))["words"][0]


def test_no_words_blame_rank_or_reassure() -> None:
    rng = np.random.default_rng(8)
    n, m = rng.integers(1, 900, 400), rng.integers(1, 2000, 400)
    tables = [*zip(rng.binomial(n, 0.2), n, rng.binomial(m, 0.3), m, strict=True)]
    decided = decide(compared(*tables, *[(3000, 15_000, 6000, 30_000)] * 400))
    assert set(decided["state"]) == set(STATES)
    said = " ".join(decided["words"]).lower()
    assert not any(word in said for word in ("discriminat", "bias", "significant", "rank", "league", "green", "null"))


def test_the_smallest_gap_is_the_one_of_the_power_formula() -> None:
    assert smallest_gap(440, 440, 0.20) == pytest.approx(0.65, abs=5e-4)
    assert smallest_gap(1447, 1447, 0.20) == pytest.approx(0.80, abs=5e-4)
    assert smallest_gap(440, 440, 0.13, adverse=True) == pytest.approx(0.20 / 0.13, abs=2e-3)
    assert smallest_gap(pl.Series([0, 5, 5]), 80, pl.Series([0.2, 0.2, 0.0])).is_null().all()
    with pytest.raises(CountsError, match="rate"):
        smallest_gap(10, 10, 1.2)


def test_a_gap_of_the_smallest_size_is_seen_four_times_in_five() -> None:
    rng = np.random.default_rng(9)
    gap = smallest_gap(400, 1600, 0.2)
    seen = mid_p(rng.binomial(400, 0.2 * gap, 4000), 400, rng.binomial(1600, 0.2, 4000), 1600) <= 0.05
    assert seen.mean() == pytest.approx(0.80, abs=0.03)


@pytest.mark.parametrize(
    ("n", "rate", "false_alarm", "power"),
    [
        (20, 0.20, 0.36, (0.05, 0.09, 0.16)),
        (50, 0.20, 0.27, (0.08, 0.19, 0.38)),
        (100, 0.20, 0.18, (0.14, 0.36, 0.69)),
        (50, 0.10, 0.35, (0.04, 0.08, 0.15)),
        (100, 0.40, 0.06, (0.31, 0.75, 0.98)),
    ],
)
def test_one_organisation_detects_what_exact_enumeration_says(
    n: int, rate: float, false_alarm: float, power: tuple[float, ...]
) -> None:
    m = 4 * n  # the reference is four times the group; the table does not tell which test, nor how it treats ties
    a, c = (grid.ravel() for grid in np.meshgrid(np.arange(n + 1), np.arange(m + 1)))
    low = 5 * a * m < 4 * c * n
    convincing = low & (mid_p(a, n, c, m) <= 0.05)
    seen = {ratio: stats.binom.pmf(a, n, rate * ratio) * stats.binom.pmf(c, m, rate) for ratio in (1.0, 0.8, 0.65, 0.5)}
    assert seen[1.0][low].sum() == pytest.approx(false_alarm, abs=0.03)
    found = [seen[ratio][convincing].sum() for ratio in (0.8, 0.65, 0.5)]
    assert found == pytest.approx(power, abs=0.03)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"a": -1}, "negative"),
        ({"a": 1.5}, "whole number"),
        ({"a": 41}, "more than"),
        ({"n": float("nan")}, "not a number"),
        ({"c": None}, "c: a value is missing"),
        ({"family": None}, "family: a value is missing"),
        ({"unknown_share": float("nan")}, "unknown_share"),
        ({"unknown_share": 1.2}, "between 0 and 1"),
        ({"unknown_share": 1.0}, "answers of the group are known"),
        ({"adverse": 0}, "true or false"),
        ({"a": 0, "n": 0}, "nobody with a known answer in any group"),
        ({"c": 0, "m": 0}, "nobody with a known answer in the reference"),
        ({"years": [{"a": 1, "n": 2, "c": 1, "m": 2}]}, "one year alone"),
        ({"years": "2024"}, "a list of a, n, c and m"),
    ],
)  # fmt: skip
def test_comparisons_that_cannot_be_are_refused(change: dict[str, Any], match: str) -> None:
    row = {**ROW, "a": 12, "n": 40, "c": 48, "m": 80}
    with pytest.raises(CountsError, match=match):
        decide(pl.DataFrame([row | change]))


def test_no_comparison_a_missing_column_and_a_repeated_one_are_refused() -> None:
    one = compared((12, 40, 48, 80))
    with pytest.raises(CountsError, match="no comparisons"):
        decide(one.clear())
    with pytest.raises(CountsError, match="no column unknown_share"):
        decide(one.drop("unknown_share"))
    with pytest.raises(CountsError, match="two comparisons for family f, unit 0"):
        decide(pl.concat([one, one]))


def test_the_rule_is_data_with_a_version() -> None:
    assert decide(compared((12, 40, 48, 80)), FlagRule(version="strict", q_small=0.001))["state"].to_list() == ["watch"]
