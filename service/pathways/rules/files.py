"""What a file of steps would change."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields
from uuid import UUID

from service.kit.errors import Invalid, Problem
from service.pathways.rules.steps import StepRow, problems_with

COLUMNS = tuple(one.name for one in fields(StepRow))
MOST_ROWS = 20_000
MOST_PROBLEMS = 200
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """A published step as a file would say it."""

    id: UUID
    version: int
    row: StepRow


@dataclass(slots=True)
class Changes:
    added: list[StepRow] = field(default_factory=list)
    changed: list[tuple[StepRow, Kept]] = field(default_factory=list)
    same: int = 0


def read_steps(content: bytes) -> list[StepRow]:
    """The rows of a CSV file in UTF-8. Raises Invalid when it is not one, or lacks a column."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(Problem("file", "Save the file as CSV in UTF-8, then choose it again.")) from None
    lines = csv.DictReader(io.StringIO(text.replace("\0", ""), newline=""), restkey="more", restval="")
    try:
        missing = [name for name in COLUMNS if name not in (lines.fieldnames or ())]
        if missing:
            raise Invalid(Problem("file", f"Add the columns {', '.join(missing)}. The first line names the columns."))
        rows = [StepRow(*((line[name] or "").strip() for name in COLUMNS)) for line in lines]
    except csv.Error:
        raise Invalid(Problem("file", "We could not read the file as CSV. Save it again, then choose it.")) from None
    if not 0 < len(rows) <= MOST_ROWS:
        raise Invalid(Problem("file", f"Give a file with 1 to {MOST_ROWS:,} steps."))
    return rows


def problems_in(rows: Sequence[StepRow], levels: Mapping[str, int]) -> list[tuple[int, Problem]]:
    """(line of the file, problem), the first 200. The heading is line 1."""
    found: list[tuple[int, Problem]] = []
    seen: dict[Pair, int] = {}
    for line, row in enumerate(rows, start=2):
        pair = row.from_code, row.to_code
        found += [(line, one) for one in problems_with(row, levels)]
        if pair in seen:
            words = f"Line {seen[pair]} has this step already. Keep one of them."
            found.append((line, Problem("to_code", words)))
        seen.setdefault(pair, line)
        if len(found) >= MOST_PROBLEMS:
            break
    return found[:MOST_PROBLEMS]


def compare(rows: Sequence[StepRow], published: Mapping[Pair, Kept]) -> Changes:
    """What is new, what says something else than what is published, and how many are as they were."""
    found = Changes()
    for row in rows:
        kept = published.get((row.from_code, row.to_code))
        if kept is None:
            found.added.append(row)
        elif kept.row != row:
            found.changed.append((row, kept))
        else:
            found.same += 1
    return found


def write_steps(rows: Sequence[StepRow]) -> str:
    """The rows as a file again."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(astuple(row) for row in rows)
    return file.getvalue()
