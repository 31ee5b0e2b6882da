from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct
from pydantic import Field

from service.kit.fields import Given
from service.mobility.rules.kinds import CorrectionReason, MoveKind, MoveSource
from service.mobility.rules.pairing import NO_BREAK

Entered = Literal[MoveKind.CAREER_BREAK, MoveKind.RETURN, MoveKind.ROTATION]


class MoveFilter(Given):
    kind: MoveKind | None = Field(None, title="kind of move")
    first_day: date | None = Field(None, title="first day")
    last_day: date | None = Field(None, title="last day")


class MoveIn(Given):
    """What posts cannot say. Everything else follows from the posts."""

    organisation_id: UUID
    kind: Entered = Field(title="kind of move")
    effective_on: date = Field(title="first day", description="The first day of the break, the return or the rotation.")


class CorrectionIn(Given):
    """Another kind; and, of a move that was entered by hand, another day or that it did not happen."""

    kind: MoveKind | None = Field(None, title="kind of move")
    effective_on: date | None = Field(None, title="first day")
    is_withdrawn: bool = Field(False, title="did not happen")


class SideOut(Struct, frozen=True):
    """One organisation's side of a move. What somebody did there is empty where it is not the reader's to see."""

    organisation_id: UUID
    organisation: str
    grade_scheme: str | None
    grade: str | None
    level: int | None
    level_name: str


class MoveOut(Struct, frozen=True):
    person_id: UUID
    name: str
    id: UUID
    kind: MoveKind
    effective_on: date
    left_on: date | None
    left: SideOut | None
    came: SideOut | None
    source: MoveSource
    is_evidenced: bool
    is_counted: bool
    reason: CorrectionReason | None
    recorded_at: datetime
    corrects_id: UUID | None
    is_withdrawn: bool
    crosswalk_version: int | None


class LimitsIn(Given):
    gap_days: int = Field(
        NO_BREAK,
        title="gap",
        ge=NO_BREAK,
        le=NO_BREAK,
        description="Days between two posts of one person that are no break: those of the report on who stays.",
    )
    review_days: int = Field(
        title="review", ge=NO_BREAK, le=366, description="Days between two records up to which a person decides."
    )


class LimitsOut(Struct, frozen=True):
    gap_days: int
    review_days: int
