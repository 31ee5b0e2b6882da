from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from pydantic import Field

from service.kit.fields import Given
from service.prompts.rules import Answer, Done, ReasonKind


class AnswerIn(Given):
    answer: Answer
    kind: ReasonKind
    about_id: UUID | None = Field(None, title="reason", description="Needed for not_now: the reason that was shown.")


class ShareIn(Given):
    organisation_id: UUID = Field(title="organisation")
    is_shown: bool = Field(title="choice", description="Whether its HR partners may see your reasons.")


class DoneIn(Given):
    kind: ReasonKind
    about_id: UUID = Field(title="reason")
    done: Done = Field(title="what you did")
    passed_to_id: UUID | None = Field(
        None, title="colleague", description="Needed with passed_on, and only then: an account that help names."
    )


class ReasonOut(Struct, frozen=True):
    """`since` is the day that it follows from: the last day of a secondment, the first day in a new role, the day that
    something was due, or when the last conversation was; None where there was none. `number` is of actions in a plan,
    else 1. Never a score."""

    kind: ReasonKind
    about_id: UUID
    organisation_id: UUID
    since: date | None
    number: int


class DecisionOut(Struct, frozen=True):
    """What a partner did about one reason."""

    kind: ReasonKind
    about_id: UUID
    organisation_id: UUID
    done: Done
    passed_to: str | None
    by: str
    at: datetime


class PlaceOut(Struct, frozen=True):
    """One employer of the reader. `shown_until` is None unless its partners may see; `partners` are who that would
    be."""

    organisation_id: UUID
    organisation: str
    shown_until: date | None
    partners: list[str]


class PutOffOut(Struct, frozen=True):
    """Shown to nobody up to that day."""

    kind: ReasonKind
    about_id: UUID
    until: date


class MineOut(Struct, frozen=True):
    reasons: list[ReasonOut]
    places: list[PlaceOut]
    put_off: list[PutOffOut]
    objections: list[ReasonKind]
    decisions: list[DecisionOut]


class WaitingOut(Struct, frozen=True):
    """Somebody who lets the reader see what might help them, and for whom nobody has done something yet."""

    person_id: UUID
    name: str


class Colleague(Struct, frozen=True):
    account_id: UUID
    name: str


class HelpOut(Struct, frozen=True):
    """What might help one person, as far as they let the reader see it; `colleagues` are the partners who may, by
    organisation."""

    person_id: UUID
    name: str
    reasons: list[ReasonOut]
    decisions: list[DecisionOut]
    colleagues: dict[UUID, list[Colleague]]
