from msgspec import Struct
from pydantic import Field

from service.kit.fields import Given


class WorkingDaysIn(Given):
    internal_days: int = Field(ge=1, le=60, title="working days inside the system first")
    aftercare_days: int = Field(ge=1, le=60, title="working days for a conversation and a next step")


class WorkingDaysOut(Struct, frozen=True):
    """`internal_days`: working days before something may be advertised outside. `aftercare_days`: working days in which
    whoever was not chosen is owed a conversation and a next step."""

    internal_days: int
    aftercare_days: int
