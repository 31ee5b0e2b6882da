"""Where people are after one to five years in their organisation: counts of the last years, and the curves of them."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.counting import Floats
from analytics.disclosure import Released, Rule, release_linked
from analytics.disclosure.protection import Mask
from analytics.released.retention.counted import ALL, Counter
from analytics.released.retention.guard import Guard
from analytics.released.retention.reading import CAUSE, Ints
from analytics.released.steps import FEWEST, NEAREST, in_steps, step_of
from analytics.retention.causes import CAUSES, MOVED
from analytics.retention.curves import stack

HORIZONS: Final = (12, 24, 36, 60)  # months
PARTS_A_MONTH: Final = 4
PART: Final = 365.25 / 12 / PARTS_A_MONTH  # days
LONGEST: Final = HORIZONS[-1] * PARTS_A_MONTH
ENTERED, CENSORED = "entered", "censored"
FIGURES: Final = (ENTERED, CENSORED, *CAUSES)
STAYED, REST = "stayed", "rest"
_KEYS: Final = ["organisation", "slice", "months"]


def slices_of(counter: Counter) -> tuple[str, ...]:
    """Everybody, and each staff group."""
    return (ALL, *counter.slices.parts("staff_group"))


def watched(counter: Counter) -> Ints:
    """Organisation (the system first) x slice x time x figure: who came under observation and who stopped, and why, by
    quarters of a month since they began in their organisation, of those there from the reading's first day to the
    year's last.

    Who was there before that day is watched only since then. Time is cut off at the longest horizon.
    """
    year = counter.year
    stays, first, last = year.stays, year.since, year.last
    young = stays.started > first - LONGEST * PART
    seen = np.flatnonzero(young & (stays.started <= last) & (stays.ended >= first))
    came = np.maximum(stays.started[seen], first)
    posts = stays.posts_on(seen, came)
    entered = ((came - stays.started[seen]) // PART).astype(np.int64)
    left = np.ceil((np.minimum(stays.ended[seen], last) + 1 - stays.started[seen]) / PART).astype(np.int64)
    why = _why(counter, seen, last)
    why = np.where(left > LONGEST, 0, why)
    left = np.minimum(left, LONGEST)
    places, groups = len(counter.places) - 1, len(counter.slices.words["staff_group"])
    unit = year.posts.organisation[posts] * groups + year.posts.staff_group[posts]
    times, size = LONGEST + 1, places * groups * (LONGEST + 1)
    inside = entered < LONGEST
    found = np.zeros((places * groups, times, len(FIGURES)), dtype=np.int64)
    found[..., 0] = np.bincount(unit[inside] * times + entered[inside], minlength=size).reshape(-1, times)
    code = (unit * times + left) * (1 + len(CAUSES)) + why
    exits = np.bincount(code[inside], minlength=size * (1 + len(CAUSES)))
    found[..., 1:] = exits.reshape(places * groups, times, 1 + len(CAUSES))
    return _with_totals(found.reshape(places, groups, times, len(FIGURES)))


def curves(counter: Counter, counts: Ints) -> pl.DataFrame:
    """organisation, slice, months, state ("stayed" or a cause), share, low, high: null where nobody was watched as
    long."""
    some = counts.any(axis=3)
    place, one, time = np.nonzero(some)
    keys = {"place": place, "slice_": one, "time": time}
    table = pl.DataFrame(keys | {name: counts[place, one, time, at] for at, name in enumerate(FIGURES)})
    found = stack(table, at=[months * PARTS_A_MONTH for months in HORIZONS])
    names = {"organisation": pl.Series(counter.places), "slice": pl.Series(slices_of(counter))}
    return found.select(
        names["organisation"].gather(found["place"]).alias("organisation"),
        names["slice"].gather(found["slice_"]).alias("slice"),
        (pl.col("time") // PARTS_A_MONTH).cast(pl.Int64).alias("months"),
        "state", "share", "low", "high", "at_risk",
    )  # fmt: skip


def at_risk(counts: Ints) -> Floats:
    """How many were there just before each time: organisation x slice x time."""
    entered, gone = counts[..., 0], counts[..., 1:].sum(axis=-1)
    present = np.cumsum(entered, axis=2) - entered - (np.cumsum(gone, axis=2) - gone)
    present[..., 0] += entered[..., 0]
    return present.astype(np.float64)


def _why(counter: Counter, seen: Ints, last: int) -> Ints:
    """0 for who is there still, then the causes."""
    stays = counter.year.stays
    over = np.flatnonzero(stays.ended[seen] < last)
    rows = counter.year.rows(seen[over], stays.ended[seen[over]])
    causes = np.where(stays.stayed_in_system[rows.stays], CAUSE[MOVED], counter.year.cause_of(rows))
    why = np.zeros(len(seen), dtype=np.int64)
    why[over] = 1 + causes
    return why


def _with_totals(found: Ints) -> Ints:
    places, groups, times, figures = found.shape
    whole = np.zeros((places + 1, groups + 1, times, figures), dtype=np.int64)
    whole[1:, 1:] = found
    whole[1:, 0] = found.sum(axis=1)
    whole[0] = whole[1:].sum(axis=0)
    return whole


def released(counter: Counter, rule: Rule) -> Released:
    """One row an organisation, slice and number of months: stayed, moved, left, retired and other, which add up to 1 as
    shown, and the range of left. Where few have retired, or gone for another reason, both are in other."""
    counts = watched(counter)
    ends = [months * PARTS_A_MONTH for months in HORIZONS]
    gone = np.cumsum(counts[..., 2:], axis=2)[:, :, ends, :]
    least = np.minimum.accumulate(at_risk(counts), axis=2)[:, :, ends]
    hidden = _hidden({cause: gone[..., at] for at, cause in enumerate(CAUSES)}, rule)
    apart = ~hidden["retired"] & ~hidden["other"]
    shown = ~hidden["left"] & ~hidden["moved"] & ~hidden[REST] & (least >= FEWEST)
    rows = _framed(counter, {"people": least.astype(np.int64), "apart": apart, "shown": shown, "step": step_of(least)})
    wide = curves(counter, counts).pivot("state", index=_KEYS, values=["share", "low", "high"])
    shares = _rounded(rows.join(wide, on=_KEYS, how="left", maintain_order="left"))
    return release_linked(
        shares,
        keys=_KEYS,
        counts=["people"],
        splits=[],
        rule=rule,
        withheld_first={"people": ~shares.get_column("shown").to_numpy()},
        middles=dict.fromkeys(
            (STAYED, *CAUSES[1:2], *CAUSES[:1], *CAUSES[2:], "left_low", "left_high"), (("people",), NEAREST)
        ),
        told=[],
    )


def _hidden(gone: Mapping[str, Ints], rule: Rule) -> dict[str, Mask]:
    """Which counts of those gone by each time are too few to tell a share of, or give such a one away."""
    guard = Guard()
    cells = {**gone, REST: gone["retired"] + gone["other"]}
    at = {name: guard.add(n) for name, n in cells.items()}
    every = np.stack([*at.values()])
    guard.adds_up((every[:, 0], np.moveaxis(every[:, 1:], 1, -1)), key="organisation")
    guard.adds_up((every[:, :, 0], np.moveaxis(every[:, :, 1:], 2, -1)))
    guard.adds_up((at[REST], np.stack([at["retired"], at["other"]], axis=-1)))
    mask = guard.withheld(rule)
    return {name: mask[places] for name, places in at.items()}


def _framed(counter: Counter, columns: Mapping[str, NDArray[Any]]) -> pl.DataFrame:
    names = slices_of(counter)
    each = len(names) * len(HORIZONS)
    keys = {
        "organisation": np.repeat(counter.places, each),
        "slice": np.tile(np.repeat(names, len(HORIZONS)), len(counter.places)),
        "months": np.tile(HORIZONS, len(counter.places) * len(names)).astype(np.int64),
    }
    return pl.DataFrame(keys | {name: column.ravel() for name, column in columns.items()})


def _rounded(rows: pl.DataFrame) -> pl.DataFrame:
    """Shares in steps; who retired is among the others where the two may not be told apart."""
    apart = rows.get_column("apart").to_numpy()
    columns = {state: rows.get_column(f"share_{state}").to_numpy() for state in (STAYED, *CAUSES)}
    columns["other"] = np.where(apart, columns["other"], columns["other"] + columns["retired"])
    columns["retired"] = np.where(apart, columns["retired"], 0.0)
    ends = {name: rows.get_column(of).to_numpy() for name, of in (("left_low", "low_left"), ("left_high", "high_left"))}
    named = in_steps(rows.get_column("step").to_numpy(), columns, ends)
    found = rows.with_columns(named.values())
    return found.with_columns(retired=pl.when("apart").then("retired"))
