"""A model's card, in plain sentences made from the fit: what it is for, what went in, how it did, what it is not."""

import math
from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from analytics.frames import LABELS
from analytics.hazard.model import Model
from analytics.hazard.refusals import DECLARED_ONLY
from analytics.intervals import normal_quantile

NAMES: Final = {
    "service": "length of service",
    "in_level": "time at the present level",
    "since_move": "time since a move between organisations",
    "since_promotion": "time since a promotion",
    "since_conversation": "time since a career conversation",
    "staff_group": "staff group",
    "level": "level",
    "fte": "working hours",
    "contract": "kind of contract",
    "organisation_size": "size of the organisation",
    "age_band": "age band, declared lawful beforehand",
}
CAUSES: Final = {
    "left": "leaving the system",
    "moved": "moving to another organisation in the system",
    "retired": "retiring",
    "other": "going for another reason",
}
_PURPOSE: Final = (
    "This model estimates how many people of a group go in the months ahead, and why, from what their work is like.",
    "It is for planning with groups of 10 people or more, and for finding where more people leave than expected.",
)
_NEVER: Final = "ethnicity, sex, disability, religion, sexual orientation, health, union membership and family status"
_NOT_FOR: Final = "select, appraise, pay, roster or manage anybody, or to show a manager or leader who may leave"
_LIMITS: Final = (
    f"What never goes in: {_NEVER}.",
    "These may be used for one thing: to check whether the model is as right for one group as for another.",
    f"It must not be used about one person: not to {_NOT_FOR}.",
    "It does not say why people leave, or what would keep them: what goes with leaving need not cause it.",
)
FITTED_AGAIN: Final = (
    "What is said of the next twelve months comes from the same terms fitted again on the last twelve. That fit cannot"
    " be tried before its own year is over: what was tried is the way of making it, a year earlier."
)
_FAR: Final = "a quarter too low or a fifth too high"
SILENT: Final = "People who gave no answer"
TOLD: Final = 3  # differences that are told for each cause


def card(model: Model, calibration: pl.DataFrame | None = None, more: Sequence[str] = ()) -> list[str]:
    """The sentences, in order. calibration: that of `calibration` on later months, or of none yet. more: what else is
    known of how it did.

    >>> from analytics.hazard.fitting import fit
    >>> cells = pl.DataFrame({"fte": ["full", "part"], "exposed": [9_000, 1_000], "left": [90, 20]})
    >>> for sentence in card(fit(cells, causes=["left"], terms=["fte"]))[2:5]:
    ...     print(sentence)
    It was fitted on 10,000 person-months and 110 exits: 110 leaving the system.
    What went in: working hours.
    Age did not go in.
    """
    return [*_PURPOSE, *_went_in(model), *_differences(model), *_did(calibration), *more, *_LIMITS]


def tried_on(fitted: date, last: date) -> str:
    """On which months it was fitted, and on which it was tried."""
    return (
        f"It was fitted on the twelve months up to {_day(fitted)}, and tried on who of those there then was gone by"
        f" {_day(last)}: on outcomes of whole years that it had not seen."
    )


def checked(groups: int, alarms: Sequence[tuple[str, str]]) -> list[str]:
    """Whether it is as right for one group as for another. groups: how many could be judged; alarms: characteristic and
    group of those about which it was wrong.

    >>> checked(0, [])
    ['It could not be checked by group: too few people left.']
    """
    if not groups:
        return ["It could not be checked by group: too few people left."]
    how = "It was checked by ethnicity, sex, disability and age band, which it never sees"
    if not alarms:
        return [f"{how}: of {groups} groups that could be judged it was about none surely {_FAR}."]
    names = "; ".join(f"{LABELS[name]}: {LABELS.get(group, SILENT)}" for name, group in alarms)
    return [
        f"{how}, and was {_FAR} about: {names}.",
        "Whoever reads its forecast should ask why, and not only add these groups up with the others.",
    ]


def _went_in(model: Model) -> list[str]:
    terms = [NAMES.get(term, term) for term in model.terms]
    exits = ", ".join(f"{model.exits[cause]:,.0f} {CAUSES.get(cause, cause)}" for cause in model.causes)
    return [
        f"It was fitted on {model.exposed:,.0f} person-months and {sum(model.exits.values()):,.0f} exits: {exits}.",
        f"What went in: {', '.join(terms) or 'nothing but time'}.",
        *([] if set(DECLARED_ONLY) & set(model.terms) else ["Age did not go in."]),
    ]


def _differences(model: Model) -> list[str]:
    """The differences that are surest to be the largest, for each cause."""
    reach = normal_quantile(0.95)
    least = (pl.col("estimate").abs() - reach * pl.col("se")).alias("least")
    rows = model.coefficients.filter(pl.col("level").is_not_null()).with_columns(least).filter(pl.col("least") > 0)
    found: list[str] = []
    for cause in model.causes:
        for row in rows.filter(cause=cause).sort("least", descending=True).head(TOLD).iter_rows(named=True):
            ratio, low, high = (math.exp(row["estimate"] + sign * reach * row["se"]) for sign in (0, -1, 1))
            found.append(
                f'In a month, people with {NAMES.get(row["term"], row["term"])} "{row["level"]}" had {ratio:.2f} times '
                f"the odds of {CAUSES.get(cause, cause)} (plausible range {low:.2f} to {high:.2f}) that those with "
                f'"{model.levels[row["term"]][0]}" had.'
            )
    return found


def _did(calibration: pl.DataFrame | None) -> list[str]:
    if calibration is None:
        return ["It has not been tried on later months yet, so no forecast of it may be shown."]
    return [_tried(row) for row in calibration.iter_rows(named=True)]


def _tried(row: dict[str, float | str | None]) -> str:
    name = CAUSES.get(str(row["cause"]), row["cause"])
    ratio = f"{row['o_e']:.2f} (plausible range {row['low']:.2f} to {row['high']:.2f})"
    seen = f"Tried on later months, {name}: {row['observed']:,.0f} seen where {row['expected']:,.0f} were expected"
    verdict = {
        "passed": "It passed its check, so its forecast may be shown.",
        "failed": "It failed its check, so no forecast of this may be shown.",
    }
    too_few = "That is too few to check it by more than this ratio, so no forecast of this may be shown."
    return f"{seen}, a ratio of {ratio}. {verdict.get(str(row['gate']), too_few)}"


def _day(of: date) -> str:
    return f"{of.day} {of:%B %Y}"
