"""Which counts of a release are withheld: every count that another could be worked out from is looked at together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.disclosure import Rule
from analytics.disclosure.protection import Lines, Mask, withheld
from analytics.released.retention.reading import Ints

NO_CELL: Final = -1
NEARLY: Final = 0.005  # people in two organisations at once are few: a reader can subtract as if there were none
FEW: Final = 5


@dataclass
class Guard:
    """Counts in blocks, and what adds up to what among them."""

    counts: list[Ints] = field(default_factory=list)
    never: list[Ints] = field(default_factory=list)
    first: list[Ints] = field(default_factory=list)
    settled: list[Ints] = field(default_factory=list)
    sums: list[tuple[list[tuple[Ints, Ints]], str, bool, bool]] = field(default_factory=list)
    size: int = 0

    def add(self, counts: NDArray[Any], there: Mask | None = None, *, shown: bool = True) -> Ints:
        """The places of a block of counts; NO_CELL where there is none. shown: false for counts that are never shown,
        and need no protection: they only say what adds up."""
        some = np.ones(counts.shape, dtype=bool) if there is None else there
        places = np.full(counts.shape, NO_CELL, dtype=np.int64)
        places[some] = self.size + np.arange(int(some.sum()))
        self.counts.append(counts[some].astype(np.int64))
        self.size += int(some.sum())
        if not shown:
            self.never.append(places[some])
        return places

    def hide(self, places: Ints) -> None:
        """Withhold these whatever they are."""
        self.first.append(places[places != NO_CELL])

    def settle(self, places: Ints) -> None:
        """These were decided elsewhere: shown, but for those that are to be withheld."""
        self.settled.append(places[places != NO_CELL])

    def adds_up(self, *sums: tuple[Ints, Ints], key: str = "", nearly: bool = False, alone: bool = False) -> None:
        """Totals, and parts with one more dimension, the last, that they are the sums of. Sums told together have no
        cell in common. key: along which, if it has a name. nearly: also where they differ by few. alone: one withheld
        count needs no other beside it."""
        self.sums.append(([*sums], key, nearly, alone))

    def withheld(self, rule: Rule) -> Mask:
        """Which counts are not shown."""
        n = np.concatenate(self.counts)
        hidden, guarded = np.zeros(self.size, dtype=bool), np.ones(self.size, dtype=bool)
        for places in self.first:
            hidden[places] = True
        for places in self.never:
            hidden[places], guarded[places] = True, False
        fixed = np.zeros(self.size, dtype=bool)
        fixed[np.concatenate([*self.settled, np.zeros(0, dtype=np.int64)])] = True
        every = [self._lines(n, *told) for told in self.sums]
        return withheld(n, hidden, every, rule.rounding, guarded, fixed)

    def _lines(
        self,
        n: Ints,
        sums: Sequence[tuple[Ints, Ints]],
        key: str,
        nearly: bool,
        alone: bool,
    ) -> Lines:
        line = np.full(self.size, NO_CELL, dtype=np.int64)
        is_total, exact, count = np.zeros(self.size, dtype=bool), [np.zeros(0, dtype=bool)], 0
        for totals, parts in sums:
            told = (totals != NO_CELL) & (parts != NO_CELL).any(axis=-1)
            total, part = totals[told], parts[told]
            at = count + np.arange(len(total))
            line[total], is_total[total] = at, True
            some = part != NO_CELL
            line[part[some]] = np.broadcast_to(at[:, None], part.shape)[some]
            added = np.where(some, n[part], 0).sum(axis=-1)
            limit = np.maximum(NEARLY * n[total], FEW) if nearly else 0
            exact.append(np.abs(added - n[total]) <= limit)
            count += len(total)
        apart = np.flatnonzero(line == NO_CELL)
        line[apart] = count + np.arange(len(apart))
        useful = np.concatenate([*exact, np.zeros(len(apart), dtype=bool)])
        return Lines(line, is_total, useful, paired=not alone, key=key)
