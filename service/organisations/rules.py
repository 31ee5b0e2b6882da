from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from service.kit.errors import Problem
from service.kit.levels import LEVEL_NAMES as LEVEL_NAMES
from service.kit.levels import LEVELS as LEVELS
from service.kit.levels import level_name as level_name


class OrganisationKind(StrEnum):
    TRUST = "trust"
    AMBULANCE_TRUST = "ambulance_trust"
    BOARD = "board"
    COUNCIL = "council"
    PRIMARY_CARE = "primary_care"
    SOCIAL_CARE = "social_care"
    CHARITY = "charity"
    OTHER = "other"


KIND_NAMES: Mapping[OrganisationKind, str] = {
    OrganisationKind.TRUST: "NHS trust",
    OrganisationKind.AMBULANCE_TRUST: "Ambulance trust",
    OrganisationKind.BOARD: "Integrated care board",
    OrganisationKind.COUNCIL: "Council",
    OrganisationKind.PRIMARY_CARE: "Primary care",
    OrganisationKind.SOCIAL_CARE: "Social care provider",
    OrganisationKind.CHARITY: "Charity or community group",
    OrganisationKind.OTHER: "Other",
}


@dataclass(frozen=True, slots=True)
class Grade:
    """One row of the crosswalk: a grade of a scheme, what it is called, and the system level it maps to."""

    scheme: str
    grade: str
    label: str
    level: int


def is_ods_code(text: str) -> bool:
    """Three to eight capital letters and digits, as the Organisation Data Service gives them out."""
    return 3 <= len(text) <= 8 and text.isascii() and text.isalnum() and text == text.upper()


def problem_with_parent(
    organisation_id: UUID | None, parent_id: UUID | None, above: Mapping[UUID, UUID | None]
) -> Problem | None:
    """`above` gives each organisation's present parent. Nothing may belong to itself, however far up."""
    if parent_id is None:
        return None
    if parent_id not in above:
        return Problem("parent_id", "Choose an organisation from the list.")
    step: UUID | None = parent_id
    for _ in above:
        if step is None:
            return None
        if step == organisation_id:
            return Problem(
                "parent_id", "Choose another organisation: this one already belongs to the one you are changing."
            )
        step = above[step]
    return None


def next_edition(old: Iterable[Grade], changes: Iterable[Grade]) -> list[Grade]:
    """All of the old edition's grades, with the changes added or put in their places."""
    by_grade = {(grade.scheme, grade.grade): grade for grade in (*old, *changes)}
    return [by_grade[key] for key in sorted(by_grade)]


def problems_with_edition(changes: Sequence[Grade], approved_on: date, today: date) -> list[Problem]:
    found: list[Problem] = []
    if approved_on > today:
        found.append(Problem("approved_on", "The date of approval must be today or in the past."))
    seen = {(grade.scheme, grade.grade) for grade in changes}
    if len(seen) < len(changes):
        found.append(Problem("grades", "The same grade is given twice. Give each grade one level."))
    return found
