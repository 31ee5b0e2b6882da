"""Reading rows of any file whose columns say how: each cell by its kind, then what every row needs."""

from collections.abc import Mapping as Map
from datetime import date, timedelta
from functools import partial

import polars as pl

from service.kit.clock import today
from service.transfer import cells
from service.transfer.cells import Reader
from service.transfer.checking import PLAIN, Checked, date_reader, meanings, read_cells
from service.transfer.columns import YES, Column, Columns, Kind, plain
from service.transfer.faults import fault
from service.transfer.plans import Tell
from service.transfer.schemas import Mapping
from service.transfer.sheets import ROW, Sheet

Codes = Map[str, str]
_NEEDED = "This is empty or cannot be read. Every row needs it."
_BELIEVED = date(1950, 1, 1), timedelta(days=366 * 5)
_LONGEST = {"summary": 500}


def check(
    sheet: Sheet,
    mapping: Mapping | None,
    columns: Columns,
    words: Map[str, Codes],
    tell: Tell,
    also: Codes | None = None,
) -> Checked:
    """`words`: field -> code -> what we call it; `also`: plain names that others use -> code, for any field."""
    given = mapping or Mapping()
    choices = {field: _choices(codes, also or {}) for field, codes in words.items()}
    reader_of = partial(_reader, mapping=given, words=words, choices=choices)
    read = read_cells(sheet, given, columns, reader_of, tell)
    needed = [column.field for column in columns if column.needed == YES]
    empty = [fault(read.rows, pl.col(f).is_null(), read.headers[f], pl.lit(""), "empty", _NEEDED) for f in needed]
    problems = pl.concat([read.problems, *empty]).unique([ROW, "column"], keep="first", maintain_order=True)
    return Checked(read.rows, problems, read.headers, read.given)


def good_rows(checked: Checked, *found: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows without problems; and every problem, `found` among them, in the order of the rows."""
    problems = pl.concat([checked.problems, *found]).unique([ROW, "column"], keep="first", maintain_order=True)
    rows = checked.rows.join(problems, on=ROW, how="anti", maintain_order="left")
    return rows, problems.sort(ROW, maintain_order=True)


def _choices(codes: Codes, also: Codes) -> dict[str, str]:
    ours = {plain(name): code for code, label in codes.items() for name in (code, label)}
    return {**{name: code for name, code in also.items() if code in codes}, **ours}


def _reader(column: Column, mapping: Mapping, words: Map[str, Codes], choices: Map[str, Codes]) -> Reader:
    field = column.field
    if column.kind is Kind.DATE:
        return date_reader(field, mapping, (_BELIEVED[0], today() + _BELIEVED[1]))
    known, named = choices.get(field, {}), words.get(field, {})
    if column.kind is Kind.CHOICES:
        return partial(cells.choices, known=known, words=named, read_as=meanings(mapping, field))
    if column.kind is Kind.CHOICE:
        return partial(cells.choice, known=known, words=named, name_all=len(named) < 20)
    return partial(cells.line, longest=_LONGEST[field]) if field in _LONGEST else PLAIN[column.kind]
