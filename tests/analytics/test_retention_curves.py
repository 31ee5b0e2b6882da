"""Curves of staying and going agree with what is published and with statsmodels, and their parts add up to one."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from analytics.errors import CellsError, CountsError, FactsError, TooLittleError
from analytics.retention import aalen_johansen, at_risk, gray, kaplan_meier, log_rank, median, stack
from tests.analytics.builders import reference

# Freireich and others 1963: weeks in remission on 6-mercaptopurine, 1 where it ended; and on placebo, where all did.
WEEKS = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
ENDED = [1] * 9 + [0] * 12
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
EVENT_TIMES = [6, 7, 10, 13, 16, 22, 23]
WAITS = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 3)), min_size=5, max_size=80)


def shares(found: pl.DataFrame, name: str = "cif") -> list[float]:
    return found.get_column(name).to_list()


@pytest.fixture(scope="module")
def mgus2() -> pl.DataFrame:
    """Time in months until a plasma cell malignancy (1) or death (2) of 1,384 people, and their sex."""
    path = reference("survival_mgus2.csv")
    read = pl.read_csv(path, columns=["etime", "event", "sex"])
    return read.with_columns(cause=pl.col("event").replace_strict({"censor": 0, "pcm": 1, "death": 2}))


def test_the_remission_trial_comes_out_as_published() -> None:
    found = kaplan_meier(WEEKS, ENDED, at=EVENT_TIMES)
    published = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    errors = [0.07636, 0.08694, 0.09635, 0.10681, 0.11405, 0.12823, 0.13459]
    assert shares(found, "survival") == pytest.approx(published, abs=5e-5)
    assert shares(found, "se") == pytest.approx(errors, abs=5e-6)
    assert kaplan_meier(PLACEBO, [1] * 21, at=[10]).item(0, "survival") == pytest.approx(0.38095, abs=5e-6)
    assert median(kaplan_meier(WEEKS, ENDED)).row(0) == (23, 13, None)


def test_a_hazard_for_every_week_gives_the_same_curve() -> None:
    """A saturated discrete-time model: the product of one minus each week's own hazard."""
    found = kaplan_meier(WEEKS, ENDED)
    weekly = (1 - found["events"] / found["at_risk"]).cum_prod()
    shares_ = dict(zip(found["time"], weekly, strict=True))
    assert (shares_[10], shares_[23]) == (pytest.approx(0.7529412, abs=5e-8), pytest.approx(0.4481793, abs=5e-8))
    assert weekly.to_list() == pytest.approx(shares(found, "survival"))


def test_the_log_rank_test_of_the_remission_trial_comes_out_as_published() -> None:
    found = log_rank(WEEKS + PLACEBO, ENDED + [1] * 21, ["drug"] * 21 + ["placebo"] * 21)
    assert found.item(0, "statistic") == pytest.approx(16.79, abs=5e-3)
    assert found.item(0, "degrees") == 1


def test_competing_causes_come_out_as_r_has_them(mgus2: pl.DataFrame) -> None:
    months = [12, 60, 120, 180, 240, 300, 360]
    found = aalen_johansen(mgus2["etime"], mgus2["cause"], at=months)
    ill, died = (found.filter(pl.col("cause") == cause) for cause in (1, 2))
    assert shares(ill) == pytest.approx(
        [0.009401, 0.034104, 0.063722, 0.087056, 0.099814, 0.109152, 0.134042], abs=5e-7
    )
    assert shares(died) == pytest.approx([0.1222, 0.3204, 0.5318, 0.6659, 0.7240, 0.7627, 0.7842], abs=5e-5)
    errors = ill.filter(pl.col("time").is_in([60, 120, 240]))
    assert shares(errors, "se") == pytest.approx([0.004889, 0.006797, 0.009785], abs=5e-7)
    stayed = kaplan_meier(mgus2["etime"], mgus2["cause"], at=[12, 60, 120])
    assert shares(stayed, "survival") == pytest.approx([0.86841, 0.64553, 0.40446], abs=5e-6)


