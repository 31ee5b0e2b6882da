from datetime import date
from uuid import UUID

from msgspec import Struct

from service.offers.rules.subjects import Subject


class About(Struct, frozen=True):
    """An offer, opportunity or pipeline, as positive action and checks need it. `closes_on`: the last day to apply;
    `deciding`: where people are chosen.
    """

    subject: Subject
    id: UUID
    organisation_id: UUID
    title: str
    link: str
    closes_on: date | None = None
    priority_until: date | None = None
    is_targeted: bool = False
    is_published: bool = False
    deciding: str = ""
