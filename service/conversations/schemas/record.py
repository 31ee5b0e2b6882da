from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import AwareDatetime, Field, StringConstraints

from service.conversations.rules import ConversationKind, FacilitatorKind, Mode, State, Topic
from service.kit.clock import UK
from service.kit.fields import Code, Given, Words

Summary = Annotated[Words, StringConstraints(min_length=1)]
More = Annotated[Words, StringConstraints(max_length=2_000)]
Several = Annotated[tuple[Code, ...], Field(max_length=20)]


class Coded(Given):
    """Codes of the current edition of the terms (GET /api/conversations/terms). They count once the person agrees."""

    impact_now: Code | None = None
    impact_wanted: Code | None = None
    growth_now: Code | None = None
    growth_wanted: Code | None = None
    horizon: Code | None = None
    aspiration: Several = ()
    barrier: Several = ()
    support: Several = ()

    @property
    def by_topic(self) -> dict[str, list[str]]:
        """topic -> codes, without the topics that have none; as it is kept."""
        given = {topic.value: getattr(self, topic) for topic in Topic}
        return {
            topic: list(dict.fromkeys([codes] if isinstance(codes, str) else codes))
            for topic, codes in given.items()
            if codes
        }


class WordingIn(Given):
    """What was agreed to be written down, and the codes that go with it."""

    summary: Summary = Field(title="the summary", description="As agreed with the person. Read by its parties alone.")
    aspirations: More = Field("", title="what they would like")
    barriers: More = Field("", title="what stands in the way")
    support: More = Field("", title="the support wanted")
    codes: Coded = Coded()


class WhomIn(Given):
    id: UUID | None = Field(None, description="A UUID of your own making: sent twice, it is recorded once.")
    person_id: UUID = Field(title="the person")
    organisation_id: UUID = Field(title="the organisation", description="Where the conversation arose.")
    facilitator_id: UUID | None = Field(None, title="who held it", description="Whoever held it. Left out: you.")
    facilitator_kind: FacilitatorKind | None = Field(None, title="what they are to the person")
    kind: ConversationKind = Field(title="the kind of conversation")
    mode: Mode | None = Field(None, title="how you met")


class HeldIn(WordingIn):
    """When it was held, what was said, and when the next one is due."""

    held_on: date = Field(title="date held")
    next_due_on: date | None = Field(None, title="next conversation")


class ConversationIn(WhomIn, HeldIn):
    pass


class PlannedIn(WhomIn):
    scheduled_at: AwareDatetime = Field(title="the time", description="With its offset from UTC.")
    minutes: int | None = Field(
        None, ge=15, le=480, title="how long", description="Left out: 120 for a first one, else 60."
    )


class Party(Struct, frozen=True):
    id: UUID
    name: str


class Held(Struct, frozen=True):
    """That a conversation was held or is planned, for a list. Only its parties see one (the person, whoever holds it,
    and whoever arranged it or wrote it down), and those whom the person lets read what was agreed."""

    id: UUID
    person: Party
    facilitator: Party
    recorded_by: Party
    organisation_id: UUID
    organisation: str
    kind: ConversationKind
    held_on: date | None
    next_due_on: date | None
    recorded_at: datetime
    state: State
    scheduled_at: datetime | None
    minutes: int | None
    mode: Mode | None
    facilitator_kind: FacilitatorKind | None
    agreed_on: date | None

    @property
    def on(self) -> date:
        """The day it was held, or else is planned for."""
        return self.held_on or (self.scheduled_at or self.recorded_at).astimezone(UK).date()

    @property
    def parties(self) -> list[Party]:
        """Each once: often whoever held it wrote it down too."""
        return list({party.id: party for party in (self.person, self.facilitator, self.recorded_by)}.values())


class WordingOut(Struct, frozen=True):
    number: int
    written_by: UUID
    written_at: datetime
    summary: str
    aspirations: str
    barriers: str
    support: str
    codes: dict[str, list[str]]


class ConversationOut(Held, frozen=True):
    """`wording` is the latest that the reader may see: the agreed one for those whom the person lets read it, none for
    somebody who only arranged the meeting. `version` is what If-Match takes."""

    agreed_wording: int | None
    terms_version: int | None
    version: int
    wording: WordingOut | None = None
