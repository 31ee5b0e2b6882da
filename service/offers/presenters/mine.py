"""A person's own applications in words: where each stands, why, and what they can do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.offers.rules.applications import (
    REASON_NAMES,
    ROUTE_NAMES,
    STATE_NAMES,
    ApplicationState,
    may_follow,
)
from service.offers.rules.offers import KIND_NAMES
from service.offers.schemas.applications import MineOut, MyApplicationOut, StepOut
from service.web.forms import Form
from service.web.presenters import day, moment

S = ApplicationState
COLOURS: Mapping[ApplicationState, str] = {
    S.DRAFT: "grey",
    S.SUBMITTED: "blue",
    S.SHORTLISTED: "blue",
    S.WAITING: "yellow",
    S.PLACED: "green",
    S.ATTENDED: "green",
    S.COMPLETED: "green",
}
STEPS: Mapping[ApplicationState, str] = {
    S.DRAFT: "Begun",
    S.SUBMITTED: "You sent your application",
    S.SHORTLISTED: "You were shortlisted",
    S.WAITING: "You were put on the waiting list",
    S.PLACED: "You were given a place",
    S.UNSUCCESSFUL: "You were not given a place",
    S.WITHDRAWN: "You withdrew",
    S.ATTENDED: "You were recorded as taking part",
    S.COMPLETED: "You completed it",
    S.NOT_COMPLETED: "You were recorded as not completing it",
}
NEXT: Mapping[ApplicationState, str] = {
    S.SUBMITTED: "The provider decides after the closing date. You are told at once, whatever the decision is.",
    S.SHORTLISTED: "The provider chooses among the people on the shortlist. You are told at once.",
    S.WAITING: "When a place becomes free it goes to whoever has waited longest. You are told at once.",
    S.PLACED: "Put the dates in your calendar. If you cannot come, withdraw: your place goes to whoever waits first.",
    S.UNSUCCESSFUL: "Look at other offers that are open to you, or talk about it in your next career conversation.",
    S.NOT_COMPLETED: "You can apply for another date or another offer.",
}


@dataclass(frozen=True, slots=True)
class Mine:
    held: MineOut

    @property
    def state(self) -> str:
        return "Waits for your answer" if self.is_nomination else STATE_NAMES[self.held.state]

    @property
    def colour(self) -> str:
        return COLOURS.get(self.held.state, "grey")

    @property
    def is_nomination(self) -> bool:
        return self.held.state is S.DRAFT and self.held.nominated_by is not None

    @property
    def detail(self) -> str:
        when = f", starts {day(self.held.starts_on)}" if self.held.starts_on else ""
        return f"{KIND_NAMES[self.held.kind]}, {self.held.organisation}{when}"


@dataclass(frozen=True, slots=True)
class MinePage:
    applications: Sequence[MineOut]

    @property
    def nominations(self) -> list[Mine]:
        return [one for one in self._all if one.is_nomination]

    @property
    def under_way(self) -> list[Mine]:
        return [one for one in self._all if not one.is_nomination and may_follow(one.held.state, S.WITHDRAWN)]

    @property
    def others(self) -> list[Mine]:
        return [one for one in self._all if not may_follow(one.held.state, S.WITHDRAWN)]

    @property
    def _all(self) -> list[Mine]:
        return [Mine(held) for held in self.applications]


@dataclass(frozen=True, slots=True)
class MyApplicationPage:
    told: MyApplicationOut
    form: Form
    refusal: str = ""

    @property
    def held(self) -> MineOut:
        return self.told.application

    @property
    def line(self) -> Mine:
        return Mine(self.held)

    @property
    def how(self) -> str:
        who = f": {self.held.nominated_by}" if self.held.nominated_by else ""
        return ROUTE_NAMES[self.held.route] + who

    @property
    def dates(self) -> str:
        if self.held.starts_on is None:
            return ""
        return f"{day(self.held.starts_on)} to {day(self.held.ends_on)}"

    @property
    def next(self) -> str:
        return NEXT.get(self.held.state, "")

    @property
    def is_draft(self) -> bool:
        return self.held.state is S.DRAFT

    @property
    def is_unsuccessful(self) -> bool:
        return self.held.state is S.UNSUCCESSFUL

    @property
    def has_place(self) -> bool:
        return self.held.state is S.PLACED

    @property
    def may_withdraw(self) -> bool:
        return may_follow(self.held.state, S.WITHDRAWN)

    @property
    def withdraw_words(self) -> str:
        if self.line.is_nomination:
            return "Decline the nomination"
        return "Throw the draft away" if self.is_draft else "Withdraw your application"

    @property
    def may_say(self) -> bool:
        return self.held.state is S.COMPLETED

    @property
    def useful(self) -> list[dict[str, object]]:
        words = {1: "1, not useful", 2: "2", 3: "3", 4: "4", 5: "5, very useful"}
        chosen = self.form.value("useful") or str(self.told.useful or "")
        return [{"value": str(n), "text": text, "checked": str(n) == chosen} for n, text in words.items()]

    @property
    def feedback(self) -> str:
        return self.form.value("words") or self.told.feedback

    @property
    def steps(self) -> list[tuple[str, str, str, str]]:
        """(when, what, why, what the provider wrote), the newest first."""
        return [_step(step, is_nomination=bool(self.held.nominated_by)) for step in reversed(self.told.history)]


def _step(step: StepOut, *, is_nomination: bool) -> tuple[str, str, str, str]:
    what = "You were nominated" if step.state is S.DRAFT and is_nomination else STEPS[step.state]
    if step.is_automatic:
        what += ", in the order of the waiting list" if step.number > 3 else ", in the order that people applied"
    return moment(step.at), what, REASON_NAMES[step.reason] if step.reason else "", step.note
