"""The employers of the made-up system: kind, size, code and name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from analytics.synthetic.dice import Floats, Ints, stream
from analytics.synthetic.staffing import KINDS

# Twelve organisations of an ordinary system; larger systems repeat the pattern.
PATTERN = (
    "trust", "council", "board", "trust", "primary_care", "trust", "charity", "ambulance_trust", "trust", "council",
    "trust", "charity",
)  # fmt: skip
TYPICAL = {"trust": 6.0, "board": 7.0, "ambulance_trust": 3.0, "council": 5.0, "primary_care": 0.9, "charity": 0.8}
SPREAD = 0.55  # standard deviation of the logarithm of size around what is typical of the kind
TINY, MANY = 7, 8  # staff of the tiny organisation that is there when there are at least so many organisations
MOST = 500
PREFIX = {
    "trust": "TRST", "board": "BORD", "ambulance_trust": "AMBU", "council": "COUN", "primary_care": "PRIM",
    "charity": "CHAR",
}  # fmt: skip

PLACES = (
    "Harrowmere", "Castlebeck", "Wexcombe", "Thornleigh", "Saltby", "Marrowdale", "Penhallin", "Dunmarsh",
    "Ottercombe", "Fennimoor", "Ravensholt", "Brackwater", "Kestrelby", "Lindermouth", "Ashgarth", "Tollerwick",
    "Sandhythe", "Merrowfield", "Eastmarle", "Quillhaven", "Hollinbeck", "Stanmoor", "Vexley", "Wintersett",
    "Yarrowby", "Abermorfa", "Calderwyke", "Drummarroch", "Glenorrin", "Inverlossie",
)  # fmt: skip
REGIONS = ("", "North ", "South ", "East ", "West ", "Upper ", "Lower ", "Greater ", "New ", "Old ")
TITLES = {
    "trust": (
        "{} Hospitals Trust",
        "{} and District Mental Health, Learning Disability and Community Partnership Trust",
        "{} Community Health Trust",
        "{} University Teaching Hospitals Trust",
    ),
    "board": ("{} Integrated Care Board", "{} Health Board"),
    "ambulance_trust": ("{} Ambulance Service Trust",),
    "council": ("{} Council", "{} Metropolitan Borough Council"),
    "primary_care": ("{} Primary Care Network",),
    "charity": ("{} Carers Together", "{} Hospice", "Friends of {} Young People's Housing and Advice Service"),
}
WELSH = "Bwrdd Iechyd Prifysgol Glannau Llŷn, Môr a Mynydd"


@dataclass(frozen=True)
class Organisations:
    """Kind (position in KINDS) and staff employed on the last day, organisation by organisation, and their frame."""

    kind: Ints
    size: Ints
    frame: pl.DataFrame

    def __len__(self) -> int:
        return len(self.kind)


def share_out(total: int, weights: Floats, least: int) -> Ints:
    """`total` people over organisations by weight, each at least `least`, summing exactly (largest remainder)."""
    spare = total - least * len(weights)
    exact = weights / weights.sum() * spare
    sizes = np.floor(exact).astype(np.int64)
    order = np.argsort(sizes - exact, kind="stable")
    sizes[order[: spare - int(sizes.sum())]] += 1
    return sizes + least


def sizes(seed: int, staff: int, kinds: list[str]) -> Ints:
    """Log-normal sizes around what is typical of each kind; of eight or more, the last is tiny."""
    rng = stream(seed, "sizes")
    weights = np.array([TYPICAL[kind] for kind in kinds]) * rng.lognormal(0.0, SPREAD, len(kinds))
    tiny = [TINY] if len(kinds) >= MANY else []
    ordinary = len(kinds) - len(tiny)
    least = min(12, staff // (2 * len(kinds)))
    return np.array([*share_out(staff - sum(tiny), weights[:ordinary], least), *tiny])


def name(position: int, kind: str) -> str:
    """A plausible made-up name; no two positions below MOST share one."""
    if kind == "board" and position < len(PATTERN):
        return WELSH
    place = PLACES[position % len(PLACES)]
    lap = position // len(PLACES)
    region = REGIONS[lap] if lap < len(REGIONS) else f"{PLACES[(position + lap) % len(PLACES)]} and "
    return TITLES[kind][position // 3 % len(TITLES[kind])].format(region + place)


def organise(seed: int, staff: int, organisations: int) -> Organisations:
    """The organisations of a system of `staff` people. Codes are made up and longer than any real one of their form."""
    kinds = [PATTERN[n % len(PATTERN)] for n in range(organisations)]
    if organisations >= MANY:
        kinds[-1] = "charity"
    width = max(2, len(str(organisations)))
    frame = pl.DataFrame(
        {
            "code": [f"{PREFIX[kind]}{n:0{width}d}" for n, kind in enumerate(kinds, start=1)],
            "name": [name(n, kind) for n, kind in enumerate(kinds)],
            "kind": kinds,
        }
    ).with_columns(ods_code=pl.lit(None, dtype=pl.String), parent=pl.lit(None, dtype=pl.String))
    kind = np.array([KINDS.index(kind) for kind in kinds], dtype=np.int8)
    return Organisations(kind, sizes(seed, staff, kinds), frame)
