"""Shares beside one another: a dot with its range for each row, downwards in the order given, and a line at the share
of everybody. A withheld share is a gap with a mark. Each is drawn twice, for wide and for narrow screens: letters
that can be read at 640 pixels cannot be read when the same picture is 260 wide.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from service.insight.charts.ranges import Ranged, Scale, draw_ranges
from service.insight.charts.rows import SIZES, short, sized
from service.insight.words.coverage import apart
from service.web.presenters import percent

Row = Mapping[str, Any]


def draw_dots(name: str, rows: Sequence[Row], whole: Row, rounded_to: int) -> dict[str, str]:
    """The two pictures of `rows` (name, share, low, high, eligible) as SVG, by `name`; none without a share to show."""
    return draw_rows(name, [{**row, "clear": apart(row, whole, rounded_to)} for row in rows], whole["share"])


def draw_rows(name: str, rows: Sequence[Row], everybody: float | None, top: float = 1.0) -> dict[str, str]:
    """The same of `rows` that say themselves whether their dot is filled (clear), on a scale from 0 to `top`."""
    if all(row["share"] is None for row in rows):
        return {}
    shown = [None if row["share"] is None else _ranged(row, top) for row in rows]
    scale = Scale(_ticks(top), None if everybody is None else everybody / top)
    names = {end: short([row["name"] for row in rows], size.longest) for end, size in SIZES.items()}
    return {f"{name}{end}": draw_ranges(names[end], shown, scale, sized(end, len(rows))) for end in SIZES}


def described_dots(rows: Sequence[Row], whole: Row) -> str:
    """The picture in words, for whoever does not see it."""
    told = [
        f"{row['name'].split(',')[0]}: {percent(row['share'])}, range {percent(row['low'])} to {percent(row['high'])}"
        for row in rows
        if row["share"] is not None
    ]
    everybody = "" if whole["share"] is None else f" Everybody: {percent(whole['share'])}."
    return f"Share with a conversation. {'. '.join(told)}.{everybody}"


def _ranged(row: Row, top: float) -> Ranged:
    return Ranged(row["low"] / top, row["share"] / top, row["high"] / top, row["clear"])


def _ticks(top: float) -> list[tuple[float, str]]:
    """From nobody to everybody, or to the top that holds every range: a scale that begins elsewhere would make small
    differences look large."""
    parts = (0, 0.25, 0.5, 0.75, 1)
    digits = 0 if all((100 * round(top * part, 3)).is_integer() for part in parts) else 1
    return [(part, f"{top * part:.{digits}%}") for part in parts]
