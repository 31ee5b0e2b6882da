"""Two proportions compared, exactly and by normal score; and p corrected for the number of comparisons."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from analytics.counting import AnyNumbers, Floats, Numbers, as_floats, broadcast, events_of, like, numbers
from analytics.distributions.exact import Tails, binomial, hypergeometric
from analytics.distributions.tails import normal_two_sided
from analytics.errors import CountsError
from analytics.intervals import two_groups
from analytics.testing.mid_probability import doubled_mid_p


def fisher(
    a: Numbers,
    n: Numbers | float,
    c: Numbers | float,
    m: Numbers | float,
    side: Literal["two", "less", "greater"] = "two",
) -> Numbers:
    """Fisher's exact p. Two-sided: every table no likelier than the one seen (as R). NaN where a group is empty.

    >>> f"{fisher(12, 40, 48, 80):.8f} {fisher(12, 40, 48, 80, side='less'):.8f}"
    '0.00340922 0.00170461'
    """
    of: dict[str, Callable[[Tails], Floats]] = {
        "two": lambda t: t.no_likelier,
        "less": lambda t: t.below + t.at,
        "greater": lambda t: t.above + t.at,
    }
    if side not in [*of]:
        raise CountsError(f"side: {side!r} is none of {', '.join(of)}")
    return _exact(a, n, c, m, of[side])


def mid_p(a: Numbers, n: Numbers | float, c: Numbers | float, m: Numbers | float) -> Numbers:
    """Two-sided mid-P (Lancaster 1961), twice the smaller one-sided mid-P, at most 1. NaN where a group is empty.

    >>> f"{mid_p(12, 40, 48, 80):.8f}"
    '0.00214224'
    """
    a_, n_, c_, m_ = two_groups(a, n, c, m)
    usable = (n_ > 0) & (m_ > 0) & np.isfinite(a_ + c_)
    tables = (np.atleast_1d(v[usable]) for v in (a_, n_, c_, m_))
    return like([a, n, c, m], _filled(usable, doubled_mid_p(*tables)))


def binomial_mid_p(x: Numbers, n: Numbers | float, p: Numbers | float) -> Numbers:
    """Two-sided mid-P, by doubling, of x of n against a benchmark share p fixed beforehand. NaN where n is 0.

    Raises CountsError for counts that cannot be, or p outside 0 to 1.

    >>> f"{binomial_mid_p(15, 405, 0.057):.6f}"
    '0.072124'
    """
    x_, n_ = events_of("x", x, "n", n)
    p_, _ = as_floats("p", p)
    if ((p_ < 0) | (p_ > 1)).any():
        raise CountsError("p: a share must be between 0 and 1")
    x_, n_, p_ = broadcast(x_, n_, p_)
    usable = (n_ > 0) & np.isfinite(x_) & np.isfinite(p_)
    return like([x, n, p], _filled(usable, _doubled_mid_p(binomial(x_[usable], n_[usable], p_[usable]))))


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


def benjamini_hochberg(p: Numbers) -> Numbers:
    """Adjusted p of Benjamini & Hochberg (1995), in the order given. NaN and null stay so and are not counted.

    Raises CountsError for p outside 0 to 1, or that are no numbers.

    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    given = numbers("p", p)
    flat = given.ravel()
    counted = np.flatnonzero(~np.isnan(flat))
    values = flat[counted]
    if ((values < 0) | (values > 1)).any():
        raise CountsError("p: must be between 0 and 1")
    falling = np.argsort(-values, kind="stable")
    m = len(values)
    adjusted = np.minimum.accumulate(values[falling] * m / np.arange(m, 0, -1)) if m else values
    result = np.full(flat.shape, np.nan)
    result[counted[falling]] = np.minimum(adjusted, 1)
    return like([p], result.reshape(given.shape))


def _doubled_mid_p(tails: Tails) -> Floats:
    return np.minimum(1.0, 2 * np.minimum(tails.below, tails.above) + tails.at)


def _exact(a: AnyNumbers, n: AnyNumbers, c: AnyNumbers, m: AnyNumbers, p_of: Callable[[Tails], Floats]) -> Any:
    a_, n_, c_, m_ = two_groups(a, n, c, m)
    usable = (n_ > 0) & (m_ > 0) & np.isfinite(a_ + c_)
    tails = hypergeometric(a_[usable], n_[usable], c_[usable], m_[usable])
    return like([a, n, c, m], _filled(usable, np.minimum(1.0, p_of(tails))))


def _filled(where: Any, values: Floats) -> Floats:
    result = np.full(np.shape(where), np.nan)
    result[where] = values
    return result
