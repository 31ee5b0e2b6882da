"""The words of the pages on which conversations are arranged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from service.conversations.choosing import Choice, key_of
from service.conversations.presenters.coded import MODE_NAMES
from service.conversations.rules import KIND_NAMES, Mode
from service.conversations.schemas.arranging import Planned
from service.people.schemas import Found
from service.web.forms import Form
from service.web.presenters import count_of, moment

Option = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ArrangePage:
    """The form for one conversation or several. `held_by` is who will hold them, once it is clear or to be chosen."""

    form: Form
    organisation_id: UUID
    organisation: str
    people: Mapping[UUID, str]
    held_by: Choice
    may_choose_holder: bool

    @property
    def title(self) -> str:
        if len(self.people) == 1:
            return f"Arrange a conversation with {next(iter(self.people.values()))}"
        return f"Arrange {count_of(len(self.people), 'conversation')}"

    @property
    def holders(self) -> list[Option]:
        chosen = self.form.value("facilitator_id")
        found: Sequence[Found] = self.held_by.several
        return [
            {"value": key_of(one), "text": one.name, "checked": key_of(one) == chosen, "hint": {"text": one.detail}}
            for one in found
        ]

    @property
    def suggestions(self) -> str:
        return f"/api/people?size=8&organisation_id={self.organisation_id}"

    @property
    def kinds(self) -> list[Option]:
        chosen = self.form.value("kind")
        first = ("", "A first one where none was held yet, else a follow-up")
        return [
            {"value": code, "text": name, "selected": code == chosen} for code, name in (first, *KIND_NAMES.items())
        ]

    @property
    def modes(self) -> list[Option]:
        chosen = self.form.value("mode")
        return [{"value": code, "text": name, "checked": code == chosen} for code, name in MODE_NAMES.items()]


@dataclass(frozen=True, slots=True)
class ArrangeCheckPage:
    """Each time, before anything is planned."""

    form: Form
    organisation: str
    planned: Sequence[Planned]
    held_by: str
    mode: Mode | None
    hidden: Sequence[tuple[str, str]]

    @property
    def title(self) -> str:
        return f"Check {'this conversation' if len(self.planned) == 1 else 'these conversations'}"

    @property
    def verb(self) -> str:
        return f"Plan {count_of(len(self.planned), 'conversation')}"

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """(person, from when to when, kind)"""
        return [(one.person.name, self._when(one), KIND_NAMES[one.kind]) for one in self.planned]

    def _when(self, one: Planned) -> str:
        ends = moment(one.scheduled_at + timedelta(minutes=one.minutes)).rpartition(" at ")[2]
        return f"{moment(one.scheduled_at)} to {ends}"

    @property
    def how(self) -> str:
        return MODE_NAMES[self.mode] if self.mode else "Not decided yet"
