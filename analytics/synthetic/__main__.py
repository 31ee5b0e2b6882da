"""Writes a made-up system as Parquet: `python -m analytics.synthetic --staff 15000 --out folder`."""

from __future__ import annotations

import argparse
import resource
import sys
import time
from datetime import date
from pathlib import Path

from analytics.synthetic import GRADES, make


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m analytics.synthetic", description=__doc__)
    for name, usual in (("staff", 15_000), ("organisations", 12), ("years", 5), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--until", type=date.fromisoformat, default=date(2026, 9, 30))
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def main() -> None:
    """Makes, writes, and says how many rows, how long it took and how much memory."""
    given, began = _arguments(), time.perf_counter()
    system = make(given.staff, given.organisations, given.years, given.seed, given.until)
    made = time.perf_counter()
    given.out.mkdir(parents=True, exist_ok=True)
    for name, frame in (system.frames() | {"grades": GRADES}).items():
        frame.write_parquet(given.out / f"{name}.parquet")
        sys.stdout.write(f"{name:14} {frame.height:>10,} rows\n")
    written = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    sys.stdout.write(f"made in {made - began:.1f} s, written in {written - made:.1f} s, peak memory {peak:.2f} GB\n")


if __name__ == "__main__":
    main()
