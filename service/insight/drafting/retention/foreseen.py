"""The part on the next twelve months: of the whole system, where the model was right about the last twelve."""

from collections.abc import Mapping, Sequence
from typing import Any

from analytics.disclosure import Released
from service.insight.drafting.page import Page
from service.insight.released import rows_of
from service.insight.rules import SYSTEM, Measure
from service.insight.shapes import SHAPES
from service.insight.words import retention as words

PART = "forecast"


def foreseen(released: Released, card: Sequence[str]) -> Page:
    rows = rows_of(released)
    shape = next(shape for shape in SHAPES[Measure.RETENTION] if shape.part == PART)
    names = {"reason", *(name for column in shape.columns for name in (column.name, column.high))}
    kept = [{name: value for name, value in _told(row).items() if name in names} for row in rows]
    return Page(Measure.RETENTION, SYSTEM, PART, kept, sentences=[*words.forecast(rows), *card])


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its names. Why nothing is forecast stands in a column; `reason` says why what there is is withheld."""
    named = {"name": words.WAY_NAMES[row["cause"]], "gate_name": words.CHECKED[row["gate"]]}
    return {**row, **named, "reason": None if row["gate"] else row["reason"]}
