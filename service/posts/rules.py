"""What must be true of an assignment, and of all that one person holds in one organisation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from service.kit.errors import Problem


class AssignmentKind(StrEnum):
    SUBSTANTIVE = "substantive"
    SECONDMENT = "secondment"
    ACTING_UP = "acting_up"


class Contract(StrEnum):
    """What kind of contract a post is held on: the assignment categories of the NHS's electronic staff record, in
    plain codes, and apprentices."""

    PERMANENT = "permanent"
    FIXED_TERM = "fixed_term"
    BANK = "bank"
    LOCUM = "locum"
    APPRENTICE = "apprentice"
    HONORARY = "honorary"
    OTHER = "other"


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


FULL_TIME = Decimal(1)
OLDEST = date(1950, 1, 1)
FURTHEST = timedelta(days=366 * 2)

KIND_NAMES: Mapping[AssignmentKind, str] = {
    AssignmentKind.SUBSTANTIVE: "Substantive",
    AssignmentKind.SECONDMENT: "Secondment",
    AssignmentKind.ACTING_UP: "Acting up",
}
CONTRACT_NAMES: Mapping[Contract, str] = {
    Contract.PERMANENT: "Permanent",
    Contract.FIXED_TERM: "Fixed term or temporary",
    Contract.BANK: "Bank",
    Contract.LOCUM: "Locum",
    Contract.APPRENTICE: "Apprentice",
    Contract.HONORARY: "Honorary",
    Contract.OTHER: "Another kind of contract",
}
STAFF_GROUP_NAMES: Mapping[StaffGroup, str] = {
    StaffGroup.ADD_PROF: "Additional professional, scientific and technical",
    StaffGroup.CLINICAL_SUPPORT: "Additional clinical services",
    StaffGroup.ADMINISTRATIVE: "Administrative and clerical",
    StaffGroup.ALLIED_HEALTH: "Allied health professionals",
    StaffGroup.ESTATES: "Estates and ancillary",
    StaffGroup.SCIENTISTS: "Healthcare scientists",
    StaffGroup.MEDICAL: "Medical and dental",
    StaffGroup.NURSING: "Nursing and midwifery",
    StaffGroup.SOCIAL_CARE: "Social care",
    StaffGroup.EDUCATION: "Education and learning",
    StaffGroup.OTHER: "Other",
}

# The person stays with the organisation after these.
STAYS: Mapping[str, str] = {"promotion": "Promotion here", "change_of_post": "Another post here"}
ENDS: Mapping[str, str] = {
    "end_of_secondment": "End of a secondment",
    "end_of_acting_up": "End of acting up",
    "moved": "Moved to another organisation of the system",
    "resignation_work_life_balance": "Resigned: work and life balance",
    "resignation_promotion": "Resigned: promotion elsewhere",
    "relocation": "Resigned: moved home",
    "resignation_other": "Resigned: another reason",
    "retirement": "Retired",
    "end_of_fixed_term": "End of a fixed-term contract",
    "ill_health": "Ill health",
    "redundancy": "Redundancy",
    "dismissal": "Dismissed",
    "death": "Died",
    "other": "Another reason",
    "not_known": "Not known",
}
END_REASONS: Mapping[str, str] = {**STAYS, **ENDS}

# Where people go; an organisation of the system is named by its own code instead.
DESTINATIONS: Mapping[str, str] = {
    "other_public_sector": "Another public sector organisation",
    "private_sector": "The private sector",
    "voluntary_sector": "The voluntary sector",
    "education_or_training": "Education or training",
    "abroad": "Work abroad",
    "not_employed": "No employment",
    "not_known": "Not known",
}


@dataclass(frozen=True, slots=True)
class Term:
    """The part of an assignment that the rules look at. `ended` is the last day worked, or None while it is open."""

    kind: AssignmentKind
    fte: Decimal
    started: date
    ended: date | None


def problems_with(term: Term, today: date) -> list[Problem]:
    found: list[Problem] = []
    if not OLDEST <= term.started <= today + FURTHEST:
        found.append(Problem("started", "The first day must be between 1 January 1950 and two years from now."))
    if term.ended is not None and term.ended > today + FURTHEST:
        found.append(Problem("ended", "The last day must be within two years from now."))
    if term.ended is not None and term.ended < term.started:
        found.append(Problem("ended", f"The last day must be on or after the first day, {term.started:%-d %B %Y}."))
    if not 0 < term.fte <= Decimal("1.5"):
        found.append(Problem("fte", "Give the full-time equivalent as a number above 0 and up to 1.5, such as 0.6."))
    return found


def overlap(new: Term, held: Iterable[Term]) -> Term | None:
    """The substantive full-time assignment that `new` would overlap: nobody works two full-time jobs at once."""
    if not _fills_the_week(new):
        return None
    return next((old for old in held if _fills_the_week(old) and _meet(new, old)), None)


def overlap_words(name: str, job_title: str, held: Term) -> str:
    """Why the new post was refused, with the dates of the one in its way."""
    until = f"to {held.ended:%-d %B %Y}" if held.ended else "with no last day"
    return (
        f"{name} already holds a full-time substantive post here in that time: {job_title},"
        f" from {held.started:%-d %B %Y} {until}. End that post first, or give other dates."
    )


def ends_employment(last_day: date, reason: str, others: Iterable[Term]) -> bool:
    """Whether the person leaves the organisation with this post: nothing else is held there beyond its last day."""
    return reason not in STAYS and not any(other.ended is None or other.ended > last_day for other in others)


def _fills_the_week(term: Term) -> bool:
    return term.kind is AssignmentKind.SUBSTANTIVE and term.fte >= FULL_TIME


def _meet(one: Term, other: Term) -> bool:
    return one.started <= (other.ended or date.max) and other.started <= (one.ended or date.max)
