"""Tables of a board pack: an organisation's figures with the whole system's beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.frames import LABELS
from service.insight.presenters.representation import WITHHELD, levels_of
from service.insight.presenters.tables import Table as SheetTable
from service.insight.rules import Figure, ReportTable
from service.insight.shapes import Kind, Sheet
from service.web.presenters import percent


@dataclass(frozen=True, slots=True)
class Box:
    """One cell: the figure, and what stands small below it."""

    text: str
    small: Sequence[str] = ()
    is_number: bool = True


Line = Sequence[Box]


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    heads: Sequence[Box]
    lines: Sequence[Line]


def levels_table(table: ReportTable, beside: ReportTable | None) -> Table:
    """Levels downwards, groups across; in each cell the share, its range, the people, and the system's share."""
    groups = [Box(LABELS[group]) for group in table.groups]
    heads = [Box("Level", is_number=False), Box("People"), Box("Declared"), *groups]
    lines: list[Line] = []
    for level in levels_of(table):
        others = _others(table, beside, level.code)
        cells = [
            Box(cell.share, [*filter(None, (cell.range, cell.people)), *other])
            for cell, other in zip(level.cells, others, strict=True)
        ]
        lines.append([Box(level.name, is_number=False), Box(level.people), Box(level.declared), *cells])
    return Table("Share of each level, by group", heads, lines)


def _others(table: ReportTable, beside: ReportTable | None, level: str) -> list[list[str]]:
    if beside is None:
        return [[] for _ in table.at(level)]
    system = {figure.group: figure for figure in beside.at(level)}
    return [[f"System {_share(system.get(figure.group))}"] for figure in table.at(level)]


def _share(figure: Figure | None) -> str:
    return percent(figure.share) if figure and figure.share is not None else WITHHELD


def beside_system(table: SheetTable, sheet: Sheet, beside: Sheet | None) -> Table:
    """The table as the report has it, and, where its rows have a share, the system's in a last column."""
    heads = [Box(head.text, is_number=head.is_number) for head in table.heads]
    lines = [[Box(cell.text, is_number=cell.is_number) for cell in line] for line in table.lines]
    if beside is not None and _comparable(sheet) and len(lines) == len(sheet.rows):
        system = {_named(sheet, row): row.get("share") for row in beside.rows}
        heads.append(Box("Share in the system"))
        for line, row in zip(lines, sheet.rows, strict=True):
            share = system.get(_named(sheet, row))
            line.append(Box(WITHHELD if share is None else percent(share)))
    return Table(table.caption, heads, lines)


def _comparable(sheet: Sheet) -> bool:
    """Whether the rows have shares, and are not places themselves."""
    names = {column.name for column in sheet.shape.columns}
    return "share" in names and "organisation" not in names and sheet.measure.value != "trends"


def _named(sheet: Sheet, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(column.name) for column in sheet.shape.columns if column.kind is Kind.CODE)
