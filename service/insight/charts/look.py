"""What every picture shares: colours that are safe in print and for colour blindness, type, and the mark for a gap."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

Spec = dict[str, Any]

INK, TEAL, GREY, LINE = "#212b32", "#1d4f60", "#4c6272", "#d8dde0"
LOOK: Final[Spec] = {
    "font": "Arial, Liberation Sans, sans-serif",
    "background": "white",
    "view": {"stroke": None},
    "aria": False,  # a picture is told in words beside it; its marks would be named with every digit
    "axis": {"labelColor": INK, "labelFontSize": 13, "domain": False, "tickColor": LINE, "gridColor": LINE},
}
DOT: Final[Spec] = {"type": "point", "size": 60, "stroke": TEAL, "strokeWidth": 2, "opacity": 1}


def layer(values: Sequence[Mapping[str, Any]], mark: Spec, **encoding: Spec) -> Spec:
    return {"data": {"values": list(values)}, "mark": mark, "encoding": encoding}
