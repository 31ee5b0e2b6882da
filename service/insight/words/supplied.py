"""What organisations supplied, in words."""

from collections.abc import Collection
from datetime import date
from typing import Final

from service.web.presenters import count_of, day

RECORDS: Final = "Records"
NOT_SUPPLIED: Final = "Not supplied"
ALONE: Final = "Supplied; boards are told for the system alone"

TOO_SMALL: Final = "Supplied; too few to show"


def source(days: Collection[date], organisations: int = 0) -> str:
    """ "Supplied, up to 31 March 2026" or, of the system, "2 organisations, up to 31 March 2026" """
    if not days:
        return NOT_SUPPLIED
    first, last = day(min(days)), day(max(days))
    up_to = f"up to {last}" if first == last else f"up to {first} to {last}"
    return f"{count_of(organisations, 'organisation')}, {up_to}" if organisations else f"Supplied, {up_to}"


def points(share: float | None, other: float | None, beside: str, digits: int = 1) -> str:
    """ "4.2 points below the workforce"; with no digits "About 4 points below the workforce" """
    if share is None or other is None:
        return ""
    gap = round(100 * (share - other), digits)
    if not gap:
        return f"As {beside}"
    return f"{'' if digits else 'About '}{abs(gap):.{digits}f} points {'above' if gap > 0 else 'below'} {beside}"
