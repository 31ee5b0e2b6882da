"""What a row of a file of past conversations must be: each fault told at its column, in words that put it right."""

from datetime import date, timedelta
from uuid import UUID

import polars as pl
import pytest

from service.conversations.queries.terms import Terms
from service.conversations.rules import Topic
from service.conversations.schemas.terms import TermOut
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Invalid, NotAllowed
from service.transfer.history.checking import check
from service.transfer.history.codes import words_with
from service.transfer.history.holding import Employed
from service.transfer.history.matching import matched
from service.transfer.history.refusing import must_be_told_in_codes
from service.transfer.plans import not_told
from service.transfer.readers import read
from service.transfer.schemas import Mapping
from tests.builders import NOBODY
from tests.transfer.files import a_file
from tests.transfer.history import a_talk

TERMS = Terms(
    1,
    (
        TermOut(Topic.IMPACT_NOW, "settling_in", "Settling in", ""),
        TermOut(Topic.IMPACT_NOW, "well_placed", "Well placed", ""),
        TermOut(Topic.SUPPORT, "coaching", "Coaching", ""),
        TermOut(Topic.SUPPORT, "shadowing", "Shadowing", ""),
    ),
)
YESTERDAY, TOMORROW = today() - timedelta(days=1), today() + timedelta(days=1)
PEOPLE = pl.DataFrame(
    [
        ("p", "P", None, "p@example.org", date(2024, 3, 1)),
        ("f", "F", None, "bronwen@example.org", date(2020, 1, 1)),
        ("g", "G", TOMORROW, "shared@example.org", None),
        ("h", "H", None, "shared@example.org", None),
        ("gone", "GONE", YESTERDAY, None, date(2020, 1, 1)),
    ],
    schema={
        "person_id": pl.String,
        "employee_number": pl.String,
        "left": pl.Date,
        "email": pl.String,
        "since": pl.Date,
    },
    orient="row",
)
BY_MAIL = {"FACILITATOR_EMPLOYEE_NUMBER": "", "FACILITATOR": "bronwen@example.org"}


def looked_at(*rows: dict[str, str], mapping: Mapping | None = None) -> tuple[pl.DataFrame, list[tuple[int, str, str]]]:
    """The good rows, and (row, column, fix) of every problem."""
    checked = check(read(a_file(*rows)), mapping, words_with(TERMS), not_told)
    good, problems = matched(checked, Employed(PEOPLE))
    return good, problems.select("row", "column", "fix").rows()


FAULTS = [
    ({"EMPLOYEE_NUMBER": ""}, "EMPLOYEE_NUMBER", "Every row needs it"),
    ({"EMPLOYEE_NUMBER": "Q"}, "EMPLOYEE_NUMBER", "Nobody of your organisation has this number"),
    ({"EMPLOYEE_NUMBER": "GONE"}, "EMPLOYEE_NUMBER", "has left your organisation"),
    ({"EMPLOYEE_NUMBER": "F"}, "EMPLOYEE_NUMBER", "A person cannot hold their own career conversation"),
    ({"FACILITATOR_EMPLOYEE_NUMBER": ""}, "FACILITATOR_EMPLOYEE_NUMBER", "Say who held it"),
    ({"FACILITATOR_EMPLOYEE_NUMBER": "Q"}, "FACILITATOR_EMPLOYEE_NUMBER", "Nobody whom your organisation employs now"),
    ({"FACILITATOR_EMPLOYEE_NUMBER": "GONE"}, "FACILITATOR_EMPLOYEE_NUMBER", "Nobody whom your organisation employs"),
    (BY_MAIL | {"FACILITATOR": "nobody@example.org"}, "FACILITATOR", "Nobody whom your organisation employs now"),
    (BY_MAIL | {"FACILITATOR": "shared@example.org"}, "FACILITATOR", "Two people have this address"),
    (BY_MAIL | {"FACILITATOR": "Bronwen Parry"}, "FACILITATOR", "Write an e-mail address"),
    ({"FACILITATOR": "shared@example.org"}, "FACILITATOR", "two people’s"),
    ({"HELD_ON": ""}, "HELD_ON", "Every row needs it"),
    ({"HELD_ON": "31/02/2025"}, "HELD_ON", "there is no 31 February 2025"),
    ({"HELD_ON": f"{TOMORROW:%d/%m/%Y}"}, "HELD_ON", "today or in the past"),
    ({"HELD_ON": "29/02/2024"}, "HELD_ON", "before the person’s first post with you that we hold, from 1 March 2024"),
    ({"EMPLOYEE_NUMBER": "G", "HELD_ON": "01/01/2012"}, "HELD_ON", "within the last 10 years"),
    ({"NEXT_DUE_ON": "14/05/2025"}, "NEXT_DUE_ON", "must come after this one, 14 May 2025"),
    ({"NEXT_DUE_ON": f"{today().year + 4}-01-01"}, "NEXT_DUE_ON", "within the next 3 years"),
    ({"KIND": ""}, "KIND", "Every row needs it"),
    ({"KIND": "chat"}, "KIND", "Use one of: First career conversation, Follow-up"),
    ({"MODE": "pigeon"}, "MODE", "Use one of: In person, By video, By telephone"),
    ({"FACILITATOR_KIND": "coatch"}, "FACILITATOR_KIND", "Did you mean “Coach”? Use one of: Line manager, Coach"),
    ({"IMPACT_NOW": "promising"}, "IMPACT_NOW", "Use one of: Settling in, Well placed"),
    ({"IMPACT_NOW": "settling_in; well_placed"}, "IMPACT_NOW", "We do not know this value"),
    ({"SUPPORT": "Coaching; cash"}, "SUPPORT", "We do not know “cash”. Use coaching (Coaching); shadowing (Shadowing)"),
    ({"BARRIERS": "time"}, "BARRIERS", "No codes are agreed for this column yet"),
    ({"SUPPORT": "=1+1"}, "SUPPORT", "This is a formula"),
]


