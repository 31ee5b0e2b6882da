"""What a workforce file says: each cell by its column, then what must be true of rows (`row_rules`)."""

from collections.abc import Mapping as Map
from dataclasses import dataclass
from datetime import date
from functools import partial

import polars as pl

from service.kit.clock import today
from service.people import rules as people_rules
from service.posts import rules as posts_rules
from service.transfer import cells
from service.transfer.cells import Fault, Reader
from service.transfer.checking import PLAIN, Checked, date_reader, read_cells
from service.transfer.columns import TELLS_OF_A_POST, WORKFORCE, Column, Kind, plain
from service.transfer.plans import Tell, not_told
from service.transfer.schemas import Mapping
from service.transfer.sheets import Sheet
from service.transfer.workforce.codes import CHOICES, words_of
from service.transfer.workforce.row_rules import between_rows, within_rows


@dataclass(frozen=True, slots=True)
class Known:
    """What a file is read against: the organisation it is for, and the codes that it and the system use."""

    organisation_codes: frozenset[str]
    system_codes: frozenset[str]
    grades: Map[str, frozenset[str]]
    end_reasons: frozenset[str]
    destinations: frozenset[str]


def check(sheet: Sheet, mapping: Mapping | None, known: Known, tell: Tell = not_told) -> Checked:
    """Adds `tells_of_a_post` to the rows."""
    given = mapping or Mapping()
    read = read_cells(sheet, given, WORKFORCE, partial(_reader, mapping=given, known=known), tell)
    told = [field for field in TELLS_OF_A_POST if field in read.given and field not in given.constants]
    told = told or ["assignment_id"]
    rows = read.rows.with_columns(tells_of_a_post=pl.any_horizontal(pl.col(told).is_not_null()))
    rows = _with_scheme(rows, known)
    problems = [read.problems, *within_rows(rows, read.headers), *between_rows(rows, read.headers)]
    return Checked(rows, pl.concat(problems), read.headers, read.given)


def _reader(column: Column, mapping: Mapping, known: Known) -> Reader:
    """The function that reads one text of this column."""
    if column.kind is Kind.DATE:
        read = cells.end_day if column.field in {"left", "ended"} else cells.day
        return date_reader(column.field, mapping, _believed(column.field), read)
    if column.kind is Kind.CHOICE:
        return partial(cells.choice, known=_choices(column.field, known), words=words_of(column.field))
    if column.field == "organisation_code":
        return partial(_own_code, known=known)
    return PLAIN[column.kind]


def _believed(field: str) -> tuple[date, date]:
    """The first and the last day that the rooms below believe."""
    now = today()
    if field == "birth_date":
        return date(now.year - people_rules.OLDEST, 1, 1), date(now.year - people_rules.YOUNGEST, 12, 31)
    return posts_rules.OLDEST, now + posts_rules.FURTHEST


def _choices(field: str, known: Known) -> Map[str, str]:
    held = {"end_reason": known.end_reasons, "destination": known.destinations | known.system_codes}.get(
        field, frozenset()
    )
    return {**CHOICES[field], **{plain(code): code for code in held}}


def _own_code(text: str, known: Known) -> str:
    if plain(text) not in known.organisation_codes:
        raise Fault(
            "other_organisation", "This row is for another organisation. Import it there, or take it out of this file."
        )
    return text


def _with_scheme(rows: pl.DataFrame, known: Known) -> pl.DataFrame:
    """A grade that says its scheme (Band 7, AfC 8a) gives it; known grades are written as the crosswalk writes them."""
    says = pl.col("grade").str.extract(r"(?i)^(?:agenda for change |afc )?(?:band )([1-9][a-d]?)$").str.to_lowercase()
    agenda = says.is_not_null() & (
        pl.col("grade_scheme").is_null() | (pl.col("grade_scheme").str.to_lowercase() == "afc")
    )
    rows = rows.with_columns(
        grade=pl.when(agenda).then(says).otherwise("grade"),
        grade_scheme=pl.when(agenda).then(pl.lit("afc")).otherwise("grade_scheme"),
    )
    written = {
        f"{scheme} {grade}".lower(): (scheme, grade) for scheme, grades in known.grades.items() for grade in grades
    }
    schemes = {scheme.lower(): scheme for scheme in known.grades}
    both = pl.concat_str(pl.col("grade_scheme"), pl.col("grade"), separator=" ").str.to_lowercase()
    return (
        rows.with_columns(
            grade=both.replace_strict(
                {key: grade for key, (_, grade) in written.items()}, default=pl.col("grade"), return_dtype=pl.String
            ),
            grade_scheme=pl.col("grade_scheme")
            .str.to_lowercase()
            .replace_strict(schemes, default=pl.col("grade_scheme"), return_dtype=pl.String),
        )
        if written
        else rows
    )
