"""What may be asked of a report, the same at every door."""

from typing import Annotated, TypeAlias
from uuid import UUID

from litestar.params import QueryParameter

from service.insight.rules import Characteristic, Measure
from service.insight.shapes import SHAPES
from service.kit.errors import NotFound

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
PartAsked: TypeAlias = Annotated[
    str, QueryParameter(name="part", max_length=40, pattern=r"^[a-z_]*$", description="One of the report's tables.")
]
ChartAsked: TypeAlias = Annotated[str, QueryParameter(name="chart", max_length=40, pattern=r"^[a-z0-9_]*$")]

AboutAsked: TypeAlias = Annotated[
    str,
    QueryParameter(
        max_length=40, pattern=r"^[a-z_.]*$", description="A code of the catalogue of measures. Not given: all."
    ),
]


def named_measure(given: str) -> Measure:
    """The report of that name, representation excepted: it has addresses of its own. Raises NotFound."""
    found = next((measure for measure in SHAPES if measure.value == given), None)
    if found is None:
        raise NotFound("report")
    return found
