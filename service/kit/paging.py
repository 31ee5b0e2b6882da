"""Keyset paging: a cursor is the sort key of the last row seen, so page 500 costs what page 1 costs."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

from service.kit.errors import Invalid, Problem

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    items: Sequence[Row]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the last page ended: the sort text and, for ties, the identifier."""

    text: str
    id: UUID

    def __str__(self) -> str:
        packed = json.dumps([self.text, str(self.id)], ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def read(cls, given: str | None) -> "Cursor | None":
        """Raises Invalid when the cursor is not one that we made."""
        if not given:
            return None
        try:
            text, key = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
            if not isinstance(text, str) or "\0" in text:
                raise ValueError(text)
            text.encode()
            return cls(text, UUID(key))
        except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
            raise not_ours() from None

    @property
    def day(self) -> date:
        """The sort text as a day. Raises Invalid."""
        try:
            return date.fromisoformat(self.text)
        except ValueError:
            raise not_ours() from None

    @property
    def moment(self) -> datetime:
        """The sort text as a moment with its time zone. Raises Invalid."""
        try:
            moment = datetime.fromisoformat(self.text)
        except ValueError:
            raise not_ours() from None
        if moment.tzinfo is None:
            raise not_ours()
        return moment


def not_ours() -> Invalid:
    """What a cursor is refused with that no page of ours ended at."""
    return Invalid(Problem("cursor", "Use the next_cursor of the page before, unchanged."))


def page_of(rows: Sequence[Row], size: int, cursor: "tuple[str, str]") -> Page[Row]:
    """One page from `size + 1` rows; `cursor` names the two attributes that the rows are sorted by."""
    if len(rows) <= size:
        return Page(rows, None)
    last = rows[size - 1]
    return Page(rows[:size], str(Cursor(getattr(last, cursor[0]), getattr(last, cursor[1]))))
