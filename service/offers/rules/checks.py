"""Asking at each stage whether it was fair. "We could not tell" is an answer; no answer is not."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from service.kit.errors import Problem


class CheckStage(StrEnum):
    PUBLISH = "publish"
    SHORTLIST_CLOSED = "shortlist_closed"
    DECISIONS_MADE = "decisions_made"


class Finding(StrEnum):
    FAIR = "fair"
    CONCERN = "concern"
    COULD_NOT_TELL = "could_not_tell"


STAGE_NAMES: Mapping[CheckStage, str] = {
    CheckStage.PUBLISH: "Before it is published",
    CheckStage.SHORTLIST_CLOSED: "Before the shortlist is closed",
    CheckStage.DECISIONS_MADE: "Before decisions are told",
}
QUESTIONS: Mapping[CheckStage, str] = {
    CheckStage.PUBLISH: "Can everyone it is meant for find it, ask for it and take part?",
    CheckStage.SHORTLIST_CLOSED: "Did everyone have the same chance to be shortlisted?",
    CheckStage.DECISIONS_MADE: "Did everyone on the shortlist have the same chance of being chosen?",
}
FINDING_NAMES: Mapping[Finding, str] = {
    Finding.FAIR: "Yes, it looks fair",
    Finding.CONCERN: "No, there is a concern",
    Finding.COULD_NOT_TELL: "We could not tell",
}
SHORT_NAMES: Mapping[Finding, str] = {
    Finding.FAIR: "Fair",
    Finding.CONCERN: "A concern",
    Finding.COULD_NOT_TELL: "Could not tell",
}


def missing(stages: Iterable[CheckStage], answered: Iterable[CheckStage]) -> list[CheckStage]:
    """The stages that nobody has answered, in the order given."""
    known = set(answered)
    return [stage for stage in stages if stage not in known]


def up_to(stage: CheckStage) -> list[CheckStage]:
    """This stage and those before it."""
    stages = list(CheckStage)
    return stages[: stages.index(stage) + 1]


def answer_problems(finding: Finding, looked_at: str, will_do: str) -> list[Problem]:
    """A finding rests on a number; a concern, and not being able to tell, lead to something."""
    found: list[Problem] = []
    if finding is not Finding.COULD_NOT_TELL and not looked_at.strip():
        found.append(Problem("looked_at", "Say which number you looked at. If there is none, we could not tell."))
    if finding is not Finding.FAIR and not will_do.strip():
        found.append(Problem("will_do", "Say what you will do about it."))
    return found


def missing_problem(stage: CheckStage) -> Problem:
    return Problem("inclusion_check", f"{STAGE_NAMES[stage]}, answer its inclusion check.")
