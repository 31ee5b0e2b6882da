from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.kit.fields import Code, Given, Words

# As long as the longest thing that the form itself takes.
Typed = Annotated[Words, StringConstraints(max_length=10_000, strip_whitespace=False)]
MOST_FIELDS, MOST_CHARACTERS = 100, 40_000


class DraftIn(Given):
    """A form as it stands, word for word: its fields as pairs of name and value, in their order."""

    version: int | None = Field(
        None, ge=1, lt=2**31, description="The version that was saved last. Left out: nothing has been saved yet."
    )
    about_id: UUID | None = Field(None, title="the person", description="Whom it is about, once that is clear.")
    fields: list[tuple[Code, Typed]] = Field(max_length=MOST_FIELDS, title="the fields")


class DraftSaved(Struct, frozen=True):
    id: UUID
    about_id: UUID | None
    version: int
    saved_at: datetime


class DraftOut(DraftSaved, frozen=True):
    """For its author alone."""

    fields: list[tuple[str, str]]

    @property
    def values(self) -> dict[str, str]:
        return dict(self.fields)
