from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.capabilities.rules import Tier
from service.kit.fields import Code, Given, Words
from service.pathways.rules.aspirations import Timeframe, WillingToMove, WorkingPattern


class AspirationIn(Given):
    target_family: Code | None = Field(None, title="job family")
    target_level: int | None = Field(None, ge=1, le=9, title="level")
    target_tier: Tier | None = Field(None, title="leadership")
    place_id: UUID | None = Field(None, title="place", description="An organisation; without one, anywhere.")
    timeframe: Timeframe = Field(title="when")
    working_pattern: WorkingPattern = Field(WorkingPattern.NO_PREFERENCE, title="working pattern")
    willing_to_move: WillingToMove = Field(WillingToMove.NOT_SURE, title="moving")
    specialist_track: bool = Field(False, title="specialist track")
    is_muted: bool = Field(False, description="Kept, and used for nothing: no suggestion, no count.")
    words: Annotated[Words, StringConstraints(max_length=2000)] = Field("", title="your own words")


class AspirationOut(Struct, frozen=True):
    """What the reader wants next, for their eyes only. Version 0 is nothing said yet."""

    version: int
    target_family: str | None
    target_level: int | None
    target_tier: Tier | None
    place_id: UUID | None
    timeframe: Timeframe
    working_pattern: WorkingPattern
    willing_to_move: WillingToMove
    specialist_track: bool
    is_muted: bool
    words: str
    said_at: datetime | None
    family: str | None = None
    place: str | None = None
    tier: str | None = None


class HiddenOut(Struct, frozen=True):
    """An organisation from which the reader's aspirations are hidden."""

    organisation_id: UUID
    organisation: str


class HideIn(Given):
    organisation_id: UUID = Field(title="an organisation")
