"""Facts -> where to look first: in which groups something that was due to people was not done, beside the same
elsewhere and beside whether more people left there than expected; after disclosure control.

Counted are the people of the report on conversations (`coverage`): employed on the day and a year before it, in the
same organisation, in the staff group of their main post. Nobody is scored and
nothing is predicted: a driver is a fact about what was recorded, and a group has ten people or more.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from analytics.cells import main_posts
from analytics.coded import years_before
from analytics.disclosure import DEFAULT, Rates, Released, Rule, release_linked
from analytics.disclosure.protection import Mask, lines_along, lines_within, withheld
from analytics.errors import CellsError
from analytics.frames import DRIVERS, Facts
from analytics.released.coverage import EMPLOYED

METHOD_VERSION: Final = "attention-2"
SYSTEM, ALL = "", "all"
NO_CONVERSATION: Final = "no_conversation"
ORDER: Final = (NO_CONVERSATION, *DRIVERS)
FEWEST: Final = 10  # people in a group, whatever floor a rule allows
RAISED: Final = ("state", "o_e", "o_e_low", "o_e_high")
_UNIT: Final = ("organisation", "focus")
_COUNTS: Final = ("people", "others", "of", "rest_people", "rest_of")
_RATES: Final = Rates(
    fractions={"share": ("people", "of"), "rest_share": ("rest_people", "rest_of")},
    intervals={("low", "high"): ("people", "of")},
    beside={},
    ratios={("ratio", "ratio_low", "ratio_high"): ("people", "of", "rest_people", "rest_of")},
)
_EXPECTED: Final = {"state": "state", "o_e": "o_e", "o_e_low": "low", "o_e_high": "high"}


def attention_report(
    facts: Facts, on: date, coverage: Released, expected: pl.DataFrame | None = None, rule: Rule = DEFAULT
) -> Released:
    """How many people of each group each driver applies to on the day, safe to show.

    One row for each organisation ("" is the whole system), focus ("all" or a staff group) and driver of ORDER (where a
    snapshot has no needs, the first alone). people of `of` people in the group, others the rest; share with its Wilson
    interval low and high; system_share, the same focus in the whole system; rest_people of rest_of, the same focus
    outside this organisation (of the system's staff groups: all other staff), and the ratio of the two shares with
    ratio_low and ratio_high (Koopman). state, o_e, o_e_low, o_e_high: whether more people left this group than
    expected, as `expected` has it. reason: why something is withheld. Everything stands on rounded counts.

    coverage: `coverage.coverage_report` of the same facts, day and rule: how many had no conversation, and how many
    people there are, is withheld here where it is withheld there, and nowhere else. expected: rows of a released
    retention report, with organisation, focus, o_e, low, high and state. Raises CellsError where one lacks a column.
    """
    covered = _covered(coverage.frame)
    cells = covered.select(*_UNIT).join(attention_cells(facts, on), on=_UNIT, how="left", maintain_order="left")
    cells = cells.with_columns(pl.exclude(_UNIT).fill_null(0))
    talks = covered.select(*_UNIT, "of", driver=pl.lit(NO_CONVERSATION), people="none", others="agreed")
    drivers = DRIVERS if facts.needs is not None else ()
    rows = [talks, *(_protected(cells, driver, covered.get_column("of"), rule) for driver in drivers)]
    every = _beside_others(pl.concat(row.select(*_UNIT, "driver", "people", "others", "of") for row in rows), rule)
    every = _with_expected(_in_order(every), expected)
    return release_linked(
        # What is withheld already is a nought, and withheld like one.
        every.with_columns(pl.col("people", "others", "of").fill_null(0)),
        keys=[*_UNIT, "driver"],
        counts=_COUNTS,
        splits=[],
        rule=rule,
        rates=_RATES,
        codes=dict.fromkeys(("system_share", *RAISED), ("of",)),
    )


def attention_cells(facts: Facts, on: date) -> pl.DataFrame:
    """The true counts: organisation, focus, of and a column for each of DRIVERS, a row wherever somebody stands.
    Additive over partitions that keep each person whole."""
    people = pl.concat([_placed(facts, on, holder) for holder in (("person",), ("person", "organisation"))])
    wide = people.with_columns(pl.lit(ALL).alias(ALL)).unpivot(
        index=["organisation", *DRIVERS], on=[ALL, "staff_group"], value_name="focus"
    )
    counted = wide.group_by(_UNIT).agg(pl.len().cast(pl.Int64).alias("of"), pl.col(DRIVERS).sum().cast(pl.Int64))
    return counted.sort(_UNIT)


def add(*cells: pl.DataFrame) -> pl.DataFrame:
    """The cells of a union from the cells of its parts."""
    return pl.concat(cells).group_by(_UNIT).agg(pl.exclude(_UNIT).sum()).sort(_UNIT)


def _placed(facts: Facts, on: date, holder: Sequence[str]) -> pl.DataFrame:
    """One row a holder employed for the year: organisation, staff_group, and whether each driver applies (1 or 0)."""
    before = main_posts(facts, years_before(on), EMPLOYED).select(EMPLOYED)
    posts = main_posts(facts, on, holder).select("person", pl.col("organisation", "staff_group").cast(pl.String))
    stayed = posts.join(_as_text(before), on=[*EMPLOYED], how="semi")
    placed = stayed.join(_needs(facts, on, holder), on=[*holder], how="left")
    own = pl.col("organisation") if "organisation" in holder else pl.lit(SYSTEM)
    return placed.select(own.alias("organisation"), "staff_group", pl.col(DRIVERS).fill_null(0))


def _needs(facts: Facts, on: date, holder: Sequence[str]) -> pl.DataFrame:
    """One row a holder with a need of any kind that holds on the day."""
    if facts.needs is None:
        schema = {"person": pl.UInt64, "organisation": pl.String}
        return pl.DataFrame(schema={key: schema[key] for key in holder} | dict.fromkeys(DRIVERS, pl.Int64))
    since = facts.needs.filter(pl.col("since") <= on).group_by(holder)
    has = since.agg((pl.col("driver") == driver).any().cast(pl.Int64).alias(driver) for driver in DRIVERS)
    return _as_text(has.collect(engine="streaming"))


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col("organisation").cast(pl.String)) if "organisation" in frame.columns else frame


def _covered(shown: pl.DataFrame) -> pl.DataFrame:
    """What the report on conversations shows of everybody and each staff group: _UNIT, of, agreed, none."""
    if missing := {"organisation", "slice", "eligible", "agreed", "none"} - set(shown.columns):
        raise CellsError(f"coverage lacks the column {min(missing)}")
    kind = pl.col("slice").str.strip_prefix("staff_group:")
    wanted = shown.filter((pl.col("slice") == ALL) | (kind != pl.col("slice")))
    few = pl.col("eligible") < FEWEST
    counts = {name: pl.when(~few).then(of) for name, of in (("of", "eligible"), ("agreed", "agreed"), ("none", "none"))}
    return wanted.select("organisation", kind.alias("focus"), **counts)


def _protected(cells: pl.DataFrame, driver: str, of: pl.Series, rule: Rule) -> pl.DataFrame:
    """The driver's counts as they may be shown, null where withheld, beside the `of` that is shown of each group."""
    long = _halves(cells, driver)
    gone = of.is_null()
    hidden = pl.concat([gone, gone]).to_numpy()
    mask = _hidden(long, hidden, rule)
    shown = pl.Series(rule.rounding.rounded(long.get_column("n").to_numpy()))
    told = pl.select(pl.when(~pl.Series(mask)).then(shown)).to_series()
    half = cells.height
    return cells.select(_UNIT).with_columns(
        pl.lit(driver).alias("driver"), told[:half].alias("people"), told[half:].alias("others"), of.alias("of")
    )


def _halves(cells: pl.DataFrame, driver: str) -> pl.DataFrame:
    """Those to whom it applies, then those to whom it does not: organisation, focus, half, n, of."""
    n = {"people": pl.col(driver), "others": pl.col("of") - pl.col(driver)}
    return pl.concat(
        cells.select(*_UNIT, pl.lit(half).alias("half"), count.alias("n"), "of") for half, count in n.items()
    )


def _hidden(long: pl.DataFrame, gone: Mask, rule: Rule) -> Mask:
    """What to withhold so that no small count comes back: along organisations, along staff groups, and from the people
    in the group, whose number the reader knows from the report on conversations."""
    keys = [*_UNIT, "half"]
    lines = [
        lines_along(long, "n", "organisation", keys, SYSTEM, nearly="organisation" in rule.insiders),
        lines_along(long, "n", "focus", keys, ALL),
        lines_within(long, "n", [*_UNIT], "of", gone, rule.rounding),
    ]
    return withheld(long.get_column("n").to_numpy(), gone, lines, rule.rounding)


def _beside_others(rows: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """Each row with the system's share and with everybody else of its focus: the system less this organisation, or of
    the system's own rows, all its staff less this staff group. Worked out from what is shown alone."""
    whole = rows.filter(pl.col("organisation") == SYSTEM)
    same = whole.select("focus", "driver", same_people="people", same_of="of")
    everybody = whole.filter(pl.col("focus") == ALL).select("driver", all_people="people", all_of="of")
    joined = rows.join(same, on=["focus", "driver"], how="left", maintain_order="left")
    joined = joined.join(everybody, on="driver", how="left", maintain_order="left")
    own = pl.col("organisation") == SYSTEM
    rest = {
        name: pl.when(own).then(pl.col(f"all_{name}")).otherwise(pl.col(f"same_{name}")) - pl.col(name)
        for name in ("people", "of")
    }
    known = rest["people"].is_between(max(rule.floor, FEWEST), rest["of"])
    others = {f"rest_{name}": pl.when(known).then(count) for name, count in rest.items()}
    return joined.select(rows.columns, system_share=pl.col("same_people") / pl.col("same_of"), **others)


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.sort("organisation", pl.col("focus") != ALL, "focus", pl.col("driver").cast(pl.Enum(ORDER)))


def _with_expected(rows: pl.DataFrame, expected: pl.DataFrame | None) -> pl.DataFrame:
    if expected is None:
        nothing = (pl.lit(None, dtype=pl.String if name == "state" else pl.Float64).alias(name) for name in RAISED)
        return rows.with_columns(nothing)
    if missing := {*_UNIT, *_EXPECTED.values()} - set(expected.columns):
        raise CellsError(f"expected lacks the column {min(missing)}")
    told = expected.select(pl.col(_UNIT).cast(pl.String), **{name: pl.col(of) for name, of in _EXPECTED.items()})
    told = told.with_columns(pl.col("state").cast(pl.String))
    return rows.join(told, on=_UNIT, how="left", maintain_order="left")
