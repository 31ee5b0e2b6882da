"""How much units differ beyond chance, and estimates drawn towards the middle by as much as chance explains."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.counting import Floats, Numbers, as_floats, broadcast, like
from analytics.errors import CountsError
from analytics.intervals import normal_quantile

# The variance of a standard normal whose outer tenths are drawn in to its 10th and 90th percentiles: without it the
# spread of units that differ by chance alone would seem less than 1.
WINSORISED_VARIANCE: Final = 0.6786
SMALLEST_TAU2: Final = 0.005  # so that units which happen to agree are still not drawn all the way together


@dataclass(frozen=True)
class RandomEffects:
    """Several estimates pooled: fixed (inverse variance) and random effects (DerSimonian & Laird 1986).

    fixed, mean: with fixed_low.., low.. their intervals. q: Cochran's Q. tau2: variance between units, 0 or more.
    i2: the share of variation that is not chance, 0 to 1. Of one unit q, tau2 and i2 are 0; of none all is NaN.
    """

    fixed: float
    fixed_low: float
    fixed_high: float
    mean: float
    low: float
    high: float
    q: float
    tau2: float
    i2: float


def random_effects(y: Numbers, v: Numbers, level: float = 0.95) -> RandomEffects:
    """Pool estimates y with variances v. Raises CountsError unless all are numbers and each variance is above 0."""
    y_, v_ = _estimates(y, v)
    if not len(y_):
        return RandomEffects(*[float("nan")] * 9)
    z, w = normal_quantile(level), 1 / v_
    fixed, error = float((w * y_).sum() / w.sum()), float(w.sum() ** -0.5)
    q, k = float((w * (y_ - fixed) ** 2).sum()), len(y_)
    tau2 = max(0.0, (q - (k - 1)) / _scale(w)) if k > 1 else 0.0
    shifted = 1 / (v_ + tau2)
    mean, spread = float((shifted * y_).sum() / shifted.sum()), float(shifted.sum() ** -0.5)
    i2 = max(0.0, (q - (k - 1)) / q) if q > 0 else 0.0
    return RandomEffects(
        fixed, fixed - z * error, fixed + z * error, mean, mean - z * spread, mean + z * spread, q, tau2, i2
    )


def over_dispersion(
    y: Numbers, v: Numbers, *, centre: float | None = None, correction: float = WINSORISED_VARIANCE
) -> tuple[float, float]:
    """(phi, tau2): the spread of units in units of chance, and the variance between them, from winsorised z
    (Spiegelhalter 2005). phi is 1 or more, tau2 0 or more; both NaN for fewer than two units.

    centre: what units are compared with; the random-effects mean where None. correction: see WINSORISED_VARIANCE; 1
    gives the published recipe, which makes phi too small. Raises CountsError as `random_effects` does.
    """
    y_, v_ = _estimates(y, v)
    if len(y_) < 2:
        return float("nan"), float("nan")
    middle = random_effects(y_, v_).mean if centre is None else centre
    z = (y_ - middle) / np.sqrt(v_)
    z = np.clip(z, *np.quantile(z, [0.1, 0.9]))
    phi, k = max(1.0, float((z**2).mean()) / correction), len(y_)
    return phi, max(0.0, (k * phi - (k - 1)) / _scale(1 / v_))


def shrink(y: Numbers, v: Numbers, tau2: float | None = None) -> Numbers:
    """Each estimate drawn towards the random-effects mean, by its precision (empirical Bayes, normal-normal).

    tau2: the variance between units; where None DerSimonian & Laird's, at least 0.005. Raises CountsError as
    `random_effects` does, and for a negative tau2.

    >>> shrink(np.array([-1.0, 0.0, 1.0]), np.array([0.25, 0.25, 0.25])).round(3).tolist()
    [-0.75, 0.0, 0.75]
    """
    y_, v_ = _estimates(y, v)
    between = max(random_effects(y_, v_).tau2, SMALLEST_TAU2) if tau2 is None else tau2
    if between < 0:
        raise CountsError(f"tau2: {between:g} is negative")
    w = 1 / (v_ + between)
    mean = (w * y_).sum() / w.sum() if len(y_) else 0.0
    return like([y, v], y_ + (mean - y_) * v_ * w)


def _estimates(y: Numbers, v: Numbers) -> tuple[Floats, Floats]:
    (values, absent), (variances, unknown) = as_floats("y", y), as_floats("v", v)
    if absent.any() or unknown.any() or (variances <= 0).any():
        raise CountsError("every estimate needs a value, and a variance above 0")
    y_, v_ = broadcast(np.atleast_1d(values), np.atleast_1d(variances))
    return y_, v_


def _scale(w: Floats) -> float:
    return float(w.sum() - (w**2).sum() / w.sum())
