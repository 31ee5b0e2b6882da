from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.kit.fields import Given, Line, Words
from service.offers.rules.assets import AssetKind, AssetState, NotUsedReason

Told = Annotated[Words, StringConstraints(min_length=1, max_length=1000)]


class AssetIn(Given):
    kind: AssetKind = Field(title="kind")
    what: Line = Field(title="what it is")
    how_to_borrow: Told = Field(title="how to borrow it", description="Whom to ask. A team, not a person's name.")
    available_from: date | None = Field(None, title="first day")
    available_to: date | None = Field(None, title="last day")
    state: AssetState = Field(AssetState.SHARED, title="state")


class NewAssetIn(AssetIn):
    organisation_id: UUID = Field(title="organisation")


class ChangedAssetIn(AssetIn):
    version: int = Field(ge=1, le=1_000_000, description="That was read.")


class AssetFilter(Given):
    search: str = Field("", max_length=100)
    kind: AssetKind | None = None
    organisation_id: UUID | None = None


class LookIn(Given):
    """Before an outside provider is used: what was found, or why nothing fits."""

    asset_id: UUID | None = Field(None, title="what you looked at")
    reason: NotUsedReason | None = Field(None, title="why it is not used")


class AssetOut(Struct, frozen=True):
    """Something that an organisation lends to the others."""

    id: UUID
    organisation_id: UUID
    organisation: str
    kind: AssetKind
    what: str
    how_to_borrow: str
    available_from: date | None
    available_to: date | None
    state: AssetState
    version: int


class LookOut(Struct, frozen=True):
    """What was looked at before an offer from outside."""

    what: str | None
    organisation: str | None
    reason: NotUsedReason | None
    at: datetime
