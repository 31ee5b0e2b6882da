"""Pairs of moves in words: what each side may see of the other, and why it was proposed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.kit.paging import Page
from service.mobility.rules.pairing import (
    BIRTH_WORDS,
    DECISION_NAMES,
    OPEN_STATES,
    STATE_NAMES,
    Basis,
    Decision,
    PairState,
    gap_words,
)
from service.mobility.rules.secondments import UNMET_WORDS
from service.mobility.schemas.pairs import PairOut, Remainder, Unmet
from service.web.forms import Form
from service.web.presenters import count_of, day

Item = Mapping[str, object]


def reasons(pair: PairOut) -> str:
    """Why the two were put side by side, in one line."""
    if pair.basis is Basis.SAME_RECORD:
        return f"One record in both organisations; {gap_words(pair.gap_days)}"
    found = ["the same name" if pair.name_is_same else "nearly the same name"]
    found += {"same": ["date of birth"], "near": ["nearly the date of birth"]}.get(pair.birth_dates, [])
    found += ["employee number"] if pair.same_number else []
    said = " and ".join((", ".join(found[:-1]), found[-1])) if len(found) > 1 else found[0]
    rival = "; another record fits nearly as well" if pair.has_rival else ""
    return f"{said[:1].upper()}{said[1:]}; {gap_words(pair.gap_days)}{rival}"


@dataclass(frozen=True, slots=True)
class QueueLine:
    pair: PairOut
    where: Collection[UUID]

    @property
    def verb(self) -> str:
        pair = self.pair
        if pair.leaver_organisation_id in self.where:
            return f"{pair.leaver}, left on {day(pair.left_on)}: now at {pair.joiner_organisation}?"
        return f"{pair.joiner}, joined on {day(pair.joined_on)}: came from {pair.leaver_organisation}?"

    @property
    def reasons(self) -> str:
        return reasons(self.pair)


@dataclass(frozen=True, slots=True)
class QueuePage:
    page: Page[PairOut]
    where: Collection[UUID]
    left: Remainder
    unmet: Sequence[Unmet]

    @property
    def lines(self) -> list[QueueLine]:
        return [QueueLine(pair, self.where) for pair in self.page.items]

    @property
    def waiting(self) -> str:
        return count_of(self.left.waiting, "pair to decide", "pairs to decide")

    @property
    def remainder(self) -> list[str]:
        left = self.left
        leavers, joiners = count_of(left.leavers, "leaver"), count_of(left.joiners, "joiner")
        nowhere = "no organisation of the system that we know of."
        return [
            f"{left.unpaired_leavers:,} of {leavers} went to {nowhere}",
            f"{left.unpaired_joiners:,} of {joiners} came from {nowhere}",
        ]

    @property
    def unmet_lines(self) -> list[tuple[Unmet, str]]:
        return [(one, UNMET_WORDS[one.why]) for one in self.unmet]


@dataclass(frozen=True, slots=True)
class PairPage:
    pair: PairOut
    form: Form
    refusal: str = ""

    @property
    def facts(self) -> list[tuple[str, str, str]]:
        """(what, of the leaver, of the joiner)"""
        pair = self.pair
        return [
            ("Name", pair.leaver or "Not shown", pair.joiner or "Not shown"),
            ("Organisation", pair.leaver_organisation, pair.joiner_organisation),
            ("Day", f"Last day {day(pair.left_on)}", f"First day {day(pair.joined_on)}"),
        ]

    @property
    def compared(self) -> list[tuple[str, str]]:
        pair = self.pair
        if pair.basis is Basis.SAME_RECORD:
            same = "Yes, one record is employed in both organisations"
            return [("Same person in the system", same), ("Days in between", gap_words(pair.gap_days).capitalize())]
        return [
            ("Same name", "Yes" if pair.name_is_same else "Nearly"),
            ("Same date of birth", BIRTH_WORDS[pair.birth_dates]),
            ("Same employee number", "Yes" if pair.same_number else "No"),
            ("Days in between", gap_words(pair.gap_days).capitalize()),
            ("Does another record fit as well?", "Yes, nearly: look twice" if pair.has_rival else "No"),
        ]

    @property
    def state(self) -> str:
        return STATE_NAMES[self.pair.state]

    @property
    def is_open(self) -> bool:
        return self.pair.state in OPEN_STATES

    @property
    def is_paired(self) -> bool:
        return self.pair.state is PairState.PAIRED

    @property
    def decisions(self) -> list[Item]:
        chosen = self.form.value("decision")
        return [{"value": code, "text": name, "checked": code == chosen} for code, name in DECISION_NAMES.items()]

    @property
    def undo(self) -> str:
        return Decision.NOT_SAME.value
