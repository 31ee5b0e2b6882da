"""Kinds of text and number that may cross a door. PostgreSQL cannot hold NUL, and a name never needs a control
character.
"""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints


def _printable(text: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise ValueError("Remove line breaks and control characters")
    return text


def _storable(text: str) -> str:
    allowed = {"\n", "\r", "\t"}
    if any(unicodedata.category(character) in {"Cc", "Cs"} and character not in allowed for character in text):
        raise ValueError("Remove control characters")
    return text.replace("\r\n", "\n")


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_printable)
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000), AfterValidator(_storable)]
# Word for word, as it stands in a form.
Typed = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_storable)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), AfterValidator(_printable)]


class Given(BaseModel):
    """What somebody gave us: nothing unexpected is let through in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shown(BaseModel):
    """What we show: built from a row or an object, and never changed."""

    model_config = ConfigDict(from_attributes=True, frozen=True)
