"""What is released protects small numbers: the rule, the invariants, and an attacker who tries to undo it."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analytics.disclosure import DEFAULT, Rates, Released, Rule, release
from analytics.disclosure.unanswered import Answers
from analytics.errors import DisclosureError
from analytics.intervals import wilson
from tests.analytics.attacker import KEYS, bounds_of_hidden, bounds_with_unanswered

MARGINS = {"organisation": "", "level": "all", "group": None}
RATES = Rates({"share": ("n", "known")}, {("low", "high"): ("n", "known")}, {"whole_share": ("share", "level")})
seeds = st.integers(0, 100_000)


def table(seed: int, organisations: int = 3, levels: int = 3, groups: int = 4, size: float = 14) -> pl.DataFrame:
    """A whole table with its totals: counts of every size around the floor, noughts too."""
    rng = np.random.default_rng(seed)
    shape = (organisations, levels, groups)
    n = rng.poisson(size * rng.lognormal(0, 1.2, shape)) * (rng.random(shape) > 0.1)
    places = np.indices(shape).reshape(3, -1)
    names = [[f"O{o}" for o in places[0]], [f"{level}" for level in places[1]], [f"g{g}" for g in places[2]]]
    return with_totals(pl.DataFrame([*names, n.ravel()], schema=[*KEYS, "n"]))


def with_totals(parts: pl.DataFrame) -> pl.DataFrame:
    for key, total in (("level", "all"), ("organisation", "")):
        whole = parts.group_by(other for other in KEYS if other != key).agg(pl.col("n").sum())
        parts = pl.concat([parts, whole.with_columns(pl.lit(total).alias(key)).select(parts.columns)])
    return parts.with_columns(known=pl.col("n").sum().over("organisation", "level")).sort(KEYS)


def released(frame: pl.DataFrame, rule: Rule = DEFAULT) -> pl.DataFrame:
    return release(frame, counts=["n"], keys=MARGINS, totals=["known"], rule=rule, rates=RATES).frame


def test_counts_below_the_floor_are_withheld_and_the_others_rounded_to_five() -> None:
    counts = {0: None, 1: None, 9: None, 10: 10, 12: 10, 13: 15, 1047: 1045, 1048: 1050}
    frame = pl.DataFrame({"place": [f"{n:04}" for n in counts], "group": ["all"] * len(counts), "n": list(counts)})
    shown = release(frame, counts=["n"], keys=["place", "group"]).frame
    assert shown["n"].to_list() == list(counts.values())
    assert shown["reason"].is_null().to_list() == [n is not None for n in counts.values()]


def test_the_numbers_of_the_hospital_episode_rule_come_out_as_published() -> None:
    frame = pl.DataFrame({"group": list("abcde"), "n": [1, 7, 8, 12, 13]})
    shown = release(frame, counts=["n"], keys=["group"], rule=Rule("hospital episodes", floor=8))
    assert shown.frame["n"].to_list() == [None, None, 10, 10, 15]


def test_a_tie_goes_up_where_the_base_has_ties() -> None:
    frame = pl.DataFrame({"group": ["a", "b", "c"], "n": [25, 35, 34]})
    assert release(frame, counts=["n"], keys=["group"], rule=Rule("test", floor=10, base=10)).frame["n"].to_list() == [
        30,
        40,
        30,
    ]


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from([Rule("a"), Rule("b", floor=5), Rule("c", floor=12, base=3, width=3)]))
def test_no_shown_count_is_small_or_unrounded_and_totals_are_rounded_from_the_true_ones(seed: int, rule: Rule) -> None:
    frame = table(seed)
    shown = released(frame, rule)
    for column in ("n", "known"):
        both = shown.join(frame, on=KEYS, suffix="_true").drop_nulls(column)
        assert both.filter(pl.col(f"{column}_true") < rule.floor).is_empty()
        assert (both[column] % rule.base).sum() == 0
        assert (both[column] - both[f"{column}_true"]).abs().max() <= rule.base / 2  # type: ignore[operator]


@settings(max_examples=25, deadline=None)
@given(seeds, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_changes_nothing(seed: int, random: object) -> None:
    frame = table(seed)
    assert_frame_equal(
        released(frame), released(frame.select(reversed(frame.columns)).sample(fraction=1, shuffle=True, seed=seed))
    )


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_a_group_that_is_absent_looks_just_like_a_group_of_nobody(seed: int) -> None:
    frame = table(seed)
    parts = (pl.col("n") > 0) | (pl.col("level") == "all") | (pl.col("organisation") == "")
    assert_frame_equal(released(frame), released(frame.filter(parts)))


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_nothing_and_not_enough_have_the_same_reason(seed: int) -> None:
    reasons = released(table(seed)).filter(pl.col("n").is_null())["reason"]
    assert set(reasons) <= {DEFAULT.reason}


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_rates_come_from_what_is_shown_and_go_with_what_is_withheld(seed: int) -> None:
    shown = released(table(seed))
    whole = shown.filter(pl.col("n").is_not_null() & pl.col("known").is_not_null())
    gaps = shown.filter(pl.col("n").is_null() | pl.col("known").is_null())
    assert gaps.select("share", "low", "high").null_count().row(0) == (gaps.height,) * 3
    assert whole["share"].to_list() == (whole["n"] / whole["known"]).to_list()
    assert whole["low"].to_list() == wilson(whole["n"], whole["known"])[0].to_list()
    totals = shown.filter(pl.col("level") == "all").select("organisation", "group", total="share")
    beside = shown.join(totals, on=["organisation", "group"])
    assert beside["whole_share"].equals(beside["total"], null_equal=True)


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(0, 2), st.integers(0, 2), st.integers(0, 3))
def test_one_more_person_changes_what_is_shown_by_one_step_of_rounding_at_most(
    seed: int, organisation: int, level: int, group: int
) -> None:
    parts = table(seed).filter((pl.col("level") != "all") & (pl.col("organisation") != "")).drop("known")
    here = (
        (pl.col("organisation") == f"O{organisation}")
        & (pl.col("level") == f"{level}")
        & (pl.col("group") == f"g{group}")
    )
    before, after = (
        released(with_totals(parts)),
        released(with_totals(parts.with_columns(pl.col("n") + here.cast(pl.Int64)))),
    )
    for column in ("n", "known"):
        moved = (after[column] - before[column]).drop_nulls()
        assert moved.is_in([0, 5]).all()


def test_releasing_twice_gives_the_same_figures() -> None:
    assert_frame_equal(released(table(3)), released(table(3)))


def test_one_small_group_alone_takes_the_next_smallest_with_it() -> None:
    frame = pl.DataFrame({"place": "A", "group": ["a", "b", "c"], "n": [400, 60, 4], "known": 464})
    shown = release(frame, counts=["n"], keys=["place", "group"], totals=["known"]).frame
    assert shown["n"].to_list() == [400, None, None]
    assert shown["known"].to_list() == [465] * 3


def test_counts_of_one_place_need_no_key_but_the_group() -> None:
    frame = pl.DataFrame({"group": ["a", "b"], "n": [42, 30], "asked": [61, 50], "known": [72, 72]})
    shown = release(frame, counts=["n", "asked"], keys=["group"], totals=["known"]).frame
    assert shown.rows() == [("a", 40, 60, 70, None), ("b", 30, 50, 70, None)]


def test_everybody_being_of_one_group_is_not_shown() -> None:
    frame = pl.DataFrame({"place": "A", "group": ["a", "b", "c"], "n": [95, 0, 0], "known": 95})
    assert release(frame, counts=["n"], keys=["place", "group"], totals=["known"]).frame["n"].to_list() == [None] * 3


def test_a_withheld_denominator_withholds_its_whole_family() -> None:
    frame = pl.DataFrame(
        {
            "level": ["1", "1", "2", "2", "all", "all"],
            "group": ["a", "b"] * 3,
            "n": [4, 3, 40, 50, 44, 53],
            "known": [7, 7, 90, 90, 97, 97],
        }
    )
    shown = release(frame, counts=["n"], keys={"level": "all", "group": None}, totals=["known"], rates=RATES).frame
    assert shown.filter(pl.col("known").is_null())["n"].null_count() == 4
    assert shown.filter(pl.col("level") == "all")["n"].to_list() == [45, 55]


def measure(protect: Callable[[pl.DataFrame], pl.DataFrame], seeds: range) -> tuple[int, int]:
    """How many counts were withheld, and how many of them the attacker knows exactly."""
    withheld = pinned = 0
    for seed in seeds:
        found = bounds_of_hidden(protect(table(seed)))
        frame = found.join(table(seed), on=KEYS)
        assert frame.filter((pl.col("n") < pl.col("least") - 1e-6) | (pl.col("n") > pl.col("most") + 1e-6)).is_empty()
        open_values = (frame["most"] + 1e-6).floor() - (frame["least"] - 1e-6).ceil()
        withheld, pinned = withheld + frame.height, pinned + int((open_values < 1).sum())
    return withheld, pinned


def test_an_attacker_with_a_solver_recovers_no_withheld_count() -> None:
    withheld, pinned = measure(released, range(12))
    assert withheld > 200
    assert pinned == 0


ANSWERS = Answers("n", "known", "in_scope", base="answered")
ANSWERED = Rates({"share": ("n", "answered")}, {}, {})


def with_unanswered(seed: int, groups: int = 4) -> pl.DataFrame:
    """The same tables, with a few people in each place who gave no answer, often none."""
    frame = table(seed, organisations=2, groups=groups, size=40)
    rng = np.random.default_rng(seed)
    families = frame.filter(pl.col("level") != "all", pl.col("organisation") != "").select(KEYS[:2]).unique()
    families = families.sort(KEYS[:2]).with_columns(group=pl.lit(""), n=pl.Series(rng.poisson(4, families.height)))
    families = families.with_columns(n=pl.col("n") * pl.Series(rng.choice([0, 1, 6], families.height)))
    missing = with_totals(families.select(*KEYS, "n")).select(*KEYS[:2], missing="n")
    return frame.join(missing, on=KEYS[:2]).with_columns(in_scope=pl.col("known") + pl.col("missing"))


def answered(frame: pl.DataFrame) -> pl.DataFrame:
    totals = ["known", "in_scope"]
    return release(frame, counts=["n"], keys=MARGINS, totals=totals, rates=ANSWERED, answers=ANSWERS).frame


def unanswered_known(shown: pl.DataFrame, seed: int, groups: int) -> tuple[int, int, int, int]:
    """How few without an answer there are, of them those known too well; withheld counts so known; groups together."""
    cells, together, missing = bounds_with_unanswered(shown)
    frame = with_unanswered(seed, groups)
    small = missing.drop("group").join(frame.unique(KEYS[:2]), on=KEYS[:2]).filter(pl.col("missing") < DEFAULT.floor)
    assert small.filter(~pl.col("missing").is_between(pl.col("least") - 1e-6, pl.col("most") + 1e-6)).is_empty()
    too_well = small.filter(open_values(small) < DEFAULT.width).height
    few = together.filter(pl.col("most") < DEFAULT.floor - 1e-6).height
    return small.height, too_well, cells.filter(open_values(cells) < 1).height, few


def open_values(found: pl.DataFrame) -> pl.Series:
    return (found["most"] + 1e-6).floor() - (found["least"] - 1e-6).ceil()


SEEDS = (*range(10), 16, 27, 105)


@pytest.mark.parametrize("groups", [2, 4])
def test_an_attacker_with_a_solver_learns_of_no_few_people_who_did_not_answer(groups: int) -> None:
    """In tables 9, 27 and 105 nothing is shown in the lines of such a number: what narrows it is further off."""
    found = [unanswered_known(answered(with_unanswered(seed, groups)), seed, groups) for seed in SEEDS]
    small, too_well, pinned, few = (sum(column) for column in zip(*found, strict=True))
    assert small > 50
    assert (too_well, pinned, few) == (0, 0, 0)


def test_without_that_protection_the_attacker_does_learn_of_them() -> None:
    def unprotected(frame: pl.DataFrame) -> pl.DataFrame:
        return release(frame, counts=["n"], keys=MARGINS, totals=["known", "in_scope"]).frame

    found = [unanswered_known(unprotected(with_unanswered(seed, 2)), seed, 2) for seed in range(3)]
    assert sum(row[1] for row in found) > 3


def two_small_groups(seed: int) -> pl.DataFrame:
    """Two large groups and two of a few people in every place, and 20 people without an answer."""
    parts = table(seed, organisations=2).filter(pl.col("level") != "all", pl.col("organisation") != "").select(KEYS)
    n = np.tile([300, 60, 2, 2], parts.height // 4) + np.random.default_rng(seed).integers(0, 5, parts.height)
    levels = pl.when(pl.col("level") == "all").then(3).otherwise(1)
    places = levels * pl.when(pl.col("organisation") == "").then(2).otherwise(1)
    return with_totals(parts.with_columns(n=pl.Series(n))).with_columns(in_scope=pl.col("known") + 20 * places)


def test_withheld_groups_together_are_never_known_to_be_few() -> None:
    for seed in range(6):
        together = bounds_with_unanswered(answered(two_small_groups(seed)))[1]
        assert together["least"].is_finite().all()
        assert together.height > 8
        assert together.filter(pl.col("most") < DEFAULT.floor - 1e-6).is_empty()


def test_a_share_stands_on_the_shown_groups_where_the_number_with_an_answer_is_withheld() -> None:
    frame = pl.DataFrame({"group": ["a", "b"], "n": [201, 103], "known": [304, 304], "in_scope": [307, 307]})
    shown = release(
        frame, counts=["n"], keys=["group"], totals=["known", "in_scope"], rates=ANSWERED, answers=ANSWERS
    ).frame
    assert shown["known"].to_list() == [None, None]
    assert shown["in_scope"].to_list() == [305, 305]
    assert shown["share"].to_list() == [200 / 305, 105 / 305]


def test_groups_withheld_together_may_be_ten_or_more() -> None:
    frame = pl.DataFrame({"group": ["a", "b", "c", "d"], "n": [403, 63, 2, 1], "known": [469] * 4})
    shown = release(frame, counts=["n"], keys=["group"], totals=["known"]).frame
    assert shown["n"].to_list() == [405, None, None, None]


def test_the_attacker_has_teeth_a_suppressor_that_only_hides_small_counts_is_caught() -> None:
    def broken(frame: pl.DataFrame) -> pl.DataFrame:
        small_gone = [pl.when(pl.col(column) >= 10).then(column) for column in ("n", "known")]
        return frame.with_columns(small_gone)

    for seed in range(3):
        found = bounds_of_hidden(broken(table(seed, size=40)), base=1)
        assert (found["most"] - found["least"] < 0.5).any()


def test_the_attacker_finds_the_published_bounds_of_the_sdctable_example() -> None:
    n = [30, 47, 64, 89, 90, 124, 5, 31, 92, 100, 59, 85, 800, 991, 651, 685]
    hidden = {"wa": (25, 94), "wb": (47, 47), "wc": (0, 69), "xa": (26, 95), "xc": (0, 69)}
    hidden |= {"yb": (0, 185), "yd": (0, 185), "zb": (906, 1091), "zd": (585, 770)}
    rows = [(row, "1", group) for row in "wxyz" for group in "abcd"]
    cells = pl.DataFrame(rows, schema=KEYS, orient="row").with_columns(n=pl.Series(n))
    columns = cells.group_by("level", "group").agg(pl.col("n").sum()).with_columns(organisation=pl.lit(""))
    frame = pl.concat([cells, columns.select(cells.columns)]).with_columns(
        known=pl.col("n").sum().over("organisation"),
        n=pl.when(~pl.concat_str("organisation", "group").is_in(list(hidden))).then("n"),
    )
    found = bounds_of_hidden(frame, base=1)
    assert {o + g: (round(least), round(most)) for o, _, g, least, most in found.iter_rows()} == hidden


def test_only_release_makes_released_figures() -> None:
    frame = pl.DataFrame({"group": ["a"], "n": [3]})
    with pytest.raises(DisclosureError, match="nothing else"):
        Released(frame, DEFAULT, frame, seal=object())
    with pytest.raises(TypeError):
        Released(frame, DEFAULT, frame)  # type: ignore[call-arg]
    safe = release(frame, counts=["n"], keys=["group"])
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(safe, frame=frame)
    with pytest.raises(AttributeError):
        safe.frame = frame  # type: ignore[misc]


@pytest.mark.parametrize("weak", [{"floor": 4}, {"floor": 0}, {"base": 0}, {"floor": 5, "base": 10}, {"width": 0}])
def test_a_rule_too_weak_to_protect_is_refused(weak: dict[str, Any]) -> None:
    with pytest.raises(DisclosureError):
        Rule("weak", **weak)


def test_z_and_p_values_and_anything_else_unasked_are_not_released() -> None:
    frame = table(1).with_columns(z_rest=pl.lit(2.5), p_rest=pl.lit(0.01))
    assert set(released(frame).columns) == {*KEYS, "n", "known", "share", "low", "high", "whole_share", "reason"}


def test_figures_that_are_no_counts_are_refused() -> None:
    frame = pl.DataFrame({"group": ["a", "b"], "n": [30, 40], "known": [70, 70]})
    for broken, words in (
        (frame.with_columns(n=pl.col("n") / 2), "not a count"),
        (frame.with_columns(n=-pl.col("n")), "not a count"),
        (frame.with_columns(n=pl.lit(None, dtype=pl.Int64)), "not a count"),
        (pl.concat([frame, frame]), "two rows for one cell"),
        (frame.with_columns(known=pl.col("n")), "same for every group"),
        (frame.drop("known"), "no column known"),
    ):
        with pytest.raises(DisclosureError, match=words):
            release(broken, counts=["n"], keys=["group"], totals=["known"])


def test_every_withheld_figure_has_its_reason() -> None:
    safe = release(table(2), counts=["n"], keys=MARGINS, totals=["known"], rates=RATES)
    gaps = safe.frame["n"].null_count() + safe.frame["known"].null_count()
    assert safe.reasons.height == gaps > 0
    assert safe.reasons.columns == [*KEYS, "column", "reason"]
    assert safe.rule == DEFAULT


@pytest.mark.parametrize(
    ("places", "given"),
    [
        (["A", None], {"keys": ["place"]}),
        (["A", "B"], {"keys": None}),
        (["A", "B"], {"keys": [["place"]]}),
        (["A", "B"], {"keys": ["place"], "rule": "2026-4"}),
    ],
    ids=["a cell without a name", "no keys", "keys that are no text", "a rule's name for the rule"],
)
def test_what_names_no_cell_or_no_rule_is_refused(places: list[str | None], given: dict[str, Any]) -> None:
    with pytest.raises(DisclosureError, match=r"place|keys|rule"):
        release(pl.DataFrame({"place": places, "n": [100, 200]}), counts=["n"], **given)
