"""The words of the front doors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from service.conversations.rules import KIND_NAMES as CONVERSATIONS
from service.conversations.schemas.record import Due, Held, Waiting
from service.kit.clock import today
from service.people.rules import QUESTIONS, Characteristic, answers_for
from service.people.schemas import EqualityOut, MeOut, PersonOut, ReaderOut
from service.posts.rules import DESTINATIONS, END_REASONS, STAFF_GROUP_NAMES, AssignmentKind
from service.posts.rules import KIND_NAMES as POSTS
from service.posts.schemas import AssignmentOut
from service.web.forms import Form
from service.web.presenters import count_of, day


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A facilitator's or an HR partner's work, the most pressing first."""

    waiting: Waiting
    recent: Sequence[Held]
    places: Sequence[tuple[UUID, str, int]]
    opens_records: bool
    today: date

    @property
    def counts(self) -> list[tuple[int, str]]:
        """(how many, of what), in the order they should be worked off."""
        overdue, soon, people = self.waiting.overdue, self.waiting.soon, sum(n for *_, n in self.places)
        return [
            (overdue, "conversation overdue" if overdue == 1 else "conversations overdue"),
            (soon, "due in the next 14 days"),
            (people, "person in your organisations" if people == 1 else "people in your organisations"),
        ]

    @property
    def unseen(self) -> int:
        return self.waiting.overdue + self.waiting.soon - len(self.waiting.due)

    def verb(self, due: Due) -> str:
        when = "was due" if due.due_on < self.today else "due"
        return f"Log your conversation with {due.name}, {when} on {day(due.due_on)}"

    def kind(self, talk: Held) -> str:
        return CONVERSATIONS[talk.kind]

    def headcount(self, n: int) -> str:
        return count_of(n, "person", "people")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing on a timeline."""

    on: date
    title: str
    lines: tuple[str, ...] = ()
    href: str = ""
    link: str = ""
    end_href: str = ""


def held_now(posts: Sequence[AssignmentOut]) -> list[AssignmentOut]:
    return [post for post in posts if post.is_held_on(today())]


def of_post(post: AssignmentOut, may_end: bool = False) -> Event:
    until = f"to {day(post.ended)}" if post.ended else "to now"
    hours = "full time" if post.fte == 1 else f"{post.fte:g} of full time"
    lines = [
        f"{POSTS[post.kind]}, {hours}, {STAFF_GROUP_NAMES[post.staff_group].lower()}",
        f"{post.grade_label}. {post.level_name}",
    ]
    if post.end_reason:
        lines.append(f"Ended: {END_REASONS.get(post.end_reason, post.end_reason).lower()}")
    end = f"/assignments/{post.id}/end" if may_end and not post.end_reason else ""
    return Event(
        post.started, post.job_title, (f"{post.organisation}, {day(post.started)} {until}", *lines), end_href=end
    )


def of_conversation(talk: Held) -> Event:
    due = (f"Next conversation due on {day(talk.next_due_on)}",) if talk.next_due_on else ()
    lines = (f"Held by {talk.facilitator.name} at {talk.organisation}", *due)
    return Event(talk.held_on, CONVERSATIONS[talk.kind], lines, f"/conversations/{talk.id}", "Read what was agreed")


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person, as an HR partner of their organisation sees them."""

    person: PersonOut
    posts: Sequence[AssignmentOut]
    talks: Sequence[Held]
    may_edit: bool
    may_log: bool

    @property
    def now(self) -> list[AssignmentOut]:
        return held_now(self.posts)

    @property
    def timeline(self) -> list[Event]:
        events = [of_post(post, self.may_edit) for post in self.posts] + [of_conversation(talk) for talk in self.talks]
        return sorted(events, key=lambda event: event.on, reverse=True)


