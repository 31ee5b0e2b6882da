"""Cells count each person once where they stand, and the cells of parts add up to the cells of the whole."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analytics.cells import SCOPES, add, count, merge_groups
from analytics.errors import CellsError, FactsError
from analytics.frames import CHARACTERISTICS, GROUPS, NON_ANSWERS, Facts
from tests.analytics.builders import TODAY, some_facts

days = st.integers(-400, 400).map(lambda days: TODAY + timedelta(days=days))
people = st.fixed_dictionaries({name: st.sampled_from([*groups, *NON_ANSWERS]) for name, groups in GROUPS.items()})
posts = st.fixed_dictionaries(
    {
        "organisation": st.sampled_from(["RA1", "RB2", "RC3"]),
        "kind": st.sampled_from(["substantive", "secondment", "acting_up"]),
        "level": st.sampled_from([None, 1, 5, 9]),
        "staff_group": st.sampled_from(["medical_dental", "social_care"]),
        "fte": st.sampled_from([0.5, 1.0]),
        "started": days,
        "ended": st.one_of(st.none(), st.just(date(2027, 12, 31))),
    }
)
lives = st.lists(st.tuples(people, st.lists(posts, max_size=4), st.integers(0, 2)), max_size=12)


def facts_of(chosen: list[tuple[int, dict[str, Any], list[dict[str, Any]]]]) -> Facts:
    """Facts of some people, with their numbers kept; of nobody, frames without rows."""
    frame = some_facts(
        [{"person": 999}, *({"person": number, **who} for number, who, _ in chosen)],
        [{"person": 999}, *({"person": number, **post} for number, _, held in chosen for post in held)],
    )
    somebody = pl.col("person") != 999
    return Facts(frame.people.filter(somebody), frame.spells.filter(somebody))


def n(cells: pl.DataFrame, **where: object) -> int:
    return int(cells.filter(*(pl.col(column).eq_missing(value) for column, value in where.items()))["n"].sum())


@settings(max_examples=60, deadline=None)
@given(lives, st.sampled_from([("organisation", "level"), ("level",), (), SCOPES]))
def test_cells_of_any_parts_add_up_to_the_cells_of_the_whole(lives: list[Any], by: tuple[str, ...]) -> None:
    numbered = [(number, who, held) for number, (who, held, _) in enumerate(lives)]
    parts = [[one for one, (*_, part) in zip(numbered, lives, strict=True) if part == chosen] for chosen in range(3)]
    assert_frame_equal(
        add(*(count(facts_of(part), by, at=TODAY) for part in parts)), count(facts_of(numbered), by, at=TODAY)
    )


@settings(max_examples=20, deadline=None)
@given(lives, st.sampled_from([("organisation", "level"), ("level",), (), SCOPES]), st.integers(0, 9))
def test_person_time_is_the_headcount_of_every_day_added_up(lives: list[Any], by: tuple[str, ...], length: int) -> None:
    facts = facts_of([(number, who, held) for number, (who, held, _) in enumerate(lives)])
    window = (TODAY, TODAY + timedelta(days=length))
    daily = add(*(count(facts, by, at=TODAY + timedelta(days=day)) for day in range(length + 1)))
    over = count(facts, by, window=window)
    assert_frame_equal(over.drop("n", "days").with_columns(n=over["days"]), daily.select(over.drop("days").columns))


@settings(max_examples=40, deadline=None)
@given(lives, st.sampled_from([("organisation", "level"), ()]))
def test_person_time_of_parts_adds_up_and_counts_each_person_once_a_cell(lives: list[Any], by: tuple[str, ...]) -> None:
    numbered = [(number, who, held) for number, (who, held, _) in enumerate(lives)]
    window = (TODAY - timedelta(days=200), TODAY + timedelta(days=200))
    parts = [[one for one, (*_, part) in zip(numbered, lives, strict=True) if part == chosen] for chosen in range(3)]
    whole = count(facts_of(numbered), by, window=window)
    assert_frame_equal(add(*(count(facts_of(part), by, window=window) for part in parts)), whole)
    assert (whole["n"] <= whole["days"]).all() and (whole["days"] <= 401 * whole["n"]).all()


def test_person_time_follows_the_main_post_and_needs_a_day_or_a_window() -> None:
    held = [
        {"level": 5},
        {"level": 6, "kind": "acting_up", "started": TODAY},
        {"level": 7, "organisation": "RB2", "started": TODAY, "ended": TODAY},
    ]
    cells = count(
        some_facts([{}], held), window=(TODAY - timedelta(days=1), TODAY + timedelta(days=1)), characteristics=["sex"]
    )
    mine = cells.filter(pl.col("group") == "female").select("organisation", "level", "n", "days").rows()
    assert mine == [("RA1", 5, 1, 3), ("RB2", 7, 1, 1)]
    for wrong in ({}, {"at": TODAY, "window": (TODAY, TODAY)}, {"window": (TODAY, TODAY - timedelta(days=1))}):
        with pytest.raises(CellsError, match="either at, or a window"):
            count(some_facts([{}], [{}]), **wrong)  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(lives, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(lives: list[Any], random: Any) -> None:
    numbered = [(number, who, held) for number, (who, held, _) in enumerate(lives)]
    mixed = [(number, who, random.sample(held, len(held))) for number, who, held in numbered]
    random.shuffle(mixed)
    assert_frame_equal(count(facts_of(mixed), at=TODAY), count(facts_of(numbered), at=TODAY))


@settings(max_examples=40, deadline=None)
@given(lives)
def test_each_characteristic_counts_everybody_once(lives: list[Any]) -> None:
    numbered = [(number, who, held) for number, (who, held, _) in enumerate(lives)]
    employed = {
        number
        for number, _, held in numbered
        for post in held
        if post["started"] <= TODAY  # all end later, or not at all
    }
    system = count(facts_of(numbered), (), at=TODAY)
    assert {n(system, characteristic=name) for name in CHARACTERISTICS} == {len(employed)}


def test_the_last_day_worked_counts_and_the_day_after_does_not() -> None:
    facts = some_facts([{}], [{"started": TODAY - timedelta(days=9), "ended": TODAY}])
    sizes = [n(count(facts, at=TODAY + timedelta(days=shift)), characteristic="sex") for shift in (-10, -9, 0, 1)]
    assert sizes == [0, 1, 1, 0]


def test_someone_with_posts_in_two_organisations_counts_in_both_and_once_in_the_system() -> None:
    facts = some_facts([{}], [{"level": 5, "fte": 0.6}, {"organisation": "RB2", "level": 7, "fte": 0.4}])
    cells = count(facts, at=TODAY)
    assert (n(cells, organisation="RA1", group="female"), n(cells, organisation="RB2", group="female")) == (1, 1)
    system = count(facts, ("level",), at=TODAY)
    assert (n(system, level=5, group="female"), n(system, level=7, group="female")) == (1, 0)


@pytest.mark.parametrize(
    ("main", "other"),
    [
        ({"kind": "substantive", "fte": 0.2}, {"kind": "acting_up", "fte": 1.0}),
        ({"kind": "acting_up", "fte": 0.2}, {"kind": "secondment", "fte": 1.0}),
        ({"fte": 0.6}, {"fte": 0.4, "started": date(2010, 1, 1)}),
        ({"started": date(2010, 1, 1)}, {"started": date(2011, 1, 1)}),
    ],
)
def test_the_main_post_is_substantive_then_larger_then_longer(main: dict[str, Any], other: dict[str, Any]) -> None:
    for held in ([main | {"level": 4}, other | {"level": 8}], [other | {"level": 8}, main | {"level": 4}]):
        cells = count(some_facts([{}], held), at=TODAY)
        assert (n(cells, level=4, group="female"), n(cells, level=8, group="female")) == (1, 0)


def test_a_grade_without_a_level_is_counted_apart_and_never_guessed() -> None:
    cells = count(some_facts([{}, {}], [{"level": None}, {"person": 2, "level": 3}]), at=TODAY)
    assert (n(cells, level=None, group="female"), n(cells, level=3, group="female")) == (1, 1)


def test_nought_is_a_row_like_any_other() -> None:
    cells = count(some_facts([{}], [{}]), at=TODAY)
    assert cells.height == sum(len(groups) + len(NON_ANSWERS) for groups in GROUPS.values())
    assert cells["n"].sum() == len(GROUPS)


def test_a_post_of_nobody_we_know_is_refused() -> None:
    with pytest.raises(FactsError, match="not among the people"):
        count(some_facts([{}], [{"person": 2}]), at=TODAY)


def test_unknown_cuts_are_refused() -> None:
    with pytest.raises(CellsError, match="'grade' is none of"):
        count(some_facts([{}], [{}]), ("grade",), at=TODAY)
    with pytest.raises(CellsError, match="'religion' is none of"):
        count(some_facts([{}], [{}]), at=TODAY, characteristics=("religion",))


def test_cells_of_different_cuts_do_not_add() -> None:
    facts = some_facts([{}], [{}])
    with pytest.raises(CellsError, match="same columns"):
        add(count(facts, at=TODAY), count(facts, ("level",), at=TODAY))


def test_groups_put_together_keep_their_people() -> None:
    cells = count(some_facts([{"ethnicity": "black"}, {"ethnicity": "asian"}], [{}, {"person": 2}]), at=TODAY)
    merged = merge_groups(cells, "ethnicity", {"ethnic_minority": GROUPS["ethnicity"][1:]})
    assert n(merged, group="ethnic_minority") == 2
    assert set(merged["group"]) == {"white", "ethnic_minority", *NON_ANSWERS}
