"""What may be asked about frameworks and roles in an address."""

from typing import Annotated

from litestar.params import QueryParameter

from service.capabilities.rules import Tier

_TEXT = r"^[^\x00-\x1f\x7f]*$"
Search = Annotated[
    str, QueryParameter(max_length=100, pattern=_TEXT, description="Part of a role's name or of another job title.")
]
Family = Annotated[str | None, QueryParameter(max_length=40, pattern=_TEXT, description="Code of a job family.")]
Level = Annotated[int | None, QueryParameter(ge=1, le=9, description="System level, 1 to 9.")]
InTier = Annotated[Tier | None, QueryParameter(description="Leadership tier.")]
VersionNumber = Annotated[int | None, QueryParameter(ge=1, le=2_000_000_000, description="The newest unless given.")]
After = Annotated[int, QueryParameter(ge=0, le=2_000_000_000, description="The next_after of the page before.")]
Title = Annotated[str, QueryParameter(min_length=1, max_length=200, pattern=_TEXT, description="As it is recorded.")]
Group = Annotated[str, QueryParameter(min_length=1, max_length=40, pattern=_TEXT, description="Code of a staff group.")]
