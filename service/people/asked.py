"""What may be asked for in an address. Litestar checks query parameters by its own limits, not by pydantic's fields."""

from typing import Annotated

from litestar.params import QueryParameter

Size = Annotated[int, QueryParameter(ge=1, le=100, description="How many at most, up to 100.")]
CursorText = Annotated[str | None, QueryParameter(max_length=1200, description="The next_cursor of the page before.")]
Before = Annotated[int | None, QueryParameter(ge=1, le=2**63 - 1, description="The next_cursor of the page before.")]
Search = Annotated[
    str,
    QueryParameter(
        max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$", description="Beginnings of words, without control characters."
    ),
]
