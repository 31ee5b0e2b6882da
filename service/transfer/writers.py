"""Files on the way out: the templates, and the problem rows with what to fix.

No cell of any of them can be run as a formula: text that a spreadsheet would run gets an apostrophe in front, which our
own reader takes off again.
"""

from collections.abc import Iterator
from io import BytesIO

import polars as pl
import xlsxwriter

from service.transfer.columns import COLUMNS_OF
from service.transfer.rules import FileKind
from service.transfer.sheets import ROW

# Without it a spreadsheet reads accented names as something else.
_BOM = b"\xef\xbb\xbf"
_BATCH = 10_000


def template(kind: FileKind) -> bytes:
    """The columns, and two rows that show how to fill them."""
    columns = COLUMNS_OF[kind].template
    rows = [{c.header: c.example for c in columns}, {c.header: c.another for c in columns}]
    return b"".join(csv_of(pl.DataFrame(rows)))


def problem_rows(headers: tuple[str, ...], texts: pl.DataFrame, problems: pl.DataFrame) -> Iterator[bytes]:
    """The file's own rows that have a problem, as CSV, with ROW in front and WHAT_TO_FIX at the end."""
    told = pl.when(pl.col("column") == "").then("fix").otherwise(pl.format("{}: {}", "column", "fix"))
    fixes = problems.sort(ROW, maintain_order=True).group_by(ROW, maintain_order=True).agg(told.str.join(" "))
    rows = texts.join(fixes, on=ROW, how="inner", maintain_order="left")
    rows.columns = ["ROW", *headers, "WHAT_TO_FIX"]
    return csv_of(rows)


def csv_of(rows: pl.DataFrame) -> Iterator[bytes]:
    """In pieces, the first with the column names."""
    yield _BOM + _safe(rows.clear()).write_csv().encode()
    for start in range(0, rows.height, _BATCH):
        yield _safe(rows.slice(start, _BATCH)).write_csv(include_header=False, quote_style="necessary").encode()


def xlsx_of(rows: pl.DataFrame) -> bytes:
    """One sheet, every cell text: nothing in it is a formula, a link or a number that loses its zeros."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True, "in_memory": False}) as book:
        sheet = book.add_worksheet("Workforce")
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for number, name in enumerate(rows.columns):
            sheet.write_string(0, number, name, bold)
        for place, row in enumerate(_safe(rows).iter_rows(), start=1):
            for number, text in enumerate(row):
                if text:
                    sheet.write_string(place, number, text)
    return content.getvalue()


def _safe(rows: pl.DataFrame) -> pl.DataFrame:
    """Nothing that a spreadsheet would run; and no cell that is empty text rather than empty."""
    texts = pl.col(pl.String)
    return rows.with_columns(
        pl.when(texts != "").then(texts.str.replace(r"^([=+\-@\t\r]|'[=+\-@\t\r'])", "'${1}")).name.keep()
    )
