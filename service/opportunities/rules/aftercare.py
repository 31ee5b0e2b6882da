"""What somebody who was not chosen is owed, and by when: a reason, a conversation and a next step."""

from datetime import date

from service.kit.errors import Problem
from service.opportunities.rules.working_days import add_working_days

USUAL_DAYS = 10


def due_on(decided_on: date, working_days: int = USUAL_DAYS) -> date:
    return add_working_days(decided_on, working_days)


def is_late(due: date, today: date) -> bool:
    """The day it is due is still in time."""
    return today > due


def talk_problems(talked_on: date | None, opened_on: date, today: date) -> list[Problem]:
    if talked_on is None:
        return []
    if talked_on > today:
        return [Problem("talked_on", "The date must be today or in the past.")]
    if talked_on < opened_on:
        return [Problem("talked_on", f"It was decided on {opened_on:%-d %B %Y}. Give the day you talked after that.")]
    return []
