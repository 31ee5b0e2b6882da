"""What kind of contract each employment is on, drawn last and for itself: nothing else depends on it.

Lives are drawn before contracts are. So a contract is drawn given how a life went, by Bayes' rule, such that somebody
on a fixed term leaves the system LEAVES times as often as anybody else with the same service in the same organisation:
FIXED of those employed when the history begins, and of those who join later, are on one. The other kinds say nothing of
leaving, and neither does silence.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from analytics.synthetic.careers import OPEN, STAYED, Careers
from analytics.synthetic.dice import Flags, Floats, Ints, slots, stream
from analytics.synthetic.people import gather
from analytics.synthetic.records import end_of_fixed_term
from analytics.synthetic.service import ENDED, Rates
from analytics.synthetic.spells import Spells

FIXED: Final = 0.12
LEAVES: Final = 2.0
UNKNOWN: Final = 0.03
OTHERS: Final = {"permanent": 0.955, "bank": 0.025, "apprentice": 0.015, "locum": 0.005}
_WORDS = (*OTHERS, "fixed_term", None)
_SLOTS = slots(np.array(list(OTHERS.values())), 200)
_HAZARD: Floats = -np.log1p(-ENDED)  # gathered by each day of service


def _expected(jobs: Careers, rates: Rates, first: int, until: int) -> Floats:
    """How often somebody with this service would leave the system, of all contracts, while we look on."""
    held = jobs.employments
    pace = rates.pace[held.organisation]
    low, high = np.maximum(held.started, first), np.minimum(held.ended, until)
    served = [np.clip((day - held.started) * pace, 0, len(_HAZARD) - 1).astype(np.int64) for day in (low, high)]
    share = (rates.leaving / rates.exits)[held.organisation]
    return share * (_HAZARD[served[1]] - _HAZARD[served[0]])


def _is_fixed(expected: Floats, left: Flags) -> Floats:
    """The chance that somebody was on a fixed term: FIXED at first, thinned LEAVES times as fast as the others."""
    others = np.linspace(0.0, expected.max() + 1.0, 4096)  # the rate of those who are not, whose mixture is `expected`
    both = -np.log((1 - FIXED) * np.exp(-others) + FIXED * np.exp(-LEAVES * others))
    rate = np.interp(expected, both, others)
    odds = FIXED / (1 - FIXED) * np.exp(-(LEAVES - 1) * rate) * np.where(left, LEAVES, 1.0)
    return odds / (1 + odds)


def _told(spells: Spells, reasons: pl.Series, size: int) -> Flags:
    """The employments whose recorded end is that of a fixed-term contract."""
    told = np.zeros(size, dtype=bool)
    told[spells.employment[(reasons == "end_of_fixed_term").fill_null(value=False).to_numpy()]] = True
    return told


def contracts(
    seed: int, spells: Spells, reasons: pl.Series, careers: Careers, rates: Rates, first: int, until: int
) -> pl.Series:
    """One code for each spell, the same throughout an employment; null where it is not recorded."""
    rng, jobs = stream(seed, "contracts"), careers.employments
    size = len(jobs.person)
    left: Flags = (jobs.to == STAYED) & (jobs.ended != OPEN)
    told = _told(spells, reasons, size)
    # Who left with that reason was on a fixed term for certain; so others are it less often.
    certain = np.where(left, end_of_fixed_term(jobs.ended, careers.born[jobs.person - 1]), 0.0)
    likely = (_is_fixed(_expected(careers, rates, first, until), left) - certain) / (1 - certain)
    fixed = told | (rng.random(size) < likely)
    kind: Ints = np.where(fixed, len(OTHERS), _SLOTS[rng.integers(0, len(_SLOTS), size)])
    kind = np.where(rng.random(size) < UNKNOWN, len(OTHERS) + 1, kind)
    return gather(_WORDS, kind[spells.employment])
