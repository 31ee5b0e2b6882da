"""What has happened in conversations, for the rooms above: that there was one, never what was said."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ConversationHeld:
    """A conversation was written down as held, by a party to it. It may be taken back within minutes."""

    organisation_id: UUID
    person_id: UUID
    conversation_id: UUID
    held_on: date
