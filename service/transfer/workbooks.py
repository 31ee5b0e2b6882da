"""Reading XLSX. A workbook is a zip of XML from outside, so it is measured before anything unpacks it; its formulas and
macros are found and never run."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import fastexcel
import polars as pl

from service.transfer.rules import MOST_COLUMNS, MOST_ROWS
from service.transfer.sheets import PROBLEMS, ROW, Sheet, check_height, checked_headers, no_problems, refuse

MOST_ENTRIES = 500
MOST_UNPACKED = 400_000_000
MOST_RATIO = 150
MOST_TEXT = 1_000_000_000
_PIECE = 4_000_000
_SAVE_AS = "Open it in a spreadsheet, save it as a new .xlsx or as CSV UTF-8, then upload it again."
# One cell with something in it or after it: letters, number, and whether the element closes at once.
_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\sr\s*=\s*[\"']([A-Za-z]{1,8})(\d{1,12})[\"'][^>]*?(/?)>")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\sr\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"'][^>]*?(?<!/)>\s*<(?:\w+:)?f[\s>/]"
)
_TEXT_ITEM = re.compile(rb"<(?:\w+:)?si\b")
_SHARED = re.compile(rb"\st\s*=\s*[\"']s[\"'][^>]*>\s*<(?:\w+:)?v>\s*(\d{1,9})")


@dataclass
class Extent:
    """Where a worksheet's filled cells are, as its XML says."""

    first_row: int = 0
    first_column: int = 0
    cells: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)


def read_xlsx(content: bytes) -> Sheet:
    """The first visible sheet. Raises Invalid when the file is not an honest workbook."""
    extent = _inspected(content)
    try:
        sheet = _first_sheet(fastexcel.read_excel(content))
        frame = sheet.to_polars()
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, ValueError):
        raise refuse(f"We cannot read this workbook. {_SAVE_AS}") from None
    if frame.is_empty():
        raise refuse("The first sheet is empty. Put the column names in its first row.")
    headers = checked_headers(frame.row(0))
    texts = _numbered(frame, extent.first_row or 1)
    check_height(texts.height)
    return Sheet(headers, texts, _formula_problems(extent, headers, texts))


def _first_sheet(workbook: fastexcel.ExcelReader) -> fastexcel.ExcelSheet:
    names = workbook.sheet_names
    for name in names:
        sheet = workbook.load_sheet(name, header_row=None, dtypes="string", skip_whitespace_tail_rows=False)
        if sheet.visible == "visible" or name == names[-1]:
            return sheet
    raise refuse("The workbook has no sheet.")


def _numbered(frame: pl.DataFrame, first: int) -> pl.DataFrame:
    plain = frame.rename({name: f"c{n}" for n, name in enumerate(frame.columns)}).with_row_index(ROW, offset=first)
    cells = pl.exclude(ROW)
    filled = pl.any_horizontal(cells.is_not_null() & (cells.str.strip_chars() != ""))
    return plain.slice(1).filter(filled).with_columns(cells.fill_null(""))


def _formula_problems(extent: Extent, headers: tuple[str, ...], texts: pl.DataFrame) -> pl.DataFrame:
    """Formulas in the columns of the table, below its first row."""
    fix = "This is a formula. Put the value itself in the cell (copy, then paste values)."
    found = [
        (row, headers[column - extent.first_column], "", "formula", fix)
        for row, column in sorted(extent.formulas)
        if row > extent.first_row and 0 <= column - extent.first_column < len(headers)
    ]
    problems = pl.DataFrame(found, schema=PROBLEMS, orient="row") if found else no_problems()
    return problems.join(texts.select(ROW), on=ROW, how="semi")


