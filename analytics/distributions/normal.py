"""The score that goes with a p, for many at once: Wichura's rational approximations (1988, algorithm AS 241)."""

from typing import Final

import numpy as np

from analytics.counting import Floats

_LEAST: Final = 1e-300
_NEAR_MIDDLE: Final = (
    (
        *(3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125),
        *(45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727),
    ),
    (
        *(1.0, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077),
        *(21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610),
    ),
)
_FAR: Final = (
    (
        *(1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504),
        *(1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4),
    ),
    (
        *(1.0, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1),
        *(1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9),
    ),
)
_FURTHEST: Final = (
    (
        *(6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1),
        *(2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7),
    ),
    (
        *(1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2),
        *(7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15),
    ),
)


def normal_score(p: Floats) -> Floats:
    """The z of a two-sided p: P(|Z| >= z) = p, to 15 figures. Infinite for p = 0; NaN stays NaN."""
    half = np.maximum(p, _LEAST) / 2
    root = np.sqrt(-np.log(half))
    central = 0.5 - half
    near = central * _rational(_NEAR_MIDDLE, 0.180625 - central * central)
    far = np.where(root <= 5, _rational(_FAR, root - 1.6), _rational(_FURTHEST, root - 5))
    return np.where(p == 0, np.inf, np.where(central <= 0.425, near, far))


def _rational(coefficients: tuple[tuple[float, ...], tuple[float, ...]], x: Floats) -> Floats:
    above, below = (np.polynomial.polynomial.polyval(x, each) for each in coefficients)
    return above / below
