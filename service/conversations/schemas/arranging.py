from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import AwareDatetime, Field, StringConstraints

from service.conversations.rules import ConversationKind, FacilitatorKind, Mode, NoneReason, RequestState
from service.conversations.rules.arranging import LONGEST_GAP, LONGEST_MINUTES, MOST_AT_ONCE, SHORTEST
from service.conversations.schemas.record import Party
from service.kit.fields import Given, Line

Minutes = Annotated[int, Field(ge=SHORTEST, le=LONGEST_MINUTES)]


class AskIn(Given):
    id: UUID | None = Field(None, description="A UUID of your own making: sent twice, it is asked once.")
    organisation_id: UUID | None = Field(
        None, title="the organisation", description="Where you want it. Left out: where you work, if that is one place."
    )
    asked_of_id: UUID | None = Field(
        None,
        title="whom you ask",
        description="Whoever holds your conversations there. Left out: whoever arranges them.",
    )
    kind: ConversationKind = Field(title="the kind of conversation")


class ReasonIn(Given):
    organisation_id: UUID = Field(title="the organisation")
    reason: NoneReason | None = Field(None, title="the reason", description="null takes the reason away.")


class ArrangeIn(Given):
    """Several conversations one after the other, held by one person on one day."""

    id: UUID | None = Field(None, description="A UUID of your own making: sent twice, they are arranged once.")
    organisation_id: UUID = Field(title="the organisation")
    people: list[UUID] = Field(min_length=1, max_length=MOST_AT_ONCE, title="the people", description="In their order.")
    kind: ConversationKind | None = Field(
        None,
        title="the kind of conversation",
        description="Left out: a first one where none was held yet, else a follow-up.",
    )
    first_at: AwareDatetime = Field(title="the first start", description="With its offset from UTC.")
    minutes: Minutes | None = Field(
        None, title="how long each is", description="Left out: 120 for a first conversation, else 60."
    )
    gap: int = Field(10, ge=0, le=LONGEST_GAP, title="the minutes between two of them")
    mode: Mode | None = Field(None, title="how you will meet")
    facilitator_id: UUID | None = Field(None, title="who will hold them", description="Left out: you.")
    facilitator_kind: FacilitatorKind | None = Field(None, title="what they are to the people")


class ArrangeForm(Given):
    """The same as a page asks for it: the day and the time of day apart, as people say them."""

    id: UUID | None = None
    organisation_id: UUID = Field(title="the organisation")
    first_on: date = Field(title="the day")
    first_at: Annotated[Line, StringConstraints(max_length=20)] = Field(title="the time")
    minutes: Minutes | None = Field(None, title="how long each is")
    gap: int = Field(10, ge=0, le=LONGEST_GAP, title="the time between two of them")
    kind: ConversationKind | None = Field(None, title="the kind of conversation")
    mode: Mode | None = Field(None, title="how you will meet")


class DueOut(Struct, frozen=True):
    """Where somebody stands: when they last had a conversation anywhere, and what comes next. Dates, nothing else."""

    person_id: UUID
    name: str
    organisation_id: UUID
    last_held_on: date | None
    due_on: date | None
    planned_for: datetime | None
    facilitator: Party | None
    asked_on: date | None
    none_reason: NoneReason | None
    reason_given_on: date | None


class RequestOut(Struct, frozen=True):
    """Somebody asked for a conversation: of one person, or (None) of whoever arranges them."""

    id: UUID
    person: Party
    organisation_id: UUID
    asked_of: Party | None
    kind: ConversationKind
    asked_at: datetime
    state: RequestState
    closed_at: datetime | None
    conversation_id: UUID | None


class MyTalk(Struct, frozen=True):
    """A conversation that the reader holds or held, for a list. `scheduled_at` is None for one that was only logged."""

    id: UUID
    person: Party
    kind: ConversationKind
    held_on: date | None
    scheduled_at: datetime | None


class Planned(Struct, frozen=True):
    """One conversation that is, or is about to be, planned."""

    id: UUID
    person: Party
    kind: ConversationKind
    scheduled_at: datetime
    minutes: int


class Load(Struct, frozen=True):
    """How many conversations one person held in 12 months, has planned, and has due in 3 months."""

    facilitator: Party
    held: int
    planned: int
    due: int


class Reach(Struct, frozen=True):
    """Whom somebody may ask where they work: whoever held their last conversation there, if anybody did."""

    organisation_id: UUID
    organisation: str
    facilitator: Party | None
    last_held_on: date | None
    due_on: date | None
    planned_for: datetime | None
