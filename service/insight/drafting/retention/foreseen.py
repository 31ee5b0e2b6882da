"""The part on the next twelve months: of the whole system, where the model was right about the last twelve."""

from collections.abc import Mapping, Sequence
from typing import Any

from analytics.disclosure import Released
from service.insight.drafting.page import Page, page_of
from service.insight.released import rows_of
from service.insight.rules import SYSTEM, Measure
from service.insight.words import retention as words

PART = "forecast"


def foreseen(released: Released, card: Sequence[str]) -> Page:
    rows = rows_of(released)
    told = [_told(row) for row in rows]
    return page_of(Measure.RETENTION, SYSTEM, PART, told, sentences=[*words.forecast(rows), *card])


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its names. Why nothing is forecast stands in a column; `reason` says why what there is is withheld."""
    named = {"name": words.WAY_NAMES[row["cause"]], "gate_name": words.CHECKED[row["gate"]]}
    return {**row, **named, "reason": None if row["gate"] else row["reason"]}
