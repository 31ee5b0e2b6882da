"""What pictures with a row for each name share: how wide they are, where a name stands, and how long it may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from service.insight.charts.look import LOOK, Spec

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


SIZES: Final[Mapping[str, Size]] = {"": Size(340, 26, 35, 270), NARROW: Size(236, 42, 31, 0)}
MANY: Final = 40  # rows: more stand closer together
_CLOSE: Final = {"": 20, NARROW: 34}
ROW_LOOK: Final[Spec] = {**LOOK, "axis": {**LOOK["axis"], "labelFontSize": 15}}


def sized(end: str, rows: int) -> Size:
    """The plot of the wide or the narrow drawing, with so many rows."""
    return replace(SIZES[end], row=_CLOSE[end]) if rows > MANY else SIZES[end]


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
