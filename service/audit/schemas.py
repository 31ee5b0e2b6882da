from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from service.kit.fields import Code, Given, Shown

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]


class AuditFilter(Given):
    action: Code | None = Field(default=None, title="what was done")
    first_day: Day | None = Field(default=None, title="first day")
    last_day: Day | None = Field(default=None, title="last day")


class EntryOut(Shown):
    id: int
    at: datetime
    actor: str
    action: str
    organisation_id: UUID | None
    subject_person_id: UUID | None
    entity_id: str | None
    detail: dict[str, Any]


class EntriesOut(Shown):
    items: list[EntryOut]
    next_cursor: str | None
