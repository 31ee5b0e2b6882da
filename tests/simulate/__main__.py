"""`make simulate`: the whole protocol with fixed seeds, printed as the table of docs/trust.md.

    python -m tests.simulate [--runs 200] [--write]

--write puts the table into docs/trust.md. Leaves with 1 where something wanted was not found.
"""

import argparse
import sys
from pathlib import Path

from tests.simulate.protocol import SEED, Found, protocol

PAGE = Path(__file__).parents[2] / "docs" / "trust.md"
BEGINNING, END = "<!-- measured -->\n", "<!-- end of measured -->\n"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=200)
    arguments.add_argument("--write", action="store_true")
    given = arguments.parse_args()
    lines = list(protocol(given.runs))
    shown = table(lines, given.runs)
    print(shown)
    if given.write:
        before, rest = PAGE.read_text().split(BEGINNING)
        PAGE.write_text(before + BEGINNING + shown + END + rest.split(END)[1])
    return 0 if all(line.holds for line in lines) else 1


def table(lines: list[Found], runs: int) -> str:
    """The lines in Markdown, in the order of the protocol's parts."""
    head = f"{runs} runs of each scenario, seed {SEED}.\n\n| part | scenario | measured | wanted | found |\n"
    rows = "".join(_row(line) for line in sorted(lines, key=lambda line: line.part))
    return head + "|---|---|---|---|---|\n" + rows


def _row(line: Found) -> str:
    found = f"{line.found:,.0f}" if line.part == "P5" else f"{line.found:.4f}"
    found = found if line.holds else f"{found} **not met**"
    return f"| {line.part} | {line.scenario} | {line.measure} | {line.wanted} | {found} |\n"


if __name__ == "__main__":
    sys.exit(main())
