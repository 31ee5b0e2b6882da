"""How many of the whole system's people are expected to go in the next twelve months: told where the model that says
so was right about the last twelve, and nowhere else.

METHOD. The hazard model (`analytics.hazard`) is fitted on the year that ended twelve months before the day, and says
how many of those there then would go in the twelve months up to the day. That is set beside how many did
(`calibration`). Where the gate was passed the same model, fitted on the last twelve months, says how many of those
there now will go in the next twelve. The range is expected +- 1.96 root(v) with
v = E + E^2 / exits + E^2 max(0, (O/E - 1)^2 - 1/E'), where E' was expected last year: chance among people, the error of
the fit, and another change as large as the last one was beyond chance.

DISCLOSURE. All counts are of the whole system and rounded by the rule; what is shown beside them is worked out of them
as shown. What is withheld of the year in `rates` is withheld here, and so is what would tell, taken off it, of a few
who came and went within the year. The card has no figures of groups.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from analytics.disclosure import DEFAULT, Released, Rule, release_linked
from analytics.errors import AnalyticsError
from analytics.frames import Facts
from analytics.hazard import Model, ahead, calibration, card, drift, expected, fit, person_periods
from analytics.hazard.calibrating import FEWEST
from analytics.hazard.terms import USUAL
from analytics.hazard.watch import eves
from analytics.intervals import normal_quantile
from analytics.retained.merged import FEW, Merged
from analytics.retention.causes import CAUSES
from analytics.retention.stays import EPOCH
from analytics.standardised.poisson import interval

PASSED, FAILED, TOO_FEW = "passed", "failed", "too_few"
YOUNG: Final = "The record goes back less than three years, so the model cannot be tried yet"
LITTLE: Final = f"There are too few exits to try the model: it needs {FEWEST} a year"
REASONS: Final = {
    FAILED: "The model was not right enough about the last twelve months, so nothing is forecast",
    TOO_FEW: f"Fewer than {FEWEST} people went, too few to check the model by, so nothing is forecast",
}
REACH: Final = 33  # months: three years, less the time until a first post ends
_YEAR, _DAY = 12, timedelta(1)
_REST: Final = "rest"
_REACH_95: Final = normal_quantile(0.95)
_FIGURES: Final = ("expected", "next_expected", "next_low", "next_high")
_SCHEMA: Final = {
    **{"cause": pl.String, "observed": pl.Int64, "raw_gate": pl.String, "drifting": pl.String, "slope": pl.Float64},
    **dict.fromkeys(_FIGURES, pl.Float64),
}


class _Days(NamedTuple):
    """The first and the last day of the year that the model is fitted on, and the last of the year it is tried on."""

    first: date
    middle: date
    last: date


@dataclass(frozen=True)
class _Fitted:
    """A model of the cells of one year, and how cells are told to it."""

    model: Model
    merged: Merged
    rest: Sequence[str]

    def told(self, cells: pl.DataFrame) -> pl.DataFrame:
        pooled = pl.sum_horizontal(self.rest).alias(_REST)
        outcomes = _REST in self.model.causes and self.rest[0] in cells.columns
        return self.merged.told(cells.with_columns(pooled) if outcomes else cells)


def forecast_report(
    facts: Facts, on: date, rule: Rule = DEFAULT, rates: Released | None = None
) -> tuple[Released, list[str]]:
    """One row a cause (left, moved, retired, other), and the model's card in plain sentences; none where there is none.

    rates: those of the retention report of the same day: what they withhold of the whole system is withheld here.

    people: there now, as `rates` tell it. observed: of those there a year ago, how many went; expected: how many the
    model expected to, on what was known a year ago; o_e with its range low and high; slope (1 where differences between
    people are as large as expected); gate: "passed", "failed" or "too_few"; drift: "drifted" or "steady".
    next_expected, next_low and next_high: of those there now, how many may go in the next twelve months; null unless
    the gate was passed. reason: why a figure is null. Too little data is told in `reason`, and never raised.
    """
    try:
        rows, model, judged = _tried(facts, on)
    except (AnalyticsError, np.linalg.LinAlgError):
        rows, model, judged = pl.DataFrame(), None, None
    if model is None or judged is None:
        return _without(YOUNG if _is_young(facts, on) else LITTLE, rule, rates), []
    return _released(rows, rule, rates), _card(model, judged, rule, on)


def _tried(facts: Facts, on: date) -> tuple[pl.DataFrame, Model | None, pl.DataFrame | None]:
    """Figures by cause as they are, the model that was tried, and how it did; no model where the record is young."""
    if _is_young(facts, on):
        return pl.DataFrame(), None, None
    days = _days(on)
    tried = _fitted(person_periods(facts, (days.first, days.middle)))
    paths = tried.told(ahead(facts, days.middle, outcomes=True))
    judged = calibration(tried.model, paths).filter(pl.col("cause") != _REST)
    moved_away = dict(drift(tried.model, paths).select("cause", "drifted").iter_rows())
    rows = {row["cause"]: _row(row, drifted=moved_away[row["cause"]]) for row in judged.iter_rows(named=True)}
    if any(row["raw_gate"] == PASSED for row in rows.values()):
        now = _fitted(person_periods(facts, (days.middle + _DAY, days.last)))
        counts = expected(now.model, now.told(ahead(facts, on))).row(0, named=True)
        for cause in now.model.causes:
            if cause in rows and rows[cause]["raw_gate"] == PASSED:
                rows[cause] |= _next(counts[cause], now.model.exits[cause], rows[cause])
    found = [rows.get(cause, {"cause": cause, "observed": 0, "raw_gate": TOO_FEW}) for cause in CAUSES]
    return pl.DataFrame(found, schema=_SCHEMA), tried.model, judged


def _row(row: dict[str, Any], *, drifted: bool) -> dict[str, Any]:
    gate = row["gate"] if row["gate"] in (PASSED, FAILED) else TOO_FEW
    told = {"cause": row["cause"], "observed": int(row["observed"]), "raw_gate": gate}
    return told | {
        "drifting": "drifted" if drifted else "steady",
        "slope": row["slope"],
        "expected": row["expected"],
    }


def _next(count: float, exits: float, before: dict[str, Any]) -> dict[str, float]:
    """The expected count and its range."""
    seen, likely = before["observed"], before["expected"]
    changed = max(0.0, (seen / likely - 1) ** 2 - 1 / likely)
    reach = _REACH_95 * (count + count**2 * (1 / exits + changed)) ** 0.5
    return {"next_expected": count, "next_low": max(0.0, count - reach), "next_high": count + reach}


def _fitted(cells: pl.DataFrame) -> _Fitted:
    """The model of causes that enough went for; the others compete with them as one, where that is more than a few."""
    exits = {cause: cells.get_column(cause).sum() for cause in CAUSES}
    causes = [cause for cause in CAUSES if exits[cause] >= FEWEST]
    rest = [cause for cause in CAUSES if cause not in causes]
    if causes and sum(exits[cause] for cause in rest) >= FEW:
        cells, causes = cells.with_columns(pl.sum_horizontal(rest).alias(_REST)), [*causes, _REST]
    merged = Merged.of(cells, USUAL, causes)
    return _Fitted(fit(merged.told(cells), causes=causes, terms=[*merged.labels]), merged, rest)


def _days(on: date) -> _Days:
    first = pl.select(pl.lit(on + _DAY).dt.offset_by(f"-{2 * _YEAR}mo")).item()
    middle = _end(first)
    return _Days(first, middle, _end(middle + _DAY))


def _end(first: date) -> date:
    return EPOCH + timedelta(days=int(eves(first, _YEAR)[-1]))


def _is_young(facts: Facts, on: date) -> bool:
    """Whether no post is known to have ended long enough ago: who went before the record began is not in it."""
    since = pl.select(pl.lit(on + _DAY).dt.offset_by(f"-{REACH}mo")).item()
    ended = facts.spells.select(pl.col("ended").min()).collect().item()
    return ended is None or ended >= since


def _released(rows: pl.DataFrame, rule: Rule, rates: Released | None) -> Released:
    shown = [rule.base * round(n / rule.base) for n in rows.get_column("expected").fill_null(0).to_list()]

    def judge(told: pl.DataFrame) -> pl.DataFrame:
        seen, likely = told.get_column("observed"), pl.Series(shown).replace(0, None)
        low, high = interval(seen.fill_null(0).cast(pl.Float64).to_numpy())
        ranged = {"o_e": seen, "low": pl.Series(low), "high": pl.Series(high)}
        ratios = {name: pl.when(seen.is_not_null()).then(each / likely) for name, each in ranged.items()}
        gate = pl.when(seen.is_not_null()).then(rows.get_column("raw_gate"))
        why = pl.lit(rule.reason) if rates is None or _whole(rates) is not None else pl.lit(rule.reason)
        return told.with_columns(
            people=pl.lit(_people(rates), pl.Int64),
            **ratios,
            gate=gate,
            reason=pl.when(seen.is_null())
            .then(why)
            .otherwise(rows.get_column("raw_gate").replace_strict(REASONS, default=None, return_dtype=pl.String)),
        )

    middles = {name: (("observed",), rule.base) for name in _FIGURES} | {"slope": (("observed",), 0.01)}
    frame = release_linked(
        rows.with_columns(drift="drifting"),
        keys=["cause"],
        counts=["observed"],
        splits=[],
        rule=rule,
        withheld_first={"observed": np.array(_hidden(rows, rule, rates))},
        middles=middles,
        codes={"drift": ["observed"]},
        derived=judge,
    )
    return frame
