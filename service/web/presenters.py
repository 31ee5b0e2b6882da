"""Words, dates and numbers as a person reads them (NHS content style). Templates use these as filters and decide
nothing.
"""

from datetime import date, datetime

from service.kit.clock import UK


def day(value: date | None) -> str:
    """12 November 2026"""
    return f"{value.day} {value:%B %Y}" if value else "Not recorded"


def moment(value: datetime) -> str:
    """12 November 2026 at 3:05pm, in UK time"""
    here = value.astimezone(UK)
    hour = here.hour % 12 or 12
    return f"{day(here.date())} at {hour}:{here:%M}{'am' if here.hour < 12 else 'pm'}"


def number(value: float | int | None) -> str:
    """12,345"""
    return "" if value is None else f"{value:,}"


def percent(value: float | None, digits: int = 1) -> str:
    """14.3%; nothing where there is no figure (the table says why)"""
    return "" if value is None else f"{100 * value:.{digits}f}%"


def words(code: str) -> str:
    """follow_up -> Follow up"""
    return code.replace("_", " ").capitalize()


def count_of(n: int, one: str, many: str | None = None) -> str:
    """1 person, 2 people"""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


FILTERS = {"day": day, "moment": moment, "number": number, "percent": percent, "words": words}
