from collections.abc import Mapping
from typing import Any, Final

from analytics.frames import LABELS
from service.capabilities.rules import TIER_NAMES, Tier
from service.posts.rules import STAFF_GROUP_NAMES, StaffGroup

Row = Mapping[str, Any]
ALL: Final = "all"
STAGE_NAMES: Final[Mapping[str, str]] = {
    "below": "In post at levels 5 and 6",
    "pipeline": "In a pipeline",
    "feeder": "In a pipeline: new to it",
    "developing": "In a pipeline: developing",
    "ready_soon": "In a pipeline: ready soon",
    "ready_now": "In a pipeline: ready now",
    "applied": "Applied",
    "shortlisted": "Shortlisted",
    "appointed": "Appointed",
    "took_up": "Took up a post",
    "senior": "In post at levels 7 and 8",
}
CASE_NAMES: Final[Mapping[str, str]] = {
    "offer": "Offer",
    "application": "Application",
    "shortlist": "Shortlist",
    "appointment": "Appointment",
    "completion": "Completion",
}
# "applications": what the cases of a stage are, and what it is to progress from it.
CASES: Final[Mapping[str, tuple[str, str]]] = {
    "offer": ("offers", "accepted"),
    "application": ("applications", "shortlisted"),
    "shortlist": ("shortlisted cases", "appointed"),
    "appointment": ("appointments", "taken up"),
    "completion": ("places taken up", "completed"),
}
_SOURCES: Final = {"offer": "Development offers", "opportunity": "Opportunities"}
_KINDS: Final = {"all": "All cases", "source": "What it is about", "staff_group": "Staff group", "level": "Level"}


def focus_kind(focus: str) -> str:
    """ "All cases", "Staff group" """
    return _KINDS[focus.partition(":")[0]]


def focus_name(focus: str) -> str:
    """ "Everybody", "Opportunities", "Nursing and midwifery", "Levels 7 to 9" """
    kind, _, value = focus.partition(":")
    if kind == ALL:
        return "Everybody"
    if kind == "source":
        return _SOURCES.get(value, value.capitalize())
    if value == "unmapped":
        return "No post or level known"
    return STAFF_GROUP_NAMES[StaffGroup(value)] if kind == "staff_group" else band_name(value)


def band_name(band: str) -> str:
    """ "Levels 7 to 9" """
    return f"Levels {band.replace('-', ' to ')}"


def tier_name(tier: str) -> str:
    return "All tiers" if tier == ALL else TIER_NAMES[Tier(tier)]


def group_name(group: str) -> str:
    return LABELS[group]
