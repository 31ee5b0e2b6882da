"""Facts -> everybody's posts and stays as whole numbers, and the days on which what a hazard may depend on happened.

Kept for as long as the facts are: months behind and months ahead are of the same history.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import polars as pl

from analytics.coded import Coded, Ints, coded
from analytics.errors import CellsError
from analytics.frames import KINDS, STAGES, Facts
from analytics.hazard.happened import Happened
from analytics.hazard.terms import CONTRACT, SINCE
from analytics.retention.causes import cause_of
from analytics.retention.stays import EPOCH, GAP, OPEN, Stays

OF_STAYS: Final = ("service", "in_level")  # other times are a person's, whoever employs them
_FEW: Final = 8  # one of so many is asked for alone
_NO_CONTRACTS: Final = "contract: these facts tell nobody's contract"
_KEPT: Final[WeakKeyDictionary[Facts, dict[int, "History"]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Kept:
    """What is needed of the facts later: no more, or they would never be let go."""

    spells: pl.LazyFrame
    has_events: bool


@dataclass(frozen=True, eq=False)
class History:
    """The substantive posts (`rows` among the spells) of everybody who held one on the day `since` or later, and their
    stays in organisations."""

    facts: Kept
    codes: Coded
    rows: Ints
    stays: Stays
    since: int
    _happened: dict[str, Happened] = field(default_factory=dict[str, Happened])

    @classmethod
    def of(cls, facts: Facts, since: int, gap: int = GAP) -> "History":
        """What is kept of the facts, if that goes back far enough; else read anew."""
        kept = _KEPT.setdefault(facts, {})
        if gap not in kept or kept[gap].since > since:
            kept[gap] = cls._read(facts, since, gap)
        return kept[gap]

    @classmethod
    def _read(cls, facts: Facts, since: int, gap: int) -> "History":
        codes = coded(facts)
        spells, there = codes.spells, np.zeros(len(codes.people), dtype=bool)
        substantive = spells["kind"] == KINDS.index("substantive")
        there[spells["person"][substantive & (spells["ended"] >= since)]] = True
        rows = np.flatnonzero(substantive & there[spells["person"]])
        person = spells["person"][rows].astype(np.int64)
        whose = person * max(1, len(codes.organisations)) + spells["organisation"][rows]
        began, until = (spells[name][rows] for name in ("started", "ended"))
        until = np.minimum(until, OPEN).astype(np.int64)
        stays = Stays.made(pl.DataFrame(), (person, whose), began.astype(np.int64), until, gap)
        return cls(Kept(facts.spells, facts.events is not None), codes, rows, stays, since)

    def posts(self, name: str) -> Ints:
        """A column of the spells, of each post: codes of frames or of `codes`; a contract that is not told comes
        last. Raises CellsError for contracts of which nobody's is told."""
        if name == "contract":
            return self._contracts
        return self.codes.spells[name][self.rows]

    def happened(self, name: str) -> Happened:
        """The days on which the time began that a term counts, in the present month at the earliest of all windows."""
        if name not in self._happened:
            owner, day = getattr(self, f"_{name}")()
            after = self.since - SINCE[name].edges[-1] - 1
            of = len(self.stays.started) if name in OF_STAYS else len(self.codes.people)
            self._happened[name] = Happened.of(owner[day > after], day[day > after], of)
        return self._happened[name]

    @cached_property
    def changed(self) -> Happened:
        """The days on which a stay's post may be another than on the day before."""
        stays = self.stays
        several = np.repeat(stays.lengths > 1, stays.lengths)
        of = np.repeat(np.arange(len(stays.first)), stays.lengths)[several]
        day = np.concatenate([stays.began[several], stays.until[several] + 1])
        after = day > self.since
        return Happened.of(np.append(of, of)[after], day[after], len(stays.first))

    @cached_property
    def causes(self) -> Ints:
        """Why each post ended for whoever is out of the system then, as a place in CAUSES; of those that ended before
        `since` it is not known."""
        first = EPOCH + timedelta(days=self.since)
        ended = self.facts.spells.select("ended", "end_reason").with_row_index("row").filter(pl.col("ended") >= first)
        found = ended.select("row", "end_reason").collect(engine="streaming")
        words = found.select(pl.col("end_reason").unique())
        told = words.with_columns(in_system=pl.lit(value=False)).select("end_reason", cause=cause_of().to_physical())
        each = found.join(told, on="end_reason", how="left", nulls_equal=True, maintain_order="left")
        causes = np.zeros(len(self.codes.spells["kind"]), dtype=np.int8)
        causes[found.get_column("row").to_numpy()] = each.get_column("cause").to_numpy()
        return causes[self.rows]

    def posts_on(self, which: Ints, day: int) -> Ints:
        """The same as `Stays.posts_on`, on one day: most hold the last post that they have begun."""
        stays = self.stays
        if len(which) < len(self.rows) / _FEW:
            return stays.posts_on(which, day)
        begun = np.cumsum(stays.began <= day, dtype=np.int32)  # of this stay and those before, which begin with one
        first = stays.first[which]
        end = first + stays.lengths[which] - 1
        last = first + np.maximum(begun[end] - begun[first], 0)
        rows, over = stays.order[last], np.flatnonzero((stays.until[last] < day) & (last > first))
        rows[over] = stays.posts_on(which[over], day)
        return rows

    @cached_property
    def _contracts(self) -> Ints:
        spells = self.facts.spells
        if "contract" not in spells.collect_schema():
            raise CellsError(_NO_CONTRACTS)
        told = spells.select(pl.col("contract").cast(CONTRACT).to_physical()).collect(engine="streaming").to_series()
        if told.null_count() == len(told):
            raise CellsError(_NO_CONTRACTS)
        return told.fill_null(len(CONTRACT.categories) - 1).to_numpy()[self.rows]

    def _service(self) -> tuple[Ints, Ints]:
        return np.arange(len(self.stays.started)), self.stays.started

    def _in_level(self) -> tuple[Ints, Ints]:
        of, level = self._levels
        begins = np.append(True, (of[1:] != of[:-1]) | (level[1:] != level[:-1]))
        return of[begins], self.stays.began[begins]

    def _since_move(self) -> tuple[Ints, Ints]:
        came = np.flatnonzero(self.stays.in_system_from < self.stays.started)
        return self.stays.person[came], self.stays.started[came]

    def _since_promotion(self) -> tuple[Ints, Ints]:
        """When a level rose within a stay, or from the last one of a stay to the first of the next."""
        of, level = self._levels
        up = np.flatnonzero(np.append(False, (of[1:] == of[:-1]) & (level[1:] > level[:-1]) & (level[:-1] > 0)))
        following = self.stays.following()
        before = np.flatnonzero(following >= 0)
        after = following[before]
        last = level[np.append(self.stays.first[1:], len(level))[before] - 1]
        rose = after[(level[self.stays.first[after]] > last) & (last > 0)]
        day = np.concatenate([self.stays.began[up], self.stays.started[rose]])
        return self.stays.person[np.concatenate([of[up], rose])], day

    def _since_conversation(self) -> tuple[Ints, Ints]:
        """When a conversation of theirs was agreed."""
        events = self.codes.events
        if not self.facts.has_events:
            raise CellsError("since_conversation: these facts have no events")
        held = (events["stage"] == STAGES.index("conversation")) & (events["closed_on"] < OPEN)
        return events["person"][held], events["closed_on"][held]

    @cached_property
    def _levels(self) -> tuple[Ints, Ints]:
        """The stay and level of each post, in order; 0 for a level that is unmapped."""
        of = np.repeat(np.arange(len(self.stays.first)), self.stays.lengths)
        return of, self.posts("level")[self.stays.order]
