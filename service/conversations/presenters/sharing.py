from dataclasses import dataclass

from service.conversations.presenters.talk import AUDIENCES
from service.conversations.rules import Audience, State
from service.conversations.schemas.record import ConversationOut


@dataclass(frozen=True, slots=True)
class SharePage:
    """What it would mean to share this with one audience."""

    conversation: ConversationOut
    audience: Audience

    @property
    def who(self) -> str:
        return AUDIENCES[self.audience].format(place=self.conversation.organisation)

    @property
    def may(self) -> bool:
        return self.conversation.state in {State.AGREED, State.CLOSED}
