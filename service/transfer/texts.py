"""Reading CSV: which characters, which separator, then every record.

Python's own csv module does the parsing, a few thousand records at a time, because it tells a ragged row and a line
break inside quotes for what they are.
"""

import codecs
import csv
import io
from collections.abc import Iterator

import polars as pl

from service.transfer.rules import LONGEST_CELL
from service.transfer.sheets import PROBLEMS, ROW, Sheet, check_height, checked_headers, no_problems, refuse

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = {
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel (.xls) or a protected file",
    b"\x1f\x8b": "a compressed file",
    b"{\\rtf": "a Word document",
}
_SAVE_AS = "Save it as CSV UTF-8 or as an Excel workbook (.xlsx), then upload it again."
_SEPARATORS = ",;\t|"
_BATCH = 20_000


def read_csv(content: bytes) -> Sheet:
    """Raises Invalid when the whole cannot be read; a ragged row is a problem of that row only."""
    text, notes = decoded(content)
    text, separator = _separator(text)
    records = _records(text, separator)
    try:
        headers = checked_headers(next(records)[1])
        texts, ragged = _columns(records, len(headers))
    except StopIteration:
        raise refuse("The file is empty. Start from the template.") from None
    except csv.Error as error:
        raise refuse(_in_words(error)) from None
    check_height(texts.height)
    return Sheet(headers, texts, ragged, notes)


def decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    """The text, and what to tell about how it was written."""
    for magic, what in _NOT_TEXT.items():
        if content.startswith(magic):
            raise refuse(f"This is {what}, not a table. {_SAVE_AS}")
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), None) or _without_bom(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise refuse(f"We cannot tell how the characters of this file are written. {_SAVE_AS}") from None
    said = "The file is in Windows-1252 characters. Check that accented names look right below."
    return text.removeprefix("\ufeff"), (said,) if encoding == "cp1252" else ()


def _without_bom(content: bytes) -> str:
    start = content[:4000]
    if start[1::2].count(0) > len(start) // 3:
        return "utf-16-le"
    if start[0::2].count(0) > len(start) // 3:
        return "utf-16-be"
    try:
        content.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _separator(text: str) -> tuple[str, str]:
    """The separator that splits the first line into most columns; a line `sep=;`, as Excel writes it, decides."""
    first, _, rest = text.partition("\n")
    if len(first.strip()) == 5 and first.lower().startswith("sep="):
        return rest, first.strip()[-1]
    return text, max(_SEPARATORS, key=lambda mark: _outside_quotes(first[:100_000]).count(mark))


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not empty, with its number as a spreadsheet counts: a line break in quotes starts no row."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    for number, record in enumerate(reader, start=1):
        if any(record) and not all(cell.isspace() or not cell for cell in record):
            yield number, record


def _columns(records: Iterator[tuple[int, list[str]]], width: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    batches: list[pl.DataFrame] = []
    ragged: list[tuple[int, str, str, str, str]] = []
    rows: list[list[str]] = []
    numbers: list[int] = []
    for number, record in records:
        if len(record) != width:
            ragged.append(_ragged(number, len(record), width))
            record = (record + [""] * width)[:width]  # noqa: PLW2901  what is there is still shown
        rows.append(record)
        numbers.append(number)
        if len(rows) == _BATCH:
            batches.append(_frame(numbers, rows, width))
            rows, numbers = [], []
    batches.append(_frame(numbers, rows, width))
    problems = pl.DataFrame(ragged, schema=PROBLEMS, orient="row") if ragged else no_problems()
    return pl.concat(batches).rechunk(), problems


def _ragged(number: int, cells: int, width: int) -> tuple[int, str, str, str, str]:
    more = "more" if cells > width else "fewer"
    fix = f"This row has {cells} cells and the first row {width}. It has {more}: look for a missing quote or separator."
    return number, "", "", "ragged", fix


def _frame(numbers: list[int], rows: list[list[str]], width: int) -> pl.DataFrame:
    columns = list(zip(*rows, strict=True)) or [()] * width
    return pl.DataFrame(
        {ROW: pl.Series(numbers, dtype=pl.UInt32)}
        | {f"c{n}": pl.Series(column, dtype=pl.String) for n, column in enumerate(columns)}
    )


def _in_words(error: csv.Error) -> str:
    if "field larger" in str(error):
        return f"A cell is longer than {LONGEST_CELL:,} characters. Look for a quote that is opened and never closed."
    return f"A quote is not closed, or text follows a closing quote. {_SAVE_AS}"
