"""What must be true of a capability framework and of a role profile, before either is published."""

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
