"""What a column and a part of a report are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """How a column's value is read."""

    CODE = "code"
    TEXT = "text"
    PEOPLE = "people"
    SHARE = "share"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    RATIO = "ratio"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of released rows. `high` names the upper end where `name` is the lower end of a 95% range; `rare`: its
    absence has a reason of its own, told in these words, when nothing of the row is withheld, or where there can be no
    such figure (`only` says of which rows there can).
    """

    name: str
    label: str
    kind: Kind = Kind.PEOPLE
    high: str = ""
    rare: str = ""
    only: Callable[[Mapping[str, Any]], bool] | None = None

    def absence(self, row: Mapping[str, Any], withheld: str) -> str:
        """What stands for a figure that is not there."""
        can_be = self.only is None or self.only(row)
        return self.rare if self.rare and (row.get("reason") is None or not can_be) else withheld


@dataclass(frozen=True, slots=True)
class Shape:
    """One part of a report: what it is called, what to know before reading it, and its columns."""

    part: str
    heading: str
    about: str
    columns: Sequence[Column]
    system_only: bool = False
