"""The codes that conversations are kept in, and their names."""

from collections.abc import Mapping
from enum import StrEnum


class ConversationKind(StrEnum):
    INITIAL = "initial"
    FOLLOW_UP = "follow_up"
    STAY = "stay"
    TRANSITION = "transition"
    RETURN = "return_from_secondment"
    MOVING_ON = "moving_on"


class State(StrEnum):
    """Where a conversation is. Never overwritten: each is a row of its history."""

    PLANNED = "planned"
    PREPARED = "prepared"
    HELD = "held"
    AGREED = "agreed"
    CLOSED = "closed"
    DECLINED = "declined"
    MISSED = "missed"
    LAPSED = "lapsed"


class FacilitatorKind(StrEnum):
    LINE_MANAGER = "line_manager"
    COACH = "coach"
    MENTOR = "mentor"
    HR_PARTNER = "hr_partner"


class Mode(StrEnum):
    IN_PERSON = "in_person"
    VIDEO = "video"
    TELEPHONE = "telephone"


class Topic(StrEnum):
    """What a conversation is coded by. Positions are two axes of their own; together they are never a score."""

    IMPACT_NOW = "impact_now"
    IMPACT_WANTED = "impact_wanted"
    GROWTH_NOW = "growth_now"
    GROWTH_WANTED = "growth_wanted"
    HORIZON = "horizon"
    ASPIRATION = "aspiration"
    BARRIER = "barrier"
    SUPPORT = "support"


class Audience(StrEnum):
    """Whom the person may let read what was agreed, besides its parties."""

    HR_PARTNER = "hr_partner"
    NEW_EMPLOYER = "new_employer"


class Purpose(StrEnum):
    PREPARATION = "preparation"
    NOTE = "note"


class ActionState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    CARRIED = "carried"


class RequestState(StrEnum):
    OPEN = "open"
    ARRANGED = "arranged"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class NoneReason(StrEnum):
    """Why somebody has had no conversation lately. Never held against anyone."""

    NEW_IN_POST = "new_in_post"
    AWAY = "away"
    NO_FACILITATOR = "no_facilitator"
    CHOSE_NOT_TO = "chose_not_to"
    LEAVING_SOON = "leaving_soon"


KIND_NAMES: Mapping[ConversationKind, str] = {
    ConversationKind.INITIAL: "First career conversation",
    ConversationKind.FOLLOW_UP: "Follow-up",
    ConversationKind.STAY: "Stay conversation",
    ConversationKind.TRANSITION: "Moving to a new role",
    ConversationKind.RETURN: "Return from a secondment",
    ConversationKind.MOVING_ON: "Moving on from the organisation",
}
KIND_HINTS: Mapping[ConversationKind, str] = {
    ConversationKind.INITIAL: "Where they are, where they want to be, and how to get there",
    ConversationKind.FOLLOW_UP: "What has happened since the last one",
    ConversationKind.STAY: "What keeps them, and what might make them leave",
    ConversationKind.TRANSITION: "Before or soon after a change of role or level",
    ConversationKind.RETURN: "What they bring back and how it will be used",
    ConversationKind.MOVING_ON: "Why they are leaving, and whether they would come back",
}
