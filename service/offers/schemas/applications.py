from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.kit.fields import Given, Line, Words
from service.offers.rules.applications import ApplicationState, Decision, DecisionReason, Route
from service.offers.rules.offers import OfferKind

Statement = Annotated[Words, StringConstraints(max_length=3000)]
Note = Annotated[Words, StringConstraints(max_length=1000)]


class ApplicationIn(Given):
    cohort_id: UUID | None = Field(None, title="date", description="Which of its dates. Needed to send it.")
    statement: Statement = Field("", title="why you would like to take part")
    is_draft: bool = Field(False, title="keep it as a draft")


class NominationIn(Given):
    email: Annotated[Line, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=200)] = Field(
        title="work email address"
    )


class PickIn(Given):
    application_id: UUID = Field(title="application")
    version: int = Field(ge=1, le=30_000, title="version", description="The version that was read.")


class DecisionsIn(Given):
    """One decision about one application or several."""

    picks: list[PickIn] = Field(min_length=1, max_length=100, title="applications")
    decision: Decision = Field(title="decision")
    reason: DecisionReason | None = Field(None, title="reason")
    note: Note = Field("", title="note", description="Each of these people reads it.")
    cohort_id: UUID | None = Field(None, title="date", description="Where it is another than each asked for.")


class FeedbackIn(Given):
    useful: int = Field(ge=1, le=5, title="how useful it was", description="1 is not useful, 5 is very useful.")
    words: Statement = Field("", title="words for the provider")


class StepOut(Struct, frozen=True):
    """What an application came to, when, why, and what the provider wrote to the person about it."""

    number: int
    state: ApplicationState
    at: datetime
    reason: DecisionReason | None
    note: str
    is_automatic: bool


class MineOut(Struct, frozen=True):
    """One of the reader's own applications. Without `nominated_by` it was the reader's own idea."""

    id: UUID
    offer_id: UUID
    title: str
    kind: OfferKind
    organisation: str
    closes_on: date | None
    cohort_id: UUID | None
    starts_on: date | None
    ends_on: date | None
    state: ApplicationState
    route: Route
    nominated_by: str | None
    version: int
    submitted_at: datetime | None


class MyApplicationOut(Struct, frozen=True):
    """One of the reader's own applications, with its history, the oldest first."""

    application: MineOut
    statement: str
    useful: int | None
    feedback: str
    history: Sequence[StepOut]


class ApplicantOut(Struct, frozen=True):
    """An application as its provider reads it. `statement` is None once the decision is made, `sent_on` where there is
    a priority window: the day would tell who said that they belong to the group that it is for.
    """

    id: UUID
    person_id: UUID
    name: str
    employer: str
    job_title: str
    level: int | None
    staff_group: str | None
    route: Route
    state: ApplicationState
    version: int
    cohort_id: UUID | None
    starts_on: date | None
    sent_on: date | None
    statement: str | None


class DecidedOut(Struct, frozen=True):
    """How many were decided about."""

    decided: int


class NominatedOut(Struct, frozen=True):
    """Always the same words."""

    message: str
