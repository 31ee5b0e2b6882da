from datetime import date
from uuid import UUID

from msgspec import Struct
from pydantic import Field

from service.kit.fields import Given
from service.mobility.rules.pairing import Basis, BirthDates, Decision, PairState


class DecisionIn(Given):
    decision: Decision = Field(title="decision")


class PairOut(Struct, frozen=True):
    """A leaver and a joiner. `leaver` and `joiner` are their names, empty where they are not the reader's to see."""

    id: UUID
    leaver_person_id: UUID
    leaver: str
    leaver_organisation_id: UUID
    leaver_organisation: str
    joiner_person_id: UUID
    joiner: str
    joiner_organisation_id: UUID
    joiner_organisation: str
    basis: Basis
    gap_days: int
    left_on: date | None
    joined_on: date | None
    name_is_same: bool
    birth_dates: BirthDates
    same_number: bool
    has_rival: bool
    state: PairState
    later_until: date | None


class Remainder(Struct, frozen=True):
    """Of twelve months: who left and who came, and how many of them are no part of a move inside the system."""

    leavers: int
    unpaired_leavers: int
    joiners: int
    unpaired_joiners: int
    waiting: int


class Unmet(Struct, frozen=True):
    """A leg of a secondment that has no other. `why` is a code of `rules.secondments.UNMET_WORDS`."""

    person_id: UUID
    name: str
    why: str
    since: date
    organisation: str
