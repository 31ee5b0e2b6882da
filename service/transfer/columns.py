"""The columns of a workforce file. The template, the manual page and the reader all follow one list, columns.csv."""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """How the text of a cell is read."""

    NUMBER_OF_STAFF = "employee number"
    NAME = "name"
    TEXT = "text"
    CODE = "code"
    DATE = "date"
    DECIMAL = "number"
    EMAIL = "e-mail address"
    ID = "identifier"
    CHOICE = "choice"


class Part(StrEnum):
    PERSON = "person"
    POST = "post"
    EQUALITY = "equality"


@dataclass(frozen=True, slots=True)
class Column:
    """`field` is our name, `header` the template's (the NHS workforce data set's where it has one), `also` what others
    call it."""

    field: str
    header: str
    kind: Kind
    part: Part
    needed: bool
    example: str
    also: tuple[str, ...]
    help: str


def _read(file: Path) -> tuple[Column, ...]:
    with file.open(newline="", encoding="utf-8") as lines:
        return tuple(
            Column(
                row["field"],
                row["header"],
                Kind(row["kind"]),
                Part(row["part"]),
                row["needed"] == "yes",
                row["example"],
                tuple(row["also"].split()),
                row["help"],
            )
            for row in csv.DictReader(lines)
        )


COLUMNS = _read(Path(__file__).parent / "columns.csv")
FIELDS: Mapping[str, Column] = {column.field: column for column in COLUMNS}
PERSON_FIELDS = ("given_name", "family_name", "birth_date", "email")
ENDING_FIELDS = ("ended", "end_reason", "destination")
POST_FIELDS = ("kind", "job_title", "grade_scheme", "grade", "staff_group", "fte", "started", *ENDING_FIELDS)
EQUALITY_FIELDS = ("ethnicity", "sex", "disability")
# What makes a row say something about a post: a scheme or a full-time equivalent alone may be the same in every row.
TELLS_OF_A_POST = ("job_title", "grade", "staff_group", "started")
# Columns that our own downloads add.
OURS = frozenset({"what to fix", "row"})


def plain(text: str) -> str:
    """A column name or code without case, punctuation or the word "and": Nursing & Midwifery -> nursing midwifery."""
    return " ".join(word for word in re.split(r"[^a-z0-9]+", text.lower()) if word and word != "and")


_NAMES: Mapping[str, tuple[str, int]] = {
    plain(name): (column.field, rank)
    for column in COLUMNS
    for rank, name in enumerate((column.header, *column.also, column.field))
}


def understood(headers: Iterable[str]) -> dict[str, str]:
    """field -> header, for the headers that are known by name. Where two fit, the template's own name comes first."""
    found: dict[str, tuple[int, str]] = {}
    for header in headers:
        if plain(header) in _NAMES:
            field, rank = _NAMES[plain(header)]
            found[field] = min(found.get(field, (99, "")), (rank, header))
    return {field: header for field, (_, header) in found.items()}


def missing(fields: Iterable[str]) -> list[Column]:
    """The columns that a file with these fields still needs. A file that says nothing of posts needs none of theirs."""
    given = frozenset(fields)
    posts = any(field in given for field in TELLS_OF_A_POST)
    return [c for c in COLUMNS if c.needed and c.field not in given and (posts or c.part is Part.PERSON)]
