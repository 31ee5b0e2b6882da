"""A CSV file as rows of named texts, and what is wrong with it, row by row as a spreadsheet numbers them."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from service.kit.errors import Invalid, Problem

FIELD = "csv"
MOST_CHARACTERS = 1_000_000
MOST_ROWS = 5_000
LONGEST_CELL = 2_000
# What our own files put an apostrophe in front of, so that no spreadsheet runs it.
_RUNS = re.compile(r"^'([=+\-@\t\r'])")
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns a file may have and those it must have; whether it may have `others`, which are not looked at."""

    columns: Sequence[str]
    needed: Sequence[str]
    most: int = MOST_ROWS
    longest: int = LONGEST_CELL
    others: bool = False


@dataclass(frozen=True, slots=True)
class RowProblem:
    row: int
    column: str
    value: str
    fix: str


@dataclass(slots=True)
class Line:
    """One row: `cells` by column, without surrounding spaces."""

    row: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(slots=True)
class Sheet:
    lines: list[Line] = field(default_factory=list[Line])
    problems: list[RowProblem] = field(default_factory=list[RowProblem])

    def refuse(self, line: Line, column: str, fix: str) -> None:
        self.problems.append(RowProblem(line.row, column, _shown(line[column]), fix))


def text_of(content: bytes, most: int = MOST_CHARACTERS) -> str:
    """Raises Invalid for a file that is empty, too large, or not text in UTF-8."""
    if len(content) > most:
        raise _refused(f"The file is larger than {most // 1_000_000} MB. Split it, or remove what is not needed.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused("The file is not CSV in UTF-8. In your spreadsheet, save it as “CSV UTF-8”.") from None


def read_sheet(text: str, shape: Shape) -> Sheet:
    """The rows that are not blank. Raises Invalid when the whole cannot be read."""
    if not text.strip():
        raise _refused("The file is empty. Put the column names in its first row.")
    try:
        return _read(csv.reader(io.StringIO(text, newline=""), strict=True), shape)
    except csv.Error:
        raise _refused("A quotation mark is not closed, or a cell is too long. Correct it, then try again.") from None


def _read(records: Iterable[list[str]], shape: Shape) -> Sheet:
    sheet = Sheet()
    names: list[str] = []
    for row, cells in enumerate(records, start=1):
        if row == 1:
            names = [name.strip().lstrip("\ufeff").lower() for name in cells]
            sheet.problems += _problems_with(names, shape)
        elif any(cell.strip() for cell in cells):
            if len(sheet.lines) == shape.most:
                raise _refused(f"The file has more than {shape.most:,} rows. Split it, and import each part.")
            sheet.lines.append(_line(sheet, row, names, cells, shape))
    return sheet


def _problems_with(names: Sequence[str], shape: Shape) -> list[RowProblem]:
    known = ", ".join(shape.columns)
    missing = [
        RowProblem(1, name, "", "Add this column to the first row.") for name in shape.needed if name not in names
    ]
    twice = {name for name in names if names.count(name) > 1}
    strange = [] if shape.others else [name for name in dict.fromkeys(names) if name not in shape.columns]
    return [
        *missing,
        *(RowProblem(1, _shown(name), "", "Keep one of the columns with this name.") for name in sorted(twice)),
        *(
            RowProblem(1, _shown(name), "", f"Remove or rename this column. Columns may be: {known}.")
            for name in strange
        ),
    ]


def _line(sheet: Sheet, row: int, names: Sequence[str], cells: Sequence[str], shape: Shape) -> Line:
    given = {name: _RUNS.sub(r"\1", cell.strip()) for name, cell in zip(names, cells, strict=False)}
    line = Line(row, {name: given[name] for name in shape.columns if name in given})
    if len(cells) > len(names):
        fix = "Remove the extra cells, or put text that has commas in quotation marks."
        sheet.problems.append(RowProblem(row, "", _shown(cells[len(names)]), fix))
    for column, value in line.cells.items():
        if any(unicodedata.category(character) in {"Cc", "Cs"} and character not in "\r\n\t" for character in value):
            line.cells[column] = ""
            sheet.refuse(line, column, "Remove control characters.")
        elif len(value) > shape.longest:
            sheet.refuse(line, column, f"Shorten this to {shape.longest:,} characters.")
    return line


def _shown(text: str) -> str:
    """Its beginning, and nothing that cannot be written as UTF-8."""
    return text[:_SHOWN].encode("utf-8", "replace").decode()


def _refused(message: str) -> Invalid:
    return Invalid(Problem(FIELD, message))
