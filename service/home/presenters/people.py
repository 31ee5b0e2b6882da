from collections.abc import Sequence
from dataclasses import dataclass

from service.conversations.schemas.record import Held
from service.home.presenters.timeline import Event, held_now, of_conversation, of_post
from service.people.schemas import PersonOut
from service.posts.schemas import AssignmentOut


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
