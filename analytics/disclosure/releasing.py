"""The last step: nothing leaves this package for a page, a file or a chart except through `release`.

The default rule: a count of people below 10 is withheld, nought like any other; every other count, totals included, is
rounded to the nearest 5; rates and intervals are worked out again from the rounded counts. Then what the rounding
leaves open is closed (`protection`): along every key, a line of cells whose total is shown never has one withheld
cell alone, nor one that the shown cells of the line pin down. Every withheld cell has the same reason, whichever of
these withheld it. Nor may the withheld cells of a line be known to be fewer than the floor together.

People who gave no answer are a cell of their family like any other (`Answers`): where they are fewer than the floor,
the number with an answer is withheld. A share then stands on the shown counts of all groups together, which says
nothing new, or is withheld as well.

The lines are examined one at a time, with bounds passed between them; `audit` then asks, by linear programs over any
number of views together, what a reader could work out. An organisation knows its own counts: what it can take off a
total is looked at line by line (`dominance`). What differs between two releases is not looked at here: docs/trust.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from typing import Final

import numpy as np
import polars as pl

from analytics.disclosure.accepted import checked, checked_linked, named_keys, refuse_no_rule
from analytics.disclosure.grid import beside, complete
from analytics.disclosure.linked import FIGURE, Split, hidden_cells, longer
from analytics.disclosure.protection import Lines, Mask, Rounding, lines_along, lines_within, withheld
from analytics.disclosure.unanswered import Answers
from analytics.errors import DisclosureError
from analytics.intervals import risk_ratio, wilson

SMALLEST_FLOOR: Final = 5
Margins = Mapping[str, str | None]
_SEAL: Final = object()


@dataclass(frozen=True)
class Rule:
    """A disclosure rule is data, with a version that a release keeps beside its figures.

    floor: counts below it are withheld. base: counts are rounded to its nearest multiple (a tie, which an odd base
    does not have, goes up). width: a withheld count must stay open to at least this many values more than one.
    insiders: keys whose values know their own counts exactly, so that no total may come nearly all from one of them
    (`dominance`). Raises DisclosureError for a floor below 5, a base below 1 or above the floor, a width below 1, and
    anything that is not a whole number; or no version.
    """

    version: str = "2026-4"
    floor: int = 10
    base: int = 5
    width: int = 5
    insiders: tuple[str, ...] = ("organisation", "unit")

    def __post_init__(self) -> None:
        refuse_no_rule(self.version, floor=self.floor, base=self.base, width=self.width)
        if self.floor < SMALLEST_FLOOR:
            raise DisclosureError(
                f"floor: {self.floor} is below {SMALLEST_FLOOR}, the least that protects a small group"
            )
        if not 1 <= self.base <= self.floor:
            raise DisclosureError(f"base: {self.base} is not between 1 and the floor, {self.floor}")
        if self.width < 1:
            raise DisclosureError(f"width: {self.width} would let a withheld count be known exactly")

    @property
    def rounding(self) -> Rounding:
        """The rule's numbers, as protection uses them."""
        return Rounding(self.floor, self.base, self.width, self.insiders)

    @property
    def reason(self) -> str:
        """The one reason given for every withheld figure, so that the reason itself gives nothing away."""
        return f"Withheld: fewer than {self.floor} people, or needed to protect a number that small"


DEFAULT: Final = Rule()


@dataclass(frozen=True)
class Rates:
    """What may be worked out from released counts, by column name.

    fractions: name -> (numerator, denominator). intervals: (low, high) -> (successes, n), Wilson at 95 %.
    beside: name -> (fraction, key): the fraction's value in the row that is the total along that key. ratios: (ratio,
    low, high) -> (a, n, c, m), Koopman at 95 %.
    """

    fractions: Mapping[str, tuple[str, str]]
    intervals: Mapping[tuple[str, str], tuple[str, str]]
    beside: Mapping[str, tuple[str, str]]
    ratios: Mapping[tuple[str, str, str], tuple[str, str, str, str]] = field(default_factory=dict)


