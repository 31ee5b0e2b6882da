from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from service.conversations.presenters.dues import stands
from service.conversations.presenters.plan import ActionLine, lines_of
from service.conversations.schemas.arranging import DueOut
from service.conversations.schemas.plan import ActionOut
from service.conversations.schemas.record import Held
from service.home.presenters.timeline import Event, held_now, of_conversation, of_post
from service.people.schemas import PersonOut
from service.posts.schemas import AssignmentOut


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person, as an HR partner of their organisation sees them. Of their plan there is only what the reader agreed
    with them or will do."""

    person: PersonOut
    posts: Sequence[AssignmentOut]
    talks: Sequence[Held]
    dues: Sequence[DueOut]
    actions: Sequence[ActionOut]
    me: UUID | None
    may_edit: bool
    may_log: bool

    @property
    def now(self) -> list[AssignmentOut]:
        return held_now(self.posts)

    @property
    def timeline(self) -> list[Event]:
        events = [of_post(post, self.may_edit) for post in self.posts] + [of_conversation(talk) for talk in self.talks]
        return sorted(events, key=lambda event: event.on, reverse=True)

    @property
    def conversations(self) -> list[tuple[str, str]]:
        """(where they stand, where one is arranged), for each employer that the reader sees them at; dates alone."""
        return [(stands(due), self._arrange(due)) for due in self.dues]

    @property
    def plan(self) -> list[ActionLine]:
        return lines_of([action for action in self.actions if action.state != "carried"], self.me, {})

    def _arrange(self, due: DueOut) -> str:
        if not self.may_log or due.planned_for:
            return ""
        asked = {"person": str(self.person.id), "organisation": str(due.organisation_id)}
        return f"/conversations/arrange?{urlencode(asked)}"
