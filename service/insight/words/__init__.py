"""Sentences written from released figures. No sentence claims more than its ranges do, and none compares organisations.

A headline is a dict of `text` and, where there is more to see, `characteristic` or `measure`: the report that it leads
to.
"""

from service.insight.words.names import REPORT_NAMES
from service.insight.words.representation import (
    ABOUT,
    MOST_HEADLINES,
    TITLES,
    Basis,
    Headline,
    chart_title,
    headlines,
    level_words,
    range_words,
    reading,
)

__all__ = [
    "ABOUT",
    "MOST_HEADLINES",
    "REPORT_NAMES",
    "TITLES",
    "Basis",
    "Headline",
    "chart_title",
    "headlines",
    "level_words",
    "range_words",
    "reading",
]
