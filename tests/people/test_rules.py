"""Names and answers, as plain tables."""

import re
from datetime import date

import pytest

from service.people.names import listed_as, patterns, said_as, same_name
from service.people.rules import Characteristic, answer_problems, answers_for, birth_problems


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("Okafor, Amara", "Amara Okafor"),
        ("Cher", "Cher"),
        ("Smith, Jr, Ann", "Ann Smith, Jr"),
        ("Ŵyn, Siôn", "Siôn Ŵyn"),
    ],
)
def test_a_listed_name_is_said_the_other_way_round(listed: str, said: str) -> None:
    assert said_as(listed) == said


def test_a_very_long_name_still_fits_the_list() -> None:
    assert len(listed_as("a" * 200, "b" * 200)) == 200


@pytest.mark.parametrize(
    ("typed", "listed", "fits"),
    [
        ("oka", "Okafor, Amara", True),
        ("amara okafor", "Okafor, Amara", True),
        ("mara", "Okafor, Amara", False),
        ("Sion Llyr", "Llŷr, Siôn", True),
        ("Siôn", "Llyr, Sion", True),
        ("brien", "O'Brien, Ann", True),
        ("o'brien", "O'Brien, Ann", True),
        ("smith", "Jones-Smith, Ann", True),
        (".*", "Okafor, Amara", False),
        ("(", "Okafor, Amara", False),
        ("[a-z]", "Okafor, Amara", False),
    ],
)
def test_a_search_fits_the_beginnings_of_words(typed: str, listed: str, fits: bool) -> None:
    # The two dialects agree on what these patterns use, but for the name of white space.
    ours = [pattern.replace("[:space:]", r"\s") for pattern in patterns(typed)]
    assert all(re.search(pattern, listed) for pattern in ours) is fits


@pytest.mark.parametrize(
    ("one", "other", "same"), [("SION  parry", "Siôn Parry", True), ("Sian Parry", "Siôn Parry", False)]
)
def test_names_are_compared_without_accents_case_or_spaces(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same


def test_three_ways_of_not_answering_stay_three() -> None:
    for characteristic in Characteristic:
        assert {"prefer_not_to_say", "not_stated", "not_known"} <= set(answers_for(characteristic))
        assert answer_problems(characteristic, "Z")
        assert not answer_problems(characteristic, "not_stated")


@pytest.mark.parametrize(
    ("birth_date", "refused"),
    [
        (None, False),
        (date(1985, 5, 17), False),
        (date(2020, 1, 1), True),
        (date(1885, 5, 17), True),
        (date(2999, 1, 1), True),
    ],
)
def test_a_date_of_birth_makes_somebody_of_working_age(birth_date: date | None, refused: bool) -> None:
    assert bool(birth_problems(birth_date, date(2026, 11, 22))) is refused
