"""Limits of a funnel plot: how far units of a size stray by chance alone. For comparing like with like, never for
ranks."""

import numpy as np

from analytics.counting import Floats, Numbers, as_floats, broadcast, confidence, like, whole
from analytics.distributions.exact import Outcomes, binomial_outcomes
from analytics.distributions.tails import gamma_quantile
from analytics.errors import CountsError


def funnel_limits(n: Numbers, p0: Numbers | float, level: float = 0.95) -> tuple[Numbers, Numbers]:
    """Exact binomial limits (low, high) of a share among n people when it is p0 everywhere, interpolated between counts
    (Spiegelhalter 2005, Stat Med 24:1185, appendix A.1.1). NaN where n is 0.

    Raises CountsError for counts that cannot be, p0 outside 0 to 1, or level outside 0 to 1.

    >>> low, high = funnel_limits(100, 0.2)
    >>> f"{low:.4f} {high:.4f}"
    '0.1197 0.2765'
    """
    level = confidence(level)
    share, _ = as_floats("p0", p0)
    if ((share < 0) | (share > 1)).any():
        raise CountsError("p0: a share must be between 0 and 1")
    people, share = broadcast(whole("n", n), share)
    usable = (people > 0) & np.isfinite(share)
    low, high = np.full(people.shape, np.nan), np.full(people.shape, np.nan)
    limits = [_limits(part, people[usable], level) for part in binomial_outcomes(people[usable], share[usable])]
    low[usable] = np.concatenate([one[0] for one in limits]) if limits else []
    high[usable] = np.concatenate([one[1] for one in limits]) if limits else []
    return like([n, p0], low), like([n, p0], high)


def poisson_funnel_limits(expected: Numbers, level: float = 0.95) -> tuple[Numbers, Numbers]:
    """Limits (low, high) of observed / expected events when what is expected is right everywhere: exact for a Poisson
    count, between its whole numbers too, by quantiles of chi-squared. NaN where nothing is expected.

    expected: events, 0 or more. Limits that publications call 99 % are often 99.8 % (z 3.09): level=0.998. Raises
    CountsError for a negative expectation, or level outside 0 to 1.

    >>> low, high = poisson_funnel_limits(20)
    >>> f"{low:.4f} {high:.4f}"
    '0.6108 1.5444'
    """
    level = confidence(level)
    events, _ = as_floats("expected", expected)
    if (events < 0).any():
        raise CountsError("expected: cannot be negative")
    usable = np.isfinite(events) & (events > 0)
    some, low, high = events[usable], np.full(events.shape, np.nan), np.full(events.shape, np.nan)
    low[usable] = gamma_quantile((1 - level) / 2, some) / some
    high[usable] = gamma_quantile((1 + level) / 2, some + 1) / some
    return like([expected], low), like([expected], high)


def _limits(outcomes: Outcomes, people: Floats, level: float) -> tuple[Floats, Floats]:
    n = people[outcomes.owner[outcomes.start]]
    at_most = _running(outcomes)
    low = _interpolated(outcomes, at_most, (1 - level) / 2) / n
    high = _interpolated(outcomes, at_most, (1 + level) / 2) / n
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def _running(outcomes: Outcomes) -> Floats:
    """P(X <= x) for each outcome, running anew for each table."""
    sizes = np.diff(np.append(outcomes.start, len(outcomes.x)))
    running = np.cumsum(outcomes.chance)
    before = running[outcomes.start] - outcomes.chance[outcomes.start]
    return running - np.repeat(before, sizes)


def _interpolated(outcomes: Outcomes, at_most: Floats, p: float) -> Floats:
    """The least r with P(X <= r) > p, less the part of its own chance that lies beyond p."""
    sizes = np.diff(np.append(outcomes.start, len(outcomes.x)))
    at = outcomes.start + np.minimum(np.add.reduceat(at_most <= p, outcomes.start, dtype=np.int64), sizes - 1)
    return outcomes.x[at] - (at_most[at] - p) / outcomes.chance[at]
