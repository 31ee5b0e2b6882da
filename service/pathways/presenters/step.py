"""One step: what it asks, what the reader already shows, and what would close the gap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.capabilities.rules import RequirementKind
from service.pathways.presenters.pathway import StepCard
from service.pathways.rules.steps import StepState
from service.pathways.schemas.steps import RequirementOut
from service.web.presenters import count_of

_KINDS: Mapping[RequirementKind, str] = {
    RequirementKind.EXPERIENCE: "Experience",
    RequirementKind.REGISTRATION: "Registration",
    RequirementKind.QUALIFICATION: "Qualification",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One capability that the role asks for, and what the reader has written for it."""

    name: str
    framework: str
    dimension: str
    pieces: int
    is_essential: bool
    profile_id: str

    @property
    def shown(self) -> str:
        return f"You have {count_of(self.pieces, 'piece')} of evidence" if self.pieces else "No evidence yet"

    @property
    def add_href(self) -> str:
        return f"/me/evidence/new?dimension={self.dimension}&role={self.profile_id}"


@dataclass(frozen=True, slots=True)
class StepView:
    card: StepCard
    requirements: Sequence[RequirementOut]
    shown: Mapping[str, int]
    is_chosen: bool

    @property
    def title(self) -> str:
        return self.card.step.to.title

    @property
    def is_open(self) -> bool:
        return self.card.step.state is StepState.PUBLISHED

    @property
    def capabilities(self) -> list[Asked]:
        profile = str(self.card.step.to.id)
        return [
            Asked(one.name, one.framework, one.dimension, self.shown.get(one.dimension, 0), one.is_essential, profile)
            for one in self.requirements
            if one.dimension
        ]

    @property
    def others(self) -> list[tuple[str, str]]:
        """(what kind of thing, the thing itself): what no evidence of a capability can stand for."""
        named = [(one, _KINDS[one.kind]) for one in self.requirements if one.kind in _KINDS]
        return [(kind if one.is_essential else f"{kind}, desirable", one.text) for one, kind in named]

    @property
    def reading(self) -> str:
        """The gap in a sentence. It counts what was written, and says nothing about how good anybody is."""
        asks = self.capabilities
        if not asks:
            return "No capabilities are written down for this role yet."
        met = sum(bool(one.pieces) for one in asks)
        if not met:
            return (
                f"It asks for {count_of(len(asks), 'capability', 'capabilities')}. You have not written about them yet."
            )
        rest = len(asks) - met
        if not rest:
            return f"You have evidence for all {len(asks)} of the capabilities that it asks for."
        return f"You have evidence for {met} of the {len(asks)} capabilities that it asks for. {rest} to write about."
