"""What a column of a file is, and a list of them: the template, the manual page and the reader all follow one list."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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
    WHOLE = "whole number"
    EMAIL = "e-mail address"
    ID = "identifier"
    CHOICE = "choice"
    CHOICES = "choices"


class Part(StrEnum):
    PERSON = "person"
    POST = "post"
    EQUALITY = "equality"
    CONVERSATION = "conversation"
    FACILITATOR = "facilitator"
    OUTCOME = "outcome"
    MOVE = "move"
    OFFER = "offer"
    COHORT = "cohort"
    APPLICATION = "application"


CODED = frozenset({Kind.CHOICE, Kind.CHOICES})
YES = "yes"


@dataclass(frozen=True, slots=True)
class Column:
    """`field` is our name, `header` the template's (the NHS workforce data set's where it has one), `name` what a page
    calls it, `also` what others do. `needed`: yes, nothing, or a word shared by columns of which one is enough.
    """

    field: str
    header: str
    name: str
    kind: Kind
    part: Part
    needed: str
    template: bool
    example: str
    another: str
    also: tuple[str, ...]
    help: str


@dataclass(frozen=True)
class Columns:
    """The columns of one kind of file. `told_by`: the fields by which a file says something of a part that it may leave
    out; `for_all`: the field that may be said once for every row."""

    every: tuple[Column, ...]
    for_all: str
    told_by: Mapping[Part, tuple[str, ...]] = field(default_factory=dict[Part, tuple[str, ...]])

    def __iter__(self) -> Iterator[Column]:
        return iter(self.every)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.every if column.field == name)

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(column.field for column in self.every)

    @property
    def template(self) -> tuple[Column, ...]:
        return tuple(column for column in self.every if column.template)

    def understood(self, headers: Iterable[str]) -> dict[str, str]:
        """field -> header, for the headers that are known by name. Where two fit, the template's own comes first."""
        names = {
            plain(name): (column.field, rank)
            for column in self.every
            for rank, name in enumerate((column.header, *column.also, column.field))
        }
        found: dict[str, tuple[int, str]] = {}
        for header in headers:
            if plain(header) in names:
                name, rank = names[plain(header)]
                found[name] = min(found.get(name, (99, "")), (rank, header))
        return {name: header for name, (_, header) in found.items()}

    def missing(self, fields: Iterable[str]) -> list[str]:
        """The template's names of the columns that a file with these fields still needs; of those of which one is
        enough, all, in one line. A file that says nothing of a part that it may leave out needs none of its columns."""
        given = frozenset(fields)
        left_out = {part for part, told in self.told_by.items() if not given & {*told}}
        alike: dict[str, list[Column]] = {}
        for column in self.every:
            if column.needed and column.part not in left_out:
                alike.setdefault(column.field if column.needed == YES else column.needed, []).append(column)
        lacking = (some for some in alike.values() if not given & {column.field for column in some})
        return [" or ".join(column.header for column in some) for some in lacking]


def plain(text: str) -> str:
    """A column name or code without case, punctuation or the word "and": Nursing & Midwifery -> nursing midwifery."""
    return " ".join(word for word in re.split(r"[^a-z0-9]+", text.lower()) if word and word != "and")


def read_columns(file: Path) -> tuple[Column, ...]:
    with file.open(newline="", encoding="utf-8") as lines:
        return tuple(_column(row) for row in csv.DictReader(lines))


def _column(row: Mapping[str, str]) -> Column:
    return Column(
        field=row["field"],
        header=row["header"],
        name=row["name"],
        kind=Kind(row["kind"]),
        part=Part(row["part"]),
        needed=row["needed"],
        template=row["template"] == YES,
        example=row["example"],
        another=row["another"],
        also=tuple(row["also"].split()),
        help=row["help"],
    )
