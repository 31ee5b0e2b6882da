"""A whole retention release from facts on disk: counts, curves, expected leavers, flows, supply, and disclosure control.

    python -m tests.bench.retention_bench [STAFF [YEARS]]

Each size is made by `analytics.synthetic` with 220 organisations and 14 years, which is 6 million spells of 1.5 million staff, and measured in a
process of its own, in processor seconds: time on the clock says as much about what else the machine does. Growth is the exponent between a tenth of
the staff and all of them. Facts that other reports have read before are not read again: the release without reading is told too. What is planted is
told, and what is flagged.
"""

import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import polars as pl

from analytics.coded import coded
from analytics.frames import Facts
from analytics.released.retention.report import retention_report

STAFF, YEARS, ORGANISATIONS = 1_500_000, 14, 220
ON = date(2026, 9, 30)
WANTED, MEMORY, GROWTH = 4.0, 6.0, 0.9
MEASURE = "--measure"


def main() -> int:
    if MEASURE in sys.argv:
        return _measure(Path(sys.argv[-1]))
    given = [int(one.replace("_", "")) for one in sys.argv[1:]]
    staff, years = (given + [STAFF, YEARS][len(given) :])[:2]
    print(
        f"{'staff':>10}{'spells':>11}{'seconds':>9}{'processor':>11}{'of it reading':>15}{'GB':>6}  flagged of planted, others"
    )
    with tempfile.TemporaryDirectory(prefix="ridgeway-bench-") as folder:
        used = [_one(size, years, Path(folder) / str(size)) for size in (staff // 10, staff)]
    small, large = used
    print(f"processor seconds over those wanted: {large['used'] / WANTED:.2f} (wanted: 1, for two quiet cores)")
    print(f"memory over that wanted: {large['memory'] / MEMORY:.2f} (wanted: 1)")
    print(f"growth of processor time, exponent {math.log10(large['used'] / small['used']):.2f} (wanted: {GROWTH})")
    return 0


def _one(staff: int, years: int, folder: Path) -> dict[str, float]:
    made = ["--staff", str(staff), "--organisations", str(ORGANISATIONS), "--years", str(years), "--until", str(ON)]
    subprocess.run(
        [sys.executable, "-m", "analytics.synthetic", *made, "--out", str(folder)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    command = [sys.executable, "-m", "tests.bench.retention_bench", MEASURE, str(folder)]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    line = f"{staff:>10,}{found['spells']:>11,}{found['seconds']:>9.2f}{found['used']:>11.2f}{found['reading']:>15.2f}"
    print(f"{line}{found['memory']:>6.1f}  {found['found']} of {found['planted']}, {found['others']}", flush=True)
    return found


def _measure(folder: Path) -> int:
    facts = Facts.of(pl.scan_parquet(folder / "people.parquet"), pl.scan_parquet(folder / "spells.parquet"))
    began, used = time.perf_counter(), time.process_time()
    coded(facts)
    reading = time.process_time() - used
    told = retention_report(facts, ON).expected.frame.filter(state="flag")
    truths = pl.read_parquet(folder / "truths.parquet").filter(what="leaving").get_column("organisation")
    flagged = told.get_column("organisation").unique()
    found = {
        "seconds": time.perf_counter() - began,
        "used": time.process_time() - used,
        "reading": reading,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "spells": facts.spells.select(pl.len()).collect().item(),
        "planted": len(truths),
        "found": int(flagged.is_in(truths.to_list()).sum()),
        "others": int((~flagged.is_in(truths.to_list())).sum()),
    }
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
