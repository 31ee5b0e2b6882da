"""Two characteristics at once, for the whole system."""

from datetime import date

from analytics.disclosure import Released, Rule
from analytics.frames import Facts
from analytics.released.intersections import intersections_report
from service.insight.drafting.page import Page
from service.insight.released import rows_of
from service.insight.rules import SYSTEM, Measure
from service.insight.words import crossed as words


def page(facts: Facts, on: date, shares: Released, rule: Rule) -> Page:
    rows = [
        row | {"cut_name": words.CUTS[row["cut"]], "band_name": words.BANDS[row["band"]], "name": words.name_of(row)}
        for row in rows_of(intersections_report(facts, on, shares, rule))
    ]
    return Page(Measure.EQUITY, SYSTEM, "crossed", rows, sentences=words.reading(rows))
