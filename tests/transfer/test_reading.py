"""CSV and workbooks, as the programs of this world write them."""

import pytest

from service.kit.errors import Invalid
from service.transfer.readers import read
from service.transfer.schemas import read_mapping
from tests.transfer.files import a_workbook

ROWS = [["1", "Zoë", "Okafor, A."], ["2", "Siân", 'Ann "Nan"']]
TEXT = 'EMPLOYEE_NUMBER,FIRST_NAME,LAST_NAME\n1,Zoë,"Okafor, A."\n2,Siân,"Ann ""Nan"""\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_same_table_however_it_is_written(encoding: str, newline: str, separator: str) -> None:
    text = "\n".join(
        separator.join('"' + cell.replace('"', '""') + '"' for cell in row)
        for row in [["EMPLOYEE_NUMBER", "FIRST_NAME", "LAST_NAME"], *ROWS]
    )
    sheet = read(text.replace("\n", newline).encode(encoding))
    assert [list(row[1:]) for row in sheet.texts.rows()] == ROWS
    assert bool(sheet.notes) is (encoding == "cp1252"), "a guess is said"


def test_rows_keep_the_number_that_a_spreadsheet_shows() -> None:
    sheet = read(b'A,B\n1,"two\nlines"\n\n,,\n4,x\n5\n')
    assert sheet.texts["row"].to_list() == [2, 5, 6]
    assert sheet.problems.select("row", "kind").rows() == [(6, "ragged")]
    assert "1 cells and the first row 2" in sheet.problems["fix"][0]


def test_excels_own_separator_line_is_obeyed() -> None:
    assert read(b"sep=;\nA;B\n1,5;2\n").texts.rows() == [(2, "1,5", "2")]


def test_a_workbook_is_read_as_text_with_its_true_row_numbers() -> None:
    sheet = read(a_workbook([], [], ["EMPLOYEE_NUMBER", "FTE"], [20123456, 0.6], [], ["007", 1]))
    assert sheet.headers == ("EMPLOYEE_NUMBER", "FTE")
    assert sheet.texts.rows() == [(4, "20123456", "0.6"), (6, "007", "1")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("columns: [1", "neither YAML nor TOML"),
        ("just words", "Start the mapping with"),
        ("columns:\n  nonsense: A", "nonsense is not a field"),
        ("colums:\n  email: A", "not a field we know"),
        ("dates:\n  started: soonish", "years before YYYY-MM-DD"),
        ("a: &a [x]\nb: *a", "neither YAML nor TOML"),
        ("!!python/object/apply:os.system [true]", "Start the mapping with"),
        ("x" * 200_001, "too long"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_what_to_fix(text: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_mapping(text)
    assert words in refused.value.message


def test_a_mapping_is_the_same_in_yaml_and_in_toml() -> None:
    by_yaml = read_mapping("columns:\n  email: Mail\ncodes:\n  sex:\n    Yes: female\ndates:\n  started: month_first\n")
    by_toml = read_mapping('[columns]\nemail = "Mail"\n[codes.sex]\nYes = "female"\n[dates]\nstarted = "month_first"\n')
    assert by_yaml == by_toml
