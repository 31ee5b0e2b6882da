from datetime import datetime
from uuid import UUID

from msgspec import Struct
from pydantic import Field

from service.kit.fields import Given, Line, Typed

MOST_FIELDS, MOST_CHARACTERS = 100, 40_000


class DraftIn(Given):
    """A form as it stands, word for word: its fields as pairs of name and value, in their order."""

    version: int | None = Field(
        None, ge=1, lt=2**31, description="The version that was saved last. Left out: nothing has been saved yet."
    )
    about_id: UUID | None = Field(None, title="the person", description="Whom it is about, once that is clear.")
    fields: list[tuple[Line, Typed]] = Field(max_length=MOST_FIELDS, title="the fields")


class DraftSaved(Struct, frozen=True):
    id: UUID
    about_id: UUID | None
    version: int
    saved_at: datetime


class DraftOut(DraftSaved, frozen=True):
    """For its author alone. `about` is the name of whom it is about, as far as the author may know it."""

    about: str
    fields: list[tuple[str, str]]

    @property
    def values(self) -> dict[str, str]:
        return dict(self.fields)
