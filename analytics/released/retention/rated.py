"""Protected counts of a year -> the tables of rates and of reasons, safe to show."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.counting import Floats
from analytics.disclosure import Released, release_linked
from analytics.disclosure.protection import Mask
from analytics.intervals import normal_quantile, wilson_bounds
from analytics.released.retention import reasons
from analytics.released.retention.counted import framed
from analytics.released.retention.equivalents import CLOSING, FTE, equivalents, withheld
from analytics.released.retention.reading import SYSTEM, UNKNOWN
from analytics.released.retention.tables import LEAVING, SHOWN, Counted
from analytics.retention.causes import SAID_MOVED

UNMATCHED: Final = "unmatched_people"
HALF_YEAR: Final = 0.5
CONFIDENCE: Final = 0.95
_RANGES: Final = {
    ("low", "high"): ("leavers", "mean"),
    ("exit_low", "exit_high"): ("exits", "mean"),
    ("stability_low", "stability_high"): ("stayed", "opening"),
    ("kept_low", "kept_high"): ("in_system", "opening"),
}


def rates(counted: Counted) -> Released:
    """One row an organisation and slice: the counts SHOWN, and what follows from them as they are shown."""
    counter, lost = counted.counter, _unmatched(counted)
    figures = {name: counted.heads[name] for name in SHOWN} | {UNMATCHED: lost[0], FTE: equivalents(counted)}
    there = {name: counted.there[name] for name in SHOWN} | {UNMATCHED: lost[1], FTE: counted.there[CLOSING]}
    hidden = {name: counted.hidden[name] for name in SHOWN} | {UNMATCHED: lost[2], FTE: withheld(counted)}
    rows = framed(counter, figures | {"median_years": counted.medians})
    cells, masks = framed(counter, there), framed(counter, hidden)
    counts = (*SHOWN, UNMATCHED, FTE)
    known = rows.with_columns(pl.when(cells.get_column(name)).then(pl.col(name)).alias(name) for name in counts)
    return release_linked(
        known,
        keys=["organisation", "slice"],
        counts=counts,
        splits=[],
        rule=counted.rule,
        middles={"median_years": ((CLOSING,), HALF_YEAR)},
        withheld_first={name: masks.get_column(name).to_numpy() for name in counts},
        derived=_rated,
    )


def _unmatched(counted: Counted) -> tuple[NDArray[np.int64], Mask, Mask]:
    """Leavers whose record says that they moved within the system: how many, where there is such a count (for
    everybody), and whether it is withheld."""
    shape = counted.heads["left"].shape
    n, there, hidden = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    codes = reasons.codes_of(counted.counter, reasons.END_REASON)
    if SAID_MOVED in codes:
        at = codes.index(SAID_MOVED)
        n[:, 0], there[:, 0] = counted.codes[reasons.END_REASON][:, at], True
        hidden[:, 0] = counted.hidden[reasons.END_REASON][:, at]
    return n, there, hidden


def _rated(shown: pl.DataFrame) -> pl.DataFrame:
    """Rates of the counts as shown; null where one that they need is not."""
    mean = (pl.col("opening") + pl.col("closing")) / 2
    whole = pl.col("organisation") == SYSTEM
    exits = pl.when(whole).then(pl.col("leavers") + pl.col("moved")).otherwise(pl.col("exits"))
    found = shown.with_columns(
        mean=mean,
        leaver_rate=pl.col("leavers") / mean,
        exit_rate=pl.col("exits") / mean,
        stability=pl.col("stayed") / pl.col("opening"),
        kept=pl.col("in_system") / pl.col("opening"),
        retained_share=pl.col("moved") / exits,
        unmatched=pl.col(UNMATCHED) / pl.col("left"),
    )
    return ranged(found, _RANGES).drop("mean")


def ranged(found: pl.DataFrame, ranges: Mapping[tuple[str, str], tuple[str, str]]) -> pl.DataFrame:
    """Adds Wilson's intervals: (low, high) -> (events, people)."""
    for names, (a, n) in ranges.items():
        bounds = _wilson(found, a, n)
        found = found.with_columns(
            pl.Series(name, end, nan_to_null=True) for name, end in zip(names, bounds, strict=True)
        )
    return found


def _wilson(found: pl.DataFrame, a: str, n: str) -> tuple[Floats, Floats]:
    """Wilson's interval, where there are no more of the one than of the other."""
    events, people = (found.get_column(name).cast(pl.Float64).to_numpy() for name in (a, n))
    usable = (events <= people) & (people > 0)
    low, high = wilson_bounds(np.where(usable, events, 0), np.where(usable, people, 1), normal_quantile(CONFIDENCE))
    return np.where(usable, low, np.nan), np.where(usable, high, np.nan)


def why(counted: Counted) -> Released:
    """One row an organisation, of (reason or destination) and code: n people who left the system in the year, share of
    those who gave one, and unknown_share of all of them."""
    parts: list[pl.DataFrame] = []
    places = counted.counter.places
    for of in reasons.OF:
        known, n, gone = reasons.codes_of(counted.counter, of), counted.codes[of], counted.heads["leavers"][:, 0]
        hidden, all_hidden = counted.hidden[of], counted.hidden["leavers"][:, 0]
        width = len(known)
        columns = {"organisation": np.repeat(places, width), "of": of, "code": [*known] * len(places)}
        counts = {"n": n.ravel(), "unknown": np.repeat(n[:, -1], width), "everybody": np.repeat(gone, width)}
        masks = {
            "n": hidden.ravel(),
            "unknown": np.repeat(hidden[:, -1], width),
            "everybody": np.repeat(all_hidden, width),
        }
        parts.append(pl.DataFrame(columns | counts | {f"{name}_hidden": mask for name, mask in masks.items()}))
    rows = pl.concat(parts)
    counts = ("n", "unknown", "everybody")
    return release_linked(
        rows,
        keys=["organisation", "of", "code"],
        counts=counts,
        splits=[],
        rule=counted.rule,
        withheld_first={name: rows.get_column(f"{name}_hidden").to_numpy() for name in counts},
        derived=_shared,
    )


def _shared(shown: pl.DataFrame) -> pl.DataFrame:
    """Shares of the counts as shown: of those with a known reason, and of everybody for the unknown."""
    known = pl.col("everybody") - pl.col("unknown")
    share = pl.when((pl.col("code") != UNKNOWN) & (known > 0)).then((pl.col("n") / known).clip(upper_bound=1))
    return shown.with_columns(share=share, unknown_share=(pl.col("unknown") / pl.col("everybody")).clip(upper_bound=1))


_ = LEAVING