@pytest.mark.parametrize(
    ("given", "column", "words"), FAULTS, ids=[f"{n}-{fault[1]}" for n, fault in enumerate(FAULTS)]
)
def test_a_fault_is_told_at_its_column_and_says_what_to_do(given: dict[str, str], column: str, words: str) -> None:
    good, problems = looked_at(a_talk("P", **given) if "EMPLOYEE_NUMBER" not in given else a_talk(**_number(given)))
    assert good.is_empty()
    assert [(row, where) for row, where, _ in problems] == [(2, column)]
    assert words in problems[0][2]


def _number(given: dict[str, str]) -> dict[str, str]:
    return {"number": given["EMPLOYEE_NUMBER"]} | {k: v for k, v in given.items() if k != "EMPLOYEE_NUMBER"}


@pytest.mark.parametrize(
    ("given", "facilitator"),
    [
        ({}, "f"),
        (BY_MAIL, "f"),
        (BY_MAIL | {"FACILITATOR": "Bronwen@Example.org"}, "f"),
        ({"FACILITATOR": "bronwen@example.org"}, "f"),
        ({"FACILITATOR_EMPLOYEE_NUMBER": "G"}, "g"),
        ({"HELD_ON": "01/03/2024"}, "f"),
        ({"HELD_ON": f"{today():%d/%m/%Y}"}, "f"),
        ({"NEXT_DUE_ON": "15/05/2025"}, "f"),
    ],
)
def test_a_row_that_can_be_brought_in(given: dict[str, str], facilitator: str) -> None:
    good, problems = looked_at(a_talk(**given))
    assert problems == []
    assert good["facilitator_id"].to_list() == [facilitator]


def test_somebody_without_a_post_on_record_may_have_talked_at_any_time() -> None:
    assert looked_at(a_talk("H", HELD_ON="01/06/2019"))[1] == []


def test_codes_are_known_by_code_or_by_label_and_each_counts_once() -> None:
    good, _ = looked_at(a_talk(IMPACT_NOW="Well placed", SUPPORT="Shadowing; coaching;COACHING ;"))
    assert good.select("impact_now", "support").row(0) == ("well_placed", "shadowing;coaching")


def test_what_the_reader_says_a_value_means_counts_for_each_code_of_a_cell() -> None:
    mapping = Mapping(codes={"support": {"1:1": "coaching"}})
    assert looked_at(a_talk(SUPPORT="1:1;shadowing"), mapping=mapping)[0]["support"].to_list() == ["coaching;shadowing"]


def test_the_same_person_day_and_facilitator_twice_is_a_problem_of_the_second_row() -> None:
    rows = (
        a_talk(),
        a_talk(**BY_MAIL, KIND="Follow-up"),
        a_talk(HELD_ON="15/05/2025"),
        a_talk(FACILITATOR_EMPLOYEE_NUMBER="G"),
    )
    good, problems = looked_at(*rows)
    assert good["row"].to_list() == [2, 4, 5]
    assert [(row, fix[:23]) for row, _, fix in problems] == [(3, "This row repeats row 2:")]


UNLINKED, SOMEBODY = Actor("Bronwen Parry"), Actor("Bronwen Parry", person_id=UUID(NOBODY))
SAID = "She would like to lead a ward one day but has two small children at home"


@pytest.mark.parametrize(
    "column",
    ["SUMMARY", "Notes", "comments", "What was said", "Discussion", "SUPPORT_DETAILS", "FREE TEXT", "Meeting notes"],
)
def test_a_column_that_is_named_like_free_text_is_refused_by_its_name(column: str) -> None:
    with pytest.raises(Invalid, match="What was said belongs to the two who talked and is not imported"):
        must_be_told_in_codes(SOMEBODY, read(a_file(a_talk(**{column: "ok"}))))


@pytest.mark.parametrize("column", ["SUPPORT", "Column 7", "KIND"])
def test_a_column_that_reads_like_free_text_is_refused_whatever_it_is_called(column: str) -> None:
    with pytest.raises(Invalid, match=f"“{column}” looks like free text"):
        must_be_told_in_codes(SOMEBODY, read(a_file(a_talk(**{column: SAID}))))


def test_several_codes_in_words_are_no_free_text_and_neither_is_what_our_download_says_to_fix() -> None:
    codes = (
        "To move to another profession or family of roles; To work in another organisation of the system; To specialise"
    )
    must_be_told_in_codes(SOMEBODY, read(a_file(a_talk(ASPIRATIONS=codes, WHAT_TO_FIX=SAID, ROW="2"))))


def test_an_account_that_is_nobodys_cannot_bring_in_conversations() -> None:
    with pytest.raises(NotAllowed, match="not linked to a person"):
        must_be_told_in_codes(UNLINKED, None)
