"""Facts -> a of n by organisation, step, staff group, level and group: what everything else is added up from."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.equity.steps import CHARACTERISTICS, MERGED, MINORITY, POOL, SENIOR, UNANSWERED, UPPER, YEARS
from analytics.frames import GROUPS, PEOPLE, Facts
from analytics.representation.cases import LINKS, Window, as_it_stood, cohort, linked, selections

STRATA: Final = ("staff_group", "level")
MOST_CELLS: Final = 2**25  # that are counted in an array with room for all that could be


def window(on: date, years: int = YEARS, back: int = 0) -> Window:
    """The first and the last day of `years` years that end `back` years before the day `on`, that day included."""
    last = _years_before(on, back)
    return _years_before(last, years) + timedelta(days=1), last


def _years_before(on: date, years: int) -> date:
    return on.replace(year=on.year - years, day=28 if (on.month, on.day) == (2, 29) else on.day)


def answered(facts: Facts) -> pl.DataFrame:
    """person, and the answers to CHARACTERISTICS."""
    return facts.people.select("person", *CHARACTERISTICS).collect(engine="streaming")


def flowing(facts: Facts, known: pl.DataFrame, windows: Sequence[Window]) -> list[pl.DataFrame]:
    """Of each window one row a case of the chain: person, unit (their organisation), step, staff_group, level, success,
    open, and CHARACTERISTICS (`answered`).

    Somebody whose only offers wait for an answer counts as not offered yet: what is open at the next step would
    otherwise be the difference of two figures. Empty for facts without events.
    """
    if facts.events is None:
        return [pl.DataFrame(schema=_CASES) for _ in windows]
    people = {on: cohort(facts, on, per_organisation=True, known=known) for on in {first for first, _ in windows}}
    widest = min(first for first, _ in windows), max(last for _, last in windows)
    started = selections(facts, widest, known=known)
    found = (linked(facts, of, people[of[0]], started, per_organisation=True, settled=True) for of in windows)
    return [cases.select(**_named("link")) for cases in found]


def standing(facts: Facts, known: pl.DataFrame, on: date) -> pl.DataFrame:
    """The same of a stock: who of the people at the levels of POOL is at an upper one, on the day. Their level is what
    is asked, so it is no stratum."""
    posts = cohort(facts, on, per_organisation=True, known=known).filter(pl.col("level").is_in(POOL))
    marked = posts.with_columns(success=pl.col("level").is_in(UPPER), open=pl.lit(value=False), step=pl.lit(SENIOR))
    return marked.with_columns(level=pl.lit(None, dtype=pl.Int8)).select(**_named("step"))


def appointing(facts: Facts, known: pl.DataFrame, of: Window) -> pl.DataFrame:
    """The rows of the step of being appointed alone."""
    found = as_it_stood(selections(facts, of, ["shortlist"], known), of)
    return found.with_columns(step=pl.lit("appointment")).select(**_named("step"))


_STEP: Final = pl.Enum([*LINKS, SENIOR])
_CASES: Final = {
    "person": pl.UInt64,
    "unit": pl.Categorical,
    "step": _STEP,
    "staff_group": pl.Categorical,
    "level": pl.Int8,
    "success": pl.Boolean,
    "open": pl.Boolean,
    **{characteristic: PEOPLE[characteristic].dtype for characteristic in CHARACTERISTICS},
}


def _named(step: str) -> dict[str, pl.Expr]:
    return {
        "person": pl.col("person"),
        "unit": pl.col("organisation"),
        "step": pl.col(step).cast(_STEP),
        "staff_group": pl.col("staff_group").fill_null(""),
        "level": pl.col("level").fill_null(0).cast(pl.Int8),
        "success": pl.col("success"),
        "open": pl.col("open"),
        **{characteristic: pl.col(characteristic) for characteristic in CHARACTERISTICS},
    }


def counted(people: pl.DataFrame, characteristic: str, strata: Sequence[str] = STRATA) -> pl.DataFrame:
    """unit, step, `strata`, group, a and n, of cases that are decided. Who gave no answer is a group of their own;
    ethnic minorities are there together as well."""
    return counted_each(people, [characteristic], strata)[0]


def counted_each(
    people: pl.DataFrame, characteristics: Sequence[str] = CHARACTERISTICS, strata: Sequence[str] = STRATA
) -> list[pl.DataFrame]:
    """`counted` of several characteristics, in one reading of the cases."""
    decided, place = people.filter(~pl.col("open")), ["unit", "step", *strata]
    names = [decided.get_column(column).unique() for column in place]
    code = np.zeros(decided.height, dtype=np.int64)
    for values in names:
        code = code * len(values) + _positions(decided.get_column(values.name), values)
    success = decided.get_column("success").to_numpy()
    return [_in_groups(code, success, names, decided.get_column(of)) for of in characteristics]


def _positions(column: pl.Series, values: pl.Series) -> NDArray[np.int64]:
    """Where each of the column's values is among the distinct `values`."""
    physical = values.to_physical().to_numpy()
    table = np.zeros(int(physical.max(initial=0)) + 1, dtype=np.int64)
    table[physical] = np.arange(len(values))
    return table[column.to_physical().to_numpy()]


def _in_groups(
    place: NDArray[np.int64], success: NDArray[np.bool_], names: Sequence[pl.Series], answers: pl.Series
) -> pl.DataFrame:
    """Each case as one whole number, counted without a hash table."""
    groups = pl.Series([*GROUPS[answers.name], UNANSWERED])
    answer = np.minimum(answers.to_physical().fill_null(len(groups)).to_numpy(), len(groups) - 1)
    cell = (place * len(groups) + answer) * 2 + success
    values, counts = _occurring(cell, len(groups) * 2 * math.prod(len(values) for values in names))
    at = values // 2
    rest, sums = at // len(groups), {"a": counts * (values % 2), "n": counts}
    columns = [groups[at % len(groups)].alias("group")]
    for distinct in reversed(names):
        columns.append(distinct[rest % len(distinct)])
        rest = rest // len(distinct)
    rows = pl.DataFrame(columns[::-1]).with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    keys = [column.name for column in columns[::-1]]
    summed = rows.with_columns(**sums).group_by(keys).agg(pl.sum("a", "n"))
    return pl.concat([summed, _merged(summed, keys[:-1])]).sort(keys)


def _occurring(cell: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if size > MOST_CELLS:
        return np.unique(cell, return_counts=True)
    counts = np.bincount(cell, minlength=1)
    values = np.flatnonzero(counts)
    return values, counts[values]


def _merged(rows: pl.DataFrame, place: Sequence[str]) -> pl.DataFrame:
    part = rows.filter(pl.col("group").is_in(MERGED[MINORITY]))
    whole = part.group_by(place).agg(pl.sum("a", "n"))
    return whole.with_columns(group=pl.lit(MINORITY)).select(rows.columns)


def still_open(people: pl.DataFrame) -> pl.DataFrame:
    """How many cases of each organisation and step wait for their outcome."""
    found = people.group_by("unit", "step").agg(open=pl.col("open").sum().cast(pl.Int64))
    return found.with_columns(pl.col("unit", "step").cast(pl.String)).sort("unit", "step")
