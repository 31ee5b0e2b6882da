from datetime import date
from uuid import UUID

import pytest

from service.organisations.rules import (
    KIND_NAMES,
    Grade,
    OrganisationKind,
    is_ods_code,
    level_name,
    next_edition,
    problem_with_parent,
    problems_with_edition,
)

A, B, C, D = (UUID(int=n) for n in range(1, 5))
ABOVE = {A: None, B: A, C: B}
OLD = [Grade("afc", "5", "Band 5", 5), Grade("afc", "6", "Band 6", 6)]


@pytest.mark.parametrize(
    ("organisation", "parent", "fits"),
    [
        (A, None, True),
        (C, A, True),
        (None, C, True),
        (A, A, False),
        (A, B, False),
        (A, C, False),
        (A, D, False),
        (D, A, True),
    ],
)
def test_an_organisation_may_belong_to_any_other_but_not_in_a_circle(
    organisation: UUID | None, parent: UUID | None, fits: bool
) -> None:
    assert (problem_with_parent(organisation, parent, ABOVE) is None) is fits


def test_a_circle_that_is_there_already_does_not_hang_the_check() -> None:
    assert problem_with_parent(C, A, {A: B, B: A, C: None}) is None


@pytest.mark.parametrize(
    ("code", "fits"),
    [
        ("RX1", True),
        ("00ABC", True),
        ("rx1", False),
        ("R1", False),
        ("RX 1", False),
        ("RXÉ", False),
        ("ABCDEFGHI", False),
    ],
)
def test_an_ods_code_is_three_to_eight_letters_and_digits(code: str, fits: bool) -> None:
    assert is_ods_code(code) is fits


def test_a_new_edition_holds_the_old_one_with_the_changes_in_their_places() -> None:
    changed, added = Grade("afc", "6", "Band 6", 7), Grade("local", "PCN-A", "Local A", 4)
    assert next_edition(OLD, [added, changed]) == [OLD[0], changed, added]


def test_an_edition_is_approved_by_today_and_gives_each_grade_one_level() -> None:
    today = date(2026, 11, 22)
    assert problems_with_edition(OLD, today, today) == []
    assert [problem.field for problem in problems_with_edition(OLD, date(2026, 11, 23), today)] == ["approved_on"]
    assert [problem.field for problem in problems_with_edition([OLD[0], OLD[0]], today, today)] == ["grades"]


def test_every_kind_has_a_name_and_an_unmapped_grade_is_said_to_be_so() -> None:
    assert set(KIND_NAMES) == set(OrganisationKind)
    assert level_name(7) == "Level 7, lead or manager"
    assert level_name(None) == "Grade not mapped to a level"
