"""`make simulate`: the whole protocol with fixed seeds, printed as the table of docs/trust.md.

    python -m tests.simulate [--runs 200] [--parts P5 P7] [--write]

--parts does those alone. --write puts their lines into docs/trust.md, and leaves the others there. Leaves with 1 where
something wanted was not found.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.simulate.protocol import PARTS, SEED, Found, protocol

PAGE = Path(__file__).parents[2] / "docs" / "trust.md"
BEGINNING, END = "<!-- measured -->\n", "<!-- end of measured -->\n"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=200)
    arguments.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    arguments.add_argument("--write", action="store_true")
    given = arguments.parse_args()
    lines = list(protocol(given.runs, parts=given.parts))
    print(table(rows(lines), given.runs))
    if given.write:
        before, rest = PAGE.read_text().split(BEGINNING)
        old, after = rest.split(END)
        kept = [row for row in old.splitlines(keepends=True) if row[2:4] in {*PARTS} - {*given.parts}]
        PAGE.write_text(before + BEGINNING + table([*kept, *rows(lines)], given.runs) + END + after)
    return 0 if all(line.holds for line in lines) else 1


def rows(lines: Iterable[Found]) -> list[str]:
    """Each line in Markdown."""
    return [_row(line) for line in lines]


def table(lines: Iterable[str], runs: int) -> str:
    """The lines as a table, in the order of the protocol's parts."""
    head = f"{runs} runs of each scenario, seed {SEED}.\n\n| part | scenario | measured | wanted | found |\n"
    return head + "|---|---|---|---|---|\n" + "".join(sorted(lines, key=lambda line: line[:4]))


def _row(line: Found) -> str:
    found = f"{line.found:,.0f}" if line.part == "P5" else f"{line.found:.4f}"
    found = found if line.holds else f"{found} **not met**"
    return f"| {line.part} | {line.scenario} | {line.measure} | {line.wanted} | {found} |\n"


if __name__ == "__main__":
    sys.exit(main())
