"""Days that are believed, and how a request may end."""

from datetime import date, timedelta

from service.kit.errors import Problem
from service.talent.rules.codes import CloseReason, Reason, RequestState

FURTHEST = timedelta(days=366 * 3)
LONGEST_REVIEW = timedelta(days=366 * 2)
LATEST_RETIREMENT = 60
# How many years ahead known ends may be looked for.
HORIZONS = (1, 3, 5)


def window_problems(starts: date, ends: date, today: date) -> list[Problem]:
    if starts < today:
        return [Problem("starts", "The first day must be today or later.")]
    if ends < starts:
        return [Problem("ends", "The last day must be on or after the first day.")]
    if ends > today + FURTHEST:
        return [Problem("ends", "The last day must be within three years.")]
    return []


def review_problems(review_on: date, today: date) -> list[Problem]:
    if today < review_on <= today + LONGEST_REVIEW:
        return []
    return [Problem("review_on", "The day to look at it again must be after today and within two years.")]


def seen_problems(seen_on: date, today: date) -> list[Problem]:
    if date(2000, 1, 1) <= seen_on <= today:
        return []
    return [Problem("seen_on", "The day must be today or earlier.")]


def year_problems(year: int, today: date) -> list[Problem]:
    if today.year <= year <= today.year + LATEST_RETIREMENT:
        return []
    return [Problem("year", f"Give a year from {today.year} to {today.year + LATEST_RETIREMENT}.")]


def decision_problems(decision: str, reason: Reason | None) -> list[Problem]:
    """A no has its reason, and a yes needs none."""
    if decision.startswith("not_") == (reason is not None):
        return []
    return [Problem("reason", "Give a reason with a no, and only then.")]


def close_problems(state: RequestState, reason: CloseReason | None, chosen: int, waiting: int) -> list[Problem]:
    """Nobody who was put forward is left without an answer; a request that was not filled says why."""
    if waiting:
        return [Problem("state", "Somebody who was put forward has no answer yet. Decide about them first.")]
    if state is RequestState.FILLED and reason:
        return [Problem("reason", "Give a reason only where nobody was found.")]
    if state is RequestState.FILLED:
        return [] if chosen else [Problem("state", "Nobody has been chosen yet. Choose somebody first.")]
    return [] if reason else [Problem("reason", "Say why.")]
