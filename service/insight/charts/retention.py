"""Pictures of who stays: bars that add up to everybody, a square of who moved from where to where, and senior levels in
years to come with their band. Organisations stand in alphabetical order, never by value.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import vl_convert

from service.insight.charts.dots import draw_rows
from service.insight.charts.look import INK, LINE, LOOK, TEAL, Spec, layer
from service.insight.charts.organisations import draw_organisations
from service.insight.charts.rows import ROW_LOOK, SIZES, short

Row = Mapping[str, Any]
_EMPTY: Final = "#f3f5f6"
MOST_IN_SQUARE: Final = 20  # places: more are too small to read
_TOPS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0)


def draw_rates(name: str, rows: Sequence[Row], whole: float | None) -> dict[str, str]:
    """Leaver rates downwards, each with its range, beside the whole system's; filled where `clear`."""
    ends = [row["high"] for row in rows if row["share"] is not None]
    if not ends:
        return {}
    top = next((top for top in _TOPS if top >= max([*ends, whole or 0.0])), 1.0)
    return draw_rows(name, rows, whole, top)


def draw_expected(name: str, rows: Sequence[Row]) -> dict[str, str]:
    """Observed over expected leavers of each organisation, on a scale of ratios; filled where flagged."""
    ratios = [{**row, "ratio": row["o_e"], "like_ratio": None} for row in rows]
    return draw_organisations(name, ratios, None) if any(row["o_e"] is not None for row in rows) else {}


def draw_square(name: str, places: Sequence[tuple[str, str]], rows: Sequence[Row]) -> dict[str, str]:
    """Who moved from where (downwards) to where (across), darker where more did. `places`: code and name of each, in
    the order in which they stand; none where there are too many to read, or nothing to show."""
    codes = [code for code, _ in places]
    shown = [row for row in rows if row["origin"] in codes and row["destination"] in codes]
    if not shown or len(places) > MOST_IN_SQUARE:
        return {}
    return {f"{name}{end}": vl_convert.vegalite_to_svg(_square(places, shown, end)) for end in SIZES}


def _square(places: Sequence[tuple[str, str]], rows: Sequence[Row], end: str) -> Spec:
    side, room = (110, 200 / len(places)) if end else (270, 400 / len(places))
    names = short([name for _, name in places], 13 if end else 32)
    marked = {code: f"{at}" for at, (code, _) in enumerate(places, start=1)}
    # Levels are their own numbers; long names are numbered, and the number stands again above its column.
    if all(name.startswith("Level ") for _, name in places):
        marked = {code: code for code, _ in places}
    else:
        names = [f"{name}  {at}" for at, name in enumerate(names, start=1)]
    called = dict(zip((code for code, _ in places), names, strict=True))
    most = max(row["people"] for row in rows)
    cells = [
        {"from": called[row["origin"]], "to": marked[row["destination"]], "people": row["people"],
         "ink": "white" if row["people"] > most * 0.55 else INK}
        for row in rows
    ]  # fmt: skip
    down = {"field": "from", "type": "nominal", "sort": None, "title": None, "scale": {"domain": names},
            "axis": {"grid": False, "ticks": False, "labelPadding": 6, "labelLimit": side,
                     "minExtent": side, "maxExtent": side}}  # fmt: skip
    across = {"field": "to", "type": "nominal", "sort": None, "title": None,
              "scale": {"domain": [marked[code] for code, _ in places]},
              "axis": {"orient": "top", "grid": False, "ticks": False, "labelAngle": 0}}  # fmt: skip
    shade = {"field": "people", "type": "quantitative", "legend": None,
             "scale": {"domain": [0, most], "range": ["#e8f0f3", TEAL]}}  # fmt: skip
    every = [{"from": called[one], "to": marked[other]} for one, _ in places for other, _ in places if one != other]
    layers = [
        layer(every, {"type": "rect", "stroke": "white", "color": _EMPTY, "aria": False}, x=across, y=down),
        layer(cells, {"type": "rect", "stroke": "white"}, x=across, y=down, color=shade),
        layer(cells, {"type": "text", "fontSize": 11 if end else 13}, x=across, y=down, text={"field": "people"},
              color={"field": "ink", "type": "nominal", "scale": None, "legend": None}),
    ]  # fmt: skip
    look = {**ROW_LOOK, "axis": {**ROW_LOOK["axis"], "labelFontSize": 12 if end else 14}}
    height = min(max(room, 22), 30) * len(places)
    return {"width": room * len(places), "height": height, "padding": 4, "config": look,
            "layer": layers, "resolve": {"scale": {"color": "independent"}}}  # fmt: skip


def draw_supply(level: str, rows: Sequence[Row]) -> dict[str, str]:
    """One level: people in years to come. The band is of the rates as they are; two broken lines are the other
    scenarios."""
    shown = [row for row in rows if row["people"] is not None]
    if len({row["years"] for row in shown}) < 2:
        return {}
    return {f"level_{level}": vl_convert.vegalite_to_svg(_years(shown))}


_DASHES: Final = {"a fifth fewer leave": [6, 3], "a fifth more rise": [2, 3]}


def _years(rows: Sequence[Row]) -> Spec:
    start = [row for row in rows if row["years"] == 0][:1]
    lines = [
        {"years": row["years"], "people": row["people"], "scenario": scenario}
        for scenario in dict.fromkeys(row["scenario"] for row in rows if row["years"])
        for row in [*start, *(row for row in rows if row["years"] and row["scenario"] == scenario)]
    ]
    now = [row for row in rows if row["scenario"] == "as now" and row["years"] and row["low"] is not None]
    band = [
        *({"years": 0, "low": row["people"], "high": row["people"]} for row in start),
        *({"years": row["years"], "low": row["low"], "high": row["high"]} for row in now),
    ]
    top = max([row["people"] for row in rows] + [row["high"] for row in now])
    scale = {"domain": [0, _above(top)], "nice": False}
    across = {"field": "years", "type": "quantitative", "scale": {"domain": [0, max(row["years"] for row in rows)]},
              "axis": {"values": sorted({row["years"] for row in rows}), "title": None, "grid": False}}  # fmt: skip
    axis = {"tickCount": 4, "title": None, "format": ",d"}
    up = {"type": "quantitative", "scale": scale, "axis": axis}
    dash = {"condition": [{"test": f"datum.scenario === '{name}'", "value": dash} for name, dash in _DASHES.items()],
            "value": [1, 0]}  # fmt: skip
    layers = [
        layer(band, {"type": "area", "color": LINE}, x=across, y={"field": "low", **up}, y2={"field": "high"}),
        layer(lines, {"type": "line", "strokeWidth": 2}, x=across, y={"field": "people", **up},
              detail={"field": "scenario"}, strokeDash=dash, stroke={"value": TEAL}),
    ]  # fmt: skip
    drawn = [one for one in layers if one["data"]["values"]]
    return {"width": 200, "height": 130, "padding": 6, "config": LOOK, "layer": drawn}


def _above(top: float) -> float:
    """A round number that holds `top`."""
    size = 10.0 ** max(math.floor(math.log10(max(top, 1.0))), 0)
    return math.ceil(top / size * 2) / 2 * size
