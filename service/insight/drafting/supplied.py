"""What organisations supplied for the statutory returns, as it is shown: the staff survey, formal processes, boards."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from analytics.disclosure import Rule
from analytics.intervals import wilson
from analytics.released.supplied import GIVEN, board_report, given_counts, supplied_report
from analytics.representation.standards import Standard
from service.insight.released import rows_of
from service.insight.rules import SYSTEM, Characteristic, Measure, ReportTable
from service.insight.snapshots import Supplied
from service.insight.words.statutory import INDICATORS
from service.insight.words.supplied import ALONE, NOT_SUPPLIED, TOO_SMALL, points, source

Row = dict[str, Any]
_EMPTY: Final = dict.fromkeys(
    f"{side}_{name}" for side in ("reference", "group") for name in ("n", "a", "share", "low", "high")
)
_BESIDE: Final = {Measure.WRES: "White staff", Measure.WDES: "others"}


@dataclass(frozen=True, slots=True)
class SuppliedRows:
    """The released lines by organisation and indicator; the days they are up to; why some are withheld."""

    measure: Measure
    standard: Standard
    lines: Mapping[tuple[str, str], Row]
    board: Row | None
    days: Mapping[tuple[str, str], Sequence[date]]
    reason: str

    def process(self, organisation: str) -> Row | None:
        """The line of the formal process as the report on likelihoods has it, where it was supplied."""
        line = self.lines.get((organisation, self.standard.process))
        if line is not None or organisation or not self._suppliers(self.standard.process):
            return line
        return dict.fromkeys(("a", "n", "c", "m", "ratio", "low", "high")) | {"reason": self.reason}

    def source(self, organisation: str, indicator: str) -> str:
        found = self.days.get((organisation, indicator), ())
        if not found and not organisation and self._suppliers(indicator):
            return TOO_SMALL
        return source(found, self._shown(indicator) if not organisation else 0)

    def survey(self, organisation: str, workforce: float | None) -> Iterator[Row]:
        """A row for each line of the survey, then the board's. `workforce`: the group's share of all staff."""
        for indicator, name in INDICATORS[self.measure].items():
            told: Row = {"indicator": indicator, "name": name}
            if indicator in self.standard.survey:
                yield told | self._line(organisation, indicator)
            elif indicator == self.standard.board:
                yield told | self._seats(organisation, indicator, workforce)

    def _line(self, organisation: str, indicator: str) -> Row:
        row = self.lines.get((organisation, indicator))
        if row is None:
            return self._untold(organisation, indicator)
        both = _side("group", row["a"], row["n"]) | _side("reference", row["c"], row["m"])
        gap = points(both["group_share"], both["reference_share"], _BESIDE[self.measure])
        said = self.source(organisation, indicator)
        return both | {"points": gap, "source": said, "supplied": True, "reason": row["reason"]}

    def _seats(self, organisation: str, indicator: str, workforce: float | None) -> Row:
        if organisation:
            return _nothing() | ({"source": ALONE, "supplied": True} if (organisation, indicator) in self.days else {})
        row = self.board
        if row is None:
            return self._untold(organisation, indicator)
        # Each is rounded to 10, so a share is of both together: of the rounded whole, the two need not make up all.
        members = None if row["a"] is None or row["a_rest"] is None else row["a"] + row["a_rest"]
        both = _side("group", row["a"], members) | _side("reference", row["a_rest"], members)
        said = source(self.days[SYSTEM, indicator], len(self._suppliers(indicator)))
        gap = points(both["group_share"], workforce, "the workforce", digits=0)
        return both | {"points": gap, "source": said, "supplied": True, "reason": row["reason"]}

    def _untold(self, organisation: str, indicator: str) -> Row:
        """Of the system: whether some organisation supplied it, none of which can be shown."""
        if organisation or not self._suppliers(indicator):
            return _nothing()
        return _nothing() | {"source": TOO_SMALL, "supplied": True, "reason": self.reason}

    def _shown(self, indicator: str) -> int:
        return sum(row["n"] is not None for (code, line), row in self.lines.items() if code and line == indicator)

    def _suppliers(self, indicator: str) -> list[str]:
        return [code for code, line in self.days if code and line == indicator]


def rows(
    measure: Measure, standard: Standard, given: Sequence[Supplied], tables: Sequence[ReportTable], rule: Rule
) -> SuppliedRows:
    """`tables`: the report on representation as it is shown. Raises CellsError for counts that cannot be."""
    mine = [one for one in given if one.measure.partition(".")[0] == measure]
    cells = [(one.organisation, one.measure.partition(".")[2], one.group, one.a, one.n) for one in mine]
    checked = given_counts(pl.DataFrame(cells, schema=GIVEN, orient="row"), standard)
    counted = pl.DataFrame({"organisation": _headcounts(tables, standard)}, schema={"organisation": pl.String})
    released = supplied_report(checked, standard, counted, rule)
    lines = {(row["organisation"], row["indicator"]): row for row in rows_of(released)}
    board = board_report(checked, standard, rule)
    days: dict[tuple[str, str], list[date]] = {}
    for one in mine:
        indicator = one.measure.partition(".")[2]
        row = lines.get((one.organisation, indicator))
        days.setdefault((one.organisation, indicator), []).append(one.period_end)
        if row is None or row["n"] is not None:
            days.setdefault((SYSTEM, indicator), []).append(one.period_end)
    return SuppliedRows(measure, standard, lines, None if board is None else rows_of(board)[0], days, rule.reason)


def _headcounts(tables: Sequence[ReportTable], standard: Standard) -> list[str]:
    """Organisations of which both headcounts are shown."""
    wanted = {standard.reference, *standard.merged.get(standard.group, (standard.group,))}
    return [
        table.organisation
        for table in tables
        if table.characteristic is Characteristic(standard.characteristic)
        and all((whole := table.whole(group)) is not None and whole.n is not None for group in wanted)
    ]


def _side(side: str, a: int | None, n: int | None) -> Row:
    if a is None or n is None:
        return {f"{side}_{name}": None for name in ("n", "a", "share", "low", "high")}
    low, high = wilson(min(a, n), n)
    figures = {"n": n, "a": a, "share": round(min(a, n) / n, 6), "low": round(float(low), 6)}
    return {f"{side}_{name}": value for name, value in (figures | {"high": round(float(high), 6)}).items()}


def _nothing() -> Row:
    return _EMPTY | {"points": "", "source": NOT_SUPPLIED, "supplied": False, "reason": None}
