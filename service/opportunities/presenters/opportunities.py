"""Opportunities in words: the list, one of them, and the form in which one is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from service.kit.levels import LEVELS, level_name
from service.kit.paging import Page
from service.offers.presenters.positive_action import Explained as Targeted
from service.opportunities.presenters.words import DOUBTS, PATTERNS, Item, Line, Matched, asked, because, items
from service.opportunities.rules.interests import DECIDING
from service.opportunities.rules.kinds import (
    INTEREST_NAMES,
    KIND_HINTS,
    KIND_NAMES,
    STATE_NAMES,
    OpportunityState,
    RiskShare,
)
from service.opportunities.rules.matching import Doubt
from service.opportunities.schemas.interests import InterestLine
from service.opportunities.schemas.opportunities import (
    Explained,
    Listed,
    MatchOut,
    OpportunityFilter,
    OpportunityOut,
)
from service.posts.rules import STAFF_GROUP_NAMES
from service.web.forms import Form
from service.web.presenters import day

LEVEL_ITEMS: Mapping[str, str] = {str(level): level_name(level) for level in LEVELS}
COLOURS: Mapping[OpportunityState, str] = {
    OpportunityState.DRAFT: "yellow",
    OpportunityState.PUBLISHED: "green",
    OpportunityState.SHORTLISTING: "blue",
}


@dataclass(frozen=True, slots=True)
class FindPage:
    """Everything that is open, and first what speaks for itself to this reader."""

    page: Page[Listed]
    matches: Sequence[MatchOut]
    wanted: OpportunityFilter
    is_first: bool
    is_partner: bool

    @property
    def lines(self) -> list[Line]:
        return [Line(one) for one in self.page.items]

    @property
    def for_you(self) -> list[Matched]:
        return [Matched(one) for one in self.matches]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.wanted.model_dump(exclude_defaults=True))

    @property
    def kinds(self) -> list[Item]:
        return items(KIND_NAMES, self.wanted.kind, "Any kind")

    @property
    def levels(self) -> list[Item]:
        return items(LEVEL_ITEMS, str(self.wanted.level or ""), "Any level")

    @property
    def groups(self) -> list[Item]:
        return items(STAFF_GROUP_NAMES, self.wanted.staff_group, "Any staff group")

    @property
    def next_href(self) -> str:
        asked_for = {name: str(value) for name, value in self.wanted.model_dump(exclude_defaults=True).items()}
        return f"/opportunities?{urlencode({**asked_for, 'cursor': self.page.next_cursor or ''})}"


@dataclass(frozen=True, slots=True)
class OpportunityPage:
    """`may` has the permissions that the reader holds where it is. `mine` is the reader's own interest in it."""

    held: OpportunityOut
    may: frozenset[str]
    today: date
    match: Explained | None = None
    mine: InterestLine | None = None
    targeted: Targeted | None = None
    form: Form = field(default_factory=Form)
    refusal: str = ""
    done: str = ""

    @property
    def state(self) -> str:
        if self.is_published:
            return "Open" if self.held.is_open else "Closed, not decided yet"
        return STATE_NAMES[self.held.state]

    @property
    def colour(self) -> str:
        return COLOURS.get(self.held.state, "grey") if self.held.is_open or not self.is_published else "blue"

    @property
    def is_published(self) -> bool:
        return self.held.state is OpportunityState.PUBLISHED

    @property
    def is_draft(self) -> bool:
        return self.held.state is OpportunityState.DRAFT

    @property
    def may_ask(self) -> bool:
        """Whether it is for the reader. A draft of their own can always be opened."""
        is_for_others = self.match is None or Doubt.OWN_STAFF_ONLY in self.match.doubts
        return self.held.is_open and (self.mine_is_draft or not is_for_others)

    @property
    def may_edit(self) -> bool:
        return "opportunities.edit" in self.may and self.held.state in {
            OpportunityState.DRAFT,
            OpportunityState.PUBLISHED,
        }

    @property
    def may_withdraw(self) -> bool:
        return "opportunities.edit" in self.may and self.held.state not in {
            OpportunityState.DECIDED,
            OpportunityState.WITHDRAWN,
        }

    @property
    def may_decide(self) -> bool:
        return "opportunities.decide" in self.may and not self.is_draft

    @property
    def facts(self) -> list[tuple[str, str]]:
        held = self.held
        hours = f"{held.weekly_hours:g} hours a week. " if held.weekly_hours else ""
        who = (
            "Everybody who works in the system" if held.is_open_to_system else f"People who work at {held.organisation}"
        )
        told = [
            ("Kind", f"{KIND_NAMES[held.kind]}: {KIND_HINTS[held.kind].lower()}"),
            ("Where", f"{held.place}, {held.organisation}" if held.place else held.organisation),
            ("Level", held.level_name),
            ("Staff group", STAFF_GROUP_NAMES[held.staff_group]),
            ("Hours", f"{hours}{PATTERNS[held.working_pattern]}"),
            ("Pay", held.pay),
            ("From and to", _dates(held)),
            ("Who can apply", who),
            ("Closes", f"At the end of {day(held.closes_on)}"),
            ("Risk and cost", self._risk),
        ]
        return [(label, words) for label, words in told if words]

    @property
    def _risk(self) -> str:
        held = self.held
        if held.risk_share is RiskShare.NIL:
            return "No risk to share"
        if held.risk_share is None:
            return ""
        pays = f"The lending employer pays {held.home_pays}%, {held.organisation} {100 - (held.home_pays or 0)}%."
        return f"{pays} What could go wrong: {held.risk_exposure} How it can end early: {held.risk_exit}"

    @property
    def inside_first(self) -> str:
        held = self.held
        if held.internal_until is None:
            return ""
        if held.external_link:
            return "It is advertised outside the system too."
        if held.internal_until < self.today:
            return ""
        return f"Until {day(held.internal_until)} it is shown to people inside the system alone."

    @property
    def because(self) -> str:
        return because(self.match.reasons) if self.match else ""

    @property
    def doubts(self) -> list[str]:
        return [DOUBTS[doubt] for doubt in self.match.doubts] if self.match else []

    @property
    def asks(self) -> list[tuple[str, str, str]]:
        return asked(self.match.requirements) if self.match else []

    @property
    def mine_state(self) -> str:
        return INTEREST_NAMES[self.mine.state] if self.mine else ""

    @property
    def mine_is_draft(self) -> bool:
        return bool(self.mine) and self.mine_state == "Not sent yet"

    @property
    def mine_waits(self) -> bool:
        return bool(self.mine and self.mine.state in DECIDING)

    @property
    def next_verb(self) -> str:
        """What a partner does next, in words."""
        if self.held.state is OpportunityState.PUBLISHED and self.held.is_open:
            return "See who is interested"
        return {
            OpportunityState.PUBLISHED: "Make the shortlist",
            OpportunityState.SHORTLISTING: "Choose who gets it",
        }.get(self.held.state, "See who was interested")


def _dates(held: OpportunityOut) -> str:
    if held.starts_on and held.ends_on:
        return f"{day(held.starts_on)} to {day(held.ends_on)}"
    return f"From {day(held.starts_on)}" if held.starts_on else ""
