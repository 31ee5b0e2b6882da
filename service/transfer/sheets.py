"""A file as text: every cell as it was written, every row with the number that a spreadsheet shows beside it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from service.kit.errors import Invalid, Problem
from service.transfer.rules import MOST_COLUMNS, MOST_ROWS

ROW = "row"
PROBLEMS = pl.Schema({"row": pl.UInt32, "column": pl.String, "value": pl.String, "kind": pl.String, "fix": pl.String})


@dataclass(frozen=True, slots=True)
class Sheet:
    """`texts`: column `row` (UInt32), then one String column for each of the file's own, named c0, c1, ... in the order
    of `headers`.

    `problems` (see PROBLEMS) are those of the file's shape; `notes` tell the reader what we took for granted.
    """

    headers: tuple[str, ...]
    texts: pl.DataFrame
    problems: pl.DataFrame
    notes: tuple[str, ...] = ()


def refuse(message: str) -> Invalid:
    return Invalid(Problem("file", message))


def checked_headers(first_row: Sequence[str | None]) -> tuple[str, ...]:
    """The column names. Raises Invalid for one that is empty or there twice."""
    if len(first_row) > MOST_COLUMNS:
        raise refuse(
            f"The file has {len(first_row):,} columns. Keep the columns of the template; {MOST_COLUMNS} are allowed."
        )
    headers = tuple((name or "").strip().lstrip("\ufeff") for name in first_row)
    if not any(headers):
        raise refuse("The first row is empty. Put the column names in it.")
    for number, name in enumerate(headers, start=1):
        if not name:
            raise refuse(f"Column {number} has no name. Name it in the first row, or delete the column.")
        if len(name) > 200 or not name.isprintable():
            raise refuse(f"The name of column {number} is too long or has characters that cannot be shown. Rename it.")
    twice = [name for name, times in Counter(name.casefold() for name in headers).items() if times > 1]
    if twice:
        named = next(name for name in headers if name.casefold() == twice[0])
        raise refuse(f"Two columns are called “{named}”. Give each column a name of its own.")
    return headers


def check_height(rows: int) -> None:
    """Raises Invalid when there is nothing to import, or too much."""
    if rows == 0:
        raise refuse("The file has column names but no rows. Add a row for each post, then upload it again.")
    if rows > MOST_ROWS:
        raise refuse(f"The file has more than {MOST_ROWS:,} rows. Split it, and import each part.")


def no_problems() -> pl.DataFrame:
    return pl.DataFrame(schema=PROBLEMS)
