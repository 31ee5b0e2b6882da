"""WRES and WDES as they are published: orientation, denominators, and what is not there."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from analytics.errors import CellsError
from analytics.intervals import risk_ratio
from analytics.representation import WRES, survey_indicators, wdes, wres
from tests.analytics.builders import TODAY, some_facts

MINORITY = {"ethnicity": "asian"}
DISABLED = {"disability": "disabled"}
BEFORE = date(2025, 3, 31)  # the last day that is not in the year to TODAY


def staff(number: int, **also: Any) -> list[dict[str, Any]]:
    return [{"person": person, **also} for person in range(1, number + 1)]


def shortlisted(first: int, appointed: int, of: int, **also: Any) -> list[dict[str, Any]]:
    cases = [{"stage": "shortlist", "person": first + at, "outcome": "appointed", **also} for at in range(of)]
    return [{**case, "outcome": "not_appointed"} if at >= appointed else case for at, case in enumerate(cases)]


def the(found: pl.DataFrame, indicator: str, **where: object) -> dict[str, Any]:
    chosen = found.filter(pl.col("indicator") == indicator, *(pl.col(key) == value for key, value in where.items()))
    return chosen.row(0, named=True)


def test_indicator_two_is_white_over_ethnic_minority_from_counts() -> None:
    people = [*[{}] * 30, *[MINORITY] * 20]
    events = [*shortlisted(1, 12, 30), *shortlisted(31, 4, 20)]
    row = the(wres(some_facts(people, staff(50), events), at=TODAY), "2")
    assert (row["a"], row["n"], row["c"], row["m"]) == (12, 30, 4, 20)
    assert (row["value"], row["low"], row["high"]) == pytest.approx(risk_ratio(12, 30, 4, 20))
    assert row["value"] == pytest.approx((12 / 30) / (4 / 20))


def test_only_cases_decided_in_the_year_count_for_indicator_two() -> None:
    undecided = {"closed_on": None, "outcome": None}
    events = [
        *shortlisted(1, 1, 2),
        *shortlisted(3, 1, 1, opened_on=BEFORE, closed_on=BEFORE),
        {"stage": "shortlist", "person": 3, **undecided},
    ]
    row = the(wres(some_facts([{}, {}, {}, MINORITY], staff(4), events), at=TODAY), "2")
    assert (row["a"], row["n"], row["m"], row["value"]) == (1, 2, 0, None)


def test_indicator_three_is_ethnic_minority_over_white_and_keeps_those_who_left() -> None:
    people = [*[{}] * 6, *[MINORITY] * 5]
    posts = [*staff(10), {"person": 11, "ended": date(2025, 12, 1)}]
    entries = [{"stage": "disciplinary", "person": person, "outcome": None} for person in (1, 7, 7, 11)]
    row = the(wres(some_facts(people, posts, entries), at=TODAY), "3")
    assert (row["a"], row["n"], row["c"], row["m"]) == (2, 5, 1, 6)
    assert row["value"] == pytest.approx((2 / 5) / (1 / 6))


def test_indicator_four_is_white_over_ethnic_minority_of_the_headcount() -> None:
    places = [
        {"stage": "appointment", "person": 1, "outcome": "accepted"},
        {"stage": "completion", "person": 1, "outcome": "completed"},
        {"stage": "appointment", "person": 2, "outcome": "declined"},
        {"stage": "appointment", "person": 4, "outcome": "accepted"},
    ]
    row = the(wres(some_facts([{}, {}, {}, MINORITY, MINORITY], staff(5), places), at=TODAY), "4")
    assert (row["a"], row["n"], row["c"], row["m"], row["value"]) == (1, 3, 1, 2, pytest.approx((1 / 3) / (1 / 2)))


def test_indicator_one_sets_clinical_medical_and_other_staff_apart_beside_the_workforce() -> None:
    groups = ("nursing_midwifery", "nursing_midwifery", "medical_dental", "administrative_clerical")
    posts = [{"person": at, "staff_group": group, "level": 6} for at, group in enumerate(groups, start=1)]
    people = [{}, MINORITY, MINORITY, {"ethnicity": "not_stated"}]
    found = wres(some_facts(people, posts, [{}]), at=TODAY).filter(pl.col("indicator") == "1")
    shown = found.select("part", "band", "a", "n", "c", "m", "value").rows()
    assert shown == [("clinical", "6", 1, 2, 2, 3, 0.5), ("medical", "6", 1, 1, 2, 3, 1.0)]
    assert found["unknown_share"].to_list() == [0.25, 0.25]


def test_indicator_nine_is_points_between_board_and_workforce_without_an_interval() -> None:
    people = [*[{}] * 83, *[MINORITY] * 17, *[{}] * 75, *[MINORITY] * 25]
    seats = [{"person": at, "board": "voting" if at <= 50 or at > 90 else "non_voting"} for at in range(1, 101)]
    found = wres(some_facts(people, [*seats, *staff(200)[100:]], [{}]), at=TODAY)
    every = the(found, "9", part="all")
    assert every["value"] == pytest.approx(17 - 21)
    assert (every["low"], every["high"], every["p"]) == (None, None, None)
    voting = the(found, "9", part="voting")
    assert (voting["a"], voting["n"], voting["value"]) == (10, 60, pytest.approx(100 * 10 / 60 - 21))


def test_no_board_on_record_is_no_difference() -> None:
    assert the(wres(some_facts([{}, MINORITY], staff(2), [{}]), at=TODAY), "9", part="all")["value"] is None


def test_no_event_is_no_ratio_and_a_wild_one_is_queried() -> None:
    people = [*[{}] * 30, *[MINORITY] * 40]
    found = wres(some_facts(people, staff(70), [*shortlisted(1, 18, 30), *shortlisted(31, 2, 40)]), at=TODAY)
    assert (the(found, "2")["value"], the(found, "2")["query"]) == (pytest.approx(12), True)
    assert [the(found, "3")[name] for name in ("value", "p", "query")] == [None, None, False]


def test_the_disability_standard_has_its_own_orientation_and_clusters() -> None:
    people = [*[{}] * 8, *[DISABLED] * 4]
    events = [*shortlisted(1, 4, 8), *shortlisted(9, 1, 4), {"stage": "capability", "person": 9, "outcome": None}]
    posts = [*staff(11, level=4), {"person": 12, "level": 8}]
    found = wdes(some_facts(people, posts, events), at=TODAY)
    assert found["indicator"].unique(maintain_order=True).to_list() == ["1", "2", "3", "10"]
    assert the(found, "2")["value"] == pytest.approx((4 / 8) / (1 / 4))
    assert (the(found, "3")["a"], the(found, "3")["n"], the(found, "3")["value"]) == (1, 4, float("inf"))
    assert the(found, "1", band="3 and 4")["value"] == 1


def test_each_organisation_has_every_indicator_and_only_its_own_people() -> None:
    people = [{}, MINORITY, {}, MINORITY]
    posts = [*staff(2), *({"person": person, "organisation": "RB2"} for person in (3, 4))]
    found = wres(some_facts(people, posts, shortlisted(1, 1, 2)), at=TODAY, by=["organisation"])
    assert found.group_by("organisation", maintain_order=True).len().rows() == [("RA1", 6), ("RB2", 6)]
    assert the(found, "2", organisation="RB2")["n"] == 0
    assert the(found, "2", organisation="RA1")["value"] == float("inf")


def test_a_year_to_the_last_of_february_begins_on_the_first_of_march() -> None:
    held = [
        {"stage": "completion", "opened_on": date(2023, 3, 1)},
        {"stage": "completion", "person": 2, "opened_on": date(2023, 2, 28)},
    ]
    row = the(wres(some_facts([{}, {}, MINORITY], staff(3), held), at=date(2024, 2, 29)), "4")
    assert row["a"] == 1


def test_what_cannot_be_computed_is_refused() -> None:
    facts = some_facts([{}, MINORITY], staff(2), [{}])
    with pytest.raises(CellsError, match="not organisation"):
        wres(facts, at=TODAY, by=["level"])
    with pytest.raises(CellsError, match="nobody was in post on 01 January 1990"):
        wres(facts, at=date(1990, 1, 1))
    with pytest.raises(CellsError, match="no events"):
        wres(some_facts([{}, MINORITY], staff(2)), at=TODAY)


def test_survey_indicators_are_taken_as_published_or_refused() -> None:
    good = {"organisation": "RA1", "indicator": "5", "group": "white", "n": 812, "share": 0.271}
    assert survey_indicators(pl.DataFrame([good]), WRES).row(0, named=True) == good
    for change, words in (
        ({"indicator": "2"}, "not an indicator of the survey"),
        ({"group": "disabled"}, "not a group"),
        ({"share": 27.1}, "between 0 and 1"),
        ({"n": -1}, "below 0"),
        ({"n": None}, "has gaps"),
    ):
        with pytest.raises(CellsError, match=words):
            survey_indicators(pl.DataFrame([good | change], strict=False), WRES)
    with pytest.raises(CellsError, match="there twice"):
        survey_indicators(pl.DataFrame([good, good]), WRES)
