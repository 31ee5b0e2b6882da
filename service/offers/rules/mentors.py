"""Mentors and coaches: what they offer, how a request goes, and why somebody is shown to somebody."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from service.kit.errors import Problem

MOST_PEOPLE = 10
MOST_TOPICS = 8
MOST_ASKED = 5  # requests of one person that wait for an answer


class MentorKind(StrEnum):
    MENTOR = "mentor"
    COACH = "coach"


class MeetingWay(StrEnum):
    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"


class RequestState(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ENDED = "ended"


class DeclineReason(StrEnum):
    NO_TIME = "no_time"
    NOT_MY_FIELD = "not_my_field"
    TOO_CLOSE = "too_close"
    OTHER = "other"


MENTOR_NAMES: Mapping[MentorKind, str] = {MentorKind.MENTOR: "Mentor", MentorKind.COACH: "Coach"}
WAY_NAMES: Mapping[MeetingWay, str] = {
    MeetingWay.IN_PERSON: "in person",
    MeetingWay.VIDEO: "by video",
    MeetingWay.PHONE: "by phone",
}
REQUEST_NAMES: Mapping[RequestState, str] = {
    RequestState.ASKED: "Asked",
    RequestState.ACCEPTED: "Accepted",
    RequestState.DECLINED: "Declined",
    RequestState.ENDED: "Ended",
}
DECLINE_NAMES: Mapping[DeclineReason, str] = {
    DeclineReason.NO_TIME: "I have no time for another person just now",
    DeclineReason.NOT_MY_FIELD: "Somebody else knows more about this",
    DeclineReason.TOO_CLOSE: "We work too closely together",
    DeclineReason.OTHER: "Another reason",
}
NEXT: Mapping[RequestState, frozenset[RequestState]] = {
    RequestState.ASKED: frozenset({RequestState.ACCEPTED, RequestState.DECLINED, RequestState.ENDED}),
    RequestState.ACCEPTED: frozenset({RequestState.ENDED}),
    RequestState.DECLINED: frozenset(),
    RequestState.ENDED: frozenset(),
}


def may_follow(before: RequestState, after: RequestState, *, by_mentor: bool) -> bool:
    """The mentor answers; either of the two ends it, before or after the answer."""
    answers = after in {RequestState.ACCEPTED, RequestState.DECLINED}
    return after in NEXT[before] and (by_mentor or not answers)


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody works, as far as a match needs it."""

    organisation_id: UUID | None = None
    staff_group: str | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """What a mentor offers. `topics` by their codes."""

    topics: frozenset[str]
    level_from: int
    level_to: int
    where: Where = Where()


def reasons(
    wanted: Iterable[str], me: Where, mentor: Offered, names: Mapping[str, str], target_level: int | None = None
) -> list[str]:
    """Why this mentor is shown to this person, in words. Nothing else was looked at: not who they are."""
    shared = [names[topic] for topic in wanted if topic in mentor.topics and topic in names]
    said = [f"You want {name} and they offer {name}" for name in shared]
    if me.level is not None and mentor.level_from <= me.level <= mentor.level_to:
        said.append("They help people at your level")
    if target_level is not None and mentor.level_from <= target_level <= mentor.level_to != me.level:
        said.append("They know the level that you want next")
    if me.staff_group and mentor.where.staff_group and me.staff_group != mentor.where.staff_group:
        said.append("They work in another line of work than yours")
    if me.organisation_id and mentor.where.organisation_id and me.organisation_id != mentor.where.organisation_id:
        said.append("They are from another employer")
    return said


def offer_problems(
    topics: Collection[str], known: Iterable[str], ways: Collection[str], level_from: int, level_to: int
) -> list[Problem]:
    found: list[Problem] = []
    if not 1 <= len(set(topics)) <= MOST_TOPICS:
        found.append(Problem("topics", f"Choose 1 to {MOST_TOPICS} things that you can help with."))
    elif set(topics) - set(known):
        found.append(Problem("topics", "Choose topics from the list."))
    if not ways:
        found.append(Problem("ways", "Choose how you meet."))
    if level_to < level_from:
        found.append(Problem("level_to", "The highest level must not be below the lowest."))
    return found
