"""Aftercare in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.kit.clock import UK
from service.kit.paging import Page
from service.opportunities.presenters.words import Item
from service.opportunities.rules.kinds import INTEREST_NAMES, NEXT_STEP_NAMES
from service.opportunities.schemas.aftercare import CareOut
from service.web.forms import Form
from service.web.presenters import day


@dataclass(frozen=True, slots=True)
class CareLine:
    """One person who is owed something, with the verb that comes next."""

    care: CareOut

    @property
    def verb(self) -> str:
        if self.care.talked_on is None:
            return f"Talk with {self.care.name}"
        return f"Agree a next step with {self.care.name}"

    @property
    def due(self) -> str:
        return f"{'Was due' if self.care.is_late else 'Due'} by {day(self.care.due_on)}"

    @property
    def detail(self) -> str:
        talked = f" You talked on {day(self.care.talked_on)}." if self.care.talked_on else ""
        return f"{INTEREST_NAMES[self.care.state]} for {self.care.title}.{talked}"


@dataclass(frozen=True, slots=True)
class DuePage:
    page: Page[CareOut]

    @property
    def lines(self) -> list[CareLine]:
        return [CareLine(one) for one in self.page.items]


@dataclass(frozen=True, slots=True)
class CarePage:
    care: CareOut
    form: Form
    refusal: str = ""

    @property
    def line(self) -> CareLine:
        return CareLine(self.care)

    @property
    def facts(self) -> list[tuple[str, str]]:
        care = self.care
        step = NEXT_STEP_NAMES[care.next_step] if care.next_step else "Not agreed yet"
        return [
            ("Opportunity", care.title),
            ("What was decided", INTEREST_NAMES[care.state]),
            ("They were told on", day(care.opened_at.astimezone(UK).date())),
            ("Due by", day(care.due_on)),
            ("Conversation", f"Held on {day(care.talked_on)}" if care.talked_on else "Not yet"),
            ("Next step", step),
        ]

    @property
    def closed(self) -> str:
        if self.care.is_declined:
            return "They want no conversation. There is nothing more to do."
        return "This is done: you talked, and a next step is agreed." if self.care.closed_at else ""

    @property
    def steps(self) -> Sequence[Item]:
        chosen = self.form.value("next_step") or self.care.next_step
        return [{"value": code, "text": name, "checked": code == chosen} for code, name in NEXT_STEP_NAMES.items()]
