"""Crossing a leadership tier: when it is a transition, what support is due by when, and when to ask how it goes."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from service.kit.errors import Problem

# A post whose title names a role profile with a tier, and the person's first in that tier or above. A post matched by
# its level alone opens nothing: many experts are as senior as leaders and lead nobody.
RECENT = timedelta(days=180)
SUPPORT_WITHIN = timedelta(days=14)
CHECK_IN_DAYS = (30, 90, 180)
EARLIEST_ANSWER = timedelta(days=7)


class TransitionState(StrEnum):
    OPEN = "open"
    SUPPORTED = "supported"
    COMPLETE = "complete"
    ENDED_EARLY = "ended_early"


class SupportKind(StrEnum):
    COACH = "coach"
    MENTOR = "mentor"
    PEER_SET = "peer_set"
    SPONSOR = "sponsor"


class ExpectationKind(StrEnum):
    EXPECTED = "expected"
    SUPPORTED = "supported"


STATE_NAMES: Mapping[TransitionState, str] = {
    TransitionState.OPEN: "Support to be arranged",
    TransitionState.SUPPORTED: "Support arranged",
    TransitionState.COMPLETE: "Complete",
    TransitionState.ENDED_EARLY: "Ended early",
}
SUPPORT_NAMES: Mapping[SupportKind, str] = {
    SupportKind.COACH: "Coach",
    SupportKind.MENTOR: "Mentor",
    SupportKind.PEER_SET: "Peer set",
    SupportKind.SPONSOR: "Sponsor",
}
SUPPORT_HINTS: Mapping[SupportKind, str] = {
    SupportKind.COACH: "Helps them think, and keeps it to themselves",
    SupportKind.MENTOR: "Has made this step, and says how it went",
    SupportKind.PEER_SET: "A small group making the same step at the same time",
    SupportKind.SPONSOR: "Opens doors and speaks up for them",
}
PERCEPTIONS: Mapping[int, str] = {
    5: "Fully supported",
    4: "Mostly supported",
    3: "Somewhat supported",
    2: "Hardly supported",
    1: "Not supported at all",
}
# Which step may follow which.
NEXT: Mapping[TransitionState, frozenset[TransitionState]] = {
    TransitionState.OPEN: frozenset({TransitionState.SUPPORTED, TransitionState.ENDED_EARLY}),
    TransitionState.SUPPORTED: frozenset({TransitionState.COMPLETE, TransitionState.ENDED_EARLY}),
    TransitionState.COMPLETE: frozenset(),
    TransitionState.ENDED_EARLY: frozenset(),
}


def support_due(started: date) -> date:
    return started + SUPPORT_WITHIN


def check_in_due(started: date, day: int) -> date:
    return started + timedelta(days=day)


def problems_with_arranging(arranged_on: date, started: date, today: date) -> list[Problem]:
    if not started - timedelta(days=366) <= arranged_on <= today:
        words = "The date must be today or in the past, and at most a year before the first day in the new role."
        return [Problem("arranged_on", words)]
    return []


def problem_with_answering(due_on: date, today: date) -> str | None:
    """Why a check-in cannot be answered yet, in words; None when it can."""
    if today >= due_on - EARLIEST_ANSWER:
        return None
    opens = due_on - EARLIEST_ANSWER
    return f"This check-in opens on {opens.day} {opens:%B %Y}. Come back then."
