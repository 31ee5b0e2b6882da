"""Facts -> how far cases get at each stage within 30, 90 and 180 days, safe to show.

Shares are those of Aalen and Johansen, in steps so wide that one case changes none by more than a fifth of one. They
are told where the numbers that ended so, and those that did not, may be told.
"""

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from analytics.disclosure import Released, Rule, release_linked
from analytics.disclosure.linked import FIGURE, Split, hidden_cells, longer
from analytics.flow.stages import ENDS, LEFT, OPEN, PROGRESSED, TURNED_DOWN, WITHDREW, followed, where_they_are
from analytics.frames import Facts
from analytics.released.pipelines.cases import ALL, BANDS, MAY_END, STAGES, SYSTEM, UNMAPPED, cases
from analytics.released.pipelines.precision import PRECISE, precision
from analytics.released.steps import FEWEST, NEAREST, in_steps, step_of
from analytics.retention.at_risk import CENSORED, ENTERED, TIME
from analytics.retention.curves import kaplan_meier, median

DAYS: Final = (30, 90, 180)
CASES, ENDED, REST = "cases", "ended", "rest"
OTHERWISE: Final = (TURNED_DOWN, WITHDREW, LEFT)
GAVE_UP: Final = "gave_up"  # withdrew, or left the system
UNIT: Final = ["organisation", "focus", "stage"]
_KEYS: Final = [*UNIT, "days"]
_FIGURES: Final = (PROGRESSED, ENDED, REST, GAVE_UP, *OTHERWISE)
FIGURES: Final = [CASES, *(f"{name}_{days}" for days in DAYS for name in _FIGURES)]
# What stands for all the counts that shares rest on: who progressed and who ended otherwise; who waits; who was turned
# down and who gave up; and of those, who withdrew and who left.
_RESTS_ON: Final = {
    "whole": (CASES, PROGRESSED, ENDED),
    "waiting": (CASES, PROGRESSED, ENDED, REST),
    "each": (CASES, PROGRESSED, ENDED, TURNED_DOWN, GAVE_UP),
    "apart": (CASES, PROGRESSED, ENDED, TURNED_DOWN, GAVE_UP, WITHDREW, LEFT),
}
_TOLD: Final = {
    **dict.fromkeys((PROGRESSED, "low", "high"), "whole"),
    **dict.fromkeys((TURNED_DOWN, WITHDREW), "each"),
    LEFT: "apart",
    ENDED: "whole",
    OPEN: "waiting",
}


def conversion_report(facts: Facts, on: date, rule: Rule) -> Released:
    """One row an organisation, focus, stage and number of days: see `report.pipelines_report`. Without cases, none."""
    table = risk_table(cases(facts, on), on)
    counts = counted(table)
    hidden = hidden_counts(counts, rule)
    rows = pl.concat(_of_days(counts, hidden, days) for days in DAYS).sort("at", "days")
    rows = _with_shares(rows.join(_curves(table), on=_KEYS, how="left", maintain_order="left"))
    counts = (CASES, *_RESTS_ON)
    return release_linked(
        rows,
        keys=_KEYS,
        counts=counts,
        splits=[],
        rule=rule,
        middles={name: ((on,), NEAREST) for name, on in _TOLD.items()} | {"median_days": (("whole",), rule.base)},
        withheld_first={name: rows.get_column(f"{name}_hidden").to_numpy() for name in counts},
        told=[CASES],
    )


def risk_table(found: pl.DataFrame, on: date) -> pl.DataFrame:
    """The at-risk table of cases, for every organisation ("" is the system) and focus: "all", "source:...", and of the
    system "staff_group:..." and "level:..."."""
    if found.is_empty():
        counts = dict.fromkeys((ENTERED, CENSORED, *ENDS), pl.Int64)
        return pl.DataFrame(schema={**dict.fromkeys(UNIT, pl.String), TIME: pl.Int32, **counts})
    here = followed(found, on, ("organisation", "source", "stage"))
    parts = [_named(one, focus) for one in (here, here.with_columns(organisation=pl.lit(SYSTEM))) for focus in _LOCAL]
    for column, focus in _WAYS.items():
        table = followed(found, on, (column, "stage")).with_columns(organisation=pl.lit(SYSTEM))
        parts.append(_named(table, focus))
    added = pl.concat(parts).group_by(*UNIT, TIME).agg(pl.col(ENTERED, CENSORED, *ENDS).cast(pl.Int64).sum())
    return added.sort(*UNIT, TIME)


