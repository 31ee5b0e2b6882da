"""Who moved between organisations and between levels in a year, and how many there would be at the upper levels."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from analytics.disclosure import Released, Rule, release_linked
from analytics.disclosure.protection import Mask
from analytics.errors import TooLittleError
from analytics.flow.supply import supply
from analytics.frames import LEVELS
from analytics.released.retention.counted import Counter
from analytics.released.retention.reading import ROOM, UNMAPPED, Ints

ORGANISATION, LEVEL = KINDS = ("organisation", "level")
UPPER: Final = 6  # the lowest level that a supply is told of
LIMITED: Final = 7  # posts limit who rises to this level and above
HORIZONS: Final = (1, 3, 8)
LEVEL_NAMES: Final = (*(str(level) for level in LEVELS), UNMAPPED)


def moved(counter: Counter) -> Ints:
    """Origin x destination: everybody who went from one to another in the year. The last
    destination is not known: who was in the system elsewhere before."""
    year = counter.year
    stays, rows = year.stays, year.moved
    later = stays.following()[rows.stays]
    known = (later >= 0) & (stays.ended[later] > stays.ended[rows.stays])
    words = counter.places[1:]
    to = np.full(len(later), len(words), dtype=np.int64)
    to[known] = year.posts.organisation[stays.first_posts(later[known])]
    code = year.posts.organisation[rows.posts].astype(np.int64) * (len(words) + 1) + to
    return np.bincount(code, minlength=len(words) * (len(words) + 1)).reshape(len(words), -1)


def levels(counter: Counter) -> Ints:
    """From x to, of LEVEL_NAMES: where people of the system stood on the day before the year and on its
    last day; in the last row and column, those who were not there."""
    year, ends = counter.year, []
    for rows in (year.opening, year.closing):
        once = rows.only(rows.once)
        ends.append((year.stays.person[once.stays], (year.posts.level[once.posts].astype(np.int64) - 1) % ROOM))
    people = 1 + max((int(ids.max(initial=0)) for ids, _ in ends), default=0)
    at = np.full((2, people), len(LEVEL_NAMES), dtype=np.int64)
    for end, (ids, codes) in enumerate(ends):
        at[end, ids] = codes
    width = len(LEVEL_NAMES) + 1
    return np.bincount(at[0] * width + at[1], minlength=width**2).reshape(width, width)


def supplied(counts: Ints) -> pl.DataFrame:
    """level, years, scenario, people, low, high at the upper levels, if people go on moving as in this year. Empty
    where too few were seen."""
    mapped = len(LEVELS)
    states = LEVEL_NAMES[:mapped]
    moves = [
        (states[a], states[b] if b < mapped else None, int(counts[a, b]))
        for a in range(mapped)
        for b in range(mapped + 2)
    ]
    stock = pl.DataFrame({"state": states, "n": counts[:, :mapped].sum(axis=0)})
    hires = pl.DataFrame({"state": states, "n": counts[mapped:, :mapped].sum(axis=0)})
    posts = {state: float(n) for state, n in stock.iter_rows() if int(state) >= LIMITED}
    flows = pl.DataFrame(moves, schema={"from": pl.String, "to": pl.String, "n": pl.Int64}, orient="row")
    try:
        found = supply(stock, flows, hires, states=states, posts=posts, horizons=HORIZONS)
    except TooLittleError:
        return pl.DataFrame(schema=_SUPPLY)
    told = found.select(level="state", years="year", scenario="scenario", people="n", low="low", high="high")
    now = stock.select(level="state", years=pl.lit(0), people="n", low="n", high="n")
    every = now.join(told.select("scenario").unique(maintain_order=True), how="cross").select(told.columns)
    both = pl.concat([every, told], how="vertical_relaxed").filter(pl.col("level").cast(pl.Int64) >= UPPER)
    return both.cast(_SUPPLY).sort("level", "scenario", "years", maintain_order=True)  # pyright: ignore


_SUPPLY: Final = {
    "level": pl.String, "years": pl.Int64, "scenario": pl.String,
    "people": pl.Float64, "low": pl.Float64, "high": pl.Float64,
}  # fmt: skip


def flows(counter: Counter, moves: tuple[Ints, Mask], between: tuple[Ints, Mask], rule: Rule) -> Released:
    """kind, origin, destination, people and net (less those who went the other way): only moves between two places that
    can be told of; nothing is said of others, nought or not. moves: `moved`, and which are withheld. between: `levels`,
    and the same."""
    of = {
        ORGANISATION: (counter.places[1:], moves[0][:, :-1], moves[1][:, :-1]),
        LEVEL: (LEVEL_NAMES, between[0][:-1, :-1], between[1]),
    }
    rows = pl.concat(_pairs(kind, *one, rule) for kind, one in of.items())
    return release_linked(
        rows,
        keys=["kind", "origin", "destination"],
        counts=["people", "back"],
        splits=[],
        rule=rule,
        withheld_first={"back": rows.get_column("back_hidden").to_numpy()},
        derived=lambda shown: shown.with_columns(net=pl.col("people") - pl.col("back")),
    )


def _pairs(kind: str, names: Sequence[str], n: Ints, hidden: Mask, rule: Rule) -> pl.DataFrame:
    origin, destination = np.nonzero(~hidden & (n >= rule.floor) & ~np.eye(len(n), dtype=bool))
    places = pl.Series(names, dtype=pl.String)
    return pl.DataFrame({
        "kind": [kind] * len(origin),
        "origin": places.gather(origin), "destination": places.gather(destination),
        "people": n[origin, destination], "back": n[destination, origin],
        "back_hidden": hidden[destination, origin],
    }, schema_overrides={"kind": pl.String})  # fmt: skip


def prospects(counts: Ints, hidden: Mask, rule: Rule) -> Released:
    """level, years, scenario, people, low and high: how many there would be at the upper levels, all to the nearest
    of the rule's base. hidden: which levels are withheld now (LEVEL_NAMES in order)."""
    found = supplied(counts)
    rows = found.with_columns(pl.col("people").round().cast(pl.Int64))
    withheld = rows.select(pl.col("level").is_in([n for n, gone in zip(LEVEL_NAMES, hidden, strict=True) if gone]))
    return release_linked(
        rows,
        keys=["level", "years", "scenario"],
        counts=["people"],
        splits=[],
        rule=rule,
        withheld_first={"people": withheld.to_series().to_numpy()},
        middles=dict.fromkeys(("low", "high"), (("people",), rule.base)),
    )
