from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Struct
from pydantic import Field

from service.kit.fields import Given, Line
from service.talent.rules.codes import Condition, Subject, ThreadState
from service.talent.schemas.cover import RoleOut
from service.talent.schemas.pipelines import MemberOut, Said
from service.talent.schemas.requests import ReferralOut

ThreadAnswer = Literal["agreed", "declined", "ended"]


class ThreadIn(Given):
    """About a person: yourself, or a colleague by work e-mail, who is asked first."""

    organisation_id: UUID | None = Field(None, title="organisation", description="Not given, one of your employers.")
    subject: Subject = Field(title="what it is about")
    email: Line | None = Field(None, title="work email address", description="Of a colleague; not given, yourself.")
    title: Line


class ObservationIn(Given):
    what: Said = Field(title="what happened")
    place: Line = Field(title="where")
    why: Said = Field(title="why it flourished")
    conditions: Annotated[list[Condition], Field(min_length=1, max_length=10)] = Field(title="what helped")
    seen_on: date = Field(title="day")


class ThreadAnswerIn(Given):
    answer: ThreadAnswer


class ObservationOut(Struct, frozen=True):
    number: int
    what: str
    place: str
    why: str
    conditions: list[Condition]
    seen_on: date
    by: str
    at: datetime


class ThreadOut(Struct, frozen=True):
    id: UUID
    organisation_id: UUID
    organisation: str
    subject: Subject
    person_id: UUID | None
    name: str
    title: str
    opened_by_id: UUID
    opened_by: str
    opened_on: date
    state: ThreadState
    version: int
    last_on: date | None
    observations: list[ObservationOut] = []


class OpenedOut(Struct, frozen=True):
    """`id` only where nobody had to be asked; the same answer whether there is such a person or not."""

    id: UUID | None
    message: str


class MineOut(Struct, frozen=True):
    """All that this room holds about one person, for that person."""

    memberships: list[MemberOut]
    referrals: list[ReferralOut]
    threads: list[ThreadOut]
    critical_roles: list[RoleOut]
    retirement_year: int | None
