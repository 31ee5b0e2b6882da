"""How long until something happens, when for some it has not happened yet (Kaplan and Meier 1958)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.errors import CountsError
from analytics.intervals import normal_quantile


@dataclass(frozen=True)
class Curve:
    """The share not there yet after each of `days` (those at which it happened to somebody), with its interval."""

    days: NDArray[np.int64]
    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def median(self) -> tuple[int | None, int | None, int | None]:
        """The first day by which half are there, and its range: where the interval passes one half (Brookmeyer and
        Crowley 1982). None where too few are there yet."""
        return self._passes_half(self.share), self._passes_half(self.low), self._passes_half(self.high)

    def _passes_half(self, shares: NDArray[np.float64]) -> int | None:
        passed = np.flatnonzero(shares <= 0.5 + 1e-12)
        return int(self.days[passed[0]]) if len(passed) else None


def kaplan_meier(days: NDArray[np.int64], happened: NDArray[np.bool_], level: float = 0.95) -> Curve:
    """The curve of waits `days` long, of which those with `happened` ended so, and the others were still open when last
    looked at. Greenwood's variance, interval on the log of minus the log. Raises CountsError for a negative wait.

    >>> remission = kaplan_meier(np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]),
    ...                          np.ones(21, dtype=bool))
    >>> remission.median()
    (8, 4, 11)
    """
    if len(days) and int(days.min()) < 0:
        raise CountsError("a wait cannot be less than 0 days")
    at, ended = np.unique(days[happened], return_counts=True)
    waiting = len(days) - np.searchsorted(np.sort(days), at, side="left")
    share = np.cumprod(1 - ended / waiting)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(ended / (waiting * (waiting - ended)))) / np.abs(np.log(share))
        reach = normal_quantile(level) * spread
        low, high = share ** np.exp(reach), share ** np.exp(-reach)
    certain = (share > 0) & (share < 1)
    return Curve(at, share.astype(np.float64), np.where(certain, low, share), np.where(certain, high, 1.0))
