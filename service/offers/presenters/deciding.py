"""Applications as their provider decides about them. What people answered for monitoring is nowhere near."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.kit.levels import level_name
from service.kit.paging import Page
from service.offers.presenters.mine import COLOURS
from service.offers.rules.applications import (
    DECISION_NAMES,
    FOLLOWS,
    REASON_NAMES,
    REASONS,
    ROUTE_NAMES,
    ApplicationState,
    Route,
)
from service.offers.schemas.applications import ApplicantOut
from service.offers.schemas.offers import OfferOut
from service.posts.rules import STAFF_GROUP_NAMES, StaffGroup
from service.web.forms import Form
from service.web.presenters import count_of, day

Item = Mapping[str, object]
S = ApplicationState
PROVIDERS_WORDS: Mapping[ApplicationState, str] = {
    S.SUBMITTED: "Waits for a decision",
    S.SHORTLISTED: "Shortlisted",
    S.WAITING: "On the waiting list",
    S.PLACED: "Has a place",
    S.UNSUCCESSFUL: "Not this time",
    S.WITHDRAWN: "Withdrew",
    S.ATTENDED: "Takes part",
    S.COMPLETED: "Completed",
    S.NOT_COMPLETED: "Not completed",
}


@dataclass(frozen=True, slots=True)
class Applicant:
    one: ApplicantOut
    is_picked: bool

    @property
    def state(self) -> str:
        return PROVIDERS_WORDS[self.one.state]

    @property
    def colour(self) -> str:
        return COLOURS.get(self.one.state, "grey")

    @property
    def work(self) -> str:
        group = STAFF_GROUP_NAMES[StaffGroup(self.one.staff_group)] if self.one.staff_group else ""
        parts = (self.one.job_title, self.one.employer, level_name(self.one.level), group)
        return ", ".join(part for part in parts if part)

    @property
    def sent(self) -> str:
        how = "" if self.one.route is Route.SELF else f" {ROUTE_NAMES[self.one.route]}."
        when = f"Sent on {day(self.one.sent_on)}" if self.one.sent_on else "Sent in time"
        return f"{when}, for {day(self.one.starts_on)}.{how}"

    @property
    def is_open(self) -> bool:
        return bool(FOLLOWS[self.one.state] - {S.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class DecidingPage:
    offer: OfferOut
    page: Page[ApplicantOut]
    form: Form
    stage: str
    feedback: Sequence[tuple[int, str]] = ()
    refusal: str = ""

    @property
    def lines(self) -> list[Applicant]:
        return [Applicant(one, bool(self.form.value(f"pick-{one.id}"))) for one in self.page.items]

    @property
    def is_open(self) -> bool:
        return any(line.is_open for line in self.lines)

    @property
    def stages(self) -> list[Item]:
        named = {state.value: words for state, words in PROVIDERS_WORDS.items()}
        items = [{"value": code, "text": words, "selected": code == self.stage} for code, words in named.items()]
        return [{"value": "", "text": "All applications"}, *items]

    @property
    def decisions(self) -> list[Item]:
        return [{"value": "", "text": "Choose one"}, *self._items("decision", DECISION_NAMES)]

    @property
    def reasons(self) -> list[tuple[str, list[Item]]]:
        """(decision, its reasons): a list in groups, so that it is right without JavaScript."""
        chosen = self.form.value("reason")
        return [
            (
                DECISION_NAMES[decision],
                [{"value": one.value, "text": REASON_NAMES[one], "selected": one == chosen} for one in reasons],
            )
            for decision, reasons in REASONS.items()
        ]

    @property
    def dates(self) -> list[Item]:
        named = {str(cohort.id): f"From {day(cohort.starts_on)}" for cohort in self.offer.cohorts}
        return [{"value": "", "text": "The date that each asked for"}, *self._items("cohort_id", named)]

    @property
    def places(self) -> str:
        left = sum(cohort.left for cohort in self.offer.cohorts)
        return f"{count_of(left, 'place')} left on {count_of(len(self.offer.cohorts), 'date')}."

    @property
    def order(self) -> str:
        if self.offer.priority_until:
            return "In no order, and without the day: it would tell who applied in the priority window."
        return "In the order in which they were sent."

    @property
    def opinions(self) -> str:
        if not self.feedback:
            return ""
        useful = sum(1 for mark, _ in self.feedback if mark >= 4)
        return f"{useful} of {count_of(len(self.feedback), 'person', 'people')} who completed it found it useful."

    @property
    def said(self) -> list[str]:
        return [words for _, words in self.feedback if words]

    @property
    def next_href(self) -> str:
        stage = f"&stage={self.stage}" if self.stage else ""
        return f"/offers/{self.offer.id}/applications?cursor={self.page.next_cursor}{stage}"

    def _items(self, name: str, named: Mapping[Any, str]) -> list[Item]:
        chosen = self.form.value(name)
        return [{"value": str(value), "text": text, "selected": value == chosen} for value, text in named.items()]


def picks_in(form: Form) -> list[dict[str, str]]:
    """Who was ticked, each at the version that the page showed."""
    return [
        {"application_id": name.removeprefix("pick-"), "version": version}
        for name, version in form.values.items()
        if name.startswith("pick-")
    ]
