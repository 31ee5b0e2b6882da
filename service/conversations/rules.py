from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from service.kit.errors import Problem


class ConversationKind(StrEnum):
    INITIAL = "initial"
    FOLLOW_UP = "follow_up"
    STAY = "stay"
    TRANSITION = "transition"
    RETURN = "return_from_secondment"
    MOVING_ON = "moving_on"


OLDEST = timedelta(days=366 * 10)
FURTHEST = timedelta(days=366 * 3)


def problems_with(
    person_id: UUID, facilitator_id: UUID, held_on: date, next_due_on: date | None, today: date
) -> list[Problem]:
    """What stands in the way of recording this conversation, each told at its field."""
    found: list[Problem] = []
    if held_on > today:
        found.append(
            Problem("held_on", "The date must be today or in the past. Log the conversation once it has been held.")
        )
    if held_on < today - OLDEST:
        found.append(Problem("held_on", "The date must be within the last 10 years."))
    if next_due_on and not held_on < next_due_on <= today + FURTHEST:
        found.append(
            Problem("next_due_on", "The next conversation must come after this one, and within the next 3 years.")
        )
    if facilitator_id == person_id:
        found.append(
            Problem("facilitator_id", "Choose somebody else: a person cannot hold their own career conversation.")
        )
    return found
