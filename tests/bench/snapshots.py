"""A made-up system as `ridgeway snapshot` writes it: names as codes, people in order of their keys, files of PART_ROWS rows.

Of a system with so many staff there are at least four spells and five of the newest events for each of them, whatever else its history holds.
"""

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from analytics.frames import FRAMES, GROUPS, KINDS, NON_ANSWERS, STAGES
from service.insight.copying import PART_ROWS

ORGANISATIONS: Final = 220
YEARS: Final = 15
EVENTS: Final = 5  # for each of the staff, the newest
ON: Final = date(2026, 9, 30)
_CODES: Final[dict[str, list[str]]] = {
    "kind": [*KINDS],
    "stage": [*STAGES],
    **{name: [*groups, *NON_ANSWERS] for name, groups in GROUPS.items()},
}
_ORDER: Final = {"people": ["person"], "spells": ["person", "started"], "events": ["person", "opened_on", "stage"]}


def made(staff: int, folder: Path) -> Path:
    """A snapshot in the folder, made by `analytics.synthetic` in a process of its own."""
    raw = folder / "raw"
    asked = ["--staff", str(staff), "--organisations", str(ORGANISATIONS), "--years", str(YEARS), "--until", str(ON)]
    subprocess.run(
        [sys.executable, "-m", "analytics.synthetic", *asked, "--out", str(raw)], check=True, stdout=subprocess.DEVNULL
    )
    for name, order in _ORDER.items():
        frame = pl.read_parquet(raw / f"{name}.parquet", columns=_columns(name, raw))
        if name == "events":
            frame = frame.sort("opened_on").tail(EVENTS * staff)
        _write(_coded(frame).sort(order, maintain_order=True), folder / name)
    for file in raw.iterdir():
        file.unlink()
    raw.rmdir()
    return folder


def _columns(name: str, raw: Path) -> list[str]:
    present = pl.read_parquet_schema(raw / f"{name}.parquet")
    return [column for column in FRAMES[name] if column in present]


def _coded(frame: pl.DataFrame) -> pl.DataFrame:
    codes: dict[str, Any] = {}
    for column, dtype in frame.schema.items():
        if dtype == pl.String or isinstance(dtype, pl.Enum | pl.Categorical):
            text = frame.get_column(column).cast(pl.String)
            codes[column] = text.cast(pl.Enum(_CODES.get(column) or text.drop_nulls().unique().sort()))
    return frame.with_columns(pl.col("person").cast(pl.UInt64), **codes)


def _write(frame: pl.DataFrame, folder: Path) -> None:
    folder.mkdir(parents=True)
    for part, first in enumerate(range(0, frame.height, PART_ROWS)):
        file = folder / f"part-{part:05}.parquet"
        frame.slice(first, PART_ROWS).write_parquet(file, compression="zstd", compression_level=1)
