"""Small turns of phrase that several reports share."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from service.web.presenters import percent

ROUND_FROM = 0.05  # below it a whole per cent is too coarse


def listed(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C" """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def about(share: float) -> str:
    """ "about 45%", "about 0.5%": a share whose range stands elsewhere"""
    return f"about {percent(share, 1 if share < ROUND_FROM else 0)}"


def within(name: str) -> str:
    """A name in the middle of a sentence: initials stay as they are."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def ranges(rows: Iterable[Mapping[str, Any]], share: str, called: Callable[[Mapping[str, Any]], str]) -> str:
    """ "A: 5%, range 3% to 8%. B: ...", of the rows that show the share"""
    return ". ".join(
        f"{called(row)}: {percent(row[share])}, range {percent(row['low'])} to {percent(row['high'])}"
        for row in rows
        if row[share] is not None
    )
