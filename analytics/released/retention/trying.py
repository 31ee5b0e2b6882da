"""The hazard model tried on the last twelve months, and what it says of the next: figures as they are, which `forecast`
releases and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import polars as pl

from analytics.errors import TooLittleError
from analytics.frames import CHARACTERISTICS, GROUPS, Facts
from analytics.hazard import Model, ahead, calibration, drift, expected, fit, person_periods
from analytics.hazard.audit import divided
from analytics.hazard.calibrating import FEWEST
from analytics.hazard.refusals import EXPOSED
from analytics.hazard.terms import telling_contract
from analytics.hazard.watch import eves
from analytics.intervals import normal_quantile
from analytics.released.retention.merged import Merged
from analytics.released.retention.reading import UNANSWERED
from analytics.retention.causes import CAUSES, LEFT
from analytics.retention.stays import EPOCH

# Time at a level is nearly told by service and promotion: with it the fit of a smaller system may not settle.
TERMS: Final = ("service", "since_move", "since_promotion", "staff_group", "fte")
CONTRACT, TOLD = "contract", 0.95  # a term where it is told of so many posts
PASSED, FAILED, TOO_FEW = "passed", "failed", "too_few"
REST: Final = "rest"  # causes that too few went for, together
_LEAST: Final = 10  # exits of the rest
_REACH: Final = 33  # months: three years, less the time until a first post ends
_YEAR, _DAY = 12, timedelta(1)
_SCHEMA: Final = {
    **dict.fromkeys(("cause", "gate", "drift"), pl.String),
    "observed": pl.Int64,
    **dict.fromkeys(("expected", "slope", "next_expected", "next_low", "next_high"), pl.Float64),
}


class Days(NamedTuple):
    """The first and the last day of the year that the model is fitted on, and the last of the year it is tried on."""

    first: date
    middle: date
    last: date


@dataclass(frozen=True)
class _Fitted:
    """A model of the cells of one year, and how other cells are told to it."""

    model: Model
    merged: Merged
    rest: Sequence[str]

    def told(self, cells: pl.DataFrame) -> pl.DataFrame:
        if REST in self.model.causes and CAUSES[0] in cells.columns:
            cells = cells.with_columns(pl.sum_horizontal(self.rest).alias(REST))
        return self.merged.told(cells)


class Tried(NamedTuple):
    """Figures by cause as `forecast.forecast_report` names them, not to be shown; observed is null of a cause that too
    few went for to be modelled. groups: characteristic, group, observed and expected of those who left, None where
    leaving was not modelled. model: the one that was tried; between: the days that it was fitted on and tried until;
    again: whether it was fitted again on the last year."""

    rows: pl.DataFrame
    groups: pl.DataFrame | None
    model: Model
    days: Days
    again: bool


def tried(facts: Facts, on: date) -> Tried:
    """Raises TooLittleError and CellsError as the model does."""
    days = _days(on)
    terms = _terms(facts, days.first)
    then = _fitted(person_periods(facts, (days.first, days.middle), terms=terms), terms)
    paths = then.told(ahead(facts, days.middle, terms=terms, outcomes=True))
    strayed = dict(drift(then.model, paths).select("cause", "drifted").iter_rows())
    judged = calibration(then.model, paths).iter_rows(named=True)
    rows = {row["cause"]: _row(row, drifted=strayed[row["cause"]]) for row in judged}
    months = person_periods(facts, (days.middle + _DAY, days.last), terms=terms, by=CHARACTERISTICS)
    if again := any(row["gate"] == PASSED for row in rows.values()):
        alike = months.group_by(terms, maintain_order=True).agg(pl.col(EXPOSED, *CAUSES).sum())
        _look_ahead(rows, _fitted(alike, terms), ahead(facts, on, terms=terms))
    found = [rows.get(cause, {"cause": cause, "gate": TOO_FEW}) for cause in CAUSES]
    groups = _groups(then.model, then.told(months)) if LEFT in then.model.causes else None
    return Tried(pl.DataFrame(found, schema=_SCHEMA), groups, then.model, days, again)


def _terms(facts: Facts, since: date) -> tuple[str, ...]:
    return (*TERMS, CONTRACT) if telling_contract(facts, since) >= TOLD else TERMS


def _groups(model: Model, months: pl.DataFrame) -> pl.DataFrame:
    """By group, those who gave no answer as one."""
    found: list[pl.DataFrame] = []
    for name, groups in GROUPS.items():
        silent = pl.when(pl.col("group").is_in(groups)).then("group").otherwise(pl.lit(UNANSWERED)).alias("group")
        each = divided(model, months, name, LEFT).group_by(silent).agg(pl.col("observed", "expected").sum())
        every = pl.DataFrame({"characteristic": name, "group": [*groups, UNANSWERED]})
        found.append(every.join(each, on="group", how="left", maintain_order="left").fill_null(0))
    return pl.concat(found)


def is_young(facts: Facts, on: date) -> bool:
    """Whether no post is known to have ended long enough ago: who went before the record began is not in it."""
    ended = facts.spells.select(pl.col("ended").min()).collect().item()
    return ended is None or ended >= _months_before(on, _REACH)


def _row(row: dict[str, Any], *, drifted: bool) -> dict[str, Any]:
    gate = row["gate"] if row["gate"] in (PASSED, FAILED) else TOO_FEW
    told = {"observed": int(row["observed"]), "gate": gate, "drift": "drifted" if drifted else "steady"}
    return {name: row[name] for name in ("cause", "expected", "slope")} | told


def _look_ahead(rows: dict[str, dict[str, Any]], now: _Fitted, paths: pl.DataFrame) -> None:
    """Adds what is expected of those there now, where the model was right."""
    counts = expected(now.model, now.told(paths)).row(0, named=True)
    for cause, row in rows.items():
        if row["gate"] == PASSED and cause in now.model.causes:
            row.update(_next(counts[cause], now.model.exits[cause], row))


def _next(count: float, exits: float, before: dict[str, Any]) -> dict[str, float]:
    seen, likely = before["observed"], before["expected"]
    changed = max(0.0, (seen / likely - 1) ** 2 - 1 / likely)
    reach = normal_quantile(0.95) * (count + count**2 * (1 / exits + changed)) ** 0.5
    return {"next_expected": count, "next_low": max(0.0, count - reach), "next_high": count + reach}


def _fitted(cells: pl.DataFrame, terms: Sequence[str]) -> _Fitted:
    """The model of causes that enough went for; the others compete with them as one, where that is more than a few."""
    exits = {cause: int(cells.get_column(cause).sum()) for cause in CAUSES}
    causes = [cause for cause in CAUSES if exits[cause] >= FEWEST]
    if not causes:
        raise TooLittleError(f"fewer than {FEWEST} people are gone for each cause")
    rest = [cause for cause in CAUSES if cause not in causes]
    if sum(exits[cause] for cause in rest) >= _LEAST:
        cells, causes = cells.with_columns(pl.sum_horizontal(rest).alias(REST)), [*causes, REST]
    merged = Merged.of(cells, terms, causes)
    return _Fitted(fit(merged.told(cells), causes=causes, terms=[*merged.labels]), merged, rest)


def _days(on: date) -> Days:
    first = _months_before(on, 2 * _YEAR)
    middle = _end(first)
    return Days(first, middle, _end(middle + _DAY))


def _months_before(on: date, months: int) -> date:
    """The day after `on`, so many months before."""
    return pl.select(pl.lit(on + _DAY).dt.offset_by(f"-{months}mo")).item()


def _end(first: date) -> date:
    return EPOCH + timedelta(days=int(eves(first, _YEAR)[-1]))
