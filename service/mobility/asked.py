"""What may be asked for in an address, the same at every door of this room."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar.params import PathParameter, QueryParameter

from service.mobility.rules.kinds import MoveKind

Where = Annotated[UUID | None, QueryParameter(description="One organisation; not given, all of yours.")]
Place = Annotated[UUID, QueryParameter(description="One of your organisations.")]
Kind = Annotated[MoveKind | None, QueryParameter(description="Only this kind of move.")]
FirstDay = Annotated[date | None, QueryParameter(description="Moves from this day on.")]
LastDay = Annotated[date | None, QueryParameter(description="Moves up to and including this day.")]
Number = Annotated[int, PathParameter(ge=1, le=32_000, description="The number of the request, from 1.")]
