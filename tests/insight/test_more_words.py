"""Sentences about conversations, routes and wishes say what the figures say, and no more."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from service.insight.words import Basis, aspirations, coverage, routes

BASIS = Basis(2, date(2026, 9, 30), 1, "coverage-2", "2026-4")
BEFORE = replace(BASIS, number=1, snapshot_on=date(2025, 9, 30))


def row(
    slice_: str, share: float | None, *, half: float = 0.02, eligible: int | None = 1000, **given: Any
) -> dict[str, Any]:
    low, high = (None, None) if share is None else (share - half, share + half)
    agreed = None if share is None or eligible is None else round(share * eligible)
    return {
        "slice": slice_, "name": slice_, "eligible": eligible, "agreed": agreed, "share": share, "low": low,
        "high": high, "undated_share": None, "reason": None, **given,
    }  # fmt: skip


NEW = row("new", None, eligible=None)
PLANS = {
    "plans": 200,
    "share": 0.6,
    "low": 0.53,
    "high": 0.67,
    "open": 40,
    "median": 75,
    "median_low": 65,
    "median_high": 85,
}


def test_the_first_sentence_is_the_share_with_its_range_and_what_it_is_of():
    [said] = coverage.reading([row("all", 0.4), NEW], None, "the whole system", BASIS)
    assert said == (
        "About 400 of 1,000 people employed in the whole system for the year up to 30 September 2026 had a career"
        " conversation in it, and agreed its record: 40.0% (range 38.0% to 42.0%)."
    )


def test_what_is_withheld_is_never_made_up():
    said = coverage.reading([row("all", None, eligible=None), NEW], None, "a small charity", BASIS)
    assert said == ["The numbers for a small charity are too small, or too near to one another, to show."]
    assert coverage.headline([row("all", None), NEW], BASIS, None) == []


def test_new_people_and_missing_dates_are_told_where_they_can_be():
    rows = [row("all", 0.4, undated_share=0.7), row("new", 0.1, eligible=100)]
    _, new, undated = coverage.reading(rows, None, "x", BASIS)
    assert new.startswith("About 100 people came within the year, and are counted apart. 10.0% (range 8.0% to 12.0%)")
    assert undated == "70.0% have no date set for the next one."


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Half had done one by about day 75 (range 65 to 85). About 40 have done none yet."),
        ({"median_high": None}, "Half had done one by about day 75. About 40 have done none yet."),
        ({"median": None}, "Fewer than half have done one yet. About 40 have done none yet."),
        ({"share": None}, "How soon plans lead to a first action cannot be shown: too few people have a plan."),
    ],
)
def test_the_wait_for_a_first_action_is_told_with_those_who_still_wait(changed: dict[str, Any], said: str):
    assert coverage.reading([row("all", 0.4), NEW], {**PLANS, **changed}, "x", BASIS)[-1].endswith(said)


@pytest.mark.parametrize(
    ("earlier", "basis", "said"),
    [
        (0.3, BEFORE, " That is more than on 30 September 2025: 30.0% (range 28.0% to 32.0%)."),
        (0.5, BEFORE, " That is less than on 30 September 2025: 50.0% (range 48.0% to 52.0%)."),
        (0.37, BEFORE, " That is no clear change since 30 September 2025."),
        (None, BEFORE, ""),
        (0.3, replace(BEFORE, rule_version="x"), ""),
    ],
)
def test_a_change_is_spoken_of_only_where_the_ranges_do_not_touch(earlier: float | None, basis: Basis, said: str):
    [headline] = coverage.headline([row("all", 0.4), NEW], BASIS, (basis, [row("all", earlier)]))
    assert headline["text"].partition("that they agreed.")[2] == said
    assert headline["measure"] == "coverage"


def test_a_group_is_spoken_of_only_where_it_clearly_differs_and_age_and_non_answers_never():
    rows = [row("disability:disabled", 0.2), row("sex:female", 0.41), row("age_band:16-24", 0.1)]
    rows.append(row("ethnicity:unanswered", 0.1))
    assert coverage.groups(rows, row("all", 0.4)) == [
        "Disabled staff: 20.0% (range 18.0% to 22.0%), against 40.0% (range 38.0% to 42.0%) of everybody."
    ]
    assert coverage.groups(rows[1:], row("all", 0.4))[0].startswith("No group's share differs")


@pytest.mark.parametrize(
    ("share", "eligible", "clear"),
    [(0.2, 1000, True), (0.37, 1000, False), (0.355, 1000, False), (0.355, 20_000, True)],
)
def test_rounding_is_reckoned_with(share: float, eligible: int, clear: bool):
    other = row("all", 0.4, half=0.02, eligible=20_000)
    assert coverage.apart(row("x", share, half=0.0245, eligible=eligible), other) is clear


@pytest.mark.parametrize(
    ("slice_", "name"),
    [
        ("all", "Everybody employed for the year"),
        ("level:9", "Level 9, executive"),
        ("level:unmapped", "Grade not mapped to a level"),
        ("staff_group:social_care", "Social care"),
        ("ethnicity:unanswered", "Ethnicity: No answer"),
        ("age_band:16-24", "Age band: 16 to 24"),
    ],
)
def test_slices_have_names(slice_: str, name: str):
    assert coverage.slice_name(slice_) == name


WISH = {
    "family": "nursing", "family_name": "Nursing", "target": "level:8", "wanted": 15, "held": None, "steps": False,
    "supply_code": "none", "supply": "No post", "nearest": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "About 15 people want a level 8 role in nursing. No post."),
        (
            {"place": ""},
            "About 15 people want a level 8 role in nursing, anywhere in the system. No post.",
        ),
        (
            {"place": "R1", "place_name": "St Elm's"},
            "About 15 people want a level 8 role in nursing, at St Elm's. No post.",
        ),
        ({"target": "tier:executive"}, "About 15 people want an executive role in nursing. No post."),
        ({"target": "any", "family_name": "HR and people"}, "About 15 people want a role in HR and people. No post."),
        (
            {"nearest": "Level 6 in the same work"},
            "About 15 people want a level 8 role in nursing. No post. What comes nearest is level 6 in the same work.",
        ),
        (
            {"nearest": aspirations.NOTHING},
            "About 15 people want a level 8 role in nursing. No post. No post in the same work.",
        ),
    ],
)
def test_a_wish_is_a_sentence(given: dict[str, Any], said: str):
    assert aspirations.wish({**WISH, **given}) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "No such post in the last year, and no published step leads to one"),
        ({"steps": True, "place": "R1"}, "No such post in the last year"),
        ({"supply_code": "thin"}, "Too few to show, or fewer than want it"),
        ({"supply_code": "thin", "held": 10}, "Fewer hold one than want it"),
        ({"supply_code": "some", "held": 90}, "At least as many hold one as want it"),
    ],
)
def test_what_there_is_is_told_without_a_number_that_was_withheld(given: dict[str, Any], said: str):
    assert aspirations.supply_words({**WISH, **given}) == said


@pytest.mark.parametrize(
    ("target", "there", "said"),
    [
        ("level:8", {"level:5", "level:6"}, "Level 6 in the same work"),
        ("level:5", {"level:4", "level:6"}, "Level 4 in the same work"),
        ("level:8", {"tier:executive"}, "Another role in the same work"),
        ("tier:executive", {"tier:enabled_leader", "tier:mid_senior"}, "Mid to senior leader in the same work"),
        ("tier:executive", {"level:5", "level:8"}, "Levels 5 to 8 in the same work"),
        ("tier:executive", {"level:5"}, "Level 5 in the same work"),
        ("level:8", set[str](), "No post in the same work"),
    ],
)
def test_what_comes_nearest_is_in_the_same_work(target: str, there: set[str], said: str):
    assert aspirations.nearest_words(target, there) == said


def test_the_same_role_elsewhere_names_two_places_at_most():
    assert aspirations.elsewhere_words(["A", "B"]) == "The same role at A and B"
    assert aspirations.elsewhere_words(["A", "B", "C", "D"]) == "The same role at A, B and 2 more"


def test_the_most_wanted_without_supply_come_first_and_wishes_for_anywhere_are_not_told_twice():
    kinds = [{**WISH, "wanted": n} for n in (10, 40, 20, 30)] + [{**WISH, "wanted": 90, "supply_code": "some"}]
    places = [{**WISH, "wanted": 35, "place": "", "place_name": "Anywhere in the system"}]
    places.append({**WISH, "wanted": 15, "place": "R1", "place_name": "St Elm's"})
    total, counted, *said = aspirations.reading(500, kinds, places)
    assert total == "About 500 people have said what kind of role they want."
    assert "5 kinds of role to be shown. For 4 of these nobody has held such a post" in counted
    assert [words.split()[1] for words in said] == ["40", "30", "20", "15"]
    assert "at St Elm's" in said[-1]


def test_where_too_few_said_what_they_want_the_page_says_so():
    assert aspirations.reading(None, [], [])[0].startswith("Too few people have said what they want")
    assert aspirations.headline(None, [], []) == []


def route(start: str, end: str, people: int) -> dict[str, Any]:
    return {"from_profile": start, "to_profile": end, "from_name": start, "to_name": end, "people": people}


def test_a_route_is_told_once_with_the_way_back():
    rows = [route("Receptionist", "Administrator", 455), route("Administrator", "Receptionist", 490)]
    rows.append(route("Nurse", "HR partner", 20))
    assert routes.reading({"people": 965, "across_share": None}, rows)[2:] == [
        "About 490 people went from administrator to receptionist, and about 455 the other way.",
        "About 20 people went from nurse to HR partner.",
    ]


def test_routes_are_told_as_steps_and_never_as_chances():
    said = routes.reading({"people": 1300, "across_share": 0.34}, [route(f"A{n}", "B", n) for n in range(10, 24)])
    assert said[0] == (
        "People took about 1,300 steps between role profiles in the five years up to the day. 34.0% of these steps led"
        " to another organisation."
    )
    assert "14 routes can be shown" in said[1]
    assert len(said) == 2 + routes.MOST
    assert not any("chance" in words or "likel" in words for words in said)
    assert routes.reading(None, [])[0].startswith("Too few people have moved")
