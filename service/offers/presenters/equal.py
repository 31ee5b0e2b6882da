"""Equal qualification in words, for those who decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.kit.clock import UK
from service.offers.schemas.positive_action import EqualOut
from service.offers.schemas.subjects import About
from service.web.forms import Form
from service.web.presenters import day

Item = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class EqualPage:
    """Who waits for a decision, and between whom equal qualification was recorded."""

    about: About
    waiting: Sequence[tuple[UUID, str]]
    recorded: Sequence[EqualOut]
    form: Form
    is_in_force: bool

    @property
    def action(self) -> str:
        return f"/positive-action/{self.about.subject}/{self.about.id}/equal"

    @property
    def people(self) -> list[Item]:
        return [
            {"value": str(key), "text": name or "Name not shown", "checked": bool(self.form.value(f"pick-{key}"))}
            for key, name in self.waiting
        ]

    @property
    def before(self) -> list[tuple[str, str]]:
        """(between whom, by whom and when, and how it is known), as far as they still wait."""
        names = dict(self.waiting)
        return [
            (
                ", ".join(names.get(one, "somebody decided about since") for one in held.candidates),
                f"{held.recorded_by} on {day(held.at.astimezone(UK).date())}: {held.words}",
            )
            for held in self.recorded
        ]
