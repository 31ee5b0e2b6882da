"""What must be true of conversations: codes, what may be recorded, and which step may follow which."""

from service.conversations.rules.codes import (
    KIND_HINTS,
    KIND_NAMES,
    ActionState,
    Audience,
    ConversationKind,
    FacilitatorKind,
    Mode,
    NoneReason,
    Purpose,
    RequestState,
    State,
    Topic,
)
from service.conversations.rules.record import (
    FURTHEST,
    MINUTES,
    OLDEST,
    SOON,
    USUAL_MINUTES,
    code_problems,
    problems_with,
    problems_with_plan,
)

__all__ = [
    "FURTHEST",
    "KIND_HINTS",
    "KIND_NAMES",
    "MINUTES",
    "OLDEST",
    "SOON",
    "USUAL_MINUTES",
    "ActionState",
    "Audience",
    "ConversationKind",
    "FacilitatorKind",
    "Mode",
    "NoneReason",
    "Purpose",
    "RequestState",
    "State",
    "Topic",
    "code_problems",
    "problems_with",
    "problems_with_plan",
]
