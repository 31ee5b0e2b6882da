"""Pictures of who is coming through: ready people beside posts that fall free, groups at each stage side by side, and
where cases are after so many days. Written as SVG by hand: every organisation has some.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from service.insight.charts.look import GREY, INK, LINE, LOOK, TEAL
from service.insight.charts.rows import NARROW, short
from service.insight.words.pipelines import ALL, STAGE_NAMES
from service.insight.words.retention import whole_hundred

Row = Mapping[str, Any]
PARTS: Final = ("progressed", "turned_down", "withdrew", "open")
_COLOURS: Final = (TEAL, "#8fbccb", "#b3541e", LINE)
_INKS: Final = ("white", INK, "white", INK)
_KEY: Final = ("Progressed", "Turned down", "Withdrew or left", "Open")
_LUMPED: Final = "Ended without progress"
_LEAST_LABEL: Final = 0.07
FEWEST: Final = 3  # rows: fewer are no picture
_STEP: Final = 0.05  # of a share: where scales begin and end
_SHORT: Final = {
    name: said.removeprefix("In a pipeline: ").removeprefix("In post at ").capitalize()
    for name, said in STAGE_NAMES.items()
}


@dataclass(frozen=True, slots=True)
class _Size:
    """Pixels for the names, for the plot and for a row, and the letters."""

    side: int
    width: int
    row: int
    letters: int

    @property
    def whole(self) -> int:
        return self.side + self.width + 24


_WIDE, _SMALL = _Size(300, 450, 26, 15), _Size(8, 250, 42, 13)
_PANEL: Final = _Size(104, 150, 17, 12)
_CASES: Final[Mapping[str, _Size]] = {"": _Size(190, 560, 26, 14), NARROW: _Size(94, 176, 28, 13)}


def draw_cover(rows: Sequence[Row]) -> dict[str, str]:
    """`rows` of senior posts by kind of work: ready now, with ready soon, and posts that fall free."""
    shown = [row for row in rows if row["family"] != ALL and (row["ready_now"] is not None)]
    if len(shown) < FEWEST:
        return {}
    return {f"cover{end}": _svg(*_cover(shown, size)) for end, size in {"": _WIDE, NARROW: _SMALL}.items()}


def _cover(rows: Sequence[Row], size: _Size) -> tuple[int, int, Iterator[str]]:
    narrow = size is _SMALL
    head, names = (66 if narrow else 30), short([row["name"] for row in rows], 34)
    most = max(max(_soon(row), row["expected_vacancies"] or 0) for row in rows)
    ticks = _ticks(most)
    scale = size.width / ticks[-1]

    def marks() -> Iterator[str]:
        yield from _cover_key(size)
        for tick in ticks:
            x = size.side + tick * scale
            yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{head}" y2="{head + len(rows) * size.row}" stroke="{LINE}"/>'
            yield f'<text x="{x:.1f}" y="{head + len(rows) * size.row + 16}" text-anchor="middle">{tick}</text>'
        for at, (row, name) in enumerate(zip(rows, names, strict=True)):
            y = head + at * size.row + size.row / 2 + (8 if narrow else 0)
            place = f'x="8" y="{y - 12}"' if narrow else f'x="{size.side - 10}" y="{y + 5}" text-anchor="end"'
            yield f"<text {place}>{escape(name)}</text>"
            yield from _dots(row, size.side, y, scale)

    return size.whole, head + len(rows) * size.row + 24, marks()


def _cover_key(size: _Size) -> Iterator[str]:
    named = ("Posts to fall free", "Ready now", "Ready now or soon")
    places = ((0, 14), (170, 14), (280, 14)) if size is _WIDE else ((0, 14), (0, 34), (0, 54))
    for at, ((x, y), name) in enumerate(zip(places, named, strict=True)):
        left = 8 + x
        mark = (
            f'<rect x="{left}" y="{y - 6}" width="14" height="8" fill="{LINE}"/>',
            f'<circle cx="{left + 7}" cy="{y - 2}" r="5" fill="{TEAL}"/>',
            f'<circle cx="{left + 7}" cy="{y - 2}" r="5" fill="white" stroke="{TEAL}" stroke-width="2"/>',
        )[at]
        yield f'{mark}<text x="{left + 20}" y="{y + 3}">{name}</text>'


def _dots(row: Row, left: float, y: float, scale: float) -> Iterator[str]:
    if row["expected_vacancies"] is not None:
        yield f'<rect x="{left}" y="{y - 4}" width="{row["expected_vacancies"] * scale:.1f}" height="8" fill="{LINE}"/>'
    now, soon = left + row["ready_now"] * scale, left + _soon(row) * scale
    if row["ready_soon"] is not None:
        yield f'<line x1="{now:.1f}" x2="{soon:.1f}" y1="{y}" y2="{y}" stroke="{TEAL}" stroke-width="2"/>'
        yield f'<circle cx="{soon:.1f}" cy="{y}" r="5" fill="white" stroke="{TEAL}" stroke-width="2"/>'
    yield f'<circle cx="{now:.1f}" cy="{y}" r="5" fill="{TEAL}"/>'


def _soon(row: Row) -> int:
    return (row["ready_now"] or 0) + (row["ready_soon"] or 0)


def _ticks(most: float) -> list[int]:
    step = next(step for step in (5, 10, 20, 25, 50, 100, 200, 250, 500, 1_000, 5_000, 50_000) if most <= 5 * step)
    return [step * at for at in range(math.ceil(most / step) + 1)]


def draw_stages(rows: Sequence[Row]) -> dict[str, str]:
    """A small picture for each group that can be shown at two stages or more: stages downwards, a dot with its range,
    and a broken line at the share in post below. Pictures of one characteristic span the same."""
    groups = dict.fromkeys((row["characteristic"], row["group"]) for row in rows)
    found: dict[str, str] = {}
    for characteristic, group in groups:
        mine = [row for row in rows if row["group"] == group]
        span = _span([row for row in rows if row["characteristic"] == characteristic])
        if sum(row["share"] is not None for row in mine) >= FEWEST:
            found[group] = _svg(*_panel(mine, span))
    return found


def _span(rows: Sequence[Row]) -> float:
    """How much of a share every picture of a characteristic is wide: what the widest needs, and a step to begin at."""
    widest = 0.0
    for group in {row["group"] for row in rows}:
        shown = [row for row in rows if row["group"] == group and row["share"] is not None]
        ends = max((row["high"] for row in shown), default=0.0) - min((row["low"] for row in shown), default=0.0)
        widest = max(widest, ends)
    steps = math.ceil(widest / _STEP) + 1
    return min(1.0, (steps + steps % 2) * _STEP)


def _panel(rows: Sequence[Row], span: float) -> tuple[int, int, Iterator[str]]:
    shown = [row for row in rows if row["share"] is not None]
    low = min(math.floor(min(row["low"] for row in shown) / _STEP) * _STEP, 1 - span)
    size, foot = _PANEL, 6 + len(rows) * _PANEL.row
    below = next((row["share"] for row in rows if row["stage"] == "below"), None)

    def at(share: float) -> float:
        return size.side + min(max((share - low) / span, 0.0), 1.0) * size.width

    def marks() -> Iterator[str]:
        for part in (0, 0.5, 1):
            x = at(low + part * span)
            yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="6" y2="{foot}" stroke="{LINE}"/>'
            yield f'<text x="{x:.1f}" y="{foot + 14}" text-anchor="middle">{100 * (low + part * span):.0f}%</text>'
        if below is not None:
            x = f"{at(below):.1f}"
            yield f'<line x1="{x}" x2="{x}" y1="6" y2="{foot}" stroke="{GREY}" stroke-dasharray="4 3"/>'
        for place, row in enumerate(rows):
            y = 6 + place * size.row + size.row / 2
            yield f'<text x="{size.side - 6}" y="{y + 4}" text-anchor="end">{_SHORT[row["stage"]]}</text>'
            if row["share"] is None:
                yield f'<text x="{size.side + 6}" y="{y + 7}" fill="{GREY}">*</text>'
            else:
                yield from _range(row, y, at)

    return size.whole, foot + 20, marks()


def _range(row: Row, y: float, at: Callable[[float], float]) -> Iterator[str]:
    ends = f'x1="{at(row["low"]):.1f}" x2="{at(row["high"]):.1f}" y1="{y}" y2="{y}"'
    yield f'<line {ends} stroke="{TEAL}" stroke-width="2"/>'
    yield f'<circle cx="{at(row["share"]):.1f}" cy="{y}" r="4" fill="white" stroke="{TEAL}" stroke-width="2"/>'


def draw_cases(rows: Sequence[Row]) -> dict[str, str]:
    """`rows` of everybody: a bar for each stage and number of days, its shares next to each other."""
    shown = [row for row in rows if row["progressed"] is not None]
    return {f"cases{end}": _svg(*_bars(shown, size)) for end, size in _CASES.items()} if shown else {}


def _bars(rows: Sequence[Row], size: _Size) -> tuple[int, int, Iterator[str]]:
    narrow = size.width < 400
    top = 14 + 20 * (3 if narrow else 1)
    # On narrow screens a stage's name has a line of its own above its bars.
    firsts = [at == 0 or rows[at - 1]["stage"] != row["stage"] for at, row in enumerate(rows)]
    above = [sum(firsts[: at + 1]) * 18 if narrow else 0 for at in range(len(rows))]
    foot = top + len(rows) * size.row + above[-1] + 12

    def marks() -> Iterator[str]:
        yield from _cases_key(size, lumped=any(row["withdrew"] is None for row in rows))
        for at, row in enumerate(rows):
            y, days = top + at * size.row + above[at], f"{row['days']} days"
            if firsts[at] and narrow:
                yield f'<text x="8" y="{y - 4}" font-weight="bold">{row["stage_name"]}</text>'
            told = f"{row['stage_name']}, {days}" if firsts[at] and not narrow else days
            yield f'<text x="{size.side - 8}" y="{y + 16}" text-anchor="end">{told}</text>'
            yield from _bar(row, size, y)
        for share in (0, 0.5, 1):
            x = f"{size.side + share * size.width:.1f}"
            yield f'<text x="{x}" y="{foot}" text-anchor="middle">{100 * share:.0f}%</text>'

    return size.whole, foot + 8, marks()


def _cases_key(size: _Size, *, lumped: bool) -> Iterator[str]:
    """What each colour is."""
    named = [*zip(_KEY, _COLOURS, strict=True), *([(_LUMPED, GREY)] if lumped else [])]
    across, step = (5, 150) if size.width > 400 else (2, 140)
    for at, (name, colour) in enumerate(named):
        x, y = 8 + at % across * step, 8 + 20 * (at // across)
        yield f'<rect x="{x}" y="{y}" width="11" height="11" fill="{colour}"/>'
        yield f'<text x="{x + 16}" y="{y + 10}">{name}</text>'


def _bar(row: Row, size: _Size, y: float) -> Iterator[str]:
    parts = [(row[name] or 0.0, colour, ink) for name, colour, ink in zip(PARTS, _COLOURS, _INKS, strict=True)]
    if row["withdrew"] is None:
        parts[1:3] = [(row["ended"], GREY, "white")]
    left = max(0.0, 1 - sum(share for share, _, _ in parts))
    parts[-1] = (parts[-1][0] + left, *parts[-1][1:])
    x = float(size.side)
    for (share, colour, ink), hundredth in zip(parts, whole_hundred([share for share, _, _ in parts]), strict=True):
        wide = share * size.width
        yield f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="{size.row - 5}" fill="{colour}" stroke="white"/>'
        if share >= _LEAST_LABEL and wide > 18:
            yield f'<text x="{x + wide / 2:.1f}" y="{y + 15}" text-anchor="middle" fill="{ink}">{hundredth}</text>'
        x += wide


def _svg(width: int, height: int, marks: Iterator[str]) -> str:
    letters = _PANEL.letters if width == _PANEL.whole else 14
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' font-family="{LOOK["font"]}" font-size="{letters}" fill="{INK}">'
        f'<rect width="{width}" height="{height}" fill="white"/>{"".join(marks)}</svg>'
    )
