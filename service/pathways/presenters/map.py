"""The map: where things stand on it. The reader's role is in the middle, steps up above it, steps sideways beside it,
ways back below it. The same steps are told as a list under it: all that a narrow screen or a screen reader needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from service.pathways.rules.steps import StepKind, is_sideways

WIDTH, BOX_WIDTH, BOX_HEIGHT, GAP, ROW = 840, 240, 92, 60, 136
ACROSS = (0, BOX_WIDTH + GAP, 2 * (BOX_WIDTH + GAP))
LETTERS, LINES = 26, 3
LINE, ABOVE_MARK = 20, 62


@dataclass(frozen=True, slots=True)
class Place:
    """A step as the map needs it."""

    title: str
    href: str
    kind: StepKind
    mark: str
    is_next: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A box with the lines of its title; `path` is the line that joins it to the middle."""

    x: int
    y: int
    lines: tuple[tuple[int, str], ...]
    title: str
    href: str = ""
    mark: str = ""
    is_next: bool = False
    path: str = ""

    @property
    def middle(self) -> int:
        return self.x + BOX_WIDTH // 2

    @property
    def mark_at(self) -> int:
        return self.y + BOX_HEIGHT - 12


@dataclass(frozen=True, slots=True)
class Map:
    height: int
    here: Box
    boxes: tuple[Box, ...]
    width: int = WIDTH
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT


def draw(here: str, places: Sequence[Place]) -> Map:
    """Rows of three above and below; beside the middle, one on each side in as many rows as there are."""
    up = [place for place in places if place.kind is StepKind.PROMOTION]
    beside = [place for place in places if is_sideways(place.kind)]
    back = [place for place in places if place.kind is StepKind.RETURN]
    above, across, below = _rows(len(up), 3), max(1, _rows(len(beside), 2)), _rows(len(back), 3)
    middle_y = above * ROW + (across - 1) * ROW // 2
    middle = _box(ACROSS[1], middle_y, here)
    boxes = [
        *(_joined(middle, place, *_of_three(index, len(up), 0)) for index, place in enumerate(up)),
        *(
            _joined(middle, place, ACROSS[2 - 2 * (i % 2)], above * ROW + i // 2 * ROW)
            for i, place in enumerate(beside)
        ),
        *(_joined(middle, p, *_of_three(i, len(back), (above + across) * ROW)) for i, p in enumerate(back)),
    ]
    return Map((above + across + below) * ROW - (ROW - BOX_HEIGHT) + 8, middle, tuple(boxes))


def _joined(middle: Box, place: Place, x: int, y: int) -> Box:
    box = _box(x, y, place.title)
    half = BOX_HEIGHT // 2
    if is_sideways(place.kind):
        start = (middle.x + BOX_WIDTH if x > middle.x else middle.x, middle.y + half)
        end = (x if x > middle.x else x + BOX_WIDTH, y + half)
    else:
        is_up = y < middle.y
        start = (middle.middle, middle.y if is_up else middle.y + BOX_HEIGHT)
        end = (box.middle, y + BOX_HEIGHT if is_up else y)
    path = f"M{start[0]} {start[1]}L{end[0]} {end[1]}"
    return Box(x, y, box.lines, place.title, place.href, place.mark, place.is_next, path)


def _box(x: int, y: int, title: str) -> Box:
    told = wrap(title, LETTERS) or [title]
    if len(told) > LINES:
        told = [*told[: LINES - 1], f"{told[LINES - 1][: LETTERS - 1]}…"]
    top = y + 6 + (ABOVE_MARK - LINE * len(told)) // 2 + LINE - 5
    return Box(x, y, tuple((top + LINE * at, line) for at, line in enumerate(told)), title)


def _of_three(index: int, count: int, top: int) -> tuple[int, int]:
    """Where the box goes in rows of three; one alone in its row stands in the middle."""
    row, column = divmod(index, 3)
    alone = count - row * 3 == 1
    return ACROSS[1] if alone else ACROSS[column], top + row * ROW


def _rows(count: int, size: int) -> int:
    return -(-count // size)
