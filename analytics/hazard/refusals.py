"""What a hazard model is not given: protected data as a term, cells that cannot be, fewer exits than it needs."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from analytics.errors import CellsError, TooLittleError
from analytics.hazard.layout import Layout

EXPOSED: Final = "exposed"
_HEALTH: Final = ("disability", "disabled", "health", "sickness", "pregnancy", "maternity")
_BELIEF: Final = ("religion", "belief", "union")
_WHO: Final = ("ethnicity", "ethnic", "race", "nationality", "sex", "sexual", "gender", "marital")
REFUSED: Final = frozenset((*_HEALTH, *_BELIEF, *_WHO))  # words in the name of a term
DECLARED_ONLY: Final = ("age", "age_band")


def refuse_terms(terms: Sequence[str], declared: Sequence[str]) -> None:
    """Raises CellsError for a term whose name says that it is special-category, or about age and not declared."""
    for term in terms:
        if REFUSED & set(term.lower().split("_")):
            raise CellsError(f"{term}: special-category and other protected data may not predict, only audit")
        if term in DECLARED_ONLY and term not in declared:
            raise CellsError(f"{term}: a term about age must be declared lawful first")


def refuse_counts(cells: pl.DataFrame, causes: Sequence[str], terms: Sequence[str]) -> None:
    """Raises CellsError naming column and row for counts that cannot be, or a column that is not there."""
    for name in (EXPOSED, *causes, *terms):
        if name not in cells.columns:
            raise CellsError(f"cells lack the column {name}")
    for name in (EXPOSED, *causes):
        column = cells.get_column(name)
        if not column.dtype.is_numeric() or column.null_count() or (column < 0).any():
            raise CellsError(f"{name}: not a count of 0 or more")
    bare = cells.get_column(EXPOSED) == 0
    if bare.any():
        raise CellsError(f"{EXPOSED}, row {bare.arg_max()}: a month without exposure")
    over = cells.select(pl.sum_horizontal(causes) > pl.col(EXPOSED)).to_series()
    if over.any():
        raise CellsError(f"{EXPOSED}, row {over.arg_max()}: more people go than there are")


def refuse_few(cells: Layout, levels: Mapping[str, Sequence[Any]], causes: Sequence[str], fewest: int) -> None:
    """Raises TooLittleError for fewer exits than `fewest`, or a level in which nobody is gone for a cause."""
    if (events := int(cells.exits.sum())) < fewest:
        raise TooLittleError(f"{events} exits are too few to fit on: {fewest} are needed")
    for cause, exits in zip(causes, cells.exits, strict=True):
        if not exits.sum():
            raise TooLittleError(f"nobody is gone for {cause}: leave it out")
        seen = cells.of_levels(exits)
        for (term, known), counts in zip(levels.items(), seen, strict=True):
            if not counts.all():
                level = known[int(counts.argmin())]
                raise TooLittleError(f"nobody of {term} {level!r} is gone for {cause}: merge it with another level")
