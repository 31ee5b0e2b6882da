"""Lancaster's mid-P of many two-by-two tables at once.

The chance of the table seen comes from log factorials; the chances of more extreme ones from it, each by its ratio to
the one before. Nothing is worked out for tables too unlikely to matter, so the time grows with the spread of a table
and not with its size.
"""

from typing import Final

import numpy as np

from analytics.counting import Floats
from analytics.distributions.tails import log_factorial

STEPS_AT_ONCE: Final = 24
_STEPS: Final = np.arange(STEPS_AT_ONCE)
_MOVED: Final = STEPS_AT_ONCE * np.array([[-1.0], [-1.0], [1.0], [1.0]])
_TOO_SMALL: Final = 1e-17  # beside the sum so far


def doubled_mid_p(a: Floats, n: Floats, c: Floats, m: Floats) -> Floats:
    """Twice the smaller one-sided mid-P, at most 1, of a of n against c of m (one-dimensional, n and m above 0)."""
    at = chance(a, n, c, m)
    beyond = at * _beyond(a, n, c, m)
    rest = np.maximum(0.0, 1 - at - beyond)
    return np.minimum(1.0, 2 * np.minimum(beyond, rest) + at)


def smallest_mid_p(n: Floats, m: Floats, chosen: Floats) -> Floats:
    """The mid-P of the most extreme table with these margins: no split of `chosen` between n and m can have less.

    Where it is above a level, nothing that could have been seen is convincing at that level (Tarone 1990).
    """
    least, most = np.maximum(0.0, chosen - m), np.minimum(n, chosen)
    ends = [chance(a, n, chosen - a, m) for a in (least, most)]
    return np.where(least == most, 1.0, np.minimum(*ends))


def chance(a: Floats, n: Floats, c: Floats, m: Floats) -> Floats:
    """The hypergeometric chance that a of the a + c chosen are among the n."""
    logs = [log_factorial(v) for v in (n, m, a + c, n + m - a - c, n + m, a, n - a, c, m - c)]
    return np.exp(logs[0] + logs[1] + logs[2] + logs[3] - logs[4] - logs[5] - logs[6] - logs[7] - logs[8])


def _beyond(a: Floats, n: Floats, c: Floats, m: Floats) -> Floats:
    """The chance of tables further from the middle than the one seen, in units of its own chance.

    The ratios fall outwards, and the one past the last table is 0, so nothing beyond it is ever added.
    """
    left, total = _outwards(a, n, c, m), np.zeros(len(a))
    last, going = np.ones(len(a)), np.arange(len(a))
    while len(going):
        falling, rising = left[:2, :, None] - _STEPS, left[2:, :, None] + _STEPS
        ratios = falling[0] * falling[1] / (rising[0] * rising[1])
        terms = np.cumprod(ratios, axis=1) * last[:, None]
        total[going] += terms.sum(axis=1)
        on = terms[:, -1] > _TOO_SMALL * total[going]
        going, last, left = going[on], terms[on, -1], left[:, on] + _MOVED
    return total


def _outwards(a: Floats, n: Floats, c: Floats, m: Floats) -> Floats:
    """What the first ratio outwards is made of: two numbers that fall by 1 at each step, then two that rise.

    The side with more than its share gains one at each step, so exchange the sides where that is the reference.
    """
    exchange = a * (n + m) < n * (a + c)
    x, size, y, other = (np.where(exchange, *pair) for pair in ((c, a), (m, n), (a, c), (n, m)))
    return np.stack([y, size - x, x + 1, other - y + 1])
