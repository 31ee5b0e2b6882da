"""Which posts each kind of organisation has: staff group, grade, level, and how common each is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from analytics.synthetic.dice import Floats, Ints, slots
from analytics.synthetic.grades import CROSSWALK, WEIGHTS
from analytics.synthetic.staffing import GROUPS, KINDS, LEVELS, MIX, TITLES

ADMINISTRATIVE = GROUPS.index("administrative_clerical")
SLOTS, CHOICES = 8192, 32


def _schemes(kind: str, group: str) -> dict[str, float]:
    """The grade schemes in use for a staff group, with the share of its staff on each."""
    if group == "medical_dental":
        return {"medical": 1.0}
    if kind == "primary_care":
        return {"afc": 0.7, "local": 0.3}
    return {{"council": "njc", "charity": "charity"}.get(kind, "afc"): 1.0}


def _steps(scheme: str, level: int) -> list[tuple[str, str]]:
    """Grades of a scheme at a level; very senior managers stand beside band 9."""
    steps = [(scheme, grade) for grade, at in CROSSWALK[scheme].items() if at == level]
    return [*steps, ("vsm", "vsm")] if scheme == "afc" and level == 9 else steps


def _mapped(kind: str, group: str, scheme: str, weight: float) -> Iterator[tuple[str, str, str, str, int, float]]:
    known = [(level, share) for level, share in enumerate(LEVELS[group], start=1) if share and _steps(scheme, level)]
    total = sum(share for _, share in known)
    for level, share in known:
        steps = _steps(scheme, level)
        heights = [WEIGHTS.get(grade, 50) for _, grade in steps]
        for (used, grade), height in zip(steps, heights, strict=True):
            yield kind, group, used, grade, level, weight * share / total * height / sum(heights)


def _rows() -> Iterator[tuple[str, str, str, str, int, float]]:
    for kind in KINDS:
        for group, percent in zip(GROUPS, MIX[kind], strict=True):
            for scheme, share in _schemes(kind, group).items() if percent else ():
                if scheme == "local":
                    yield kind, group, scheme, "PCN-A", 0, percent * share * 0.6
                    yield kind, group, scheme, "PCN-B", 0, percent * share * 0.4
                else:
                    yield from _mapped(kind, group, scheme, percent * share)


ROWS = list(_rows())
KIND = np.array([KINDS.index(row[0]) for row in ROWS], dtype=np.int8)
GROUP = np.array([GROUPS.index(row[1]) for row in ROWS], dtype=np.int8)
LEVEL = np.array([row[4] for row in ROWS], dtype=np.int8)  # 0 = unmapped
WEIGHT = np.array([row[5] for row in ROWS], dtype=np.float64)


AT_KIND: Floats = np.where(np.arange(len(KINDS))[:, None] == KIND, WEIGHT, 0.0)


def _nearest(kind: int, group: int, level: int) -> Ints:
    """Posts of the kind and staff group at the level, or at the nearest one below it, or else the lowest."""
    here = (kind == KIND) & (group == GROUP) & ((LEVEL > 0) | (level == 0))
    if not here.any():
        return _nearest(kind, ADMINISTRATIVE, level)
    levels = np.unique(LEVEL[here])
    chosen = levels[max(int(np.searchsorted(levels, level, side="right")) - 1, 0)]
    return slots(np.where(here & (chosen == LEVEL), WEIGHT, 0.0), CHOICES)


def _choices() -> Ints:
    table = [[[_nearest(k, g, level) for level in range(10)] for g in range(len(GROUPS))] for k in range(len(KINDS))]
    return np.array(table, dtype=np.int16)


BY_KIND, BY_LEVEL = np.stack([slots(weights, SLOTS) for weights in AT_KIND]), _choices()


def draw(rng: np.random.Generator, kind: Ints) -> Ints:
    """One post for each organisation kind given, as common as it is there."""
    return BY_KIND[kind, rng.integers(0, SLOTS, len(kind))]


def like(rng: np.random.Generator, kind: Ints, group: Ints, level: Ints) -> Ints:
    """One post in an organisation of this kind, in this staff group and at this level, or the nearest there is."""
    return BY_LEVEL[kind, group, level, rng.integers(0, CHOICES, len(kind))]


def titles() -> list[list[str]]:
    """Two job titles for each post."""
    tier = np.where(LEVEL >= 7, 2, np.where(LEVEL >= 5, 1, 0))
    return [list(TITLES[row[1]][step]) for row, step in zip(ROWS, tier, strict=True)]


def table() -> pl.DataFrame:
    """Each post: `grade_scheme`, `grade`, `level` (null where unmapped), `staff_group`, by position."""
    columns = {"grade_scheme": [r[2] for r in ROWS], "grade": [r[3] for r in ROWS], "staff_group": [r[1] for r in ROWS]}
    level = pl.Series("level", LEVEL, dtype=pl.Int8)
    return pl.DataFrame(columns).with_columns(level.replace(0, None).alias("level"))


def share_at_least(level: int) -> Floats:
    """Share of staff at `level` or above in each kind of organisation."""
    return AT_KIND[:, level <= LEVEL].sum(axis=1) / AT_KIND.sum(axis=1)
