"""One small picture for each group: releases from left to right, a dot with its range, at one level. Drawn once there
are two figures to show. Every picture of a part spans the same number of percentage points.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import vl_convert

from service.insight.charts.look import DOT, LOOK, TEAL, Spec, layer

Row = Mapping[str, Any]
DRAWN_LEVELS: Final = ("8", "all")  # level 9 is too few people to draw; "all" is the report on conversations
_LEAST_SPAN: Final = 0.06
_WIDTH, _HEIGHT = 200, 130


def draw_trends(rows: Sequence[Row]) -> dict[str, str]:
    """An SVG for each group with two figures or more, by group."""
    lines = {group: shown for group in dict.fromkeys(row["group"] for row in rows) if (shown := drawn(rows, group))}
    span = max((_reach(shown) for shown in lines.values()), default=0.0)
    return {group: vl_convert.vegalite_to_svg(_spec(shown, span)) for group, shown in lines.items()}


def drawn(rows: Sequence[Row], group: str) -> list[Row]:
    """The figures of one group's picture, the oldest first; nothing where there are fewer than two."""
    levels = {row["level"] for row in rows if row["group"] == group}
    level = next((level for level in DRAWN_LEVELS if level in levels), "")
    mine = [row for row in rows if row["group"] == group and row["level"] == level and row["share"] is not None]
    return sorted(mine, key=lambda row: row["release"]) if len(mine) > 1 else []


def _reach(rows: Sequence[Row]) -> float:
    return max(_LEAST_SPAN, max(row["high"] for row in rows) - min(row["low"] for row in rows))


def _spec(rows: Sequence[Row], span: float) -> Spec:
    middle = (max(row["high"] for row in rows) + min(row["low"] for row in rows)) / 2
    low = min(max(middle - span / 2, 0.0), 1 - span)
    scale = {"domain": [low, low + span], "nice": False, "zero": False}
    up = {"type": "quantitative", "scale": scale, "axis": {"format": ".0%", "tickCount": 4, "title": None}}
    across = {"field": "short", "type": "ordinal", "sort": None,
              "axis": {"title": None, "labelAngle": 0, "grid": False, "ticks": False, "labelPadding": 6}}  # fmt: skip
    points = [{name: row[name] for name in ("share", "low", "high")} | {"short": _short(row)} for row in rows]
    share: Spec = {"field": "share", **up}
    layers = [
        layer(points, {"type": "rule", "color": TEAL, "strokeWidth": 2}, x=across, y={"field": "low", **up},
              y2={"field": "high"}),
        layer(points, {"type": "line", "color": TEAL, "strokeWidth": 1, "strokeDash": [3, 3]}, x=across, y=share),
        layer(points, {**DOT, "fill": "white"}, x=across, y=share),
    ]  # fmt: skip
    return {"width": _WIDTH, "height": _HEIGHT, "padding": 6, "config": LOOK, "layer": layers}


def _short(row: Row) -> str:
    """ "Sep 2025": what fits below a dot."""
    _, month, year = str(row["facts_on"]).split(" ")
    return f"{month[:3]} {year[2:]}"
