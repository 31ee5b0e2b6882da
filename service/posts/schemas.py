from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import Field

from service.kit.fields import Code, Given, Line
from service.posts.rules import AssignmentKind, Contract, StaffGroup

Fte = Annotated[Decimal, Field(gt=Decimal(0), le=Decimal("1.5"), max_digits=4, decimal_places=3)]


class AssignmentIn(Given):
    organisation_id: UUID
    kind: AssignmentKind
    job_title: Line = Field(title="job title")
    grade_scheme: Code = Field(title="grade scheme", description="Code of the scheme, such as afc.")
    grade: Code = Field(title="grade", description="Code of the grade in its scheme, such as 7 or 8a.")
    staff_group: StaffGroup = Field(title="staff group")
    fte: Fte = Field(Decimal(1), title="full-time equivalent", description="1 is full time, 0.6 is three days of five.")
    contract: Contract | None = Field(
        None, title="contract type", description="Permanent, fixed term, bank or another kind; nothing where not known."
    )
    started: date = Field(title="first day")
    ended: date | None = Field(None, title="last day", description="The last day worked, where it is known.")


class EndIn(Given):
    ended: date = Field(title="last day", description="The last day worked.")
    end_reason: Code = Field(title="reason")
    destination: Code = Field(
        "not_known", title="destination", description="A kind of place, or the code of an organisation of the system."
    )


class AssignmentOut(Struct, frozen=True):
    id: UUID
    person_id: UUID
    organisation_id: UUID
    organisation: str
    kind: AssignmentKind
    job_title: str
    grade_scheme: str
    grade: str
    grade_label: str
    level: int | None
    level_name: str
    staff_group: StaffGroup
    fte: float
    started: date
    ended: date | None
    end_reason: str | None
    destination: str | None
    contract: Contract | None

    def is_held_on(self, day: date) -> bool:
        return self.started <= day and (self.ended is None or day <= self.ended)


class Listed(Struct, frozen=True):
    """One line of an organisation's list of people."""

    id: UUID
    name: str
    listed_as: str
    detail: str
    employee_number: str
    job_title: str | None
