"""One small picture for each group: levels upwards, a dot with its range, a line at the whole workforce's share. Every
picture of a table spans the same number of percentage points, so a range of one length means one thing. A withheld
figure is a gap with a mark. The page puts the pictures side by side as far as they fit and writes the title above
them.
"""

import math
from typing import Final

from analytics.frames import LABELS
from service.insight.charts.ranges import Ranged, Scale, draw_ranges
from service.insight.charts.rows import Size
from service.insight.rules import ALL_LEVELS, UNMAPPED, Characteristic, Figure, ReportTable, compared
from service.insight.words import level_words, range_words
from service.web.presenters import percent

_LEVELS: Final = tuple(str(level) for level in range(9, 0, -1))
_LEAST_SPAN: Final = 0.10
_STEPS: Final = (0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
_MOST_TICKS: Final = 4
_SIZE: Final = Size(220, 21, 1, 18)
_LETTERS: Final = 13


def draw(table: ReportTable, rounded_to: int) -> dict[str, str]:
    """An SVG for each group that has a figure to show at any level, by group."""
    span = _span(table)
    return {group: _panel(table, group, span, rounded_to) for group in drawn(table)}


def drawn(table: ReportTable) -> list[str]:
    return [
        figure.group
        for figure in table.at(_LEVELS[0])
        if any(f.share is not None for f in _rows(table, figure.group).values())
    ]


def described(table: ReportTable, group: str) -> str:
    """The picture in words, for whoever does not see it."""
    rows = _rows(table, group).values()
    told = [
        f"{level_words(f.level).split(',')[0]}: {percent(f.share)}, range {range_words(f)}"
        for f in rows
        if f.share is not None
    ]
    whole = table.whole(group)
    beside = f" Whole workforce: {percent(whole.share)}." if whole and whole.share is not None else ""
    return f"{LABELS[group]}, share of each level. {'. '.join(told)}.{beside}"


def _panel(table: ReportTable, group: str, span: float, rounded_to: int) -> str:
    whole = table.whole(group)
    centre = whole.share if whole else None
    low = _lowest(centre, span)

    def place(share: float) -> float:
        return (share - low) / span

    def ranged(figure: Figure) -> Ranged | None:
        if figure.low is None or figure.share is None or figure.high is None:
            return None
        filled = _clear(table.characteristic, figure, whole, rounded_to)
        return Ranged(place(figure.low), place(figure.share), place(figure.high), filled)

    ticks = [(place(tick), f"{tick:.0%}") for tick in _ticks(low, low + span)]
    beside = None if centre is None else place(centre)
    scale = Scale(ticks, beside, gap=0.04 if beside is None or beside > 0.5 else 0.96)
    rows = _rows(table, group)
    return draw_ranges([*rows], [ranged(figure) for figure in rows.values()], scale, _SIZE, _LETTERS)


def _rows(table: ReportTable, group: str) -> dict[str, Figure]:
    """The group's figures at levels 9 to 1."""
    rows = {figure.level: figure for figure in table.figures if figure.group == group}
    return {level: rows[level] for level in _LEVELS if level in rows}


def _clear(characteristic: Characteristic, figure: Figure, whole: Figure | None, rounded_to: int) -> bool:
    # Differences by age say little about fairness, so none is drawn as a finding.
    return compared(characteristic, figure, whole, rounded_to).clear and characteristic is not Characteristic.AGE_BAND


def _span(table: ReportTable) -> float:
    """How many percentage points (as a fraction) hold every range of the table around the whole workforce's share."""
    reach = [_LEAST_SPAN / 2]
    for figure in table.figures:
        whole = table.whole(figure.group)
        if figure.level in {ALL_LEVELS, UNMAPPED} or figure.low is None or figure.high is None:
            continue
        centre = whole.share if whole and whole.share is not None else (figure.low + figure.high) / 2
        reach += [centre - figure.low, figure.high - centre]
    return min(1.0, math.ceil(2 * max(reach) * 20) / 20)


def _lowest(centre: float | None, span: float) -> float:
    return min(max((span / 2 if centre is None else centre) - span / 2, 0.0), 1 - span)


def _ticks(low: float, high: float) -> list[float]:
    step = next((step for step in _STEPS if (high - low) / step <= _MOST_TICKS), _STEPS[-1])
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(position * step, 4) for position in range(first, last + 1)]
