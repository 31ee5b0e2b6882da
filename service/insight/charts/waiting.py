"""What people wait for: one picture for each thing, a row for each group in the order given, its share with its range,
and a mark at the share elsewhere. Every organisation has them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.insight.charts.look import GREY, LINE
from service.insight.charts.rows import NARROW, short
from service.insight.charts.svg import block, dot, picture, rule, star, words

Row = Mapping[str, Any]
FEWEST: Final = 2  # groups with a figure
MOST: Final = 40  # groups: more cannot be read, and are in the table
_TOPS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
_ABOVE, _BELOW = 6, 26


@dataclass(frozen=True, slots=True)
class _Size:
    """The plot in pixels; names stand `beside` it or, if that is 0, above each row."""

    width: int
    row: int
    beside: int
    longest: int


_SIZES: Final[Mapping[str, _Size]] = {"": _Size(200, 24, 244, 30), NARROW: _Size(236, 42, 0, 32)}


def draw_waiting(name: str, rows: Sequence[Row]) -> dict[str, str]:
    """`rows` of one thing (name, share, low, high, rest_share, clear, flagged) as SVG, by `name`; none where fewer
    than half can be shown."""
    shown = sum(row["share"] is not None for row in rows)
    if shown < max(FEWEST, len(rows) / 2) or len(rows) > MOST:
        return {}
    return {f"{name}{end}": _drawn(rows, size) for end, size in _SIZES.items()}


def _drawn(rows: Sequence[Row], size: _Size) -> str:
    ends = [row[name] for row in rows for name in ("high", "rest_share") if row["share"] is not None and row[name]]
    top = next((top for top in _TOPS if top >= max(ends)), 1.0)
    left, height = size.beside + 12, _ABOVE + size.row * len(rows)
    names = short([row["name"] for row in rows], size.longest)

    def x(share: float) -> float:
        return left + size.width * min(share / top, 1.0)

    def marks() -> Iterator[str]:
        for part in (0, 0.5, 1):
            yield rule((x(part * top), _ABOVE), (x(part * top), height), LINE, 1)
            yield words(x(part * top), height + 20, f"{100 * part * top:g}%", "middle")
        for at, (row, name) in enumerate(zip(rows, names, strict=True)):
            yield from _line(row, name, _ABOVE + size.row * at, size, x)

    return picture(left + size.width + 24, height + _BELOW, 14, marks())


def _line(row: Row, name: str, above: float, size: _Size, x: Callable[[float], float]) -> Iterator[str]:
    y = above + (size.row / 2 if size.beside else 29)
    if size.beside:
        yield words(size.beside, y + 5, name, "end", strong=row["flagged"])
    else:
        yield block(12, above, size.width, 18, "white")
        yield words(12, above + 14, name, strong=row["flagged"])
    if row["share"] is None:
        yield star(x(0) + 8, y)
        return
    yield rule((x(row["low"]), y), (x(row["high"]), y))
    if row["rest_share"] is not None:
        yield rule((x(row["rest_share"]), y - 9), (x(row["rest_share"]), y + 9), GREY, 3)
    yield dot(x(row["share"]), y, filled=row["clear"])
