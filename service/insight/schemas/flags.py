from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct
from pydantic import Field

from service.insight.rules.flags import FlagState, Standing
from service.kit.fields import Given, Line, Words


class ChangeIn(Given):
    """What is made of a flag. `version` is that of the flag that was read."""

    state: FlagState = Field(title="state")
    owner: Line | None = Field(None, title="owner", description="A role or team of the organisation, not a person.")
    next_on: date | None = Field(None, title="next date")
    evidence: Words | None = Field(
        None,
        max_length=2_000,
        title="evidence",
        description="About the organisation and the measure, never about a person. Needed to close.",
    )
    version: int = Field(ge=0, le=30_000, title="version")


class FlagOut(Struct, frozen=True):
    """A flag: what it compares, what the last release that found it said, and how it stands."""

    id: UUID
    step: Annotated[str, Meta(description="What is compared, such as appointment or senior.")]
    focus: str
    reference: str
    organisation: Annotated[str, Meta(description='Its code; "" is across the system.')]
    words: str
    figures: Annotated[dict[str, Any], Meta(description="The released row that it rests on.")]
    found_in: Annotated[int, Meta(description="The number of the last release that found it.")]
    found_on: Annotated[date, Meta(description="The day of that release's facts.")]
    first_in: int
    first_on: date
    newest: Annotated[int, Meta(description="The number of the newest release.")]
    release_id: Annotated[UUID, Meta(description="The newest release.")]
    newest_on: date
    newest_at: datetime
    version: Annotated[int, Meta(description="How often somebody has changed its state.")]
    state: FlagState
    at: datetime | None
    owner: str | None
    next_on: date | None
    evidence: str | None

    @property
    def standing(self) -> Standing:
        if self.found_in != self.newest:
            return Standing.GONE
        return Standing.NEW if self.first_in == self.found_in else Standing.STILL


class ChangeOut(Struct, frozen=True):
    """One change of a flag's state, and who made it."""

    number: int
    state: FlagState
    at: datetime
    by: str
    owner: str | None
    next_on: date | None
    evidence: str | None


class OneFlagOut(Struct, frozen=True):
    flag: FlagOut
    standing: Standing
    changes: Annotated[list[ChangeOut], Meta(description="The newest first.")]


class FlagsOut(Struct, frozen=True):
    items: list[FlagOut]