NO_RATES: Final = Rates({}, {}, {})
# name -> (the counts that it stands on, what it is rounded to): a middle value is shown where all of them are.
Middles = Mapping[str, tuple[Sequence[str], float]]
# What else follows from the keys and the counts as they are shown (null where withheld): more columns.
Derived = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, eq=False)
class Released:
    """Figures that may be shown, the rule they obey, and why each withheld cell is withheld (keys, column, reason).

    Only `release` can make one.
    """

    frame: pl.DataFrame
    rule: Rule
    reasons: pl.DataFrame
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise DisclosureError("released figures are made by release() and by nothing else")


def release(
    frame: pl.DataFrame,
    *,
    counts: Sequence[str],
    keys: Sequence[str] | Mapping[str, str | None],
    totals: Sequence[str] = (),
    rule: Rule = DEFAULT,
    rates: Rates = NO_RATES,
    answers: Answers | None = None,
) -> Released:
    """Figures safe to show, one row for every combination of keys, in the order of the keys.

    frame: one row a cell. keys: the columns that name a cell, the group last; as a mapping, each key's value that
    stands for the total along it (None where there is no such row). counts: columns with counts of people in the
    cell. totals: columns with counts of the cell's whole family (the same for each group), such as a denominator. All
    other columns are dropped: z and p values turn back into counts. A family absent from the frame is a family of
    noughts, withheld like one. answers: which totals differ by the people who gave no answer.
    Totals are rounded from true totals, not added up from rounded parts, so columns need not add up. Raises
    DisclosureError for repeated cells, totals that differ within a family, and anything that is not a count.

    >>> cells = pl.DataFrame({"place": "A", "group": ["x", "y", "z"], "n": [402, 61, 4], "known": 467})
    >>> safe = release(cells, counts=["n"], keys=["place", "group"], totals=["known"])
    >>> safe.frame.select("group", "n", "known").rows()
    [('x', 400, 465), ('y', None, 465), ('z', None, 465)]
    """
    _refuse_no_rule(rule)
    margins = named_keys(keys)
    cells = complete(checked(frame, [*margins], counts, totals), [*margins], totals)
    whole = _hidden_totals(cells, margins, totals, rule)
    hidden = whole | {count: _hidden_counts(cells, count, margins, whole, rule) for count in counts}
    if answers:
        counts_hidden, known_hidden = answers.withheld(cells, margins, whole, rule.rounding)
        hidden |= {answers.count: counts_hidden, answers.known: known_hidden}
    shown = cells.with_columns(_shown(cells.get_column(column), mask, rule) for column, mask in hidden.items())
    ordered = shown.select(*margins, *counts, *totals)
    based = answers.with_base(ordered, [*margins][:-1]) if answers else ordered
    reported = _reported(ordered, based, margins, rates, rule)
    return Released(reported, rule, _reasons(ordered, [*margins], rule), seal=_SEAL)


