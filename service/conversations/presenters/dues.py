"""The words of the lists of who should have a conversation, and of who holds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from service.conversations.rules.arranging import NONE_REASON_NAMES, SHOW_NAMES, Show
from service.conversations.schemas.arranging import DueOut, Load
from service.kit.clock import now, today
from service.web.forms import Form
from service.web.presenters import count_of, day, moment

Option = Mapping[str, object]
EMPTY: Mapping[Show, str] = {
    Show.OVERDUE: "Nobody is overdue.",
    Show.SOON: "Nothing is due in the next 14 days.",
    Show.ASKED: "Nobody is waiting for a conversation that they asked for.",
    Show.NONE_YET: "Everybody has had a conversation, or has one planned.",
    Show.NO_DATE: "Everybody has a date for their next conversation.",
    Show.PLANNED: "Nothing is planned. Choose people from another list to arrange conversations.",
    Show.REASON: "Nobody has a reason recorded.",
}


@dataclass(frozen=True, slots=True)
class DuePage:
    """One list of people of one organisation, to arrange conversations from."""

    organisations: Mapping[UUID, str]
    here: UUID
    show: Show
    dues: Sequence[DueOut]
    next_cursor: str | None
    is_first: bool

    @property
    def organisation(self) -> str:
        return self.organisations[self.here]

    @property
    def choices(self) -> list[Option]:
        return [
            {"value": str(place), "text": name, "selected": place == self.here}
            for place, name in self.organisations.items()
        ]

    @property
    def lists(self) -> list[tuple[str, str, bool]]:
        """(address, name, whether it is the one shown)"""
        return [(self._href(show), name, show is self.show) for show, name in SHOW_NAMES.items()]

    @property
    def next_href(self) -> str:
        return self._href(self.show, cursor=self.next_cursor) if self.next_cursor else ""

    @property
    def first_href(self) -> str:
        return "" if self.is_first else self._href(self.show)

    @property
    def heading(self) -> str:
        return SHOW_NAMES[self.show]

    @property
    def empty(self) -> str:
        return EMPTY[self.show] if self.is_first else "That was everybody."

    @property
    def may_choose(self) -> bool:
        return self.show is not Show.PLANNED

    def told(self, due: DueOut) -> str:
        return stands(due)

    def _href(self, show: Show, **more: str | None) -> str:
        return f"/conversations/due?{urlencode({'organisation': str(self.here), 'show': show.value} | more)}"


def stands(due: DueOut) -> str:
    """ "Last held on 3 March 2026 by Ben Hale. Was due on 3 September 2026." """
    return " ".join(part for part in (_last(due), _next(due), _why(due)) if part)


def _last(due: DueOut) -> str:
    if due.last_held_on is None:
        return "None held yet."
    by = f" by {due.facilitator.name}" if due.facilitator and due.planned_for is None else ""
    return f"Last held on {day(due.last_held_on)}{by}."


def _next(due: DueOut) -> str:
    asked = f"Asked for one on {day(due.asked_on)}. " if due.asked_on else ""
    if due.planned_for and due.planned_for < now():
        return f"{asked}Was planned for {moment(due.planned_for)}, and is not logged yet."
    if due.planned_for:
        return (
            f"{asked}Planned for {moment(due.planned_for)}{f' with {due.facilitator.name}' if due.facilitator else ''}."
        )
    if due.due_on is None:
        return asked.strip()
    return f"{asked}{'Was due' if due.due_on < today() else 'Due'} on {day(due.due_on)}."


def _why(due: DueOut) -> str:
    return f"{NONE_REASON_NAMES[due.none_reason]}, since {day(due.reason_given_on)}." if due.none_reason else ""


@dataclass(frozen=True, slots=True)
class ReasonPage:
    due: DueOut
    form: Form
    back: str

    @property
    def choices(self) -> list[Option]:
        chosen = self.form.value("reason")
        made: list[Option] = [
            {"value": code, "text": name, "checked": code == chosen} for code, name in NONE_REASON_NAMES.items()
        ]
        return [
            *made,
            {"divider": "or"},
            {"value": "", "text": "No reason: keep them in the lists", "checked": not chosen},
        ]


@dataclass(frozen=True, slots=True)
class WorkloadPage:
    organisations: Mapping[UUID, str]
    here: UUID
    loads: Sequence[Load]

    @property
    def organisation(self) -> str:
        return self.organisations[self.here]

    @property
    def choices(self) -> list[Option]:
        return [
            {"value": str(place), "text": name, "selected": place == self.here}
            for place, name in self.organisations.items()
        ]

    @property
    def sentence(self) -> str:
        """The table in words."""
        held, planned, due = (sum(getattr(load, name) for load in self.loads) for name in ("held", "planned", "due"))
        who = count_of(len(self.loads), "person holds", "people hold")
        are = "is" if planned == 1 else "are"
        return (
            f"{who} career conversations at {self.organisation}. In the last 12 months they held {held:,}; {planned:,}"
            f" {are} planned, and {due:,} more {'is' if due == 1 else 'are'} due in the next 3 months or before."
        )
