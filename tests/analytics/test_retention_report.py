"""The retention release: true counts that add up, safe figures, and what is planted found."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analytics.coded import years_before
from analytics.disclosure import DEFAULT, Rule
from analytics.frames import Facts
from analytics.released.representation import representation_report
from analytics.released.retention import raised, stacked
from analytics.released.retention.counted import ALL, framed
from analytics.released.retention.report import retention_report
from analytics.released.retention.risen import risen
from analytics.released.retention.tables import COUNTS, LEAVING, SHOWN, Counted
from analytics.retention import CAUSES, count, kaplan_meier, stack, time_to_exit
from analytics.synthetic import make
from tests.analytics.attacker import bounds_of_linked
from tests.analytics.builders import some_facts
from tests.analytics.seen import KEYS, ON, Seen, counted, seen

DAY = timedelta(1)
BEFORE = years_before(ON)
STAGES = ("stayed", "moved", "left", "retired", "other")


@pytest.fixture(scope="module")
def release() -> Seen:
    return seen(900, 3, 11)


@pytest.fixture(scope="module")
def larger() -> Seen:
    return seen(15_000, 12, 2)


def rows(made: Counted) -> pl.DataFrame:
    return framed(made.counter, {name: made.heads[name] for name in COUNTS})


def of_posts(*posts: dict[str, Any]) -> dict[str, dict[str, int]]:
    """What is counted of everybody in each organisation, of one person a post unless told."""
    numbered = [{"person": at, **post} for at, post in enumerate(posts, start=1)]
    facts = some_facts([{} for _ in range(max(post["person"] for post in numbered))], numbered)
    found = rows(counted(facts)).filter(slice=ALL).drop("slice")
    return {
        row["organisation"]: {k: v for k, v in row.items() if v and k != "organisation"} for row in found.to_dicts()
    }


@pytest.mark.parametrize(
    ("post", "found"),
    [
        ({}, {"opening": 1, "closing": 1, "stayed": 1, "in_system": 1}),
        ({"started": BEFORE + DAY}, {"closing": 1, "joined": 1}),
        ({"started": ON + DAY}, {}),
        ({"ended": BEFORE - DAY}, {}),
        ({"ended": BEFORE}, {"opening": 1, "left": 1, "leavers": 1, "exits": 1, "lost": 1, "away": 1}),
        ({"ended": ON}, {"opening": 1, "closing": 1, "stayed": 1, "in_system": 1}),
        (
            {"ended": ON - DAY, "end_reason": "retirement"},
            {"opening": 1, "retired": 1, "leavers": 1, "exits": 1, "lost": 1, "away": 1},
        ),
        ({"started": BEFORE + DAY, "ended": ON - DAY, "end_reason": "dismissal"},
         {"joined": 1, "other": 1, "leavers": 1, "exits": 1}),
        ({"kind": "secondment"}, {}),
    ],
    ids=["stays", "joins", "later", "before", "first day", "last day", "retires", "comes and goes", "lent"],
)  # fmt: skip
def test_one_person_is_counted_where_the_definitions_say(post: dict[str, Any], found: dict[str, int]) -> None:
    here = of_posts({"ended": None, **post}, {"organisation": "ZZ9"})["RA1"] if post != {"kind": "secondment"} else {}
    assert here == found


def test_a_mover_between_organisations_is_never_a_leaver_of_the_system() -> None:
    found = of_posts(
        {"person": 1, "ended": ON - 40 * DAY, "end_reason": "retirement"},
        {"person": 1, "organisation": "RB2", "started": ON - 20 * DAY},
    )
    assert found["RA1"] == {"opening": 1, "moved": 1, "exits": 1, "in_system": 1, "lost": 1, "elsewhere": 1}
    assert found["RB2"] == {"closing": 1, "came": 1}
    expected = {
        "opening": 1,
        "closing": 1,
        "came": 1,
        "moved": 1,
        "exits": 1,
        "in_system": 1,
        "lost": 1,
        "elsewhere": 1,
    }
    assert found[""] == expected


def test_heads_are_conserved_everywhere(larger: Seen) -> None:
    cells = rows(larger.counted).filter(~pl.col("slice").str.contains("level|staff_group|service"))
    came, gone = (
        pl.col("opening") + pl.col("joined") + pl.col("came"),
        pl.sum_horizontal("left", "moved", "retired", "other"),
    )
    assert cells.filter(came - gone != pl.col("closing")).is_empty()
    assert cells.height > 100


def test_slices_and_organisations_add_up(larger: Seen) -> None:
    made, cells = larger.counted, rows(larger.counted)
    for way in made.counter.slices.words:
        if way != ALL:
            parts = cells.filter(pl.col("slice").is_in(made.counter.slices.parts(way)))
            added = parts.group_by("organisation", maintain_order=True).agg(pl.sum(*COUNTS))
            of = cells.filter(slice=ALL).join(added.select("organisation"), on="organisation", maintain_order="left")
            assert_frame_equal(added, of.select("organisation", *COUNTS))
    local = cells.filter(~pl.col("slice").str.starts_with("service:"))
    added = local.filter(pl.col("organisation") != "").group_by("slice", maintain_order=True).agg(pl.sum(*COUNTS))
    of = local.filter(organisation="").join(added.select("slice"), on="slice", maintain_order="left")
    assert_frame_equal(added, of.select("slice", *COUNTS))


def test_moves_reasons_and_destinations_add_up_to_the_same_heads(larger: Seen) -> None:
    made = larger.counted
    assert made.moves.sum(axis=1).tolist() == made.heads["moved"][1:, 0].tolist()
    leavers = sum(made.heads[name][:, 0] for name in LEAVING)
    for n in made.codes.values():
        assert n.sum(axis=1).tolist() == leavers.tolist()  # type: ignore[union-attr]


def test_counts_are_those_of_the_cells_counted_the_slow_way(larger: Seen) -> None:
    mine, figures = rows(larger.counted), ["opening", "closing", "joined", "came", *CAUSES]
    for way in ("staff_group", "level"):
        slow = count(larger.facts, (BEFORE + DAY, ON), ("organisation", way))
        named = slow.with_columns(slice=pl.format(f"{way}:{{}}", pl.col(way).cast(pl.String).fill_null("unmapped")))
        both = named.join(mine, on=KEYS, suffix="_mine")
        assert both.height == slow.height
        assert all(both[name].to_list() == both[f"{name}_mine"].to_list() for name in figures)
    whole = (
        count(larger.facts, (BEFORE + DAY, ON))
        .with_columns(slice=pl.lit(ALL))
        .rename({"stayed_in_system": "in_system"})
    )
    both = whole.join(mine, on=KEYS, suffix="_mine")
    assert both.height == whole.height
    assert all(both[name].to_list() == both[f"{name}_mine"].to_list() for name in (*figures, "stayed", "in_system"))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1_000), st.integers(2, 3))
def test_counts_of_parts_add_up_to_the_counts_of_the_whole(seed: int, parts: int) -> None:
    system = make(staff=300, organisations=3, years=3, seed=seed, until=ON)
    some = [
        Facts.of(*(frame.filter(pl.col("person") % parts == part).lazy() for frame in (system.people, system.spells)))
        for part in range(parts)
    ]
    whole = rows(counted(Facts.of(system.people.lazy(), system.spells.lazy())))
    added = pl.concat(rows(counted(made)) for made in some).group_by(KEYS).agg(pl.sum(*COUNTS))
    both = whole.join(added, on=KEYS, how="left", suffix="_added").fill_null(0)
    assert all(both[name].to_list() == both[f"{name}_added"].to_list() for name in COUNTS)


def test_the_ends_of_the_year_are_the_headcounts_of_the_other_report(larger: Seen) -> None:
    """But for people who are lent elsewhere: they are counted with their employer here."""
    substantive = Facts.of(larger.facts.people, larger.facts.spells.filter(pl.col("kind") == "substantive"))
    for day, end in ((BEFORE, "opening"), (ON, "closing")):
        shares = representation_report(substantive, day).frame.with_columns(
            pl.col("organisation", "level").cast(pl.String)
        )
        told = shares.filter(characteristic="sex", group="female").with_columns(
            slice=pl.when(pl.col("level") == "all").then(pl.lit("all")).otherwise(pl.format("level:{}", "level"))
        )
        both = larger.released.rates.frame.join(told, on=KEYS).drop_nulls([end, "in_scope"])
        assert both.height > 60
        assert both[end].to_list() == both["in_scope"].to_list()
        more = larger.released.rates.frame.join(told, on=KEYS).filter(pl.col("in_scope").is_null())
        assert more[end].null_count() == more.height


def test_what_the_other_report_withholds_is_not_told_here(release: Seen) -> None:
    shares = representation_report(release.facts, ON)
    told = retention_report(release.facts, ON, shares=shares).rates.frame
    gone = shares.frame.filter(pl.col("n").is_null(), pl.col("level").cast(pl.String) == "all").select(
        pl.col("organisation").cast(pl.String),
        slice=pl.format("{}:{}", pl.col("characteristic").cast(pl.String), "group"),
    )
    here = told.join(gone, on=KEYS)
    assert here.height > 5
    assert here["closing"].null_count() == here.height


def test_shown_counts_are_rounded_true_ones_and_never_small(larger: Seen) -> None:
    told = larger.released.rates.frame.unpivot(index=KEYS, on=SHOWN, variable_name="figure", value_name="shown")
    true = rows(larger.counted).unpivot(index=KEYS, on=COUNTS, variable_name="figure", value_name="n")
    both = told.drop_nulls().join(true, on=[*KEYS, "figure"])
    assert both.height > 1_000
    assert both.filter(pl.col("shown") % DEFAULT.base != 0).is_empty()
    assert both.filter((pl.col("n") < DEFAULT.floor) | ((pl.col("shown") - pl.col("n")).abs() > 2)).is_empty()
    assert both.group_by("figure").len().height == len(SHOWN)


def test_shown_rates_and_states_can_be_made_from_the_shown_counts_alone(larger: Seen) -> None:
    told = larger.released.rates.frame
    mean = (told["opening"] + told["closing"]) / 2
    for name, a, n in (
        ("leaver_rate", told["leavers"], mean),
        ("exit_rate", told["exits"], mean),
        ("stability", told["stayed"], told["opening"]),
        ("kept", told["in_system"], told["opening"]),
    ):
        assert told[name].to_list() == (a / n).to_list()
    raised_ = larger.released.expected.frame
    assert raised_.filter(
        pl.col("observed").is_null() & pl.any_horizontal(pl.col("o_e", "q", "state", "low").is_not_null())
    ).is_empty()
    shown = raised_.drop_nulls("o_e")
    assert shown["o_e"].to_list() == pytest.approx((shown["observed"] / shown["expected"]).to_list())
    beside = told.select("organisation", focus="slice", left="left")
    both = raised_.join(beside, on=["organisation", "focus"])
    assert both["observed"].to_list() == both["left"].to_list()


def test_an_attacker_with_a_solver_recovers_no_count_of_the_release(release: Seen) -> None:
    small = release.truth.filter(pl.col("n") < DEFAULT.floor).sample(6, seed=4)
    counts = [name for name in release.shown.columns if name not in KEYS]
    found = bounds_of_linked(release.shown, KEYS, counts, release.splits, cells=release.truth, targets=small)
    both = found.join(release.truth, on=[*KEYS, "figure"])
    assert both.height == small.height
    assert both.filter((pl.col("n") < pl.col("least") - 1e-6) | (pl.col("n") > pl.col("most") + 1e-6)).is_empty()
    assert ((both["most"] + 1e-6).floor() - (both["least"] - 1e-6).ceil()).min() >= DEFAULT.width  # type: ignore[operator]


def test_the_attacker_has_teeth(release: Seen) -> None:
    """A release that hides nothing but small counts gives some of them away."""
    told = release.truth.with_columns(n=pl.when(pl.col("n") >= DEFAULT.floor).then((pl.col("n") + 2) // 5 * 5))
    careless = told.pivot("figure", index=KEYS, values="n")
    counts = [name for name in careless.columns if name not in KEYS]
    alone = release.truth.filter(organisation="", slice="disability:unanswered", figure="retired")
    found = bounds_of_linked(careless, KEYS, counts, release.splits, cells=release.truth, targets=alone)
    assert (found["most"].floor() - found["least"].ceil()).min() < DEFAULT.width  # type: ignore[operator]


def test_moves_between_places_are_told_where_neither_they_nor_the_rest_are_few(larger: Seen) -> None:
    told, made = larger.released.flows.frame, larger.counted
    assert told["people"].min() >= DEFAULT.floor  # type: ignore[operator]
    assert set(told["kind"]) == {"organisation", "level"}
    for place, hidden in enumerate(made.moves_hidden):
        rest = int(made.moves[place][hidden].sum())
        moved = made.heads["moved"][1 + place, 0]
        assert hidden.sum() != 1
        assert rest >= DEFAULT.floor - 2 * (~hidden).sum() - 2 or moved < DEFAULT.floor or not (~hidden).sum()


def test_the_stack_adds_up_to_one_as_shown_and_one_minus_kaplan_meier_does_not(larger: Seen) -> None:
    """The failing control: 1-KM of each cause, which says what would be if there were no other."""
    told = larger.released.stack.frame
    shown = told.drop_nulls("stayed")
    assert shown.height > 30
    assert shown.select(pl.sum_horizontal(STAGES)).to_series().to_list() == pytest.approx([1] * shown.height)
    assert told.filter(pl.col("stayed").is_null()).select(pl.col(STAGES).is_not_null().any()).row(0) == (False,) * 5
    table = time_to_exit(larger.facts, (ON.replace(year=2021), ON), by=())
    at = [float(months * 365.25 / 12) for months in stacked.HORIZONS]
    stayed = kaplan_meier(table, at=at)["survival"]
    naive = sum((1 - kaplan_meier(table, causes=[cause], at=at)["survival"] for cause in CAUSES), start=stayed)
    assert naive.min() > 1.005  # type: ignore[operator]


def test_the_stack_is_that_of_aalen_and_johansen_to_the_day(larger: Seen) -> None:
    table = time_to_exit(larger.facts, (date(2021, 9, 28), ON), by=())
    exact = stack(table, at=[months * 365.25 / 12 for months in stacked.HORIZONS])
    told = larger.released.stack.frame.filter(organisation="", slice=ALL)
    for state in STAGES:
        assert told[state].to_list() == pytest.approx(exact.filter(state=state)["share"].to_list(), abs=0.0101), state


def test_one_person_less_moves_a_figure_by_one_step_at_most(release: Seen) -> None:
    """So no curve, median or rate tells more of anybody than rounding does."""
    gone = release.facts.people.collect()["person"][17]
    fewer = Facts.of(
        *(frame.filter(pl.col("person") != gone) for frame in (release.facts.people, release.facts.spells))
    )
    other = retention_report(fewer, ON)
    for name in SHOWN:
        both = release.released.rates.frame.join(other.rates.frame, on=KEYS, suffix="_other").drop_nulls(
            [name, f"{name}_other"]
        )
        assert (both[name] - both[f"{name}_other"]).abs().max() in {0, DEFAULT.base, None}, name
    keys = [*KEYS, "months"]
    both = release.released.stack.frame.join(other.stack.frame, on=keys, suffix="_other").drop_nulls(
        ["stayed", "stayed_other"]
    )
    assert (both["stayed"] - both["stayed_other"]).abs().max() <= 0.05 + 1e-9  # type: ignore[operator]


@pytest.mark.parametrize("seed", [1, 6])
def test_what_is_planted_is_found_and_nothing_else_is_flagged(seed: int) -> None:
    system = make(staff=15_000, organisations=12, years=5, seed=seed, until=ON)
    facts = Facts.of(system.people.lazy(), system.spells.lazy())
    planted = set(system.truths.filter(what="leaving")["organisation"])
    told = retention_report(facts, ON).expected.frame
    assert len(planted) == 2
    assert set(told.filter(state="flag")["organisation"]) == planted


def test_expected_leavers_come_from_other_organisations_alike_in_age_work_and_service() -> None:
    """20 of 200 left elsewhere in each of two strata of 100 years: 10 are expected of 50 and 50."""
    of = {"staff_group": "nursing", "service": "under 1 year"}
    cells = pl.DataFrame(
        [{"organisation": o, "age_band": a, **of, "n": n, "events": e}
         for o, n, e in (("A", 50.0, 20), ("B", 60.0, 6), ("C", 40.0, 4), ("D", 100.0, 10)) for a in ("young", "old")]
    )  # fmt: skip
    found = raised.expected(cells).filter(focus=ALL, organisation="A").to_dicts()[0]
    assert (found["observed"], found["expected"]) == (40, pytest.approx(10))


def test_a_rise_counts_once_and_is_followed_for_a_year() -> None:
    start = ON - 600 * DAY
    posts = [
        {"person": 1, "level": 5, "started": date(2020, 1, 1), "ended": start - DAY},
        {"person": 1, "level": 6, "started": start},
        {"person": 2, "level": 5, "started": date(2020, 1, 1), "ended": start - DAY},
        {"person": 2, "level": 6, "started": start, "ended": start + 100 * DAY},
        {"person": 3, "level": 5, "started": date(2020, 1, 1), "ended": start - DAY},
        {"person": 3, "level": 5, "started": start},
        {"person": 4, "level": 5, "started": date(2020, 1, 1), "ended": start - DAY},
        {"person": 4, "level": 6, "organisation": "RB2", "started": start, "ended": start + 300 * DAY},
        {"person": 4, "level": 7, "organisation": "RA1", "started": start + 301 * DAY},
    ]
    found = risen(counted(some_facts([{}] * 4, posts)).counter)
    assert found.filter(organisation="", level="5-6").select("n", "in_role_12").row(0) == (3, 2)
    assert found.filter(organisation="RB2", level=ALL).select("n", "in_role_12").row(0) == (1, 1)


def test_another_rule_withholds_more(release: Seen) -> None:
    strict = retention_report(release.facts, ON, Rule("strict", floor=25)).rates.frame
    assert strict["leavers"].null_count() > release.released.rates.frame["leavers"].null_count()
    assert strict.select(pl.col(SHOWN).min()).min_horizontal().item() >= 25


def test_the_same_facts_give_the_same_release(release: Seen) -> None:
    again = retention_report(release.facts, ON)
    for one, other in zip(release.released, again, strict=True):
        assert_frame_equal(one.frame, other.frame)


def test_a_system_where_nobody_stays_long_enough_has_a_release_of_gaps() -> None:
    """Too few for anything: every table is there, and tells nothing."""
    told = retention_report(some_facts([{}], [{}]), date(2026, 3, 31))
    assert told.rates.frame.height > 0
    assert told.rates.frame.select(pl.col(SHOWN).is_not_null().any()).row(0) == (False,) * len(SHOWN)
    assert told.supply.frame.is_empty()
    assert np.isnan(told.expected.frame["o_e"].cast(pl.Float64).fill_null(np.nan).to_numpy()).all()
