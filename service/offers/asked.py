"""What may be asked for in an address, the same at every door of this room."""

from typing import Annotated
from uuid import UUID

from litestar.params import QueryParameter

from service.offers.rules.applications import ApplicationState
from service.offers.rules.offers import OfferKind, Verb

Sought = Annotated[str, QueryParameter(max_length=100, description="Words of the title, the summary or the provider.")]
Kind = Annotated[OfferKind | None, QueryParameter(description="Only this kind of offer.")]
Verbs = Annotated[Verb | None, QueryParameter(description="Only what serves this verb.")]
Capability = Annotated[
    str | None, QueryParameter(max_length=81, description="framework.dimension, such as ways.being.")
]
Online = Annotated[bool, QueryParameter(description="Only what can be joined online.")]
OpenNow = Annotated[bool, QueryParameter(description="Without what is still to open.")]
ForMe = Annotated[bool, QueryParameter(description="Only what is open to you today.")]
Where = Annotated[UUID | None, QueryParameter(description="One organisation; not given, all of yours.")]
Stage = Annotated[ApplicationState | None, QueryParameter(description="Only applications in this state.")]
