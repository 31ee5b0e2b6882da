"""Shares beside one another: a dot with its range for each row, downwards in the order given, and a line at the share
of everybody. A withheld share is a gap with a mark. Each is drawn twice, for wide and for narrow screens: letters
that can be read at 640 pixels cannot be read when the same picture is 260 wide.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import vl_convert

from service.insight.charts.look import DOT, FILLED, GREY, STAR, TEAL, Spec, layer
from service.insight.charts.rows import NAME_MARKS, NAME_TEXT, ROW_LOOK, SIZES, Size, down, short
from service.insight.words.coverage import apart
from service.web.presenters import percent

Row = Mapping[str, Any]


def draw_dots(name: str, rows: Sequence[Row], whole: Row, rounded_to: int) -> dict[str, str]:
    """The two pictures of `rows` (name, share, low, high, eligible) as SVG, by `name`; none without a share to show."""
    if all(row["share"] is None for row in rows):
        return {}
    return {
        f"{name}{ending}": vl_convert.vegalite_to_svg(_spec(rows, whole, rounded_to, size))
        for ending, size in SIZES.items()
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


def _spec(rows: Sequence[Row], whole: Row, rounded_to: int, size: Size) -> Spec:
    names = short([row["name"] for row in rows], size.longest)
    shown = [
        {"name": name, **{k: row[k] for k in ("share", "low", "high")}, "clear": apart(row, whole, rounded_to)}
        for name, row in zip(names, rows, strict=True)
        if row["share"] is not None
    ]
    gaps = [{"name": name, "at": 0.02} for name, row in zip(names, rows, strict=True) if row["share"] is None]
    everybody = [] if whole["share"] is None else [{"share": whole["share"]}]
    above = [] if size.beside else [{"name": name} for name in names]
    place, rule, below = down(names, size), {"type": "rule", "color": TEAL, "strokeWidth": 2}, size.lowered()
    layers = [
        layer(everybody, {"type": "rule", "color": GREY, "strokeDash": [4, 3]}, x=_across("share")),
        layer(shown, {**rule, **below}, x=_across("low"), x2={"field": "high"}, y=place),
        layer(shown, {**DOT, **below}, x=_across("share"), y=place, fill=FILLED),
        layer(gaps, {**STAR, **below}, x=_across("at"), y=place),
        *(layer(above, mark, x={"value": 0}, y=place, text=NAME_TEXT) for mark in NAME_MARKS),
    ]
    drawn = [one for one in layers if one["data"]["values"]]
    return {"width": size.width, "height": size.row * len(rows), "padding": 4, "config": ROW_LOOK, "layer": drawn}


def _across(field: str) -> Spec:
    """From nobody to everybody: a part of the scale would make small differences look large."""
    axis = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "title": None}
    return {"field": field, "type": "quantitative", "scale": {"domain": [0, 1], "nice": False}, "axis": axis}
