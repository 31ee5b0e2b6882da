"""Which posts each kind of organisation has: staff group, grade, level, job titles and how common each is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from analytics.synthetic.dice import Floats, Ints, slots
from analytics.synthetic.grades import CROSSWALK, WEIGHTS

KINDS = ("trust", "board", "ambulance_trust", "council", "primary_care", "charity")
GROUPS = (
    "add_prof_scientific_technic",
    "additional_clinical_services",
    "administrative_clerical",
    "allied_health_professionals",
    "estates_ancillary",
    "healthcare_scientists",
    "medical_dental",
    "nursing_midwifery",
    "social_care",
    "education_learning",
)
ADMINISTRATIVE = GROUPS.index("administrative_clerical")

# Per cent of staff in each staff group, in the order of GROUPS. Ours: the shape of the NHS and of local government.
MIX: dict[str, tuple[float, ...]] = {
    "trust": (4, 21, 22, 8, 6, 3, 10, 26, 0, 0),
    "board": (4, 19, 22, 8, 8, 3, 9, 26, 1, 0),
    "ambulance_trust": (1, 42, 22, 31, 2, 0, 0.5, 1.5, 0, 0),
    "council": (0, 0, 40, 1, 14, 0, 0, 0, 28, 17),
    "primary_care": (6, 16, 46, 4, 0, 0, 14, 14, 0, 0),
    "charity": (1, 6, 46, 2, 4, 0, 0, 3, 34, 4),
}

# Per cent of each staff group at levels 1 to 9. Ours, close to the shape of Agenda for Change.
LEVELS: dict[str, tuple[float, ...]] = {
    "add_prof_scientific_technic": (0, 0, 2, 14, 19, 30, 22, 12, 1),
    "additional_clinical_services": (0, 38, 38, 20, 3, 1, 0, 0, 0),
    "administrative_clerical": (1, 20, 23, 19, 12, 9, 8, 6.5, 1.5),
    "allied_health_professionals": (0, 0, 0, 2, 25, 41, 24, 7.4, 0.6),
    "estates_ancillary": (8, 58, 16, 10, 4, 2, 1, 1, 0),
    "healthcare_scientists": (0, 2, 4, 10, 17, 29, 24, 13, 1),
    "medical_dental": (0, 0, 0, 0, 12, 16, 24, 48, 0),
    "nursing_midwifery": (0, 0, 0, 3, 45, 29, 16, 6.5, 0.5),
    "social_care": (0, 6, 26, 24, 14, 18, 8, 3.4, 0.6),
    "education_learning": (2, 12, 25, 22, 17, 12, 7, 2.6, 0.4),
}

# Job titles at levels 1-4 (and unmapped), 5-6 and 7-9.
TITLES: dict[str, tuple[tuple[str, ...], ...]] = {
    "add_prof_scientific_technic": (
        ("Pharmacy technician", "Theatre assistant"),
        ("Operating department practitioner", "Pharmacist"),
        ("Lead pharmacist", "Clinical psychologist"),
    ),
    "additional_clinical_services": (
        ("Healthcare assistant", "Emergency care assistant"),
        ("Assistant practitioner", "Therapy support lead"),
        ("Clinical support manager", "Support services lead"),
    ),
    "administrative_clerical": (
        ("Administrator", "Receptionist"),
        ("Project officer", "Team leader"),
        ("Service manager", "Programme director"),
    ),
    "allied_health_professionals": (
        ("Therapy assistant", "Trainee practitioner"),
        ("Physiotherapist", "Paramedic"),
        ("Advanced practitioner", "Therapies manager"),
    ),
    "estates_ancillary": (
        ("Domestic assistant", "Porter"),
        ("Estates officer", "Catering manager"),
        ("Head of estates", "Facilities manager"),
    ),
    "healthcare_scientists": (
        ("Associate practitioner", "Laboratory assistant"),
        ("Biomedical scientist", "Cardiac physiologist"),
        ("Lead scientist", "Consultant scientist"),
    ),
    "medical_dental": (
        ("Medical trainee", "Dental trainee"),
        ("Foundation doctor", "Core trainee"),
        ("Specialty doctor", "Consultant"),
    ),
    "nursing_midwifery": (
        ("Nursing associate", "Trainee nursing associate"),
        ("Staff nurse", "Midwife"),
        ("Ward manager", "Matron"),
    ),
    "social_care": (
        ("Support worker", "Care coordinator"),
        ("Social worker", "Occupational support officer"),
        ("Principal social worker", "Head of service"),
    ),
    "education_learning": (
        ("Teaching assistant", "Learning mentor"),
        ("Education officer", "Family learning tutor"),
        ("Head of learning", "Education adviser"),
    ),
}
SLOTS, CHOICES = 8192, 32


def _schemes(kind: str, group: str) -> dict[str, float]:
    """The grade schemes in use for a staff group, with the share of its staff on each."""
    if group == "medical_dental":
        return {"medical": 1.0}
    if kind == "primary_care":
        return {"afc": 0.7, "local": 0.3}
    return {{"council": "njc", "charity": "charity"}.get(kind, "afc"): 1.0}


def _steps(scheme: str, level: int) -> list[tuple[str, str]]:
    """Grades of a scheme at a level; very senior managers stand beside band 9."""
    steps = [(scheme, grade) for grade, at in CROSSWALK[scheme].items() if at == level]
    return [*steps, ("vsm", "vsm")] if scheme == "afc" and level == 9 else steps


def _mapped(kind: str, group: str, scheme: str, weight: float) -> Iterator[tuple[str, str, str, str, int, float]]:
    known = [(level, share) for level, share in enumerate(LEVELS[group], start=1) if share and _steps(scheme, level)]
    total = sum(share for _, share in known)
    for level, share in known:
        steps = _steps(scheme, level)
        heights = [WEIGHTS.get(grade, 50) for _, grade in steps]
        for (used, grade), height in zip(steps, heights, strict=True):
            yield kind, group, used, grade, level, weight * share / total * height / sum(heights)


def _rows() -> Iterator[tuple[str, str, str, str, int, float]]:
    for kind in KINDS:
        for group, percent in zip(GROUPS, MIX[kind], strict=True):
            for scheme, share in _schemes(kind, group).items() if percent else ():
                if scheme == "local":
                    yield kind, group, scheme, "PCN-A", 0, percent * share * 0.6
                    yield kind, group, scheme, "PCN-B", 0, percent * share * 0.4
                else:
                    yield from _mapped(kind, group, scheme, percent * share)


ROWS = list(_rows())
KIND = np.array([KINDS.index(row[0]) for row in ROWS], dtype=np.int8)
GROUP = np.array([GROUPS.index(row[1]) for row in ROWS], dtype=np.int8)
LEVEL = np.array([row[4] for row in ROWS], dtype=np.int8)  # 0 = unmapped
WEIGHT = np.array([row[5] for row in ROWS], dtype=np.float64)


def _slots_by_kind() -> Ints:
    masked: Floats = np.where(np.arange(len(KINDS))[:, None] == KIND, WEIGHT, 0.0)
    return np.stack([slots(row, SLOTS) for row in masked])


def _nearest(kind: int, group: int, level: int) -> Ints:
    """Posts of the kind and staff group at the level, or at the nearest one below it, or else the lowest."""
    here = (KIND == kind) & (GROUP == group) & ((LEVEL > 0) | (level == 0))
    if not here.any():
        return _nearest(kind, ADMINISTRATIVE, level)
    levels = np.unique(LEVEL[here])
    chosen = levels[levels <= level].max(initial=-1)
    return slots(np.where(here & (LEVEL == (chosen if chosen >= 0 else levels.min())), WEIGHT, 0.0), CHOICES)


def _choices() -> Ints:
    table = [[[_nearest(k, g, level) for level in range(10)] for g in range(len(GROUPS))] for k in range(len(KINDS))]
    return np.array(table, dtype=np.int16)


BY_KIND, BY_LEVEL = _slots_by_kind(), _choices()


def draw(rng: np.random.Generator, kind: Ints) -> Ints:
    """One post for each organisation kind given, as common as it is there."""
    return BY_KIND[kind, rng.integers(0, SLOTS, len(kind))]


def like(rng: np.random.Generator, kind: Ints, group: Ints, level: Ints) -> Ints:
    """One post in an organisation of this kind, in this staff group and at this level, or the nearest there is."""
    return BY_LEVEL[kind, group, level, rng.integers(0, CHOICES, len(kind))]


def titles() -> list[list[str]]:
    """Two job titles for each post."""
    tier = np.where(LEVEL >= 7, 2, np.where(LEVEL >= 5, 1, 0))
    return [list(TITLES[row[1]][step]) for row, step in zip(ROWS, tier, strict=True)]


def table() -> pl.DataFrame:
    """Each post: `grade_scheme`, `grade`, `level` (null where unmapped), `staff_group`, by position."""
    columns = {"grade_scheme": [r[2] for r in ROWS], "grade": [r[3] for r in ROWS], "staff_group": [r[1] for r in ROWS]}
    level = pl.Series("level", LEVEL, dtype=pl.Int8)
    return pl.DataFrame(columns).with_columns(level.replace(0, None).alias("level"))
