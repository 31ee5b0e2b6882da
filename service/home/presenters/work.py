from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.conversations.rules import KIND_NAMES as CONVERSATIONS
from service.conversations.schemas.record import Due, Held, Waiting
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
