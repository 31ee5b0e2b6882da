"""What has happened to posts, for the rooms above."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AssignmentStarted:
    """A post was recorded; its first day may lie in the past or ahead."""

    organisation_id: UUID
    person_id: UUID
    assignment_id: UUID
    started: date


@dataclass(frozen=True, slots=True)
class AssignmentEnded:
    """The last day of a post was recorded; it may lie ahead."""

    organisation_id: UUID
    person_id: UUID
    assignment_id: UUID
    ended: date
