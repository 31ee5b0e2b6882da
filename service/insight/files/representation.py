import csv
import io
from collections.abc import Mapping, Sequence
from typing import Final

from xlsxwriter.worksheet import Worksheet

from analytics.frames import LABELS
from service.insight.definitions import CONTACT, definition_of
from service.insight.files.layout import Look, in_column, plain, workbook
from service.insight.presenters import WITHHELD, stamp_of
from service.insight.queries import ReleaseRow
from service.insight.rules import Figure, ReportTable
from service.insight.words import ABOUT, TITLES, level_words
from service.web.presenters import day

_COUNTS: Final = ("n", "known", "in_scope")
_RATES: Final = ("share", "low", "high", "whole_share", "declaration_rate")
_NAMES: Final[Mapping[str, str]] = {
    "n": "People in group",
    "known": "People with an answer",
    "in_scope": "All people",
    "share": "Share of level",
    "low": "Range from",
    "high": "Range to",
    "whole_share": "Share of whole workforce",
    "declaration_rate": "Declared",
    "reason": "Why withheld",
}


def as_csv(row: ReleaseRow, name: str, table: ReportTable) -> str:
    """One table: a row for each level and group, the release and the day of the facts on every row."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    columns = (*_COUNTS, *_RATES, "reason")
    writer.writerow(
        ["release", "facts_on", "organisation", "organisation_name", "characteristic", "level", "group", *columns]
    )
    start = [
        row.number,
        row.snapshot_on.isoformat(),
        plain(table.organisation),
        plain(name),
        table.characteristic.value,
    ]
    for figure in table.figures:
        writer.writerow([*start, figure.level, figure.group, *(_cell(figure, column) for column in columns)])
    return file.getvalue()


def as_xlsx(row: ReleaseRow, name: str, tables: Sequence[ReportTable]) -> bytes:
    """A workbook of one organisation's tables. The same release always gives the same bytes."""
    file = io.BytesIO()
    with workbook(file, _title(row, name), row.made_at) as (book, look):
        _cover(book.add_worksheet("Cover"), look, row, name)
        _contents(book.add_worksheet("Contents"), look, tables)
        _notes(book.add_worksheet("Notes"), look, row, tables)
        for at, table in enumerate(tables, start=1):
            _table(book.add_worksheet(f"Table {at}"), look, row, name, table, at)
    return file.getvalue()


def _cover(sheet: Worksheet, look: Look, row: ReleaseRow, name: str) -> None:
    stamp = [f"{term}: {meaning}" for term, meaning in stamp_of(row).items()]
    lines = ["Share of each level by group, beside the whole workforce.", *stamp, f"Contact: {CONTACT}"]
    in_column(sheet, look, _title(row, name), lines)


def _contents(sheet: Worksheet, look: Look, tables: Sequence[ReportTable]) -> None:
    sheet.set_column(0, 0, 90)
    sheet.write_string(0, 0, "Contents", look.title)
    for at, table in enumerate(tables, start=1):
        sheet.write_url(
            at, 0, f"internal:'Table {at}'!A1", look.words, f"Table {at}: {TITLES[table.characteristic]} by level"
        )


def _notes(sheet: Worksheet, look: Look, row: ReleaseRow, tables: Sequence[ReportTable]) -> None:
    about = ", ".join(ABOUT[table.characteristic] for table in tables)
    in_column(sheet, look, "Notes", [f"{term}: {meaning}" for term, meaning in definition_of(about, row.rule).items()])


def _table(sheet: Worksheet, look: Look, row: ReleaseRow, name: str, table: ReportTable, at: int) -> None:
    title = f"Table {at}: {TITLES[table.characteristic]} by level, {name}, {day(row.snapshot_on)}"
    sheet.write_string(0, 0, title, look.title)
    sheet.write_string(
        1,
        0,
        f"This sheet has one table. {WITHHELD} is a withheld figure; the last column says why. The notes sheet has"
        " definitions.",
        look.words,
    )
    sheet.set_column(0, 1, 34)
    sheet.set_column(2, 9, 14)
    sheet.set_column(10, 10, 60)
    sheet.set_row(1, 34)
    heads = ["Level", "Group", *_NAMES.values()]
    for line, figure in enumerate(table.figures, start=3):
        _line(sheet, look, line, figure)
    columns = [{"header": head, "header_format": look.head} for head in heads]
    options = {"name": f"table_{at}", "columns": columns, "autofilter": False, "style": None}
    sheet.add_table(2, 0, 2 + len(table.figures), len(heads) - 1, options)
    sheet.freeze_panes(3, 2)


def _line(sheet: Worksheet, look: Look, line: int, figure: Figure) -> None:
    sheet.write_string(line, 0, level_words(figure.level), look.words)
    sheet.write_string(line, 1, LABELS[figure.group], look.words)
    for at, column in enumerate(_NAMES, start=2):
        value = _cell(figure, column)
        if isinstance(value, str):
            sheet.write_string(line, at, value, look.words if column == "reason" else look.count)
        else:
            sheet.write_number(line, at, value, look.count if column in _COUNTS else look.rate)


def _title(row: ReleaseRow, name: str) -> str:
    return f"Representation by level, {name}, {day(row.snapshot_on)}"


def _cell(figure: Figure, column: str) -> int | float | str:
    value = getattr(figure, column)
    if value is None:
        return "" if column == "reason" else WITHHELD
    return value
