"""The words of asking for a conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.conversations.rules import KIND_NAMES, ConversationKind, RequestState
from service.conversations.schemas.arranging import Reach, RequestOut
from service.web.forms import Form
from service.web.presenters import day

Option = Mapping[str, object]
SAID: Mapping[RequestState, str] = {
    RequestState.OPEN: "Waiting to be arranged",
    RequestState.ARRANGED: "Arranged",
    RequestState.WITHDRAWN: "Withdrawn by you",
    RequestState.CLOSED: "Closed",
}


# The kinds as they are put to the person; service.conversations.rules says them to whoever holds one.
ASKED_HINTS = {
    ConversationKind.INITIAL: "Where you are, where you want to be, and how to get there",
    ConversationKind.FOLLOW_UP: "What has happened since the last one",
    ConversationKind.STAY: "What keeps you here, and what would make it better",
    ConversationKind.TRANSITION: "Before or soon after you change role or level",
    ConversationKind.RETURN: "What you bring back from a secondment, and how it will be used",
    ConversationKind.MOVING_ON: "Why you are leaving, and whether you would come back",
}


@dataclass(frozen=True, slots=True)
class AskPage:
    """Asking for a conversation: whom and what kind, and nothing to type."""

    reach: Sequence[Reach]
    requests: Sequence[RequestOut]
    form: Form

    @property
    def open(self) -> list[RequestOut]:
        return [request for request in self.requests if request.state is RequestState.OPEN]

    @property
    def earlier(self) -> list[RequestOut]:
        return [request for request in self.requests if request.state is not RequestState.OPEN]

    @property
    def to_ask(self) -> list[Option]:
        """Whom to ask, in each place where nothing is open."""
        waiting = {request.organisation_id for request in self.open}
        chosen, made = self.form.value("whom"), list[Option]()
        for place in self.reach:
            if place.organisation_id in waiting:
                continue
            if place.facilitator:
                hint = {"text": f"They hold your conversations at {place.organisation}"}
                made.append(
                    _option(f"{place.organisation_id}.{place.facilitator.id}", place.facilitator.name, chosen, hint)
                )
            made.append(
                _option(f"{place.organisation_id}.", f"Whoever arranges conversations at {place.organisation}", chosen)
            )
        return made if len(made) > 1 else [{**option, "checked": True} for option in made]

    @property
    def kinds(self) -> list[Option]:
        chosen = self.form.value("kind") or self._likely
        return [_option(kind, name, chosen, {"text": ASKED_HINTS[kind]}) for kind, name in KIND_NAMES.items()]

    @property
    def _likely(self) -> str:
        had_one = any(place.last_held_on for place in self.reach)
        return ConversationKind.FOLLOW_UP if had_one else ConversationKind.INITIAL

    def told(self, request: RequestOut) -> str:
        whom = request.asked_of.name if request.asked_of else f"whoever arranges them at {self._place(request)}"
        return f"{KIND_NAMES[request.kind]}, asked of {whom} on {day(request.asked_at.date())}"

    def became(self, request: RequestOut) -> str:
        when = f" on {day(request.closed_at.date())}" if request.closed_at else ""
        return f"{SAID[request.state]}{when}"

    def _place(self, request: RequestOut) -> str:
        names = {place.organisation_id: place.organisation for place in self.reach}
        return names.get(request.organisation_id, "an earlier employer")


def _option(value: str, text: str, chosen: str, hint: Option | None = None) -> Option:
    return {"value": value, "text": text, "checked": value == chosen} | ({"hint": hint} if hint else {})
