"""Moves as a Markov chain: stocks carried forward, years spent in each state, and the chance of ever reaching one.

States come as arrays (in order; what a row of the matrix lacks to 1 leaves, further columns are ways out), or as
frames: stocks and hires of state and n, the matrix of from, to and rate, as `transitions` gives it (to null: gone). The
answer comes in the same form.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from analytics.counting import Floats
from analytics.errors import CellsError
from analytics.flow.transitions import FROM, TO
from analytics.retention import given

GONE = "gone"
MOST_STEPS = 10_000
_CLOSE = 1e-9


class Fundamental(NamedTuple):
    """years: steps to be spent in each state by who is in one now (from, to, years; or an array). ever: the chance of
    being in it now or later, and of each way out (from, to, chance; or an array with the ways out last)."""

    years: Any
    ever: Any


def project(
    stock: pl.DataFrame | ArrayLike, matrix: pl.DataFrame | ArrayLike, hires: Any = None, steps: int = 1
) -> Any:
    """The stock after each of so many steps, the present one first: columns step, state and n, or an array of step x
    state.

    hires: how many join each state at each step, after the moves; nobody, where None. Heads are conserved: each stock
    is the one before it, less who left, and the hires. Raises CellsError for rates that are no shares, states that are
    not the matrix's, negative people, or less than one step.

    >>> sales = [[0.50, 0.10, 0.05, 0], [0.05, 0.60, 0.10, 0], [0.05, 0, 0.80, 0.10], [0, 0, 0, 0.70]]
    >>> project([300, 200, 50, 30], sales)[1].round(1).tolist()
    [162.5, 150.0, 75.0, 26.0]
    """
    if not isinstance(steps, int) or not 1 <= steps <= MOST_STEPS:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise CellsError(f"steps: a whole number from 1 to {MOST_STEPS} is needed, not {steps!r}")
    chain = _Chain.of(matrix)
    now, joining = chain.people("stock", stock), chain.people("hires", hires)
    stocks = [now]
    for _ in range(steps):
        stocks.append(stocks[-1] @ chain.moves + joining)
    found = np.array(stocks)
    if not isinstance(matrix, pl.DataFrame):
        return found
    step = pl.Series("step", np.repeat(np.arange(steps + 1), len(now)))
    return pl.DataFrame(
        [step, chain.states.gather(np.tile(np.arange(len(now)), steps + 1)), pl.Series("n", found.ravel())]
    )


def fundamental(matrix: pl.DataFrame | ArrayLike) -> Fundamental:
    """Expected steps in each state, and the chance of ever being in it, if people go on moving so.

    The inverse of I - Q (Kemeny and Snell 1960), with Q the moves between states that people also leave. Raises
    CellsError for rates that are no shares, or where there are states that nobody ever leaves for good.

    >>> walk = np.array([[0, 0.5, 0, 0.5, 0], [0.5, 0, 0.5, 0, 0], [0, 0.5, 0, 0, 0.5]])  # the last two: home, the bar
    >>> years, ever = fundamental(walk)
    >>> years.round(4).tolist(), ever[:, 3:].round(4).tolist()
    ([[1.5, 1.0, 0.5], [1.0, 2.0, 1.0], [0.5, 1.0, 1.5]], [[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]])
    """
    chain = _Chain.of(matrix)
    here = np.eye(len(chain.moves))
    try:
        years = np.asarray(np.linalg.inv(here - chain.moves), dtype=np.float64)
    except np.linalg.LinAlgError as error:
        raise CellsError("there are states that nobody ever leaves for good: no expected years") from error
    if (years < -_CLOSE).any() or not np.isfinite(years).all() or years.max() > 1 / _CLOSE:
        raise CellsError("there are states that nobody ever leaves for good: no expected years")
    ever = np.hstack([years / np.diag(years), years @ chain.ways_out], dtype=np.float64)
    if not isinstance(matrix, pl.DataFrame):
        return Fundamental(years, ever)
    ends = pl.concat([chain.states.cast(pl.String), pl.Series(chain.out, dtype=pl.String)])
    return Fundamental(_long(chain.states, chain.states, years, "years"), _long(chain.states, ends, ever, "chance"))


@dataclass(frozen=True)
class _Chain:
    """`moves`: from state to state; `ways_out`: from state to each of `out`."""

    states: pl.Series
    moves: Floats
    out: Sequence[str]
    ways_out: Floats

    @classmethod
    def of(cls, matrix: pl.DataFrame | ArrayLike) -> "_Chain":
        """Raises CellsError for a matrix that is none."""
        chain = cls._framed(matrix) if isinstance(matrix, pl.DataFrame) else cls._plain(_numbers("matrix", matrix))
        rates = np.hstack([chain.moves, chain.ways_out])
        if not np.isfinite(rates).all() or (rates < 0).any():
            raise CellsError("rates: a share is missing or negative")
        if (rates.sum(axis=1) > 1 + _CLOSE).any():
            row = int(np.argmax(rates.sum(axis=1)))
            raise CellsError(f"rates from {chain.states[row]!r} add up to {rates[row].sum():g}, more than 1")
        return chain

    @classmethod
    def _plain(cls, rates: Floats) -> "_Chain":
        if rates.ndim != 2 or rates.shape[1] < rates.shape[0] or not rates.size:
            raise CellsError("matrix: one row a state, with a column for each state first")
        count = len(rates)
        out = [GONE] * (rates.shape[1] - count)
        return cls(pl.Series("state", range(count)), rates[:, :count], out, rates[:, count:])

    @classmethod
    def _framed(cls, rates: pl.DataFrame) -> "_Chain":
        given.frame("matrix", rates, (FROM, TO, "rate"))
        given.counts("matrix", rates, ("rate",))
        if rates.is_empty():
            raise CellsError("the matrix has no states")
        states = rates.get_column(FROM).unique(maintain_order=True).alias("state")
        names = [str(state) for state in states]
        ends = rates.get_column(TO).cast(pl.String).fill_null(GONE).to_list()
        out = [end for end in dict.fromkeys(ends) if end not in names]
        place = {name: at for at, name in enumerate([*names, *out])}
        filled = np.zeros((len(names), len(place)))
        began = [place[str(state)] for state in rates.get_column(FROM)]
        np.add.at(filled, (began, [place[end] for end in ends]), rates.get_column("rate").cast(pl.Float64).to_numpy())
        return cls(states, filled[:, : len(names)], out, filled[:, len(names) :])

    def people(self, name: str, asked: Any) -> Floats:
        """So many in each state; a state that is not named has nobody."""
        if asked is None:
            return np.zeros(len(self.states))
        heads = self._listed(name, asked) if isinstance(asked, pl.DataFrame) else _numbers(name, asked)
        if heads.shape != (len(self.states),) or not np.isfinite(heads).all() or (heads < 0).any():
            raise CellsError(f"{name}: so many people of 0 or more in each of {len(self.states)} states are needed")
        return heads

    def _listed(self, name: str, asked: pl.DataFrame) -> Floats:
        listed = given.frame(name, asked, ("state", "n"))
        given.counts(name, listed, ("n",))
        listed = given.wide(listed, ("n",))
        places = {state: at for at, state in enumerate(self.states.to_list())}
        heads = np.zeros(len(places))
        for state, n in listed.select("state", "n").iter_rows():
            if state not in places:
                raise CellsError(f"{name}: {state!r} is no state of the matrix")
            heads[places[state]] += n
        return heads


def _numbers(name: str, asked: Any) -> Floats:
    try:
        return np.asarray(asked, dtype=float)
    except (TypeError, ValueError) as error:
        raise CellsError(f"{name}: rows of numbers are needed") from error


def _long(begins: pl.Series, ends: pl.Series, values: Floats, name: str) -> pl.DataFrame:
    rows, columns = np.indices(values.shape)
    found = [begins.gather(rows.ravel()).alias(FROM), ends.gather(columns.ravel()).alias(TO)]
    return pl.DataFrame([*found, pl.Series(name, values.ravel())])
