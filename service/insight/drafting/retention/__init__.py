"""Who stays, who moves and who leaves: the report for the system and each organisation, and its flags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from analytics.disclosure import Released, Rule
from analytics.frames import Facts
from analytics.released.retention.forecast import forecast_report
from analytics.released.retention.report import retention_report
from service.insight.drafting.flags import FlagFound
from service.insight.drafting.page import Drafted
from service.insight.drafting.retention.foreseen import foreseen
from service.insight.drafting.retention.found import found
from service.insight.drafting.retention.pages import EXPECTED, pages
from service.insight.rules import SYSTEM
from service.insight.words import Basis
from service.insight.words import retention as words

__all__ = ["DraftedRetention", "drafted"]


@dataclass(frozen=True, slots=True)
class DraftedRetention:
    """The pages, the headline and the flags; and where leaving is raised, as it was released, for other reports."""

    drafted: Drafted
    flags: Sequence[FlagFound]
    expected: pl.DataFrame


def drafted(facts: Facts, rule: Rule, names: Mapping[str, str], basis: Basis, shares: Released) -> DraftedRetention:
    """The report on who stays, in the twelve months up to the day. What `shares` withholds is not told here either."""
    released = retention_report(facts, basis.snapshot_on, rule, shares)
    rows = found(released, names, rule, basis)
    flags = [_flag(row) for row in rows.every_raised if row["state"] == words.FLAG]
    every = [page for code in rows.rates for page in pages(rows, code)]
    every.extend(foreseen(*forecast_report(facts, basis.snapshot_on, rule, released.rates)))
    lead = words.headline(rows.whole(SYSTEM), rows.every_raised)
    # Other reports call a staff group by its code alone.
    expected = released.expected.frame.with_columns(pl.col("focus").cast(pl.String).str.strip_prefix("staff_group:"))
    return DraftedRetention(Drafted(every, lead), flags, expected)


def _flag(row: Mapping[str, Any]) -> FlagFound:
    # The board reads all flags alike: a ratio and its range, and which way round it is adverse.
    figures = {**row, "ratio": row["o_e"], "like_ratio": None, "adverse": True}
    return FlagFound(words.STEP, row["focus"], EXPECTED, row["organisation"], row["words"], figures)
