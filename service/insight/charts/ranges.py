"""A row for each name, downwards in the order given: a dot with its range on a scale from left to right, or a star
where the figure is withheld. Written as SVG by hand: most pictures of a release are of this kind.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.insight.charts.look import GREY, LINE
from service.insight.charts.rows import Size
from service.insight.charts.svg import block, dot, picture, rule, star, words

_EDGE, _BELOW, _APART = 5, 26, 8


@dataclass(frozen=True, slots=True)
class Ranged:
    """A figure with its range, as places on the scale; filled where it is a finding."""

    low: float
    at: float
    high: float
    filled: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """What lies behind the rows. Places are parts of the plot's width, from 0 to 1.

    ticks: what is written below, and where. beside: the broken line at what the rows are compared with. middle, band:
    the line where nothing differs, and around it what is not material. gap: where a star stands.
    """

    ticks: Sequence[tuple[float, str]]
    beside: float | None = None
    middle: float | None = None
    band: tuple[float, float] | None = None
    gap: float = 0.02


def draw_ranges(
    names: Sequence[str], rows: Sequence[Ranged | None], scale: Scale, size: Size, letters: int = 15
) -> str:
    """The picture as SVG; `names` as they are to be written, a row for each."""
    left, height = _EDGE + size.beside + (_APART if size.beside else 0), _EDGE + size.row * len(rows)

    def x(place: float) -> float:
        return left + size.width * place

    def marks() -> Iterator[str]:
        if scale.band is not None:
            yield block(x(scale.band[0]), _EDGE, x(scale.band[1]) - x(scale.band[0]), height - _EDGE, "#eef0f2")
        for place, said in scale.ticks:
            yield rule((x(place), _EDGE), (x(place), height + 5), LINE, 1)
            yield words(x(place), height + 20, said, {0.0: "start", 1.0: "end"}.get(place, "middle"))
        if scale.middle is not None:
            yield rule((x(scale.middle), _EDGE), (x(scale.middle), height), LINE)
        if scale.beside is not None:
            yield rule((x(scale.beside), _EDGE), (x(scale.beside), height), GREY, 1, "4 3")
        for at, (name, row) in enumerate(zip(names, rows, strict=True)):
            middle = _EDGE + size.row * (at + 0.5)
            yield from _named(name, left, middle, size)
            y = middle if size.beside else middle + 8
            yield from [star(x(scale.gap), y)] if row is None else _ranged(row, y, x(row.low), x(row.at), x(row.high))

    return picture(left + size.width + _EDGE, height + _BELOW, letters, marks())


def _ranged(row: Ranged, y: float, low: float, at: float, high: float) -> Iterator[str]:
    yield rule((low, y), (high, y))
    yield dot(at, y, filled=row.filled)


def _named(name: str, left: float, middle: float, size: Size) -> Iterator[str]:
    """Beside the plot or, where it takes the whole width, above the dot, on a ground that no line runs through."""
    if size.beside:
        yield words(left - _APART, middle + 5, name, "end")
    else:
        plain = words(left, middle - 5, name)
        yield plain.replace("<text", '<text stroke="white" stroke-width="6"', 1)
        yield plain
