"""Leavers of every organisation against how many were expected: a funnel (Spiegelhalter 2005). Each has its own limits
behind it, within which chance and the usual differences between the others would leave it: they narrow to the right,
where more are expected. Flagged ones alone are named.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.insight.charts.look import GREY, LINE
from service.insight.charts.rows import NARROW, short
from service.insight.charts.svg import apart, dot, picture, rule, words

Row = Mapping[str, Any]
FEWEST: Final = 5  # organisations: fewer make no funnel
LEADS: Final = 20  # so many organisations are more than a list of rows can be read of
EDGES: Final = (0.25, 4.0)
_RATIOS: Final = (0.25, 0.5, 1, 2, 4)
_STEPS: Final = (1, 2, 5)
_LEFT, _ABOVE, _BELOW = 44, 12, 44
_LIMITS: Final = ("limit_low", "limit_high", "far_low", "far_high")


@dataclass(frozen=True, slots=True)
class _Size:
    width: int
    height: int
    longest: int


_SIZES: Final[Mapping[str, _Size]] = {"": _Size(690, 320, 44), NARROW: _Size(246, 260, 22)}


def placed(rows: Sequence[Row]) -> list[Row]:
    """Those that have a place in a funnel, fewest expected first."""
    found = [row for row in rows if row["o_e"] and row["expected"] and all(row.get(name) for name in _LIMITS)]
    return sorted(found, key=lambda row: (row["expected"], row["organisation_name"].casefold()))


def draw_funnel(name: str, rows: Sequence[Row]) -> dict[str, str]:
    """`rows` of whole organisations (organisation_name, expected, o_e, state, limits); none of fewer than five."""
    shown = placed(rows)
    if len(shown) < FEWEST:
        return {}
    return {f"{name}{end}": _drawn(shown, size) for end, size in _SIZES.items()}


def _drawn(rows: Sequence[Row], size: _Size) -> str:
    x, ticks = _across(rows, size)

    def y(ratio: float) -> float:
        inside = min(max(ratio, EDGES[0]), EDGES[1])
        return _ABOVE + size.height * (0.5 - math.log(inside, EDGES[1]) / 2)

    def limits(row: Row) -> Iterator[str]:
        at = x(row["expected"])
        yield rule((at, y(row["far_low"])), (at, y(row["far_high"])), LINE, 2)
        yield rule((at, y(row["limit_low"])), (at, y(row["limit_high"])), LINE, 8)

    def marks() -> Iterator[str]:
        for ratio in _RATIOS:
            yield rule((_LEFT, y(ratio)), (_LEFT + size.width, y(ratio)), LINE, 1)
            yield words(_LEFT - 6, y(ratio) + 5, f"{ratio:g}", "end")
        yield from (mark for row in rows for mark in limits(row))
        yield rule((_LEFT, y(1)), (_LEFT + size.width, y(1)), GREY, 1)
        for tick in ticks:
            yield words(x(tick), _ABOVE + size.height + 18, f"{tick:,}", "middle")
        yield words(_LEFT + size.width, _ABOVE + size.height + 36, "people expected to leave", "end", colour=GREY)
        yield from (dot(x(row["expected"]), y(row["o_e"]), filled=row["state"] == "flag") for row in rows)
        yield from _named([row for row in rows if row["state"] == "flag"], x, y, size)

    return picture(_LEFT + size.width + 14, _ABOVE + size.height + _BELOW, 14, marks())


def _across(rows: Sequence[Row], size: _Size) -> tuple[Callable[[float], float], list[int]]:
    """Twice as many expected is one step to the right, wherever one begins; and the round numbers to write below."""
    low, high = (math.log(rows[at]["expected"] * part) for at, part in ((0, 0.9), (-1, 1.1)))
    span = max(high - low, 0.1)
    ticks = [step * 10**power for power in range(7) for step in _STEPS]
    inside = [tick for tick in ticks if low <= math.log(tick) <= low + span]
    return (lambda expected: _LEFT + size.width * (math.log(expected) - low) / span), inside


def _named(rows: Sequence[Row], x: Callable[[float], float], y: Callable[[float], float], size: _Size) -> Iterator[str]:
    names = short([row["organisation_name"] for row in rows], size.longest)
    heights = apart([y(row["o_e"]) for row in rows], 17)
    for name, row, height in zip(names, rows, heights, strict=True):
        at = x(row["expected"])
        beyond = at > _LEFT + size.width / 2
        yield words(at - 9 if beyond else at + 9, height + 5, name, "end" if beyond else "start", strong=True)
