from datetime import date
from typing import Annotated

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.conversations.rules import Topic
from service.kit.fields import Code, Given, Line, Words

Hint = Annotated[Words, StringConstraints(max_length=300)]


class TermIn(Given):
    topic: Topic
    code: Annotated[Code, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")] = Field(title="the code")
    label: Line = Field(title="the label")
    hint: Hint = ""


class EditionIn(Given):
    """A whole edition: it takes the place of the one it is based on, and what was coded in that keeps its words."""

    based_on: int = Field(ge=0, le=32_000, title="the edition it is based on")
    approved_by: Line = Field(title="who approved it")
    approved_on: date = Field(title="the day it was approved")
    note: Annotated[Words, StringConstraints(max_length=1_000)] = Field("", title="the note")
    terms: Annotated[list[TermIn], Field(min_length=1, max_length=300)] = Field(title="the terms")


class TermOut(Struct, frozen=True):
    topic: Topic
    code: str
    label: str
    hint: str


class EditionOut(Struct, frozen=True):
    version: int
    approved_by: str
    approved_on: date
    note: str
    terms: list[TermOut]
