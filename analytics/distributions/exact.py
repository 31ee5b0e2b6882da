"""Exact distributions of many tables at once: every outcome that could have been and whose chance is not nought to a
float, laid end to end in one array.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.counting import Floats
from analytics.distributions.tails import log_factorial, log_factorials

OUTCOMES_AT_ONCE: Final = 2_000_000
_TABLED: Final = 2**23  # up to here log factorials are looked up, beyond it worked out
# An outcome further than this many standard deviations, and this many people, from the middle has no chance that a
# float can hold beside the likeliest one's.
_DEVIATIONS: Final = 40
_BEYOND: Final = 200
_SAME_CHANCE: Final = 1 + 1e-7  # as R's fisher.test: two outcomes as likely but for the rounding of a float
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Tails:
    """For each table the chance of fewer, of as many, of more than were seen, and of anything no likelier."""

    below: Floats
    at: Floats
    above: Floats
    no_likelier: Floats


@dataclass(frozen=True)
class Outcomes:
    """Outcomes x of each table (its number is `owner`), their chances, and where each table's outcomes start."""

    x: Whole
    owner: Whole
    chance: Floats
    start: Whole

    def total(self, values: Floats) -> Floats:
        """Sum of values over each table's outcomes."""
        return np.add.reduceat(values, self.start)


def hypergeometric(a: Floats, n: Floats, c: Floats, m: Floats) -> Tails:
    """a of n against c of m, given that a + c are chosen from n + m (one-dimensional arrays, n and m above 0)."""
    n_, m_, k = (np.asarray(v, dtype=np.int64) for v in (n, m, a + c))

    def looked_up(x: Whole, owner: Whole) -> Floats:
        group, reference, chosen = n_[owner], m_[owner], k[owner]
        return -(log[x] + log[group - x] + log[chosen - x] + log[reference - chosen + x])

    def stepwise(x: Whole, owner: Whole) -> Floats:
        """From each outcome to the next: the log factorials of a thousand million have no digits to spare."""
        group, reference, chosen, count = (v.astype(np.float64) for v in (n_[owner], m_[owner], k[owner], x))
        first = np.diff(owner, prepend=-1) != 0
        with np.errstate(divide="ignore"):
            ratio = (group - count + 1) * (chosen - count + 1) / (count * (reference - chosen + count))
        return np.cumsum(np.log(np.where(first, 1.0, ratio)))

    most = int((n_ + m_).max(initial=1))
    log, weights = (log_factorials(most), looked_up) if most <= _TABLED else (np.zeros(0), stepwise)
    share = n / (n + m)
    low, high = _near(share * (a + c), (a + c) * share * (1 - share), np.maximum(0, k - m_), np.minimum(n_, k))
    return _joined([_tails(part, a) for part in _in_parts(low, high, weights)])


def binomial(x: Floats, n: Floats, p: Floats) -> Tails:
    """x of n, each with chance p (one-dimensional arrays, n above 0)."""
    return _joined([_tails(part, x) for part in binomial_outcomes(n, p)])


def binomial_outcomes(n: Floats, p: Floats) -> Iterator[Outcomes]:
    """All outcomes 0..n of each table, some tables at a time."""
    people = np.asarray(n, dtype=np.int64)
    log = _logs(people)
    with np.errstate(divide="ignore"):
        log_p, log_q = np.log(p), np.log1p(-p)

    def weights(x: Whole, owner: Whole) -> Floats:
        rest = people[owner] - x
        with np.errstate(invalid="ignore"):
            chances = np.where(x > 0, x * log_p[owner], 0.0) + np.where(rest > 0, rest * log_q[owner], 0.0)
        return chances - log(x) - log(rest)

    return _in_parts(*_near(n * p, n * p * (1 - p), np.zeros_like(people), people), weights)


def _logs(highest: Whole) -> Callable[[Whole], Floats]:
    """log x! up to the highest, from a table where that is not too long."""
    most = int(highest.max(initial=1))
    if most > _TABLED:
        return lambda x: log_factorial(x.astype(np.float64))
    table = log_factorials(most)
    return lambda x: table[x]


def _near(middle: Floats, variance: Floats, low: Whole, high: Whole) -> tuple[Whole, Whole]:
    """The outcomes from low to high that have a chance at all. The variance is that of a binomial, or less."""
    reach = _DEVIATIONS * np.sqrt(variance) + _BEYOND
    return (
        np.maximum(low, np.floor(middle - reach).astype(np.int64)),
        np.minimum(high, np.ceil(middle + reach).astype(np.int64)),
    )


def _in_parts(low: Whole, high: Whole, weights: Callable[[Whole, Whole], Floats]) -> Iterator[Outcomes]:
    """Outcomes low..high of every table, with chances from log weights, in parts that fit in memory."""
    sizes = high - low + 1
    part = np.cumsum(sizes) // OUTCOMES_AT_ONCE
    for tables in np.split(np.arange(len(low)), np.flatnonzero(np.diff(part)) + 1):
        if len(tables):
            yield _laid_out(tables, low[tables], sizes[tables], weights)


def _laid_out(tables: Whole, low: Whole, sizes: Whole, weights: Callable[[Whole, Whole], Floats]) -> Outcomes:
    start = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    x = np.arange(int(sizes.sum())) - np.repeat(start - low, sizes)
    logs = weights(x, np.repeat(tables, sizes))
    chance = np.exp(logs - np.repeat(np.maximum.reduceat(logs, start), sizes))
    return Outcomes(x, np.repeat(tables, sizes), chance / np.repeat(np.add.reduceat(chance, start), sizes), start)


def _tails(outcomes: Outcomes, seen: Floats) -> Tails:
    x, chance, was = outcomes.x, outcomes.chance, seen[outcomes.owner]
    at = outcomes.total(chance * (x == was))
    sizes = np.diff(np.append(outcomes.start, len(x)))
    no_likelier = chance <= np.repeat(at, sizes) * _SAME_CHANCE
    return Tails(
        outcomes.total(chance * (x < was)),
        at,
        outcomes.total(chance * (x > was)),
        outcomes.total(chance * no_likelier),
    )


def _joined(parts: list[Tails]) -> Tails:
    def all_of(name: str) -> Floats:
        return np.concatenate([getattr(part, name) for part in parts]) if parts else np.zeros(0)

    return Tails(all_of("below"), all_of("at"), all_of("above"), all_of("no_likelier"))
