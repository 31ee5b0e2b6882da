from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import AfterValidator, Field

from service.kit.fields import Code, Given, Line
from service.people.rules import AnswerSource, Characteristic


def _email(text: str) -> str:
    name, at, host = text.rpartition("@")
    if not (name and at and "." in host) or any(character.isspace() for character in text):
        raise ValueError("give it in full, such as name@example.org")
    return text


Email = Annotated[Line, AfterValidator(_email)]
Version = Annotated[
    int,
    Field(
        ge=1,
        le=2**31 - 1,
        description="The version that was read: it tells whether somebody else changed the record since.",
    ),
]


class PersonIn(Given):
    organisation_id: UUID
    given_name: Line = Field(title="given name")
    family_name: Line = Field(title="family name")
    employee_number: Code = Field(title="employee number", description="Unique in the organisation.")
    email: Email | None = Field(None, title="email address")
    birth_date: date | None = Field(None, title="date of birth", description="Used only to count age bands.")


class PersonChange(Given):
    version: Version | None = Field(None, description="Or send it as If-Match.")
    given_name: Line | None = Field(None, title="given name")
    family_name: Line | None = Field(None, title="family name")
    email: Email | None = Field(None, title="email address", description="null takes the address away.")


class EqualityIn(Given):
    code: Code = Field(
        title="an answer", description="A code of the characteristic's list, or one of the three non-answers."
    )


# What is shown is built straight from rows and written to JSON without a detour: lists are what is read most.
class Employed(Struct, frozen=True):
    organisation_id: UUID
    organisation: str
    employee_number: str


class PersonOut(Struct, frozen=True):
    id: UUID
    given_name: str
    family_name: str
    email: str | None
    version: int
    employments: list[Employed]

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class EqualityOut(Struct, frozen=True):
    characteristic: Characteristic
    code: str
    answer: str
    code_list: str
    code_list_version: str
    source: AnswerSource
    answered_at: datetime


class MeOut(Struct, frozen=True):
    """What is held about the reader themselves."""

    person: PersonOut
    birth_date: date | None
    equality: list[EqualityOut]


class ReaderOut(Struct, frozen=True):
    """One time that somebody read or changed the record."""

    id: int
    at: datetime
    who: str
    action: str
    did: str
    organisation: str | None


class Found(Struct, frozen=True):
    """Somebody employed now in one organisation, as its colleagues may find them."""

    person_id: UUID
    organisation_id: UUID
    organisation: str
    name: str
    employee_number: str
    job_title: str | None = None

    @property
    def detail(self) -> str:
        """What tells two people of one name apart."""
        job = f"{self.job_title}, " if self.job_title else ""
        return f"{job}{self.organisation}, employee {self.employee_number}"
