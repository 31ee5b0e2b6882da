"""A whole release of representation from a snapshot: every measure, verdict and disclosure control; no words, no charts.

    python -m tests.bench.release_bench [STAFF [FOLDER]]

Each size is made by `analytics.synthetic` with 220 organisations and 15 years of history, written as `ridgeway snapshot` writes it, and measured in
a process of its own. FOLDER keeps the snapshots for the next time. Growth is the exponent of processor time between a tenth of the staff and all of
them: time on the clock says as much about what else the machine does.
"""

import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import polars as pl

from analytics.equity import equity_report
from analytics.frames import Facts
from analytics.released.representation import representation_report
from analytics.released.statutory import likelihoods_report, parts_report
from analytics.representation.standards import WDES, WRES
from tests.bench.snapshots import ON, ORGANISATIONS, made

STAFF = 1_500_000
MEASURE = "--measure"
T = TypeVar("T")


def main() -> int:
    if MEASURE in sys.argv:
        return _measure(Path(sys.argv[-1]))
    staff = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else STAFF
    with tempfile.TemporaryDirectory(prefix="ridgeway-bench-") as folder:
        kept = Path(sys.argv[2] if len(sys.argv) > 2 else folder)
        used = [_one(size, kept / str(size)) for size in (staff // 10, staff)]
    print(f"growth of processor time, exponent {math.log10(used[1] / used[0]):.2f} (wanted: 0.9)")
    return 0


def _one(staff: int, folder: Path) -> float:
    """Processor seconds of a release from facts of that many staff."""
    if not (folder / "events").is_dir():
        made(staff, folder)
    command = [sys.executable, "-m", "tests.bench.release_bench", MEASURE, str(folder)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    print(f"\n{staff:,} staff, {ORGANISATIONS} organisations\n{said}", end="", flush=True)
    return float(said.split()[-1])


def _measure(folder: Path) -> int:
    rows = [
        pl.scan_parquet(folder / name / "*.parquet").select(pl.len()).collect().item() for name in ("spells", "events")
    ]
    print(f"{rows[0]:,} spells, {rows[1]:,} events{'':>12}seconds  of processor")
    facts, *read = _timed(lambda: Facts.read(folder))
    shares, *representation = _timed(lambda: representation_report(facts, ON))
    _, *equity = _timed(lambda: equity_report(facts, ON, shares))
    _, *statutory = _timed(
        lambda: [report(facts, ON, of, shares) for of in (WRES, WDES) for report in (parts_report, likelihoods_report)]
    )
    parts = {
        "reading and checking": read,
        "representation": representation,
        "equity chain and flags": equity,
        "WRES and WDES": statutory,
    }
    parts["all"] = [sum(each) for each in zip(*parts.values(), strict=True)]
    for name, (took, used) in parts.items():
        print(f"  {name:<40}{took:>9.2f}{used:>14.2f}")
    print(
        f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000:,.0f} MB, processor seconds {parts['all'][1]:.3f}"
    )
    return 0


def _timed(work: Callable[[], T]) -> tuple[T, float, float]:
    began, used = time.perf_counter(), time.process_time()
    done = work()
    return done, time.perf_counter() - began, time.process_time() - used


if __name__ == "__main__":
    sys.exit(main())
