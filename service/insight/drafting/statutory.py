"""WRES and WDES in the layout of the returns. The bands are added up from the released report on representation, so
they tell nothing that it does not; the rest was released for them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from analytics.disclosure import Released, Rule
from analytics.frames import Facts
from analytics.intervals import wilson
from analytics.released.statutory import METHOD_VERSIONS, PARTS, likelihoods_report, parts_report
from analytics.representation.standards import WDES, WRES, Standard
from service.insight.drafting import supplied
from service.insight.drafting.page import Page, by_organisation
from service.insight.released import rows_of
from service.insight.rules import ALL_LEVELS, UNMAPPED, Characteristic, Measure, ReportTable
from service.insight.snapshots import Supplied
from service.insight.words import level_words
from service.insight.words.statutory import INDICATORS, PART_NAMES, reading
from service.insight.words.supplied import NOT_SUPPLIED, RECORDS

Row = dict[str, Any]
__all__ = ["METHOD_VERSIONS", "drafted"]

_STANDARDS: Final[Mapping[Measure, Standard]] = {Measure.WRES: WRES, Measure.WDES: WDES}
_CLUSTERS: Final = {"1": "Cluster 1, levels 1 to 4", "2": "Cluster 2, levels 5 to 7", "3 and 4": "Clusters 3 and 4,"
                    " levels 8 and 9"}  # fmt: skip


def drafted(
    facts: Facts,
    on: date,
    rule: Rule,
    shares: Released,
    tables: Sequence[ReportTable],
    given: Sequence[Supplied] = (),
) -> list[Page]:
    """Both returns, for the system and each organisation. `tables` are `shares` as they are shown; `given` is what
    organisations supplied."""
    return [
        page
        for measure, standard in _STANDARDS.items()
        for theirs in [supplied.rows(measure, standard, given, tables, rule)]
        for page in _return(theirs, facts, on, rule, shares, tables)
    ]


def _return(
    given: supplied.SuppliedRows,
    facts: Facts,
    on: date,
    rule: Rule,
    shares: Released,
    tables: Sequence[ReportTable],
) -> Iterator[Page]:
    measure, standard = given.measure, given.standard
    parts = by_organisation(rows_of(parts_report(facts, on, standard, shares, rule)))
    found = likelihoods_report(facts, on, standard, shares, rule)
    likelihoods = by_organisation([] if found is None else rows_of(found))
    for table in tables:
        if table.characteristic is Characteristic(standard.characteristic):
            mine, theirs = parts[table.organisation], likelihoods.get(table.organisation, [])
            bands, lines = _bands(table, standard, rule), _likelihoods(given, table.organisation, theirs)
            whole = next(row["share"] for row in bands if row["band"] == "all")
            survey = list(given.survey(table.organisation, whole))
            said = reading(measure, bands, [*lines, *survey])
            yield Page(measure, table.organisation, "bands", bands, sentences=said)
            yield Page(measure, table.organisation, "parts", _parts(mine, standard))
            yield Page(measure, table.organisation, "likelihoods", lines)
            yield Page(measure, table.organisation, "supplied", survey)


def _bands(table: ReportTable, standard: Standard, rule: Rule) -> list[Row]:
    """Everybody, then the bands from the highest down, then grades without one."""
    names = _CLUSTERS if standard is WDES else {band: level_words(band) for band in standard.bands}
    asked: dict[str, tuple[str, Sequence[str]]] = {"all": ("All bands", [ALL_LEVELS])}
    asked |= {band: (names[band], [str(level) for level in standard.bands[band]]) for band in [*standard.bands][::-1]}
    asked |= {"unmapped": (level_words(UNMAPPED), [UNMAPPED])}
    return [_band(band, name, table, levels, standard, rule) for band, (name, levels) in asked.items()]


def _band(band: str, name: str, table: ReportTable, levels: Sequence[str], standard: Standard, rule: Rule) -> Row:
    figures = [figure for level in levels for figure in table.at(level)]
    groups = standard.merged.get(standard.group, (standard.group,))
    reference = _sum(figure.n for figure in figures if figure.group == standard.reference)
    firsts = [found[0] for level in levels if (found := table.at(level))]
    known, everybody = _sum(first.known for first in firsts), _sum(first.in_scope for first in firsts)
    group = _sum(figure.n for figure in figures if figure.group in groups)
    group = _rest(known, reference, rule) if group is None else group
    silent = _rest(everybody, known, rule)
    row: Row = {"band": band, "name": name, "reference": reference, "group": group, "unknown": silent}
    gap = any(value is None for value in (reference, group, silent))
    return row | _share(group, reference) | {"reason": rule.reason if gap else None}


def _sum(counts: Iterable[int | None]) -> int | None:
    """Added up from the shown counts; nothing where one of them is withheld."""
    known = [*counts]
    shown = [count for count in known if count is not None]
    return sum(shown) if shown and len(shown) == len(known) else None


def _rest(whole: int | None, part: int | None, rule: Rule) -> int | None:
    """What anybody can take from two shown counts; nothing where that would be a small number."""
    return whole - part if whole is not None and part is not None and whole - part >= rule.floor else None


def _share(group: int | None, reference: int | None) -> Row:
    if group is None or reference is None or not group + reference:
        return {"share": None, "low": None, "high": None}
    low, high = wilson(group, group + reference)
    return {"share": round(group / (group + reference), 6), "low": round(float(low), 6), "high": round(float(high), 6)}


def _parts(rows: Sequence[Row], standard: Standard) -> list[Row]:
    shown = {(row["part"], row["group"]): row for row in rows}
    lines: list[Row] = []
    for part in PARTS:
        both = [shown[part, name] for name in (standard.reference, standard.group)]
        counts = {"reference": both[0]["n"], "group": both[1]["n"]}
        reason = next((row["reason"] for row in both if row["reason"]), None)
        share = _share(counts["group"], counts["reference"])
        lines.append({"part": part, "name": PART_NAMES[part], **counts, **share, "reason": reason})
    return lines


def _likelihoods(given: supplied.SuppliedRows, organisation: str, rows: Sequence[Row]) -> list[Row]:
    """A line for each likelihood of the standard. The formal process comes from the records or, where they hold none,
    from what was supplied; what nobody recorded or supplied is told as not supplied."""
    standard, names = given.standard, INDICATORS[given.measure]
    found = {row["indicator"]: row for row in rows}
    asked = [line for line in ("2", standard.process, standard.training) if line]
    lines = [_line(given.measure, line, names[line], found.get(line)) for line in asked]
    if (entered := given.process(organisation)) is None or standard.process in found:
        return lines
    told = _line(given.measure, standard.process, names[standard.process], entered)
    told["source"] = given.source(organisation, standard.process)
    return [told if line["indicator"] == standard.process else line for line in lines]


def _line(measure: Measure, indicator: str, name: str, row: Row | None) -> Row:
    counts = dict.fromkeys(("reference_a", "reference_n", "group_a", "group_n", "ratio", "low", "high"))
    said = {"supplied": row is not None, "source": NOT_SUPPLIED if row is None else RECORDS}
    line: Row = {"indicator": indicator, "name": name, **said, **counts, "reason": None}
    if row is None:
        return line
    # A process is told the group first; what is good to get, the reference first.
    first, second = ("group", "reference") if indicator == _STANDARDS[measure].process else ("reference", "group")
    sides = {f"{first}_a": row["a"], f"{first}_n": row["n"], f"{second}_a": row["c"], f"{second}_n": row["m"]}
    return line | sides | {name: row[name] for name in ("ratio", "low", "high", "reason")}
