"""Shares beside one another: a dot with its range for each row, downwards in the order given, and a line at the share
of everybody. A withheld share is a gap with a mark. Each is drawn twice, for wide and for narrow screens: letters
that can be read at 640 pixels cannot be read when the same picture is 260 wide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import vl_convert

from service.insight.charts.look import DOT, FILLED, GREY, INK, LOOK, STAR, TEAL, Spec, layer
from service.insight.words.coverage import apart
from service.web.presenters import percent

Row = Mapping[str, Any]
# What the name of the drawing for narrow screens ends with.
NARROW: Final = "_narrow"
_BRIEF: Final = {"Grade not mapped to a level": "No level"}


@dataclass(frozen=True, slots=True)
class _Size:
    """The plot in pixels, how many letters a name may have, and where it stands: `beside` the dots (so many pixels
    kept free for it) or, if that is 0, above them.
    """

    width: int
    row: int
    longest: int
    beside: int

    def lowered(self) -> Spec:
        """What a mark has to say to stand below its name."""
        return {} if self.beside else {"yOffset": 8}


_SIZES: Final = {"": _Size(330, 30, 34, 262), NARROW: _Size(236, 42, 32, 0)}


def draw_dots(name: str, rows: Sequence[Row], whole: Row, rounded_to: int) -> dict[str, str]:
    """The two pictures of `rows` (name, share, low, high, eligible) as SVG, by `name`; none without a share to show."""
    if all(row["share"] is None for row in rows):
        return {}
    return {
        f"{name}{ending}": vl_convert.vegalite_to_svg(_spec(rows, whole, rounded_to, size))
        for ending, size in _SIZES.items()
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


def _spec(rows: Sequence[Row], whole: Row, rounded_to: int, size: _Size) -> Spec:
    names = _short([row["name"] for row in rows], size.longest)
    shown = [
        {"name": name, **{k: row[k] for k in ("share", "low", "high")}, "clear": apart(row, whole, rounded_to)}
        for name, row in zip(names, rows, strict=True)
        if row["share"] is not None
    ]
    gaps = [{"name": name, "at": 0.02} for name, row in zip(names, rows, strict=True) if row["share"] is None]
    everybody = [] if whole["share"] is None else [{"share": whole["share"]}]
    above = [] if size.beside else [{"name": name} for name in names]
    place, rule, below = _down(names, size), {"type": "rule", "color": TEAL, "strokeWidth": 2}, size.lowered()
    layers = [
        layer(everybody, {"type": "rule", "color": GREY, "strokeDash": [4, 3]}, x=_across("share")),
        layer(shown, {**rule, **below}, x=_across("low"), x2={"field": "high"}, y=place),
        layer(shown, {**DOT, **below}, x=_across("share"), y=place, fill=FILLED),
        layer(gaps, {**STAR, **below}, x=_across("at"), y=place),
        *(layer(above, mark, x={"value": 0}, y=place, text=_TEXT) for mark in (_CLEARED, _NAME)),
    ]
    drawn = [one for one in layers if one["data"]["values"]]
    return {"width": size.width, "height": size.row * len(rows), "padding": 4, "config": _LOOK, "layer": drawn}


_LOOK: Final[Spec] = {**LOOK, "axis": {**LOOK["axis"], "labelFontSize": 15}}
_NAME: Final[Spec] = {"type": "text", "align": "left", "baseline": "middle", "fontSize": 15, "yOffset": -10,
                      "color": INK}  # fmt: skip
# The ground behind a name, so that no line runs through its letters.
_CLEARED: Final[Spec] = {**_NAME, "stroke": "white", "strokeWidth": 6, "aria": False}
_TEXT: Final[Spec] = {"field": "name", "type": "nominal"}


def _down(names: Sequence[str], size: _Size) -> Spec:
    """The rows, each name in as much room as in every other picture, so that the scales stand below one another."""
    axis = {"grid": False, "ticks": False, "labels": bool(size.beside), "labelPadding": 8, "labelLimit": size.beside,
            "minExtent": size.beside, "maxExtent": size.beside}  # fmt: skip
    return {"field": "name", "type": "nominal", "sort": None, "scale": {"domain": list(names)}, "title": None,
            "axis": axis}  # fmt: skip


def _across(field: str) -> Spec:
    """From nobody to everybody: a part of the scale would make small differences look large."""
    axis = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "title": None}
    return {"field": field, "type": "quantitative", "scale": {"domain": [0, 1], "nice": False}, "axis": axis}


def _short(names: Sequence[str], longest: int) -> list[str]:
    """Names that leave room for the picture: "Level 8" for "Level 8, senior manager", and no two alike."""
    plain = [
        _BRIEF.get(name) or name.partition(",")[0]
        if name.startswith(("Level ", "Grade "))
        else name.partition(": ")[2] or name
        for name in names
    ]
    cut = [name if len(name) <= longest else f"{name[: longest - 1]}…" for name in plain]
    return [name if cut.count(name) == 1 else f"{at}. {name}" for at, name in enumerate(cut, start=1)]
