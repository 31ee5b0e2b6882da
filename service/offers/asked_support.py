"""What may be asked for in an address about mentors and assets, the same at every door."""

from typing import Annotated
from uuid import UUID

from litestar.params import QueryParameter

from service.offers.rules.assets import AssetKind
from service.offers.rules.mentors import MeetingWay, MentorKind

TopicAsked = Annotated[
    str | None,
    QueryParameter(
        max_length=81,
        pattern=r"^[a-z0-9_-]{1,40}\.[a-z0-9_-]{1,40}$",
        description="framework.dimension it is about.",
    ),
]
KindAsked = Annotated[MentorKind | None, QueryParameter(description="Only mentors, or only coaches.")]
WayAsked = Annotated[MeetingWay | None, QueryParameter(description="Only those who meet so.")]
AssetKindAsked = Annotated[AssetKind | None, QueryParameter(description="Only this kind.")]
OfHere = Annotated[UUID | None, QueryParameter(description="Only those of one organisation.")]
ForOffer = Annotated[UUID | None, QueryParameter(description="The offer for which you look.")]
