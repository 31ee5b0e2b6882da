"""Files: laid out for people and machines, and safe to open."""

import io
import zipfile

import fastexcel
import pytest

from service.insight.files import plain
from tests.insight.conftest import Numbers
from tests.insight.test_reports import get, report


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("=cmd()", "'=cmd()"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("Bwrdd Iechyd Llŷn", "Bwrdd Iechyd Llŷn"),
        ("", ""),
    ],
)
def test_no_name_becomes_a_formula(given: str, kept: str):
    assert plain(given) == kept


async def test_the_workbook_has_cover_contents_notes_and_a_table_for_each_characteristic(numbers: Numbers):
    book = (await get(numbers, report(numbers, ".xlsx"))).content
    assert fastexcel.read_excel(book).sheet_names == [
        "Cover",
        "Contents",
        "Notes",
        "Table 1",
        "Table 2",
        "Table 3",
        "Table 4",
    ]
    cover = fastexcel.read_excel(book).load_sheet("Cover", header_row=None).to_polars().to_series().to_list()
    assert "Disclosure rule: 2026-4" in cover
    notes = fastexcel.read_excel(book).load_sheet("Notes", header_row=None).to_polars().to_series().to_list()
    for term in ("Numerator", "Denominator", "Rounding", "Withheld"):
        assert any(note.startswith(f"{term}: ") for note in notes)


async def test_each_table_is_marked_up_as_one(numbers: Numbers):
    book = (await get(numbers, report(numbers, ".xlsx"))).content
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert sum(name.startswith("xl/tables/") for name in parts.namelist()) == 4


async def test_the_same_release_gives_the_same_file(numbers: Numbers):
    one, other = [(await get(numbers, report(numbers, ".xlsx"))).content for _ in range(2)]
    assert one == other


async def test_a_file_is_named_after_its_release_and_is_not_kept_by_the_browser(numbers: Numbers):
    answer = await get(numbers, report(numbers, ".csv"))
    assert answer.headers["content-disposition"] == 'attachment; filename="representation-2-ethnicity.csv"'
    assert answer.headers["cache-control"] == "no-store"
