from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Final

from analytics.disclosure import Rule
from analytics.frames import Facts
from analytics.released.representation import representation_report
from service.insight.charts import draw
from service.insight.drafting.page import WHOLE_SYSTEM, Page
from service.insight.released import tables_of
from service.insight.rules import Figure, Measure, ReportTable
from service.insight.words import chart_title, reading

_COLUMNS: Final = [field.name for field in fields(Figure)]


def tables(facts: Facts, on: date, rule: Rule) -> list[ReportTable]:
    """The representation report of a whole snapshot, after disclosure control."""
    return tables_of(representation_report(facts, on, rule))


def pages(tables: Sequence[ReportTable], names: Mapping[str, str], on: date, rule: Rule) -> list[Page]:
    return [
        Page(
            Measure.REPRESENTATION,
            table.organisation,
            table.characteristic.value,
            [{name: getattr(figure, name) for name in _COLUMNS} for figure in table.figures],
            chart_title(table, rule.base),
            reading(table, names.get(table.organisation, WHOLE_SYSTEM), on, rule.base),
            draw(table, rule.base),
        )
        for table in tables
    ]
