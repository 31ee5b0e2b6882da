from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.conversations.rules import ActionState
from service.conversations.rules.plan import LONGEST
from service.conversations.schemas.record import Party
from service.kit.fields import Code, Given, Words

What = Annotated[Words, StringConstraints(min_length=1, max_length=LONGEST)]


class ActionChange(Given):
    """The whole of an action as it should be from now on: what is left out is taken away."""

    text: What = Field(title="what will be done")
    owner_id: UUID | None = Field(
        None, title="who will do it", description="The person, or whoever held the conversation. Left out: you."
    )
    support: Code | None = Field(None, title="the support asked for", description="A code of the terms' support.")
    due_on: date | None = Field(None, title="the date it is due")


class ActionIn(ActionChange):
    id: UUID | None = Field(None, description="A UUID of your own making: sent twice, it is added once.")
    conversation_id: UUID | None = Field(
        None, title="the conversation", description="Where it was agreed. Left out: it is added to your own plan."
    )


class ActionStateIn(Given):
    state: Literal[ActionState.OPEN, ActionState.DONE, ActionState.DROPPED] = Field(title="what happened")
    reason: Code | None = Field(None, title="the reason", description="Needed for one that is set aside.")


class CarryIn(Given):
    conversation_id: UUID = Field(title="the conversation", description="The later conversation it is carried to.")


class ActionOut(Struct, frozen=True):
    """Something to be done for somebody's development. `reason` is why it was set aside."""

    id: UUID
    person: Party
    owner: Party
    facilitator: Party | None
    organisation_id: UUID
    conversation_id: UUID | None
    text: str
    support: str | None
    due_on: date | None
    opened_on: date
    state: ActionState
    closed_on: date | None
    reason: str | None
    carried_from_id: UUID | None
    version: int

    @property
    def is_open(self) -> bool:
        return self.state is ActionState.OPEN

    @property
    def parties(self) -> dict[UUID, str]:
        """Who may own it: the person, and whoever held the conversation it was agreed in."""
        return {party.id: party.name for party in (self.person, self.facilitator) if party}


class ActionStateOut(Struct, frozen=True):
    """One line of what happened to an action. A state of "open" with the reason "reminded" is a reminder."""

    number: int
    state: ActionState
    at: datetime
    by: Party
    reason: str | None
