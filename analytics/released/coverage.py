"""Facts -> who has had a career conversation, and what came of it; and the same figures after disclosure control.

Counted are people who were employed on the day and a year before it, in the same organisation (for the whole system:
that of their main post, so that the few who moved within it are not the difference of its figures and its parts').
Those who came in between are counted apart. A conversation counts when it was held in the twelve months up to the day,
anywhere in the system, and the person had agreed its record by the day.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from analytics.cells import main_posts
from analytics.coded import years_before
from analytics.disclosure import DEFAULT, Rates, Released, Rule, release_linked
from analytics.disclosure.linked import Split
from analytics.errors import CellsError
from analytics.frames import CHARACTERISTICS, GROUPS, LEVELS, NON_ANSWERS, Facts
from analytics.retention.curves import kaplan_meier, median

METHOD_VERSION: Final = "coverage-2"
SYSTEM: Final = ""
EMPLOYED: Final = ("person", "organisation")
ALL, NEW, UNANSWERED, UNMAPPED = "all", "new", "unanswered", "unmapped"
REASONS: Final = ("new_in_post", "away", "no_facilitator", "chose_not_to", "leaving_soon")
NOT_SAID: Final = "not_said"
WHY: Final = tuple(f"why_{reason}" for reason in (*REASONS, NOT_SAID))
COUNTS: Final = ("eligible", "agreed", "none", "dated", "undated", *WHY)
STEPS: Final = ("done_early", "done_later", "open")
EARLY: Final = 90
_KEYS: Final = ["organisation", "slice"]
_RATES: Final = Rates(
    fractions={"share": ("agreed", "eligible"), "undated_share": ("undated", "eligible")},
    intervals={("low", "high"): ("agreed", "eligible")},
    beside={},
)
_PLAN_RATES: Final = Rates(
    fractions={"share": ("done_early", "plans")}, intervals={("low", "high"): ("done_early", "plans")}, beside={}
)


def coverage_report(facts: Facts, at: date, rule: Rule = DEFAULT) -> Released:
    """Who has had a conversation in the twelve months up to `at`, safe to show.

    One row for each organisation ("" is the whole system) and slice: "all", "new" (came within the year; in no other
    slice), "level:1" to "level:9" and "level:unmapped", "staff_group:...", and for the system "ethnicity:white" and so
    on with "...:unanswered". Columns: eligible people, of whom agreed had a conversation and none had not; share with
    its Wilson interval low and high; dated and undated: with and without a day set for the next one; undated_share; and
    on "all" rows why_...: how many of none gave each reason, or none. reason: why something is withheld.
    """
    return coverage_release(coverage_cells(facts, at), rule)


def coverage_cells(facts: Facts, at: date) -> pl.DataFrame:
    """The true counts: organisation, slice and COUNTS, a row wherever somebody stands. Additive over partitions that
    keep each person whole."""
    people = pl.concat([_placed(facts, at, holder) for holder in (("person",), ("person", "organisation"))])
    long = people.unpivot(
        index=["organisation", "since_before", *COUNTS[1:]],
        on=[column for column in people.columns if column.startswith("slice_")],
        value_name="slice",
    ).drop_nulls("slice")
    counted = long.group_by(_KEYS).agg(pl.len().cast(pl.Int64).alias("eligible"), pl.col(COUNTS[1:]).sum())
    return counted.sort(_KEYS)


def add(*cells: pl.DataFrame) -> pl.DataFrame:
    """The cells of a union from the cells of its parts."""
    return pl.concat(cells).group_by(_KEYS).agg(pl.col(COUNTS).sum()).sort(_KEYS)


def coverage_release(cells: pl.DataFrame, rule: Rule = DEFAULT) -> Released:
    """The same from cells. Raises CellsError where they lack a count."""
    if missing := {*_KEYS, *COUNTS} - set(cells.columns):
        raise CellsError(f"cells lack the column {min(missing)}")
    slices = _slices(cells)
    every = _every_row(cells, slices).join(cells, on=_KEYS, how="left", maintain_order="left")
    every = every.with_columns(pl.col(COUNTS).fill_null(0))
    every = every.with_columns(pl.when(pl.col("slice") == ALL).then(pl.col(WHY)).name.keep())
    return release_linked(every, keys=_KEYS, counts=COUNTS, splits=_splits(slices), rule=rule, rates=_RATES)


def follow_up_report(facts: Facts, at: date, rule: Rule = DEFAULT) -> Released:
    """What came of the plans that people agreed, safe to show: one row an organisation ("" is the system).

    plans: people with a plan from a conversation held between 15 and 3 months before `at`, so that each could be
    followed for 90 days at least (of several, the first). done_early: those with an action done within 90 days of the
    conversation; done_later: after that, by the day; open: none yet. share: done_early of plans, with its Wilson
    interval. median: days until half had a first action done (Kaplan and Meier; those with none yet are followed to the
    day), with its range; to the nearest 5 days, null where fewer than half have one, or where it cannot be shown.
    """
    plans = _first_plans(facts, at)
    organisations = main_posts(facts, at).get_column("organisation").unique().sort().to_list()
    shown = pl.DataFrame({"organisation": [SYSTEM, *organisations]}, schema={"organisation": pl.String})
    followed = _followed(pl.concat([plans.with_columns(organisation=pl.lit(SYSTEM)), plans]))
    return release_linked(
        shown.join(followed, on="organisation", how="left", maintain_order="left").with_columns(
            pl.col("plans", *STEPS).fill_null(0)
        ),
        keys=["organisation"],
        counts=["plans", *STEPS],
        splits=[Split("organisation", SYSTEM), Split("figure", "plans", STEPS)],
        rule=rule,
        rates=_PLAN_RATES,
        middles=dict.fromkeys(_MEDIANS, (("plans", "done_early", "open"), rule.base)),
    )


_MEDIANS: Final = ("median", "median_low", "median_high")


def _placed(facts: Facts, at: date, holder: Sequence[str]) -> pl.DataFrame:
    """One row a holder: where they stand, which slices they are in, and whether each count counts them (1 or 0)."""
    posts = main_posts(facts, at, holder)
    organisation = pl.col("organisation") if "organisation" in holder else pl.lit(SYSTEM)
    before = main_posts(facts, years_before(at), EMPLOYED).select(*EMPLOYED, since_before=pl.lit(1))
    posts = posts.join(before, on=[*EMPLOYED], how="left").join(_agreed(facts, at), on="person", how="left")
    posts = posts.join(_dated(facts, at), on="person", how="left")
    posts = _with_reasons(posts, facts, at)
    posts = posts.join(facts.people.collect(), on="person", how="left", maintain_order="left")
    system_only = () if "organisation" in holder else CHARACTERISTICS
    return posts.select(
        organisation.cast(pl.String).alias("organisation"), "since_before", *_sliced(system_only), *_flags()
    )


def _sliced(characteristics: Sequence[str]) -> list[pl.Expr]:
    stayed = pl.col("since_before").is_not_null()
    level = pl.format("level:{}", pl.col("level").cast(pl.String).fill_null(UNMAPPED))
    groups = {
        c: pl.format(
            "{}:{}", pl.lit(c), pl.when(_unanswered(c)).then(pl.lit(UNANSWERED)).otherwise(pl.col(c).cast(pl.String))
        )
        for c in CHARACTERISTICS
    }
    return [
        pl.when(stayed).then(pl.lit(ALL)).otherwise(pl.lit(NEW)).alias("slice_all"),
        pl.when(stayed).then(level).alias("slice_level"),
        pl.when(stayed).then(pl.format("staff_group:{}", pl.col("staff_group"))).alias("slice_staff_group"),
        *(
            pl.when(stayed & pl.lit(c in characteristics)).then(group).cast(pl.String).alias(f"slice_{c}")
            for c, group in groups.items()
        ),
    ]


def _unanswered(characteristic: str) -> pl.Expr:
    return pl.col(characteristic).cast(pl.String).is_in(NON_ANSWERS)


def _flags() -> list[pl.Expr]:
    agreed, dated = pl.col("agreed").is_not_null(), pl.col("dated").is_not_null()
    said = pl.col("why").fill_null(NOT_SAID)
    flags = {"agreed": agreed, "none": ~agreed, "dated": dated, "undated": ~dated}
    flags |= {f"why_{reason}": ~agreed & (said == reason) for reason in (*REASONS, NOT_SAID)}
    return [flag.cast(pl.Int64).alias(name) for name, flag in flags.items()]


def _agreed(facts: Facts, at: date) -> pl.DataFrame:
    """People with a conversation held in the year up to the day, and agreed by then."""
    if facts.events is None:
        return pl.DataFrame(schema={"person": pl.UInt64, "agreed": pl.Int32})
    held = facts.events.filter(
        pl.col("stage") == "conversation",
        pl.col("opened_on") > years_before(at),
        pl.col("opened_on") <= at,
        pl.col("closed_on") <= at,
    )
    return held.select("person", agreed=pl.lit(1)).unique().collect(engine="streaming")


def _dated(facts: Facts, at: date) -> pl.DataFrame:
    """People whose last agreed conversation set a day for the next one, still to come on the day."""
    if facts.dues is None:
        return pl.DataFrame(schema={"person": pl.UInt64, "dated": pl.Int32})
    return facts.dues.filter(pl.col("due_on") >= at).select("person", dated=pl.lit(1)).unique().collect()


def _with_reasons(posts: pl.DataFrame, facts: Facts, at: date) -> pl.DataFrame:
    """The reason given by the employer of the main post, if it was given within the year up to the day."""
    if facts.reasons is None:
        return posts.with_columns(why=pl.lit(None, dtype=pl.String))
    given = facts.reasons.filter(
        pl.col("given_on") > years_before(at), pl.col("given_on") <= at, pl.col("reason").is_in(REASONS)
    ).select("person", "organisation", why="reason")
    return posts.with_columns(pl.col("organisation").cast(pl.String)).join(
        given.unique(["person", "organisation"], keep="any").collect(), on=["person", "organisation"], how="left"
    )


def _splits(slices: Mapping[str, tuple[str, ...]]) -> list[Split]:
    """What adds up to what, of everything that one release shows."""
    return [
        Split("organisation", SYSTEM),
        *(Split("slice", ALL, parts) for name, parts in slices.items() if name),
        Split("figure", "eligible", ("agreed", "none")),
        Split("figure", "eligible", ("dated", "undated")),
        Split("figure", "none", WHY),
    ]


def _slices(cells: pl.DataFrame) -> Mapping[str, tuple[str, ...]]:
    """The slices of each way to divide people; "" has those that are in none."""
    seen = cells.get_column("slice").unique().sort()
    divided = {
        "": (ALL, NEW),
        "level": tuple(f"level:{level}" for level in (*LEVELS, UNMAPPED)),
        "staff_group": tuple(seen.filter(seen.str.starts_with("staff_group:"))),
    }
    return divided | {c: tuple(f"{c}:{group}" for group in (*groups, UNANSWERED)) for c, groups in GROUPS.items()}


def _every_row(cells: pl.DataFrame, slices: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    """Every organisation's rows and the system's, whether or not anybody stands there."""
    codes = [SYSTEM, *sorted(set(cells.get_column("organisation")) - {SYSTEM})]
    local = [one for name, parts in slices.items() if name not in CHARACTERISTICS for one in parts]
    groups = [one for name, parts in slices.items() if name in CHARACTERISTICS for one in parts]
    rows = [(code, one) for code in codes for one in (*local, *(groups if code == SYSTEM else ()))]
    return pl.DataFrame(rows, schema=dict.fromkeys(_KEYS, pl.String), orient="row")


def _first_plans(facts: Facts, at: date) -> pl.DataFrame:
    """One row a person: organisation, wait in days from the conversation, and whether it ended with an action done."""
    if facts.plans is None:
        return pl.DataFrame(
            schema={"person": pl.UInt64, "organisation": pl.String, "wait": pl.Int64, "done": pl.Boolean}
        )
    last = at - timedelta(days=EARLY)
    done_on = pl.col("closed_on").filter(pl.col("state") == "done", pl.col("closed_on") <= at).min()
    held = facts.plans.filter(pl.col("held_on") > years_before(last), pl.col("held_on") <= last)
    first = (
        held.group_by("person", "organisation", "held_on")
        .agg(done_on=done_on)
        .sort("person", "held_on", "organisation")
    )
    wait = (pl.col("done_on").fill_null(at) - pl.col("held_on")).dt.total_days().clip(0)
    return (
        first.unique("person", keep="first", maintain_order=True)
        .select("person", pl.col("organisation").cast(pl.String), wait=wait, done=pl.col("done_on").is_not_null())
        .collect()
    )


def _followed(plans: pl.DataFrame) -> pl.DataFrame:
    """One row an organisation: its plans by step, and the median wait with its range."""
    done, early = pl.col("done"), pl.col("wait") <= EARLY
    steps = {"plans": pl.len(), "done_early": (done & early).sum(), "done_later": (done & ~early).sum()}
    counted = plans.group_by("organisation").agg(open=(~done).sum(), **steps)
    half = median(kaplan_meier(plans.get_column("wait"), plans.get_column("done"), plans.get_column("organisation")))
    half = half.rename({"low": "median_low", "high": "median_high"})
    both = counted.join(half, on="organisation")
    return both.select("organisation", pl.col("plans", *STEPS, *_MEDIANS).cast(pl.Int64))
