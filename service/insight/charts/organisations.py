"""One comparison in every organisation: a dot with its range for each, downwards in alphabetical order and never by
value, on a scale of ratios; the band in which a gap is not material lies behind, the system's ratio is a broken line.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.insight.charts.ranges import Ranged, Scale, draw_ranges
from service.insight.charts.rows import SIZES, short, sized
from service.insight.words.flags import range_of, ratio_of, ratio_words

Row = Mapping[str, Any]
BAND: Final = (0.8, 1.25)
EDGES: Final = (0.25, 4.0)
_TICKS: Final = (0.25, 0.5, 1, 2, 4)


def draw_organisations(name: str, rows: Sequence[Row], system: Row | None) -> dict[str, str]:
    """The two pictures of one comparison as SVG, by `name`. `rows` are of the organisations in the order in which they
    stand, those withheld among them; `system` is the row of the whole system, where it is told."""
    shown = [_ranged(row) if _shown([row]) else None for row in rows]
    whole = ratio_of(system) if system else None
    beside = None if whole is None else _place(whole)
    ticks = [(_place(ratio), f"{ratio:g}") for ratio in _TICKS]
    scale = Scale(ticks, beside, _place(1), (_place(BAND[0]), _place(BAND[1])))
    names = {end: short([row["organisation_name"] for row in rows], size.longest) for end, size in SIZES.items()}
    return {f"{name}{end}": draw_ranges(names[end], shown, scale, sized(end, len(rows))) for end in SIZES}


def described_organisations(rows: Sequence[Row], system: Row | None) -> str:
    """The picture in words, for whoever does not see it."""
    told = [f"{row['organisation_name']}: {ratio_words(ratio_of(row))}, range {range_of(row)}" for row in _shown(rows)]
    whole = "" if system is None or ratio_of(system) is None else f" Whole system: {ratio_words(ratio_of(system))}."
    return f"Ratio in each organisation, in alphabetical order. {'. '.join(told)}.{whole}"


def _shown(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if ratio_of(row) is not None]


def _ranged(row: Row) -> Ranged:
    """Where the dot and its range stand; filled where the organisation is flagged on its own figures."""
    like = "like_" if row["like_ratio"] is not None else ""
    low, ratio, high = (_place(row[f"{like}{name}"]) for name in ("low", "ratio", "high"))
    return Ranged(low, ratio, high, row["state"] == "flag")


def _place(ratio: float | None) -> float:
    """Half as likely is as far from 1 as twice as likely, the same in every picture. At the edge of the picture where
    it lies beyond; without an upper end, there."""
    inside = EDGES[1] if ratio is None else min(max(ratio, EDGES[0]), EDGES[1])
    return math.log(inside / EDGES[0], EDGES[1] / EDGES[0])
