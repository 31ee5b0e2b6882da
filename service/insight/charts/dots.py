"""Shares beside one another: a dot with its range for each row, downwards in the order given, and a line at the share
of everybody. A withheld share is a gap with a mark. Each is drawn twice, for wide and for narrow screens: letters
that can be read at 640 pixels cannot be read when the same picture is 260 wide.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import vl_convert

from service.insight.charts.look import DOT, FILLED, GREY, STAR, TEAL, Spec, layer
from service.insight.charts.rows import NAME_MARKS, NAME_TEXT, ROW_LOOK, SIZES, Size, down, short, sized
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
    return {
        f"{name}{end}": vl_convert.vegalite_to_svg(_spec(rows, everybody, sized(end, len(rows)), top)) for end in SIZES
    }


def described_dots(rows: Sequence[Row], whole: Row) -> str:
    """The picture in words, for whoever does not see it."""
    told = [
        f"{row['name'].split(',')[0]}: {percent(row['share'])}, range {percent(row['low'])} to {percent(row['high'])}"
        for row in rows
        if row["share"] is not None
    ]
    everybody = "" if whole["share"] is None else f" Everybody: {percent(whole['share'])}."
    return f"Share with a conversation. {'. '.join(told)}.{everybody}"


def _spec(rows: Sequence[Row], everybody: float | None, size: Size, top: float) -> Spec:
    names = short([row["name"] for row in rows], size.longest)
    shown = [
        {"name": name, **{k: row[k] for k in ("share", "low", "high", "clear")}}
        for name, row in zip(names, rows, strict=True)
        if row["share"] is not None
    ]
    gaps = [{"name": name, "at": 0.02 * top} for name, row in zip(names, rows, strict=True) if row["share"] is None]
    line = [] if everybody is None else [{"share": everybody}]
    across = _across(top)
    above = [] if size.beside else [{"name": name} for name in names]
    place, rule, below = down(names, size), {"type": "rule", "color": TEAL, "strokeWidth": 2}, size.lowered()
    layers = [
        layer(line, {"type": "rule", "color": GREY, "strokeDash": [4, 3]}, x=across("share")),
        layer(shown, {**rule, **below}, x=across("low"), x2={"field": "high"}, y=place),
        layer(shown, {**DOT, **below}, x=across("share"), y=place, fill=FILLED),
        layer(gaps, {**STAR, **below}, x=across("at"), y=place),
        *(layer(above, mark, x={"value": 0}, y=place, text=NAME_TEXT) for mark in NAME_MARKS),
    ]
    drawn = [one for one in layers if one["data"]["values"]]
    return {"width": size.width, "height": size.row * len(rows), "padding": 4, "config": ROW_LOOK, "layer": drawn}


def _across(top: float) -> Callable[[str], Spec]:
    """From nobody to everybody, or to the top that holds every range: a scale that begins elsewhere would make small
    differences look large."""
    values = [round(top * part, 3) for part in (0, 0.25, 0.5, 0.75, 1)]
    axis = {"format": ".0%" if all((100 * value).is_integer() for value in values) else ".1%", "values": values}
    scale = {"domain": [0, top], "nice": False}
    return lambda field: {"field": field, "type": "quantitative", "scale": scale, "axis": {**axis, "title": None}}
