"""What a capability framework and a role profile are, and what must be true before either is published."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FrameworkKind(StrEnum):
    BEHAVIOURS = "behaviours"
    LEADERSHIP = "leadership"
    TECHNICAL = "technical"
    SKILLS = "skills"


class FrameworkState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class ProfileState(StrEnum):
    PUBLISHED = "published"
    RETIRED = "retired"


class Tier(StrEnum):
    """The three tiers of leadership. A role that leads nobody has none."""

    ENABLED_LEADER = "enabled_leader"
    MID_SENIOR = "mid_senior"
    EXECUTIVE = "executive"


class RequirementKind(StrEnum):
    CAPABILITY = "capability"
    EXPERIENCE = "experience"
    REGISTRATION = "registration"
    QUALIFICATION = "qualification"


class How(StrEnum):
    """How a post found its role profile."""

    TITLE = "title"
    FAMILY_AND_LEVEL = "family_and_level"


KIND_NAMES: Mapping[FrameworkKind, str] = {
    FrameworkKind.BEHAVIOURS: "Behaviours",
    FrameworkKind.LEADERSHIP: "Leadership",
    FrameworkKind.TECHNICAL: "Technical",
    FrameworkKind.SKILLS: "Skills",
}
TIER_NAMES: Mapping[Tier, str] = {
    Tier.ENABLED_LEADER: "Enabled leader",
    Tier.MID_SENIOR: "Mid-senior leader",
    Tier.EXECUTIVE: "Executive leader",
}

# Addresses of pages that a framework's code would hide, or be hidden by.
TAKEN = frozenset({"import", "check"})
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Level:
    level: int
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Dimension:
    code: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`level` is None where the behaviour belongs to every level."""

    dimension: str
    code: str
    text: str
    level: int | None


@dataclass(frozen=True, slots=True)
class Content:
    """All that one version of a framework says, in its order."""

    levels: tuple[Level, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    behaviours: tuple[Behaviour, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """A capability by framework, version, dimension and perhaps level; or anything else in words."""

    kind: RequirementKind
    is_essential: bool
    text: str = ""
    framework: str | None = None
    version: int | None = None
    dimension: str | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A role profile as it is written in a file; `titles` in lower case, the role's own among them."""

    code: str
    family: str
    level: int
    title: str
    titles: tuple[str, ...]
    tier: Tier | None
    is_default: bool
    summary: str
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What a new version does to the one before it, named."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


def is_code(text: str) -> bool:
    """Up to 40 small letters, digits, hyphens and underscores."""
    return _CODE.fullmatch(text) is not None


def plain_title(title: str) -> str:
    """A job title as it is compared: small letters, single spaces."""
    return " ".join(title.lower().split())


def changes_between(old: Content | None, new: Content) -> Changes:
    """By dimension: one counts as changed when its words or any of its behaviours do."""
    before, after = _by_dimension(old or Content()), _by_dimension(new)
    return Changes(
        added=tuple(part.name for part, _ in (after[code] for code in after if code not in before)),
        changed=tuple(after[code][0].name for code in after if code in before and after[code] != before[code]),
        removed=tuple(part.name for part, _ in (before[code] for code in before if code not in after)),
        unchanged=sum(before.get(code) == part for code, part in after.items()),
    )


def _by_dimension(content: Content) -> dict[str, tuple[Dimension, tuple[Behaviour, ...]]]:
    held: dict[str, list[Behaviour]] = {dimension.code: [] for dimension in content.dimensions}
    for behaviour in content.behaviours:
        held[behaviour.dimension].append(behaviour)
    return {dimension.code: (dimension, tuple(held[dimension.code])) for dimension in content.dimensions}
