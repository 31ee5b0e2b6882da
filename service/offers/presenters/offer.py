"""One offer in words, for whoever might apply."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.offers.queries.offers import terms_of
from service.offers.rules.applications import STATE_NAMES, ApplicationState
from service.offers.rules.eligibility import PostNow, against, fitting, levels, time_problems, why
from service.offers.rules.offers import (
    KIND_NAMES,
    PAID_BY_NAMES,
    PLACE_RULE_NAMES,
    VERB_NAMES,
    OfferState,
    PaidBy,
    ProviderKind,
    Verb,
)
from service.offers.rules.offers import STATE_NAMES as OFFER_STATES
from service.offers.schemas.applications import MineOut
from service.offers.schemas.offers import CohortOut, OfferOut
from service.posts.rules import STAFF_GROUP_NAMES, StaffGroup
from service.web.forms import Form
from service.web.presenters import count_of, day, number


@dataclass(frozen=True, slots=True)
class DateLine:
    cohort: CohortOut
    today: date

    @property
    def dates(self) -> str:
        if self.cohort.starts_on == self.cohort.ends_on:
            return day(self.cohort.starts_on)
        return f"{day(self.cohort.starts_on)} to {day(self.cohort.ends_on)}"

    @property
    def where(self) -> str:
        if not self.cohort.is_online:
            return self.cohort.place
        return f"{self.cohort.place} or online" if self.cohort.place else "Online"

    @property
    def is_ahead(self) -> bool:
        return self.cohort.starts_on >= self.today

    @property
    def left(self) -> str:
        if not self.is_ahead:
            return "Has begun"
        if self.cohort.left_for_you:
            return f"{count_of(self.cohort.left_for_you, 'place')} left"
        return "Full: you can join the waiting list"


@dataclass(frozen=True, slots=True)
class OfferPage:
    """`mine` is the reader's application under way; `posts` are what they do now, none for nobody's account."""

    offer: OfferOut
    posts: Sequence[PostNow]
    mine: MineOut | None
    may_edit: bool
    may_decide: bool
    may_nominate: bool
    today: date

    @property
    def kind(self) -> str:
        return KIND_NAMES[self.offer.kind]

    @property
    def state(self) -> str:
        return OFFER_STATES[self.offer.state]

    @property
    def is_published(self) -> bool:
        return self.offer.state is OfferState.PUBLISHED

    @property
    def dates(self) -> list[DateLine]:
        return [DateLine(cohort, self.today) for cohort in self.offer.cohorts]

    @property
    def has_window(self) -> bool:
        return self.offer.is_targeted or self.offer.priority_until is not None

    @property
    def against(self) -> list[str]:
        """Why the reader may not apply today; nothing where they may."""
        offer = self.offer
        found = time_problems(offer.state, offer.opens_on, offer.closes_on, self.today)
        if self.posts and fitting(terms_of(offer), self.posts) is None:
            found += against(terms_of(offer), self.posts[0])
        return [problem.message for problem in found]

    @property
    def may_apply(self) -> bool:
        return bool(self.posts) and self.mine is None and not self.against

    @property
    def why(self) -> str:
        post = fitting(terms_of(self.offer), self.posts)
        return why(terms_of(self.offer), post) if post and not self.against else ""

    @property
    def mine_state(self) -> str:
        if self.mine is None:
            return ""
        if self.mine.state is ApplicationState.DRAFT and self.mine.nominated_by:
            return f"{self.mine.nominated_by} nominated you. Accept or decline it."
        return f"Your application: {STATE_NAMES[self.mine.state].lower()}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        offer = self.offer
        cost = f"£{number(offer.cost)} a place. " if offer.paid_by is not PaidBy.NOBODY else ""
        groups = ", ".join(STAFF_GROUP_NAMES[StaffGroup(group)] for group in offer.staff_groups)
        outside = " (an outside provider)" if offer.provider_kind is ProviderKind.EXTERNAL else ""
        rows = [
            ("Offered by", offer.organisation),
            ("Provider", f"{offer.provider}{outside}" if offer.provider != offer.organisation or outside else ""),
            ("For", f"{levels(offer.level_from, offer.level_to).capitalize()}; {groups or 'every staff group'}"),
            ("People of", ", ".join(offer.partners.values()) or "Every organisation"),
            ("Builds", offer.capability or ""),
            ("Priority it serves", offer.priority),
            ("Purpose", ", ".join(VERB_NAMES[Verb(verb)].split(":")[0].lower() for verb in offer.verbs).capitalize()),
            ("Cost", cost + PAID_BY_NAMES[offer.paid_by]),
            ("Apply", f"From {day(offer.opens_on)} to {day(offer.closes_on)}" if offer.opens_on else ""),
            ("How places are given", PLACE_RULE_NAMES[offer.place_rule]),
        ]
        return [(label, words) for label, words in rows if words]


@dataclass(frozen=True, slots=True)
class ApplyPage:
    """The form to apply, to complete a draft or to accept a nomination."""

    offer: OfferOut
    mine: MineOut | None
    form: Form
    today: date

    @property
    def title(self) -> str:
        return f"Accept the nomination: {self.offer.title}" if self._nominated else f"Apply: {self.offer.title}"

    @property
    def _nominated(self) -> bool:
        return self.mine is not None and self.mine.nominated_by is not None

    @property
    def action(self) -> str:
        return f"/offers/{self.offer.id}/apply"

    @property
    def is_full(self) -> bool:
        ahead = [cohort for cohort in self.offer.cohorts if cohort.starts_on >= self.today]
        return bool(ahead) and not any(cohort.left_for_you for cohort in ahead)

    @property
    def choices(self) -> list[dict[str, object]]:
        lines = [DateLine(cohort, self.today) for cohort in self.offer.cohorts]
        ahead = [line for line in lines if line.is_ahead]
        chosen = self.form.value("cohort_id") or (str(ahead[0].cohort.id) if len(ahead) == 1 else "")
        return [
            {
                "value": str(line.cohort.id),
                "text": line.dates,
                "hint": {"text": f"{line.where}. {line.left}."},
                "checked": str(line.cohort.id) == chosen,
            }
            for line in ahead
        ]


@dataclass(frozen=True, slots=True)
class NominatePage:
    offer: OfferOut
    form: Form
    is_done: bool = False