_LOCAL: Final = (pl.lit(ALL), pl.format("source:{}", pl.col("source").cast(pl.String)))
_WAYS: Final = {
    "staff_group": pl.format("staff_group:{}", pl.col("staff_group").cast(pl.String)),
    "band": pl.format("level:{}", "band"),
}


def _named(table: pl.DataFrame, focus: pl.Expr) -> pl.DataFrame:
    texts = pl.col("organisation", "stage").cast(pl.String)
    return table.select(texts, focus.alias("focus"), TIME, ENTERED, CENSORED, *ENDS).select(
        *UNIT, TIME, ENTERED, CENSORED, *ENDS
    )


def counted(table: pl.DataFrame) -> pl.DataFrame:
    """One row for every unit that could be, and FIGURES: cases, and how many had progressed, ended otherwise (and how)
    or neither after so many days; null where a stage cannot end so."""
    gone = {f"{end}_{days}": pl.col(end).filter(pl.col(TIME) <= days).sum() for days in DAYS for end in ENDS}
    found = table.group_by(UNIT).agg(pl.col(ENTERED).sum().alias(CASES), **gone)
    rows = (
        _grid(table).join(found, on=UNIT, how="left", maintain_order="left").with_columns(pl.exclude(UNIT).fill_null(0))
    )
    ended = {f"{ENDED}_{days}": pl.sum_horizontal(f"{end}_{days}" for end in OTHERWISE) for days in DAYS}
    ended |= {f"{GAVE_UP}_{days}": pl.col(f"{WITHDREW}_{days}") + pl.col(f"{LEFT}_{days}") for days in DAYS}
    rows = rows.with_columns(**ended)
    rest = {
        f"{REST}_{days}": pl.col(CASES) - pl.col(f"{PROGRESSED}_{days}") - pl.col(f"{ENDED}_{days}") for days in DAYS
    }
    there = {f"{end}_{days}": pl.when(_can_be(end)).then(f"{end}_{days}") for days in DAYS for end in OTHERWISE}
    return rows.with_columns(**rest).with_columns(**there)


def _can_be(end: str) -> pl.Expr:
    return pl.col("stage").is_in([stage for stage, may in MAY_END.items() if end in may])


def _grid(table: pl.DataFrame) -> pl.DataFrame:
    """Every organisation's units and the system's, whether or not there are cases there; a source has the stages that
    it has in the system."""
    sources = table.filter(pl.col("focus").str.starts_with("source:")).select("focus", "stage").unique().rows()
    local = [*((ALL, stage) for stage in STAGES), *sorted(sources, key=lambda one: (one[0], STAGES.index(one[1])))]
    groups = sorted(focus for focus in table.get_column("focus").unique() if focus.startswith("staff_group:"))
    divided = [*groups, *(f"level:{band}" for band in (*BANDS, UNMAPPED))]
    whole = [*local, *((focus, stage) for focus in divided for stage in STAGES)]
    places = sorted(set(table.get_column("organisation")) - {SYSTEM})
    rows = [*((SYSTEM, *one) for one in whole), *((code, *one) for code in places for one in local)]
    return pl.DataFrame(rows if table.height else [], schema=dict.fromkeys(UNIT, pl.String), orient="row")


def splits(counts: pl.DataFrame) -> list[Split]:
    """What adds up to what."""
    focuses = counts.get_column("focus").unique().sort().to_list()
    ways = [tuple(one for one in focuses if one.startswith(f"{way}:")) for way in ("source", "staff_group", "level")]
    return [
        Split("organisation", SYSTEM),
        *(Split("focus", ALL, parts) for parts in ways if parts),
        # How few wait still is told by nothing: it needs no other number withheld for its sake.
        *(Split(FIGURE, CASES, _of(days, PROGRESSED, ENDED, REST), alone=True) for days in DAYS),
        *(Split(FIGURE, f"{ENDED}_{days}", _of(days, TURNED_DOWN, GAVE_UP)) for days in DAYS),
        *(Split(FIGURE, f"{GAVE_UP}_{days}", _of(days, WITHDREW, LEFT)) for days in DAYS),
    ]


