"""What may be asked of a report, the same at every door."""

from typing import Annotated, TypeAlias
from uuid import UUID

from litestar.params import QueryParameter

from service.insight.rules import Characteristic

OrganisationAsked: TypeAlias = Annotated[
    str,
    QueryParameter(
        name="organisation",
        max_length=40,
        pattern=r"^[^\x00-\x1f]*$",
        description="An organisation's code, from the release. Empty or not given: the whole system.",
    ),
]
CharacteristicAsked: TypeAlias = Annotated[
    Characteristic, QueryParameter(name="characteristic", description="What people are grouped by.")
]
GroupAsked: TypeAlias = Annotated[str, QueryParameter(name="group", max_length=40, pattern=r"^[a-z0-9_+-]*$")]
ReleaseAsked: TypeAlias = Annotated[
    UUID | None, QueryParameter(name="release", description="A release's id. Not given: the newest.")
]
SizeAsked: TypeAlias = Annotated[int, QueryParameter(name="size", ge=1, le=100, description="How many, at most.")]
CursorAsked: TypeAlias = Annotated[
    str | None, QueryParameter(name="cursor", max_length=200, description="next_cursor of the page before.")
]
