"""What is planted: the few organisations that truly differ, in what, and by how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from analytics.synthetic.organisations import Organisations

SENIOR = 7  # representation is planted at this level and above


@dataclass(frozen=True)
class Truth:
    """One planted difference in one organisation (its position); `relative` multiplies what is expected there."""

    organisation: int
    characteristic: str
    group: str
    what: str
    relative: float


# In the order in which they are handed to organisations, the largest first.
PLANTED: tuple[tuple[tuple[str, str, str, float], ...], ...] = (
    (
        ("ethnicity", "asian", "representation_level_ge_7", 0.5),
        ("ethnicity", "black", "representation_level_ge_7", 0.5),
    ),
    (("all", "all", "leaving", 1.6),),
    (("sex", "female", "representation_level_ge_7", 0.75),),
    (("all", "all", "leaving", 1.6),),
    (("disability", "disabled", "representation_level_ge_7", 0.5),),
    (("ethnicity", "asian", "appointment", 0.5), ("ethnicity", "black", "appointment", 0.5)),
)


def plant(organisations: Organisations) -> list[Truth]:
    """Truths for the largest organisations, one each, in at most half of them; none if there is only one."""
    largest = np.argsort(-organisations.size, kind="stable")[: len(organisations) // 2]
    return [Truth(int(at), *truth) for at, truths in zip(largest, PLANTED, strict=False) for truth in truths]


def relative(truths: list[Truth], what: str, size: int) -> np.ndarray:
    """What multiplies `what` for everyone in each of `size` organisations: 1 where nothing is planted."""
    factors = np.ones(size)
    for truth in truths:
        if truth.what == what and truth.characteristic == "all":
            factors[truth.organisation] = truth.relative
    return factors


def frame(truths: list[Truth], codes: pl.Series) -> pl.DataFrame:
    """`organisation` (code), `characteristic`, `group` ("all": everyone), `what` and `relative`, one row per truth."""
    rows = [(codes[t.organisation], t.characteristic, t.group, t.what, t.relative) for t in truths]
    columns = ("organisation", "characteristic", "group", "what")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String) | {"relative": pl.Float64}, orient="row")
