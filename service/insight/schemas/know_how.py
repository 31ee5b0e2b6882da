from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.kit.fields import Code, Given, Words

MOST_WORDS = 2_000
MOST_VERSIONS = 1_000
NoteWords = Annotated[
    Words,
    StringConstraints(min_length=1, max_length=MOST_WORDS),
    Field(
        title="what you know", description="About work and places. No names of people, and nothing about one person."
    ),
]


class NoteIn(Given):
    """What an organisation, or without one the whole system, knows beside a measure."""

    about: Code = Field(title="the measure", description="A code of the catalogue of measures.")
    organisation_id: UUID | None = Field(
        default=None,
        title="the organisation",
        description="Not given: the whole system, which only a leader speaks for.",
    )
    words: NoteWords


class RevisionIn(Given):
    """What is said from now on. Without words the note is withdrawn."""

    version: int = Field(ge=1, le=MOST_VERSIONS, description="The version that was read.")
    words: NoteWords | None = None


class NoteOut(Struct, frozen=True):
    """The last version of a note. `organisation` is null for the whole system."""

    id: UUID
    about: str
    organisation_id: UUID | None
    organisation_code: str | None
    organisation: str | None
    version: int
    words: str
    is_withdrawn: bool
    author: str
    written_at: datetime
