"""Where to look first: what was due and was not done, by group, beside the same elsewhere."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analytics.disclosure import DEFAULT, Released, Rule
from analytics.disclosure.linked import Split
from analytics.errors import CellsError
from analytics.frames import DRIVERS, Facts
from analytics.intervals import risk_ratio, wilson
from analytics.released.attention import NO_CONVERSATION, ORDER, add, attention_cells, attention_report
from analytics.released.coverage import coverage_report
from analytics.synthetic import make
from tests.analytics.attacker import bounds_of_linked
from tests.analytics.builders import TODAY, some_people, some_posts

AT = date(2026, 9, 30)
DAY = timedelta(days=1)
NEED: dict[str, Any] = {"person": 1, "organisation": "RA1", "driver": "no_support", "since": TODAY - 9 * DAY}
UNIT = ["organisation", "focus"]
# How often each driver applies: from nearly nobody to nearly everybody.
OFTEN = dict(zip(DRIVERS, (0.3, 0.01, 0.97, 0.06), strict=True))


def counted(posts: list[dict[str, Any]], needs: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, int]]:
    made = Facts.of(
        some_people(*[{}] * max(post.get("person", 1) for post in posts)),
        some_posts(*posts),
        needs=pl.LazyFrame([{**NEED, **need} for need in needs]),
    )
    rows = attention_cells(made, TODAY).to_dicts()
    return {(row["organisation"], row["focus"]): row for row in rows}


@pytest.mark.parametrize(
    ("post", "need", "here", "system"),
    [
        ({}, {}, 1, 1),
        ({}, {"since": TODAY}, 1, 1),
        ({}, {"since": TODAY + DAY}, 0, 0),
        ({}, {"organisation": "RB2"}, 0, 1),
        ({"started": TODAY - 300 * DAY}, {}, None, None),
        ({"ended": TODAY - DAY}, {}, None, None),
    ],
    ids=["due", "since today", "since tomorrow", "at another employer", "came within the year", "left"],
)
def test_a_need_counts_where_it_arose_for_people_employed_for_the_year(post, need, here, system):
    found = counted([post], [need])
    told = [found.get((place, "nursing_midwifery")) for place in ("RA1", "")]
    assert [row and row["no_support"] for row in told] == [here, system]
    assert all(row is None or row["of"] == 1 for row in told)


def test_two_needs_of_one_kind_are_one_person():
    found = counted([{}], [{}, {"since": TODAY - 90 * DAY}, {"driver": "no_aftercare"}])["RA1", "all"]
    assert (found["no_support"], found["no_aftercare"], found["plan_overdue"]) == (1, 1, 0)


def some_facts(staff: int, organisations: int, seed: int, *, parts: int = 1, part: int = 0) -> Facts:
    """Made-up people with the posts of one employer each, so that parts add up, and made-up needs of all kinds."""
    system = make(staff=staff, organisations=organisations, years=2, seed=seed, until=AT)
    first = system.spells.sort("started").unique("person", keep="first").select("person", "organisation")
    spells = system.spells.join(first, on=["person", "organisation"], how="semi")
    rng = np.random.default_rng(seed)
    here = first.sort("person").with_columns(pl.col("organisation").cast(pl.String), since=pl.lit(AT - 30 * DAY))
    needs = pl.concat(
        here.filter(pl.Series(rng.random(here.height) < often)).with_columns(driver=pl.lit(driver))
        for driver, often in OFTEN.items()
    )
    frames = [frame.filter(pl.col("person") % parts == part).lazy() for frame in (system.people, spells, needs)]
    events = system.events.filter(pl.col("person") % parts == part).lazy()
    return Facts.of(frames[0], frames[1], events, needs=frames[2])


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 1_000), st.integers(2, 4))
def test_cells_of_parts_add_up_to_the_cells_of_the_whole(seed: int, parts: int):
    some = [some_facts(200, 3, seed, parts=parts, part=part) for part in range(parts)]
    whole = attention_cells(some_facts(200, 3, seed), AT)
    assert_frame_equal(add(*(attention_cells(made, AT) for made in some)), whole)


@pytest.fixture(scope="module")
def made() -> Facts:
    return some_facts(900, 3, 5)


@pytest.fixture(scope="module")
def coverage(made: Facts) -> Released:
    return coverage_report(made, AT)


@pytest.fixture(scope="module")
def shown(made: Facts, coverage: Released) -> pl.DataFrame:
    return attention_report(made, AT, coverage).frame


def test_every_group_has_a_row_for_every_driver_in_one_order(shown: pl.DataFrame, coverage: Released):
    groups = coverage.frame.filter((pl.col("slice") == "all") | pl.col("slice").str.starts_with("staff_group:"))
    assert shown.height == groups.height * len(ORDER)
    assert shown["driver"].to_list() == [*ORDER] * groups.height
    assert shown["organisation"].is_sorted()
    assert shown.drop_nulls("people").height > 20


def test_what_is_said_of_conversations_is_what_the_report_on_them_says(shown: pl.DataFrame, coverage: Released):
    talks = coverage.frame.with_columns(focus=pl.col("slice").str.strip_prefix("staff_group:"))
    told = shown.filter(driver=NO_CONVERSATION).join(talks, on=UNIT, how="left", maintain_order="left")
    there = told.filter(pl.col("eligible").is_not_null())
    assert there["people"].to_list() == there["none"].to_list()
    assert told["of"].to_list() == told["eligible"].to_list()
    of = shown.join(talks, on=UNIT, how="left", maintain_order="left")
    assert of["of"].to_list() == of["eligible"].to_list()


def test_everything_stands_on_what_is_shown(shown: pl.DataFrame):
    told = shown.drop_nulls("people")
    assert told["share"].to_list() == (told["people"] / told["of"]).to_list()
    assert told["low"].to_list() == wilson(told["people"], told["of"])[0].to_list()
    beside = told.drop_nulls("ratio")
    found = risk_ratio(beside["people"], beside["of"], beside["rest_people"], beside["rest_of"])
    assert beside["ratio_low"].to_list() == found[1].to_list()
    system = shown.filter(organisation="").select("focus", "driver", whole="people", share_of_all="share")
    both = beside.filter(pl.col("organisation") != "").join(system, on=["focus", "driver"])
    assert (both["whole"] - both["people"]).to_list() == both["rest_people"].to_list()
    assert both["system_share"].to_list() == both["share_of_all"].to_list()
    assert beside["rest_people"].min() >= DEFAULT.floor  # type: ignore[operator]


@pytest.mark.parametrize("driver", ["no_aftercare", "no_support"])
def test_an_attacker_with_a_solver_recovers_no_count_of_people(made: Facts, shown: pl.DataFrame, driver: str):
    """Few or nearly all: both are small counts. The reader knows that people are people, wherever they work."""
    cells = attention_cells(made, AT).with_columns(others=pl.col("of") - pl.col(driver)).rename({driver: "people"})
    rows = shown.filter(driver=driver).select(*UNIT, "people", "others", "of")
    true = rows.select(UNIT).join(cells, on=UNIT, how="left", maintain_order="left").select(rows.columns).fill_null(0)
    long = true.unpivot(index=UNIT, variable_name="figure", value_name="n")
    splits = [Split("organisation", ""), Split("focus", "all"), Split("figure", "of", ("people", "others"))]
    found = bounds_of_linked(rows, UNIT, ("people", "others", "of"), splits).filter(pl.col("figure") != "of")
    both = found.join(long, on=[*UNIT, "figure"])
    assert both.height > 20
    assert both.filter((pl.col("n") < pl.col("least") - 1e-6) | (pl.col("n") > pl.col("most") + 1e-6)).is_empty()
    assert ((both["most"] + 1e-6).floor() - (both["least"] - 1e-6).ceil()).min() >= DEFAULT.width  # type: ignore[operator]


def test_no_group_of_fewer_than_ten_is_told_of_whatever_the_floor(made: Facts):
    low = Rule("low", floor=5, base=5)
    told = attention_report(made, AT, coverage_report(made, AT, low), rule=low).frame
    assert told["of"].min() >= 10  # type: ignore[operator]


def test_whether_leaving_is_raised_is_told_beside_a_group_that_is_shown(made: Facts, coverage: Released):
    groups = attention_cells(made, AT).select(UNIT)
    expected = groups.with_columns(state=pl.lit("flag"), o_e=1.4, low=1.1, high=1.8)
    told = attention_report(made, AT, coverage, expected).frame
    assert told.filter(pl.col("of").is_not_null())["state"].unique().to_list() == ["flag"]
    hidden = told.filter(pl.col("of").is_null())
    assert hidden.height > 0
    assert (
        hidden.select("state", "o_e", "o_e_low", "o_e_high").null_count().sum_horizontal().item() == hidden.height * 4
    )


def test_a_snapshot_from_before_needs_were_copied_tells_of_conversations_alone(made: Facts, coverage: Released):
    older = Facts.of(made.people, made.spells, made.events)
    assert attention_report(older, AT, coverage).frame["driver"].unique().to_list() == [NO_CONVERSATION]


def test_what_lacks_a_column_is_refused_by_name(made: Facts, coverage: Released):
    with pytest.raises(CellsError, match="expected lacks the column focus"):
        attention_report(made, AT, coverage, pl.DataFrame({"organisation": [""]}))