def test_one_minus_kaplan_meier_says_too_much_where_causes_compete(mgus2: pl.DataFrame) -> None:
    """The control: the wrong way gives the figures that are known to be wrong, and they fail the test above."""
    naive = kaplan_meier(mgus2["etime"], mgus2["cause"] == 1, at=[12, 60, 120, 180, 240, 300, 360])
    wrong = [1 - share for share in shares(naive, "survival")]
    assert wrong == pytest.approx([0.010282, 0.042154, 0.095222, 0.159631, 0.209562, 0.260505, 0.424837], abs=5e-7)
    right = aalen_johansen(mgus2["etime"], mgus2["cause"], at=[240]).item(0, "cif")
    assert wrong[4] / right == pytest.approx(2.1, abs=0.01)


@pytest.mark.parametrize("seed", range(5))
def test_grays_test_of_one_cause_says_nearly_what_the_log_rank_test_says(seed: int) -> None:
    dice = np.random.default_rng(seed)
    days, ended, of = dice.permutation(400), (dice.random(400) < 0.7).astype(int), (dice.random(400) < 0.5).astype(int)
    late = np.where(of == 1, days * 1.15, days)
    assert gray(late, ended, of).item(0, "statistic") == pytest.approx(
        log_rank(late, ended, of).item(0, "statistic"), rel=0.05, abs=0.02
    )


@settings(max_examples=50, deadline=None)
@given(WAITS)
def test_the_curve_agrees_with_statsmodels(waits: list[tuple[int, int]]) -> None:
    days, ended = np.array([w for w, _ in waits]), np.array([k > 0 for _, k in waits])
    theirs: Any = SurvfuncRight(days, ended.astype(int))
    if not ended.any():
        return
    ours = kaplan_meier(days, ended, at=theirs.surv_times.tolist())
    assert shares(ours, "survival") == pytest.approx(theirs.surv_prob.tolist())
    inside = theirs.surv_prob > 0
    assert np.array(shares(ours, "se"))[inside] == pytest.approx(theirs.surv_prob_se[inside])


