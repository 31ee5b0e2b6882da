"""The words of a pathway: where somebody is, how that is known, and what each step is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from service.organisations.rules import level_name
from service.pathways.presenters.map import Map, Place, draw
from service.pathways.rules.aspirations import sentence
from service.pathways.rules.steps import KIND_HINTS, KIND_NAMES, StepState
from service.pathways.schemas.aspirations import AspirationOut
from service.pathways.schemas.steps import ChosenOut, PathwayOut, PlaceOut, StepOut, SuggestionOut
from service.web.presenters import count_of

HOW = {
    "stated": "You told us that this is your role.",
    "title": "We know from your job title.",
    "family_and_level": "We assume this from your staff group and level, because we do not know your job title.",
}


@dataclass(frozen=True, slots=True)
class StepCard:
    """One step as it is listed, with its reasons."""

    step: StepOut
    reasons: Sequence[str] = ()
    is_next: bool = False
    is_elsewhere: bool = False

    @property
    def href(self) -> str:
        return f"/me/steps/{self.step.id}"

    @property
    def kind(self) -> str:
        return KIND_NAMES[self.step.kind]

    @property
    def about(self) -> str:
        return f"{self.step.to.family}. {level_name(self.step.to.level)}"

    @property
    def marks(self) -> list[str]:
        marks = [self.kind]
        if self.is_elsewhere:
            marks.append("Usually in another organisation")
        if self.step.state is StepState.RETIRED:
            marks.append("No longer offered")
        return marks

    @property
    def hint(self) -> str:
        return KIND_HINTS[self.step.kind]

    @property
    def time(self) -> str:
        return f"Typically after {duration(self.step.typical_months)} in the role before"


@dataclass(frozen=True)
class PathwayView:
    """The pathway part of a person's own page."""

    found: PathwayOut
    aspiration: AspirationOut

    @property
    def place(self) -> PlaceOut:
        return self.found.place

    @property
    def role(self) -> str:
        """Which role it is and how that is known."""
        if self.place.role is None:
            return ""
        return (
            f"This is the role “{self.place.role.title}” in {self.place.role.family}. {HOW.get(self.how, '')}".strip()
        )

    @property
    def how(self) -> str:
        return self.place.how or ""

    @property
    def correct_href(self) -> str:
        return f"/me/role?assignment={self.place.assignment_id}" if self.place.assignment_id else "/me/role"

    @property
    def correct(self) -> str:
        return "Correct your role" if self.place.role else "Say which role is yours"

    @property
    def empty(self) -> str:
        """What to do where there is no step to show."""
        if self.place.role is None and self.place.job_title:
            return (
                f"We do not know which role “{self.place.job_title}” is, so we cannot show steps from it yet."
                " Say which role is yours, and they will be here."
            )
        if self.place.role is None:
            return "No current post is recorded. Say which role you come from, and the steps from it will be here."
        return "No steps from this role are published yet. Look at other roles, or say where you want to be."

    @property
    def wish(self) -> str:
        said = self.aspiration
        if not said.version:
            return "You have not said where you want to be yet."
        if said.is_muted:
            return "What you want next is muted: it is kept for you and used for nothing."
        level = level_name(said.target_level) if said.target_level else None
        return sentence(said.family, level, said.tier, said.timeframe, specialist=said.specialist_track)

    @property
    def wish_link(self) -> str:
        return "Change what you want" if self.aspiration.version else "Say where you want to be"

    @cached_property
    def cards(self) -> list[StepCard]:
        return [_card(one) for one in self.found.suggestions]

    @property
    def next_three(self) -> list[StepCard]:
        return [card for card in self.cards if card.is_next]

    @property
    def others(self) -> list[StepCard]:
        return [card for card in self.cards if not card.is_next]

    @property
    def chosen(self) -> list[StepCard]:
        return [_chosen(one) for one in self.found.chosen]

    @cached_property
    def map(self) -> Map | None:
        if not self.cards or self.place.role is None:
            return None
        return draw(
            self.place.role.title,
            [Place(c.step.to.title, c.href, c.step.kind, c.marks[-1], c.is_next) for c in self.cards],
        )

    @property
    def map_words(self) -> str:
        """What the drawing says, in a sentence."""
        role = self.place.role.title if self.place.role else ""
        sideways = sum(card.step.kind in {"lateral", "cross_sector"} for card in self.cards)
        steps = count_of(len(self.cards), "step")
        return f"{steps} around {role}, {sideways} of them sideways. Steps up are above it, steps back below."


def _card(one: SuggestionOut) -> StepCard:
    return StepCard(one.step, one.reasons, one.is_next, one.is_elsewhere)


def _chosen(one: ChosenOut) -> StepCard:
    return StepCard(one.step)


def duration(months: int) -> str:
    """18 -> "1 year and 6 months" """
    years, rest = divmod(months, 12)
    parts = [count_of(years, "year")] * bool(years) + [count_of(rest, "month")] * bool(rest)
    return " and ".join(parts)
