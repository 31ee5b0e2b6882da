"""Days that count: Monday to Friday, without the bank holidays of England."""

from datetime import date, timedelta
from functools import cache

from holidays.countries.united_kingdom import UnitedKingdom

_DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def add_working_days(start: date, number: int) -> date:
    """The day on which `number` working days are over; the start itself does not count. 0 gives the start."""
    day = start
    for _ in range(number):
        day += _DAY
        while not is_working_day(day):
            day += _DAY
    return day


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(UnitedKingdom(subdiv="ENG", years=year))
