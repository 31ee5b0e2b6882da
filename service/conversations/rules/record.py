"""What must be true of a conversation that is logged or planned."""

from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from service.conversations.rules.codes import ConversationKind, Topic
from service.kit.errors import Problem

# How far ahead a due conversation is shown as work to do.
SOON = timedelta(days=14)
OLDEST = timedelta(days=366 * 10)
FURTHEST = timedelta(days=366 * 3)
# How long a conversation is planned to take, unless somebody says otherwise.
MINUTES: Mapping[ConversationKind, int] = {ConversationKind.INITIAL: 120}
USUAL_MINUTES = 60


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


def problems_with_plan(person_id: UUID, facilitator_id: UUID, scheduled_at: datetime, now: datetime) -> list[Problem]:
    """What stands in the way of planning this conversation."""
    found: list[Problem] = []
    if scheduled_at < now:
        found.append(Problem("scheduled_at", "The time must be in the future. Log the conversation if it was held."))
    if scheduled_at > now + FURTHEST:
        found.append(Problem("scheduled_at", "The time must be within the next 3 years."))
    if facilitator_id == person_id:
        found.append(
            Problem("facilitator_id", "Choose somebody else: a person cannot hold their own career conversation.")
        )
    return found


def code_problems(given: Mapping[str, Sequence[str]], known: Container[tuple[str, str]]) -> list[Problem]:
    """Codes that the edition of the terms does not have, each told at its topic."""
    return [
        Problem(f"codes.{topic}", f"“{code}” is not one of the codes for {topic.replace('_', ' ')}. Choose another.")
        for topic, codes in given.items()
        for code in codes
        if (topic, code) not in known
    ]


def term_problems(given: Sequence[tuple[str, str]], approved_on: date, today: date) -> list[Problem]:
    """What stands in the way of publishing these (topic, code) as an edition."""
    found: list[Problem] = []
    twice = sorted({f"{topic} {code}" for topic, code in given if given.count((topic, code)) > 1})
    missing = sorted(set(Topic) - {topic for topic, _ in given})
    if twice:
        found.append(Problem("terms", f"Give each code once for a topic: {', '.join(twice)}."))
    if missing:
        found.append(Problem("terms", f"Give at least one code for each topic: {', '.join(missing)}."))
    if approved_on > today:
        found.append(Problem("approved_on", "The date must be today or in the past."))
    return found
