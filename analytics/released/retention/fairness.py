"""Whether the model is as right for one group as for another, as it is released: people who left the system in the last
year, by what they answered about themselves, beside how many the model expected of months like theirs.

The model is never told what anybody answered. It says how many are to be expected in each cell of months, and only then
are the months told apart by who they were (`hazard.audit.divided`).

DISCLOSURE. Beside the year's rates the number who left is theirs, as they show it and where they show it: so it is
protected with all that they and the shares tell, and there is nothing to take off anything. (The months of the model
leave out who came and left between two eves, about 1 in 100.) Without rates, groups, those who gave no answer among
them, are protected as one system with their sum. Expected numbers are rounded, and shown beside the others only; ratios
and states are worked out of what is shown.
"""

from typing import Final

import numpy as np
import polars as pl

from analytics.disclosure import Released, Rule, release_linked
from analytics.disclosure.protection import Mask
from analytics.frames import GROUPS
from analytics.hazard.audit import ALARM, FEWEST_EVENTS, NO_ALARM, TOO_FEW, verdict
from analytics.released.retention.guard import Guard
from analytics.released.retention.reading import SYSTEM, UNANSWERED
from analytics.retention.causes import LEFT
from analytics.standardised.poisson import interval

__all__ = ["ALARM", "NO_ALARM", "TOO_FEW", "nothing", "released"]

FEW: Final = f"Fewer than {FEWEST_EVENTS} left: too few to judge by"


def nothing(rule: Rule, why: str) -> Released:
    """Every group without a figure, and why."""
    keys = [(name, group) for name, groups in GROUPS.items() for group in (*groups, UNANSWERED)]
    rows = pl.DataFrame(keys, schema=["characteristic", "group"], orient="row")
    rows = rows.with_columns(observed=pl.lit(0, pl.Int64), expected=pl.lit(0.0))
    return _released(rows, rule, np.ones(rows.height, dtype=bool), why)


def released(rows: pl.DataFrame, rule: Rule, rates: Released | None) -> Released:
    """One row a characteristic and group: observed, expected, o_e with its range low and high, state ("alarm",
    "no_alarm" or "too_few") and why a figure is null or cannot be judged."""
    if rates is None:
        return _released(rows, rule, _hidden(rows, rule))
    left = {
        row["slice"]: row[LEFT] for row in rates.frame.filter(pl.col("organisation") == SYSTEM).iter_rows(named=True)
    }
    seen = [left.get(f"{name}:{group}") for name, group in rows.select("characteristic", "group").iter_rows()]
    told = pl.Series("observed", seen, dtype=pl.Int64)
    return _released(rows.with_columns(told.fill_null(0)), rule, told.is_null().to_numpy())


def _hidden(rows: pl.DataFrame, rule: Rule) -> Mask:
    guard, seen = Guard(), rows.get_column("observed").to_numpy()
    of = rows.get_column("characteristic").to_numpy()
    sums = {name: guard.add(np.array([seen[of == name].sum()])) for name in GROUPS}
    places = guard.add(seen)
    for name, total in sums.items():
        guard.adds_up((total, places[None, of == name]), key="group")
    return guard.withheld(rule)[places]


def _released(rows: pl.DataFrame, rule: Rule, hidden: Mask, why: str = "") -> Released:
    likely = (rows.get_column("expected") / rule.base).round() * rule.base
    keys = ["characteristic", "group"]

    def judge(shown: pl.DataFrame) -> pl.DataFrame:
        seen = shown.get_column("observed")
        low, high = interval(seen.fill_null(0).cast(pl.Float64).to_numpy())
        known = pl.col("observed").is_not_null() & (pl.col("expected") > 0)
        ends = {"o_e": seen, "low": pl.Series(low), "high": pl.Series(high)}
        told = shown.with_columns(expected=likely)
        told = told.with_columns(pl.when(known).then(end / likely).alias(name) for name, end in ends.items())
        told = told.with_columns(state=pl.when(known).then(verdict()))
        withheld = pl.when(pl.col("observed").is_null()).then(pl.lit(why or rule.reason))
        return told.with_columns(
            expected=pl.when(pl.col("observed").is_not_null()).then(likely.cast(pl.Int64)),
            reason=withheld.when(pl.col("state") == TOO_FEW).then(pl.lit(FEW)),
        )

    return release_linked(
        rows, keys=keys, counts=["observed"], splits=[], rule=rule, withheld_first={"observed": hidden}, derived=judge
    )
