"""Columns as places among their values, and combinations of them as one whole number."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from analytics.coded import Ints
from analytics.errors import CellsError
from analytics.frames import GROUPS, NON_ANSWERS
from analytics.hazard.history import History
from analytics.hazard.refusals import DECLARED_ONLY
from analytics.hazard.terms import AGE, CONTRACT, FTE, FTE_EDGES, LEVEL, SINCE, SIZE, SIZE_EDGES

_NEAR: Final = 1e-6  # hours come as short fractions
OF_POSTS: Final = ("staff_group", "level", "fte", "contract")  # what may change while somebody stays


@dataclass(frozen=True)
class Codes:
    """What a column may be, and its place of each post, or of each person; or neither, for a time that passes."""

    name: str
    values: pl.Series
    of_posts: Ints | None = None
    of_people: Ints | None = None


def codes_of(history: History, name: str, sizes: pl.DataFrame | None) -> Codes:
    """Raises CellsError for sizes or contracts that are missing."""
    if name in SINCE:
        return Codes(name, _labels(name, SINCE[name].labels))
    if name in GROUPS:
        return _answers(history, name)
    return _sizes(history, sizes) if name == "organisation_size" else _posts(history, name)


def _posts(history: History, name: str) -> Codes:
    column = history.posts(name)
    if name == "contract":
        return Codes(name, _labels(name, CONTRACT), column)
    if name == "level":  # unmapped comes last
        return Codes(name, _labels(name, LEVEL), (column.astype(np.int16) - 1) % len(LEVEL.categories))
    if name == "fte":
        least, full = ((column < edge - _NEAR).astype(np.int8) for edge in FTE_EDGES)
        return Codes(name, _labels(name, FTE), least + full)
    names = {"organisation": history.codes.organisations, "staff_group": history.codes.staff_groups}
    return Codes(name, pl.Series(name, names[name], dtype=pl.String), column)


def _labels(name: str, labels: pl.Enum) -> pl.Series:
    return pl.Series(name, labels.categories, dtype=labels)


def _answers(history: History, name: str) -> Codes:
    """What everybody answered; of strangers it is not known."""
    labels = [*GROUPS[name], *NON_ANSWERS]
    answers = history.codes.answers[name].astype(np.int16)
    answers[history.codes.known :] = len(labels) - 1
    if name in DECLARED_ONLY:
        return Codes(name, _labels(name, AGE), of_people=answers)
    order = np.argsort(labels)
    place = np.argsort(order).astype(np.int16)
    return Codes(name, pl.Series(name, [labels[at] for at in order], dtype=pl.String), of_people=place[answers])


def _sizes(history: History, sizes: pl.DataFrame | None) -> Codes:
    if sizes is None:
        raise CellsError("organisation_size: needs the sizes of organisations")
    here = history.posts("organisation")
    names = pl.DataFrame({"organisation": history.codes.organisations}, schema={"organisation": pl.String})
    known = names.join(
        sizes.with_columns(pl.col("organisation").cast(pl.String)), on="organisation", how="left", maintain_order="left"
    )
    heads = known.get_column("headcount")
    held = np.bincount(here, minlength=len(heads)) > 0
    missing = np.flatnonzero(heads.is_null().to_numpy() & held)
    if len(missing):
        raise CellsError(f"organisation_size: no size of {history.codes.organisations[int(missing[0])]!r} was given")
    band = np.searchsorted(SIZE_EDGES, heads.fill_null(0).to_numpy(), side="right")
    return Codes("organisation_size", _labels("organisation_size", SIZE), band[here])
