"""Frameworks and roles in words, for pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from service.capabilities.queries import Wanted
from service.capabilities.rules import KIND_NAMES, TIER_NAMES, FrameworkState, ProfileState, RequirementKind, Tier
from service.capabilities.schemas import (
    BehaviourOut,
    DimensionOut,
    FamilyOut,
    FrameworkCheck,
    FrameworkDetail,
    RequirementOut,
    RoleDetail,
    RoleOut,
    RolesCheck,
)
from service.kit.levels import LEVEL_NAMES
from service.web.forms import Form
from service.web.presenters import count_of

Item = dict[str, Any]
_ASKED: Mapping[RequirementKind, str] = {
    RequirementKind.REGISTRATION: "Registration",
    RequirementKind.QUALIFICATION: "Qualifications",
    RequirementKind.EXPERIENCE: "Experience",
    RequirementKind.CAPABILITY: "Capabilities",
}


@dataclass(frozen=True, slots=True)
class FrameworkPage:
    found: FrameworkDetail
    dimensions: Sequence[DimensionOut]
    next_after: str | None
    is_later: bool

    @property
    def notice(self) -> str:
        """What to know before reading a version that is not the one in use."""
        this, newest = self.found.framework, self.found.versions[0]
        if this.state is FrameworkState.RETIRED:
            return "This version is retired. It stays here because roles and evidence may name it."
        return f"This is version {this.version}. The newest is version {newest}." if this.version < newest else ""

    @property
    def kind(self) -> str:
        return KIND_NAMES[self.found.framework.kind]

    def seen(self, dimension: DimensionOut) -> list[tuple[str, list[BehaviourOut]]]:
        """(level in words, behaviours), those of every level first and without a heading."""
        names = {level.level: f"{level.level}. {level.name}" for level in self.found.levels}
        ordered = sorted(dimension.behaviours, key=lambda one: one.level or 0)
        return [(names.get(level or 0, ""), list(found)) for level, found in groupby(ordered, lambda one: one.level)]


@dataclass(frozen=True, slots=True)
class RolesPage:
    families: Sequence[FamilyOut]
    wanted: Wanted
    roles: Sequence[RoleOut]
    next_cursor: str | None
    is_first: bool

    @property
    def is_narrowed(self) -> bool:
        return self.wanted != Wanted()

    @property
    def next_href(self) -> str:
        return f"/roles?{urlencode(self._asked() | {'cursor': self.next_cursor or ''})}"

    @property
    def first_href(self) -> str:
        return f"/roles?{urlencode(self._asked())}"

    def family_items(self) -> list[Item]:
        return items({one.code: one.name for one in self.families}, self.wanted.family, "Every family")

    def level_items(self) -> list[Item]:
        chosen = str(self.wanted.level or "")
        return items({str(n): f"{n}. {name}" for n, name in LEVEL_NAMES.items()}, chosen, "Every level")

    def tier_items(self) -> list[Item]:
        return items({tier.value: name for tier, name in TIER_NAMES.items()}, self.wanted.tier, "Every role")

    def _asked(self) -> dict[str, str]:
        asked = {name: getattr(self.wanted, name) for name in ("search", "family", "level", "tier")}
        return {name: str(value) for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class RolePage:
    found: RoleDetail

    @property
    def role(self) -> RoleOut:
        return self.found.role

    @property
    def is_retired(self) -> bool:
        return self.role.state is ProfileState.RETIRED

    @property
    def tier(self) -> str:
        return tier_name(self.role.tier)

    @property
    def also_called(self) -> str:
        titles = [title for title in self.role.titles if title != self.role.title.lower()]
        return ", ".join(title[:1].upper() + title[1:] for title in titles)

    @property
    def asks(self) -> list[tuple[str, list[RequirementOut]]]:
        """(heading, requirements) of each kind that there is, the essential ones first."""
        return [
            (heading, sorted(found, key=lambda one: not one.is_essential))
            for kind, heading in _ASKED.items()
            if (found := [one for one in self.found.requirements if one.kind is kind])
        ]

    def others(self, chosen: str) -> list[Item]:
        """Roles of its family that may take its place."""
        others = (one for one in self.found.family_roles if one.id != self.role.id)
        return items(
            {str(one.id): f"{one.title} (level {one.level})" for one in others}, chosen, "Nothing took its place"
        )


@dataclass(frozen=True, slots=True)
class ImportPage:
    form: Form
    conflict: str = ""
    families: Sequence[FamilyOut] = ()

    def kinds(self) -> list[Item]:
        names = {kind.value: name for kind, name in KIND_NAMES.items()}
        return items(names, self.form.value("kind"), "Choose a kind")


@dataclass(frozen=True, slots=True)
class FrameworkChecked:
    """What the file would do. `form` carries everything on to the page that publishes it."""

    form: Form
    found: FrameworkCheck

    @property
    def hidden(self) -> dict[str, str]:
        """Everything but the file, which is sent again where it has to be put right."""
        return {name: value for name, value in self.form.values.items() if name != "csv"}

    @property
    def counts(self) -> list[tuple[int, str]]:
        found = self.found
        return [
            (found.dimensions, _noun(found.dimensions, "dimension")),
            (found.behaviours, _noun(found.behaviours, "behaviour")),
            (found.levels, _noun(found.levels, "level")),
            (found.problem_count, _noun(found.problem_count, "problem")),
        ]

    @property
    def changes(self) -> list[tuple[str, list[str]]]:
        found = self.found
        return [(words, names) for words, names in _changes(found.added, found.changed, found.removed) if names]


@dataclass(frozen=True, slots=True)
class RolesChecked:
    form: Form
    found: RolesCheck

    @property
    def counts(self) -> list[tuple[int, str]]:
        found = self.found
        return [
            (len(found.added), "new"),
            (len(found.changed), "changed"),
            (found.unchanged, "as they are"),
            (found.problem_count, _noun(found.problem_count, "problem")),
        ]

    @property
    def changes(self) -> list[tuple[str, list[str]]]:
        return [(words, names) for words, names in _changes(self.found.added, self.found.changed, []) if names]


def wanted_in(search: str, asked: Mapping[str, Any], families: Sequence[FamilyOut]) -> Wanted:
    """What an address asks for. A choice that is not on the list is left out, as if nothing was chosen."""
    family, level, tier = (str(asked.get(name, "")) for name in ("family", "level", "tier"))
    return Wanted(
        search=search.strip(),
        family=family if family in {one.code for one in families} else None,
        level=int(level) if level in {str(known) for known in LEVEL_NAMES} else None,
        tier=Tier(tier) if tier in set(Tier) else None,
    )


def tier_name(tier: Tier | None) -> str:
    return TIER_NAMES[tier] if tier else ""


def items(choices: Mapping[str, str], chosen: str | None, none: str) -> list[Item]:
    found = [{"value": value, "text": name, "selected": value == chosen} for value, name in choices.items()]
    return [{"value": "", "text": none, "selected": not chosen}, *found]


def _changes(added: list[str], changed: list[str], removed: list[str]) -> list[tuple[str, list[str]]]:
    return [("New", added), ("Changed", changed), ("No longer there", removed)]


def _noun(number: int, one: str) -> str:
    return count_of(number, one).partition(" ")[2]
