"""Reasons in words: what is recorded and what would do something about it. Each says a fact and a day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from service.kit.clock import UK, today
from service.kit.paging import Page
from service.people.schemas import ReaderOut
from service.prompts.rules import DONE_NAMES, KIND_NAMES, Done, ReasonKind
from service.prompts.schemas import DecisionOut, HelpOut, MineOut, PlaceOut, ReasonOut, WaitingOut
from service.web.forms import Form
from service.web.presenters import count_of, day, moment


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One reason, said to the person or to a partner, with the link that does something about it."""

    reason: ReasonOut
    words: str
    link: str
    href: str


class Told(NamedTuple):
    """Whom the words speak to, or of."""

    whose: str
    who: str
    whom: str


ME, THEM = Told("Your", "You", "you"), Told("Their", "They", "them")


def for_me(reasons: Sequence[ReasonOut]) -> list[ReasonLine]:
    return [ReasonLine(one, _words(one, ME), *_MY_LINKS[one.kind](one)) for one in reasons]


def _words(one: ReasonOut, told: Told) -> str:
    """The fact, with its day."""
    since, own, who = day(one.since), told.whose.lower(), told.who
    talked = f"The last career conversation that {who.lower()} agreed was on {since}, and none is planned."
    never = f"{who} have agreed no career conversation here yet, and none is planned."
    late = f"{count_of(one.number, 'action')} in {own} plan are past their day, the first since {since}."
    said: Mapping[ReasonKind, str] = {
        ReasonKind.RETURN: f"{told.whose} secondment ends {_ahead(one.since)} and no post to return to is recorded.",
        ReasonKind.AFTERCARE: (
            f"Nobody has talked with {told.whom} yet about an application that was not successful. That was due by"
            f" {since}."
        ),
        ReasonKind.SUPPORT: f"{who} began in a new leadership role on {since}, and no support is recorded.",
        ReasonKind.PLAN: f"An action in {own} plan was due on {since} and is still open." if one.number == 1 else late,
        ReasonKind.CONVERSATION: talked if one.since else never,
    }
    return said[one.kind]


def _ahead(last_day: date | None) -> str:
    """in 80 days, on 10 February 2027"""
    left = (last_day - today()).days if last_day else 0
    return f"in {count_of(left, 'day')}, on {day(last_day)}," if left else "today"


_MY_LINKS: Mapping[ReasonKind, Callable[[ReasonOut], tuple[str, str]]] = {
    ReasonKind.RETURN: lambda _: ("Ask for a conversation about coming back", "/me/ask"),
    ReasonKind.AFTERCARE: lambda one: ("See what you are owed, and from whom", f"/me/interests/{one.about_id}"),
    ReasonKind.SUPPORT: lambda _: ("See what is expected and who can help", "/me/transition"),
    ReasonKind.PLAN: lambda one: (
        ("Open it: do it, change its day or set it aside", f"/plan/{one.about_id}")
        if one.number == 1
        else ("See your plan", "/me/plan")
    ),
    ReasonKind.CONVERSATION: lambda _: ("Ask for a career conversation", "/me/ask"),
}


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """What a partner did, and when, as the person or a colleague reads it."""

    about: str
    words: str


def decided(one: DecisionOut) -> DecisionLine:
    what = {
        Done.TALKED: "talked about it",
        Done.ARRANGED: "arranged it",
        Done.NOTHING_NEEDED: "agreed that nothing is needed",
        Done.PASSED_ON: f"passed it on to {one.passed_to}",
    }[one.done]
    return DecisionLine(KIND_NAMES[one.kind], f"{one.by} {what}, {moment(one.at)}")


@dataclass(frozen=True, slots=True)
class PlaceLine:
    place: PlaceOut

    @property
    def partners(self) -> str:
        """Who would see it."""
        names = self.place.partners
        if not names:
            return "No HR partner has access there now."
        more = f" and {count_of(len(names) - 8, 'other')}" if len(names) > 8 else ""
        return f"HR partners there now: {', '.join(names[:8])}{more}."

    @property
    def can_choose(self) -> bool:
        """There is somebody to show it to, or it is shown."""
        return bool(self.place.partners or self.place.shown_until)

    @property
    def stands(self) -> str:
        until = self.place.shown_until
        return f"Shown to them until {day(until)}, unless you stop before." if until else "Not shown to anybody there."


