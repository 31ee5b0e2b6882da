"""Steps that people really took: from one post to the next, in another role; shown where enough people took them."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from analytics.disclosure import DEFAULT
from analytics.disclosure.linked import Split
from analytics.frames import Facts
from analytics.released.routes import ALL, COUNTS, route_cells, routes_report, steps
from tests.analytics.attacker import bounds_of_linked
from tests.analytics.builders import TODAY, some_people, some_posts

DAY = timedelta(days=1)
CHANGE = date(2024, 3, 1)
FIRST: dict[str, Any] = {"profile": "nurse", "started": date(2021, 3, 1), "ended": CHANGE - DAY}
NEXT: dict[str, Any] = {"profile": "senior nurse", "started": CHANGE}


def facts(*posts: dict[str, Any]) -> Facts:
    people = max(post.get("person", 1) for post in posts)
    profiles = pl.Series("profile", [post.get("profile") for post in posts], dtype=pl.String)
    return Facts.of(some_people(*[{}] * people), some_posts(*posts).with_columns(pl.lit(profiles)))


def taken(*posts: dict[str, Any]) -> list[tuple[Any, ...]]:
    return steps(facts(*posts), TODAY).select("from_profile", "to_profile", "across").rows()


@pytest.mark.parametrize(
    ("first", "second", "is_step"),
    [
        ({}, {}, True),
        ({}, {"organisation": "RB2"}, True),
        ({}, {"profile": "nurse", "organisation": "RB2"}, False),
        ({"ended": None}, {}, False),
        ({"ended": CHANGE + 31 * DAY}, {}, True),
        ({"ended": CHANGE + 32 * DAY}, {}, False),
        ({"ended": CHANGE - 92 * DAY}, {}, True),
        ({"ended": CHANGE - 93 * DAY}, {}, False),
        ({}, {"kind": "secondment"}, False),
        ({}, {"kind": "acting_up"}, False),
        ({}, {"profile": None}, False),
        ({}, {"started": TODAY + DAY}, False),
        ({"started": date(2012, 1, 1), "ended": date(2021, 3, 31)}, {"started": date(2021, 3, 31)}, False),
        ({"started": date(2012, 1, 1), "ended": date(2021, 3, 31)}, {"started": date(2021, 4, 1)}, True),
    ],
)
def test_a_step_is_from_one_substantive_post_to_the_next_in_another_role(first, second, is_step):
    assert len(taken({**FIRST, **first}, {**NEXT, **second})) == is_step


def test_a_step_knows_whether_it_led_to_another_organisation():
    assert taken(FIRST, NEXT) == [("nurse", "senior nurse", False)]
    assert taken(FIRST, {**NEXT, "organisation": "RB2"}) == [("nurse", "senior nurse", True)]


def test_two_posts_in_one_role_are_one_stay_wherever_they_were():
    moved = {**FIRST, "organisation": "RB2", "started": date(2023, 3, 1)}
    found = steps(facts({**FIRST, "ended": date(2023, 2, 28)}, moved, {**NEXT, "organisation": "RB2"}), TODAY)
    assert found["months"].to_list() == [pytest.approx(36, abs=0.1)]


def test_steps_of_different_people_are_never_joined():
    assert taken(FIRST, {**NEXT, "person": 2}) == []


def test_who_took_a_route_twice_counts_once():
    back = {"profile": "nurse", "started": CHANGE + 100 * DAY, "ended": CHANGE + 199 * DAY}
    posts = (FIRST, {**NEXT, "ended": CHANGE + 99 * DAY}, back, {**NEXT, "started": CHANGE + 200 * DAY})
    found = {row[:2]: row[2] for row in route_cells(facts(*posts), TODAY).rows()}
    assert found == {("nurse", "senior nurse"): 1, ("senior nurse", "nurse"): 1}


def a_system(seed: int, people: int = 900) -> Facts:
    """Everybody leaves one of four roles for one of five, the popular ones much more often."""
    rng = np.random.default_rng(seed)
    posts: list[dict[str, Any]] = []
    for person in range(1, people + 1):
        come_from, lead_to = rng.choice(4, p=[0.6, 0.25, 0.1, 0.05]), rng.choice(5, p=[0.6, 0.2, 0.1, 0.06, 0.04])
        start = CHANGE - int(rng.integers(200, 2000)) * DAY
        posts.append({"person": person, "profile": f"a{come_from}", "started": start, "ended": CHANGE - DAY})
        where = str(rng.choice(["RA1", "RB2"]))
        posts.append({"person": person, "profile": f"b{lead_to}", "started": CHANGE, "organisation": where})
    return facts(*posts)


KEYS = ["from_profile", "to_profile"]


@pytest.mark.parametrize("seed", range(4))
def test_an_attacker_with_a_solver_who_knows_how_many_left_and_came_recovers_no_route(seed: int):
    made = a_system(seed)
    shown = routes_report(made, TODAY).frame
    splits = [Split("to_profile", ALL), Split("from_profile", ALL), Split("figure", "people", ("across", "within"))]
    found = bounds_of_linked(shown, KEYS, COUNTS, splits)
    long = route_cells(made, TODAY).unpivot(index=KEYS, on=COUNTS, variable_name="figure", value_name="n")
    both = found.join(long, on=[*KEYS, "figure"])
    assert both.height > 5
    assert both.filter((pl.col("n") < pl.col("least") - 1e-6) | (pl.col("n") > pl.col("most") + 1e-6)).is_empty()
    assert ((both["most"] + 1e-6).floor() - (both["least"] - 1e-6).ceil()).min() >= DEFAULT.width  # type: ignore[operator]


def test_what_remains_of_a_flow_is_not_known_to_be_few():
    posts = [
        post
        for person in range(1, 105)
        for post in (
            {**FIRST, "person": person},
            {**NEXT, "person": person, "profile": "b0" if person <= 70 else "b1" if person <= 100 else "b2"},
        )
    ]
    shown = routes_report(facts(*posts), TODAY).frame.filter(from_profile="nurse")
    assert dict(shown.select("to_profile", "people").rows()) == {"all": 105, "b0": 70, "b1": None, "b2": None}


def test_medians_are_of_those_who_took_it_to_the_nearest_quarter_year():
    posts = [
        post
        for person in range(1, 41)
        for post in ({**FIRST, "person": person, "started": CHANGE - (300 + person) * DAY}, {**NEXT, "person": person})
    ]
    shown = routes_report(facts(*posts), TODAY).frame.filter(from_profile="nurse", to_profile="senior nurse")
    assert shown["median_months"].to_list() == [12]


def test_the_order_of_the_facts_does_not_matter():
    made = a_system(9, people=200)
    mixed = Facts(made.people, made.spells.collect().sample(fraction=1, shuffle=True, seed=2).lazy())
    assert_frame_equal(routes_report(mixed, TODAY).frame, routes_report(made, TODAY).frame)


def test_without_role_profiles_there_are_no_routes_and_no_error():
    assert routes_report(facts({}, {"person": 2}), TODAY).frame["people"].null_count() == 1
