"""One text in, one value out, or a fault that says what to fix."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.transfer import cells
from service.transfer.cells import Fault
from service.transfer.columns import COLUMNS_OF, CONVERSATIONS, EQUALITY_FIELDS, WORKFORCE, Columns, plain
from service.transfer.workforce import codes

DATES = [
    ("27/03/2026", date(2026, 3, 27)),
    ("7.3.2026", date(2026, 3, 7)),
    ("2026-03-27", date(2026, 3, 27)),
    ("2026-03-27 00:00:00", date(2026, 3, 27)),
    ("20260327", date(2026, 3, 27)),
    ("27-MAR-2026", date(2026, 3, 27)),
    ("27 March 2026", date(2026, 3, 27)),
    ("1st Sept 2024", date(2024, 9, 1)),
    ("29/02/2024", date(2024, 2, 29)),
]
BAD_DATES = [
    ("31/02/2024", "there is no 31 February 2024"),
    ("29/02/2023", "there is no 29 February 2023"),
    ("27/13/2026", "There is no month 13"),
    ("27/03/26", "1926 or 2026"),
    ("March 2026", "Write a date"),
    ("45352", "Write a date"),
    ("27/03/2026 14:30", "Write a date"),
]


@pytest.mark.parametrize(("text", "value"), DATES)
def test_a_date_is_read_however_it_is_written(text: str, value: date) -> None:
    assert cells.day(text) == value


@pytest.mark.parametrize(("text", "words"), BAD_DATES)
def test_a_date_that_cannot_be_says_why(text: str, words: str) -> None:
    with pytest.raises(Fault, match=words):
        cells.day(text)


def test_the_month_may_come_first_when_the_mapping_says_so() -> None:
    assert cells.day("03/27/2026", "month_first") == date(2026, 3, 27)
    assert cells.day("2026-03-27", "month_first") == date(2026, 3, 27)


@given(st.dates(date(1000, 1, 1), date(9998, 12, 31)))
def test_every_day_is_read_back_in_every_form(day: date) -> None:
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d-%b-%Y", "%d %B %Y", "%Y%m%d"):
        assert cells.day(day.strftime(form)) == day


@given(st.text(max_size=60))
def test_no_text_makes_a_reader_fail_in_any_other_way(text: str) -> None:
    for reader in (cells.day, cells.decimal, cells.email, cells.identifier, cells.employee_number, cells.end_day):
        try:
            reader(text)
        except Fault as fault:
            assert fault.fix.endswith((".", "?"))


@pytest.mark.parametrize(
    ("text", "value"), [("1", 1.0), ("0.6", 0.6), ("0,6", 0.6), (".5", 0.5), ("1.500", 1.5), ("0.8000001", 0.8)]
)
def test_a_full_time_equivalent_is_read(text: str, value: float) -> None:
    assert cells.decimal(text) == value


@pytest.mark.parametrize("text", ["0", "1.6", "-1", "1,000.5", "half", "inf", "1e-3"])
def test_a_full_time_equivalent_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(Fault):
        cells.decimal(text)


@pytest.mark.parametrize("text", ["=1", "=cmd()", " =1", "+A1", "@SUM(A1)", "-1|x", "+2(3)"])
def test_a_formula_is_seen(text: str) -> None:
    with pytest.raises(Fault, match="formula"):
        cells.check_text(text)


@pytest.mark.parametrize("text", ["-", "-5", "+44 7700 900000", "@home", "Smith-Jones", "a=b", "Nurse (band 5)"])
def test_what_only_looks_a_little_like_a_formula_is_text(text: str) -> None:
    cells.check_text(text)


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("staff_group", "Nursing & Midwifery Registered", "nursing_midwifery"),
        ("staff_group", "NURSING_MIDWIFERY", "nursing_midwifery"),
        ("kind", "Acting-up", "acting_up"),
        ("contract", "Permanent", "permanent"),
        ("contract", "Fixed Term Temp", "fixed_term"),
        ("contract", "FIXED-TERM", "fixed_term"),
        ("contract", "Temporary", "fixed_term"),
        ("contract", "bank staff", "bank"),
        ("contract", "Apprenticeship", "apprentice"),
        ("contract", "Non-Exec Director/Chair", "other"),
        ("end_reason", "Voluntary Resignation - Work Life Balance", "resignation_work_life_balance"),
        ("ethnicity", "Z", "not_stated"),
        ("ethnicity", "99", "not_known"),
        ("ethnicity", "White: British", "A"),
        ("sex", "F", "female"),
        ("disability", "No", "non_disabled"),
        ("disability", "Prefer not to say", "prefer_not_to_say"),
    ],
)
def test_a_code_is_known_under_the_names_that_files_give_it(field: str, text: str, code: str) -> None:
    assert cells.choice(text, codes.CHOICES[field], {}) == code


def test_an_unknown_code_names_the_nearest_known_one() -> None:
    with pytest.raises(Fault, match="Did you mean “Allied health professionals”"):
        cells.choice("Alied health profesionals", codes.CHOICES["staff_group"], codes.words_of("staff_group"))
    with pytest.raises(Fault, match="Did you mean “Permanent”"):
        cells.choice("Permenant", codes.CHOICES["contract"], codes.words_of("contract"))
    with pytest.raises(Fault, match="Use one of: Substantive, Secondment, Acting up"):
        cells.choice("zzz", codes.CHOICES["kind"], codes.words_of("kind"))


def test_three_ways_of_not_answering_stay_three() -> None:
    for known in EQUALITY_FIELDS:
        assert {"prefer_not_to_say", "not_stated", "not_known"} <= set(codes.CHOICES[known].values())


def test_column_names_are_known_whatever_their_case_and_separators() -> None:
    assert WORKFORCE.understood(["Employee Number", "first_name", "SURNAME", "contracted-fte"]) == {
        "employee_number": "Employee Number",
        "given_name": "first_name",
        "family_name": "SURNAME",
        "fte": "contracted-fte",
    }
    assert WORKFORCE.understood(["START_DATE_ORG", "START_DATE"]) == {"started": "START_DATE"}, (
        "the template's own name comes first"
    )


@pytest.mark.parametrize("columns", COLUMNS_OF.values(), ids=COLUMNS_OF)
def test_no_two_columns_share_a_name(columns: Columns) -> None:
    names = [plain(name) for column in columns for name in (column.header, *column.also)]
    assert len(names) == len(set(names))


def test_a_file_about_people_alone_needs_nothing_of_posts() -> None:
    assert WORKFORCE.missing(["employee_number", "given_name", "family_name", "email"]) == []
    needed = WORKFORCE.missing(["employee_number", "given_name", "family_name", "job_title"])
    assert needed == ["GRADE", "STAFF_GROUP", "START_DATE"]


def test_of_two_columns_that_say_who_held_a_conversation_one_is_enough() -> None:
    rest = ["employee_number", "held_on", "kind"]
    assert CONVERSATIONS.missing(rest) == ["FACILITATOR_EMPLOYEE_NUMBER or FACILITATOR"]
    assert CONVERSATIONS.missing([*rest, "facilitator_email"]) == []
