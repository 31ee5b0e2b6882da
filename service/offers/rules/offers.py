"""What an offer is, what it must say before it is published, and what its dates and places may be."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from service.kit.errors import Problem


class OfferKind(StrEnum):
    PROGRAMME = "programme"
    COACHING = "coaching"
    MENTORING = "mentoring"
    SHADOWING = "shadowing"
    STRETCH_PROJECT = "stretch_project"
    SECONDMENT = "secondment"
    ACTION_LEARNING = "action_learning"
    INNOVATION_CHALLENGE = "innovation_challenge"


class ProviderKind(StrEnum):
    IN_SYSTEM = "in_system"
    EXTERNAL = "external"


class Verb(StrEnum):
    RETAIN = "retain"
    DISCOVER = "discover"
    RELEASE = "release"
    SUPPORT = "support"
    DEVELOP = "develop"


class PaidBy(StrEnum):
    NOBODY = "nobody"
    PROVIDER = "provider"
    EMPLOYER = "employer"
    SHARED = "shared"
    PERSON = "person"


class PlaceRule(StrEnum):
    """Who gets a place: whoever applied first, or whoever the provider chooses among all who applied."""

    IN_ORDER = "in_order"
    BY_DECISION = "by_decision"


class OfferState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Ending(StrEnum):
    """How an offer is taken down: nobody applies any more, or it does not take place at all."""

    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


KIND_NAMES: Mapping[OfferKind, str] = {
    OfferKind.PROGRAMME: "Programme",
    OfferKind.COACHING: "Coaching",
    OfferKind.MENTORING: "Mentoring",
    OfferKind.SHADOWING: "Shadowing",
    OfferKind.STRETCH_PROJECT: "Stretch project",
    OfferKind.SECONDMENT: "Secondment",
    OfferKind.ACTION_LEARNING: "Action learning set",
    OfferKind.INNOVATION_CHALLENGE: "Innovation challenge",
}
PROVIDER_NAMES: Mapping[ProviderKind, str] = {
    ProviderKind.IN_SYSTEM: "An organisation of this system",
    ProviderKind.EXTERNAL: "An outside provider",
}
VERB_NAMES: Mapping[Verb, str] = {
    Verb.RETAIN: "Retain: helps people to stay",
    Verb.DISCOVER: "Discover: brings out what people can do",
    Verb.RELEASE: "Release: frees people to use it",
    Verb.SUPPORT: "Support: helps people through a change",
    Verb.DEVELOP: "Develop: builds a capability",
}
PAID_BY_NAMES: Mapping[PaidBy, str] = {
    PaidBy.NOBODY: "Free for everyone",
    PaidBy.PROVIDER: "The provider pays",
    PaidBy.EMPLOYER: "Your employer pays",
    PaidBy.SHARED: "The provider and your employer share the cost",
    PaidBy.PERSON: "You pay",
}
PLACE_RULE_NAMES: Mapping[PlaceRule, str] = {
    PlaceRule.IN_ORDER: "In the order that people apply",
    PlaceRule.BY_DECISION: "The provider chooses among all who applied by the closing date",
}
STATE_NAMES: Mapping[OfferState, str] = {
    OfferState.DRAFT: "Draft",
    OfferState.PUBLISHED: "Published",
    OfferState.CLOSED: "Closed",
    OfferState.WITHDRAWN: "Withdrawn",
}
OVER = frozenset({OfferState.CLOSED, OfferState.WITHDRAWN})
LONGEST = timedelta(days=366 * 3)
FURTHEST = timedelta(days=366 * 2)


@dataclass(frozen=True, slots=True)
class Draft:
    """The part of an offer that is looked at before it is published. `cohorts` are (starts, ends) days."""

    verbs: Collection[str]
    capability: str | None
    priority: str
    summary: str
    opens_on: date | None
    closes_on: date | None
    cohorts: Collection[tuple[date, date]]


def offer_problems(
    opens_on: date | None, closes_on: date | None, level_from: int | None, level_to: int | None
) -> list[Problem]:
    """What is wrong with an offer whatever its state."""
    found: list[Problem] = []
    if opens_on and closes_on and closes_on < opens_on:
        found.append(Problem("closes_on", "The closing date must be on or after the opening date."))
    if level_from and level_to and level_to < level_from:
        found.append(Problem("level_to", "The highest level must not be below the lowest."))
    return found


def cost_problems(cost: int, paid_by: PaidBy) -> list[Problem]:
    if (cost > 0) == (paid_by is PaidBy.NOBODY):
        return [
            Problem("paid_by", "Say who pays when there is a cost, and choose free for everyone when there is none.")
        ]
    return []


def publish_problems(draft: Draft, today: date) -> list[Problem]:
    """Everything that is missing before an offer may be published, each with its field."""
    missing = (
        (not draft.verbs, "verbs", "Choose at least one of the five verbs that this offer serves."),
        (not draft.capability, "capability", "Name the capability that this offer builds."),
        (not draft.priority, "priority", "Name the priority of the system that this offer serves."),
        (not draft.summary, "summary", "Say in a sentence or two what this offer is."),
        (draft.opens_on is None, "opens_on", "Give the day from which people can apply."),
        (draft.closes_on is None, "closes_on", "Give the last day on which people can apply."),
        (not draft.cohorts, "cohorts", "Add at least one date with its places."),
    )
    found = [Problem(field, words) for lacks, field, words in missing if lacks]
    if draft.closes_on and draft.closes_on < today:
        found.append(Problem("closes_on", "The closing date has passed. Give one that is still to come."))
    if draft.cohorts and draft.closes_on and all(ends < draft.closes_on for _, ends in draft.cohorts):
        found.append(Problem("cohorts", "Every date ends before the closing date. Add a later one."))
    return found


def cohort_problems(
    starts_on: date, ends_on: date, places: int, reserved: Iterable[int], taken: int, today: date
) -> list[Problem]:
    """`reserved` are the places kept for each partner, `taken` the places that people already have."""
    found: list[Problem] = []
    if ends_on < starts_on:
        found.append(Problem("ends_on", "The last day must be on or after the first day."))
    elif ends_on - starts_on > LONGEST:
        found.append(Problem("ends_on", "The last day must be within three years of the first."))
    if starts_on > today + FURTHEST:
        found.append(Problem("starts_on", "The first day must be within two years from now."))
    if places < taken:
        found.append(Problem("places", f"{taken} places are taken already. Give that number or more."))
    if sum(reserved) > places:
        found.append(Problem("reserved", "More places are kept for partners than there are. Add places or keep fewer."))
    return found
