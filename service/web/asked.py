"""What may be asked for in an address, the same at every door.

Litestar checks query parameters by its own limits, not by pydantic's fields.
"""

from typing import Annotated

from litestar.params import QueryParameter

Size = Annotated[int, QueryParameter(ge=1, le=100, description="How many at most, up to 100.")]
CursorText = Annotated[str | None, QueryParameter(max_length=2000, description="The next_cursor of the page before.")]
