"""Leaving over the years, in sentences: a change only where two ranges are apart, even if rounding moved both."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.insight.words.retention.names import years_words
from service.web.presenters import percent

Row = Mapping[str, Any]
# the rate, the ends of its range, and what it is called
_RATES: Final = (
    ("leaver_rate", "low", "high", "Leaving the system or retiring"),
    ("exit_rate", "exit_low", "exit_high", "Leaving an employer"),
)


def yearly(rows: Sequence[Row], slack: float = 0.0) -> list[str]:
    """The newest year beside the first that is shown, of each rate. `rows`: one a year, the oldest first; `slack`: by
    how much rounding alone can have moved a rate."""
    told = [said for names in _RATES if (said := _beside(rows, names, slack))]
    return told or ["Leaving cannot be compared over the years yet: fewer than two years can be shown."]


def _beside(rows: Sequence[Row], names: tuple[str, str, str, str], slack: float) -> str:
    rate, low, high, what = names
    shown = [(at, row) for at, row in enumerate(rows) if row[rate] is not None]
    if len(shown) < 2:
        return ""
    (first, then), (last, now) = shown[0], shown[-1]
    ends = [f"{percent(row[rate])} (range {percent(row[low])} to {percent(row[high])})" for row in (then, now)]
    between = f"from {ends[0]} in the year to {then['year']} to {ends[1]} in the year to {now['year']}"
    if max(then[low] - now[high], now[low] - then[high]) > slack:
        way = "fell" if now[rate] < then[rate] else "rose"
        return f"{what} {way} in {years_words(last - first)}: {between}. The ranges do not overlap."
    return f"{what} has not clearly changed in {years_words(last - first)}: {between}. The difference could be chance."
