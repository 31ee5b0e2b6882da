from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints, model_validator

from service.kit.fields import Given, Line, Words
from service.offers.rules.offers import Ending, OfferKind, OfferState, PaidBy, PlaceRule, ProviderKind, Verb
from service.posts.rules import StaffGroup

Dimension = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,40}\.[a-z0-9_-]{1,40}$", max_length=81)]
Summary = Annotated[Words, StringConstraints(max_length=500)]
Level = Annotated[int, Field(ge=1, le=9)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class OfferIn(Given):
    organisation_id: UUID = Field(title="organisation", description="Whoever gives it: one that you are a partner of.")
    title: Line = Field(title="title")
    kind: OfferKind = Field(title="kind")
    provider: Line | None = Field(None, title="provider", description="Not given, the organisation itself.")
    provider_kind: ProviderKind = Field(ProviderKind.IN_SYSTEM, title="kind of provider")
    summary: Summary = Field("", title="summary")
    what_you_will_do: Annotated[Words, StringConstraints(max_length=5000)] = Field("", title="what people will do")
    verbs: list[Verb] = Field([], max_length=5, title="verbs")
    dimension: Dimension | None = Field(
        None, title="capability", description="framework.dimension, such as ways.relating. The newest version is meant."
    )
    priority: Line | None = Field(None, title="priority")
    level_from: Level | None = Field(None, title="lowest level")
    level_to: Level | None = Field(None, title="highest level")
    staff_groups: list[StaffGroup] = Field([], max_length=20, title="staff groups", description="None means all.")
    partner_ids: list[UUID] = Field(
        [], max_length=200, title="organisations", description="Whose people may enrol. None means every organisation."
    )
    cost: int = Field(0, ge=0, le=1_000_000, title="cost", description="Pounds for each place.")
    paid_by: PaidBy = Field(PaidBy.NOBODY, title="who pays")
    place_rule: PlaceRule = Field(PlaceRule.BY_DECISION, title="who gets a place")
    opens_on: date | None = Field(None, title="opening date")
    closes_on: date | None = Field(None, title="closing date")
    priority_until: date | None = Field(None, title="end of the priority window")
    is_targeted: bool = Field(False, title="for one group")


class SeatsIn(Given):
    organisation_id: UUID = Field(title="organisation")
    places: int = Field(ge=0, le=10_000, title="kept places")


class CohortIn(Given):
    starts_on: date = Field(title="first day")
    ends_on: date = Field(title="last day")
    is_online: bool = Field(False, title="online")
    place: Line | None = Field(None, title="place")
    places: int = Field(ge=1, le=10_000, title="places")
    reserved: list[SeatsIn] = Field(
        [], max_length=200, title="kept places", description="For partners, by organisation."
    )

    @model_validator(mode="after")
    def is_somewhere(self) -> "CohortIn":
        if not self.is_online and self.place is None:
            raise ValueError("Say where it takes place, or that it is online")
        if len({seats.organisation_id for seats in self.reserved}) < len(self.reserved):
            raise ValueError("Name each organisation once among the kept places")
        return self


class PublishIn(Given):
    looked_at_duplicates: bool = Field(
        False, title="similar offers", description="Needed where other employers offer something alike."
    )


class EndIn(Given):
    ending: Ending = Field(title="how it ends")


class CohortOut(Struct, frozen=True):
    """`left` are the places still to be had by anybody, `left_for_you` those that the reader's employers have."""

    id: UUID
    starts_on: date
    ends_on: date
    is_online: bool
    place: str
    places: int
    taken: int
    reserved: int
    left: int
    left_for_you: int


class OfferOut(Struct, frozen=True):
    """One offer whole. `partners` are (organisation, name) of those whose people may enrol; none means everybody's."""

    id: UUID
    organisation_id: UUID
    organisation: str
    title: str
    kind: OfferKind
    provider: str
    provider_kind: ProviderKind
    summary: str
    what_you_will_do: str
    verbs: list[str]
    dimension: str | None
    capability: str | None
    priority: str
    level_from: int | None
    level_to: int | None
    staff_groups: list[str]
    cost: int
    paid_by: PaidBy
    place_rule: PlaceRule
    state: OfferState
    opens_on: date | None
    closes_on: date | None
    priority_until: date | None
    is_targeted: bool
    version: int
    published_at: datetime | None
    partners: dict[UUID, str]
    cohorts: Sequence[CohortOut]


class OfferLine(Struct, frozen=True):
    """One offer of a list. `is_for_you`: the reader may apply for it today, and `why` says so in words."""

    id: UUID
    organisation_id: UUID
    organisation: str
    title: str
    kind: OfferKind
    provider: str
    summary: str
    state: OfferState
    opens_on: date | None
    closes_on: date | None
    level_from: int | None
    level_to: int | None
    is_for_you: bool
    why: str
    next_on: date | None
    is_online: bool
    places_left: int


class LikeOut(Struct, frozen=True):
    """An offer of another employer that may be the same, and what the two have in common, in words."""

    id: UUID
    organisation: str
    title: str
    closes_on: date | None
    alike: list[str]


class SeatsOut(Struct, frozen=True):
    """Places of a date that are kept for one organisation."""

    organisation_id: UUID
    organisation: str
    reserved: int
    taken: int


class OwnOut(Struct, frozen=True):
    """One of an organisation's own offers; `waiting` applications have no decision yet."""

    id: UUID
    organisation: str
    title: str
    kind: OfferKind
    state: OfferState
    closes_on: date | None
    waiting: int
