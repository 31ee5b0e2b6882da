"""What may follow what, which days are believed, and how a request may end."""

from datetime import date

import pytest

from service.talent.rules.codes import CloseReason, MemberState, RequestState, Step
from service.talent.rules.dates import close_problems, review_problems, window_problems, year_problems
from service.talent.rules.members import is_lapsed, may_step

NOW = date(2026, 11, 22)
ASKED, CURRENT, LEFT = MemberState.ASKED, MemberState.CURRENT, MemberState.LEFT


@pytest.mark.parametrize(
    ("state", "lapsed", "allowed"),
    [
        (ASKED, False, {Step.ACCEPTED, Step.DECLINED}),
        (CURRENT, False, {Step.REVIEWED, Step.OBJECTED, Step.LEFT}),
        (CURRENT, True, {Step.ENTERED, Step.LEFT}),
        (LEFT, False, set()),
        (MemberState.DECLINED, False, set()),
    ],
)
def test_what_may_follow(state: MemberState, lapsed: bool, allowed: set[Step]) -> None:
    assert {step for step in Step if may_step(state, step, lapsed)} == allowed


def test_a_membership_stands_through_its_last_day() -> None:
    assert not is_lapsed(CURRENT, NOW, NOW)
    assert is_lapsed(CURRENT, date(2026, 11, 21), NOW)
    assert not is_lapsed(ASKED, None, NOW)


@pytest.mark.parametrize(
    ("starts", "ends", "fields"),
    [
        (NOW, NOW, []),
        (date(2026, 11, 21), NOW, ["starts"]),
        (date(2026, 12, 2), date(2026, 12, 1), ["ends"]),
        (NOW, date(2030, 1, 1), ["ends"]),
    ],
)
def test_the_window_of_a_request(starts: date, ends: date, fields: list[str]) -> None:
    assert [problem.field for problem in window_problems(starts, ends, NOW)] == fields


@pytest.mark.parametrize(
    ("state", "reason", "chosen", "waiting", "field"),
    [
        (RequestState.FILLED, None, 1, 0, None),
        (RequestState.FILLED, None, 0, 0, "state"),
        (RequestState.FILLED, None, 1, 1, "state"),
        (RequestState.UNFILLED, None, 0, 0, "reason"),
        (RequestState.UNFILLED, CloseReason.NOBODY_CAME_FORWARD, 0, 0, None),
        (RequestState.WITHDRAWN, CloseReason.NO_FUNDING, 0, 2, "state"),
    ],
)
def test_how_a_request_ends(
    state: RequestState, reason: CloseReason | None, chosen: int, waiting: int, field: str | None
) -> None:
    assert [problem.field for problem in close_problems(state, reason, chosen, waiting)] == ([field] if field else [])


def test_days_and_years_that_are_believed() -> None:
    assert not review_problems(date(2026, 11, 23), NOW)
    assert review_problems(NOW, NOW)
    assert review_problems(date(2029, 1, 1), NOW)
    assert not year_problems(2026, NOW)
    assert year_problems(2025, NOW)
    assert year_problems(2087, NOW)
