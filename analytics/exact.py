"""Exact distributions of many tables at once: every outcome that could have been, laid end to end in one array."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.counting import Floats
from analytics.tails import log_factorials

OUTCOMES_AT_ONCE: Final = 2_000_000
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
    log = log_factorials(int((n_ + m_).max(initial=1)))

    def weights(x: Whole, owner: Whole) -> Floats:
        group, reference, chosen = n_[owner], m_[owner], k[owner]
        return -(log[x] + log[group - x] + log[chosen - x] + log[reference - chosen + x])

    parts = _in_parts(np.maximum(0, k - m_), np.minimum(n_, k), weights)
    return _joined([_tails(part, a) for part in parts])


def binomial(x: Floats, n: Floats, p: Floats) -> Tails:
    """x of n, each with chance p (one-dimensional arrays, n above 0)."""
    return _joined([_tails(part, x) for part in binomial_outcomes(n, p)])


def binomial_outcomes(n: Floats, p: Floats) -> Iterator[Outcomes]:
    """All outcomes 0..n of each table, some tables at a time."""
    people = np.asarray(n, dtype=np.int64)
    log = log_factorials(int(people.max(initial=1)))
    with np.errstate(divide="ignore"):
        log_p, log_q = np.log(p), np.log1p(-p)

    def weights(x: Whole, owner: Whole) -> Floats:
        rest = people[owner] - x
        with np.errstate(invalid="ignore"):
            chances = np.where(x > 0, x * log_p[owner], 0.0) + np.where(rest > 0, rest * log_q[owner], 0.0)
        return chances - log[x] - log[rest]

    return _in_parts(np.zeros_like(people), people, weights)


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
