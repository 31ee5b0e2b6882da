"""The grade schemes of the made-up system and their crosswalk to system levels 1 to 9."""

from __future__ import annotations

import polars as pl

AFC = {str(band): band for band in range(1, 8)} | dict.fromkeys(("8a", "8b", "8c", "8d"), 8) | {"9": 9}
VSM = {"vsm": 9}
MEDICAL = {"foundation": 5, "core": 6, "specialty": 7, "specialist": 8, "consultant": 8}
NJC = {f"LG{n}": level for n, level in enumerate((1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 8, 9), start=1)}
CHARITY = {f"C{n}": level for n, level in enumerate((2, 3, 5, 6, 7, 8, 9), start=1)}

# Local grades have no agreed equivalent: they stay unmapped (None) so that reports can list them.
LOCAL: dict[str, int | None] = {"PCN-A": None, "PCN-B": None}

CROSSWALK: dict[str, dict[str, int | None]] = {
    "afc": {**AFC},
    "vsm": {**VSM},
    "medical": {**MEDICAL},
    "njc": {**NJC},
    "charity": {**CHARITY},
    "local": LOCAL,
}

LABELS = {
    "afc": "Agenda for Change band {}",
    "vsm": "Very senior manager",
    "medical": "Medical and dental, {}",
    "njc": "Local government grade {}",
    "charity": "Charity grade {}",
    "local": "Local grade {}, not mapped",
}

# Within one level, how many people sit on each grade; grades not named share equally.
WEIGHTS = {"8a": 50, "8b": 27, "8c": 15, "8d": 8, "specialist": 20, "consultant": 80}


def grades() -> pl.DataFrame:
    """Every grade: `scheme`, `grade`, `level` (Int8, null where unmapped) and `label`, one row each."""
    rows = [(s, g, level, LABELS[s].format(g)) for s, steps in CROSSWALK.items() for g, level in steps.items()]
    schema = {"scheme": pl.String, "grade": pl.String, "level": pl.Int8, "label": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


GRADES = grades()
