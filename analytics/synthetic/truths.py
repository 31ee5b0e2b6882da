"""What is planted: the few organisations that truly differ, in what, and by how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from analytics.synthetic import posts
from analytics.synthetic.dice import Floats
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


@dataclass(frozen=True)
class Plan:
    """Truths for one organisation; those that need most senior staff to be findable have the lowest `place`."""

    place: int
    truths: tuple[tuple[str, str, str, float], ...]


REPRESENTATION = "representation_level_ge_7"
# In the order in which they are taken up as a system has more organisations.
PLANS = (
    Plan(0, (("ethnicity", "asian", REPRESENTATION, 0.4), ("ethnicity", "black", REPRESENTATION, 0.4))),
    Plan(4, (("all", "all", "leaving", 1.6),)),
    Plan(3, (("sex", "female", REPRESENTATION, 0.7),)),
    Plan(5, (("all", "all", "leaving", 1.6),)),
    Plan(1, (("disability", "disabled", REPRESENTATION, 0.4),)),
    Plan(2, (("ethnicity", "asian", "appointment", 0.4), ("ethnicity", "black", "appointment", 0.4))),
)


def plant(organisations: Organisations) -> list[Truth]:
    """Truths for the organisations with most senior staff, one plan each, in at most half of all organisations."""
    plans = sorted(PLANS[: len(organisations) // 2], key=lambda plan: plan.place)
    seniors = organisations.size * posts.share_at_least(SENIOR)[organisations.kind]
    most = np.argsort(-seniors, kind="stable")
    return [Truth(int(at), *truth) for at, plan in zip(most, plans, strict=False) for truth in plan.truths]


def relative(truths: list[Truth], what: str, size: int) -> Floats:
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
