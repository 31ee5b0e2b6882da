"""The words of this room that several of its pages say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.kit.clock import today
from service.kit.levels import level_name
from service.opportunities.rules.kinds import KIND_NAMES, STATE_NAMES, InterestState, OpportunityState
from service.opportunities.rules.matching import Doubt, Met, Why
from service.opportunities.schemas.opportunities import Listed, MatchOut, RequirementMet
from service.pathways.rules.aspirations import WorkingPattern
from service.web.presenters import day

Item = Mapping[str, object]
PATTERNS: Mapping[WorkingPattern, str] = {
    WorkingPattern.FULL_TIME: "Full time",
    WorkingPattern.PART_TIME: "Part time",
    WorkingPattern.JOB_SHARE: "Job share",
    WorkingPattern.FLEXIBLE: "Flexible or compressed hours",
    WorkingPattern.NO_PREFERENCE: "Any pattern can be talked about",
}
WHY: Mapping[Why, str] = {
    Why.WANTED_FAMILY: "it is in the line of work you said you want",
    Why.WANTED_LEVEL: "it is at the level you said you want",
    Why.WANTED_TIER: "it is the kind of leadership you said you want",
    Why.WANTED_PLACE: "it is where you said you want to work",
    Why.SAME_WORK: "it is for your staff group",
    Why.AT_YOUR_LEVEL: "it is at your level",
    Why.NEXT_LEVEL: "it is one level above yours",
    Why.SHOWS_EVIDENCE: "you have evidence for something it asks",
    Why.YOUR_EMPLOYER: "it is at an organisation you work for",
    Why.YOUR_PATTERN: "it has the working pattern you said you want",
}
DOUBTS: Mapping[Doubt, str] = {
    Doubt.FAR_ABOVE: "It is more than two levels above yours.",
    Doubt.OTHER_PATTERN: "It has another working pattern than the one you said you want.",
    Doubt.WOULD_MOVE: "You said you want to stay where you work now, and this is elsewhere.",
    Doubt.EVIDENCE_MISSING: "You have no evidence yet for what its role asks. You can add some.",
    Doubt.OWN_STAFF_ONLY: "It is only for people who work in that organisation now.",
}
# To the person, and to those who decide.
MET: Mapping[Met, str] = {
    Met.SHOWN: "You have evidence",
    Met.NOT_SHOWN: "No evidence yet",
    Met.NOT_KNOWN: "Not kept here",
}
SHOWN: Mapping[Met, str] = {
    Met.SHOWN: "Shown",
    Met.NOT_SHOWN: "Not shown",
    Met.NOT_KNOWN: "Not kept here, ask",
}
COLOURS: Mapping[InterestState, str] = {
    InterestState.DRAFT: "yellow",
    InterestState.SUBMITTED: "blue",
    InterestState.SHORTLISTED: "blue",
    InterestState.SELECTED: "green",
    InterestState.ACCEPTED: "green",
    InterestState.STARTED: "green",
}


def because(reasons: Sequence[Why]) -> str:
    """ "Shown because it is for your staff group and it is one level above yours." """
    said = [WHY[why] for why in reasons[:4]]
    if not said:
        return ""
    words = f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else said[0]
    return f"Shown because {words}."


def colour(state: InterestState) -> str:
    return COLOURS.get(state, "grey")


def items(names: Mapping[Any, str], chosen: str | None, none: str = "") -> list[Item]:
    """Of a select; `none` is the first line, where nothing needs to be chosen."""
    listed: list[Item] = [{"value": code, "text": name, "selected": code == chosen} for code, name in names.items()]
    return [{"value": "", "text": none, "selected": not chosen}, *listed] if none else listed


@dataclass(frozen=True, slots=True)
class Line:
    """One opportunity, as a line of a list."""

    one: Listed

    @property
    def href(self) -> str:
        return f"/opportunities/{self.one.id}"

    @property
    def detail(self) -> str:
        place = f"{self.one.place}, {self.one.organisation}" if self.one.place else self.one.organisation
        level = level_name(self.one.level)
        return f"{KIND_NAMES[self.one.kind]}, {level[:1].lower()}{level[1:]}. {place}."

    @property
    def closes(self) -> str:
        is_over = self.one.state not in {OpportunityState.DRAFT, OpportunityState.PUBLISHED}
        is_over = is_over or self.one.closes_on < today()
        return f"{'Closed' if is_over else 'Closes'} {day(self.one.closes_on)}"

    @property
    def state(self) -> str:
        if self.one.state is OpportunityState.PUBLISHED and self.one.closes_on < today():
            return "Closed, not decided yet"
        return STATE_NAMES[self.one.state]

    @property
    def kind(self) -> str:
        return KIND_NAMES[self.one.kind]


@dataclass(frozen=True, slots=True)
class Matched:
    """One opportunity for this reader, and why."""

    match: MatchOut

    @property
    def line(self) -> Line:
        return Line(self.match.opportunity)

    @property
    def because(self) -> str:
        return because(self.match.reasons)


def asked(requirements: Sequence[RequirementMet], met: Mapping[Met, str] = MET) -> list[tuple[str, str, str]]:
    """(what the role asks, essential or not, whether it is shown)"""
    return [(one.words, "Essential" if one.is_essential else "Helpful", met[one.met]) for one in requirements]
