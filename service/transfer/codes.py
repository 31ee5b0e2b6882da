"""The codes that a workforce file may use, under the names that files give them (ours, the NHS's, the plain words)."""

from collections.abc import Mapping

from service.people.rules import Characteristic, answers_for
from service.posts.rules import AssignmentKind, StaffGroup
from service.transfer.columns import plain

Codes = Mapping[str, str]


def _named(*groups: tuple[str, tuple[str, ...]]) -> dict[str, str]:
    return {plain(name): code for code, names in groups for name in (code, *names)}


KINDS = _named(
    (AssignmentKind.SUBSTANTIVE, ("Permanent", "Fixed term", "Fixed term temp")),
    (AssignmentKind.SECONDMENT, ("Seconded", "Secondment in")),
    (AssignmentKind.ACTING_UP, ("Acting",)),
)

STAFF_GROUPS = _named(
    (StaffGroup.ADD_PROF, ("Add Prof Scientific and Technic", "Additional professional scientific and technical")),
    (StaffGroup.CLINICAL_SUPPORT, ("Clinical support",)),
    (StaffGroup.ADMINISTRATIVE, ("Administrative and clerical",)),
    (StaffGroup.ALLIED_HEALTH, ()),
    (StaffGroup.ESTATES, ("Estates and ancillary",)),
    (StaffGroup.SCIENTISTS, ()),
    (StaffGroup.MEDICAL, ("Medical and dental",)),
    (StaffGroup.NURSING, ("Nursing and Midwifery Registered", "Nursing and midwifery")),
    (StaffGroup.SOCIAL_CARE, ()),
    (StaffGroup.EDUCATION, ("Education and learning",)),
    (StaffGroup.OTHER, ()),
)

END_REASONS = _named(
    ("change_of_post", ()),
    ("promotion", ()),
    ("moved", ("Moved to another organisation of the system",)),
    ("end_of_secondment", ()),
    ("end_of_acting_up", ()),
    ("end_of_fixed_term", ("End of fixed term contract", "End of fixed term contract - completion of training scheme", "End of fixed term contract - other", "End of fixed term contract - end of work requirement", "End of fixed term contract - external rotation")),
    ("resignation_work_life_balance", ("Voluntary resignation - work life balance",)),
    ("resignation_promotion", ("Voluntary resignation - promotion",)),
    ("resignation_better_reward", ("Voluntary resignation - better reward package",)),
    ("resignation_working_relationships", ("Voluntary resignation - incompatible working relationships",)),
    ("resignation_lack_of_opportunities", ("Voluntary resignation - lack of opportunities",)),
    ("resignation_education_or_training", ("Voluntary resignation - to undertake further education or training",)),
    ("resignation_health", ("Voluntary resignation - health",)),
    ("resignation_child_dependants", ("Voluntary resignation - child dependants",)),
    ("resignation_adult_dependants", ("Voluntary resignation - adult dependants",)),
    ("resignation_other", ("Voluntary resignation - other/not known", "Resignation")),
    ("relocation", ("Voluntary resignation - relocation",)),
    ("retirement", ("Retirement age", "Flexi retirement", "Voluntary early retirement - no actuarial reduction", "Voluntary early retirement - with actuarial reduction")),
    ("ill_health", ("Retirement - ill health", "Dismissal - capability - ill health")),
    ("dismissal", ("Dismissal - capability", "Dismissal - conduct", "Dismissal - some other substantial reason", "Dismissal - statutory reason")),
    ("redundancy", ("Redundancy - compulsory", "Redundancy - voluntary", "Mutually agreed resignation - local scheme with repayment", "Mutually agreed resignation - local scheme without repayment")),
    ("employee_transfer", ("Transfer", "TUPE")),
    ("death_in_service", ()),
    ("not_known", ("Unknown", "Other")),
)  # fmt: skip

DESTINATIONS = _named(
    ("nhs_organisation", ("NHS",)),
    ("general_practice", ()),
    ("other_public_sector", ("Social services", "Prison service", "Armed forces")),
    ("private_sector", ("Private health/social care", "Other private sector")),
    ("self_employed", ()),
    ("not_employed", ("No employment",)),
    ("education_or_training", ("Education/training", "Education sector")),
    ("abroad", ("Abroad - EU country", "Abroad - non EU country")),
    ("death_in_service", ()),
    ("not_known", ("Unknown",)),
)


def _answers(characteristic: Characteristic, *groups: tuple[str, tuple[str, ...]]) -> dict[str, str]:
    ours = tuple((code, (words,)) for code, words in answers_for(characteristic).items())
    return _named(*ours) | _named(*groups)


# Asked and declined (Z), never asked or unable to answer (99): two facts, never merged.
ANSWERS: Mapping[str, Codes] = {
    "ethnicity": _answers(Characteristic.ETHNICITY, ("not_stated", ("Z",)), ("not_known", ("99", "X"))),
    "sex": _answers(Characteristic.SEX, ("female", ("F", "2")), ("male", ("M", "1")), ("not_known", ("0",)), ("not_stated", ("9",))),
    "disability": _answers(Characteristic.DISABILITY, ("disabled", ("Y",)), ("non_disabled", ("N", "Not disabled", "Non-disabled")), ("not_stated", ("Not declared",)), ("not_known", ("Unspecified",))),
}  # fmt: skip

CHOICES: Mapping[str, Codes] = {
    "kind": KINDS,
    "staff_group": STAFF_GROUPS,
    "end_reason": END_REASONS,
    "destination": DESTINATIONS,
    **ANSWERS,
}


def words_of(field: str) -> dict[str, str]:
    """code -> the words to offer for it, in the order of the list."""
    if field in ANSWERS:
        return dict(answers_for(Characteristic(field)))
    return {code: code.replace("_", " ").capitalize() for code in dict.fromkeys(CHOICES[field].values())}
