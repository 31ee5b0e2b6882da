"""Who stays and who leaves: curves of 6 million spells by 48 groups, and moves between levels, beside what a user would otherwise run.

    python -m tests.bench.survival_bench [15k|150k|1500k]

Peers, where their folder is present, on the same made-up spells in the same run, turn by turn: the best path of their scripts (polars makes codes
while it scans, numpy counts them; Kaplan-Meier with Greenwood's variance, Aalen-Johansen of three causes without any), and lifelines and
scikit-survival where they are installed. Ours does more: it checks every spell, makes the additive table, and gives variances of every cause.
Growth is the exponent of time between a tenth of the staff and all of them.
"""

import datetime as dt
import importlib
import math
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl

from analytics.flow import fundamental, transitions
from analytics.retention import aalen_johansen, at_risk, kaplan_meier

PEERS = Path(__file__).parents[2].parent / "shared" / "peers"
END = dt.date(2026, 3, 31)
CAUSES = {0: 1, 1: 2, 2: 3, 3: 3, 4: 0}
DAYS = 1095
TURNS = 7
SMALLER = {"1500k": "150k", "150k": "15k"}


def main() -> int:
    if not PEERS.is_dir():
        print("The peers' folder is not here: nothing to compare with.")
        return 0
    size = sys.argv[1] if len(sys.argv) > 1 else "1500k"
    with tempfile.TemporaryDirectory(prefix="ridgeway-bench-") as folder:
        os.environ["PEERS_DATA"] = folder
        sys.path.insert(0, str(PEERS))
        peers, made = (importlib.import_module(name) for name in ("c_survival", "gen"))
        sizes = [one for one in (SMALLER.get(size), size) if one]
        for one in sizes:
            made.gen(one)
        _compare(peers, size, Path(folder))
        if len(sizes) > 1:
            _growth(sizes, Path(folder))
        _flow(Path(folder) / size)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000:,.0f} MB")
    return 0


def curves(wide: Path) -> tuple[float, list[float]]:
    """The peers' figures: shares at three years added up over groups, of staying and of each cause."""
    coded = pl.col("end_reason").fill_null(4).replace_strict(CAUSES, return_dtype=pl.UInt8)
    spells = pl.scan_parquet(wide).with_columns(cause=coded)
    table = at_risk(spells, by=["ethnicity", "staff_group"], causes=[1, 2, 3], until=END)
    stayed, gone = kaplan_meier(table, causes=[2, 3], at=[DAYS]), aalen_johansen(table, at=[DAYS])
    of_each = gone.group_by("cause").agg(pl.col("cif").sum()).sort("cause").get_column("cif")
    return round(float(stayed.get_column("survival").sum()), 5), [round(float(share), 6) for share in of_each]


def _compare(peers: Any, size: str, folder: Path) -> None:
    wide = folder / size / "wide.parquet"
    best = peers.pl_codes("streaming")(size)
    expected, found = best(), curves(wide)
    assert math.isclose(found[0], expected[1], abs_tol=2e-5), (found, expected)
    assert all(math.isclose(a, b, abs_tol=2e-6) for a, b in zip(found[1], expected[2], strict=True)), (found, expected)
    theirs, ours = _in_turn(best, lambda: curves(wide))
    print(f"{size} staff, 48 groups, milliseconds (median of {TURNS}, turn by turn)")
    print(f"{'best path of the peers: scan, codes, counts, curves':<66}{theirs:>9.0f}")
    print(f"{'  ours: checks, table, curves, variances':<66}{ours:>9.0f}{ours / theirs:>9.2f}  (wanted: 1.5)")
    others = (
        ("lifelines", 60, ("lifelines_km", None), ("lifelines_aj", True)),
        ("scikit-survival", 25, ("sksurv_km", None), ("sksurv_aj", None)),
    )
    for name, wanted, *paths in others:
        try:
            made = [getattr(peers, path)(flag)(size) if flag else getattr(peers, path)(size) for path, flag in paths]
            took = sum(_timed(one) for one in made)
        except ImportError:
            print(f"{name} is not installed here")
            continue
        print(f"{name + ', both curves':<66}{took:>9.0f}{took / ours:>8.0f}x  (wanted: {wanted}x)")


def _growth(sizes: list[str], folder: Path) -> None:
    small, large = (folder / size / "wide.parquet" for size in sizes)
    took = _in_turn(lambda: curves(small), lambda: curves(large))
    exponent = math.log10(took[1] / took[0])
    print(
        f"growth from {sizes[0]} to {sizes[1]}: {took[0]:.0f} to {took[1]:.0f} ms, exponent {exponent:.2f} (wanted: 0.9)"
    )


def _flow(folder: Path) -> None:
    spells = pl.scan_parquet(folder / "spells.parquet").with_columns(pl.col("ended").dt.offset_by("-1d"))
    took = _timed(lambda: fundamental(transitions(spells, state="level", first=dt.date(2016, 3, 31), until=END)))
    print(f"ten years of moves between levels, overlaps looked for, and expected years: {took:,.0f} ms")


def _in_turn(*works: Callable[[], object]) -> list[float]:
    """The median of each in milliseconds, turn by turn, so that a busy moment hits all of them."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(TURNS):
        for took, work in zip(found, works, strict=True):
            took.append(_timed(work))
    return [median(took) for took in found]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
