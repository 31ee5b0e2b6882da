"""The two standards: whom each compares, and which of its indicators are which.

Grades are system levels 1 to 9, so the pay clusters of WDES above band 7 (8a and 8b, 8c and above) are one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from analytics.representation.pairs import Merged

CLINICAL: Final = (
    *("add_prof_scientific_technic", "additional_clinical_services", "allied_health_professionals"),
    *("healthcare_scientists", "nursing_midwifery"),
)
MEDICAL: Final = "medical_dental"
BANDS: Final[Mapping[str, Collection[int]]] = {str(level): (level,) for level in range(1, 10)}
CLUSTERS: Final[Mapping[str, Collection[int]]] = {"1": (1, 2, 3, 4), "2": (5, 6, 7), "3 and 4": (8, 9)}
QUERIED: Final = 5.0  # a ratio beyond it, either way, is more likely a mistake in the data than a finding


@dataclass(frozen=True)
class Standard:
    """process, training, board: the number of the indicator that is about each, None where there is none. stage: what
    an entry into the process is among our events. survey: indicators of the staff survey, which are imported."""

    characteristic: str
    group: str
    reference: str
    bands: Mapping[str, Collection[int]]
    process: str
    stage: str
    training: str | None
    board: str
    survey: tuple[str, ...]
    merged: Merged = field(default_factory=dict)


WRES: Final = Standard(
    characteristic="ethnicity",
    group="ethnic_minority",
    reference="white",
    bands=BANDS,
    process="3",
    stage="disciplinary",
    training="4",
    board="9",
    survey=("5", "6", "7", "8"),
    merged={"ethnic_minority": ("mixed", "asian", "black", "other")},
)
WDES: Final = Standard(
    characteristic="disability",
    group="disabled",
    reference="non_disabled",
    bands=CLUSTERS,
    process="3",
    stage="capability",
    training=None,
    board="10",
    survey=("4a", "4b", "5", "6", "7", "8", "9a"),
)
