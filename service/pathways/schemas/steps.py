from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct, field

from service.capabilities.rules import RequirementKind, Tier
from service.kit.errors import Problem
from service.kit.fields import Given
from service.pathways.rules.steps import StepKind, StepState


class RoleIn(Given):
    """Which role profile is the reader's own. Without a profile, their job title says it again."""

    assignment_id: UUID | None = None
    profile_id: UUID | None = None


class RoleOut(Struct, frozen=True):
    """A role profile, as far as a pathway needs it."""

    id: UUID
    code: str
    title: str
    family_code: str
    family: str
    level: int
    tier: Tier | None


class PlaceOut(Struct, frozen=True):
    """Where somebody is: the post they are in, the role that it is taken to be, and how that is known: `stated` by
    them, by its `title`, by its `family_and_level`, or not at all.
    """

    assignment_id: UUID | None
    job_title: str
    organisation_id: UUID | None
    organisation_kind: str | None
    level: int | None
    role: RoleOut | None
    how: str | None


class StepOut(Struct, frozen=True):
    """A step from one role to another."""

    id: UUID
    kind: StepKind
    state: StepState
    typical_months: int
    what_helps: str
    to: RoleOut
    asks: list[str] = field(default_factory=list)
    from_title: str = ""
    from_code: str = ""


class RequirementOut(Struct, frozen=True):
    """One thing that the role asks for. `dimension` is "framework.dimension" for a capability."""

    kind: RequirementKind
    is_essential: bool
    text: str
    dimension: str | None = None
    name: str = ""
    framework: str = ""


class ChosenOut(Struct, frozen=True):
    step: StepOut
    chosen_at: datetime


class SuggestionOut(Struct, frozen=True):
    """A step with the reasons why it is shown. Nobody's equality answers are ever among them."""

    step: StepOut
    reasons: list[str]
    is_next: bool
    is_elsewhere: bool


class PathwayOut(Struct, frozen=True):
    """Where the reader is and what is around them: the next three first."""

    place: PlaceOut
    suggestions: list[SuggestionOut]
    chosen: list[ChosenOut]


class TierOut(Struct, frozen=True):
    code: Tier
    name: str
    summary: str
    from_level: int
    to_level: int
    expected: list[str]
    supported: list[str]


class RowProblem(Struct, frozen=True):
    """What stands in the way of one line of a file. `row` counts from 2: the heading is line 1."""

    row: int
    column: str
    message: str


class StepsChecked(Struct, frozen=True):
    """What a file of steps would do: `added` are new, `changed` become the next version of a step, `same` stay."""

    added: int
    changed: int
    same: int
    problems: list[RowProblem]

    @classmethod
    def refused(cls, problems: Sequence[tuple[int, Problem]]) -> "StepsChecked":
        return cls(0, 0, 0, [RowProblem(row, one.field, one.message) for row, one in problems])
