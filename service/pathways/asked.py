"""What may be asked about pathways in an address."""

from typing import Annotated

from litestar.params import QueryParameter

Chosen = Annotated[
    str, QueryParameter(max_length=81, pattern=r"^[a-z0-9_.-]*$", description="framework.dimension, chosen beforehand.")
]
