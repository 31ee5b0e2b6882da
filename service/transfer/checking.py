"""Reading a whole sheet: each cell by the kind of its column. What must be true of rows is the file's kind's to say.

Distinct texts are read once each (a hundred thousand rows have a few thousand dates), so the readers stay plain
functions of one text.
"""

from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass
from datetime import date
from functools import partial

import polars as pl

from service.transfer import cells
from service.transfer.cells import Fault, Reader, Value
from service.transfer.columns import Column, Columns, Kind, plain
from service.transfer.plans import Tell
from service.transfer.schemas import Mapping, years_before_of
from service.transfer.sheets import ROW, Sheet, no_problems

DTYPES: Map[Kind, type[pl.DataType]] = {Kind.DATE: pl.Date, Kind.DECIMAL: pl.Float64, Kind.WHOLE: pl.Int64}
PLAIN: Map[Kind, Reader] = {
    Kind.NUMBER_OF_STAFF: cells.employee_number,
    Kind.CODE: partial(cells.line, longest=40),
    Kind.DECIMAL: cells.decimal,
    Kind.WHOLE: cells.whole,
    Kind.EMAIL: cells.email,
    Kind.ID: cells.identifier,
    Kind.NAME: partial(cells.line, longest=200),
    Kind.TEXT: partial(cells.line, longest=200),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """`rows`: `row` and one column for each field (null: empty); `problems` as in sheets.PROBLEMS.

    `headers`: field -> what the file calls it, for the words of later problems. `given`: the fields that the file or
    the mapping fills.
    """

    rows: pl.DataFrame
    problems: pl.DataFrame
    headers: Map[str, str]
    given: frozenset[str]


def sources_of(columns: Columns, headers: tuple[str, ...], mapping: Mapping | None) -> dict[str, str]:
    """field -> header: the mapping's own first, then the headers that are known by name and that it gives no other
    meaning."""
    given = mapping or Mapping()
    by_name = {header.casefold(): header for header in headers}
    chosen = {field: by_name[name.casefold()] for field, name in given.columns.items() if name.casefold() in by_name}
    taken, meant = {*given.columns, *given.constants}, {*chosen.values()}
    by_itself = columns.understood(headers).items()
    return {**{field: name for field, name in by_itself if field not in taken and name not in meant}, **chosen}


def read_cells(
    sheet: Sheet, mapping: Mapping | None, columns: Columns, reader_of: Callable[[Column], Reader], tell: Tell
) -> Checked:
    """Every cell read. Works on 100,000 rows by 22 fields in about two seconds."""
    given = mapping or Mapping()
    sources = sources_of(columns, sheet.headers, given)
    names = dict(zip(sheet.headers, sheet.texts.columns[1:], strict=True))
    read: list[pl.Series] = [sheet.texts[ROW]]
    problems = [sheet.problems]
    for number, column in enumerate(columns, start=1):
        source = sources.get(column.field)
        # Of several codes in one cell, each has a meaning of its own: their reader looks it up.
        codes = {} if column.kind is Kind.CHOICES else meanings(given, column.field)
        texts = _texts(sheet, names.get(source or ""), given.constants.get(column.field), codes)
        values, faults = _read(column, texts, sheet.texts[ROW], source or column.header, reader_of(column))
        read.append(values)
        problems.append(faults)
        tell(number / len(columns.every))
    headers = {column.field: sources.get(column.field, column.header) for column in columns}
    return Checked(pl.DataFrame(read), pl.concat(problems), headers, frozenset({*sources, *given.constants}))


def _texts(sheet: Sheet, name: str | None, constant: str | None, codes: Map[str, str]) -> pl.Series:
    """One field's texts without the spaces around them; null where the cell is empty."""
    if name is None:
        return pl.Series([constant], dtype=pl.String).new_from_index(0, sheet.texts.height)
    stripped = sheet.texts[name].str.strip_chars()
    if codes:
        distinct = stripped.unique().drop_nulls().to_list()
        changed = {text: codes[plain(text)] for text in distinct if plain(text) in codes}
        stripped = stripped.replace(changed) if changed else stripped
    return stripped.set(stripped == "", None)


def _read(
    column: Column, texts: pl.Series, rows: pl.Series, header: str, reader: Reader
) -> tuple[pl.Series, pl.DataFrame]:
    values: dict[str, Value] = {}
    faults: list[tuple[str, str, str, str]] = []
    for text in texts.unique().drop_nulls().to_list():
        try:
            plainly = cells.unescaped(text)
            cells.check_text(plainly)
            values[text] = reader(plainly)
        except Fault as fault:
            faults.append((text, text if fault.value is None else fault.value, fault.kind, fault.fix))
    dtype = DTYPES.get(column.kind, pl.String)
    read = (
        texts.replace_strict(list(values), list(values.values()), default=None, return_dtype=dtype)
        if values
        else pl.Series([None], dtype=dtype).new_from_index(0, len(texts))
    )
    return read.alias(column.field), _faulty(faults, texts, rows, header)


def _faulty(faults: list[tuple[str, str, str, str]], texts: pl.Series, rows: pl.Series, header: str) -> pl.DataFrame:
    if not faults:
        return no_problems()
    told = pl.DataFrame(faults, schema=dict.fromkeys(("text", "value", "kind", "fix"), pl.String), orient="row")
    found = pl.DataFrame([rows, texts.alias("text")]).join(told, on="text", how="inner", maintain_order="left")
    return found.select(ROW, pl.lit(header).alias("column"), pl.col("value").str.slice(0, 200), "kind", "fix")


def date_reader(
    field: str, mapping: Mapping, believed: tuple[date, date], read: Callable[..., date] = cells.day
) -> Reader:
    """`believed`: the first and the last day that can be."""
    rule = mapping.rule_for(field)
    counted_from = years_before_of(rule)
    if counted_from:
        return partial(cells.years_before, on=counted_from)
    return lambda text: cells.within(read(text, rule), *believed)


def meanings(mapping: Mapping, field: str) -> dict[str, str]:
    """plain name -> what the mapping says that it means."""
    return {plain(said): meant.strip() for said, meant in mapping.codes.get(field, {}).items()}
