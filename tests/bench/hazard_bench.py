"""Who would be expected to leave: the fit on cells, and person-months of a whole system, beside what a user would otherwise run.

    python -m tests.bench.hazard_bench [15k|150k|1500k [FOLDER]]

Peers, where their folder is present, on the same made-up people in the same run, turn by turn, in processor seconds: the best path of their scripts
(cells by polars, Newton's steps in numpy, laid out for that one model), statsmodels on the same cells, and the Cox regression of lifelines where it is
installed. Ours takes long cells of any terms, checks them, and fits any number of causes. Growth is the exponent of time between a tenth of the staff
and all of them; with a folder, of the facts that it keeps as 150k, 1500k and so on.
"""

import importlib
import math
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl

from analytics.frames import Facts
from analytics.hazard import ahead, expected, fit, observed_over_expected, person_periods
from analytics.released.retention.forecast import forecast_report
from analytics.synthetic import make

PEERS = Path(__file__).parents[2].parent / "shared" / "peers"
STAFF = {"15k": 15_000, "150k": 150_000, "1500k": 1_500_000}
SMALLER = {"1500k": "150k", "150k": "15k"}
WINDOW = (date(2025, 10, 1), date(2026, 9, 30))
TERMS = ("service", "in_level", "since_move", "since_promotion", "since_conversation", "staff_group", "fte")
NAMES = {"ethnicity": "a", "sex": "b", "disability": "c", "age_band": "d"}  # to us they are terms of no meaning
TURNS = 7


def main() -> int:
    size = sys.argv[1] if len(sys.argv) > 1 else "1500k"
    if PEERS.is_dir():
        with tempfile.TemporaryDirectory(prefix="ridgeway-bench-") as folder:
            os.environ["PEERS_DATA"] = folder
            sys.path.insert(0, str(PEERS))
            peers, made = (importlib.import_module(name) for name in ("d_hazard", "gen"))
            made.gen(size)
            _compare(peers, size)
    else:
        print("The peers' folder is not here: nothing to compare with.")
    _months(size, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000:,.0f} MB")
    return 0


def long(cells: pl.DataFrame, covariates: dict[str, int], bands: int) -> pl.DataFrame:
    """The peers' wide cells as ours: one row a combination and band of months."""
    parts = [
        cells.select("cell", exposed=f"r{band}", left=f"d{band}", band=pl.lit(band, pl.UInt8)).filter(
            pl.col("exposed") > 0
        )
        for band in range(bands)
    ]
    code, columns = pl.col("cell"), list[pl.Expr]()
    for name, size in reversed(covariates.items()):
        columns.append((code % size).cast(pl.UInt8).alias(NAMES.get(name, name)))
        code = code // size
    return pl.concat(parts).with_columns(columns).drop("cell")


def _compare(peers: Any, size: str) -> None:
    wide = peers.cells(size)
    cells = long(wide, peers.COV, peers.B)
    terms = ["band", *(NAMES.get(str(name), str(name)) for name in peers.COV)]

    def ours() -> Any:
        return fit(cells, causes=["left"], terms=terms)

    found, (estimates, _, likelihood, _) = ours(), peers.irls(wide)
    apart = max(abs(a - b) for a, b in zip(found.coefficients["estimate"], estimates.tolist(), strict=True))
    assert apart < 1e-6, apart
    assert math.isclose(found.log_likelihood, likelihood, rel_tol=1e-9)
    print(f"{size} staff, {cells.height:,} cells, processor seconds (median of {TURNS}, turn by turn)")
    took = _in_turn(lambda: peers.irls(wide), ours)
    _line("the peers' fit on their cells", took[0])
    _line("  ours on long cells, checked", took[1], took[1] / took[0], "1.5")
    whole = _in_turn(
        peers.aggregated(size), lambda: fit(long(peers.cells(size), peers.COV, peers.B), causes=["left"], terms=terms)
    )
    _line("the best path of the peers: from Parquet, cells, fit", whole[0])
    _line("  ours from the same cells", whole[1], whole[1] / whole[0], "1.5")
    others = {
        "statsmodels GLM on the same cells": ("statsmodels_cells", None),
        "Cox regression of lifelines": ("cox", 12),
    }
    for name, (path, wanted) in others.items():
        try:
            theirs = _timed(getattr(peers, path)(size))
        except ImportError:
            print(f"{name}: not installed here")
            continue
        print(f"{name:<58}{theirs:>9.2f}{theirs / took[1]:>8.1f}x the fit{f'  (wanted: {wanted}x)' if wanted else ''}")


def _months(size: str, kept: Path | None) -> None:
    """Our own way from facts to a forecast, and how it grows."""
    took: dict[str, dict[str, float]] = {}
    for one in [name for name in (SMALLER.get(size), size) if name]:
        took[one] = _steps(Facts.read(kept / one) if kept and (kept / one).exists() else _made(one))
    print(f"{'processor seconds, 7 terms, 12 months':<50}" + "".join(f"{name:>10}" for name in took) + "    exponent")
    for step in next(iter(took.values())):
        each = [steps[step] for steps in took.values()]
        grown = f"{math.log10(each[1] / each[0]):>12.2f}" if len(each) > 1 else ""
        print(f"{step:<50}" + "".join(f"{seconds:>10.2f}" for seconds in each) + grown)


def _made(size: str) -> Facts:
    system = make(staff=STAFF[size], organisations=max(12, STAFF[size] * 220 // 1_500_000), years=4)
    return Facts.of(system.people.lazy(), system.spells.lazy(), system.events.lazy())


def _steps(facts: Facts) -> dict[str, float]:
    by = ["organisation"]
    cells = person_periods(facts, WINDOW, terms=TERMS, by=by)
    model = fit(cells, causes=["left", "moved", "retired", "other"], terms=TERMS)
    paths = ahead(facts, WINDOW[1], terms=TERMS, by=by)
    works: dict[str, Callable[[], object]] = {
        "person-months, by organisation": lambda: person_periods(facts, WINDOW, terms=TERMS, by=by),
        f"fit of four causes ({cells.height:,} cells)": lambda: fit(cells, causes=model.causes, terms=TERMS),
        "the twelve months ahead, as paths": lambda: ahead(facts, WINDOW[1], terms=TERMS, by=by),
        "expected on them, by organisation": lambda: expected(model, paths, by),
        "observed over expected": lambda: observed_over_expected(cells, model, by),
        "the whole forecast, beside other reports": lambda: forecast_report(facts, WINDOW[1]),
    }
    return {name.split(" (")[0]: median(_timed(work) for _ in range(3)) for name, work in works.items()}


def _line(name: str, seconds: float, ratio: float | None = None, wanted: str = "") -> None:
    print(f"{name:<58}{seconds:>9.3f}" + (f"{ratio:>9.2f}  (wanted: {wanted})" if ratio else ""))


def _in_turn(*works: Callable[[], object]) -> list[float]:
    """The median of each in processor seconds, turn by turn, so that a busy moment hits all of them."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(TURNS):
        for took, work in zip(found, works, strict=True):
            took.append(_timed(work))
    return [median(took) for took in found]


def _timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
