"""Pictures written as SVG by hand: of those that every organisation has, drawing so few marks by Vega would be most of
the time that a release takes. Places are in pixels from the top left.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import pairwise

from service.insight.charts.look import GREY, INK, LOOK, TEAL

Point = tuple[float, float]


def picture(width: float, height: float, letters: int, marks: Iterable[str]) -> str:
    """The whole picture, its marks in the order in which they lie over one another."""
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"',
            f' viewBox="0 0 {width:.0f} {height:.0f}" font-family="{LOOK["font"]}" font-size="{letters}" fill="{INK}">',
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="white"/>',
            *marks,
            "</svg>",
        )
    )


def words(x: float, y: float, said: str, anchor: str = "start", *, strong: bool = False, colour: str = INK) -> str:
    """`anchor`: start, middle or end of the words is at x."""
    weight = ' font-weight="bold"' if strong else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{weight}>{escape(said)}</text>'


def rule(one: Point, other: Point, colour: str = TEAL, width: float = 2, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{one[0]:.1f}" y1="{one[1]:.1f}" x2="{other[0]:.1f}" y2="{other[1]:.1f}" stroke="{colour}"'
        f' stroke-width="{width:g}"{dashed}/>'
    )


def dot(x: float, y: float, *, filled: bool) -> str:
    inside = TEAL if filled else "white"
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{inside}" stroke="{TEAL}" stroke-width="2"/>'


def block(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def star(x: float, y: float) -> str:
    """What stands for a figure that is withheld."""
    return f'<text x="{x:.1f}" y="{y + 9:.1f}" text-anchor="middle" fill="{GREY}" font-size="18">*</text>'


def path(points: Sequence[Point], colour: str, width: float = 2, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{_joined(points)}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashed}/>'


def area(upper: Sequence[Point], lower: Sequence[Point], colour: str) -> str:
    """What lies between two lines."""
    return f'<polygon points="{_joined([*upper, *reversed(lower)])}" fill="{colour}"/>'


def apart(wanted: Sequence[float], gap: float) -> list[float]:
    """Heights at which words can stand without touching, each as near as may be to where it is wanted."""
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    found = list(wanted)
    for one, other in pairwise(order):
        found[other] = max(found[other], found[one] + gap)
    return found


def _joined(points: Iterable[Point]) -> str:
    return " ".join(_placed(points))


def _placed(points: Iterable[Point]) -> Iterator[str]:
    return (f"{x:.1f},{y:.1f}" for x, y in points)
