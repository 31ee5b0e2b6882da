"""The equity chain: who is in each denominator, what is open, and what stratifying does."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from analytics.errors import CellsError
from analytics.flags import decide, like_for_like, system_wide
from analytics.frames import Facts
from analytics.intervals import risk_ratio
from analytics.representation import chain_strata, equity_chain
from analytics.synthetic import make
from analytics.testing import mid_p
from analytics.testing.stratified import mantel_haenszel
from tests.analytics.builders import TODAY, some_facts

WINDOW = (TODAY - timedelta(days=364), TODAY)
BLACK = {"ethnicity": "black"}


def chain(people: list[Any], posts: list[Any], events: list[Any], **asked: Any) -> pl.DataFrame:
    return equity_chain(some_facts(people, posts, events), window=WINDOW, **asked)


def link(found: pl.DataFrame, name: str, **where: object) -> dict[str, Any]:
    chosen = found.filter(pl.col("link") == name, *(pl.col(key) == value for key, value in where.items()))
    return chosen.row(0, named=True)


def staff(number: int, **also: Any) -> list[dict[str, Any]]:
    return [{"person": person, **also} for person in range(1, number + 1)]


def test_people_in_post_on_the_first_day_are_eligible_and_count_once() -> None:
    people = [{}, {}, BLACK, BLACK]
    posts = [*staff(3), {"person": 4, "started": TODAY}]
    events = [{}, {}, {"person": 3, "opened_on": WINDOW[0]}, {"person": 2, "opened_on": WINDOW[0] - timedelta(days=1)}]
    held = link(chain(people, posts, events), "conversation")
    assert [held[name] for name in ("a", "n", "c", "m")] == [1, 1, 1, 2]
    assert held["ratio"] == 2


def test_each_step_is_out_of_those_at_the_step_before() -> None:
    events = [
        {},
        {"person": 2},
        {"stage": "offer", "outcome": "accepted"},
        {"stage": "offer", "person": 3, "outcome": "accepted"},
        {"stage": "application", "outcome": "shortlisted"},
    ]
    found = chain([{}, {}, {}, BLACK], staff(4), events)
    counts = {
        name: (link(found, name)["c"], link(found, name)["m"]) for name in ("conversation", "offer", "application")
    }
    assert counts == {"conversation": (2, 3), "offer": (1, 2), "application": (1, 1)}
    assert (link(found, "shortlist")["c"], link(found, "shortlist")["m"]) == (1, 1)


def test_an_open_case_is_no_failure() -> None:
    undecided = {"closed_on": None, "outcome": None}
    later = {"closed_on": TODAY + timedelta(days=1), "outcome": "appointed"}
    cases = [
        {"stage": "shortlist", "outcome": "appointed"},
        {"stage": "shortlist", "outcome": "not_appointed"},
        {"stage": "shortlist", **undecided},
        {"stage": "shortlist", **later},
        {"stage": "shortlist", "person": 2, "outcome": "withdrawn"},
    ]
    appointed = link(chain([{}, BLACK], staff(2), cases), "appointment")
    assert [appointed[name] for name in ("a", "n", "open", "c", "m", "reference_open")] == [0, 1, 0, 1, 2, 2]


def test_an_offer_that_is_undecided_leaves_its_person_open_until_they_apply() -> None:
    waiting = {"stage": "offer", "closed_on": None, "outcome": None}
    events = [{}, {"person": 2}, waiting, {**waiting, "person": 2}, {"stage": "application", "person": 2}]
    found = link(chain([{}, {}, BLACK], staff(3), events), "application")
    assert [found[name] for name in ("c", "m", "reference_open")] == [1, 1, 1]


def test_a_move_is_a_post_with_another_employer() -> None:
    posts = [
        *staff(3),
        {"person": 1, "organisation": "RB2", "started": TODAY},
        {"person": 2, "level": 6, "started": TODAY},
    ]
    moved = link(chain([{}, {}, BLACK], posts, [{}]), "move")
    assert (moved["c"], moved["m"], moved["a"], moved["n"]) == (1, 2, 0, 1)


def test_no_event_on_either_side_is_no_ratio() -> None:
    found = link(chain([{}, BLACK], staff(2), [{}]), "appointment")
    assert [found[name] for name in ("ratio", "low", "high", "p", "like_ratio")] == [None] * 5


def test_people_without_a_known_answer_are_in_no_group_and_said() -> None:
    people = [{}, {}, BLACK, {"ethnicity": "not_stated"}]
    held = link(chain(people, staff(4), [{}]), "conversation")
    assert (held["n"] + held["m"], held["unknown_share"], held["declaration_rate"]) == (3, 0.25, 0.75)


def test_like_for_like_is_mantel_and_haenszels_over_staff_group_and_level() -> None:
    made = make(staff=4000, organisations=4, years=3)
    facts = Facts.of(made.people.lazy(), made.spells.lazy(), made.events.lazy())
    asked: dict[str, Any] = {
        "window": (date(2023, 10, 1), date(2026, 9, 30)),
        "groups": {"minority": ("mixed", "asian", "black", "other")},
    }
    found = equity_chain(facts, **asked)
    row = link(found, "shortlist")
    strata = chain_strata(facts, **asked).filter(pl.col("link") == "shortlist")
    within = mantel_haenszel(strata)
    assert (row["like_ratio"], row["like_p"], row["strata"]) == pytest.approx((within.ratio, within.p, within.strata))
    four = [row[name] for name in ("a", "n", "c", "m")]
    assert (row["ratio"], row["low"], row["high"]) == pytest.approx(risk_ratio(*four))
    assert row["p"] == pytest.approx(mid_p(*four))
    assert (strata["a"].sum(), strata["m"].sum()) == (row["a"], row["m"])
    steps = found.sort("link")["ratio"].to_list()
    assert found.sort("link")["cumulative"][1] == pytest.approx(steps[0] * steps[1])


def test_strata_are_where_a_person_stood_when_the_case_opened() -> None:
    posts = [
        {"level": 5, "ended": date(2025, 8, 31)},
        {"level": 6, "started": date(2025, 9, 1)},
        {"person": 2, "level": 5},
    ]
    cases = [
        {"stage": "shortlist", "opened_on": date(2025, 8, 31)},
        {"stage": "shortlist", "opened_on": date(2025, 9, 2), "closed_on": date(2025, 9, 3)},
    ]
    rows = chain_strata(some_facts([{}, BLACK], posts, [*cases, {"stage": "shortlist", "person": 2}]), window=WINDOW)
    shortlisted = rows.filter(pl.col("link") == "appointment").select("level", "n", "m").rows()
    assert shortlisted == [(5, 1, 1), (6, 0, 1)]


def test_strata_go_into_flags_organisation_by_organisation() -> None:
    made = make(staff=6000, organisations=6, years=4)
    facts = Facts.of(made.people.lazy(), made.spells.lazy(), made.events.lazy())
    groups = {"minority": ("mixed", "asian", "black", "other")}
    rows = chain_strata(facts, window=(date(2023, 10, 1), date(2026, 9, 30)), groups=groups, by=["organisation"])
    conversations = rows.filter(pl.col("link") == "conversation").with_columns(
        family=pl.lit("conversation"),
        unit="organisation",
        adverse=pl.lit(value=False),
        level=pl.col("level").fill_null(0),
    )
    decided = decide(like_for_like(conversations.drop("link"), ["staff_group", "level"]))
    assert decided.height == 6
    assert "flag" not in decided["state"].to_list()
    assert system_wide(conversations.drop("link"), ["staff_group", "level"])["positive"].to_list() == [False]


def test_crossed_groups_are_for_the_system_only() -> None:
    people = [{}, {"ethnicity": "black", "sex": "male"}, {"ethnicity": "black", "sex": "not_known"}]
    asked: dict[str, Any] = {"characteristic": ["ethnicity", "sex"], "reference": "white and female"}
    found = chain(people, staff(3), [{}], **asked)
    assert found["group"].unique().to_list() == ["black and male"]
    with pytest.raises(CellsError, match="whole system only"):
        chain(people, staff(3), [{}], by=["organisation"], **asked)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"reference": "asian"}, "no group 'asian'"),
        ({"characteristic": "religion"}, "is none of"),
        ({"by": ["level"]}, "is none of organisation"),
        ({"window": (TODAY, TODAY - timedelta(days=1))}, "last day is not before"),
    ],
)
def test_what_cannot_be_answered_is_refused(asked: dict[str, Any], words: str) -> None:
    facts, asked = some_facts([{}, BLACK], staff(2), [{}]), {"window": WINDOW} | asked
    with pytest.raises(CellsError, match=words):
        equity_chain(facts, **asked)
    with pytest.raises(CellsError, match="no events"):
        equity_chain(some_facts([{}, BLACK], staff(2)), window=WINDOW)
