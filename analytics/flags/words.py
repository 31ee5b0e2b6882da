"""What a state says to leaders. No word of blame, no rank, and never "fine".

A frame may name its group, reference, event and stage, an owner, when to look again (by) and the next figures (next);
where it does not, the words stay general.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

from analytics.flags.rule import FLAG, NO_EVIDENCE, NOT_ENOUGH_DATA, WATCH

NAMES: Final[Mapping[str, str]] = {
    "group": "these",
    "reference": "other",
    "event": "have this outcome",
    "stage": "these",
    "owner": "to be named",
    "by": "the next figures",
    "next": "the next figures",
}
_ROW, _RANGE = "_row", "_range"
_FLAG: Final = (
    "Flag. {} staff were {} times as likely as {} staff to {} ({} of {} v {} of {}; plausible range {}). A gap this "
    "size is unlikely to be chance after allowing for the {} made. It does not show why. Next: review {} "
    "records; owner {}; by {}."
)
_WATCH: Final = (
    "Watch. The pattern points the same way but could still be chance, or the data are incomplete. Re-check at next "
    "refresh."
)
_NO_EVIDENCE: Final = "No evidence of a material gap: the true ratio is very likely between 0.8 and 1.25."
_TOO_FEW: Final = (
    "Too few people to say anything reliable. This is not evidence of fairness. Look at the system-wide figure or wait "
    "for {}."
)
_NO_EVENTS: Final = (
    "Nobody in either group did {}, so there is nothing to compare. This is not evidence of fairness. Look at the "
    "system-wide figure or wait for {}."
)
_BOTH: Final = "Cannot tell: the plausible range ({}) includes both no gap and a material one."
_SOME: Final = (
    "Cannot tell: there may be a gap, and the plausible range ({}) does not say whether it is a material one."
)
_OTHER_WAY: Final = (
    "Cannot tell: the plausible range ({}) holds no material gap against {} staff, and does not show there is none "
    "against {} staff."
)
_NARROW: Final = (
    "Cannot tell: the plausible range ({}) holds no material gap, but units differ by more than chance explains."
)


_SYSTEM: Final = (
    "Across {} organisations, {} staff were {} times as likely as {} staff to {} (plausible range {}), each "
    "organisation compared with itself. {}"
)
_POSITIVE: Final = "A gap this size is unlikely to be chance. It does not show why."
_NEGATIVE: Final = "This could be chance: no gap to their disadvantage is shown for the system as a whole."
_NO_SYSTEM: Final = "Too few people in the whole system to say anything reliable. This is not evidence of fairness."
_CRUDE: Final = " Without comparing like with like the ratio would be {}, on the other side of 1."


def words(frame: pl.DataFrame, edge: float) -> pl.Series:
    """The sentence for each row, from the columns that `decide` adds; null where it has no state. `edge` is the band's
    lower end."""
    rows = named(frame).with_columns(_range().alias(_RANGE)).with_row_index(_ROW)
    crude = _crude("crude_ratio") if "crude_ratio" in frame.columns else pl.lit("")
    told = [part.select(_ROW, words=_said(state, edge) + crude) for (state,), part in _by_state(rows)]
    none = pl.DataFrame(schema={_ROW: pl.UInt32, "words": pl.String})
    return pl.concat([none, *told]).sort(_ROW).get_column("words")


def _by_state(rows: pl.DataFrame) -> Iterable[tuple[tuple[Any, ...], pl.DataFrame]]:
    return rows.partition_by("state", as_dict=True).items()


def system_words() -> pl.Expr:
    """The sentence for the whole system, from the columns of `system_wide`."""
    ending = pl.when("positive").then(pl.lit(_POSITIVE)).otherwise(pl.lit(_NEGATIVE))
    said = pl.format(_SYSTEM, "units", _capital("group"), _two_places("ratio"), "reference", "event", _range(), ending)
    return pl.when(pl.col("low").is_null()).then(pl.lit(_NO_SYSTEM)).otherwise(said)


def _said(state: str | None, edge: float) -> pl.Expr:
    """The sentence of rows in one state."""
    if state is None:
        return pl.lit(None, dtype=pl.String)
    fixed = {WATCH: pl.lit(_WATCH), NO_EVIDENCE: pl.lit(_NO_EVIDENCE)}
    made = {NOT_ENOUGH_DATA: _too_little, FLAG: _flag}
    return fixed[state] if state in fixed else made[state]() if state in made else _uncertain(edge)


def named(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the general word wherever a name is missing."""
    return frame.with_columns(
        pl.col(name).cast(pl.String).fill_null(word) if name in frame.columns else pl.lit(word).alias(name)
        for name, word in NAMES.items()
    )


def _too_little() -> pl.Expr:
    nothing = pl.format(_NO_EVENTS, _quoted("event"), "next")
    return pl.when(pl.col("a") + pl.col("c") == 0).then(nothing).otherwise(pl.format(_TOO_FEW, "next"))


def _flag() -> pl.Expr:
    who = _capital("group")
    times = pl.when(pl.col("ratio").is_infinite()).then(pl.lit("many")).otherwise(_two_places("ratio"))
    counts = ("a", "n", "c", "m")
    made = pl.format(
        "{} comparison{}", "comparisons", pl.when(pl.col("comparisons") == 1).then(pl.lit("")).otherwise(pl.lit("s"))
    )
    return pl.format(_FLAG, who, times, "reference", "event", *counts, _RANGE, made, "stage", "owner", "by")


def _uncertain(edge: float) -> pl.Expr:
    worst = pl.when("adverse").then(1 / pl.col("high")).otherwise("low")
    best = pl.when("adverse").then(1 / pl.col("low")).otherwise("high")
    return (
        pl.when((worst <= edge) & (best >= 1))
        .then(pl.format(_BOTH, _RANGE))
        .when(best < 1)
        .then(pl.format(_SOME, _RANGE))
        .when(best > 1 / edge)
        .then(pl.format(_OTHER_WAY, _RANGE, "group", "reference"))
        .otherwise(pl.format(_NARROW, _RANGE))
    )


def _crude(crude: str) -> pl.Expr:
    apart = (pl.col(crude) - 1) * (pl.col("ratio") - 1) < 0
    return pl.when(apart.fill_null(value=False)).then(pl.format(_CRUDE, _two_places(crude))).otherwise(pl.lit(""))


def _capital(name: str) -> pl.Expr:
    return pl.col(name).str.slice(0, 1).str.to_uppercase() + pl.col(name).str.slice(1)


def _quoted(name: str) -> pl.Expr:
    return pl.lit("“") + pl.col(name) + pl.lit("”")


def _range() -> pl.Expr:
    high = pl.when(pl.col("high").is_infinite()).then(pl.lit("no upper limit")).otherwise(_two_places("high"))
    return _two_places("low") + pl.lit("–") + high


def _two_places(column: str) -> pl.Expr:
    hundredths = (pl.col(column).clip(0, 1e9) * 100).round().cast(pl.Int64)
    return pl.format("{}.{}", hundredths // 100, (hundredths % 100).cast(pl.String).str.zfill(2))
