"""What a file of past conversations says: each cell by its column, then what must be true of a row by itself."""

from collections.abc import Mapping as Map
from datetime import date
from functools import partial

import polars as pl

from service.conversations.rules import FURTHEST, OLDEST
from service.kit.clock import today
from service.transfer import cells
from service.transfer.cells import Reader
from service.transfer.checking import PLAIN, Checked, date_reader, meanings, read_cells
from service.transfer.columns import CONVERSATIONS, Column, Kind
from service.transfer.faults import fault, said
from service.transfer.history.codes import Codes, choices_with
from service.transfer.plans import Tell
from service.transfer.schemas import Mapping
from service.transfer.sheets import ROW, Sheet

_NEEDED = "This is empty or cannot be read. Every row needs it."
_NO_FACILITATOR = "Say who held it: give their employee number or their e-mail address."
_FUTURE = "The day must be today or in the past. Plan the conversation instead of importing it."
_TOO_OLD = "The day must be within the last 10 years."
_NEXT = "The next conversation must come after this one, {}, and within the next 3 years."


def check(sheet: Sheet, mapping: Mapping | None, words: Map[str, Codes], tell: Tell) -> Checked:
    """`words`: field -> code -> what we call it."""
    given = mapping or Mapping()
    reader_of = partial(_reader, mapping=given, words=words, choices=choices_with(words))
    read = read_cells(sheet, given, CONVERSATIONS, reader_of, tell)
    problems = pl.concat([read.problems, *_within_rows(read.rows, read.headers), _held_by_nobody(read)])
    return Checked(read.rows, problems, read.headers, read.given)


def _reader(column: Column, mapping: Mapping, words: Map[str, Codes], choices: Map[str, Codes]) -> Reader:
    """The function that reads one text of this column."""
    field = column.field
    if column.kind is Kind.DATE:
        return date_reader(field, mapping, (date(1950, 1, 1), today() + 2 * FURTHEST))
    known, named = choices.get(field, {}), words.get(field, {})
    if column.kind is Kind.CHOICES:
        return partial(cells.choices, known=known, words=named, read_as=meanings(mapping, field))
    if column.kind is Kind.CHOICE:
        return partial(cells.choice, known=known, words=named, name_all=True)
    return PLAIN[column.kind]


def _within_rows(rows: pl.DataFrame, header: Map[str, str]) -> list[pl.DataFrame]:
    now, nothing = today(), pl.lit("")
    held, due = pl.col("held_on"), pl.col("next_due_on")
    found: list[tuple[pl.Expr, str, str | pl.Expr, str, str | pl.Expr]] = [
        *(
            (pl.col(field).is_null(), field, nothing, "empty", _NEEDED)
            for field in ("employee_number", "held_on", "kind")
        ),
        (held > now, "held_on", "held_on", "future", _FUTURE),
        (held < now - OLDEST, "held_on", "held_on", "too_old", _TOO_OLD),
        (
            (due <= held) | (due > now + FURTHEST),
            "next_due_on",
            "next_due_on",
            "next_due",
            pl.format(_NEXT, said("held_on")),
        ),
    ]
    return [fault(rows, when, header[field], value, kind, fix) for when, field, value, kind, fix in found]


def _held_by_nobody(read: Checked) -> pl.DataFrame:
    """One of two columns is enough; one that cannot be read has been told already."""
    headers = [read.headers[field] for field in ("facilitator_number", "facilitator_email")]
    rows = read.rows.join(read.problems.filter(pl.col("column").is_in(headers)), on=ROW, how="anti")
    nobody = pl.col("facilitator_number").is_null() & pl.col("facilitator_email").is_null()
    return fault(rows, nobody, headers[0], pl.lit(""), "empty", _NO_FACILITATOR)
