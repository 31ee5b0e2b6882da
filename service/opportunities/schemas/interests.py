from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.kit.fields import Given, Words
from service.opportunities.rules.kinds import InterestState, Reason, ReferralState, Route
from service.opportunities.schemas.opportunities import Listed, RequirementMet
from service.people.schemas import Email
from service.posts.rules import StaffGroup

Statement = Annotated[Words, StringConstraints(max_length=4000)]
Note = Annotated[Words, StringConstraints(max_length=2000)]
MOST = 500


class InterestIn(Given):
    """Kept as a draft, or sent with `is_sent`. Evidence is shown to those who decide while they do."""

    statement: Statement = Field("", title="what you want to say")
    evidence_ids: list[UUID] = Field(default_factory=list, max_length=30, title="evidence")
    employer_may_help: bool = Field(
        False, title="your employer", description="If you are not chosen, your own employer is told and cares for you."
    )
    is_sent: bool = Field(True, title="send")


class StepIn(Given):
    """What the person does next. `no_conversation`: none is wanted after not being chosen."""

    step: Literal["withdrawn", "accepted", "declined", "no_conversation"] = Field(title="step")


class VerdictIn(Given):
    interest_id: UUID
    is_on: bool = Field(description="Shortlisted or, in the second round, chosen.")
    reason: Reason | None = Field(None, title="reason", description="Needed for everybody who is not.")
    note: Note = Field("", title="note", description="Read by the person.")


class DecisionIn(Given):
    """Everybody who waits, at once: the first time the shortlist, the second time the choice."""

    verdicts: list[VerdictIn] = Field(max_length=MOST)


class ReserveIn(Given):
    note: Note = Field("", title="note", description="Read by the person.")


class ReferralIn(Given):
    email: Email = Field(title="work e-mail")


class StateOut(Struct, frozen=True):
    number: int
    state: InterestState
    at: datetime
    reason: Reason | None
    note: str


class InterestLine(Struct, frozen=True):
    """One interest of the reader's own."""

    id: UUID
    opportunity: Listed
    state: InterestState
    version: int
    route: Route
    submitted_at: datetime | None


class InterestOut(Struct, frozen=True):
    """An interest of the reader's own, with all that happened. `due_on`: by when a conversation and a next step are
    owed, where they were not chosen."""

    id: UUID
    opportunity: Listed
    state: InterestState
    version: int
    route: Route
    statement: str
    evidence_ids: list[UUID]
    employer_may_help: bool
    history: list[StateOut]
    due_on: date | None
    talked_on: date | None
    next_step: str | None
    wants_no_conversation: bool


class ShownOut(Struct, frozen=True):
    """A piece of evidence that somebody chose to show. It has no mark."""

    dimension: str
    name: str
    happened_on: date
    situation: str
    what_happened: str


class CandidateOut(Struct, frozen=True):
    """Somebody who is interested, as those who decide see them: what the person chose to show, and nothing else. Never
    an equality answer, and never a number. `statement` and `requirements` are there while there is something to decide,
    `sent_on` where there is no priority window: the day would tell who was in it.
    """

    id: UUID
    person_id: UUID
    name: str
    employer_id: UUID
    employer: str
    level: int | None
    staff_group: StaffGroup | None
    route: Route
    state: InterestState
    version: int
    sent_on: date | None
    reason: Reason | None
    statement: str
    evidence: list[ShownOut]
    requirements: list[RequirementMet]


class ReferralOut(Struct, frozen=True):
    """Somebody thought of the reader."""

    id: UUID
    referred_by: str
    opportunity: Listed
    at: datetime
    state: ReferralState
