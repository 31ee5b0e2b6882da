"""What must be true of an assignment, and of all that one person holds in one organisation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from service.kit.errors import Problem


class AssignmentKind(StrEnum):
    SUBSTANTIVE = "substantive"
    SECONDMENT = "secondment"
    ACTING_UP = "acting_up"


class StaffGroup(StrEnum):
    ADD_PROF = "add_prof_scientific_technic"
    CLINICAL_SUPPORT = "additional_clinical_services"
    ADMINISTRATIVE = "administrative_clerical"
    ALLIED_HEALTH = "allied_health_professionals"
    ESTATES = "estates_ancillary"
    SCIENTISTS = "healthcare_scientists"
    MEDICAL = "medical_dental"
    NURSING = "nursing_midwifery"
    SOCIAL_CARE = "social_care"
    EDUCATION = "education_learning"
    OTHER = "other"


FULL_TIME = Decimal("1")


@dataclass(frozen=True, slots=True)
class Term:
    """The part of an assignment that the rules look at. `ended` is the last day worked, or None while it is open."""

    kind: AssignmentKind
    fte: Decimal
    started: date
    ended: date | None


def problems_with(term: Term) -> list[Problem]:
    found: list[Problem] = []
    if term.ended is not None and term.ended < term.started:
        found.append(Problem("ended", f"The last day must be on or after the first day, {term.started:%-d %B %Y}."))
    if not 0 < term.fte <= Decimal("1.5"):
        found.append(Problem("fte", "Give the full-time equivalent as a number above 0 and up to 1.5, such as 0.6."))
    return found


def overlap(new: Term, held: Iterable[Term]) -> Term | None:
    """The substantive full-time assignment that `new` would overlap, if there is one: nobody works two full-time jobs at once."""
    if not _fills_the_week(new):
        return None
    return next((old for old in held if _fills_the_week(old) and _meet(new, old)), None)


def _fills_the_week(term: Term) -> bool:
    return term.kind is AssignmentKind.SUBSTANTIVE and term.fte >= FULL_TIME


def _meet(one: Term, other: Term) -> bool:
    return one.started <= (other.ended or date.max) and other.started <= (one.ended or date.max)
