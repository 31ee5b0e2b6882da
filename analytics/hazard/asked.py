"""What somebody asks for: whose months, by which columns; and what is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from analytics.errors import CellsError
from analytics.frames import CHARACTERISTICS, Facts
from analytics.hazard.refusals import refuse_terms
from analytics.hazard.terms import TERMS

BY: Final = ("organisation", "staff_group", "level", *CHARACTERISTICS)


@dataclass(frozen=True)
class Asked:
    """Whose months are counted by what. sizes: columns organisation and headcount, where organisation_size is asked."""

    facts: Facts
    by: Sequence[str]
    terms: Sequence[str]
    declared: Sequence[str] = ()
    sizes: pl.DataFrame | None = None

    @property
    def columns(self) -> list[str]:
        return list(dict.fromkeys([*self.by, *self.terms]))

    def refuse(self) -> None:
        """Raises CellsError for a column nobody knows, or a term that may not predict."""
        refuse_terms(self.terms, self.declared)
        for argument, given, known in (("by", self.by, BY), ("terms", self.terms, TERMS)):
            if strange := [name for name in given if name not in known]:
                raise CellsError(f"{argument}: {strange[0]!r} is none of {', '.join(known)}")
