"""The words of the conversation pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.conversations.choosing import Choice, key_of
from service.conversations.presenters.coded import (
    NO_TERMS,
    PLAIN,
    SEVERAL,
    Group,
    groups,
    has_more,
    plain_group,
    told,
)
from service.conversations.presenters.talk import UNDOABLE, is_undoable, readers
from service.conversations.queries.terms import Terms
from service.conversations.rules import KIND_HINTS, KIND_NAMES, SOON, Topic
from service.conversations.schemas.record import ConversationIn, ConversationOut
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Problem
from service.people.schemas import Found
from service.web.forms import Form
from service.web.presenters import day, moment

Option = Mapping[str, object]
FIELDS = (
    "id",
    "draft_version",
    "version",
    "person",
    "person_id",
    "facilitator",
    "facilitator_id",
    "kind",
    "held_on-day",
    "held_on-month",
    "held_on-year",
    "summary",
    "next_due_on-day",
    "next_due_on-month",
    "next_due_on-year",
    "facilitator_kind",
    "mode",
    "aspirations",
    "barriers",
    "support",
    *(topic for topic in Topic if topic not in SEVERAL),
)


def audience(names: Sequence[str]) -> str:
    """ "Amara Okafor, Ben Hale and you can read this. Your organisation's HR team cannot." """
    return f"{', '.join(names)} and you can read this. Your organisation’s HR team cannot."


def empty_form(key: UUID, actor: Actor, held_on: date) -> Form:
    """Held today, by whoever writes it down."""
    values = {
        "id": str(key),
        "facilitator": actor.name,
        "held_on-day": str(held_on.day),
        "held_on-month": str(held_on.month),
    }
    return Form(values | {"held_on-year": str(held_on.year)})


@dataclass(frozen=True, slots=True)
class LogPage:
    """The form. `person` is set once it is clear who it is about; until then one is typed, or chosen from `people`. So
    is whoever held it, unless that is the one who writes."""

    form: Form
    person: Found | None = None
    people: tuple[Found, ...] = ()
    facilitator: Found | None = None
    facilitators: tuple[Found, ...] = ()
    terms: Terms = NO_TERMS

    @classmethod
    def of(
        cls, form: Form, about: Choice, held_by: Choice, problems: Sequence[Problem] = (), terms: Terms = NO_TERMS
    ) -> "LogPage":
        found = tuple(dict.fromkeys((*about.problems, *held_by.problems, *problems)))
        return cls(settled(form, about, held_by, found), about.one, about.several, held_by.one, held_by.several, terms)

    @property
    def title(self) -> str:
        return f"Log a conversation with {self.person.name}" if self.person else "Log a conversation"

    @property
    def audience(self) -> str:
        return audience([self.person.name if self.person else "The person"])

    @property
    def kinds(self) -> list[Option]:
        chosen = self.form.value("kind")
        return [
            {"value": kind, "text": name, "hint": {"text": KIND_HINTS[kind]}, "checked": kind == chosen}
            for kind, name in KIND_NAMES.items()
        ]

    def choices(self, found: Sequence[Found], name: str) -> list[Option]:
        chosen = self.form.value(name)
        return [
            {"value": key_of(one), "text": one.name, "checked": key_of(one) == chosen, "hint": {"text": one.detail}}
            for one in found
        ]

    @property
    def groups(self) -> list[Group]:
        return groups(self.terms, self.form)

    @property
    def plain_groups(self) -> list[Group]:
        """What whoever held it is to the person, and how they met."""
        return [plain_group(name, self.form) for name in PLAIN]

    @property
    def has_more(self) -> bool:
        """Whether anything in it was given or is wrong, so that it is not out of sight."""
        return has_more(self.form)

    @property
    def suggestions(self) -> str:
        place = f"&organisation_id={self.person.organisation_id}" if self.person else ""
        return f"/api/people?size=8{place}"


@dataclass(frozen=True, slots=True)
class Line:
    """One answer on the check page, with the field that changes it."""

    label: str
    answer: str
    field: str
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What will be recorded, and who will be able to read it. `names` has the parties, by their ids."""

    form: Form
    given: ConversationIn
    names: Mapping[UUID, str]
    organisation: str
    held_by: UUID | None
    me: UUID | None
    terms: Terms = NO_TERMS

    @property
    def audience(self) -> str:
        parties = dict.fromkeys((self.given.person_id, self.held_by))
        return audience([self.names[party] for party in parties if party and party != self.me])

    @property
    def lines(self) -> list[Line]:
        given = self.given
        holder = "You" if self.held_by == self.me else self.names[self.held_by] if self.held_by else ""
        return [
            Line("Person", f"{self.names[given.person_id]}, {self.organisation}", "person"),
            Line("Kind of conversation", KIND_NAMES[given.kind], "kind"),
            Line("Date it was held", day(given.held_on), "held_on"),
            Line("Who held it", holder, "facilitator"),
            Line("Summary", given.summary, "summary", is_long=True),
            Line("Next conversation", day(given.next_due_on) if given.next_due_on else "No date yet", "next_due_on"),
            *self._more,
        ]

    @property
    def _more(self) -> list[Line]:
        given = self.given
        plain = [
            Line(PLAIN[name][0], PLAIN[name][1][code], name)
            for name, code in (("facilitator_kind", given.facilitator_kind), ("mode", given.mode))
            if code
        ]
        words = {"aspirations": given.aspirations, "barriers": given.barriers, "support": given.support}
        return plain + [
            Line(question, ". ".join(filter(None, (", ".join(labels), text))), "summary", is_long=True)
            for question, labels, text in told(self.terms, given.codes.by_topic, words)
        ]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        return hidden(self.form)


@dataclass(frozen=True, slots=True)
class KeptPage:
    """The session ended, or the form was too old, with words in the browser: they go back to where they came from."""

    message: str
    form: Form
    signed_in: bool
    action: str = "/conversations/change"

    @property
    def hidden(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in hidden(self.form) if name != "summary"]


@dataclass(frozen=True, slots=True)
class DonePage:
    """What has happened, and what happens next."""

    conversation: ConversationOut
    reader: UUID | None
    opens_record: bool = False

    @property
    def audience(self) -> str:
        return " ".join(readers(self.conversation, self.reader, ()))

    @property
    def is_undoable(self) -> bool:
        return is_undoable(self.conversation, self.reader)

    @property
    def undo_until(self) -> str:
        """ "3:05pm" """
        return moment(self.conversation.recorded_at + UNDOABLE).partition(" at ")[2]

    @property
    def due_words(self) -> str:
        """When the next one shows up as work."""
        due = self.conversation.next_due_on
        if due is None:
            return "No date was set for the next conversation. Log one when it has been held."
        listed = due - SOON
        when = f"It will be in your list from {day(listed)}." if listed > today() else "It is in your list now."
        return f"The next conversation is due on {day(due)}. {when}"


def settled(form: Form, about: Choice, held_by: Choice, problems: tuple[Problem, ...] = ()) -> Form:
    """The form with whoever it is clear about by their key, so that nobody is asked twice."""
    keys = {f"{choice.field}_id": key_of(choice.one) for choice in (about, held_by) if choice.one}
    return Form({**form.values, **keys}, problems)


def hidden(form: Form) -> list[tuple[str, str]]:
    """What was typed, to be carried unseen to the next page: the address of a page never holds any of it."""
    boxes = sorted(name for name in form.values if name.partition(":")[0] in SEVERAL)
    return [(name, form.value(name)) for name in (*FIELDS, *boxes) if form.value(name)]