def release_linked(
    frame: pl.DataFrame,
    *,
    keys: Sequence[str],
    counts: Sequence[str],
    splits: Sequence[Split],
    rule: Rule = DEFAULT,
    rates: Rates = NO_RATES,
    middles: Middles = {},  # noqa: B006 - read only
    codes: Mapping[str, Sequence[str]] = {},
    withheld_first: Mapping[str, Mask] = {},
    derived: Derived | None = None,
    told: Sequence[str] | None = None,
) -> Released:
    """Figures safe to show where the same people are divided in several ways: one row a row of `frame`, in its order.

    counts: columns with counts of people; a null is no cell, neither shown nor missed. splits: what adds up to what,
    along the keys and among the counts. All of them are looked at together. The frame must already have every row that
    could be, where it matters that an empty one looks like a small one. withheld_first: count -> which rows withhold it
    whatever it is, for what another release shows of the same people. middles: columns of medians over the people
    counted. codes: columns of codes -> the counts that they give something away of: shown where all of those are.
    derived: adds columns to the keys and counts as shown, of which it sees nothing else. told: the counts that are told
    of, all where None; others only decide what else is. All other columns are dropped. Raises DisclosureError as
    `release` does.

    >>> cells = pl.DataFrame({"place": ["", "A", "B"], "all": [90, 60, 30], "met": [50, 46, 4], "not": [40, 14, 26]})
    >>> sums = [Split("place", ""), Split("figure", "all", ("met", "not"))]
    >>> release_linked(cells, keys=["place"], counts=["all", "met", "not"], splits=sums).frame.rows()[1][:4]
    ('A', 60, None, None)
    """
    _refuse_no_rule(rule)
    cells = checked_linked(frame, keys, counts)
    long = longer(cells, keys, counts)
    mask = hidden_cells(long, keys, splits, rule.rounding, _first(cells, keys, counts, withheld_first))
    shown = long.with_columns(_shown(long.get_column("n"), mask, rule))
    gaps = shown.group_by(keys).agg(pl.col("n").is_null().any().alias("gap"))
    wide = cells.select(*keys)
    for count in counts:
        of = shown.filter(pl.col(FIGURE) == count).select(*keys, pl.col("n").alias(count))
        wide = beside(wide, of, [*keys])
    figures = beside(wide, gaps, [*keys]).with_columns(pl.when("gap").then(pl.lit(rule.reason)).alias("reason"))
    figures = _with_rates(_with_middles(figures, frame, middles), dict.fromkeys(keys), rates)
    if derived is not None:
        more = derived(figures.select(*keys, *counts)).select(pl.exclude(*keys, *counts))
        figures = figures.with_columns(more.get_columns())
    figures = figures.with_columns(_code(frame.get_column(code), counts) for code, counts in codes.items())
    reasons = shown.filter(pl.col("n").is_null()).select(*keys, pl.col(FIGURE).alias("column"))
    reasons = reasons.with_columns(reason=pl.lit(rule.reason))
    unsaid = [] if told is None else [count for count in counts if count not in told]
    numbered = {key: frame.schema[key] for key in keys if frame.schema[key].is_integer()}
    figures = figures.cast(numbered)  # pyright: ignore[reportArgumentType]
    figures = figures.with_columns(pl.col(key).str.to_date() for key in keys if frame.schema[key] == pl.Date)
    return Released(figures.select(pl.exclude("reason", "gap", *unsaid), "reason"), rule, reasons, seal=_SEAL)


def _refuse_no_rule(rule: object) -> None:
    if not isinstance(rule, Rule):
        raise DisclosureError(f"rule: a Rule is needed, not a {type(rule).__name__}")


def _first(cells: pl.DataFrame, keys: Sequence[str], counts: Sequence[str], masks: Mapping[str, Mask]) -> Mask:
    """The masks of single counts, in the order of `longer`."""
    nobody = np.zeros(cells.height, dtype=bool)
    told = {count: pl.Series(count, masks.get(count, nobody)).cast(pl.Int64) for count in counts}
    marked = cells.with_columns(pl.when(pl.col(count).is_not_null()).then(mark) for count, mark in told.items())
    return longer(marked, keys, counts).get_column("n").to_numpy().astype(bool)


def _code(code: pl.Series, needed: Sequence[str]) -> pl.Expr:
    known = pl.all_horizontal(pl.col(count).is_not_null() for count in needed)
    return pl.when(known).then(code).alias(code.name)


def _with_middles(figures: pl.DataFrame, frame: pl.DataFrame, middles: Middles) -> pl.DataFrame:
    for name, (needed, nearest) in middles.items():
        value = frame.get_column(name).cast(pl.Float64) / nearest
        rounded = (value.round() * nearest).cast(pl.Int64 if isinstance(nearest, int) else pl.Float64)
        known = pl.all_horizontal(pl.col(count).is_not_null() for count in needed)
        figures = figures.with_columns(pl.when(known).then(rounded).alias(name))
    return figures


