"""Tests of a gap: exact, by normal score, stratified, and corrected for the number of comparisons.

Each takes numbers, numpy arrays or polars Series (a of n in the group, c of m in the reference) and gives the same back.
Where nothing was observed the answer is NaN, or null in a Series.
"""

import numpy as np

from analytics.counting import Numbers, like
from analytics.intervals import two_groups
from analytics.tails import normal_two_sided


def two_proportions_z(
    a: Numbers, n: Numbers | float, c: Numbers | float, m: Numbers | float
) -> tuple[Numbers, Numbers]:
    """Pooled z of a/n against c/m, and its two-sided p. NaN where a group is empty, or all or none have the event.

    >>> "{:.6f} {:.8f}".format(*two_proportions_z(12, 40, 48, 80))
    '-3.098387 0.00194577'
    """
    a_, n_, c_, m_ = two_groups(a, n, c, m)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (a_ + c_) / (n_ + m_)
        z = (a_ / n_ - c_ / m_) / np.sqrt(pooled * (1 - pooled) * (1 / n_ + 1 / m_))
    z = np.where(np.isfinite(z), z, np.nan)
    return like([a, n, c, m], z), like([a, n, c, m], normal_two_sided(z))
