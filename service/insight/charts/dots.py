"""Shares beside one another: a dot with its range for each row, downwards in the order given, and a line at the share
of everybody. A withheld share is a gap with a mark.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import vl_convert

from service.insight.charts.look import DOT, FILLED, GREY, LOOK, STAR, TEAL, Spec, layer
from service.insight.words.coverage import apart
from service.web.presenters import percent

Row = Mapping[str, Any]
_WIDTH, _ROW = 300, 26
_LONGEST: Final = 30
_BRIEF: Final = {"Grade not mapped to a level": "No level"}


def draw_dots(rows: Sequence[Row], whole: Row, rounded_to: int) -> str | None:
    """The picture of `rows` (name, share, low, high, eligible) as SVG; None where there is no share to show."""
    if all(row["share"] is None for row in rows):
        return None
    return vl_convert.vegalite_to_svg(_spec(rows, whole, rounded_to))


def described_dots(rows: Sequence[Row], whole: Row) -> str:
    """The picture in words, for whoever does not see it."""
    told = [
        f"{row['name'].split(',')[0]}: {percent(row['share'])}, range {percent(row['low'])} to {percent(row['high'])}"
        for row in rows
        if row["share"] is not None
    ]
    everybody = "" if whole["share"] is None else f" Everybody: {percent(whole['share'])}."
    return f"Share with a conversation. {'. '.join(told)}.{everybody}"


def _spec(rows: Sequence[Row], whole: Row, rounded_to: int) -> Spec:
    names = _short([row["name"] for row in rows])
    place = {"field": "name", "type": "nominal", "sort": None, "scale": {"domain": names}, "title": None,
             "axis": {"grid": False, "ticks": False, "labelPadding": 6, "labelLimit": 320}}  # fmt: skip
    shown = [
        {"name": name, **{k: row[k] for k in ("share", "low", "high")}, "clear": apart(row, whole, rounded_to)}
        for name, row in zip(names, rows, strict=True)
        if row["share"] is not None
    ]
    gaps = [{"name": name, "at": 0.02} for name, row in zip(names, rows, strict=True) if row["share"] is None]
    everybody = [] if whole["share"] is None else [{"share": whole["share"]}]
    layers = [
        layer(everybody, {"type": "rule", "color": GREY, "strokeDash": [4, 3]}, x=_across("share")),
        layer(
            shown, {"type": "rule", "color": TEAL, "strokeWidth": 2}, x=_across("low"), x2={"field": "high"}, y=place
        ),
        layer(shown, DOT, x=_across("share"), y=place, fill=FILLED),
        layer(gaps, STAR, x=_across("at"), y=place),
    ]
    drawn = [one for one in layers if one["data"]["values"]]
    return {"width": _WIDTH, "height": _ROW * len(rows), "padding": 6, "config": LOOK, "layer": drawn}


def _across(field: str) -> Spec:
    """From nobody to everybody: a part of the scale would make small differences look large."""
    axis = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "title": None}
    return {"field": field, "type": "quantitative", "scale": {"domain": [0, 1], "nice": False}, "axis": axis}


def _short(names: Sequence[str]) -> list[str]:
    """Names that leave room for the picture: "Level 8" for "Level 8, senior manager", and no two alike."""
    plain = [
        _BRIEF.get(name) or name.partition(",")[0]
        if name.startswith(("Level ", "Grade "))
        else name.partition(": ")[2] or name
        for name in names
    ]
    cut = [name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…" for name in plain]
    return [name if cut.count(name) == 1 else f"{at}. {name}" for at, name in enumerate(cut, start=1)]
