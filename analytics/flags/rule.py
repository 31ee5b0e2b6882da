"""The flag rule as data: five states, and the thresholds between them, with a version that a release keeps."""

from dataclasses import dataclass
from typing import Final

import polars as pl

NOT_ENOUGH_DATA: Final = "not_enough_data"
FLAG: Final = "flag"
WATCH: Final = "watch"
NO_EVIDENCE: Final = "no_evidence"
UNCERTAIN: Final = "uncertain"
STATES: Final = (NOT_ENOUGH_DATA, FLAG, WATCH, NO_EVIDENCE, UNCERTAIN)  # asked in this order; the first that holds
STATE: Final = pl.Enum(STATES)
LABELS: Final = {
    NOT_ENOUGH_DATA: "Not enough data",
    FLAG: "Flag",
    WATCH: "Watch",
    NO_EVIDENCE: "No evidence of a material gap",
    UNCERTAIN: "Uncertain: cannot tell",
}


@dataclass(frozen=True)
class FlagRule:
    """What makes a gap material, and what makes it evidence. A flag needs both.

    band: a ratio below band[0] / band[1], or for an adverse event above its inverse, is material; two whole numbers,
    so that counts decide and never a rounded ratio. fewest: people on each side for any verdict; fewest_for_flag: for
    a flag. convincing: the p that the most extreme split must be able to reach, and that a watch needs. q, q_small: the
    share of false flags allowed, in a family of at least `large` comparisons and in a smaller one. shrunk: the drawn-in
    ratio must be beyond it, in a large family. flipped: the p that must survive one person's change. most_unknown: the
    share of unknown answers above which there is no flag. equivalence: the level of the interval that must lie inside
    the band. system_p, pattern: how sure the system's test, and then an organisation's share in it, must be.
    """

    version: str = "flags-1"
    band: tuple[int, int] = (4, 5)
    fewest: int = 10
    fewest_for_flag: int = 20
    convincing: float = 0.05
    q: float = 0.10
    q_small: float = 0.05
    large: int = 10
    shrunk: float = 0.85
    flipped: float = 0.10
    most_unknown: float = 0.20
    equivalence: float = 0.90
    system_p: float = 0.01
    pattern: float = 0.70

    @property
    def edge(self) -> float:
        """The band's lower edge; the upper one is its inverse."""
        return self.band[0] / self.band[1]


DEFAULT: Final = FlagRule()


def outside(rule: FlagRule, a: str = "a", c: str = "c") -> pl.Expr:
    """Whether the ratio of a / n to c / m is beyond the band, to the group's disadvantage; by whole numbers."""
    small, large = rule.band
    group, reference = pl.col(a) * pl.col("m"), pl.col(c) * pl.col("n")
    return pl.when("adverse").then(small * group > large * reference).otherwise(large * group < small * reference)
