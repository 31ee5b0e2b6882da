"""Bars that add up to everybody: who stayed, moved inside, left and retired after so many years.

Written as SVG by hand: every organisation has one, and drawing so few rectangles by Vega took most of a release's time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.insight.charts.look import INK, LINE, LOOK, TEAL
from service.insight.charts.rows import NARROW
from service.insight.words.retention import PLACES, whole_hundred

Row = Mapping[str, Any]
LEAST_LABEL: Final = 0.07  # a share that its own number fits in
_NAMES: Final = ("Still with the employer", "Moved inside", "Left the system", "Retired", "Otherwise")
# Dark to light and back, so that neighbours can be told apart in grey too.
_COLOURS: Final = (TEAL, "#8fbccb", "#b3541e", "#aeb7bd", LINE)
_INKS: Final = ("white", INK, "white", INK, INK)
_SIDE, _BAR, _GAP = 62, 24, 8


@dataclass(frozen=True, slots=True)
class _Size:
    """The bars in pixels, the letters, and where each name of the key stands: (from the left, line)."""

    width: int
    letters: int
    key: Sequence[tuple[int, int]]

    @property
    def top(self) -> int:
        return 14 + 20 * (1 + max(line for _, line in self.key))


_SIZES: Final[Mapping[str, _Size]] = {
    "": _Size(540, 14, ((0, 0), (180, 0), (292, 0), (420, 0), (500, 0))),
    NARROW: _Size(210, 13, ((0, 0), (164, 0), (0, 1), (164, 1), (0, 2))),
}


def draw_stack(rows: Sequence[Row]) -> dict[str, str]:
    """`rows` of everybody: a bar for each time, its shares next to each other, as SVG; none without one to show."""
    shown = [row for row in rows if row["stayed"] is not None]
    return {f"stack{end}": "".join(_drawn(shown, size)) for end, size in _SIZES.items()} if shown else {}


def _drawn(rows: Sequence[Row], size: _Size) -> Iterator[str]:
    width, height = size.width + _SIDE + 24, size.top + len(rows) * (_BAR + _GAP) + 26
    yield f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    yield f' font-family="{LOOK["font"]}" font-size="{size.letters}" fill="{INK}">'
    yield f'<rect width="{width}" height="{height}" fill="white"/>'
    for name, colour, (across, line) in zip(_NAMES, _COLOURS, size.key, strict=True):
        y = 8 + 20 * line
        yield f'<rect x="{8 + across}" y="{y}" width="11" height="11" fill="{colour}"/>'
        yield f'<text x="{24 + across}" y="{y + 10}">{name}</text>'
    for at, row in enumerate(rows):
        yield from _bar(row, size, size.top + at * (_BAR + _GAP))
    bottom = size.top + len(rows) * (_BAR + _GAP) + 8
    for share in (0, 0.25, 0.5, 0.75, 1) if size.width > 400 else (0, 0.5, 1):
        x = _SIDE + share * size.width
        yield f'<text x="{x:.1f}" y="{bottom}" text-anchor="middle">{100 * share:.0f}%</text>'
    yield "</svg>"


def _bar(row: Row, size: _Size, y: int) -> Iterator[str]:
    years = row["months"] // 12
    middle = y + _BAR / 2 + 5
    yield f'<text x="{_SIDE - 8}" y="{middle}" text-anchor="end">{years} year{"" if years == 1 else "s"}</text>'
    shares = [row[name] or 0.0 for name in PLACES]
    told, x = whole_hundred(shares), float(_SIDE)
    for name, share, hundredth, colour, ink in zip(PLACES, shares, told, _COLOURS, _INKS, strict=True):
        wide = share * size.width
        yield f'<rect class="{name}" x="{x:.1f}" y="{y}" width="{wide:.1f}" height="{_BAR}" fill="{colour}"'
        yield ' stroke="white" stroke-width="1"/>'
        if share >= LEAST_LABEL:
            yield f'<text x="{x + wide / 2:.1f}" y="{middle}" text-anchor="middle" fill="{ink}">{hundredth}</text>'
        x += wide
