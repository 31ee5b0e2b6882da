"""A made-up system of 1.5 million staff, made and written as Parquet, in a process of its own; and the demo's size beside it.

    python -m tests.bench.synthetic_bench

There is no peer for making such data: the floor in the same run is numpy drawing as many random numbers as the system has cells and polars
writing them as Parquet, which no way of making it can beat.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

SIZES = ((15_000, 12), (1_500_000, 220))


def main() -> None:
    print(f"{'staff':>10}{'organisations':>15}{'made and written':>18}{'floor':>8}{'ratio':>7}{'peak memory':>13}")
    for staff, organisations in SIZES:
        with tempfile.TemporaryDirectory(prefix="ridgeway-bench-") as folder:
            seconds, megabytes = _make(staff, organisations, folder)
            floor = _floor(Path(folder))
        print(
            f"{staff:>10,}{organisations:>15}{seconds:>16.1f} s{floor:>6.1f} s{seconds / floor:>7.1f}{megabytes:>10,.0f} MB",
            flush=True,
        )


def _make(staff: int, organisations: int, folder: str) -> tuple[float, float]:
    command = [
        sys.executable,
        "-m",
        "analytics.synthetic",
        "--staff",
        str(staff),
        "--organisations",
        str(organisations),
        "--out",
        folder,
    ]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    # The largest child so far, in kilobytes on Linux: sizes run smallest first, so it is this one.
    return time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_000


def _floor(folder: Path) -> float:
    shapes = [pl.scan_parquet(file).select(pl.len()).collect().item() for file in sorted(folder.glob("*.parquet"))]
    widths = [len(pl.scan_parquet(file).collect_schema()) for file in sorted(folder.glob("*.parquet"))]
    dice = np.random.default_rng(1)
    began = time.perf_counter()
    for number, (rows, columns) in enumerate(zip(shapes, widths, strict=True)):
        frame = pl.DataFrame({str(column): dice.integers(0, 1_000, rows) for column in range(columns)})
        frame.write_parquet(folder / f"floor-{number}.bin")
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
