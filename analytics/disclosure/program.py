"""The least and the most a sum can be: linear programs with bounded variables, by the simplex method.

Small and dense, which is what an audit of one table needs; one starting point serves every question asked of it.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.counting import Floats

Whole = NDArray[np.int64]
NEGLIGIBLE: Final = 1e-9
PATIENCE: Final = 50  # steps without progress before the rule that cannot go round in circles takes over


class Program:
    """Numbers x with low <= x <= high and row_low <= matrix @ x <= row_high; low is finite, the rest may not be.

    Kept as a dictionary: each basic variable as a sum of the others, which stand at one of their bounds.
    """

    def __init__(self, matrix: Floats, low: Floats, high: Floats, row_low: Floats, row_high: Floats) -> None:
        rows, columns = matrix.shape
        self._sums = matrix.astype(float).copy()
        self._basic: Whole = np.arange(columns, columns + rows)
        self._others: Whole = np.arange(columns)
        self._low, self._high = np.concatenate([low, row_low]), np.concatenate([high, row_high])
        self._at = np.concatenate([low.astype(float), np.zeros(rows)])
        self._settle()
        self.feasible = self._make_feasible()

    def range(self, weights: Floats) -> tuple[float, float]:
        """The least and the most of weights @ x; NaN where nothing obeys the bounds, infinite where there is no end."""
        if not self.feasible:
            return float("nan"), float("nan")
        cost = np.concatenate([weights, np.zeros(len(self._basic))])
        return self._least(cost), -self._least(-cost)

    def _least(self, cost: Floats) -> float:
        stuck = 0
        while True:
            slopes = cost[self._others] + cost[self._basic] @ self._sums
            entering = self._entering(slopes, first=stuck > PATIENCE)
            if entering is None:
                return float(cost @ self._at)
            moved = self._move(
                entering, 1 if slopes[entering] < 0 else -1, self._low[self._basic], self._high[self._basic]
            )
            if moved == np.inf:
                return -np.inf
            stuck = 0 if moved > NEGLIGIBLE else stuck + 1

    def _make_feasible(self) -> bool:
        """Steps that lessen by how much basic variables are out of their bounds, until none is."""
        stuck = 0
        while True:
            at, low, high = self._at[self._basic], self._low[self._basic], self._high[self._basic]
            below, above = at < low - NEGLIGIBLE, at > high + NEGLIGIBLE
            if not (below.any() or above.any()):
                return True
            slopes = (above.astype(float) - below) @ self._sums
            entering = self._entering(slopes, first=stuck > PATIENCE)
            if entering is None:
                return False
            # What is out of bounds stops at the bound it comes back to.
            ends = (
                np.where(below, -np.inf, np.where(above, high, low)),
                np.where(above, np.inf, np.where(below, low, high)),
            )
            moved = self._move(entering, 1 if slopes[entering] < 0 else -1, *ends)
            stuck = 0 if moved > NEGLIGIBLE else stuck + 1

    def _entering(self, slopes: Floats, *, first: bool) -> int | None:
        """Which of the others should move: the steepest, or the first by number (Bland), that can."""
        at, low, high = self._at[self._others], self._low[self._others], self._high[self._others]
        useful = ((slopes < -NEGLIGIBLE) & (at < high)) | ((slopes > NEGLIGIBLE) & (at > low))
        candidates = np.flatnonzero(useful)
        if not len(candidates):
            return None
        if first:
            return int(candidates[np.argmin(self._others[candidates])])
        return int(candidates[np.argmax(np.abs(slopes[candidates]))])

    def _move(self, entering: int, way: int, low: Floats, high: Floats) -> float:
        """Moves one variable until it, or a basic one, meets a bound; the basic one then takes its place."""
        variable, rates = self._others[entering], way * self._sums[:, entering]
        at = self._at[self._basic]
        with np.errstate(divide="ignore", invalid="ignore"):
            room = np.where(
                rates > NEGLIGIBLE, (high - at) / rates, np.where(rates < -NEGLIGIBLE, (low - at) / rates, np.inf)
            )
        room = np.maximum(room, 0.0)
        least = float(room.min(initial=np.inf))
        own = float(self._high[variable] - self._low[variable])
        step = min(least, own)
        if step == np.inf:
            return step
        self._at[variable] += way * step
        if least < own:
            ties = np.flatnonzero(room <= least + NEGLIGIBLE)
            leaving = int(ties[np.argmin(self._basic[ties])])
            end = (high if rates[leaving] > 0 else low)[leaving]
            self._exchange(leaving, entering)
            self._at[self._others[entering]] = end
        self._settle()
        return step

    def _exchange(self, leaving: int, entering: int) -> None:
        pivot = self._sums[leaving, entering]
        row = -self._sums[leaving] / pivot
        row[entering] = 1 / pivot
        column = self._sums[:, entering].copy()
        self._sums[:, entering] = 0
        self._sums += np.outer(column, row)
        self._sums[leaving] = row
        self._basic[leaving], self._others[entering] = self._others[entering], self._basic[leaving]

    def _settle(self) -> None:
        values: Any = self._sums @ self._at[self._others]
        self._at[self._basic] = values
