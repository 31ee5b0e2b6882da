"""Mentoring in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from service.kit.clock import UK
from service.kit.levels import LEVEL_NAMES, level_name
from service.kit.paging import Page
from service.offers.rules.mentors import (
    DECLINE_NAMES,
    MENTOR_NAMES,
    MOST_PEOPLE,
    REQUEST_NAMES,
    WAY_NAMES,
    MeetingWay,
    RequestState,
)
from service.offers.schemas.mentors import FoundMentorOut, MentorFilter, MentorOut, RequestOut, StateOut
from service.pathways.schemas.evidence import DimensionOut
from service.web.forms import Form
from service.web.presenters import count_of, day

Item = Mapping[str, object]
COLOURS: Mapping[RequestState, str] = {
    RequestState.ASKED: "blue",
    RequestState.ACCEPTED: "green",
    RequestState.DECLINED: "grey",
    RequestState.ENDED: "grey",
}
TOPIC = "topic-"
WAY = "way-"


@dataclass(frozen=True, slots=True)
class Card:
    """One mentor or coach, and why the reader sees them."""

    found: FoundMentorOut

    @property
    def place(self) -> str:
        return ", ".join(part for part in (self.found.job_title, self.found.organisation) if part) or "No current post"

    @property
    def how(self) -> str:
        ways = _listed([WAY_NAMES[way] for way in MeetingWay if way in self.found.ways])
        languages = f" Languages: {self.found.languages}." if self.found.languages else ""
        return f"{MENTOR_NAMES[self.found.kind]}. You meet {ways}.{languages}"

    @property
    def levels(self) -> str:
        low, high = self.found.level_from, self.found.level_to
        if (low, high) == (1, 9):
            return "For people at every level"
        return f"For people at level {low}" + (f" to {high}" if high > low else "")

    @property
    def why(self) -> list[str]:
        return self.found.why or ["They have room for another person"]


@dataclass(frozen=True, slots=True)
class FindPage:
    page: Page[FoundMentorOut]
    wanted: MentorFilter
    dimensions: Sequence[DimensionOut]

    @property
    def cards(self) -> list[Card]:
        return [Card(one) for one in self.page.items]

    @property
    def topics(self) -> list[tuple[str, list[Item]]]:
        return grouped(self.dimensions, {self.wanted.topic or ""}, "selected")

    @property
    def kinds(self) -> list[Item]:
        chosen = self.wanted.kind
        either = {"value": "", "text": "A mentor or a coach", "selected": chosen is None}
        return [
            either,
            *({"value": k, "text": f"A {n.lower()}", "selected": k == chosen} for k, n in MENTOR_NAMES.items()),
        ]

    @property
    def ways(self) -> list[Item]:
        chosen = self.wanted.way
        either = {"value": "", "text": "Any way of meeting", "selected": chosen is None}
        return [either, *({"value": w, "text": n.capitalize(), "selected": w == chosen} for w, n in WAY_NAMES.items())]

    @property
    def next(self) -> str:
        given = {name: value for name, value in self.wanted.model_dump(mode="json").items() if value}
        return f"/mentors?{urlencode({'cursor': self.page.next_cursor, **given})}" if self.page.next_cursor else ""


@dataclass(frozen=True, slots=True)
class AskPage:
    card: Card
    form: Form
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class RequestLine:
    request: RequestOut

    @property
    def who(self) -> str:
        return self.request.other or "Somebody who has left"

    @property
    def state(self) -> str:
        return REQUEST_NAMES[self.request.state]

    @property
    def colour(self) -> str:
        return COLOURS[self.request.state]

    @property
    def history(self) -> list[str]:
        return [_step(one, self.request) for one in self.request.history]

    @property
    def may_answer(self) -> bool:
        return not self.request.is_mine and self.request.state is RequestState.ASKED

    @property
    def ending(self) -> str:
        """The words of the button that ends it; "" when it has ended."""
        if self.request.state is RequestState.ACCEPTED:
            return "End it"
        return "Take it back" if self.request.is_mine and self.request.state is RequestState.ASKED else ""


@dataclass(frozen=True, slots=True)
class MentoringPage:
    """What waits for the reader first, then what they asked, then what is over."""

    requests: Sequence[RequestOut]
    offered: MentorOut | None
    form: Form
    refused: str = ""
    refusal: str = ""

    @property
    def asked_of_you(self) -> list[RequestLine]:
        return [RequestLine(one) for one in self.requests if not one.is_mine]

    @property
    def you_asked(self) -> list[RequestLine]:
        return [RequestLine(one) for one in self.requests if one.is_mine]

    @property
    def is_asked(self) -> bool:
        """Whether somebody waits for the reader's answer: then that comes first."""
        return any(one.may_answer for one in self.asked_of_you)

    @property
    def offer(self) -> str:
        if self.offered is None:
            return "You do not offer to be a mentor or coach yet."
        if self.offered.paused:
            return f"You have paused. You still meet {count_of(self.offered.taken, 'person', 'people')}."
        kind, room = MENTOR_NAMES[self.offered.kind].lower(), self.offered.capacity - self.offered.taken
        left = (
            f"you have room for {count_of(room, 'more person', 'more people')}" if room else "you have no room just now"
        )
        return f"You offer to be a {kind}. You meet {count_of(self.offered.taken, 'person', 'people')}, and {left}."

    @property
    def reasons(self) -> list[Item]:
        none = {"value": "", "text": "Choose a reason"}
        return [none, *({"value": code, "text": name} for code, name in DECLINE_NAMES.items())]


