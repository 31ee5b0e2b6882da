"""What a file of supplied figures may say: each row that cannot be is named, and nothing of the file then counts."""

from datetime import date
from math import floor

import pytest

from service.insight.rules.supplied import COLUMNS, MEASURES, Line, fitted, read_lines

TODAY = date(2026, 11, 22)
HEAD = ",".join(COLUMNS)
GOOD = ("RX1,wres.7,2026-03-31,ethnic_minority,103,212,", "RX1,wres.7,2026-03-31,white,420,700,60.0")


def read(*rows: str) -> tuple[list[Line], list[str]]:
    return read_lines("\n".join((HEAD, *rows)), {"RX1", "RX2"}, TODAY)


def test_both_groups_of_a_line_are_read():
    lines, problems = read(*GOOD)
    assert problems == []
    assert lines[0] == Line("RX1", "wres.7", date(2026, 3, 31), "ethnic_minority", 103, 212)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("RX9,wres.7,2026-03-31,white,1,2,", "Row 2, organisation:"),
        ("RX1,wres.2,2026-03-31,white,1,2,", "Row 2, measure: “wres.2” is not one of the list"),
        ("RX1,wdes.9a,2026-03-31,disabled,1,2,", "is a score and not a count"),
        ("RX1,wres.7,2026-03-31,disabled,1,2,", "must be ethnic_minority or white"),
        ("RX1,wres.7,2027-03-31,white,1,2,", "not in the future"),
        ("RX1,wres.7,31/03/2026,white,1,2,", "Row 2, period_end:"),
        ("RX1,wres.7,2026-03-31,white,3,2,", "numerator: 3 is more than the denominator, 2"),
        ("RX1,wres.7,2026-03-31,white,-3,2,", "numerator: “-3” must be a whole number"),
        ("RX1,wres.7,2026-03-31,white,1.5,2,", "numerator: “1.5” must be a whole number"),
        ("RX1,wres.7,2026-03-31,white,1,,", "denominator: nothing must be a whole number"),
        ("RX1,wres.7,2026-03-31,white,,212,48.7", "no number of 212 people is 48.7%"),
        ("RX1,wres.7,2026-03-31,white,103,212,50.0", "50.0% does not fit 103 of 212"),
        ("RX1,wres.7,2026-03-31,white,,212,101", "must be a number from 0 to 100"),
        ("RX1,wres.7,2026-03-31,white,,0,0", "no number of 0 people is 0%"),
        ("RX1,wres.7,2026-03-31,white,,,", "The file has no figures"),
        (GOOD[0], "give one row for ethnic_minority and one for white"),
    ],
)
def test_a_row_that_cannot_be_is_named_with_what_to_do(row: str, said: str):
    _, problems = read(row)
    assert len(problems) == 1
    assert said in problems[0]


def test_rows_of_the_template_that_stay_empty_are_left_out():
    assert read(*GOOD, ",wres.9,,white,,,")[1] == []


def test_a_row_twice_and_a_board_that_does_not_add_up_are_refused():
    assert "one row for" in read(*GOOD, GOOD[1])[1][0]
    board = ["RX1,wres.9,2026-03-31,ethnic_minority,3,13,", "RX1,wres.9,2026-03-31,white,9,13,"]
    assert "must add up to the denominator" in read(*board)[1][0]
    assert read(board[0], board[1].replace(",9,", ",10,"))[1] == []


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", '"' * 5, "\x00", HEAD, "x" * 500_000])
def test_what_is_no_such_file_is_refused_in_words(text: str):
    lines, [problem] = read_lines(text, {"RX1"}, TODAY)
    assert lines == []
    assert problem.startswith("The file")


def test_a_percentage_gives_the_count_that_rounds_to_it_for_every_count_of_a_group():
    for n in range(1, 160):
        for a in range(n + 1):
            tenths = floor(1000 * a / n + 0.5)
            assert fitted(f"{tenths / 10:.1f}", n) == a


def test_there_is_a_line_for_each_indicator_that_is_counted_elsewhere():
    assert {m for m in MEASURES if m.startswith("wres")} == {f"wres.{n}" for n in (3, 5, 6, 7, 8, 9)}
    assert {m.removeprefix("wdes.") for m in MEASURES if m.startswith("wdes")} == {"3", "4a", "4b", *"5678", "10"}
