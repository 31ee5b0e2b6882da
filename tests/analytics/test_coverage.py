"""Who had a conversation: counted once, in the right year, by the right people; and nothing small can be worked out."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analytics.disclosure import DEFAULT, Rule
from analytics.errors import CellsError
from analytics.frames import GROUPS, KINDS, NON_ANSWERS, Facts
from analytics.intervals import wilson
from analytics.released.coverage import (
    COUNTS,
    REASONS,
    WHY,
    _every_row,
    _first_plans,
    _slices,
    _splits,
    add,
    coverage_cells,
    coverage_release,
    coverage_report,
    follow_up_report,
    years_before,
)
from analytics.synthetic import make
from tests.analytics.attacker import bounds_of_linked
from tests.analytics.builders import TODAY, some_people, some_posts

YEAR_AGO = years_before(TODAY)
DAY = timedelta(days=1)
TALK: dict[str, Any] = {
    "person": 1, "organisation": "RA1", "stage": "conversation", "opened_on": TODAY - 90 * DAY,
    "closed_on": TODAY - 80 * DAY, "outcome": "agreed",
}  # fmt: skip


def facts(posts: list[dict[str, Any]], talks: list[dict[str, Any]] = [], **more: pl.LazyFrame) -> Facts:  # noqa: B006
    people = max((post.get("person", 1) for post in posts), default=1)
    events = pl.LazyFrame([{**TALK, **talk} for talk in talks], schema_overrides={"closed_on": pl.Date})
    return Facts.of(some_people(*[{}] * people), some_posts(*posts), events if talks else None, **more)


def counts_of(made: Facts, organisation: str, slice_: str = "all") -> dict[str, int]:
    rows = coverage_cells(made, TODAY).filter(organisation=organisation, slice=slice_).to_dicts()
    return rows[0] if rows else dict.fromkeys(COUNTS, 0)


@pytest.mark.parametrize(
    ("post", "eligible", "new"),
    [
        ({}, 1, 0),
        ({"started": YEAR_AGO}, 1, 0),
        ({"started": YEAR_AGO + DAY}, 0, 1),
        ({"started": TODAY}, 0, 1),
        ({"started": TODAY + DAY}, 0, 0),
        ({"ended": TODAY}, 1, 0),
        ({"ended": TODAY - DAY}, 0, 0),
    ],
)
def test_people_are_counted_who_were_here_on_the_day_and_a_year_before(post: dict[str, Any], eligible: int, new: int):
    made = facts([post])
    assert counts_of(made, "RA1")["eligible"] == eligible
    assert counts_of(made, "RA1", "new")["eligible"] == new


def test_who_moved_within_the_system_is_new_in_the_organisation_and_in_the_system():
    """Otherwise the system less its organisations would be the few who moved."""
    made = facts([{"ended": TODAY - 40 * DAY}, {"organisation": "RB2", "started": TODAY - 39 * DAY}], [{}])
    assert counts_of(made, "RB2")["eligible"] == 0
    assert counts_of(made, "RB2", "new") | {"eligible": 1, "agreed": 1} == counts_of(made, "RB2", "new")
    assert counts_of(made, "")["eligible"] == 0
    assert counts_of(made, "", "new")["agreed"] == 1


@pytest.mark.parametrize(
    ("talk", "counts"),
    [
        ({}, True),
        ({"opened_on": YEAR_AGO, "closed_on": TODAY}, False),
        ({"opened_on": YEAR_AGO + DAY}, True),
        ({"opened_on": TODAY, "closed_on": TODAY}, True),
        ({"closed_on": TODAY + DAY}, False),
        ({"closed_on": None}, False),
        ({"organisation": "RB2"}, True),
        ({"stage": "offer"}, False),
    ],
)
def test_a_conversation_counts_when_it_was_held_in_the_year_and_agreed_by_the_day(talk: dict[str, Any], counts: bool):
    found = counts_of(facts([{}], [talk]), "RA1")
    assert (found["agreed"], found["none"]) == ((1, 0) if counts else (0, 1))


def test_two_conversations_of_one_person_are_one_person():
    assert counts_of(facts([{}], [{}, {"opened_on": TODAY - 100 * DAY}]), "RA1")["agreed"] == 1


@pytest.mark.parametrize(("due", "dated"), [(TODAY, 1), (TODAY + DAY, 1), (TODAY - DAY, 0), (None, 0)])
def test_a_date_that_has_passed_is_no_next_date(due: date | None, dated: int):
    dues = pl.LazyFrame(
        [{"person": 1, "last_on": TODAY - 90 * DAY, "due_on": due}], schema_overrides={"due_on": pl.Date}
    )
    found = counts_of(facts([{}], [{}], dues=dues), "RA1")
    assert (found["dated"], found["undated"]) == (dated, 1 - dated)


@pytest.mark.parametrize(
    ("given_on", "talks", "why"),
    [
        (TODAY, [], "why_away"),
        (YEAR_AGO, [], "why_not_said"),
        (TODAY + DAY, [], "why_not_said"),
        (TODAY, [{}], None),
    ],
)
def test_a_reason_counts_for_those_without_a_conversation_if_it_was_given_in_the_year(given_on, talks, why):
    reasons = pl.LazyFrame([{"person": 1, "organisation": "RA1", "reason": "away", "given_on": given_on}])
    found = counts_of(facts([{}], talks, reasons=reasons), "RA1")
    assert {name for name in WHY if found[name]} == ({why} if why else set())


def brute_force(made: Facts, at: date) -> dict[tuple[str, str], tuple[int, int]]:
    """Eligible and covered people by organisation and level, without a single join of ours."""
    before = years_before(at)
    spells, events = made.spells.collect().to_dicts(), made.events.collect().to_dicts()  # type: ignore[union-attr]
    held = {
        e["person"] for e in events
        if e["stage"] == "conversation" and before < e["opened_on"] <= at and e["closed_on"] and e["closed_on"] <= at
    }  # fmt: skip
    here = {
        when: {(s["person"], s["organisation"]) for s in spells if s["started"] <= when <= (s["ended"] or date.max)}
        for when in (at, before)
    }
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for person, organisation in here[at] & here[before]:
        n, covered = found.get((organisation, "all"), (0, 0))
        found[organisation, "all"] = n + 1, covered + (person in held)
    posts = [s for s in spells if s["started"] <= at <= (s["ended"] or date.max)]
    posts.sort(key=lambda s: (KINDS.index(s["kind"]), -s["fte"], s["started"]), reverse=True)
    main = {s["person"]: s["organisation"] for s in posts}
    everybody = {person for person, organisation in main.items() if (person, organisation) in here[before]}
    found["", "all"] = len(everybody), len(everybody & held)
    return found


def test_counts_agree_with_a_slow_and_plain_reckoning():
    system = make(staff=600, organisations=4, years=3, seed=3)
    made = Facts.of(system.people.lazy(), system.spells.lazy(), system.events.lazy())
    at = date(2026, 9, 30)
    cells = coverage_cells(made, at).filter(slice="all")
    ours = {(row["organisation"], "all"): (row["eligible"], row["agreed"]) for row in cells.to_dicts()}
    assert ours == brute_force(made, at)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1_000), st.integers(2, 4))
def test_cells_of_parts_add_up_to_the_cells_of_the_whole(seed: int, parts: int):
    system = make(staff=300, organisations=3, years=2, seed=seed)
    at, frames = date(2026, 9, 30), (system.people, system.spells, system.events)
    some = [Facts.of(*(f.filter(pl.col("person") % parts == part).lazy() for f in frames)) for part in range(parts)]
    whole = coverage_cells(Facts.of(*(f.lazy() for f in frames)), at)
    assert_frame_equal(add(*(coverage_cells(made, at) for made in some)), whole)


@pytest.fixture(scope="module")
def made() -> Facts:
    system = make(staff=1_500, organisations=4, years=3, seed=5)
    rng = np.random.default_rng(5)
    reasons = system.spells.select("person", "organisation").unique(maintain_order=True).sample(500, seed=1)
    reasons = reasons.with_columns(reason=pl.Series(rng.choice(REASONS, 500)), given_on=pl.lit(date(2026, 8, 1)))
    dues = system.conversations.sort("held_on").group_by("person").agg(
        pl.col("held_on").last().alias("last_on"), pl.col("next_due_on").last().alias("due_on")
    )  # fmt: skip
    frames = (system.people, system.spells, system.events)
    return Facts.of(*(f.lazy() for f in frames), reasons=reasons.lazy(), dues=dues.lazy())


AT = date(2026, 9, 30)


def test_there_is_a_row_for_every_place_and_slice_whether_or_not_anybody_is_there(made: Facts):
    shown = coverage_report(made, AT).frame
    groups = sum(len(groups) + 1 for groups in GROUPS.values())
    staff_groups = made.spells.select(pl.col("staff_group").n_unique()).collect().item()
    assert shown.filter(organisation="").height == 2 + 10 + staff_groups + groups
    assert shown.filter(pl.col("organisation") != "").height == 4 * (2 + 10 + staff_groups)


def test_shares_and_ranges_are_those_of_the_rounded_counts(made: Facts):
    shown = coverage_report(made, AT).frame.drop_nulls("share")
    assert shown["share"].to_list() == (shown["agreed"] / shown["eligible"]).to_list()
    assert shown["low"].to_list() == wilson(shown["agreed"], shown["eligible"])[0].to_list()
    assert shown.height > 40


def test_reasons_stand_beside_everybody_alone(made: Facts):
    shown = coverage_report(made, AT).frame
    assert shown.filter(pl.col("slice") != "all").select(WHY).null_count().sum_horizontal().item() == (
        len(WHY) * shown.filter(pl.col("slice") != "all").height
    )
    assert shown.filter(slice="all", organisation="")["why_not_said"].item() > 0


def test_groups_are_told_for_the_whole_system_alone(made: Facts):
    told = coverage_report(made, AT).frame.filter(pl.col("slice").str.contains("ethnicity|sex|disability|age_band"))
    assert set(told["organisation"]) == {""}
    assert not any(answer in slice_ for slice_ in told["slice"] for answer in NON_ANSWERS)


def test_an_attacker_with_a_solver_recovers_no_count_of_the_report(made: Facts):
    """The true cells are what adds up: where they do not (people in two organisations), no reader can subtract."""
    cells = coverage_cells(made, AT)
    slices = _slices(cells)
    true = _every_row(cells, slices).join(cells, on=["organisation", "slice"], how="left").fill_null(0)
    long = true.unpivot(index=["organisation", "slice"], on=COUNTS, variable_name="figure", value_name="n")
    there = long.filter(~pl.col("figure").is_in(WHY) | (pl.col("slice") == "all"))
    splits = [split for split in _splits(slices) if split.key != "organisation"]
    shown = coverage_report(made, AT).frame
    found = bounds_of_linked(shown, ["organisation", "slice"], COUNTS, splits, cells=there)
    both = found.join(there, on=["organisation", "slice", "figure"])
    assert both.filter((pl.col("n") < pl.col("least") - 1e-6) | (pl.col("n") > pl.col("most") + 1e-6)).is_empty()
    assert ((both["most"] + 1e-6).floor() - (both["least"] - 1e-6).ceil()).min() >= DEFAULT.width  # type: ignore[operator]


def test_another_rule_withholds_more(made: Facts):
    strict, usual = (coverage_report(made, AT, rule).frame for rule in (Rule("strict", floor=25), DEFAULT))
    assert strict["agreed"].null_count() > usual["agreed"].null_count()
    assert strict["agreed"].min() >= 25  # type: ignore[operator]


def test_cells_that_lack_a_count_are_refused():
    with pytest.raises(CellsError, match="agreed"):
        coverage_release(pl.DataFrame({"organisation": [""], "slice": ["all"]}))


PLAN: dict[str, Any] = {
    "person": 1, "organisation": "RA1", "held_on": TODAY - 200 * DAY, "state": "open", "closed_on": None,
    "support": None,
}  # fmt: skip


def waits(*actions: dict[str, Any]) -> list[tuple[int, bool]]:
    types = {"closed_on": pl.Date, "support": pl.String}
    plans = pl.LazyFrame([{**PLAN, **action} for action in actions], schema_overrides=types)
    found = _first_plans(facts([{}], plans=plans), TODAY)
    return found.select("wait", "done").rows()


@pytest.mark.parametrize(
    ("actions", "found"),
    [
        ([{}], [(200, False)]),
        ([{"state": "done", "closed_on": TODAY - 150 * DAY}], [(50, True)]),
        ([{"state": "dropped", "closed_on": TODAY - 150 * DAY}], [(200, False)]),
        ([{"state": "done", "closed_on": TODAY + DAY}], [(200, False)]),
        ([{}, {"state": "done", "closed_on": TODAY - 20 * DAY}], [(180, True)]),
        ([{"held_on": TODAY - 89 * DAY}], []),
        ([{"held_on": TODAY - 90 * DAY}], [(90, False)]),
        ([{"held_on": TODAY - 500 * DAY}], []),
        ([{"held_on": TODAY - 120 * DAY}, {"held_on": TODAY - 300 * DAY}], [(300, False)]),
    ],
    ids=["open", "done", "dropped", "later", "one of two", "too soon", "just in time", "too long ago", "the first"],
)
def test_a_plan_is_followed_from_its_conversation_to_the_day(actions, found):
    assert waits(*actions) == found


def some_plans(people: int, done: int) -> Facts:
    """The first `done` of these people had an action done on day 1, 2, 3 and so on; the others have none yet."""
    plans = [
        {**PLAN, "person": n, "state": "done" if n <= done else "open",
         "closed_on": PLAN["held_on"] + n * DAY if n <= done else None}
        for n in range(1, people + 1)
    ]  # fmt: skip
    frame = pl.LazyFrame(plans, schema_overrides={"closed_on": pl.Date, "support": pl.String})
    return facts([{"person": n} for n in range(1, people + 1)], plans=frame)


def test_the_follow_up_shows_shares_of_people_and_a_median_with_its_range():
    row = follow_up_report(some_plans(150, 120), TODAY).frame.filter(organisation="").to_dicts()[0]
    assert (row["plans"], row["done_early"], row["done_later"], row["open"]) == (150, 90, 30, 30)
    assert row["share"] == 0.6
    assert (row["median"], row["median_low"], row["median_high"]) == (75, 65, 85)


def test_a_median_that_few_people_have_not_reached_is_withheld_with_their_number():
    row = follow_up_report(some_plans(120, 115), TODAY).frame.filter(organisation="").to_dicts()[0]
    assert (row["open"], row["median"]) == (None, None)


def test_a_median_that_is_not_reached_is_none_and_nothing_is_withheld():
    row = follow_up_report(some_plans(300, 120), TODAY).frame.filter(organisation="").to_dicts()[0]
    assert (row["open"], row["median"], row["reason"]) == (180, None, None)
