"""Steps between role profiles: what kinds there are, and what must be true of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.kit.errors import Problem


class StepKind(StrEnum):
    PROMOTION = "promotion"
    LATERAL = "lateral"
    CROSS_SECTOR = "cross_sector"
    RETURN = "return"


class StepState(StrEnum):
    PUBLISHED = "published"
    RETIRED = "retired"


KIND_NAMES: Mapping[StepKind, str] = {
    StepKind.PROMOTION: "A step up",
    StepKind.LATERAL: "A step sideways",
    StepKind.CROSS_SECTOR: "A step into another sector",
    StepKind.RETURN: "A step back to practice",
}
KIND_HINTS: Mapping[StepKind, str] = {
    StepKind.PROMOTION: "More responsibility, in work you know",
    StepKind.LATERAL: "New experience at a level you know. Sideways is progress",
    StepKind.CROSS_SECTOR: "Your skills in another kind of organisation. Sideways is progress",
    StepKind.RETURN: "Back to hands-on work, with all that you have learnt since",
}
LONGEST_MONTHS = 240


@dataclass(frozen=True, slots=True)
class StepRow:
    """One line of a steps file: two role profiles by code, and what lies between them."""

    from_code: str
    to_code: str
    kind: str
    typical_months: str
    what_helps: str = ""


def problems_with(row: StepRow, levels: Mapping[str, int]) -> list[Problem]:
    """`levels` has every published role profile: code -> level. Each problem is told at its column."""
    found = [
        Problem(column, f"No published role profile has the code “{code}”. Correct it, or add the role first.")
        for column, code in (("from_code", row.from_code), ("to_code", row.to_code))
        if code not in levels
    ]
    if row.from_code == row.to_code:
        found.append(Problem("to_code", "A step leads to another role. Give two different codes."))
    if row.kind not in set(StepKind):
        found.append(Problem("kind", f"Use one of: {', '.join(StepKind)}."))
    if not _is_months(row.typical_months):
        found.append(Problem("typical_months", f"Give a whole number of months from 1 to {LONGEST_MONTHS}."))
    if len(row.what_helps) > 500:
        found.append(Problem("what_helps", "Use 500 characters or fewer."))
    return found or _against_level(row, levels)


def _against_level(row: StepRow, levels: Mapping[str, int]) -> list[Problem]:
    rise = levels[row.to_code] - levels[row.from_code]
    if row.kind == StepKind.PROMOTION and rise <= 0:
        return [Problem("kind", "A promotion leads to a higher level. Use lateral, cross_sector or return.")]
    if row.kind == StepKind.LATERAL and rise != 0:
        return [Problem("kind", "A lateral step stays at one level. Use promotion, cross_sector or return.")]
    return []


def _is_months(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= LONGEST_MONTHS


def is_sideways(kind: StepKind) -> bool:
    """Lateral is said of every step that is not up or back: it counts as progress wherever steps are counted."""
    return kind in {StepKind.LATERAL, StepKind.CROSS_SECTOR}
