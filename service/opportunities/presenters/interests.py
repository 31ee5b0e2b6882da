"""Interest in words: to the person, and to those who decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from service.kit.levels import level_name
from service.opportunities.presenters.words import SHOWN, Item, Line, asked, colour, items
from service.opportunities.rules.interests import CHOSEN_FOR, NOT_CHOSEN, NOT_CHOSEN_FOR, Part, next_for
from service.opportunities.rules.kinds import (
    INTEREST_NAMES,
    NEXT_STEP_NAMES,
    REASON_NAMES,
    InterestState,
    NextStep,
    OpportunityKind,
    OpportunityState,
    Reason,
    Route,
)
from service.opportunities.schemas.interests import (
    CandidateOut,
    InterestLine,
    InterestOut,
    ReferralOut,
    ShownOut,
)
from service.opportunities.schemas.opportunities import OpportunityOut
from service.pathways.schemas.evidence import EvidenceOut
from service.posts.rules import STAFF_GROUP_NAMES
from service.web.forms import Form
from service.web.presenters import count_of, day, moment

VERBS: Mapping[InterestState, str] = {
    InterestState.WITHDRAWN: "Withdraw",
    InterestState.ACCEPTED: "Accept",
    InterestState.DECLINED: "Turn it down",
}


@dataclass(frozen=True, slots=True)
class ExpressPage:
    """`pieces` is the reader's own evidence, to choose from."""

    held: OpportunityOut
    form: Form
    pieces: Sequence[EvidenceOut]
    refusal: str = ""

    @property
    def evidence(self) -> list[Item]:
        return [
            {
                "value": "on",
                "name": f"evidence-{piece.id}",
                "id": f"evidence-{piece.id}",
                "text": f"{piece.dimension_name}, {day(piece.happened_on)}",
                "hint": {"text": _short(piece.situation)},
                "checked": bool(self.form.value(f"evidence-{piece.id}")),
            }
            for piece in self.pieces
        ]

    @property
    def may_help(self) -> bool:
        return self.form.value("employer_may_help") == "true"


@dataclass(frozen=True, slots=True)
class InterestsPage:
    """Everything that somebody is or was interested in, and who thought of them."""

    interests: Sequence[InterestLine]
    referrals: Sequence[ReferralOut]
    is_partner: bool

    @property
    def lines(self) -> list[tuple[InterestLine, Line, str, str]]:
        """(the interest, its opportunity, its state, the colour of that)"""
        return [(one, Line(one.opportunity), INTEREST_NAMES[one.state], colour(one.state)) for one in self.interests]

    @property
    def asked(self) -> list[tuple[ReferralOut, Line]]:
        return [(one, Line(one.opportunity)) for one in self.referrals]


@dataclass(frozen=True, slots=True)
class InterestPage:
    held: InterestOut
    refusal: str = ""

    @property
    def line(self) -> Line:
        return Line(self.held.opportunity)

    @property
    def state(self) -> str:
        return INTEREST_NAMES[self.held.state]

    @property
    def colour(self) -> str:
        return colour(self.held.state)

    @property
    def history(self) -> list[tuple[str, str, str, str]]:
        """(what, when, why, what they say to you), the newest first"""
        return [
            (
                "Begun" if one.state is InterestState.DRAFT else INTEREST_NAMES[one.state],
                moment(one.at),
                REASON_NAMES[one.reason] if one.reason else "",
                one.note,
            )
            for one in reversed(self.held.history)
        ]

    @property
    def verbs(self) -> list[tuple[str, str]]:
        """(code of the step, its words), what the person can do next"""
        return [(new.value, VERBS[new]) for new in next_for(self.held.state, Part.PERSON) if new in VERBS]

    @property
    def what_next(self) -> str:
        """What the person waits for, while they do."""
        closes = day(self.held.opportunity.closes_on)
        return {
            InterestState.SUBMITTED: f"It is decided after {closes}. You are told at once, whatever the decision is.",
            InterestState.SHORTLISTED: "The choice comes next. You are told at once, whatever it is.",
            InterestState.ACCEPTED: "The organisation gets in touch about your first day.",
        }.get(self.held.state, "")

    @property
    def is_draft(self) -> bool:
        return self.held.state is InterestState.DRAFT

    @property
    def is_chosen(self) -> bool:
        return self.held.state is InterestState.SELECTED

    @property
    def is_owed(self) -> bool:
        """Whether a conversation or a next step is still to come."""
        held = self.held
        is_done = held.talked_on is not None and held.next_step is not None
        return held.state in NOT_CHOSEN and held.due_on is not None and not held.wants_no_conversation and not is_done

    @property
    def next_step(self) -> str:
        return NEXT_STEP_NAMES[NextStep(self.held.next_step)] if self.held.next_step else ""


