"""The words of writing a planned conversation down, of correcting one, and of its earlier wordings."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from service.conversations.presenters.coded import Group, groups, has_more
from service.conversations.presenters.talk import readers, told_of
from service.conversations.queries.terms import Terms
from service.conversations.schemas.record import ConversationOut, WordingOut
from service.conversations.schemas.steps import ShareOut
from service.web.forms import Form
from service.web.presenters import moment


@dataclass(frozen=True, slots=True)
class WordsPage:
    """`clash` is what somebody else wrote meanwhile; what the reader typed is in the form, whole."""

    conversation: ConversationOut
    me: UUID | None
    form: Form
    terms: Terms
    shares: Sequence[ShareOut] = ()
    clash: WordingOut | None = None

    @property
    def audience(self) -> list[str]:
        return readers(self.conversation, self.me, self.shares)

    @property
    def groups(self) -> list[Group]:
        return groups(self.terms, self.form)

    @property
    def has_more(self) -> bool:
        """Whether anything beyond the summary was given, so that it is not out of sight."""
        return has_more(self.form)

    @property
    def clashing(self) -> list[tuple[str, list[str], str]]:
        return told_of(self.terms, self.clash) if self.clash else []


@dataclass(frozen=True, slots=True)
class WordingsPage:
    conversation: ConversationOut
    me: UUID | None
    wordings: Sequence[WordingOut]
    terms: Terms

    def title(self, wording: WordingOut) -> str:
        agreed = ", agreed" if wording.number == self.conversation.agreed_wording else ""
        return f"Wording {wording.number}{agreed}"

    def by(self, wording: WordingOut) -> str:
        names = {party.id: party.name for party in self.conversation.parties}
        who = "you" if wording.written_by == self.me else names.get(wording.written_by, "somebody else")
        return f"Written by {who} on {moment(wording.written_at)}"

    def lines(self, wording: WordingOut) -> list[tuple[str, list[str], str]]:
        return told_of(self.terms, wording)
