"""What a released figure is, and what may be said of it. Plain Python: the same for words, charts, pages and files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

# The organisation code that stands for the whole system, and the level rows that are not one of 1 to 9.
SYSTEM = ""
ALL_LEVELS = "all"
UNMAPPED = "unmapped"
UPPER_LEVELS = ("8", "9")


class Measure(StrEnum):
    """A report of a release."""

    REPRESENTATION = "representation"
    COVERAGE = "coverage"
    ROUTES = "routes"
    ASPIRATIONS = "aspirations"
    EQUITY = "equity"
    WRES = "wres"
    WDES = "wdes"
    TRENDS = "trends"
    RETENTION = "retention"
    ATTENTION = "attention"
    PIPELINES = "pipelines"


def method_of(methods: str, measure: Measure) -> str:
    """One report's method out of those that a release was made with; empty where it has no such report."""
    return next((one for one in methods.split(", ") if one.startswith(f"{measure}-")), "")


class Characteristic(StrEnum):
    """What people are grouped by in a report. Age band comes from the birth date, the others from what people
    answered.
    """

    ETHNICITY = "ethnicity"
    SEX = "sex"
    DISABILITY = "disability"
    AGE_BAND = "age_band"


class ReleaseState(StrEnum):
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Figure:
    """One released row: a group at a level. None where it is withheld; `reason` then says why."""

    level: str
    group: str
    n: int | None
    known: int | None
    in_scope: int | None
    share: float | None
    low: float | None
    high: float | None
    whole_share: float | None
    declaration_rate: float | None
    reason: str | None


@dataclass(frozen=True)
class ReportTable:
    """The released rows of one organisation ("" is the whole system) and one characteristic, in the order they are
    shown.
    """

    organisation: str
    characteristic: Characteristic
    figures: tuple[Figure, ...]

    @cached_property
    def _by_level(self) -> Mapping[str, tuple[Figure, ...]]:
        levels = dict.fromkeys(figure.level for figure in self.figures)
        return {level: tuple(figure for figure in self.figures if figure.level == level) for level in levels}

    def at(self, level: str) -> tuple[Figure, ...]:
        return self._by_level.get(level, ())

    def whole(self, group: str) -> Figure | None:
        """The group's row for all levels together."""
        return next((figure for figure in self.at(ALL_LEVELS) if figure.group == group), None)

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(figure.group for figure in self.figures))


class Verdict(StrEnum):
    """What the ranges of a level and of the whole workforce let us say."""

    LOWER = "lower"
    HIGHER = "higher"
    COULD_BE_CHANCE = "could_be_chance"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One group at one level beside the same group elsewhere: in the whole workforce, or at the release before.

    `certain_gap` is what remains of the difference between the nearest ends of the two ranges, as a fraction of 1.
    """

    characteristic: Characteristic
    figure: Figure
    other: Figure | None
    verdict: Verdict
    certain_gap: float

    @property
    def clear(self) -> bool:
        return self.verdict in {Verdict.LOWER, Verdict.HIGHER}


def compared(characteristic: Characteristic, figure: Figure, other: Figure | None, rounded_to: int) -> Comparison:
    """LOWER or HIGHER only where the two ranges do not touch, even if rounding moved both counts the unlucky way.

    That is stricter than a test at 5%, so that no sentence claims more than its ranges do.
    """
    here, there = _range(figure, rounded_to), _range(other, rounded_to)
    if here is None or there is None:
        return Comparison(characteristic, figure, other, Verdict.WITHHELD, 0.0)
    below, above = there[0] - here[1], here[0] - there[1]
    if max(below, above) <= 0:
        return Comparison(characteristic, figure, other, Verdict.COULD_BE_CHANCE, 0.0)
    found = Verdict.LOWER if below > 0 else Verdict.HIGHER
    return Comparison(characteristic, figure, other, found, max(below, above))


def _range(figure: Figure | None, rounded_to: int) -> tuple[float, float] | None:
    if figure is None or figure.low is None or figure.high is None or not figure.n or not figure.share:
        return None
    # Where the number with an answer is withheld, the share's own denominator is n / share.
    slack = rounded_to / 2 / (figure.known or figure.n / figure.share)
    return figure.low - slack, figure.high + slack


# In a pair, what holds for one group holds the other way round for the other: it is said once.
SAID_ONCE = frozenset({"male", "non_disabled"})


def upper_comparisons(tables: Iterable[ReportTable], rounded_to: int) -> list[Comparison]:
    """Each group's share at the upper levels beside its share of the whole workforce.

    Age bands are left out: senior posts take years to reach, so a gap by age says little about fairness.
    """
    return [
        compared(table.characteristic, figure, table.whole(figure.group), rounded_to)
        for table in tables
        if table.characteristic is not Characteristic.AGE_BAND
        for level in UPPER_LEVELS
        for figure in table.at(level)
        if figure.group not in SAID_ONCE
    ]


def changes(now: Sequence[ReportTable], before: Sequence[ReportTable], rounded_to: int) -> list[Comparison]:
    """Each group's share at the upper levels beside the same share at the release before."""
    earlier = {(table.characteristic, f.level, f.group): f for table in before for f in table.figures}
    found = upper_comparisons(now, rounded_to)
    return [
        compared(
            c.characteristic, c.figure, earlier.get((c.characteristic, c.figure.level, c.figure.group)), rounded_to
        )
        for c in found
    ]


def widest(comparisons: Iterable[Comparison], most: int) -> list[Comparison]:
    """The clear ones, those with the widest certain gap first, each group named once."""
    chosen: dict[tuple[Characteristic, str], Comparison] = {}
    for comparison in sorted((c for c in comparisons if c.clear), key=lambda c: -c.certain_gap):
        chosen.setdefault((comparison.characteristic, comparison.figure.group), comparison)
    return list(chosen.values())[:most]
