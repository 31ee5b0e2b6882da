"""Moves in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from service.kit.clock import UK
from service.kit.paging import Page
from service.mobility.rules.kinds import ENTERED, KIND_NAMES, SOURCE_NAMES, MoveKind, may_become
from service.mobility.schemas.ledger import MoveFilter, MoveOut, SideOut
from service.people.schemas import PersonOut
from service.web.forms import Form
from service.web.presenters import day

Item = Mapping[str, object]
PERIODS: Mapping[str, tuple[str, int | None]] = {
    "3": ("The last 3 months", 91),
    "12": ("The last 12 months", 365),
    "36": ("The last 3 years", 365 * 3),
    "all": ("All", None),
}
USUAL = "12"


def period_filter(kind: str, period: str, today: date) -> MoveFilter:
    """A kind or period that is none is not asked for. What is still ahead is always there."""
    days = PERIODS.get(period, PERIODS[USUAL])[1]
    first = today - timedelta(days=days) if days else None
    return MoveFilter(kind=MoveKind(kind) if kind in set(MoveKind) else None, first_day=first, last_day=None)


def grade_words(side: SideOut | None) -> str:
    """ "AFC 6 (level 6, senior professional)"; nothing where it is not the reader's to see."""
    if side is None or side.grade is None:
        return ""
    level = side.level_name[:1].lower() + side.level_name[1:] if side.level else "no system level"
    return f"{(side.grade_scheme or '').upper()} {side.grade} ({level})"


@dataclass(frozen=True, slots=True)
class Line:
    """One move, as a line of a list."""

    move: MoveOut

    @property
    def what(self) -> str:
        return KIND_NAMES[self.move.kind]

    @property
    def when(self) -> str:
        """The day it shows: the last one worked, for those who left."""
        is_end = self.move.kind in {MoveKind.LEAVER, MoveKind.RETIREMENT, MoveKind.SECONDMENT_END}
        shown = self.move.left_on if is_end and self.move.left_on else self.move.effective_on
        return f"{'Last day ' if is_end else ''}{day(shown)}"

    @property
    def where(self) -> str:
        left, came = self.move.left, self.move.came
        if left and came and left.organisation_id != came.organisation_id:
            return f"{left.organisation} to {came.organisation}"
        only = came or left
        return only.organisation if only else ""

    @property
    def across(self) -> str:
        """Both organisations, where there are two; a list of one organisation need not name it on each line."""
        left, came = self.move.left, self.move.came
        return self.where if left and came and left.organisation_id != came.organisation_id else ""

    @property
    def grades(self) -> str:
        before, after = grade_words(self.move.left), grade_words(self.move.came)
        return f"{before} to {after}" if before and after and before != after else after or before


@dataclass(frozen=True, slots=True)
class LedgerPage:
    organisations: Mapping[UUID, str]
    here: UUID
    kind: str
    period: str
    page: Page[MoveOut]
    is_first: bool

    @property
    def organisation(self) -> str:
        return self.organisations[self.here]

    @property
    def lines(self) -> list[Line]:
        return [Line(move) for move in self.page.items]

    @property
    def places(self) -> list[Item]:
        return [{"value": str(k), "text": name, "selected": k == self.here} for k, name in self.organisations.items()]

    @property
    def kinds(self) -> list[Item]:
        every = [{"value": "", "text": "All kinds", "selected": not self.kind}]
        return [*every, *({"value": k, "text": n, "selected": k == self.kind} for k, n in KIND_NAMES.items())]

    @property
    def periods(self) -> list[Item]:
        return [{"value": k, "text": name, "selected": k == self.period} for k, (name, _) in PERIODS.items()]

    @property
    def next_href(self) -> str:
        asked = {"organisation": self.here, "kind": self.kind, "period": self.period, "cursor": self.page.next_cursor}
        return f"/mobility?{urlencode(asked)}" if self.page.next_cursor else ""

    @property
    def first_href(self) -> str:
        return f"/mobility?{urlencode({'organisation': self.here, 'kind': self.kind, 'period': self.period})}"


@dataclass(frozen=True, slots=True)
class MovePage:
    """One move with every row that the ledger has of it, and what may be corrected."""

    history: Sequence[MoveOut]
    form: Form
    may_correct: bool

    @property
    def now(self) -> MoveOut:
        return self.history[-1]

    @property
    def line(self) -> Line:
        return Line(self.now)

    @property
    def facts(self) -> list[tuple[str, str]]:
        move = self.now
        facts = [("What", self.line.what), ("Who", move.name), ("When", self.line.when)]
        for label, side in (("From", move.left), ("To", move.came)):
            if side:
                grade = grade_words(side) or "The grade there is not shown to your organisation"
                facts.append((label, f"{side.organisation}. {grade}." if move.is_evidenced else side.organisation))
        facts.append(("Where it comes from", SOURCE_NAMES[move.source]))
        if move.crosswalk_version:
            facts.append(("Levels read from", f"Edition {move.crosswalk_version} of the grades and levels"))
        return facts

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """(recorded, what it said, whether it counts)"""
        return [
            (
                day(row.recorded_at.astimezone(UK).date()),
                "It did not happen" if row.is_withdrawn else f"{KIND_NAMES[row.kind]}, {Line(row).when}",
                "Counts" if row.is_counted else "Says that it does not count" if row is self.now else "Corrected since",
            )
            for row in self.history
        ]

    @property
    def kinds(self) -> list[Item]:
        others = may_become(self.now.kind) if self.now.is_evidenced else ENTERED
        chosen = self.form.value("kind")
        return [
            {"value": kind, "text": KIND_NAMES[kind], "checked": kind == chosen}
            for kind in others
            if kind is not self.now.kind
        ]

    @property
    def is_correctable(self) -> bool:
        return self.may_correct and self.now.is_counted and (bool(self.kinds) or not self.now.is_evidenced)


@dataclass(frozen=True, slots=True)
class EnterPage:
    person: PersonOut
    form: Form
    hints: Mapping[MoveKind, str] = field(
        default_factory=lambda: {
            MoveKind.CAREER_BREAK: "They stay employed and are away for a longer time",
            MoveKind.RETURN: "They are back from a career break",
            MoveKind.ROTATION: "A planned move of a training or rotation scheme",
        }
    )

    @property
    def kinds(self) -> list[Item]:
        chosen = self.form.value("kind")
        return [
            {"value": kind, "text": KIND_NAMES[kind], "checked": kind == chosen, "hint": {"text": self.hints[kind]}}
            for kind in ENTERED
        ]

    @property
    def places(self) -> list[Item]:
        chosen = self.form.value("organisation_id")
        return [
            {"value": str(e.organisation_id), "text": e.organisation, "selected": str(e.organisation_id) == chosen}
            for e in self.person.employments
        ]
