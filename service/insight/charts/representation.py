"""One small picture for each group: levels upwards, a dot with its range, a line at the whole workforce's share. Every
picture of a table spans the same number of percentage points, so a range of one length means one thing. A withheld
figure is a gap with a mark. The page puts the pictures side by side as far as they fit and writes the title above
them.
"""

import math
from collections.abc import Iterable
from typing import Any, Final

import vl_convert

from analytics.frames import LABELS
from service.insight.charts.look import DOT, FILLED, GREY, LOOK, STAR, TEAL, Spec, layer
from service.insight.rules import ALL_LEVELS, UNMAPPED, Characteristic, Figure, ReportTable, compared
from service.insight.words import level_words, range_words
from service.web.presenters import percent

_LEVELS: Final = tuple(str(level) for level in range(9, 0, -1))
_LEAST_SPAN: Final = 0.10
_STEPS: Final = (0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
_MOST_TICKS: Final = 4
_WIDTH, _HEIGHT = 220, 190


def draw(table: ReportTable, rounded_to: int) -> dict[str, str]:
    """An SVG for each group that has a figure to show at any level, by group."""
    span = _span(table)
    return {group: vl_convert.vegalite_to_svg(_panel(table, group, span, rounded_to)) for group in drawn(table)}


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


def _panel(table: ReportTable, group: str, span: float, rounded_to: int) -> Spec:
    whole = table.whole(group)
    centre = whole.share if whole else None
    low = _lowest(centre, span)
    scale = {"domain": [low, low + span], "nice": False, "zero": False}
    axis = {"format": ".0%", "values": _ticks(low, low + span), "title": None}
    rows = _rows(table, group).values()
    shown = [_point(table.characteristic, figure, whole, rounded_to) for figure in rows if figure.share is not None]
    levels = {"field": "level", "type": "nominal", "sort": None, "scale": {"domain": list(_LEVELS)}, "title": None,
              "axis": {"grid": False, "ticks": False, "labelPadding": 6}}  # fmt: skip

    def across(field: str) -> Spec:
        return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}

    layers = [
        layer(
            [{"share": centre}] if centre is not None else [],
            {"type": "rule", "color": GREY, "strokeDash": [4, 3]},
            x=across("share"),
        ),
        layer(
            shown, {"type": "rule", "color": TEAL, "strokeWidth": 2}, x=across("low"), x2={"field": "high"}, y=levels
        ),
        layer(shown, DOT, x=across("share"), y=levels, fill=FILLED),
        layer(_gaps(rows, centre, low, span), STAR, x=across("at"), y=levels),
    ]
    drawn_layers = [one for one in layers if one["data"]["values"]]
    return {"width": _WIDTH, "height": _HEIGHT, "padding": 6, "config": LOOK, "layer": drawn_layers}


def _rows(table: ReportTable, group: str) -> dict[str, Figure]:
    """The group's figures at levels 9 to 1."""
    rows = {figure.level: figure for figure in table.figures if figure.group == group}
    return {level: rows[level] for level in _LEVELS if level in rows}


def _point(characteristic: Characteristic, figure: Figure, whole: Figure | None, rounded_to: int) -> dict[str, Any]:
    # Differences by age say little about fairness, so none is drawn as a finding.
    clear = compared(characteristic, figure, whole, rounded_to).clear and characteristic is not Characteristic.AGE_BAND
    return {"level": figure.level, "share": figure.share, "low": figure.low, "high": figure.high, "clear": clear}


def _gaps(rows: Iterable[Figure], centre: float | None, low: float, span: float) -> list[dict[str, Any]]:
    """Marks at the side that the whole workforce's line is further from."""
    left = centre is None or centre > low + span / 2
    at = low + span * (0.04 if left else 0.96)
    return [{"level": figure.level, "at": at} for figure in rows if figure.share is None]


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
