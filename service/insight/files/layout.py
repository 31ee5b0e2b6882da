from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

# A spreadsheet takes a cell that begins like this for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def plain(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


@contextmanager
def workbook(file: BytesIO, title: str, made_at: datetime) -> Generator[tuple[Workbook, "Look"]]:
    """A workbook without formulas or links that we did not write. The same content always gives the same bytes."""
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
        yield book, Look(book)


class Look:
    def __init__(self, book: Workbook) -> None:
        self.title = self._added(book, {"bold": True, "font_size": 14})
        self.head = self._added(book, {"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
        self.words = self._added(book, {"text_wrap": True, "valign": "top"})
        self.count = self._added(book, {"num_format": "#,##0", "align": "right"})
        self.ratio = self._added(book, {"num_format": "0.00", "align": "right"})
        self.years = self._added(book, {"num_format": "0.0", "align": "right"})
        self.rate = self._added(book, {"num_format": "0.0%", "align": "right"})

    @staticmethod
    def _added(book: Workbook, given: dict[str, Any]) -> Format:
        return book.add_format({"font_name": "Arial", "font_size": 12} | given)


def in_column(sheet: Worksheet, look: Look, title: str, lines: Sequence[str]) -> None:
    sheet.set_column(0, 0, 100)
    sheet.write_string(0, 0, title, look.title)
    for at, text in enumerate(lines, start=1):
        sheet.write_string(at, 0, plain(text), look.words)
