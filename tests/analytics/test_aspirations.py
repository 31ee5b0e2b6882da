"""What people want beside what there is: whoever muted theirs is not in it, and nobody's wish can be picked out."""

from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from analytics.disclosure import DEFAULT
from analytics.disclosure.linked import Split
from analytics.frames import Facts
from analytics.released.aspirations import ALL, ANYWHERE, aspirations_report, supply
from tests.analytics.attacker import bounds_of_linked
from tests.analytics.builders import TODAY, some_people, some_posts

DAY = timedelta(days=1)
KEYS = ["family", "target", "place"]
ROLES = pl.LazyFrame(
    [
        {"profile": "ward", "family": "nursing", "level": 7, "tier": "enabled_leader", "steps": 2},
        {"profile": "matron", "family": "nursing", "level": 8, "tier": "mid_senior", "steps": 1},
        {"profile": "clerk", "family": "administration", "level": 2, "tier": None, "steps": 0},
    ],
    schema_overrides={"level": pl.Int8, "steps": pl.Int32},
)
WANT: dict[str, Any] = {"family": "nursing", "level": 8, "tier": None, "place": "", "timeframe": "later"}


def facts(posts: list[dict[str, Any]], wants: list[dict[str, Any]]) -> Facts:
    people = max([*(p.get("person", 1) for p in posts), len(wants)])
    profiles = pl.Series("profile", [post.get("profile") for post in posts], dtype=pl.String)
    wishes = [{"person": n, **WANT, **want} for n, want in enumerate(wants, start=1)]
    types = {"level": pl.Int8, "tier": pl.String}
    return Facts.of(
        some_people(*[{}] * people),
        some_posts(*posts).with_columns(pl.lit(profiles)),
        roles=ROLES,
        aspirations=pl.LazyFrame(wishes, schema={"person": pl.Int64, **dict.fromkeys(WANT, pl.String)} | types),
    )


def posts(number: int, profile: str, **given: Any) -> list[dict[str, Any]]:
    return [{"person": n, "profile": profile, **given} for n in range(1, number + 1)]


def figures(made: Facts, family: str = "nursing", target: str = "level:8", place: str = ANYWHERE) -> tuple[Any, Any]:
    shown = aspirations_report(made, TODAY).frame.filter(family=family, target=target, place=place)
    return shown.select("wanted", "held").rows()[0] if shown.height else (None, None)


def test_a_wish_stands_beside_the_people_who_hold_such_a_role():
    assert figures(facts(posts(30, "matron"), [{}] * 20)) == (20, 30)


def test_a_wish_for_one_place_is_beside_that_place_alone():
    here = posts(20, "matron") + [{**p, "person": p["person"] + 20, "organisation": "RB2"} for p in posts(30, "matron")]
    made = facts(here, [{"place": "RB2"}] * 20)
    assert figures(made, place="RB2") == (20, 30)
    assert figures(made, place=ALL) == (20, 50)


def test_a_wish_for_a_tier_is_beside_all_roles_of_the_tier():
    made = facts(posts(30, "ward"), [{"level": None, "tier": "enabled_leader"}] * 15)
    assert figures(made, target="tier:enabled_leader") == (15, 30)


def test_a_wish_that_names_neither_is_beside_the_whole_family():
    assert figures(facts(posts(30, "ward"), [{"level": None}] * 15), target="any") == (15, 30)


@pytest.mark.parametrize("post", [{"ended": TODAY - DAY}, {"started": TODAY + DAY}, {"profile": None}])
def test_only_posts_that_are_held_on_the_day_and_known_by_title_count(post: dict[str, Any]):
    made = facts([{**p, **post} for p in posts(30, "matron")], [{}] * 20)
    assert figures(made) == (20, None)


@pytest.mark.parametrize("wishes", [9, 3, 1])
def test_a_wish_that_few_share_is_not_told(wishes: int):
    assert (
        figures(facts(posts(30, "matron"), [{}] * wishes)) == (None, None)
        or figures(facts(posts(30, "matron"), [{}] * wishes))[0] is None
    )


@pytest.mark.parametrize(("ended", "exists"), [(None, True), (TODAY - 300 * DAY, True), (TODAY - 366 * DAY, False)])
def test_a_role_is_there_while_somebody_held_it_in_the_last_year(ended, exists):
    made = facts([{"profile": "matron", "ended": ended}], [{}])
    found = supply(made, TODAY).filter(pl.col("exists")).select(*KEYS).rows()
    assert (("nursing", "level:8", "RA1") in found) is exists
    assert (("nursing", "level:8", ANYWHERE) in found) is exists


def test_supply_knows_how_many_steps_lead_to_a_kind_of_role():
    found = supply(facts([{"profile": "ward"}], [{}]), TODAY)
    steps = dict(found.filter(pl.col("target").str.starts_with("level")).select("target", "steps").unique().rows())
    assert steps == {"level:7": 2, "level:8": 1, "level:2": 0}


def test_without_wishes_or_roles_nothing_is_shown_and_nothing_breaks():
    plain = Facts.of(some_people({}), some_posts({}))
    assert aspirations_report(plain, TODAY).frame["wanted"].null_count() == 1
    assert supply(plain, TODAY).is_empty()


@pytest.mark.parametrize("seed", range(4))
def test_an_attacker_with_a_solver_recovers_no_wish(seed: int):
    rng = np.random.default_rng(seed)
    wants = [
        {"family": str(rng.choice(["nursing", "administration"], p=[0.8, 0.2])),
         "level": int(rng.choice([2, 7, 8], p=[0.2, 0.5, 0.3])),
         "place": str(rng.choice(["", "RA1", "RB2"], p=[0.6, 0.3, 0.1]))}
        for _ in range(300)
    ]  # fmt: skip
    made = facts(posts(30, "matron"), wants)
    true = pl.DataFrame(wants).select("family", pl.format("level:{}", "level").alias("target"), "place")
    true = true.group_by(KEYS).agg(pl.len().alias("n"))
    shown = aspirations_report(made, TODAY).frame
    found = bounds_of_linked(shown, KEYS, ["wanted"], [Split(key, ALL) for key in KEYS])
    both = found.join(true, on=KEYS)
    assert both.height > 2
    assert both.filter((pl.col("n") < pl.col("least") - 1e-6) | (pl.col("n") > pl.col("most") + 1e-6)).is_empty()
    assert ((both["most"] + 1e-6).floor() - (both["least"] - 1e-6).ceil()).min() >= DEFAULT.width  # type: ignore[operator]
