"""The kinds of move, in codes and words, and which of them may stand for one another."""

from collections.abc import Mapping
from enum import StrEnum


class MoveKind(StrEnum):
    JOINER = "joiner"
    PROMOTION = "promotion"
    LATERAL = "lateral"
    TRANSFER = "transfer"
    SECONDMENT_START = "secondment_start"
    SECONDMENT_END = "secondment_end"
    ACTING_UP = "acting_up"
    ROTATION = "rotation"
    CAREER_BREAK = "career_break"
    RETURN = "return"
    RETIREMENT = "retirement"
    LEAVER = "leaver"


class MoveSource(StrEnum):
    DERIVED = "derived"
    ENTERED = "entered"
    IMPORTED = "imported"


class Side(StrEnum):
    FROM = "from"
    TO = "to"


class CorrectionReason(StrEnum):
    WRONG_KIND = "wrong_kind"
    WRONG_DATE = "wrong_date"
    DID_NOT_HAPPEN = "did_not_happen"
    POSTS_CHANGED = "posts_changed"


KIND_NAMES: Mapping[MoveKind, str] = {
    MoveKind.JOINER: "Joined",
    MoveKind.PROMOTION: "Promotion",
    MoveKind.LATERAL: "Sideways move",
    MoveKind.TRANSFER: "Moved between organisations",
    MoveKind.SECONDMENT_START: "Secondment started",
    MoveKind.SECONDMENT_END: "Secondment ended",
    MoveKind.ACTING_UP: "Acting up",
    MoveKind.ROTATION: "Rotation",
    MoveKind.CAREER_BREAK: "Career break",
    MoveKind.RETURN: "Returned",
    MoveKind.RETIREMENT: "Retired",
    MoveKind.LEAVER: "Left",
}

SOURCE_NAMES: Mapping[MoveSource, str] = {
    MoveSource.DERIVED: "From the record of posts",
    MoveSource.ENTERED: "Entered by an HR partner",
    MoveSource.IMPORTED: "From a file",
}

# What posts cannot say is entered. None of it changes who is employed where: that follows from posts alone.
ENTERED: tuple[MoveKind, ...] = (MoveKind.CAREER_BREAK, MoveKind.RETURN, MoveKind.ROTATION)

# A correction may change a kind for another of its family: the same people arrive, leave or stay, so the ledger still
# adds up. Dates and grades of what was derived are put right in the posts that say them.
FAMILIES: tuple[frozenset[MoveKind], ...] = (
    frozenset({MoveKind.PROMOTION, MoveKind.LATERAL, MoveKind.ROTATION}),
    frozenset({MoveKind.LEAVER, MoveKind.RETIREMENT}),
    frozenset({MoveKind.JOINER, MoveKind.RETURN}),
)


def may_become(kind: MoveKind) -> list[MoveKind]:
    """The kinds that a correction may turn a derived move into, in the order of the list of kinds."""
    family = next((family for family in FAMILIES if kind in family), frozenset({kind}))
    return [other for other in MoveKind if other in family and other is not kind]
