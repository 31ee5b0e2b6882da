"""Secondments in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.kit.clock import UK
from service.kit.paging import Page
from service.mobility.presenters.ledger import Line
from service.mobility.rules.secondments import (
    BACKFILL_NAMES,
    EXTENSION_NAMES,
    REFUSAL_NAMES,
    RETURN_NAMES,
    STATE_NAMES,
    ExtensionState,
    SecondmentState,
)
from service.mobility.schemas.ledger import MoveOut
from service.mobility.schemas.secondments import ExtensionOut, SecondmentOut
from service.people.schemas import PersonOut
from service.web.forms import Form
from service.web.presenters import day

Item = Mapping[str, object]
COLOURS: Mapping[SecondmentState, str] = {
    SecondmentState.PLANNED: "blue",
    SecondmentState.RUNNING: "green",
    SecondmentState.EXTENDED: "green",
    SecondmentState.ENDED: "grey",
}


@dataclass(frozen=True, slots=True)
class SecondmentLine:
    held: SecondmentOut

    @property
    def last_day(self) -> date:
        return self.held.ended_on or self.held.ends

    @property
    def state(self) -> str:
        return STATE_NAMES[self.held.state]

    @property
    def colour(self) -> str:
        return COLOURS[self.held.state]

    @property
    def where(self) -> str:
        return f"{self.held.home_organisation} to {self.held.host_organisation}"

    @property
    def dates(self) -> str:
        return f"{day(self.held.starts)} to {day(self.last_day)}"

    @property
    def return_words(self) -> str:
        if self.held.return_role is None:
            return "Not asked yet"
        return RETURN_NAMES[self.held.return_role].split(", ", 1)[1].capitalize()


@dataclass(frozen=True, slots=True)
class SecondmentsPage:
    page: Page[SecondmentOut]
    without: Sequence[SecondmentOut]
    may_add: bool

    @property
    def lines(self) -> list[SecondmentLine]:
        return [SecondmentLine(held) for held in self.page.items]

    @property
    def alerts(self) -> list[SecondmentLine]:
        return [SecondmentLine(held) for held in self.without]


@dataclass(frozen=True, slots=True)
class SecondmentPage:
    """`where` has the organisations that the reader acts for."""

    held: SecondmentOut
    form: Form
    where: Collection[UUID]
    refusal: str = ""

    @property
    def line(self) -> SecondmentLine:
        return SecondmentLine(self.held)

    @property
    def is_home(self) -> bool:
        return self.held.home_organisation_id in self.where

    @property
    def is_over(self) -> bool:
        return self.held.state is SecondmentState.ENDED

    @property
    def facts(self) -> list[tuple[str, str]]:
        held = self.held
        pays = f"{held.home_organisation} pays {held.home_pays}%, {held.host_organisation} pays {100 - held.home_pays}%"
        checked = f", asked on {day(held.return_checked_on)}" if held.return_checked_on else ""
        first = f" (first agreed to {day(held.first_end)})" if held.first_end != held.ends else ""
        return [
            ("Person", held.name),
            ("Home organisation", held.home_organisation),
            ("Host organisation", held.host_organisation),
            ("Agreed on", day(held.agreed_on)),
            ("From and to", f"{self.line.dates}{first}"),
            ("Cost", pays),
            ("Work at home meanwhile", BACKFILL_NAMES[held.backfill]),
            ("Post to return to", f"{self.line.return_words}{checked}"),
        ]

    @property
    def returns(self) -> list[Item]:
        chosen = self.form.value("return_role") or self.held.return_role
        return [{"value": code, "text": name, "checked": code == chosen} for code, name in RETURN_NAMES.items()]

    @property
    def waiting(self) -> ExtensionOut | None:
        return next((one for one in self.held.extensions if one.state is ExtensionState.ASKED), None)

    @property
    def may_answer(self) -> bool:
        both = {self.held.home_organisation_id, self.held.host_organisation_id}
        return bool(self.waiting and (both - {self.waiting.asked_by_id}) & set(self.where))

    @property
    def may_withdraw(self) -> bool:
        return bool(self.waiting and self.waiting.asked_by_id in self.where)

    @property
    def asks_for(self) -> UUID:
        return self.held.home_organisation_id if self.is_home else self.held.host_organisation_id

    @property
    def refusals(self) -> list[Item]:
        chosen = self.form.value("refusal")
        none = {"value": "", "text": "Choose a reason", "selected": not chosen}
        return [none, *({"value": c, "text": n, "selected": c == chosen} for c, n in REFUSAL_NAMES.items())]

    @property
    def extensions(self) -> list[tuple[str, str, str]]:
        """(asked, until when, what became of it)"""
        return [
            (
                f"{day(one.asked_at.astimezone(UK).date())} by {one.asked_by}",
                day(one.until),
                EXTENSION_NAMES[one.state] + (f": {REFUSAL_NAMES[one.refusal].lower()}" if one.refusal else ""),
            )
            for one in self.held.extensions
        ]


@dataclass(frozen=True, slots=True)
class NewSecondmentPage:
    person: PersonOut
    form: Form
    organisations: Mapping[UUID, str]
    refusal: str = ""

    @property
    def homes(self) -> list[Item]:
        chosen = self.form.value("home_organisation_id")
        return [
            {"value": str(e.organisation_id), "text": e.organisation, "selected": str(e.organisation_id) == chosen}
            for e in self.person.employments
        ]

    @property
    def hosts(self) -> list[Item]:
        chosen, own = self.form.value("host_organisation_id"), {e.organisation_id for e in self.person.employments}
        others = {k: name for k, name in self.organisations.items() if k not in own or len(own) > 1}
        none = {"value": "", "text": "Choose an organisation", "selected": not chosen}
        return [none, *({"value": str(k), "text": n, "selected": str(k) == chosen} for k, n in others.items())]

    @property
    def backfills(self) -> list[Item]:
        chosen = self.form.value("backfill")
        return [{"value": code, "text": name, "checked": code == chosen} for code, name in BACKFILL_NAMES.items()]


@dataclass(frozen=True, slots=True)
class MinePage:
    """Somebody's own moves and secondments, in every organisation."""

    moves: Sequence[MoveOut]
    secondments: Sequence[SecondmentOut]

    @property
    def lines(self) -> list[Line]:
        return [Line(move) for move in self.moves]

    @property
    def agreed(self) -> list[SecondmentPage]:
        return [SecondmentPage(held, Form(), ()) for held in self.secondments]
