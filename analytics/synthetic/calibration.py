"""How groups are spread over levels: counts of the Civil Service, 31 March 2021, and the way levels map to them.

Source: Civil Service Statistics 2021 (Cabinet Office), tables of headcount by responsibility level and ethnicity, sex,
disability status and age band, known answers only. Contains public sector information licensed under the Open
Government Licence v3.0. Levels 1-3 follow administrative officers and assistants, 4-5 executive officers, 6 senior and
higher executive officers, 7-8 grades 6 and 7, 9 the Senior Civil Service; unmapped grades follow all five together.
"""

from __future__ import annotations

import numpy as np

from analytics.synthetic.dice import Floats

GROUPS: dict[str, tuple[str, ...]] = {
    "ethnicity": ("white", "mixed", "asian", "black", "other"),
    "sex": ("female", "male"),
    "disability": ("disabled", "non_disabled"),
}
NON_ANSWERS = ("prefer_not_to_say", "not_stated", "not_known")

# One row per class of levels: administrative, executive, senior and higher executive, grades 6-7, Senior Civil Service.
COUNTS: dict[str, tuple[tuple[int, ...], ...]] = {
    "ethnicity": (
        (97110, 1920, 8270, 4090, 570),
        (89810, 2210, 10110, 5420, 730),
        (91770, 2300, 7810, 3900, 710),
        (45380, 1300, 3250, 1270, 450),
        (5320, 140, 330, 100, 60),
    ),
    "sex": ((79340, 61320), (73460, 55430), (65960, 63040), (30190, 32230), (3410, 3880)),
    "disability": ((15540, 88540), (15690, 87430), (11810, 86190), (4630, 43200), (430, 5040)),
    "age": (
        (950, 26460, 25830, 27230, 40490, 14530, 5170),
        (300, 21600, 25670, 28390, 39180, 10650, 3080),
        (10, 21990, 30340, 30660, 36290, 7720, 2030),
        (0, 4360, 16530, 19140, 18430, 3110, 860),
        (0, 40, 1170, 2900, 2630, 450, 110),
    ),
}
AGES = (16, 20, 30, 40, 50, 60, 65, 71)  # where the published age bands begin; the last is ours: nobody is over 70

# Position 0 stands for an unmapped grade and takes the row of all levels together.
CLASS_OF_LEVEL = np.array([5, 0, 0, 0, 1, 1, 2, 3, 3, 4], dtype=np.int8)

# The 16 categories of the NHS Data Dictionary within each reporting group; R (Chinese) is filed under other there.
# The split inside a group is ours and carries no claim.
ETHNICITY_CODES: dict[str, dict[str, float]] = {
    "white": {"A": 0.90, "B": 0.02, "C": 0.08},
    "mixed": {"D": 0.30, "E": 0.15, "F": 0.30, "G": 0.25},
    "asian": {"H": 0.45, "J": 0.27, "K": 0.10, "L": 0.18},
    "black": {"M": 0.35, "N": 0.55, "P": 0.10},
    "other": {"R": 0.40, "S": 0.60},
    "prefer_not_to_say": {"prefer_not_to_say": 1.0},
    "not_stated": {"Z": 1.0},
    "not_known": {"99": 1.0},
}

# Share of staff without an answer over the whole system, and how that divides over the three kinds of non-answer.
UNDECLARED = {"ethnicity": 0.08, "sex": 0.005, "disability": 0.20}
KINDS_OF_SILENCE = (0.35, 0.25, 0.40)


def shares(characteristic: str) -> Floats:
    """Share of each group (columns) among known answers in each class of levels (rows; the last is all together)."""
    counts = np.array(COUNTS[characteristic], dtype=np.float64)
    counts = np.vstack([counts, counts.sum(axis=0)])
    return counts / counts.sum(axis=1, keepdims=True)
