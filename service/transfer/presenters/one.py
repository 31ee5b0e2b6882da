"""One import, wherever it stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import polars as pl

from service.kit.clock import now
from service.transfer.plans import PREVIEWED
from service.transfer.presenters.words import WORDS, KindWords
from service.transfer.rules import State
from service.transfer.schemas import ImportOut, Unmapped
from service.transfer.sheets import ROW
from service.web.forms import Form
from service.web.presenters import count_of, moment, number

_EQUALITY = (
    "Equality answers in the file will be recorded. They cannot be compared with what is held: nobody at an employer"
    " can read those."
)


@dataclass(frozen=True, slots=True)
class Group:
    """Problems of one kind in one column, told once."""

    column: str
    count: str
    fix: str
    first_row: int
    value: str


@dataclass(frozen=True, slots=True)
class ImportPage:
    found: ImportOut
    organisation: str
    groups: list[Group] = field(default_factory=list[Group])
    problems: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    changes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    unknown_codes: int = 0
    left: list[tuple[UUID, str]] = field(default_factory=list[tuple[UUID, str]])
    problem: str = ""
    progress: int | None = None
    form: Form = field(default_factory=Form)

    @property
    def title(self) -> str:
        return {
            State.UPLOADED: "Checking your file",
            State.CHECKED: "Check before you import",
            State.APPLIED: "Your file has been imported",
            State.UNDONE: "The import has been undone",
            State.DISCARDED: "The file has been discarded",
        }[self.found.state]

    @property
    def words(self) -> KindWords:
        return WORDS[self.found.kind]

    @property
    def good(self) -> int:
        """Rows that would change something."""
        return self.found.summary.new + self.found.summary.changed if self.found.summary else 0

    @property
    def importable(self) -> bool:
        return bool(self.good or (self.found.summary and self.found.summary.equality))

    @property
    def confirm(self) -> str:
        summary = self.found.summary
        if not summary:
            return ""
        what = f"Import {count_of(self.good, 'row')}" if self.good else "Record the equality answers"
        return f"{what} and leave out {count_of(summary.problems, 'problem row')}" if summary.problems else what

    @property
    def undo_until(self) -> str:
        return moment(self.found.undo_until) if self.found.undo_until and self.found.undo_until > now() else ""

    @property
    def waiting_long(self) -> bool:
        return (now() - self.found.history[0].at).total_seconds() > 60

    @property
    def to_know(self) -> list[str]:
        return [*self.words.to_know, *_to_know(self.found)]

    @property
    def receipt(self) -> list[tuple[str, str]]:
        """(count, what was counted)"""
        counts = [(getattr(self.found.applied, name), one, many) for name, one, many in self.words.receipt]
        return [(number(count), one if count == 1 else many) for count, one, many in counts]


def _to_know(found: ImportOut) -> Iterator[str]:
    summary = found.summary
    if not summary:
        return
    people = f"The rows without problems are about {count_of(summary.people, 'person', 'people')}."
    more = f"{number(summary.not_in_file)} more {'is' if summary.not_in_file == 1 else 'are'} held"
    if summary.people:
        yield f"{people} {more} and not in the file: nothing is done with them." if summary.not_in_file else people
    if summary.equality:
        yield _EQUALITY
    yield from summary.notes
    if summary.unmapped_grades:
        yield _unmapped(summary.unmapped_grades)


def _unmapped(grades: tuple[Unmapped, ...]) -> str:
    few = ", ".join(f"{g.grade} in {g.scheme} ({count_of(g.rows, 'row')})" for g in grades[:10])
    others = " and others" if len(grades) > 10 else ""
    return f"No system level is agreed for these grades yet, so reports list them as not mapped: {few}{others}."


def groups_of(problems: pl.DataFrame) -> list[Group]:
    """The most frequent first; the fix of the first row stands for its kind."""
    if problems.is_empty():
        return []
    first = (pl.col(name).first() for name in ("fix", "value"))
    grouped = problems.group_by("column", "kind").agg(pl.len(), *first, pl.col(ROW).min())
    rows = grouped.sort("len", ROW, descending=[True, False]).head(30).to_dicts()
    return [
        Group(row["column"] or "The row", count_of(row["len"], "row"), row["fix"], row[ROW], row["value"])
        for row in rows
    ]


def shown_problems(problems: pl.DataFrame) -> list[dict[str, Any]]:
    return problems.head(PREVIEWED).to_dicts()
