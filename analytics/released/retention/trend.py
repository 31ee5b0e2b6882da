"""Leaving and staying in each of the last five years, for everybody: years that share their ends, protected together.

Who was there at the end of one year was there at the beginning of the next, and whoever left in one is not there in the
next. So all earlier years are looked at at once, with all the figures that the rates have of the newest, and with the
headcount that the newest begins with as the rates show it. What those figures are is told of the newest alone.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl

from analytics.disclosure import Released, release_linked
from analytics.disclosure.protection import Mask
from analytics.released.retention.earlier import Earlier, ends
from analytics.released.retention.guard import Guard
from analytics.released.retention.rated import ranged
from analytics.released.retention.reading import Ints
from analytics.released.retention.tables import COUNTS, FEW_MOVED, ORGANISATION, SUMS, UNSEEN, Counted

TOLD: Final = ("opening", "closing", "leavers", "exits", "stayed")
_BETWEEN: Final = tuple(name for name in COUNTS if name not in ("opening", "closing"))
_REACHED: Final = (("opening", "joined", "came"), ("closing", "leavers", "moved"), ("closing", "exits"))


def withheld(counted: Counted, earlier: Earlier) -> dict[str, Mask]:
    """Of the earlier years, which figures are not shown: year x place."""
    guard, newest = Guard(), counted.hidden["opening"][:, 0]
    heads = guard.add(earlier.heads)
    guard.settle(heads[-1])
    guard.hide(heads[-1][newest])
    at = {"opening": heads[:-1], "closing": heads[1:]}
    employers = np.ones_like(earlier.between[UNSEEN], dtype=bool)
    employers[:, 0] = False
    for name in _BETWEEN:
        at[name] = guard.add(earlier.between[name], employers if name == "exits" else None)
    at[UNSEEN] = guard.add(earlier.between[UNSEEN], shown=False)
    for total, part in FEW_MOVED:
        guard.hide(at[total][earlier.between[part] < counted.rule.floor])
    stacked = [at[name] for name in _BETWEEN if name != "exits"]
    guard.adds_up(*((n[:, 0], n[:, 1:]) for n in (heads, *stacked)), key=ORGANISATION, nearly=True)
    for total, *names in SUMS:
        guard.adds_up((at[total], np.stack([at[name] for name in names], axis=-1)))
    for names in _REACHED:
        guard.adds_up((at[UNSEEN], np.stack([at[name] for name in names], axis=-1)), alone=True)
    mask = guard.withheld(counted.rule)
    return {name: np.where(n >= 0, mask[n], False) for name, n in at.items()}


def released(counted: Counted, earlier: Earlier) -> Released:
    """One row an organisation (the system first) and year, known by its last day: leaver_rate, exit_rate and stability,
    with ranges, as the rates of that year would be. The newest year is as the rates of this release have it; of an
    organisation there is none that would seem a good one because its own record does not go back as far."""
    hidden, newest = withheld(counted, earlier), counted.heads
    figures = {"opening": earlier.heads[:-1], "closing": earlier.heads[1:], **earlier.between}
    n = {name: np.vstack([figures[name], newest[name][:, 0]]) for name in TOLD}
    mask = {name: np.vstack([hidden[name], counted.hidden[name][:, 0]]) for name in TOLD}
    told = earlier.known | hidden["exits"] | hidden["leavers"]
    told = np.vstack([told, np.ones(told.shape[1], dtype=bool)])
    rows = _framed(counted, n, mask).filter(pl.Series(told.T.ravel()))
    return release_linked(
        rows,
        keys=["organisation", "ended_on"],
        counts=TOLD,
        splits=[],
        rule=counted.rule,
        withheld_first={name: rows.get_column(f"{name}_hidden").to_numpy() for name in TOLD},
        derived=_rated,
        told=[],
    )


def _framed(counted: Counted, n: Mapping[str, Ints], mask: Mapping[str, Mask]) -> pl.DataFrame:
    """Each place in turn with its years. The system has no exits: who moves inside it is no loss to it."""
    places, days = counted.counter.places, ends(counted.on[1])[-len(n[TOLD[0]]) :]
    keys = {"organisation": np.repeat(places, len(days)), "ended_on": [*days] * len(places)}
    counts = {name: pl.Series(each.T.ravel(), dtype=pl.Int64) for name, each in n.items()}
    masks = {f"{name}_hidden": each.T.ravel() for name, each in mask.items()}
    rows = pl.DataFrame(keys | counts | masks, schema_overrides={"organisation": pl.String, "ended_on": pl.Date})
    return rows.with_columns(exits=pl.when(pl.col("organisation") != counted.counter.places[0]).then("exits"))


def _rated(shown: pl.DataFrame) -> pl.DataFrame:
    mean = (pl.col("opening") + pl.col("closing")) / 2
    found = shown.with_columns(mean=mean, leaver_rate=pl.col("leavers") / mean, exit_rate=pl.col("exits") / mean)
    found = found.with_columns(stability=pl.col("stayed") / pl.col("opening"))
    found = ranged(found, {("low", "high"): ("leavers", "mean"), ("exit_low", "exit_high"): ("exits", "mean")})
    names = ("leaver_rate", "low", "high", "exit_rate", "exit_low", "exit_high", "stability")
    return found.select(*shown.columns, *names)