def _inspected(content: bytes) -> Extent:
    """Unpacks every part once, in pieces. Raises Invalid for a bomb, a macro, an entity or a sheet without end."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _measure(entries, len(content))
            return _look_through(archive, entries)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise refuse(f"This is not a whole Excel workbook. {_SAVE_AS}") from None


def _measure(entries: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES:
        raise refuse(f"The workbook has {len(entries):,} parts, far more than a table needs. {_SAVE_AS}")
    if unpacked > MOST_UNPACKED or unpacked > max(10_000_000, MOST_RATIO * size):
        raise refuse(f"The workbook is far larger unpacked than a table needs to be. {_SAVE_AS}")
    if len({entry.filename for entry in entries}) < len(entries):
        raise refuse(f"The workbook has two parts of one name. {_SAVE_AS}")
    if any(entry.filename.lower().endswith(("vbaproject.bin", "xlm")) for entry in entries):
        raise refuse("The workbook has macros. Save it as a workbook without macros (.xlsx), then upload it again.")


def _look_through(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Extent:
    sheets: dict[str, Extent] = {}
    texts: list[int] = []
    for entry in entries:
        name = entry.filename.lower()
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            sheets[entry.filename] = _extent(archive, entry)
        elif "sharedstrings" in name:
            texts += [len(text) for piece in _pieces(archive, entry) for text in _TEXT_ITEM.split(piece)[1:]]
        elif name.endswith((".xml", ".rels")):
            _scan(archive, entry)
    if max(texts, default=0) * sum(extent.cells for extent in sheets.values()) > MOST_TEXT:
        _weigh(archive, list(sheets), texts)
    return sheets.get(_first_part(archive)) or next(iter(sheets.values()), Extent())


def _weigh(archive: zipfile.ZipFile, sheets: list[str], texts: list[int]) -> None:
    """A text is kept once however many cells show it, and unpacked once for each of them: counts what that comes to."""
    total = 0
    for name in sheets:
        for piece in _pieces(archive, archive.getinfo(name)):
            total += sum(texts[int(n)] for n in _SHARED.findall(piece) if int(n) < len(texts))
    if total > MOST_TEXT:
        raise refuse(f"The texts of the workbook are far longer than a table needs. {_SAVE_AS}")


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part in pieces, each cut before a closing tag so that no cell is seen twice. Raises Invalid for a DOCTYPE."""
    kept = b""
    with archive.open(entry) as part:
        while piece := part.read(_PIECE):
            whole, close, kept = (kept + piece).rpartition(b"</")
            if not close:
                raise refuse(f"A part of the workbook has no structure. {_SAVE_AS}")
            if b"<!DOCTYPE" in whole or b"<!ENTITY" in whole:
                raise refuse(f"The workbook defines entities of its own, which no table needs. {_SAVE_AS}")
            yield whole
            kept = close + kept
    if b"<!DOCTYPE" in kept or b"<!ENTITY" in kept:
        raise refuse(f"The workbook defines entities of its own, which no table needs. {_SAVE_AS}")
    yield kept


def _scan(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    for _ in _pieces(archive, entry):
        pass


def _extent(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Extent:
    extent = Extent()
    for piece in _pieces(archive, entry):
        cells = _CELL.findall(piece)
        if not cells:
            continue
        filled = [cell for cell in cells if not cell[2]]
        columns = {_column(letters) for letters in {cell[0] for cell in cells}}
        rows = {int(number) for number in {cell[1] for cell in cells}}
        if max(columns) > MOST_COLUMNS:
            raise refuse(f"The sheet has more than {MOST_COLUMNS} columns. Keep the columns of the template.")
        if max(rows) > MOST_ROWS + 1000:
            raise refuse(f"The sheet goes beyond row {MOST_ROWS:,}. Delete what is there, or split the file.")
        extent.cells += len(cells)
        if filled:
            first = min(_column(letters) for letters in {cell[0] for cell in filled})
            extent.first_column = min(extent.first_column or first, first)
            extent.first_row = extent.first_row or int(filled[0][1])
        extent.formulas.update((int(number), _column(letters)) for letters, number in _FORMULA.findall(piece))
    return extent


def _column(letters: bytes) -> int:
    """A -> 1, Z -> 26, AA -> 27"""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _first_part(archive: zipfile.ZipFile) -> str:
    """The file that holds the first visible sheet, as the workbook says."""
    book = archive.read("xl/workbook.xml") if "xl/workbook.xml" in archive.namelist() else b""
    links = archive.read("xl/_rels/workbook.xml.rels") if "xl/_rels/workbook.xml.rels" in archive.namelist() else b""
    for sheet in re.findall(rb"<(?:\w+:)?sheet\s[^>]*>", book):
        link = re.search(rb"r:id\s*=\s*[\"']([^\"']+)", sheet)
        if link and b'state="hidden"' not in sheet and b'state="veryHidden"' not in sheet:
            target = re.search(
                rb"<Relationship\b(?=[^>]*\bId=[\"']" + re.escape(link[1]) + rb"[\"'])[^>]*\bTarget=[\"']([^\"']+)",
                links,
            )
            return "xl/" + target[1].decode(errors="replace").removeprefix("/xl/") if target else ""
    return ""
