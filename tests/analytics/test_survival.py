"""Waits that have not ended yet count for as long as they were watched."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from analytics.errors import CountsError
from analytics.survival import kaplan_meier

# Freireich and others 1963: weeks in remission on 6-mercaptopurine; 1 where it ended, 0 where it still lasted.
WEEKS = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
ENDED = [1] * 9 + [0] * 12


def reference(days: Any, ended: Any) -> Any:
    return SurvfuncRight(days, ended)


def curve(weeks: list[int], ended: list[int]) -> Any:
    return kaplan_meier(np.array(weeks), np.array(ended, dtype=bool))


def test_the_remission_trial_comes_out_as_published() -> None:
    found = curve(WEEKS, ENDED)
    assert found.days.tolist() == [6, 7, 10, 13, 16, 22, 23]
    published = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert found.share == pytest.approx(published, abs=5e-4)
    assert found.median() == (23, 13, None)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=5, max_size=80))
def test_the_curve_agrees_with_statsmodels(waits: list[tuple[int, bool]]) -> None:
    days, ended = np.array([w for w, _ in waits]), np.array([e for _, e in waits])
    ours, theirs = kaplan_meier(days, ended), reference(days, ended.astype(int))
    at = np.isin(theirs.surv_times, ours.days)
    assert ours.share == pytest.approx(theirs.surv_prob[at])
    inside = (ours.share > 0) & (ours.share < 1)
    log_log = theirs.surv_prob_se[at][inside] / (ours.share[inside] * np.abs(np.log(ours.share[inside])))
    assert ours.low[inside] == pytest.approx(ours.share[inside] ** np.exp(1.959964 * log_log), rel=1e-5)
    assert ours.high[inside] == pytest.approx(ours.share[inside] ** np.exp(-1.959964 * log_log), rel=1e-5)


def test_leaving_out_the_open_waits_would_make_things_look_faster() -> None:
    done = [w for w, e in zip(WEEKS, ENDED, strict=True) if e]
    naive, right = curve(done, [1] * len(done)).median()[0], curve(WEEKS, ENDED).median()[0]
    assert naive is not None and right is not None
    assert naive < right


@pytest.mark.parametrize(("weeks", "ended"), [([], []), ([5, 9], [0, 0]), ([5, 9, 9], [1, 0, 0])])
def test_where_fewer_than_half_are_there_yet_there_is_no_median(weeks: list[int], ended: list[int]) -> None:
    assert curve(weeks, ended).median()[0] is None


def test_a_wait_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(CountsError):
        curve([-1, 4], [1, 1])