@settings(max_examples=50, deadline=None)
@given(WAITS, st.integers(2, 4))
def test_the_log_rank_test_agrees_with_statsmodels(waits: list[tuple[int, int]], groups: int) -> None:
    days, ended = np.array([w for w, _ in waits]), np.array([k > 0 for _, k in waits], dtype=int)
    of = np.arange(len(waits)) % groups
    last = min(days[of == group].max() for group in range(groups))
    if (ended[days <= last] > 0).sum() < 1:
        return
    try:
        statistic, p = survdiff(days, ended, of)
    except np.linalg.LinAlgError:  # theirs cannot do without a spread in every group
        return
    if np.isfinite(statistic):
        assert log_rank(days, ended, of).row(0) == pytest.approx((statistic, groups - 1, p), rel=1e-6, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(WAITS)
def test_staying_and_every_way_of_going_add_up_to_one(waits: list[tuple[int, int]]) -> None:
    days, causes = [w for w, _ in waits], [k for _, k in waits]
    stayed, gone = kaplan_meier(days, causes), aalen_johansen(days, causes)
    together = gone.group_by("time").agg(pl.col("cif").sum()).join(stayed, on="time")
    if gone.height:
        assert (together["cif"] + together["survival"]).to_list() == pytest.approx([1.0] * together.height)
    for cause in sorted(set(causes) - {0}):
        ours = gone.filter(pl.col("cause") == cause)
        naive = kaplan_meier(days, [k == cause for k in causes])
        assert ours["cif"].is_sorted()
        assert (ours["cif"] <= 1 - naive["survival"] + 1e-12).all()


@settings(max_examples=50, deadline=None)
@given(WAITS)
def test_with_one_cause_both_curves_and_their_errors_are_the_same(waits: list[tuple[int, int]]) -> None:
    days, causes = [w for w, _ in waits], [1, *(int(k > 0) for _, k in waits[1:])]
    stayed, gone = kaplan_meier(days, causes), aalen_johansen(days, causes)
    assert shares(gone) == pytest.approx([1 - share for share in shares(stayed, "survival")])
    assert shares(gone, "se") == pytest.approx(shares(stayed, "se"), abs=1e-7)


def test_who_was_in_post_already_is_at_risk_only_since_then() -> None:
    found = kaplan_meier([3, 5, 5, 8], [1, 1, 0, 1], entry=[0, 2, 3, 4], at=[3, 5, 8])
    # At 3: those who entered at 0 and 2, not yet at 3. At 5: those who entered at 2, 3 and 4.
    assert shares(found, "survival") == pytest.approx([1 / 2, 1 / 2 * 2 / 3, 0])
    assert shares(found, "at_risk") == [2, 3, 1]


def test_leaving_out_late_entry_would_make_early_leaving_look_rarer() -> None:
    """The control: people counted at risk in years in which nobody watched them."""
    time, cause, entry = [1, 2, 3, 9, 9, 9], [1, 1, 0, 1, 0, 1], [0, 0, 0, 5, 5, 5]
    right, wrong = kaplan_meier(time, cause, entry=entry, at=[2]), kaplan_meier(time, cause, at=[2])
    assert right.item(0, "survival") == pytest.approx(1 / 3)
    assert wrong.item(0, "survival") > right.item(0, "survival")


def test_nothing_is_said_of_times_that_nobody_was_watched_to() -> None:
    assert kaplan_meier([3, 5], [1, 0], at=[5, 6])["survival"].to_list() == [0.5, None]
    assert aalen_johansen([3, 5], [1, 0], at=[6])["cif"].to_list() == [None]
    assert kaplan_meier([3, 5], [1, 1], at=[6])["survival"].to_list() == [0.0]


def test_the_stack_says_where_people_are(mgus2: pl.DataFrame) -> None:
    spells = mgus2.with_columns(cause=pl.col("event").replace({"censor": None}))
    table = at_risk(spells, by="sex", origin=None, exit="etime")
    found = stack(table, [60, 240])
    sums = found.group_by("sex", "time").agg(pl.col("share").sum(), pl.len())
    assert sums["share"].to_list() == pytest.approx([1.0] * 4)
    assert set(found["state"]) == {"stayed", "pcm", "death"}
    assert (found["low"] <= found["share"]).all()
    assert (found["share"] <= found["high"]).all()


def test_leaving_out_the_open_waits_would_make_things_look_faster() -> None:
    done = [w for w, e in zip(WEEKS, ENDED, strict=True) if e]
    naive = median(kaplan_meier(done, [1] * len(done))).item(0, "median")
    assert naive < median(kaplan_meier(WEEKS, ENDED)).item(0, "median")


@pytest.mark.parametrize(("weeks", "ended"), [([], []), ([5, 9], [0, 0]), ([5, 9, 9], [1, 0, 0])])
def test_where_fewer_than_half_are_there_yet_there_is_no_median(weeks: list[int], ended: list[int]) -> None:
    assert median(kaplan_meier(pl.Series(weeks, dtype=pl.Int64), pl.Series(ended, dtype=pl.Int64))).item(0, 0) is None


def test_columns_that_cannot_be_true_are_refused() -> None:
    with pytest.raises(FactsError, match=r"spells\.time, row 0, value -1"):
        kaplan_meier([-1, 4], [1, 1])
    with pytest.raises(CountsError, match="lengths differ"):
        kaplan_meier([1, 4], [1])
    with pytest.raises(CountsError, match="whole numbers"):
        aalen_johansen([1, 4], [0.5, 1])
    with pytest.raises(CellsError, match="the at-risk table lacks the column time"):
        kaplan_meier(pl.DataFrame({"n": [1]}))
    with pytest.raises(CellsError, match="3 leave at 2, and 1 are there"):
        kaplan_meier(pl.DataFrame({"time": [0, 2], "entered": [1, 0], "censored": [0, 1], "left": [0, 2]}))


def test_a_group_below_the_floor_is_refused_by_name() -> None:
    with pytest.raises(TooLittleError, match=r"fewer than 3 people: \{'group': 'b'\}"):
        kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1], ["a", "a", "a", "b"], floor=3)


def test_groups_that_cannot_be_compared_are_refused() -> None:
    with pytest.raises(CellsError, match="no groups"):
        log_rank(WEEKS, ENDED)
    with pytest.raises(TooLittleError, match="two groups"):
        log_rank(WEEKS, ENDED, ["a"] * 21)
    late = pl.DataFrame({"g": ["a", "b"], "since": [1, 0], "left": [3, 4], "cause": [1, 1]})
    with pytest.raises(CellsError, match="watched from the origin"):
        gray(at_risk(late, by="g", origin=None, entry="since", exit="left"))