@dataclass(frozen=True, slots=True)
class MinePage:
    """What might help the reader, who else sees it, what they object to, and what was done."""

    mine: MineOut
    readers: Sequence[ReaderOut]

    @property
    def reasons(self) -> list[ReasonLine]:
        return for_me(self.mine.reasons)

    @property
    def places(self) -> list[PlaceLine]:
        return [PlaceLine(place) for place in self.mine.places]

    @property
    def hidden(self) -> list[tuple[ReasonKind, str, str]]:
        """(kind, its name, until when): what is shown to nobody, the reader included."""
        put_off = {one.kind: f"Put off until {day(one.until)}." for one in self.mine.put_off}
        objected = dict.fromkeys(self.mine.objections, "Never, as you objected.")
        return [(kind, KIND_NAMES[kind], words) for kind, words in (put_off | objected).items()]

    @property
    def decisions(self) -> list[DecisionLine]:
        return [decided(one) for one in self.mine.decisions]

    @property
    def looked(self) -> list[ReaderOut]:
        """Of somebody who read it several times in a day, the last."""
        last = {(one.who, one.action, one.at.astimezone(UK).date()): one for one in reversed(self.readers)}
        return sorted(last.values(), key=lambda one: one.at, reverse=True)


@dataclass(frozen=True, slots=True)
class WaitingPage:
    page: Page[WaitingOut]

    @property
    def next_href(self) -> str:
        return f"/prompts?{urlencode({'cursor': self.page.next_cursor})}" if self.page.next_cursor else ""


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One reason for a partner, the form beneath it, and what was done already."""

    line: ReasonLine
    form: Form
    is_at: bool
    colleagues: list[dict[str, object]]
    decisions: list[DecisionLine]

    @property
    def choices(self) -> list[dict[str, object]]:
        chosen = self.form.value("done")
        return [
            {"value": done.value, "text": text, "checked": done.value == chosen}
            for done, text in DONE_NAMES.items()
            if done is not Done.PASSED_ON or self.colleagues
        ]


@dataclass(frozen=True, slots=True)
class HelpPage:
    """What might help one person. `me` is the reader's account, which passes nothing on to itself."""

    help: HelpOut
    me: UUID | None
    form: Form
    refusal: str = ""

    @property
    def lines(self) -> list[HelpLine]:
        return [self._line(one) for one in self.help.reasons]

    @property
    def earlier(self) -> list[DecisionLine]:
        """What was done about what no longer stands."""
        standing = {(one.kind, one.about_id) for one in self.help.reasons}
        return [decided(one) for one in self.help.decisions if (one.kind, one.about_id) not in standing]

    def _line(self, one: ReasonOut) -> HelpLine:
        is_at = self.form.value("kind") == one.kind and self.form.value("about_id") == str(one.about_id)
        form = self.form if is_at else Form()
        done = [decided(it) for it in self.help.decisions if (it.kind, it.about_id) == (one.kind, one.about_id)]
        line = ReasonLine(one, _words(one, THEM), *self._link(one))
        return HelpLine(line, form, is_at, self._colleagues(one, form), done)

    def _colleagues(self, one: ReasonOut, form: Form) -> list[dict[str, object]]:
        chosen = form.value("passed_to_id")
        others = [it for it in self.help.colleagues[one.organisation_id] if it.account_id != self.me]
        return [
            {"value": str(it.account_id), "text": it.name, "selected": str(it.account_id) == chosen} for it in others
        ]

    def _link(self, one: ReasonOut) -> tuple[str, str]:
        asked = urlencode({"person": str(self.help.person_id), "organisation": str(one.organisation_id)})
        talk = f"/conversations/arrange?{asked}"
        links: Mapping[ReasonKind, tuple[str, str]] = {
            ReasonKind.RETURN: ("Agree what they come back to", f"/mobility/secondments/{one.about_id}"),
            ReasonKind.AFTERCARE: ("Talk with them and agree a next step", f"/aftercare/{one.about_id}"),
            ReasonKind.SUPPORT: ("Arrange support", f"/transitions/{one.about_id}"),
            ReasonKind.PLAN: ("Arrange a conversation about the plan", talk),
            ReasonKind.CONVERSATION: ("Arrange a career conversation", talk),
        }
        return links[one.kind]
