"""The words of the people pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from service.people.schemas import PersonOut
from service.web.forms import Form


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of an organisation's people. `people` have id, listed_as, job_title and employee_number."""

    organisations: Mapping[UUID, str]
    here: UUID
    search: str
    people: Sequence[Any]
    next_cursor: str | None
    may_add: bool
    is_first: bool

    @property
    def organisation(self) -> str:
        return self.organisations[self.here]

    @property
    def choices(self) -> list[dict[str, object]]:
        return [
            {"value": str(place), "text": name, "selected": place == self.here}
            for place, name in self.organisations.items()
        ]

    @property
    def first_href(self) -> str:
        return self._href()

    @property
    def next_href(self) -> str:
        return self._href(cursor=self.next_cursor) if self.next_cursor else ""

    @property
    def empty(self) -> str:
        if self.search:
            return f"Nobody here fits “{self.search}”. Check the spelling, or search for part of the name."
        return "No people yet. Import a workforce file, or add a person." if self.is_first else "That was everybody."

    def _href(self, **more: str) -> str:
        asked = {"organisation": str(self.here)} | ({"search": self.search} if self.search else {})
        return f"/people?{urlencode(asked | more)}"


@dataclass(frozen=True, slots=True)
class AddPage:
    form: Form
    organisations: Mapping[UUID, str]

    @property
    def choices(self) -> list[dict[str, object]]:
        chosen = self.form.value("organisation_id")
        return [
            {"value": str(place), "text": name, "selected": str(place) == chosen}
            for place, name in self.organisations.items()
        ]

    @property
    def only(self) -> UUID | None:
        return next(iter(self.organisations)) if len(self.organisations) == 1 else None


@dataclass(frozen=True, slots=True)
class CorrectPage:
    """`theirs` is what somebody else saved in the meantime, beside what was typed here."""

    person: PersonOut
    form: Form
    theirs: PersonOut | None = None

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        """(what, as it is now, as you typed it), where the two differ."""
        if self.theirs is None:
            return []
        names = (("Given name", "given_name"), ("Family name", "family_name"), ("Email address", "email"))
        pairs = [(label, getattr(self.theirs, name) or "", self.form.value(name)) for label, name in names]
        return [pair for pair in pairs if pair[1] != pair[2]]
