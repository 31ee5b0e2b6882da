from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.kit.clock import today
from service.pathways.rules.transitions import (
    NEXT,
    PERCEPTIONS,
    STATE_NAMES,
    SUPPORT_HINTS,
    SUPPORT_NAMES,
    problem_with_answering,
)
from service.pathways.schemas.steps import TierOut
from service.pathways.schemas.transitions import CheckInOut, SupportOut, TransitionOut
from service.web.forms import Form
from service.web.presenters import day


def said_of(one: SupportOut) -> str:
    """Mentor: Amara Okafor, arranged on 12 November 2026"""
    return f"{SUPPORT_NAMES[one.kind]}: {one.who}, arranged on {day(one.arranged_on)}"


@dataclass(frozen=True, slots=True)
class MinePage:
    """The reader's own moves into leadership."""

    transitions: Sequence[TransitionOut]
    tiers: Sequence[TierOut]
    done: bool = False

    def tier(self, transition: TransitionOut) -> TierOut | None:
        return next((one for one in self.tiers if one.code == transition.to_tier), None)

    def state(self, transition: TransitionOut) -> str:
        return STATE_NAMES[transition.state]

    def support(self, one: SupportOut) -> str:
        return said_of(one)

    def check_in(self, one: CheckInOut) -> str:
        """Where a check-in stands."""
        if one.answered_at:
            return f"You answered: {PERCEPTIONS.get(one.support_perception or 0, '').lower()}"
        if problem_with_answering(one.due_on, today()):
            return f"You will be asked on {day(one.due_on)}"
        return f"Due on {day(one.due_on)}"

    def may_answer(self, one: CheckInOut) -> bool:
        return problem_with_answering(one.due_on, today()) is None


@dataclass(frozen=True, slots=True)
class AnswerPage:
    transition: TransitionOut
    day: int
    form: Form

    @property
    def perceptions(self) -> list[dict[str, object]]:
        chosen = self.form.value("support_perception")
        return [{"value": str(n), "text": text, "checked": str(n) == chosen} for n, text in PERCEPTIONS.items()]


@dataclass(frozen=True, slots=True)
class QueuePage:
    """People new in a leadership tier, for whom support is to be arranged, the most pressing first."""

    waiting: Sequence[TransitionOut]
    next_cursor: str | None
    supported: Sequence[TransitionOut]
    today: date
    is_first: bool = True

    @property
    def overdue(self) -> int:
        return sum(one.support_due_on < self.today for one in self.waiting)

    def verb(self, one: TransitionOut) -> str:
        when = "was due" if one.support_due_on < self.today else "due"
        return f"Arrange support for {one.name}, {when} on {day(one.support_due_on)}"

    def move(self, one: TransitionOut) -> str:
        return f"New as {one.job_title} at {one.organisation} since {day(one.started_on)}. {one.to_tier_name}"

    def check_ins(self, one: TransitionOut) -> str:
        """When they are asked how it goes and whether they answered; never what."""
        return f"Check-ins: {_told(one, self.today)}"

    def supports(self, one: TransitionOut) -> str:
        return "; ".join(f"{SUPPORT_NAMES[s.kind]}: {s.who}" for s in one.supports)


@dataclass(frozen=True, slots=True)
class SupportPage:
    """The form for arranging support."""

    transition: TransitionOut
    form: Form
    tier: TierOut | None

    @property
    def kinds(self) -> list[dict[str, object]]:
        chosen = self.form.value("kind")
        return [
            {"value": kind.value, "text": text, "hint": {"text": SUPPORT_HINTS[kind]}, "checked": kind.value == chosen}
            for kind, text in SUPPORT_NAMES.items()
        ]

    @property
    def is_open(self) -> bool:
        return bool(NEXT[self.transition.state])

    @property
    def check_ins(self) -> str:
        told = _told(self.transition, today())
        return f"{told[0].upper()}{told[1:]}." if told else ""

    def support(self, one: SupportOut) -> str:
        return said_of(one)


def _told(one: TransitionOut, now: date) -> str:
    return "; ".join(f"day {check.day} {_answered(check, now)}" for check in one.check_ins)


def _answered(one: CheckInOut, now: date) -> str:
    if one.answered_at:
        return "answered"
    return f"not answered, was due on {day(one.due_on)}" if one.due_on < now else f"on {day(one.due_on)}"
