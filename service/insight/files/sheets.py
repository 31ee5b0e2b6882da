"""Any report but representation: each part is a table, its columns those of the catalogue."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from service.insight.definitions import CONTACT, meaning_of
from service.insight.files.layout import Look, in_column, plain, workbook
from service.insight.presenters import LINKS, WITHHELD, stamp_of
from service.insight.queries import ReleaseRow
from service.insight.rules import Measure
from service.insight.shapes import Column, Kind, Shape, Sheet
from service.web.presenters import day

REASON = Column("reason", "Why withheld", Kind.TEXT)


def sheet_as_csv(row: ReleaseRow, name: str, sheet: Sheet) -> str:
    """One part: the release and the day of the facts on every row."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    columns = flat(sheet.shape)
    heads = [f"{column.name}_code" if column.name == "organisation" else column.name for column in columns]
    writer.writerow(["release", "facts_on", "report_of", "report_of_name", *heads])
    start = [row.number, row.snapshot_on.isoformat(), plain(sheet.organisation), plain(name)]
    for figures in sheet.rows:
        writer.writerow([*start, *(_written(figures, column) for column in columns)])
    return file.getvalue()


def sheets_as_xlsx(row: ReleaseRow, name: str, measure: Measure, sheets: Sequence[Sheet]) -> bytes:
    """A workbook of one report. The same release always gives the same bytes."""
    file = io.BytesIO()
    title = f"{LINKS[measure]}, {name}, {day(row.snapshot_on)}"
    with workbook(file, title, row.made_at) as (book, look):
        stamp = [f"{term}: {meaning}" for term, meaning in stamp_of(row, measure).items()]
        in_column(book.add_worksheet("Cover"), look, title, [*stamp, f"Contact: {CONTACT}"])
        _contents(book.add_worksheet("Contents"), look, sheets)
        notes = [f"{term}: {meaning}" for term, meaning in meaning_of(measure, row.rule).items()]
        in_column(book.add_worksheet("Notes"), look, "Notes", notes)
        for at, sheet in enumerate(sheets, start=1):
            _table(book.add_worksheet(f"Table {at}"), look, f"Table {at}: {sheet.shape.heading}, {name}", sheet, at)
    return file.getvalue()


def flat(shape: Shape) -> list[Column]:
    """The columns as a file has them: both ends of a range, and the reason last."""
    columns: list[Column] = []
    for column in shape.columns:
        columns.append(column)
        if column.high:
            upper = f"{column.label}, upper end"
            columns.append(Column(column.high, upper, column.kind, rare=column.rare, only=column.only))
    return [*columns, REASON]


def _contents(page: Worksheet, look: Look, sheets: Sequence[Sheet]) -> None:
    page.set_column(0, 0, 90)
    page.write_string(0, 0, "Contents", look.title)
    for at, sheet in enumerate(sheets, start=1):
        page.write_url(at, 0, f"internal:'Table {at}'!A1", look.words, f"Table {at}: {sheet.shape.heading}")


def _table(page: Worksheet, look: Look, title: str, sheet: Sheet, at: int) -> None:
    columns = flat(sheet.shape)
    page.write_string(0, 0, title, look.title)
    page.write_string(1, 0, f"{sheet.shape.about} {WITHHELD} is a withheld figure.", look.words)
    page.set_row(1, 48)
    for place, column in enumerate(columns):
        page.set_column(place, place, {Kind.CODE: 20, Kind.TEXT: 44}.get(column.kind, 16))
        for line, figures in enumerate(sheet.rows, start=3):
            _cell(page, look, (line, place), figures, column)
    heads = [{"header": column.label, "header_format": look.head} for column in columns]
    options = {"name": f"table_{at}", "columns": heads, "autofilter": False, "style": None}
    page.add_table(2, 0, 2 + max(1, len(sheet.rows)), len(columns) - 1, options)
    page.freeze_panes(3, 0)


def _cell(page: Worksheet, look: Look, at: tuple[int, int], figures: Mapping[str, Any], column: Column) -> None:
    value = _written(figures, column)
    if isinstance(value, str):
        page.write_string(*at, value, look.words if column.kind in {Kind.CODE, Kind.TEXT} else look.count)
    else:
        looks = {Kind.SHARE: look.rate, Kind.RATIO: look.ratio, Kind.YEARS: look.years}
        page.write_number(*at, value, looks.get(column.kind, look.count))


def _written(figures: Mapping[str, Any], column: Column) -> int | float | str:
    value = figures.get(column.name)
    if isinstance(value, str):
        return plain(value)
    if value is not None:
        return value
    if column.kind in {Kind.CODE, Kind.TEXT}:
        return ""
    return column.absence(figures, WITHHELD)
