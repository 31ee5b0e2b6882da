"""The words of one conversation's own page: who can read it, where it stands, and what its reader can do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from service.conversations.presenters.coded import FACILITATOR_NAMES, MODE_NAMES, told
from service.conversations.queries.terms import Terms
from service.conversations.rules import KIND_NAMES, Audience, FacilitatorKind, Purpose, State
from service.conversations.rules.steps import (
    DECLINED,
    LAPSED,
    MISSED,
    PREPARED,
    REASONS,
    REOPENED,
    SPOKEN,
    STATE_NAMES,
    Part,
    next_states,
)
from service.conversations.schemas.record import ConversationOut, WordingOut
from service.conversations.schemas.steps import NoteOut, ShareOut, StateOut
from service.kit.clock import now
from service.web.forms import Form
from service.web.presenters import moment

UNDOABLE = timedelta(minutes=15)
EMPTY = Form()
TAGS: Mapping[State, str] = {
    State.PLANNED: "blue",
    State.PREPARED: "blue",
    State.HELD: "yellow",
    State.AGREED: "green",
    State.CLOSED: "grey",
    State.DECLINED: "grey",
    State.MISSED: "grey",
    State.LAPSED: "grey",
}
AUDIENCES: Mapping[Audience, str] = {
    Audience.HR_PARTNER: "HR partners of {place}",
    Audience.NEW_EMPLOYER: "HR partners of any other organisation that employs you, now or later",
}
_READERS: Mapping[Audience, str] = {
    Audience.HR_PARTNER: "HR partners of {place}",
    Audience.NEW_EMPLOYER: "HR partners of any other organisation that employs {person}",
}

# What has just been done, where the reader comes from doing it.
DONE: Mapping[str, str] = {
    State.AGREED: "You agreed what was written. Only you can share it.",
    State.HELD: "It is open again. Correct it, then agree it anew.",
    State.PREPARED: "Marked as prepared.",
    State.CLOSED: "It is closed and stays in the record.",
    State.DECLINED: "You declined. Nobody is blamed, and you can ask for one at any time.",
    State.MISSED: "Noted that it did not go ahead. You can plan another.",
    State.LAPSED: "It is called off.",
    "shared": "It is shared. You can stop that at any time, further down.",
    "stopped": "It is no longer shared.",
}


@dataclass(frozen=True, slots=True)
class Ending:
    """A step that asks for a reason."""

    state: State
    summary: str
    question: str
    button: str
    reasons: Mapping[str, str]


ENDINGS = (
    Ending(State.DECLINED, "I do not want this conversation", "Why not? You do not have to say.", "Decline", DECLINED),
    Ending(State.MISSED, "It did not go ahead", "What happened? It is held against nobody.", "Save", MISSED),
    Ending(State.LAPSED, "Call it off", "Why? It is held against nobody.", "Call it off", LAPSED),
)
REOPENING = Ending(State.HELD, "Reopen it", "Why is it reopened?", "Reopen", REOPENED)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is read beside a conversation for its page."""

    states: Sequence[StateOut]
    shares: Sequence[ShareOut]
    notes: Sequence[NoteOut]
    terms: Terms
    shut: str = ""


