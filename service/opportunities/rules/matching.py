"""Why one opportunity is shown to one person: what its role asks and they can show, what they wish, where and when.

Reasons in codes, never a number; nobody is compared with anybody else, and nothing about a protected characteristic
is known here. An opportunity may be put before another for one reader; a person never before another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from service.opportunities.rules.kinds import OpportunityKind
from service.pathways.rules.aspirations import WillingToMove, WorkingPattern


class Met(StrEnum):
    """Whether a requirement is shown. What is not held as data is not known, which is not the same as not met."""

    SHOWN = "shown"
    NOT_SHOWN = "not_shown"
    NOT_KNOWN = "not_known"


class Why(StrEnum):
    """What speaks for it, the first the strongest."""

    WANTED_FAMILY = "wanted_family"
    WANTED_LEVEL = "wanted_level"
    WANTED_TIER = "wanted_tier"
    WANTED_PLACE = "wanted_place"
    SAME_WORK = "same_work"
    AT_YOUR_LEVEL = "at_your_level"
    NEXT_LEVEL = "next_level"
    SHOWS_EVIDENCE = "shows_evidence"
    YOUR_EMPLOYER = "your_employer"
    YOUR_PATTERN = "your_pattern"


class Doubt(StrEnum):
    """What to think about; none of it shuts anybody out but the last."""

    FAR_ABOVE = "far_above"
    OTHER_PATTERN = "other_pattern"
    WOULD_MOVE = "would_move"
    EVIDENCE_MISSING = "evidence_missing"
    OWN_STAFF_ONLY = "own_staff_only"


@dataclass(frozen=True, slots=True)
class Reader:
    """What one person is, says they want, and has evidence of. A muted aspiration is not among it."""

    level: int | None = None
    staff_groups: frozenset[str] = frozenset()
    employers: frozenset[UUID] = frozenset()
    wanted_family: str | None = None
    wanted_level: int | None = None
    wanted_tier: str | None = None
    wanted_place: UUID | None = None
    pattern: WorkingPattern = WorkingPattern.NO_PREFERENCE
    moving: WillingToMove = WillingToMove.NOT_SURE
    shown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Opening:
    """What of an opportunity is matched. `asks` are its role's capabilities, as "framework.dimension"."""

    id: UUID
    organisation_id: UUID
    kind: OpportunityKind
    level: int
    staff_group: str
    family: str | None = None
    tier: str | None = None
    pattern: WorkingPattern = WorkingPattern.NO_PREFERENCE
    is_open_to_system: bool = True
    asks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    opening: Opening
    reasons: tuple[Why, ...]
    doubts: tuple[Doubt, ...]

    @property
    def is_open_to_reader(self) -> bool:
        return Doubt.OWN_STAFF_ONLY not in self.doubts


_ANY = WorkingPattern.NO_PREFERENCE
_FOR_A_WHILE = frozenset({OpportunityKind.GIG, OpportunityKind.SHADOWING, OpportunityKind.BOARD_OBSERVER})


def match(reader: Reader, opening: Opening) -> Match:
    return Match(opening, tuple(_reasons(reader, opening)), tuple(_doubts(reader, opening)))


def shown_first(reader: Reader, openings: Iterable[Opening]) -> list[Match]:
    """Those open to this reader that something speaks for, the strongest reason first; else in the order given."""
    found = [match(reader, one) for one in openings if _is_open(reader, one)]
    return sorted((one for one in found if _speaks(one)), key=_strength)


def how_met(asks: str | None, shown: frozenset[str]) -> Met:
    """Of one requirement: `asks` is its capability, or None for what is said in words alone."""
    if asks is None:
        return Met.NOT_KNOWN
    return Met.SHOWN if asks in shown else Met.NOT_SHOWN


def _reasons(reader: Reader, opening: Opening) -> Iterable[Why]:
    yield from _wished(reader, opening)
    if opening.staff_group in reader.staff_groups:
        yield Why.SAME_WORK
    if reader.level == opening.level:
        yield Why.AT_YOUR_LEVEL
    elif reader.level is not None and reader.level + 1 == opening.level:
        yield Why.NEXT_LEVEL
    if not reader.shown.isdisjoint(opening.asks):
        yield Why.SHOWS_EVIDENCE
    if opening.organisation_id in reader.employers:
        yield Why.YOUR_EMPLOYER
    if reader.pattern is not _ANY and reader.pattern is opening.pattern:
        yield Why.YOUR_PATTERN


def _wished(reader: Reader, opening: Opening) -> Iterable[Why]:
    if reader.wanted_family is not None and reader.wanted_family == opening.family:
        yield Why.WANTED_FAMILY
    if reader.wanted_level == opening.level:
        yield Why.WANTED_LEVEL
    if reader.wanted_tier is not None and reader.wanted_tier == opening.tier:
        yield Why.WANTED_TIER
    if reader.wanted_place == opening.organisation_id:
        yield Why.WANTED_PLACE


def _doubts(reader: Reader, opening: Opening) -> Iterable[Doubt]:
    if reader.level is not None and opening.level > reader.level + 2 and opening.kind not in _FOR_A_WHILE:
        yield Doubt.FAR_ABOVE
    if reader.pattern is not _ANY and opening.pattern not in {reader.pattern, _ANY, WorkingPattern.FLEXIBLE}:
        yield Doubt.OTHER_PATTERN
    if reader.moving is WillingToMove.SAME_ORGANISATION and opening.organisation_id not in reader.employers:
        yield Doubt.WOULD_MOVE
    if opening.asks and reader.shown.isdisjoint(opening.asks):
        yield Doubt.EVIDENCE_MISSING
    if not _is_open(reader, opening):
        yield Doubt.OWN_STAFF_ONLY


def _is_open(reader: Reader, opening: Opening) -> bool:
    return opening.is_open_to_system or opening.organisation_id in reader.employers


# Not enough by themselves: much of a large system has them.
_WEAK = frozenset({Why.YOUR_EMPLOYER, Why.YOUR_PATTERN, Why.AT_YOUR_LEVEL, Why.NEXT_LEVEL, Why.SHOWS_EVIDENCE})
_ORDER = {why: place for place, why in enumerate(Why)}
_STOPS = frozenset({Doubt.FAR_ABOVE, Doubt.WOULD_MOVE})


def _speaks(found: Match) -> bool:
    return not _STOPS.intersection(found.doubts) and not _WEAK.issuperset(found.reasons)


def _strength(found: Match) -> list[int]:
    # Of two lists that begin alike, the longer comes first.
    return [*(_ORDER[why] for why in found.reasons), len(_ORDER)]
