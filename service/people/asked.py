"""What may be asked about people in an address."""

from typing import Annotated

from litestar.params import QueryParameter

Before = Annotated[int | None, QueryParameter(ge=1, le=2**63 - 1, description="The next_cursor of the page before.")]
Search = Annotated[
    str,
    QueryParameter(
        max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$", description="Beginnings of words, without control characters."
    ),
]
