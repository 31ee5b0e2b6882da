"""Counts that an organisation takes from elsewhere for the statutory returns: which there are, and what is refused."""

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from typing import Final

SURVEYS: Final = {"wres": ("5", "6", "7", "8"), "wdes": ("4a", "4b", "5", "6", "7", "8")}
BOARDS: Final = ("wres.9", "wdes.10")
PROCESSES: Final = ("wres.3", "wdes.3")
MEASURES: Final = (
    *(f"{standard}.{line}" for standard, lines in SURVEYS.items() for line in ("3", *lines)),
    *BOARDS,
)
GROUPS: Final[Mapping[str, tuple[str, str]]] = {
    "wres": ("ethnic_minority", "white"),
    "wdes": ("disabled", "non_disabled"),
}
COLUMNS: Final = ("organisation", "measure", "period_end", "group", "numerator", "denominator", "percentage")
MOST_ROWS: Final = 5_000
MOST_LETTERS: Final = 400_000
MOST_PEOPLE: Final = 5_000_000
EARLIEST: Final = date(2015, 1, 1)
_WHOLE: Final = re.compile(r"[0-9]{1,7}")
_PERCENTAGE: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})?")
_ALL: Final = Decimal(100)
_NO_SCORE: Final = "is a score and not a count of people, so it cannot be supplied here"


@dataclass(frozen=True, slots=True)
class Line:
    """One row: `numerator` of `denominator` people of the group. For a board: voting members of the group, of all
    voting members who gave an answer."""

    organisation: str
    measure: str
    period_end: date
    group: str
    numerator: int
    denominator: int

    @property
    def key(self) -> tuple[str, str, date]:
        return self.organisation, self.measure, self.period_end


def read_lines(text: str, organisations: Collection[str], today: date) -> tuple[list[Line], list[str]]:
    """The rows of a CSV file, and every problem in a sentence that names row, column and what to do. `organisations`:
    codes that may be supplied for. Lines count only where there is no problem."""
    if len(text) > MOST_LETTERS:
        return [], ["The file is too large. Supply one organisation at a time."]
    try:
        rows = list(csv.DictReader(StringIO(text), strict=True))
    except csv.Error:
        return [], ["The file cannot be read as CSV. Save it again as CSV, with commas."]
    missing = [column for column in COLUMNS[:4] if not rows or column not in rows[0]]
    if missing:
        return [], [f"The file has no rows, or no column {missing[0]}. Start from the template."]
    if len(rows) > MOST_ROWS:
        return [], [f"The file has more than {MOST_ROWS:,} rows. Supply one organisation at a time."]
    filled = [(at, row) for at, row in enumerate(rows, start=2) if any(row.get(column) for column in COLUMNS[4:])]
    if not filled:
        return [], ["The file has no figures. Fill in the rows of the template that you have."]
    read = [_line(at, row, organisations, today) for at, row in filled]
    lines = [one for one in read if isinstance(one, Line)]
    problems = [one for one in read if isinstance(one, str)]
    return lines, problems or list(_together(lines))


def fitted(percentage: str, n: int) -> int | None:
    """How many of `n` people give this percentage at the decimals it has: the nearest that do; None where nobody can.

    Half up, as people round: 48.6 of 212 is 103; 48.7 is no number of 212 people.
    """
    near = int((Decimal(percentage) * n / _ALL).to_integral_value(ROUND_HALF_UP))
    return next((k for k in (near, near - 1, near + 1) if 0 <= k <= n and _is(percentage, k, n)), None)


def _is(percentage: str, a: int, n: int) -> bool:
    """Whether a of n, rounded to the decimals of the percentage, is it."""
    given = Decimal(percentage)
    step = Decimal(1).scaleb(-len(percentage.partition(".")[2]))
    return n > 0 and (_ALL * a / n).quantize(step, ROUND_HALF_UP) == given


def _line(at: int, row: Mapping[str | None, object], organisations: Collection[str], today: date) -> Line | str:
    """The row, or what is wrong with it first."""
    said = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    code, measure, group = (said[name] for name in ("organisation", "measure", "group"))
    if code not in organisations:
        return f"Row {at}, organisation: this is not the code of an organisation that you supply figures for."
    if measure not in MEASURES:
        why = _NO_SCORE if measure == "wdes.9a" else "is not one of the list below"
        return f"Row {at}, measure: {_quoted(measure)} {why}."
    if group not in GROUPS[measure.partition(".")[0]]:
        wanted = " or ".join(GROUPS[measure.partition(".")[0]])
        return f"Row {at}, group: {_quoted(group)} must be {wanted}."
    on = _day(said["period_end"])
    if on is None or not EARLIEST <= on <= today:
        return f"Row {at}, period_end: give the last day as 2026-03-31, not before 2015 and not in the future."
    counts = _counts(said)
    if isinstance(counts, str):
        return f"Row {at}, {counts}"
    return Line(code, measure, on, group, *counts)


def _counts(said: Mapping[str, str]) -> tuple[int, int] | str:
    n, a, percentage = (said[name] for name in ("denominator", "numerator", "percentage"))
    if wrong := next(_misspelt(n, a, percentage), ""):
        return wrong
    found = fitted(percentage, int(n)) if percentage else None
    if percentage and found is None:
        return f"percentage: no number of {n} people is {percentage}%. Give the numerator instead."
    if a and percentage and not _is(percentage, int(a), int(n)):
        return f"percentage: {percentage}% does not fit {a} of {n}."
    return (int(a) if a else found or 0), int(n)


def _misspelt(n: str, a: str, percentage: str) -> Iterator[str]:
    """What is wrong with each of the three, before they are read together."""
    if not _WHOLE.fullmatch(n) or int(n) > MOST_PEOPLE:
        yield f"denominator: {_quoted(n)} must be a whole number of people."
    elif a and not _WHOLE.fullmatch(a):
        yield f"numerator: {_quoted(a)} must be a whole number of people, nought or more."
    elif a and int(a) > int(n):
        yield f"numerator: {a} is more than the denominator, {n}."
    if percentage and (not _PERCENTAGE.fullmatch(percentage) or Decimal(percentage) > _ALL):
        yield f"percentage: {_quoted(percentage)} must be a number from 0 to 100, without a sign."
    if not a and not percentage:
        yield "numerator: give a numerator or a percentage."


def _together(lines: Sequence[Line]) -> Iterator[str]:
    """What only several rows tell."""
    found: dict[tuple[str, str, date], list[Line]] = {}
    for line in lines:
        found.setdefault(line.key, []).append(line)
    for (code, measure, on), both in found.items():
        where = f"{code}, {measure}, {on}"
        groups = GROUPS[measure.partition(".")[0]]
        if sorted(line.group for line in both) != sorted(groups):
            yield f"{where}: give one row for {groups[0]} and one for {groups[1]}."
        elif measure in BOARDS and not _whole_board(both):
            yield f"{where}: the two groups must add up to the denominator, all voting members who gave an answer."


def _whole_board(both: Sequence[Line]) -> bool:
    return {line.denominator for line in both} == {sum(line.numerator for line in both)}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-03-31") else None
    except ValueError:
        return None


def _quoted(text: str) -> str:
    return f"\u201c{text[:40]}\u201d" if text else "nothing"