@dataclass(frozen=True, slots=True)
class MePage:
    """Your pathway: where you are, and what was agreed with you."""

    me: MeOut
    posts: Sequence[AssignmentOut]
    talks: Sequence[Held]

    @property
    def now(self) -> list[AssignmentOut]:
        return held_now(self.posts)

    @property
    def listed(self) -> list[Event]:
        return [of_post(post) for post in self.posts]

    @property
    def conversations(self) -> list[Event]:
        return [of_conversation(talk) for talk in self.talks]

    @property
    def next_due(self) -> str:
        """When the next conversation is due, or what to do where that day has passed; nothing where none was agreed."""
        due = self.talks[0].next_due_on if self.talks else None
        if due is None:
            return ""
        if due >= today():
            return f"Your next conversation is due on {day(due)}."
        return f"Your next conversation was due on {day(due)}. Ask your manager or HR partner for one."


@dataclass(frozen=True, slots=True)
class HeldPage:
    """What is held about the reader, and who has read it."""

    me: MeOut
    posts: Sequence[AssignmentOut]
    readers: Sequence[ReaderOut]
    answered: bool = False

    @property
    def answers(self) -> list[tuple[Characteristic, str, EqualityOut | None]]:
        given = {answer.characteristic: answer for answer in self.me.equality}
        return [(what, QUESTIONS[what], given.get(what)) for what in Characteristic]

    def said_by(self, answer: EqualityOut) -> str:
        who = "You told us" if answer.source == "person" else "Your employer told us"
        return f"{who} on {day(answer.answered_at.date())}"

    @property
    def events(self) -> list[Event]:
        return [of_post(post) for post in self.posts]


WITHDRAWING: Mapping[str, str] = {
    "prefer_not_to_say": "We asked, and you chose not to answer",
    "not_stated": "You leave the question open",
    "not_known": "You do not know the answer",
}


@dataclass(frozen=True, slots=True)
class EqualityPage:
    characteristic: Characteristic
    form: Form

    @property
    def question(self) -> str:
        return QUESTIONS[self.characteristic]

    @property
    def options(self) -> list[dict[str, object]]:
        chosen = self.form.value("code")
        made: list[dict[str, object]] = []
        for code, text in answers_for(self.characteristic).items():
            if code == "prefer_not_to_say":
                made.append({"divider": "or"})
            hint = {"hint": {"text": WITHDRAWING[code]}} if code in WITHDRAWING else {}
            made.append({"value": code, "text": text, "checked": code == chosen, **hint})
        return made


def options(names: Mapping[str, str], chosen: str, ask: str) -> list[dict[str, object]]:
    """The choices of a select, with a first line that asks for one."""
    lines = [("", ask), *names.items()]
    return [{"value": code, "text": text, "selected": code == chosen} for code, text in lines]


@dataclass(frozen=True, slots=True)
class PostPage:
    """The form for a new post."""

    person: PersonOut
    form: Form
    schemes: Mapping[str, str]
    places: Mapping[str, str]
    kinds: Mapping[AssignmentKind, str] = field(default_factory=lambda: POSTS)

    def choose(self, name: str) -> list[dict[str, object]]:
        names: Mapping[str, Mapping[str, str]] = {
            "organisation_id": self.places,
            "kind": {kind.value: text for kind, text in self.kinds.items()},
            "grade_scheme": self.schemes,
            "staff_group": {group.value: text for group, text in STAFF_GROUP_NAMES.items()},
        }
        return options(names[name], self.form.value(name), "Choose one")


@dataclass(frozen=True, slots=True)
class EndPage:
    """The form for the end of a post."""

    post: AssignmentOut
    form: Form
    places: Mapping[str, str]

    @property
    def reasons(self) -> list[dict[str, object]]:
        return options(END_REASONS, self.form.value("end_reason"), "Choose one")

    @property
    def destinations(self) -> list[dict[str, object]]:
        return options({**DESTINATIONS, **self.places}, self.form.value("destination"), "Not known or does not apply")
