"""In which kinds of organisation a job family is usual: whether a step would mean moving to another employer."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from service.organisations.rules import OrganisationKind

FILE = Path(__file__).parents[1] / "data" / "family_places.csv"


@cache
def usual_places() -> Mapping[str, frozenset[OrganisationKind]]:
    """family -> kinds of organisation. A family that is not here may be anywhere."""
    with FILE.open(newline="", encoding="utf-8") as file:
        return {
            row["family"]: frozenset(map(OrganisationKind, row["organisation_kinds"].split()))
            for row in csv.DictReader(file)
        }


def is_elsewhere(family: str, here: OrganisationKind | None) -> bool:
    """Whether work of this family is unusual in an organisation of this kind. Not known is not said."""
    usual = usual_places().get(family)
    return bool(usual) and here is not None and here is not OrganisationKind.OTHER and here not in usual
