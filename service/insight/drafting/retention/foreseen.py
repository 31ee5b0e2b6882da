"""The parts on the next twelve months: of the whole system, where the model was right about the last twelve; and about
whom it was wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from analytics.disclosure import Released
from service.insight.drafting.page import Page, page_of
from service.insight.released import rows_of
from service.insight.rules import SYSTEM, Measure
from service.insight.words import retention as words

PART, FAIRNESS = "forecast", "fairness"


def foreseen(released: Released, card: Sequence[str], fairness: Released) -> list[Page]:
    """How the model did and what it says; and whether it was as right for one group as for another."""
    rows, groups = rows_of(released), [_of_group(row) for row in rows_of(fairness)]
    told = [_told(row) for row in rows]
    return [
        page_of(Measure.RETENTION, SYSTEM, PART, told, sentences=[*words.forecast(rows), *card]),
        page_of(Measure.RETENTION, SYSTEM, FAIRNESS, groups, sentences=words.fairness(groups)),
    ]


def _of_group(row: Mapping[str, Any]) -> dict[str, Any]:
    slice_ = f"{row['characteristic']}:{row['group']}"
    names = {"kind": words.kind_name(slice_), "name": words.slice_name(slice_)}
    reason = None if row["state"] else row["reason"]
    return {**row, **names, "state_name": words.JUDGED[row["state"]], "reason": reason}


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its names. Why nothing is forecast stands in a column; `reason` says why what there is is withheld."""
    named = {"name": words.WAY_NAMES[row["cause"]], "gate_name": words.CHECKED[row["gate"]]}
    return {**row, **named, "reason": None if row["gate"] else row["reason"]}
