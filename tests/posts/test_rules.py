"""What the rules of posts refuse, as plain tables."""

from datetime import date
from decimal import Decimal

import pytest

from service.posts.rules import AssignmentKind, Term, ends_employment, overlap, overlap_words, problems_with

TODAY = date(2026, 11, 22)
HELD = Term(AssignmentKind.SUBSTANTIVE, Decimal(1), date(2024, 3, 1), date(2025, 2, 28))


def term(
    started: date, ended: date | None = None, fte: str = "1", kind: AssignmentKind = AssignmentKind.SUBSTANTIVE
) -> Term:
    return Term(kind, Decimal(fte), started, ended)


@pytest.mark.parametrize(
    ("new", "refused"),
    [
        (term(date(2025, 2, 28)), True),
        (term(date(2025, 3, 1)), False),
        (term(date(2020, 1, 1), date(2024, 3, 1)), True),
        (term(date(2020, 1, 1), date(2024, 2, 29)), False),
        (term(date(2020, 1, 1)), True),
        (term(date(2024, 6, 1), fte="0.9"), False),
        (term(date(2024, 6, 1), kind=AssignmentKind.SECONDMENT), False),
        (term(date(2024, 6, 1), kind=AssignmentKind.ACTING_UP), False),
    ],
)
def test_two_full_time_substantive_posts_may_not_overlap_by_a_day(new: Term, refused: bool) -> None:
    assert overlap(new, [HELD]) is (HELD if refused else None)


def test_the_refusal_says_which_post_and_when() -> None:
    words = overlap_words("Amara Okafor", "Staff nurse", HELD)
    assert "Amara Okafor already holds" in words
    assert "Staff nurse, from 1 March 2024 to 28 February 2025" in words
    assert "with no last day" in overlap_words("A", "B", term(date(2024, 3, 1)))


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        (term(date(2024, 3, 1)), []),
        (term(date(1949, 12, 31)), ["started"]),
        (term(date(2030, 1, 1)), ["started"]),
        (term(date(2024, 3, 1), date(2024, 2, 29)), ["ended"]),
        (term(date(2024, 3, 1), date(2099, 1, 1)), ["ended"]),
        (term(date(2024, 3, 1), fte="0"), ["fte"]),
        (term(date(2024, 3, 1), fte="1.6"), ["fte"]),
    ],
)
def test_each_problem_is_told_at_its_field(given: Term, fields: list[str]) -> None:
    assert [problem.field for problem in problems_with(given, TODAY)] == fields


@pytest.mark.parametrize(
    ("reason", "others", "leaves"),
    [
        ("retirement", [], True),
        ("promotion", [], False),
        ("change_of_post", [], False),
        ("end_of_secondment", [], True),
        ("retirement", [term(date(2020, 1, 1))], False),
        ("retirement", [term(date(2020, 1, 1), date(2026, 1, 1))], True),
        ("retirement", [term(date(2020, 1, 1), date(2027, 1, 1))], False),
    ],
)
def test_somebody_leaves_with_their_last_post_unless_they_stay_in_another(
    reason: str, others: list[Term], leaves: bool
) -> None:
    assert ends_employment(date(2026, 11, 1), reason, others) is leaves
