"""What importing a file would do, whatever the file is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple, Protocol
from uuid import UUID

import polars as pl

from service.transfer.sheets import ROW

NEW, CHANGED, UNCHANGED, PROBLEM = "new", "changed", "unchanged", "problem"
CHANGES = pl.Schema(
    {"row": pl.UInt32, "employee_number": pl.String, "column": pl.String, "before": pl.String, "after": pl.String}
)
# What every plan has, besides what its kind writes.
SHOWN = ("rows", "problems", "changes")
# How many changes a preview shows, from what to what.
PREVIEWED = 20

# Takes the share of the work that is done, 0 to 1.
Tell = Callable[[float], None]


class Place(NamedTuple):
    """One import, and the organisation that it is of."""

    organisation_id: UUID
    import_id: UUID


class Holds(Protocol):
    """What an organisation holds. `mark` differs when any of it does; empty: it cannot be told."""

    @property
    def mark(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything needed to show what would happen, and to do it.

    `rows`: row, status, person_id. `changes`: as CHANGES. `writes`: the frames that this kind of file writes.
    `told_of`: the people of whom the preview shows something that is held.
    """

    rows: pl.DataFrame
    problems: pl.DataFrame
    changes: pl.DataFrame
    writes: Mapping[str, pl.DataFrame]
    not_in_file: int = 0
    notes: tuple[str, ...] = ()
    told_of: tuple[str, ...] = ()

    @property
    def frames(self) -> dict[str, pl.DataFrame]:
        return {"rows": self.rows, "problems": self.problems, "changes": self.changes, **self.writes}

    @property
    def fingerprint(self) -> str:
        """The same for the same outcome, whatever identifiers new records would be given."""
        told = (self.rows.select(ROW, "status"), self.problems.select(ROW, "kind"), self.changes)
        return sha256("".join(frame.sort(frame.columns).write_csv() for frame in told).encode()).hexdigest()[:32]

    def count(self, status: str) -> int:
        return self.rows.filter(pl.col("status") == status).height


def not_told(share: float) -> None:
    """For work that nobody watches."""