@dataclass(frozen=True, slots=True)
class Person:
    """One of those who are interested, on the page of those who decide."""

    one: CandidateOut
    form: Form
    is_last: bool

    @property
    def state(self) -> str:
        return INTEREST_NAMES[self.one.state]

    @property
    def colour(self) -> str:
        return colour(self.one.state)

    @property
    def work(self) -> str:
        level = level_name(self.one.level)
        group = f", {STAFF_GROUP_NAMES[self.one.staff_group].lower()}" if self.one.staff_group else ""
        return f"{self.one.employer}. {level}{group}."

    @property
    def came(self) -> str:
        sent = f"Sent on {day(self.one.sent_on)}" if self.one.sent_on else "Sent in time"
        how = "somebody thought of them" if self.one.route is Route.REFERRAL else "they found it themselves"
        return f"{sent}: {how}."

    @property
    def reason(self) -> str:
        return REASON_NAMES[self.one.reason] if self.one.reason else ""

    @property
    def asks(self) -> list[tuple[str, str, str]]:
        return asked(self.one.requirements, SHOWN)

    @property
    def evidence(self) -> Sequence[ShownOut]:
        return self.one.evidence

    @property
    def outcomes(self) -> list[Item]:
        chosen = self.form.value(f"outcome-{self.one.id}")
        names = (
            {"yes": "Chosen", "no": "Not chosen"} if self.is_last else {"yes": "Shortlist", "no": "Do not shortlist"}
        )
        return [{"value": code, "text": name, "checked": code == chosen} for code, name in names.items()]

    @property
    def reasons(self) -> list[Item]:
        codes = [*(CHOSEN_FOR if self.is_last else ()), *NOT_CHOSEN_FOR]
        names = {code.value: REASON_NAMES[code] for code in Reason if code in codes}
        return items(names, self.form.value(f"reason-{self.one.id}"), "Choose a reason")

    @property
    def is_accepted(self) -> bool:
        return self.one.state is InterestState.ACCEPTED


@dataclass(frozen=True, slots=True)
class CandidatesPage:
    """Everybody who is interested, and the form in which all who wait are decided on at once."""

    held: OpportunityOut
    candidates: Sequence[CandidateOut]
    form: Form
    where: frozenset[UUID]
    free: int = 0
    refusal: str = ""

    def may_choose(self, person: Person) -> bool:
        """Whether they can be chosen after all: somebody who was chosen said no."""
        return self.free > 0 and person.one.state is InterestState.NOT_SELECTED

    @property
    def is_last(self) -> bool:
        return self.held.state is OpportunityState.SHORTLISTING

    @property
    def waits(self) -> InterestState:
        return InterestState.SHORTLISTED if self.is_last else InterestState.SUBMITTED

    @property
    def is_deciding(self) -> bool:
        return self.held.state in {OpportunityState.PUBLISHED, OpportunityState.SHORTLISTING} and not self.held.is_open

    @property
    def waiting(self) -> list[Person]:
        return [Person(one, self.form, self.is_last) for one in self.candidates if one.state is self.waits]

    @property
    def others(self) -> list[Person]:
        return [Person(one, self.form, self.is_last) for one in self.candidates if one.state is not self.waits]

    @property
    def heading(self) -> str:
        if not self.is_deciding:
            return "Who is interested"
        return "Choose who gets it" if self.is_last else "Make the shortlist"

    @property
    def how_many(self) -> str:
        there = count_of(len(self.candidates), "person is interested", "people are interested")
        if self.held.priority_until:
            return f"{there}, in no order"
        return f"{there}, in the order in which they sent it: that is no ranking"

    @property
    def stage(self) -> str:
        return "decisions_made" if self.is_last else "shortlist_closed"

    def record_href(self, person: Person) -> str:
        """Where the partner records what follows from it; nothing where another employer does."""
        one, held = person.one, self.held
        if held.kind is OpportunityKind.SECONDMENT and one.employer_id != held.organisation_id:
            if one.employer_id not in self.where:
                return ""
            dates = {"starts": held.starts_on, "ends": held.ends_on}
            known = {"person": one.person_id, "host": held.organisation_id, **dates}
            return f"/mobility/secondments/new?{urlencode({name: value for name, value in known.items() if value})}"
        return f"/people/{one.person_id}/posts/new" if one.employer_id == held.organisation_id else "/people/new"

    def record_words(self, person: Person) -> str:
        one, held = person.one, self.held
        if held.kind is OpportunityKind.SECONDMENT and one.employer_id != held.organisation_id:
            return (
                "Record the secondment" if one.employer_id in self.where else f"{one.employer} records the secondment."
            )
        return "Record the post" if one.employer_id == held.organisation_id else "Add them as staff, then the post"


def _short(words: str) -> str:
    return words if len(words) <= 120 else f"{words[:117].rstrip()}…"