def _of(days: int, *names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{days}" for name in names)


def hidden_counts(counts: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """Whether each of FIGURES is withheld, in the rows of `counts`; false where there is no such count."""
    if counts.is_empty():
        return counts
    long = longer(counts, UNIT, FIGURES)
    mask = hidden_cells(long, UNIT, splits(counts), rule.rounding)
    wide = long.with_columns(n=pl.Series(mask)).pivot(FIGURE, index=UNIT, values="n")
    found = counts.select(UNIT).join(wide, on=UNIT, how="left", maintain_order="left")
    return found.with_columns(pl.col(FIGURES).fill_null(value=False))


def _of_days(counts: pl.DataFrame, hidden: pl.DataFrame, days: int) -> pl.DataFrame:
    gone = {name: hidden.get_column(f"{name}_{days}").cast(pl.Boolean) for name in _FIGURES}
    gone[CASES] = hidden.get_column(CASES).cast(pl.Boolean)
    masks = {of: pl.any_horizontal(gone[name] for name in names) for of, names in _RESTS_ON.items()}
    return counts.select(
        *UNIT,
        CASES,
        pl.int_range(pl.len()).alias("at"),
        pl.lit(days, dtype=pl.Int64).alias("days"),
        gone[CASES].alias(f"{CASES}_hidden"),
        *(pl.col(CASES).alias(of) for of in _RESTS_ON),
        *(mask.alias(f"{of}_hidden") for of, mask in masks.items()),
    )


def _curves(table: pl.DataFrame) -> pl.DataFrame:
    """Of each unit and number of days the share of each state, the range of who progressed, how exact they are, and the
    median number of days until a case was open no longer."""
    if table.is_empty():
        shares = dict.fromkeys((*ENDS, OPEN, "low", "high"), pl.Float64)
        keys = dict.fromkeys(UNIT, pl.String) | {"days": pl.Int64}
        return pl.DataFrame(schema=keys | shares | {PRECISE: pl.Int64, "median_days": pl.Int64})
    found = where_they_are(table, DAYS).rename({TIME: "days"}).with_columns(pl.col("days").cast(pl.Int64))
    wide = found.pivot("state", index=_KEYS, values="share")
    spread = found.filter(state=PROGRESSED).select(*_KEYS, "low", "high")
    half = median(kaplan_meier(table)).select(*UNIT, median_days="median")
    exact = precision(table, UNIT, DAYS)
    return wide.join(spread, on=_KEYS, how="left").join(exact, on=_KEYS, how="left").join(half, on=UNIT, how="left")


def _with_shares(rows: pl.DataFrame) -> pl.DataFrame:
    """Shares in steps, withheld where they would be too exact: `withdrew` with those who left, who are told apart too
    where they may be."""
    each = ~rows.get_column("each_hidden").to_numpy()
    share = {name: rows.get_column(name).cast(pl.Float64).to_numpy() for name in (*ENDS, OPEN)}
    gave_up = share[WITHDREW] + share[LEFT]
    parts = {PROGRESSED: share[PROGRESSED], TURNED_DOWN: np.where(each, share[TURNED_DOWN], 0.0)}
    parts |= {WITHDREW: np.where(each, gave_up, 0.0), ENDED: np.where(each, 0.0, gave_up + share[TURNED_DOWN])}
    ends = {name: rows.get_column(name).cast(pl.Float64).to_numpy() for name in ("low", "high")}
    precise = rows.get_column(PRECISE).fill_null(0)
    step = step_of(precise.cast(pl.Float64).to_numpy())
    found = in_steps(step, parts | {OPEN: share[OPEN]}, ends)
    found[ENDED] = (found[ENDED] + found[TURNED_DOWN] + found[WITHDREW]).alias(ENDED)
    found[LEFT] = in_steps(step, {LEFT: share[LEFT], "": 1 - share[LEFT]}, {})[LEFT]
    exact = precise < FEWEST
    return rows.with_columns(found.values()).with_columns(
        *(pl.when(_can_be(end)).then(end).alias(end) for end in (TURNED_DOWN, LEFT)),
        *(pl.col(f"{name}_hidden") | exact for name in _RESTS_ON),
    )
