"""Counting alone: who is in post by organisation, level, staff group and ethnicity on a day, with Wilson's intervals, from Parquet.

    python -m tests.bench.counting_bench [15k|150k|1500k]

Peers, where their folder is present, on the same made-up spells in the same run, turn by turn: their best path (polars makes a cell code while it
scans a file that has everybody's ethnicity on the spell already, numpy counts), polars with a join, and DuckDB and pandas where they are installed.
Ours does more: it checks every row, reads the ethnicity from the people and finds each person's main post.
"""

import importlib
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any, Final

import polars as pl

from analytics.cells import count
from analytics.coded import coded
from analytics.frames import GROUPS, KINDS, NON_ANSWERS, Facts
from analytics.intervals import wilson

PEERS: Final = Path(__file__).parents[2].parent / "shared" / "peers"
DAY: Final = date(2025, 3, 31)
BY: Final = ("organisation", "level", "staff_group")
TURNS: Final = 5
KNOWN: Final = pl.Enum([*GROUPS["ethnicity"], *NON_ANSWERS])
BESIDE: Final = (
    ("polars streaming, with a join", "polars lazy streaming engine, from Parquet", "polars"),
    ("DuckDB from Parquet", "DuckDB from Parquet", "duckdb"),
    ("pandas from memory", "pandas from memory", "pyarrow"),
)


def main() -> int:
    if not PEERS.is_dir():
        print("The peers' folder is not here: nothing to compare with.")
        return 0
    size = sys.argv[1] if len(sys.argv) > 1 else "1500k"
    with tempfile.TemporaryDirectory(prefix="ridgeway-bench-") as folder:
        os.environ["PEERS_DATA"] = folder
        sys.path.insert(0, str(PEERS))
        peers, made = (importlib.import_module(name) for name in ("a_representation", "gen"))
        made.gen(size)
        _snapshot(Path(folder) / size, Path(folder) / "snapshot")
        _compare(peers, size, Path(folder) / "snapshot")
    return 0


def _snapshot(made: Path, folder: Path) -> None:
    """The same people and spells as `ridgeway snapshot` writes them: names as codes, the last day worked."""
    folder.mkdir()
    people = pl.read_parquet(made / "staff.parquet")
    silent = dict.fromkeys(("sex", "disability", "age_band"), pl.lit(NON_ANSWERS[-1]))
    answers = {name: value.cast(pl.Enum([*GROUPS[name], *NON_ANSWERS])) for name, value in silent.items()}
    ethnicity = pl.col("ethnicity").cast(pl.UInt32).cat.to(KNOWN)
    people.select(pl.col("person").cast(pl.UInt64), ethnicity=ethnicity, **answers).write_parquet(
        folder / "people.parquet"
    )
    spells = pl.read_parquet(made / "spells.parquet")
    names = {"organisation": 220, "staff_group": 8}
    codes = {
        name: pl.col(name).cast(pl.UInt32).cat.to(pl.Enum([f"{at:03}" for at in range(size)]))
        for name, size in names.items()
    }
    last = pl.col("ended").dt.offset_by("-1d")
    spells.select(
        pl.col("person").cast(pl.UInt64),
        **codes,
        kind=pl.lit(KINDS[0]).cast(pl.Enum(KINDS)),
        level=pl.col("level").cast(pl.Int8),
        fte=pl.lit(1.0, dtype=pl.Float32),
        started="started",
        ended=pl.when(pl.col("ended").is_not_null()).then(pl.max_horizontal(last, "started")),
        end_reason=pl.lit(None, dtype=pl.String),
        destination=pl.lit(None, dtype=pl.String),
    ).write_parquet(folder / "spells.parquet")


def counted(facts: Facts) -> list[Any]:
    """The peers' figures: how many cells, how many people, and the upper bounds added up."""
    cells = count(facts, BY, at=DAY, characteristics=["ethnicity"]).filter(pl.col("n") > 0)
    whole = cells.select(pl.col("n").sum().over(BY)).to_series()
    return [cells.height, int(cells["n"].sum()), round(float(wilson(cells["n"], whole)[1].sum()), 4)]


def _anew(facts: Facts) -> list[Any]:
    """The same, with the main posts of the day looked for again."""
    coded(facts).mains.clear()
    return counted(facts)


def _compare(peers: Any, size: str, snapshot: Path) -> None:
    works: dict[str, Callable[[], Any]] = {
        "best path of the peers: scan of a wide file, codes, counts": peers.pl_codes(size)
    }
    for name, case, package in BESIDE:
        if find_spec(package) is None:
            print(f"{package} is not installed: left out.")
        else:
            works[name] = peers.CASES[case](size)
    facts = Facts.read(snapshot)
    counted(facts)
    works |= {
        "  ours: from Parquet, checked, main posts": lambda: counted(Facts.read(snapshot)),
        "  ours: main posts and counts, of facts that are read": lambda: _anew(facts),
    }
    seen = {name: work() for name, work in works.items()}
    expected = next(iter(seen.values()))
    for name, found in seen.items():
        assert found[:2] == expected[:2], (name, found, expected)
        assert abs(found[2] - expected[2]) < 0.01, (name, found, expected)
    took = _in_turn(works)
    best = next(iter(took.values()))
    print(f"{size} staff, {expected[0]:,} cells, milliseconds (median of {TURNS}, turn by turn): clock, processor")
    for name, (clock, used) in took.items():
        print(f"{name:<66}{clock:>9.0f}{used:>9.0f}{clock / best[0]:>9.2f}{used / best[1]:>9.2f}", flush=True)


def _in_turn(works: dict[str, Callable[[], Any]]) -> dict[str, tuple[float, float]]:
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for _ in range(TURNS):
        for name, work in works.items():
            began, used = time.perf_counter(), time.process_time()
            work()
            found[name].append(((time.perf_counter() - began) * 1_000, (time.process_time() - used) * 1_000))
    return {name: (median(t[0] for t in each), median(t[1] for t in each)) for name, each in found.items()}


if __name__ == "__main__":
    sys.exit(main())