@dataclass(frozen=True, slots=True)
class TalkPage:
    conversation: ConversationOut
    me: UUID | None
    parts: frozenset[Part]
    beside: Beside
    form: Form = EMPTY
    told: str = ""
    opens_record: bool = False
    done: str = ""

    @property
    def title(self) -> str:
        return KIND_NAMES[self.conversation.kind]

    @property
    def is_mine(self) -> bool:
        return Part.PERSON in self.parts

    @property
    def is_speaker(self) -> bool:
        return bool(self.parts & {Part.PERSON, Part.FACILITATOR})

    @property
    def is_to_come(self) -> bool:
        return self.conversation.state in {State.PLANNED, State.PREPARED}

    @property
    def is_spoken(self) -> bool:
        return self.conversation.state in SPOKEN

    @property
    def state(self) -> tuple[str, str]:
        """(words, colour of the tag)"""
        return STATE_NAMES[self.conversation.state], TAGS[self.conversation.state]

    @property
    def other(self) -> str:
        talk = self.conversation
        return talk.facilitator.name if self.is_mine else talk.person.name

    def may(self, state: str) -> bool:
        return State(state) in next_states(self.conversation.state, self.parts)

    @property
    def may_correct(self) -> bool:
        talk = self.conversation
        ours = bool(self.parts) and talk.wording is not None
        # Once it is agreed, the words are for the two who talked.
        return ours and (talk.state is State.HELD or (talk.state is State.AGREED and self.is_speaker))

    @property
    def is_overtaken(self) -> bool:
        """The reader sees their own words, and others were agreed."""
        talk = self.conversation
        return talk.wording is not None and talk.agreed_wording not in {None, talk.wording.number}

    @property
    def endings(self) -> list[Ending]:
        return [ending for ending in ENDINGS if self.may(ending.state)]

    @property
    def reopening(self) -> Ending | None:
        return REOPENING if self.conversation.state is State.CLOSED and self.may(State.HELD) else None

    @property
    def audience(self) -> list[str]:
        return readers(self.conversation, self.me, self.beside.shares)

    @property
    def facts(self) -> list[tuple[str, str]]:
        talk = self.conversation
        place = ("At", talk.organisation)
        how = [("How", MODE_NAMES[talk.mode])] if talk.mode else []
        kind = f", {within(FACILITATOR_NAMES[talk.facilitator_kind])}" if talk.facilitator_kind else ""
        if talk.held_on is None:
            when = f"{moment(talk.scheduled_at)}, {talk.minutes} minutes" if talk.scheduled_at else "No date yet"
            return [("When", when), ("With", f"{talk.facilitator.name}{kind}"), *how, place]
        return [("Held by", f"{talk.facilitator.name}{kind}"), *how, place]

    @property
    def lines(self) -> list[tuple[str, list[str], str]]:
        return told_of(self.beside.terms, self.conversation.wording) if self.conversation.wording else []

    @property
    def written(self) -> str:
        wording = self.conversation.wording
        if wording is None:
            return ""
        if self.has_no_words:
            return f"Brought in from a file by {self.conversation.organisation} on {moment(wording.written_at)}"
        again = f", wording {wording.number}" if wording.number > 1 else ""
        return f"Written by {self.name(wording.written_by)} on {moment(wording.written_at)}{again}"

    @property
    def has_no_words(self) -> bool:
        """As it came from a file: codes at most, and nothing that was said."""
        wording = self.conversation.wording
        return wording is not None and not wording.summary

    @property
    def history(self) -> list[tuple[str, str, str]]:
        """(what, who and when, why)"""
        return [
            (
                REASONS[PREPARED] if _is_half(state) else STATE_NAMES[state.state],
                f"{self.name(state.by)}, {moment(state.at)}",
                REASONS.get(state.reason, "") if state.reason and state.reason != PREPARED else "",
            )
            for state in self.beside.states
        ]

    @property
    def has_prepared(self) -> bool:
        return any(state.reason == PREPARED and state.by == self.me for state in self.beside.states)

    def note(self, purpose: str) -> NoteOut | None:
        """The reader's own."""
        return next((n for n in self.beside.notes if n.purpose is Purpose(purpose) and n.party == self.me), None)

    @property
    def shown(self) -> NoteOut | None:
        """The other's preparation, where it is shown."""
        return next((note for note in self.beside.notes if note.party != self.me), None)

    @property
    def sharing(self) -> list[tuple[Audience, str, ShareOut | None]]:
        """(audience, in words, the share that is open if any), for the person."""
        now_open = {share.audience: share for share in self.beside.shares if share.revoked_at is None}
        place = self.conversation.organisation
        return [(audience, words.format(place=place), now_open.get(audience)) for audience, words in AUDIENCES.items()]

    @property
    def may_share(self) -> bool:
        return self.is_mine and self.conversation.state in {State.AGREED, State.CLOSED}

    def name(self, party: UUID) -> str:
        if party == self.me:
            return "you"
        return next((one.name for one in self.conversation.parties if one.id == party), "somebody else")


def within(name: str) -> str:
    """A name in the middle of a sentence: "line manager", "HR partner"."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def _is_half(state: StateOut) -> bool:
    """One of the two has prepared."""
    return state.state is State.PLANNED and state.reason == PREPARED


def told_of(terms: Terms, wording: WordingOut) -> list[tuple[str, list[str], str]]:
    words = {"aspirations": wording.aspirations, "barriers": wording.barriers, "support": wording.support}
    return told(terms, wording.codes, words)


def readers(talk: ConversationOut, me: UUID | None, shares: Sequence[ShareOut]) -> list[str]:
    """Who can read it, one sentence each, in names."""
    speakers = [party for party in (talk.person, talk.facilitator) if party.id != me]
    names = " and ".join([party.name for party in speakers] + (["you"] if len(speakers) == 1 else []))
    said = [f"{names} can read this."]
    clerk = talk.recorded_by
    if clerk.id not in {talk.person.id, talk.facilitator.id}:
        said.append(_clerk(talk, "You" if clerk.id == me else clerk.name))
    open_to = [share.audience for share in shares if share.revoked_at is None]
    person = "you" if talk.person.id == me else talk.person.name
    chose = "you chose" if talk.person.id == me else f"{talk.person.name} chose"
    said += [
        f"{_READERS[audience].format(place=talk.organisation, person=person)} can read what was agreed: {chose} so."
        for audience in open_to
    ]
    is_hr = talk.facilitator_kind is FacilitatorKind.HR_PARTNER
    others = "Nobody else in HR can." if is_hr else "Your organisation’s HR team cannot."
    return said if open_to else [*said, f"Nobody else can. {others}"]


def _clerk(talk: ConversationOut, name: str) -> str:
    if talk.scheduled_at is not None and not (talk.wording and talk.wording.written_by == talk.recorded_by.id):
        return f"{name} arranged it and {'see' if name == 'You' else 'sees'} its date only."
    return f"{name} wrote it down and can read what {'you' if name == 'You' else 'they'} wrote."


def is_undoable(talk: ConversationOut, me: UUID | None) -> bool:
    """As far as can be told without asking the database again."""
    return talk.recorded_by.id == me and talk.state is State.HELD and now() - talk.recorded_at < UNDOABLE
