"""Options of a form, each with what was chosen before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from service.capabilities.schemas import FamilyOut
from service.kit.levels import LEVEL_NAMES
from service.web.forms import Form

Item = Mapping[str, object]


def options(names: Mapping[str, str] | Mapping[UUID, str], chosen: str, first: str = "") -> list[Item]:
    """For a select; `first` is the option that stands for none."""
    found = [{"value": str(code), "text": name, "selected": str(code) == chosen} for code, name in names.items()]
    return [{"value": "", "text": first, "selected": not chosen}, *found] if first else [*found]


def radio(names: Mapping[str, str], chosen: str, hints: Mapping[str, str] | None = None) -> list[Item]:
    return [
        {"value": code, "text": name, "checked": code == chosen}
        | ({"hint": {"text": hints[code]}} if hints and code in hints else {})
        for code, name in names.items()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleForm:
    """A page with a form that names one of the reader's organisations, a job family and a level."""

    employers: Mapping[UUID, str]
    families_known: Sequence[FamilyOut]
    form: Form = field(default_factory=Form)

    @property
    def places(self) -> list[Item]:
        return options(self.employers, self.form.value("organisation_id"))

    @property
    def families(self) -> list[Item]:
        names = {one.code: one.name for one in self.families_known}
        return options(names, self.form.value("family_code"), "Choose a job family")

    @property
    def levels(self) -> list[Item]:
        names = {str(level): f"{level}, {name.lower()}" for level, name in LEVEL_NAMES.items()}
        return options(names, self.form.value("level"), "Choose a level")
