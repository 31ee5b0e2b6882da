"""How many of the whole system's people may go in the next twelve months: told where the model that says so was right
about the last twelve, and nowhere else.

METHOD. The hazard model (`analytics.hazard`) is fitted on the year that ended twelve months before the day, and says
how many of those there then would be gone twelve months later. That is set beside how many were (`calibration`, gate).
Where the gate is passed, the same model, fitted again on the last twelve months, says how many of those there now will
be gone in twelve. The range is E +- 1.96 root(E + E^2 / exits + E^2 max(0, (O/E' - 1)^2 - 1/E')), with E' and O those
expected and seen last year: chance among people, the error of the fit, and a change as large as last year's was beyond
chance.

DISCLOSURE. Counts are of the whole system and rounded by the rule; ratios and their ranges are worked out of the
counts as shown. What `rates` withholds of the year is withheld here, and so is what, taken off it, would tell of the
few who came and went within the year, or moved and then left; that is decided on counts as shown, so it tells nothing
else. The card has no figures of groups, and exits rounded to 50. Groups are told in a frame of their own
(`retained.fairness`), with what is withheld here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl

from analytics.disclosure import DEFAULT, Released, Rule, release_linked
from analytics.errors import CellsError, TooLittleError
from analytics.frames import Facts
from analytics.hazard import card
from analytics.hazard.calibrating import FEWEST
from analytics.hazard.card import FITTED_AGAIN, checked, tried_on
from analytics.released.retention import fairness
from analytics.released.retention.counted import ALL
from analytics.released.retention.reading import SYSTEM
from analytics.released.retention.trying import FAILED, PASSED, REST, TOO_FEW, Tried, is_young, tried
from analytics.retention.causes import CAUSES, LEFT, MOVED, OTHER, RETIRED
from analytics.standardised.poisson import interval

__all__ = ["FAILED", "PASSED", "TOO_FEW", "forecast_report"]

YOUNG: Final = "The record goes back less than three years, so the model cannot be tried yet"
LITTLE: Final = (
    f"Too few people went to try the model: it needs {FEWEST} a year of one cause, and some of every kind of work"
)
UNFIT: Final = "The model could not be fitted on this record"
_REASONS: Final = {
    FAILED: "The model was not near enough to what came in the last twelve months",
    TOO_FEW: f"Fewer than {FEWEST} people went: too few to check the model by",
}
_ROUGHLY: Final = 50
_NEXT: Final = ("next_expected", "next_low", "next_high")


def forecast_report(
    facts: Facts, on: date, rule: Rule = DEFAULT, rates: Released | None = None
) -> tuple[Released, list[str], Released]:
    """One row a cause (left, moved, retired, other); the model's card in plain sentences, none without a model; and the
    fairness of the model by group (`fairness.released`).

    rates: those of the retention report of the same day; what they withhold of the whole system is not told here.

    people: there now, as `rates` tell. observed: of those there a year ago, how many went; expected: how many the model
    expected, from what was known a year ago; o_e with its range low and high; slope (1 where differences between people
    are as large as expected); gate: "passed", "failed" or "too_few"; drift: "drifted" or "steady". next_expected with
    next_low and next_high: of those there now, how many may go in the next twelve months, null unless the gate was
    passed. reason: why a figure is null. Too little data is told there, and never raised.
    """
    try:
        if is_young(facts, on):
            return _without(rule, rates, YOUNG)
        found = tried(facts, on)
    except TooLittleError:
        return _without(rule, rates, LITTLE)
    except (CellsError, np.linalg.LinAlgError):
        return _without(rule, rates, UNFIT)
    released = _released(found.rows, rule, rates)
    fair = fairness.nothing(rule, _REASONS[TOO_FEW])
    if found.groups is not None:
        fair = fairness.released(found.groups, rule, rates)
    return released, _card(found, released.frame, fair.frame), fair


def _without(rule: Rule, rates: Released | None, why: str) -> tuple[Released, list[str], Released]:
    return _released(_nothing(), rule, rates, why), [], fairness.nothing(rule, why)


def _nothing() -> pl.DataFrame:
    texts = {name: pl.lit(None, pl.String) for name in ("gate", "drift")}
    figures = {name: pl.lit(None, pl.Float64) for name in ("expected", "slope", *_NEXT)}
    return pl.DataFrame({"cause": CAUSES}).with_columns(observed=pl.lit(None, pl.Int64), **texts, **figures)


def _released(rows: pl.DataFrame, rule: Rule, rates: Released | None, why: str = "") -> Released:
    whole = {} if rates is None else rates.frame.row(by_predicate=_everybody(), named=True)
    seen = dict(rows.select("cause", "observed").iter_rows())
    hidden = [_is_hidden(cause, n, rule, whole) or cause in _telling(seen, rule, whole) for cause, n in seen.items()]
    told = rows.select("cause", "expected", "gate", modelled=pl.col("observed").is_not_null())

    def judge(shown: pl.DataFrame) -> pl.DataFrame:
        both = shown.join(told, on="cause", how="left", maintain_order="left")
        return (
            _ratios(both, rule)
            .with_columns(people=pl.lit(whole.get("closing"), pl.Int64), **_verdict(rule, why))
            .drop("modelled")
        )

    return release_linked(
        rows.with_columns(pl.col("observed").fill_null(0)),
        keys=["cause"],
        counts=["observed"],
        splits=[],
        rule=rule,
        withheld_first={"observed": np.array(hidden)},
        middles=dict.fromkeys(("expected", *_NEXT), (("observed",), rule.base)) | {"slope": (("observed",), 0.01)},
        codes={"drift": ("observed",)},
        derived=judge,
    )


def _everybody() -> pl.Expr:
    return (pl.col("organisation") == SYSTEM) & (pl.col("slice") == ALL)


def _is_hidden(cause: str, seen: int | None, rule: Rule, whole: Mapping[str, Any]) -> bool:
    if seen is None or not whole:
        return seen is None
    return whole[cause] is None or whole[cause] - _shown([seen], rule) < rule.floor + rule.base


def _telling(seen: Mapping[str, int | None], rule: Rule, whole: Mapping[str, Any]) -> frozenset[str]:
    """Causes whose count, beside who is where of those there a year ago, would tell of few who moved and then left."""
    lost, inside = (_less(whole, "opening", "in_system"), _less(whole, "in_system", "stayed"))
    gone = [seen[cause] for cause in (LEFT, RETIRED, OTHER)]
    few = rule.floor + 2 * rule.base
    found: list[str] = []
    if lost is not None and None not in gone and lost - _shown(gone, rule) < few:
        found.append(OTHER)
    if inside is not None and seen[MOVED] is not None and _shown([seen[MOVED]], rule) - inside < few:
        found.append(MOVED)
    return frozenset(found)


def _less(whole: Mapping[str, Any], total: str, part: str) -> int | None:
    return None if whole.get(total) is None or whole.get(part) is None else whole[total] - whole[part]


def _shown(counts: Sequence[int | None], rule: Rule) -> int:
    return int(rule.rounding.rounded(np.array(counts, dtype=np.int64)).sum())


def _ratios(both: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """o_e with its range, from what is shown."""
    seen = both.get_column("observed")
    low, high = interval(seen.fill_null(0).cast(pl.Float64).to_numpy())
    likely = (pl.col("expected") / rule.base).round() * rule.base
    known = pl.col("observed").is_not_null() & (likely > 0)
    ends = {"o_e": pl.col("observed"), "low": pl.Series(low), "high": pl.Series(high)}
    return both.with_columns(pl.when(known).then(end / likely).alias(name) for name, end in ends.items()).drop(
        "expected"
    )


def _verdict(rule: Rule, why: str) -> dict[str, pl.Expr]:
    """gate and reason: a state is told where what it stands on is."""
    told = pl.col("observed").is_not_null() | ~pl.col("modelled")
    words = pl.col("gate").replace_strict(_REASONS, default=None, return_dtype=pl.String)
    reason = pl.when(told).then(words).otherwise(pl.lit(rule.reason))
    return {"gate": pl.when(told).then("gate"), "reason": pl.lit(why) if why else reason}


def _card(found: Tried, shown: pl.DataFrame, fair: pl.DataFrame) -> list[str]:
    """The card, from what is shown."""
    model, days = found.model, found.days
    exits = {cause: _ROUGHLY * round(n / _ROUGHLY) for cause, n in model.exits.items() if cause != REST}
    exposed = 10 * _ROUGHLY * round(model.exposed / (10 * _ROUGHLY))
    rough = replace(model, causes=(*exits,), exits=exits, exposed=exposed, coefficients=model.coefficients.clear())
    judged = fair.filter(pl.col("state").is_in([fairness.ALARM, fairness.NO_ALARM]))
    alarms = judged.filter(state=fairness.ALARM).select("characteristic", "group").rows()
    more = [tried_on(days.middle, days.last), *([FITTED_AGAIN] if found.again else []), *checked(judged.height, alarms)]
    return card(rough, shown.filter(pl.col("o_e").is_not_null()), more)
