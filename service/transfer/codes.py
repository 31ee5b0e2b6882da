"""The codes that a workforce file may use, under the names that files give them (ours, the NHS's, the plain words)."""

from collections.abc import Mapping

from service.people.rules import Characteristic, answers_for
from service.posts.rules import DESTINATIONS, END_REASONS, KIND_NAMES, STAFF_GROUP_NAMES, AssignmentKind, StaffGroup
from service.transfer.columns import plain

Codes = Mapping[str, str]
Others = Mapping[str, tuple[str, ...]]


def _named(ours: Mapping[str, str], others: Others) -> dict[str, str]:
    """plain name -> code: the code itself, our words for it, and what other systems call it."""
    named = {plain(name): str(code) for code, words in ours.items() for name in (code, words)}
    return named | {plain(name): str(code) for code, names in others.items() for name in names}


# The names on the right are those of the NHS's electronic staff record.
KINDS: Others = {
    AssignmentKind.SUBSTANTIVE: ("Permanent", "Fixed term", "Fixed term temp"),
    AssignmentKind.SECONDMENT: ("Seconded", "Secondment in"),
    AssignmentKind.ACTING_UP: ("Acting",),
}
STAFF_GROUPS: Others = {
    StaffGroup.ADD_PROF: ("Add Prof Scientific and Technic", "Additional professional scientific and technical"),
    StaffGroup.CLINICAL_SUPPORT: ("Clinical support",),
    StaffGroup.NURSING: ("Nursing and Midwifery Registered",),
}
REASONS: Others = {
    "end_of_fixed_term": ("End of fixed term contract - completion of training scheme", "End of fixed term contract - other", "End of fixed term contract - end of work requirement", "End of fixed term contract - external rotation"),
    "resignation_work_life_balance": ("Voluntary resignation - work life balance", "Voluntary resignation - child dependants", "Voluntary resignation - adult dependants"),
    "resignation_promotion": ("Voluntary resignation - promotion",),
    "resignation_other": ("Resignation", "Voluntary resignation - other/not known", "Voluntary resignation - better reward package", "Voluntary resignation - incompatible working relationships", "Voluntary resignation - lack of opportunities", "Voluntary resignation - to undertake further education or training"),
    "relocation": ("Voluntary resignation - relocation",),
    "retirement": ("Retirement age", "Flexi retirement", "Voluntary early retirement - no actuarial reduction", "Voluntary early retirement - with actuarial reduction"),
    "ill_health": ("Voluntary resignation - health", "Retirement - ill health", "Dismissal - capability - ill health"),
    "dismissal": ("Dismissal", "Dismissal - capability", "Dismissal - conduct", "Dismissal - some other substantial reason", "Dismissal - statutory reason"),
    "redundancy": ("Redundancy - compulsory", "Redundancy - voluntary"),
    "death": ("Death in service",),
    "other": ("Employee transfer", "Mutually agreed resignation - local scheme with repayment", "Mutually agreed resignation - local scheme without repayment"),
    "not_known": ("Unknown",),
}  # fmt: skip
PLACES: Others = {
    "other_public_sector": ("Other public sector", "NHS organisation", "General practice", "Social services", "Prison service", "Armed forces"),
    "private_sector": ("Private health/social care", "Other private sector"),
    "education_or_training": ("Education sector",),
    "abroad": ("Abroad - EU country", "Abroad - non EU country"),
    "not_employed": ("No employment",),
    "not_known": ("Unknown",),
}  # fmt: skip
# Asked and declined (Z), never asked or unable to answer (99): two facts, never merged.
ANSWERS: Mapping[str, Others] = {
    "ethnicity": {"not_stated": ("Z",), "not_known": ("99", "X")},
    "sex": {"female": ("F", "2"), "male": ("M", "1"), "not_known": ("0",), "not_stated": ("9",)},
    "disability": {"disabled": ("Y",), "non_disabled": ("N", "Not disabled", "Non-disabled"), "not_stated": ("Not declared",), "not_known": ("Unspecified",)},
}  # fmt: skip

_WORDS: Mapping[str, Mapping[str, str]] = {
    "kind": KIND_NAMES,
    "staff_group": STAFF_GROUP_NAMES,
    "end_reason": END_REASONS,
    "destination": DESTINATIONS,
    **{field: answers_for(Characteristic(field)) for field in ANSWERS},
}
_OTHERS: Mapping[str, Others] = {
    "kind": KINDS,
    "staff_group": STAFF_GROUPS,
    "end_reason": REASONS,
    "destination": PLACES,
    **ANSWERS,
}
CHOICES: Mapping[str, Codes] = {field: _named(_WORDS[field], _OTHERS[field]) for field in _WORDS}


def words_of(field: str) -> Mapping[str, str]:
    """code -> the words to offer for it, in the order of the list."""
    return {str(code): words for code, words in _WORDS[field].items()}
