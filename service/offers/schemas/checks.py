from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.kit.fields import Given, Words
from service.offers.rules.checks import CheckStage, Finding

Told = Annotated[Words, StringConstraints(max_length=1000)]


class CheckIn(Given):
    finding: Finding = Field(title="what you found")
    looked_at: Told = Field(
        "", title="the number that you looked at", description="In words, with its release. Never about one person."
    )
    will_do: Told = Field("", title="what you will do", description="Needed unless it looks fair.")


class CheckOut(Struct, frozen=True):
    """One answer. The newest of a stage counts."""

    id: UUID
    stage: CheckStage
    finding: Finding
    looked_at: str
    will_do: str
    owner: str
    at: datetime
