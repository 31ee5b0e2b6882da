"""Options of a form, each with what was chosen before."""

from collections.abc import Mapping, Sequence
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


def families(found: Sequence[FamilyOut], form: Form) -> list[Item]:
    return options({one.code: one.name for one in found}, form.value("family_code"), "Choose a job family")


def levels(form: Form) -> list[Item]:
    names = {str(level): f"{level}, {name.lower()}" for level, name in LEVEL_NAMES.items()}
    return options(names, form.value("level"), "Choose a level")


def places(found: Mapping[UUID, str], form: Form, name: str = "organisation_id") -> list[Item]:
    return options(found, form.value(name))
