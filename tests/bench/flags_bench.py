"""Flags for 6,600 two-by-two tables (220 organisations, 5 groups, 6 stages), counting included, beside what a user would otherwise run.

    python -m tests.bench.flags_bench [15k|150k|1500k]

Peers, where their folder is present, on the same made-up events in the same run: a log-factorial path in numpy (mid-P over whole supports, Katz,
Benjamini-Hochberg), and loops over scipy's hypergeom and fisher_exact, timed on a part of the tables and multiplied. Ours does more:
Koopman intervals, over-dispersion, shrinkage, one-person flips, smallest gaps, states and words.
"""

import importlib
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import polars as pl

from analytics.flags import decide
from analytics.intervals import risk_ratio
from analytics.testing import benjamini_hochberg, mid_p

PEERS = Path(__file__).parents[2].parent / "shared" / "peers"
ORGANISATIONS, STAGES, GROUPS = (
    220,
    6,
    6,
)  # group 0 is the reference, 5 has no known answer and is compared as a group here
RUNS = 15
SAMPLE = 100
Tables = tuple[Any, Any, Any, Any]


def main() -> int:
    if not PEERS.is_dir():
        print("The peers' folder is not here: nothing to compare with.")
        return 0
    size = sys.argv[1] if len(sys.argv) > 1 else "150k"
    with tempfile.TemporaryDirectory(prefix="ridgeway-bench-") as folder:
        os.environ["PEERS_DATA"] = folder
        sys.path.insert(0, str(PEERS))
        peers, made = (importlib.import_module(name) for name in ("e_flags", "gen"))
        made.gen(size)
        _compare(peers, size, Path(folder) / size / "events.parquet")
    return 0


def _compare(peers: Any, size: str, events: Path) -> None:
    tables = tuple(np.asarray(column) for column in peers.counts(size))
    assert all((ours == theirs).all() for ours, theirs in zip(count(events), tables, strict=True))
    some = np.random.default_rng(1).choice(len(tables[0]), SAMPLE, replace=False)
    part: Tables = tuple(column[some] for column in tables)  # pyright: ignore[reportAssignmentType]
    scale = len(tables[0]) / SAMPLE
    began = time.process_time()
    seen = [_scipy_mid_p(*table) for table in zip(*part, strict=True)]
    loop = scale * (time.process_time() - began) * 1_000
    took = _in_turn({
        "log-factorial path of the peers (mid-P, Katz, BH)": peers.vector(size),
        "  ours: the same three, with Koopman for Katz": lambda: _same(*tables),
        "  ours: mid_p alone": lambda: mid_p(*tables),
        "  ours: decide, everything": lambda: decide(framed(*tables)),
        "log-factorial path, counting included": peers.vector_all(size),
        "  ours: decide, counting included": lambda: decide(framed(*count(events))),
    })  # fmt: skip
    print(f"{size} staff, {len(tables[0]):,} tables, milliseconds (median of {RUNS}, turn by turn): clock, processor")
    beside = (0.0, 0.0)
    for name, found in took.items():
        beside = beside if name.startswith(" ") else found
        print(f"{name:<58}{_figures(found, beside)}", flush=True)
    print(f"scipy hypergeom loop, mid-P ({SAMPLE} tables, multiplied){loop:>24.1f} of processor")
    print(f"  ours takes 1/{loop / took['  ours: mid_p alone'][1]:,.0f} of it (wanted: 1/300)")
    print(f"  largest difference from scipy over {SAMPLE} tables: {np.abs(mid_p(*part) - seen).max():.1e}")


def _figures(found: tuple[float, float], beside: tuple[float, float]) -> str:
    ratios = (one / other for one, other in zip(found, beside, strict=True))
    return "".join([*(f"{each:>9.1f}" for each in found), *(f"{each:>9.2f}" for each in ratios)])


def count(events: Path) -> Tables:
    """Polars makes one whole number of each event while it scans; the counts are made on the number."""
    place = pl.col("organisation").cast(pl.Int32) * STAGES + pl.col("stage")
    code = (place * GROUPS + pl.col("ethnicity")) * 2 + pl.col("outcome")
    codes = pl.scan_parquet(events).select(code.alias("code")).collect(engine="streaming").to_series()
    cells = np.bincount(codes.to_numpy(), minlength=ORGANISATIONS * STAGES * GROUPS * 2).reshape(-1, GROUPS, 2)
    a, n = cells[:, 1:, 1].ravel(), cells[:, 1:].sum(axis=2).ravel()
    c, m = (np.repeat(column, GROUPS - 1) for column in (cells[:, 0, 1], cells[:, 0].sum(axis=1)))
    return a, n, c, m


def framed(a: Any, n: Any, c: Any, m: Any) -> pl.DataFrame:
    """The tables as `decide` wants them: one family a stage."""
    at = np.arange(len(a))
    stage = at // (GROUPS - 1) % STAGES
    unit, group = at // ((GROUPS - 1) * STAGES), at % (GROUPS - 1)
    columns = {"family": stage, "unit": unit, "group": group, "a": a, "n": n, "c": c, "m": m}
    return pl.DataFrame(columns).with_columns(adverse=pl.lit(value=False), unknown_share=0.06)


def _same(a: Any, n: Any, c: Any, m: Any) -> None:
    benjamini_hochberg(mid_p(a, n, c, m))
    risk_ratio(a, n, c, m)


def _scipy_mid_p(a: int, n: int, c: int, m: int) -> float:
    from scipy.stats import hypergeom  # noqa: PLC0415 - a peer, loaded when it is its turn

    seen: Any = hypergeom(n + m, n, a + c)
    half = seen.pmf(a) / 2
    return float(min(1.0, 2 * min(seen.cdf(a - 1) + half, seen.sf(a) + half)))


def _in_turn(works: dict[str, Callable[[], object]]) -> dict[str, tuple[float, float]]:
    """Milliseconds on the clock and of processor, the median of several turns after one that does not count."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for at in range(RUNS + 1):
        for name, work in works.items():
            began, used = time.perf_counter(), time.process_time()
            work()
            if at:
                found[name].append(((time.perf_counter() - began) * 1_000, (time.process_time() - used) * 1_000))
    return {name: (median(t[0] for t in each), median(t[1] for t in each)) for name, each in found.items()}


if __name__ == "__main__":
    sys.exit(main())
