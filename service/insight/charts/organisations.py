"""One comparison in every organisation: a dot with its range for each, downwards in alphabetical order and never by
value, on a scale of ratios; the band in which a gap is not material lies behind, the system's ratio is a broken line.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import vl_convert

from service.insight.charts.look import DOT, FILLED, GREY, LINE, STAR, TEAL, Spec, layer
from service.insight.charts.rows import NAME_MARKS, NAME_TEXT, ROW_LOOK, SIZES, Size, down, short, sized
from service.insight.words.flags import range_of, ratio_of, ratio_words

Row = Mapping[str, Any]
BAND: Final = (0.8, 1.25)
EDGES: Final = (0.25, 4.0)
_TICKS: Final = (0.25, 0.5, 1, 2, 4)


def draw_organisations(name: str, rows: Sequence[Row], system: Row | None) -> dict[str, str]:
    """The two pictures of one comparison as SVG, by `name`. `rows` are of the organisations in the order in which they
    stand, those withheld among them; `system` is the row of the whole system, where it is told."""
    return {f"{name}{end}": vl_convert.vegalite_to_svg(_spec(rows, system, sized(end, len(rows)))) for end in SIZES}


def described_organisations(rows: Sequence[Row], system: Row | None) -> str:
    """The picture in words, for whoever does not see it."""
    told = [f"{row['organisation_name']}: {ratio_words(ratio_of(row))}, range {range_of(row)}" for row in _shown(rows)]
    whole = "" if system is None or ratio_of(system) is None else f" Whole system: {ratio_words(ratio_of(system))}."
    return f"Ratio in each organisation, in alphabetical order. {'. '.join(told)}.{whole}"


def _shown(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if ratio_of(row) is not None]


def _spec(rows: Sequence[Row], system: Row | None, size: Size) -> Spec:
    names = short([row["organisation_name"] for row in rows], size.longest)
    shown = [{"name": name, **_point(row)} for name, row in zip(names, rows, strict=True) if _shown([row])]
    gaps = [{"name": name, "at": EDGES[0] * 1.1} for name, row in zip(names, rows, strict=True) if not _shown([row])]
    whole = ratio_of(system) if system else None
    above = [] if size.beside else [{"name": name} for name in names]
    place, below = down(names, size), size.lowered()
    layers = [
        layer([{"low": BAND[0], "high": BAND[1]}], _BAND_MARK, x=_across("low"), x2={"field": "high"}),
        layer([{"at": 1}], {"type": "rule", "color": LINE, "strokeWidth": 2}, x=_across("at")),
        layer([] if whole is None else [{"at": _inside(whole)}], _SYSTEM_MARK, x=_across("at")),
        layer(shown, {"type": "rule", "color": TEAL, "strokeWidth": 2, **below},
              x=_across("low"), x2={"field": "high"}, y=place),
        layer(shown, {**DOT, **below}, x=_across("ratio"), y=place, fill=FILLED),
        layer(gaps, {**STAR, **below}, x=_across("at"), y=place),
        *(layer(above, mark, x={"value": 0}, y=place, text=NAME_TEXT) for mark in NAME_MARKS),
    ]  # fmt: skip
    drawn = [one for one in layers if one["data"]["values"]]
    return {"width": size.width, "height": size.row * len(rows), "padding": 4, "config": ROW_LOOK, "layer": drawn}


_BAND_MARK: Final[Spec] = {"type": "rect", "color": LINE, "opacity": 0.45, "aria": False}
_SYSTEM_MARK: Final[Spec] = {"type": "rule", "color": GREY, "strokeDash": [4, 3], "strokeWidth": 2}


def _point(row: Row) -> dict[str, Any]:
    """Where the dot and its range stand; filled where the organisation is flagged on its own figures."""
    like = "like_" if row["like_ratio"] is not None else ""
    low, ratio, high = (_inside(row[f"{like}{name}"]) for name in ("low", "ratio", "high"))
    return {"low": low, "ratio": ratio, "high": high, "clear": row["state"] == "flag"}


def _inside(value: float | None) -> float:
    """At the edge of the picture where it lies beyond; without an upper end, there."""
    return EDGES[1] if value is None else min(max(value, EDGES[0]), EDGES[1])


def _across(field: str) -> Spec:
    """Ratios: half as likely is as far from 1 as twice as likely. The same in every picture."""
    axis = {"format": "~g", "values": list(_TICKS), "title": None}
    scale = {"type": "log", "base": 2, "domain": list(EDGES), "nice": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}
