"""The board of flags, and one flag: what was found, what can be done about it, and what people made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from service.insight.rules import SYSTEM, Measure
from service.insight.rules.flags import NEXT, STATE_NAMES, FlagState, Standing, waits_for_a_person
from service.insight.schemas.flags import ChangeOut, FlagOut
from service.insight.words.flags import (
    GROUPS,
    LEAVING,
    LEAVING_REMEDIES,
    ON_BOARD,
    REMEDIES,
    STAGES,
    certain_gap,
    range_of,
    ratio_of,
    ratio_words,
)
from service.insight.words.retention import MEANING, place_words
from service.web.forms import Form
from service.web.presenters import count_of, day, moment, percent

ACROSS = "Across the system"
Item = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FlagLine:
    flag: FlagOut

    @property
    def title(self) -> str:
        flag = self.flag
        if flag.step == LEAVING:
            return f"{ON_BOARD[LEAVING]}: {place_words(flag.figures)}"
        group = GROUPS[flag.focus]
        who = f"{group[:1].upper()}{group[1:]} staff"
        if flag.organisation == SYSTEM:
            return f"{who}: {STAGES[flag.step].lower()}"
        return f"{who}: {flag.figures['organisation_name']}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        flag, row = self.flag, self.flag.figures
        gap = "None so small" if row["smallest_gap"] is None else ratio_words(row["smallest_gap"])
        found = [
            ("Ratio and range", f"{ratio_words(ratio_of(row))} (range {range_of(row)})"),
            ("Smallest gap that would be seen 4 times in 5", gap),
        ]
        looked_after = [
            ("Found", self.found),
            ("State", self.state),
            ("Owner", flag.owner or "Nobody yet"),
            ("Next date", day(flag.next_on) if flag.next_on else "None"),
        ]
        return [*found, *self._declared, *looked_after]

    @property
    def _declared(self) -> list[tuple[str, str]]:
        """How many gave an answer; who leaves is not asked of people."""
        if self.flag.step == LEAVING:
            return []
        declared = self.flag.figures["declared"]
        return [("Gave an answer", "Not told" if declared is None else f"About {percent(declared, 0)}")]

    @property
    def found(self) -> str:
        flag = self.flag
        if flag.standing is Standing.NEW:
            return f"New in release {flag.newest}"
        if flag.standing is Standing.STILL:
            return f"Still found in release {flag.newest}; first in release {flag.first_in} ({day(flag.first_on)})"
        return (
            f"Not found in the release of {day(flag.newest_on)}; last in release {flag.found_in} ({day(flag.found_on)})"
        )

    @property
    def state(self) -> str:
        return STATE_NAMES[self.flag.state]

    @property
    def waits(self) -> str:
        """What a person should decide because the newest release says otherwise than the state does; or nothing."""
        flag = self.flag
        if not waits_for_a_person(flag.state, flag.standing):
            return ""
        if flag.state is FlagState.CLOSED:
            again = flag.at is not None and flag.at < flag.newest_at
            return "It was closed, and has been found again. Should it be opened again?" if again else ""
        return "It waits for you: is there evidence to close it? That it was not found this time is not enough."

    @property
    def evidence(self) -> str:
        asked = urlencode({"release": self.flag.release_id, "organisation": self.flag.organisation})
        return f"/reports/retention?{asked}#raised" if self.flag.step == LEAVING else f"/reports/equity?{asked}#chain"

    @property
    def drawn_in(self) -> tuple[Measure, str, str]:
        """The report, part and picture in which the same comparison stands for every organisation."""
        flag = self.flag
        if flag.step == LEAVING:
            return Measure.RETENTION, "raised", f"expected_{flag.focus}"
        return Measure.EQUITY, "each", f"{flag.step}_{flag.focus}"

    @property
    def meaning(self) -> Sequence[str]:
        """What it may mean and what often helps, where we have words for it."""
        return MEANING if self.flag.step == LEAVING else ()

    @property
    def remedies(self) -> Sequence[tuple[str, str]]:
        """(words, address): what can be done about it in this service."""
        if self.flag.step != LEAVING:
            return [REMEDIES[self.flag.step]]
        asked = urlencode({"organisation": self.flag.organisation})
        return [(words, f"{address}?{asked}") for words, address in LEAVING_REMEDIES]


@dataclass(frozen=True, slots=True)
class BoardPage:
    flags: Sequence[FlagOut]

    @property
    def newest(self) -> str:
        flag = next(iter(self.flags), None)
        return f"Release {flag.newest}, facts of {day(flag.newest_on)}" if flag else ""

    @property
    def summary(self) -> str:
        """ "5 flags: 3 open, 1 with action under way, 1 not found any more." """
        states = [flag.state for flag in self.flags]
        counts = [f"{states.count(state)} {STATE_NAMES[state].lower()}" for state in FlagState if state in states]
        gone = sum(flag.standing is Standing.GONE for flag in self.flags)
        missing = f" {gone} not found in the newest release." if gone else ""
        return f"{count_of(len(states), 'flag')}: {', '.join(counts)}.{missing}"

    @property
    def groups(self) -> list[tuple[str, list[FlagLine]]]:
        """What is across the system first, then by step; in each, the largest gap that is certain first."""
        ordered = sorted(self.flags, key=lambda flag: -certain_gap(flag.figures))
        system = [FlagLine(flag) for flag in ordered if flag.organisation == SYSTEM]
        steps = [
            (name, [FlagLine(flag) for flag in ordered if flag.organisation != SYSTEM and flag.step == step])
            for step, name in ON_BOARD.items()
        ]
        return [(name, lines) for name, lines in [(ACROSS, system), *steps] if lines]


@dataclass(frozen=True, slots=True)
class FlagPage:
    flag: FlagOut
    changes: Sequence[ChangeOut]
    form: Form
    may_act: bool
    refusal: str = ""

    @property
    def line(self) -> FlagLine:
        return FlagLine(self.flag)

    @property
    def states(self) -> list[Item]:
        chosen = self.form.value("state")
        return [
            {"value": state.value, "text": STATE_NAMES[state], "checked": state == chosen}
            for state in NEXT[self.flag.state]
        ]

    @property
    def history(self) -> list[tuple[str, str, str, str, str]]:
        """(when, who, state, owner and next date, evidence), the newest first"""
        return [
            (moment(one.at), one.by, STATE_NAMES[one.state], _looked_after(one.owner, one.next_on), one.evidence or "")
            for one in self.changes
        ]


def _looked_after(owner: str | None, next_on: date | None) -> str:
    return "; ".join([*([owner] if owner else []), *([day(next_on)] if next_on else [])])


def as_form(flag: FlagOut) -> Form:
    """The form with what stands now."""
    on = flag.next_on
    parts = (
        {} if on is None else {"next_on-day": str(on.day), "next_on-month": str(on.month), "next_on-year": str(on.year)}
    )
    return Form({"owner": flag.owner or "", **parts})