@dataclass(frozen=True, slots=True)
class OfferPage:
    form: Form
    dimensions: Sequence[DimensionOut]
    is_new: bool
    refusal: str = ""

    @property
    def kinds(self) -> list[Item]:
        hints = {"mentor": "Shares experience and opens doors", "coach": "Asks questions that help people to think"}
        chosen = self.form.value("kind")
        return [
            {"value": code, "text": name, "hint": {"text": hints[code]}, "checked": code == chosen}
            for code, name in MENTOR_NAMES.items()
        ]

    @property
    def topics(self) -> list[tuple[str, list[Item]]]:
        chosen = {name.removeprefix(TOPIC) for name in self.form.values if name.startswith(TOPIC)}
        return grouped(self.dimensions, chosen, "checked")

    @property
    def ways(self) -> list[Item]:
        return [
            {"value": way, "text": name.capitalize(), "checked": f"{WAY}{way}" in self.form.values}
            for way, name in WAY_NAMES.items()
        ]

    @property
    def most(self) -> int:
        return MOST_PEOPLE

    def levels(self, field: str, usual: str) -> list[Item]:
        chosen = self.form.value(field) or usual
        return [{"value": str(n), "text": level_name(n), "selected": str(n) == chosen} for n in LEVEL_NAMES]


def grouped(dimensions: Sequence[DimensionOut], chosen: Collection[str], mark: str) -> list[tuple[str, list[Item]]]:
    """(framework, its dimensions as items)"""
    groups: dict[str, list[Item]] = {}
    for one in dimensions:
        item = {"value": one.dimension, "text": one.name, mark: one.dimension in chosen}
        groups.setdefault(one.framework, []).append(item)
    return list(groups.items())


def form_of(offered: MentorOut) -> Form:
    """What is kept, as the form would have been filled in."""
    names = ("kind", "capacity", "level_from", "level_to", "languages", "version")
    values = {name: str(getattr(offered, name)) for name in names}
    ticked = [TOPIC + topic for topic in offered.topics] + [WAY + way for way in offered.ways]
    paused = {"paused": "yes"} if offered.paused else {}
    return Form({**values, **dict.fromkeys(ticked, "yes"), **paused})


def _step(one: StateOut, request: RequestOut) -> str:
    who = "You" if one.by_reader else request.other or "They"
    did = {"asked": "asked", "accepted": "accepted", "declined": "declined", "ended": "ended it"}[one.state]
    reason = f": {DECLINE_NAMES[one.reason].lower()}" if one.reason else ""
    return f"{day(one.at.astimezone(UK).date())}: {who} {did}{reason if one.by_reader else _said(one)}"


def _said(one: StateOut) -> str:
    """The reason as the other reads it: not in the first person."""
    words = {
        "no_time": "they have no time for another person just now",
        "not_my_field": "somebody else knows more about this",
        "too_close": "you work too closely together",
        "other": "another reason",
    }
    return f": {words[one.reason]}" if one.reason else ""


def _listed(words: Sequence[str]) -> str:
    return " or ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} or {words[-1]}"
