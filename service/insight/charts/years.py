"""Leaving, year by year: one line for who left the system and one for who left an employer, each with the band that
chance alone could move it in, its name at its end. Every organisation has one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.insight.charts.look import GREY, INK, LINE, TEAL
from service.insight.charts.rows import NARROW
from service.insight.charts.svg import apart, area, dot, path, picture, rule, words
from service.web.presenters import percent

Row = Mapping[str, Any]
FEWEST: Final = 2  # years with a figure: one alone is no line
_TOPS: Final = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)
_LEFT, _ABOVE, _BELOW = 44, 16, 30


@dataclass(frozen=True, slots=True)
class _Size:
    """The plot in pixels, and how much is kept free for the names at its right."""

    width: int
    height: int
    named: int


@dataclass(frozen=True, slots=True)
class _Line:
    """Years with a figure: (which of them, share, low, high)."""

    name: str
    colour: str
    band: str
    points: Sequence[tuple[int, float, float, float]]


_SIZES: Final[Mapping[str, _Size]] = {"": _Size(300, 170, 116), NARROW: _Size(150, 170, 104)}


def draw_years(rows: Sequence[Row], employer: str) -> dict[str, str]:
    """`rows`, one a year, the oldest first (year, leaver_rate, low, high, exit_rate, exit_low, exit_high); `employer`:
    "an" or "the". None where no line has two years."""
    lines = [line for line in _lines(rows, employer) if len(line.points) >= FEWEST]
    return {f"years{end}": _drawn(rows, lines, size) for end, size in _SIZES.items()} if lines else {}


def _lines(rows: Sequence[Row], employer: str) -> Iterator[_Line]:
    yield _Line(f"Left {employer} employer", GREY, "#e3e7ea", _points(rows, ("exit_rate", "exit_low", "exit_high")))
    yield _Line("Left the system", TEAL, "#cfe0e6", _points(rows, ("leaver_rate", "low", "high")))


def _points(rows: Sequence[Row], names: tuple[str, str, str]) -> list[tuple[int, float, float, float]]:
    shown = [(at, *(row[name] for name in names)) for at, row in enumerate(rows)]
    return [(at, share, low, high) for at, share, low, high in shown if share is not None]


def _drawn(rows: Sequence[Row], lines: Sequence[_Line], size: _Size) -> str:
    ends = [high for line in lines for *_, high in line.points]
    top = next((top for top in _TOPS if top >= max(ends)), 1.0)
    width, height = _LEFT + size.width + size.named, _ABOVE + size.height + _BELOW

    def x(at: int) -> float:
        return _LEFT + 12 + at * (size.width - 24) / max(len(rows) - 1, 1)

    def y(share: float) -> float:
        return _ABOVE + size.height * (1 - share / top)

    def marks() -> Iterator[str]:
        for share in (0, top / 2, top):
            yield rule((_LEFT, y(share)), (_LEFT + size.width, y(share)), LINE, 1)
            yield words(_LEFT - 6, y(share) + 5, f"{100 * share:g}%", "end")
        every = 2 if size.width < 200 and len(rows) > 3 else 1
        for at, row in enumerate(rows):
            if (len(rows) - 1 - at) % every == 0:
                yield words(x(at), height - 8, row["year"].rsplit(" ", 1)[-1], "middle")
        for line in lines:
            yield area([(x(at), y(high)) for at, _, _, high in line.points],
                       [(x(at), y(low)) for at, _, low, _ in line.points], line.band)  # fmt: skip
        for line in lines:
            yield path([(x(at), y(share)) for at, share, _, _ in line.points], line.colour)
            yield from (dot(x(at), y(share), filled=False) for at, share, _, _ in line.points)
        yield from _names(lines, [y(line.points[-1][1]) for line in lines], _LEFT + size.width)

    return picture(width, height, 13, marks())


def _names(lines: Sequence[_Line], heights: Sequence[float], x: float) -> Iterator[str]:
    for line, height in zip(lines, apart(heights, 38), strict=True):
        name, share = line.name, percent(line.points[-1][1])
        yield words(x, height - 1, name, colour=INK)
        yield words(x, height + 15, share, strong=True)
