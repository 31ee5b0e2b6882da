"""What a reader with a solver holds: unknown counts, what adds up to what, and what each shown figure says of them.

Figures of any kind are ranges of sums of counts: a rounded count, a share with its step, a median, full-time
equivalents. What is withheld is then bounded by linear programs over all of it together.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from analytics.disclosure import DEFAULT, Rule

Name = Hashable
Sum = Mapping[Name, float]


@dataclass
class Held:
    """Counts by name, all of them 0 or more until something is told."""

    rule: Rule = DEFAULT
    index: dict[Name, int] = field(default_factory=dict)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    rows: list[dict[int, float]] = field(default_factory=list)
    row_low: list[float] = field(default_factory=list)
    row_high: list[float] = field(default_factory=list)
    hidden: list[Name] = field(default_factory=list)
    edition: str = ""

    def named(self, name: Name) -> Name:
        """The name of a count in the release that is being read, where there are several."""
        return (self.edition, name) if self.edition else name

    def at(self, name: Name) -> int:
        """The place of a count, made where it is new."""
        name = self.named(name)
        if name not in self.index:
            self.index[name] = len(self.low)
            self.low.append(0.0)
            self.high.append(np.inf)
        return self.index[name]

    def within(self, name: Name, low: float, high: float) -> None:
        at = self.at(name)
        self.low[at], self.high[at] = max(self.low[at], low), min(self.high[at], high)

    def shown(self, name: Name, n: float | None) -> None:
        """A count as it is shown, or that it is withheld."""
        if n is None:
            self.at(name)
            self.hidden.append(self.named(name))
        else:
            self.within(name, *self.ends(n))

    def ends(self, n: float) -> tuple[float, float]:
        """The least and the most that a shown count can be."""
        return max(n - self.rule.base // 2, self.rule.floor), n + (self.rule.base + 1) // 2 - 1

    def tell(self, weights: Sum, low: float, high: float) -> None:
        """A sum of counts lies in a range."""
        self.rows.append({self.at(name): weight for name, weight in weights.items() if weight})
        self.row_low.append(low)
        self.row_high.append(high)

    def adds_up(self, total: Name, *parts: Name) -> None:
        self.tell({total: -1.0, **dict.fromkeys(parts, 1.0)}, 0, 0)

    def knows(self, name: Name, n: float) -> None:
        """An organisation knows its own."""
        self.within(name, n, n)

    def untrue(self, truth: Callable[[Name], float]) -> list[object]:
        """What has been told that is not so: otherwise an attack proves nothing."""
        n = np.array([truth(name) for name in self.index])
        cells = [name for name, at in self.index.items() if not self.low[at] - 1e-6 <= n[at] <= self.high[at] + 1e-6]
        sums, names = self._matrix @ n, list(self.index)
        wrong = (sums < np.array(self.row_low) - 1e-6) | (sums > np.array(self.row_high) + 1e-6)
        return [*cells, *({names[at]: w for at, w in self.rows[row].items()} for row in np.flatnonzero(wrong))]

    def bounds(self, *names: Name, whole: bool = False) -> tuple[float, float]:
        """The least and the most of the sum of these; nothing may be told afterwards. whole: in whole people, as far as
        a second of search goes."""
        target = np.zeros(len(self.low))
        target[[self.index[name] for name in names]] = 1
        return self._least(target, whole=whole), -self._least(-target, whole=whole)

    @cached_property
    def _matrix(self) -> csr_array:
        at = np.repeat(np.arange(len(self.rows)), [len(row) for row in self.rows])
        columns = np.concatenate([[*row] for row in self.rows]).astype(np.int64)
        weights = np.concatenate([[*row.values()] for row in self.rows])
        return csr_array((weights, (at, columns)), shape=(len(self.rows), len(self.low)))

    @cached_property
    def _told(self) -> LinearConstraint:
        return LinearConstraint(self._matrix, np.array(self.row_low), np.array(self.row_high))  # pyright: ignore

    def _least(self, target: np.ndarray, *, whole: bool) -> float:
        kind, ends = np.full(len(target), int(whole)), Bounds(self.low, self.high)  # pyright: ignore
        options = {"time_limit": 1.0} if whole else {}
        found = milp(target, constraints=self._told, integrality=kind, bounds=ends, options=options)
        assert found.status != 2, found.message
        if found.fun is None:
            return -np.inf
        return float(min(found.fun, found.mip_dual_bound)) if whole else float(found.fun)
