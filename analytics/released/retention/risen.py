"""Whether people who rose a level are there a year later: in the system, at that level or above it."""

from typing import Final

import numpy as np
import polars as pl

from analytics.disclosure import Rates, Released, Rule, release_linked
from analytics.disclosure.linked import Split
from analytics.released.retention.counted import ALL, Counter
from analytics.released.retention.reading import SYSTEM, Ints

BANDS: Final = {"1-4": (1, 4), "5-6": (5, 6), "7-9": (7, 9)}
YEAR: Final = 365
_RATES: Final = Rates({"share": ("in_role_12", "n")}, {("low", "high"): ("in_role_12", "n")}, {})


def risen(counter: Counter) -> pl.DataFrame:
    """organisation (where they rose; the system first), level (band of the level they rose to, or all), n, in_role_12
    and not_12: people with a substantive post above the one before it, begun 12 to 24 months before the year's last
    day; of several the first."""
    year = counter.year
    stays = year.stays
    lengths = np.diff(np.append(stays.first, len(stays.order)))
    ids, level = np.repeat(stays.person, lengths), year.posts.level[stays.order]
    start, end = year.last - 2 * YEAR, year.last - YEAR
    new = np.zeros(len(year.codes.people), dtype=bool)
    new[ids[(stays.began > start) & (stays.began <= end) & (level > 0)]] = True
    theirs = np.flatnonzero(new[ids] & (stays.began <= year.last))
    theirs = theirs[np.lexsort((stays.began[theirs], ids[theirs]))]
    posts = (ids[theirs], stays.began[theirs], stays.until[theirs], level[theirs])
    return _framed(counter, *_followed(posts, (start, end), theirs))


def _followed(posts: tuple[Ints, Ints, Ints, Ints], window: tuple[int, int], at: Ints) -> tuple[Ints, Ints]:
    """Which posts somebody rose to, and whether they were in role a year later."""
    person, began, until, level = posts
    same = np.concatenate([[False], person[1:] == person[:-1]])
    before = np.concatenate([[0], level[:-1]])
    rose = same & (before > 0) & (level > before) & (began > window[0]) & (began <= window[1])
    rows = np.flatnonzero(rose)
    rows = rows[np.unique(person[rows], return_index=True)[1]]
    first = np.searchsorted(person, person[rows], side="left")
    last = np.searchsorted(person, person[rows], side="right")
    still = np.zeros(len(rows), dtype=bool)
    for step in range(int((last - first).max(initial=0))):
        row = np.minimum(first + step, last - 1)
        day = began[rows] + YEAR
        still |= (began[row] <= day) & (until[row] >= day) & (level[row] >= level[rows])
    return at[rows], still.astype(np.int64)


def _framed(counter: Counter, posts: Ints, still: Ints) -> pl.DataFrame:
    year = counter.year
    rows = year.stays.order[posts]
    organisation, level = year.posts.organisation[rows], year.posts.level[rows]
    bands = np.searchsorted([high for _, high in BANDS.values()], level)
    width = len(BANDS)
    size = (len(counter.places) - 1) * width
    n = np.zeros((2, len(counter.places), width + 1), dtype=np.int64)
    for answer in (0, 1):
        code = (organisation * width + bands)[still == answer]
        n[answer, 1:, 1:] = np.bincount(code, minlength=size).reshape(-1, width)
    n[:, 0] = n.sum(axis=1)
    n[:, :, 0] = n.sum(axis=2)
    keys = {"organisation": np.repeat(counter.places, width + 1), "level": [ALL, *BANDS] * len(counter.places)}
    counts = {"n": n.sum(axis=0).ravel(), "in_role_12": n[1].ravel(), "not_12": n[0].ravel()}
    return pl.DataFrame(keys | counts)


def released(counter: Counter, rule: Rule) -> Released:
    """One row an organisation and band of levels: n people who rose to it, in_role_12 of them a year later, share with
    its Wilson interval low and high."""
    splits = [Split("organisation", SYSTEM), Split("level", ALL), Split("figure", "n", ("in_role_12", "not_12"))]
    return release_linked(
        risen(counter),
        keys=["organisation", "level"],
        counts=["n", "in_role_12", "not_12"],
        splits=splits,
        rule=rule,
        rates=_RATES,
    )
