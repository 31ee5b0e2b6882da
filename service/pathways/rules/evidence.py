"""Evidence, not ratings: what somebody did, when, and who saw it. Private until its owner shares it."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from service.kit.errors import Problem


class EvidenceReader(StrEnum):
    """Whom the owner may let read a piece of evidence."""

    FACILITATOR = "facilitator"
    HR_PARTNER = "hr_partner"
    NEW_EMPLOYER = "new_employer"


READERS: Mapping[EvidenceReader, str] = {
    EvidenceReader.FACILITATOR: "Whoever holds my career conversations",
    EvidenceReader.HR_PARTNER: "HR partners where it happened",
    EvidenceReader.NEW_EMPLOYER: "HR partners of another organisation that employs me",
}
READER_HINTS: Mapping[EvidenceReader, str] = {
    EvidenceReader.FACILITATOR: "Somebody with whom you agreed a conversation in the last 18 months",
    EvidenceReader.HR_PARTNER: "For as long as you are employed there",
    EvidenceReader.NEW_EMPLOYER: "When you move, or work in two places",
}
OLDEST = timedelta(days=366 * 50)


def problems_with(happened_on: date, today: date) -> list[Problem]:
    if happened_on > today:
        return [Problem("happened_on", "The date must be today or in the past. Add it once it has happened.")]
    if happened_on < today - OLDEST:
        return [Problem("happened_on", "The date must be within the last 50 years.")]
    return []
