"""Runs the measurements of docs/benchmarks.md one after another, each in a process of its own: `python -m tests.bench [NAME ...]`."""

import subprocess
import sys
from pathlib import Path

NAMES = sorted(file.stem for file in Path(__file__).parent.glob("*_bench.py"))


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(NAMES)
    if unknown:
        print(f"There is no {', '.join(sorted(unknown))}. There are: {', '.join(NAMES)}")
        return 2
    for name in wanted or NAMES:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=False).returncode:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