def _hidden_totals(cells: pl.DataFrame, margins: Margins, totals: Sequence[str], rule: Rule) -> dict[str, Mask]:
    """Which totals to withhold, decided once a family and told to each of its rows."""
    keys = list(margins)
    family = keys[:-1]
    hidden: dict[str, Mask] = {}
    for total in totals:
        whole = cells.select(*family, total).unique(maintain_order=True)
        lines = _lines(whole, total, {key: margins[key] for key in family}, rule)
        n = whole.get_column(total).to_numpy()
        mask = pl.Series(total, withheld(n, np.zeros(whole.height, dtype=bool), lines, rule.rounding))
        told = beside(cells.select(keys), whole.with_columns(mask), family)
        hidden[total] = told.get_column(total).to_numpy()
    return hidden


def _hidden_counts(cells: pl.DataFrame, count: str, margins: Margins, totals: Mapping[str, Mask], rule: Rule) -> Mask:
    """Which counts to withhold: with a withheld total that they add up to, all of them."""
    lines, family = _lines(cells, count, margins, rule), list(margins)[:-1]
    start = np.zeros(cells.height, dtype=bool)
    for total, mask in totals.items():
        within = lines_within(cells, count, family, total, mask, rule.rounding)
        if within.exact.all():
            start |= mask
            lines.append(within)
    return withheld(cells.get_column(count).to_numpy(), start, lines, rule.rounding)


def _lines(cells: pl.DataFrame, column: str, margins: Margins, rule: Rule) -> list[Lines]:
    keys = list(margins)
    return [
        lines_along(cells, column, key, keys, margin, nearly=key in rule.insiders)
        for key, margin in margins.items()
        if margin is not None
    ]


def _shown(n: pl.Series, hidden: Mask, rule: Rule) -> pl.Series:
    rounded = pl.Series(n.name, rule.rounding.rounded(n.to_numpy()), dtype=pl.Int64)
    return rounded.to_frame().select(pl.when(~pl.Series(hidden)).then(pl.col(n.name))).to_series()


def _reported(shown: pl.DataFrame, based: pl.DataFrame, margins: Margins, rates: Rates, rule: Rule) -> pl.DataFrame:
    """Rates from the rounded counts (`based` has what else they stand on), null wherever a count they need is withheld,
    and the reason for each row's gaps."""
    gap = pl.any_horizontal(pl.col(column).is_null() for column in shown.columns if column not in margins)
    figures = _with_rates(based.with_columns(pl.when(gap).then(pl.lit(rule.reason)).alias("reason")), margins, rates)
    return figures.select(pl.exclude("reason", *set(based.columns) - set(shown.columns)), "reason")


def _with_rates(figures: pl.DataFrame, margins: Margins, rates: Rates) -> pl.DataFrame:
    figures = figures.with_columns((pl.col(a) / pl.col(n)).alias(name) for name, (a, n) in rates.fractions.items())
    for (low, high), (successes, n) in rates.intervals.items():
        bounds = wilson(figures.get_column(successes), figures.get_column(n))
        figures = figures.with_columns(bounds[0].alias(low), bounds[1].alias(high))
    for names, four in rates.ratios.items():
        counts = [figures.get_column(column) for column in four]
        found = risk_ratio(counts[0], counts[1], counts[2], counts[3])
        figures = figures.with_columns(series.alias(name) for name, series in zip(names, found, strict=True))
    for name, (fraction, key) in rates.beside.items():
        others = [other for other in margins if other != key]
        total = figures.filter(pl.col(key) == margins[key]).select(*others, pl.col(fraction).alias(name))
        figures = beside(figures, total, others)
    return figures


def _reasons(shown: pl.DataFrame, keys: list[str], rule: Rule) -> pl.DataFrame:
    """One row for each withheld figure: keys, column, reason."""
    long = shown.unpivot(index=keys, variable_name="column").filter(pl.col("value").is_null())
    return long.drop("value").with_columns(reason=pl.lit(rule.reason))
