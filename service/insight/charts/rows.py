"""What pictures with a row for each name share: how wide they are, where a name stands, and how long it may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from service.insight.charts.look import INK, LOOK, Spec

# What the name of the drawing for narrow screens ends with.
NARROW: Final = "_narrow"
_BRIEF: Final = {"Grade not mapped to a level": "No level"}


@dataclass(frozen=True, slots=True)
class Size:
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


SIZES: Final[Mapping[str, Size]] = {"": Size(330, 30, 34, 262), NARROW: Size(236, 42, 32, 0)}
MANY: Final = 40  # rows: more stand closer together
_CLOSE: Final = {"": 20, NARROW: 34}
ROW_LOOK: Final[Spec] = {**LOOK, "axis": {**LOOK["axis"], "labelFontSize": 15}}
_NAME: Final[Spec] = {"type": "text", "align": "left", "baseline": "middle", "fontSize": 15, "yOffset": -10,
                      "color": INK}  # fmt: skip
# The ground behind a name, so that no line runs through its letters.
_CLEARED: Final[Spec] = {**_NAME, "stroke": "white", "strokeWidth": 6, "aria": False}
NAME_MARKS: Final = (_CLEARED, _NAME)
NAME_TEXT: Final[Spec] = {"field": "name", "type": "nominal"}


def sized(end: str, rows: int) -> Size:
    """The plot of the wide or the narrow drawing, with so many rows."""
    return replace(SIZES[end], row=_CLOSE[end]) if rows > MANY else SIZES[end]


def down(names: Sequence[str], size: Size) -> Spec:
    """The rows, each name in as much room as in every other picture, so that the scales stand below one another."""
    axis = {"grid": False, "ticks": False, "labels": bool(size.beside), "labelPadding": 8, "labelLimit": size.beside,
            "minExtent": size.beside, "maxExtent": size.beside}  # fmt: skip
    return {"field": "name", "type": "nominal", "sort": None, "scale": {"domain": list(names)}, "title": None,
            "axis": axis}  # fmt: skip


def short(names: Sequence[str], longest: int) -> list[str]:
    """Names that leave room for the picture: "Level 8" for "Level 8, senior manager", and no two alike."""
    plain = [
        _BRIEF.get(name) or name.partition(",")[0]
        if name.startswith(("Level ", "Grade "))
        else name.partition(": ")[2] or name
        for name in names
    ]
    cut = [name if len(name) <= longest else f"{name[: longest - 1]}…" for name in plain]
    return [name if cut.count(name) == 1 else f"{at}. {name}" for at, name in enumerate(cut, start=1)]
