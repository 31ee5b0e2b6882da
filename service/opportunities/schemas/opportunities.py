from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.capabilities.rules import RequirementKind
from service.kit.fields import Given, Line, Words
from service.opportunities.rules.kinds import OpportunityKind, OpportunityState, RiskShare
from service.opportunities.rules.matching import Doubt, Met, Why
from service.pathways.rules.aspirations import WorkingPattern
from service.posts.rules import StaffGroup

Told = Annotated[Words, StringConstraints(max_length=4000)]
Summary = Annotated[Words, StringConstraints(min_length=1, max_length=4000)]
Link = Annotated[Line, StringConstraints(max_length=500)]
Hours = Annotated[Decimal, Field(ge=Decimal("0.5"), le=80, decimal_places=1, allow_inf_nan=False)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="The version that was read.")]


class OpportunityIn(Given):
    """Written as a draft first. With a role profile, what it asks is shown and matched."""

    kind: OpportunityKind = Field(title="kind")
    title: Line = Field(title="title")
    summary: Summary = Field(title="what it is")
    level: int = Field(ge=1, le=9, title="system level", description="1 to 9, as the crosswalk says.")
    staff_group: StaffGroup = Field(title="staff group")
    closes_on: date = Field(title="closing date", description="The last day on which people can say they want it.")
    profile_id: UUID | None = Field(None, title="role")
    place: Line | None = Field(None, title="place")
    working_pattern: WorkingPattern = Field(WorkingPattern.NO_PREFERENCE, title="working pattern")
    weekly_hours: Hours | None = Field(None, title="hours a week")
    pay: Line | None = Field(None, title="pay", description="In words, such as Band 7.")
    starts_on: date | None = Field(None, title="first day")
    ends_on: date | None = Field(None, title="last day", description="A secondment or acting up must have one.")
    is_open_to_system: bool = Field(True, title="who can apply", description="People of other employers too.")
    is_targeted: bool = Field(False, title="positive action", description="Needs an approved record to be published.")
    priority_until: date | None = Field(None, title="end of the priority window")
    risk_share: RiskShare | None = Field(None, title="risk", description="Needed when it lends somebody's work.")
    risk_exposure: Told | None = Field(None, title="what could go wrong")
    home_pays: int | None = Field(None, ge=0, le=100, title="share of the cost", description="Per cent, lending side.")
    risk_exit: Told | None = Field(None, title="how it can end early")
    external_link: Link | None = Field(None, title="link", description="Only after the time inside the system.")


class NewOpportunityIn(OpportunityIn):
    organisation_id: UUID = Field(title="organisation")


class StateIn(Given):
    """Publishing shows it to everybody who works in the system; withdrawing tells everybody who is interested."""

    state: Literal[OpportunityState.PUBLISHED, OpportunityState.WITHDRAWN] = Field(title="step")


class OpportunityFilter(Given):
    """What a list is narrowed to; `search` is words of its title, place or summary."""

    search: str = ""
    kind: OpportunityKind | None = None
    level: int | None = None
    staff_group: StaffGroup | None = None
    organisation_id: UUID | None = None


class OpportunityOut(Struct, frozen=True):
    """`home_pays` is the lending employer's share of the cost in per cent. `is_open`: people can say they want it."""

    id: UUID
    organisation_id: UUID
    organisation: str
    kind: OpportunityKind
    title: str
    summary: str
    level: int
    level_name: str
    staff_group: StaffGroup
    profile_id: UUID | None
    role: str | None
    place: str
    working_pattern: WorkingPattern
    weekly_hours: float | None
    pay: str
    starts_on: date | None
    ends_on: date | None
    opens_on: date | None
    closes_on: date
    internal_until: date | None
    external_link: str | None
    is_open_to_system: bool
    is_targeted: bool
    priority_until: date | None
    risk_share: RiskShare | None
    risk_exposure: str
    home_pays: int | None
    risk_exit: str
    state: OpportunityState
    version: int
    shortlisted_at: datetime | None
    decided_at: datetime | None
    is_open: bool


class Listed(Struct, frozen=True):
    """One line of a list."""

    id: UUID
    organisation_id: UUID
    organisation: str
    kind: OpportunityKind
    title: str
    level: int
    place: str
    working_pattern: WorkingPattern
    opens_on: date | None
    closes_on: date
    state: OpportunityState
    is_open_to_system: bool


class RequirementMet(Struct, frozen=True):
    """One requirement of the role, and whether the person has evidence of it. `not_known` is what we hold no data of:
    ask."""

    kind: RequirementKind
    is_essential: bool
    words: str
    dimension: str | None
    met: Met


class MatchOut(Struct, frozen=True):
    """Why one opportunity is shown to the reader: codes and words, never a number. Nobody else sees it."""

    opportunity: Listed
    reasons: list[Why]
    doubts: list[Doubt]
    is_open_to_reader: bool


class Explained(Struct, frozen=True):
    """One opportunity and one reader, requirement by requirement."""

    opportunity_id: UUID
    reasons: list[Why]
    doubts: list[Doubt]
    requirements: list[RequirementMet]
