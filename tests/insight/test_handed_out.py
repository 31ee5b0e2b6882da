"""What the service hands out has the figures that were released as they are shown, and nothing beside them: no hidden
sheet, no digit or attribute behind a picture, no key that no table has."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from service.insight.files.sheets import flat
from service.insight.rules import Measure
from service.insight.shapes import SHAPES
from tests.insight.conftest import Numbers
from tests.insight.test_reports import get

GEOMETRY = """x y x1 x2 y1 y2 cx cy r d points width height viewBox transform fill stroke stroke-width stroke-dasharray
    stroke-opacity stroke-miterlimit stroke-linecap stroke-linejoin opacity fill-opacity font-size font-family
    font-weight font-style text-anchor class xmlns xmlns:xlink version role aria-hidden clip-path id dominant-baseline
    aria-roledescription dy dx rx ry paint-order pointer-events display"""
MARKS = "svg g rect path text line circle tspan polyline polygon title defs clipPath"
TICKS = frozenset({0.25, 0.5, 7.5, 12.5, 22.5, 2.5, 1.5, 1.25, 0.8})
# What rows have beside their columns: names, and rounded counts that were released with them.
_BESIDE = "organisation organisation_name pattern others reference_others steps supply_code supplied known basis"
BESIDE = frozenset(re.split(" ", _BESIDE))
MEASURES = [measure for measure in Measure if measure in SHAPES]


def numbers_in(value: Any) -> Iterator[float]:
    """All numbers of rows, however deep."""
    if isinstance(value, dict):
        for one in value.values():
            yield from numbers_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from numbers_in(one)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def forms(shown: set[float]) -> set[float]:
    """As numbers are written: people as they are, shares in whole or tenth percent, ratios with two decimals."""
    return {round(n * scale, digits) for n in shown for scale in (1, 100) for digits in (0, 1, 2)}


def said(words: str) -> list[float]:
    return [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*\.?\d*", words)]


async def pages_of(numbers: Numbers) -> list[Any]:
    asked = text("SELECT measure, part, rows, charts FROM release_tables WHERE release_id = :id")
    async with numbers.admin.connect() as connection:
        return [*(await connection.execute(asked, {"id": numbers.releases[1].id})).all()]


async def test_a_picture_says_released_figures_alone_and_carries_nothing_behind_its_marks(numbers: Numbers):
    drawn = 0
    for measure, part, rows, charts in await pages_of(numbers):
        shown = forms({*numbers_in(rows)})
        named = {n for row in rows for value in row.values() if isinstance(value, str) for n in said(value)}
        step = 2 if measure == Measure.TRENDS else 5  # of the ticks
        for svg in charts.values():
            drawn += 1
            tags = re.findall(r"<(\w[\w:]*)([^>]*)>", svg)
            assert {tag for tag, _ in tags} <= {*MARKS.split()}, (measure, part)
            attributes = {name for _, given in tags for name in re.findall(r'([\w:-]+)="', given)}
            assert attributes <= {*GEOMETRY.split()}, (measure, part)
            assert not re.search(r'<(text|title)[^>]*display="none"', svg), (measure, part)
            for words in re.findall(r">([^<>]+)<", svg):
                undated = re.sub(r"\b([A-Z][a-z]{2} \d\d|20\d\d)\b", "", words)
                rest = [
                    n
                    for n in said(undated)
                    if n not in shown | named | TICKS and n % 5 != 0 and n % step != 0 and n > 9
                ]
                assert rest == [], (measure, part, words)
    assert drawn > 50


def test_that_a_digit_too_many_is_seen():
    assert said("high: 0.402496")[0] not in forms({0.402496})


@pytest.mark.parametrize("measure", MEASURES)
async def test_json_csv_and_workbook_have_the_columns_of_the_tables_and_nothing_hidden(
    numbers: Numbers, measure: Measure
):
    parts = (await get(numbers, f"/api/releases/{{release}}/reports/{measure}")).json()["parts"]
    told = {round(n, 6) for part in parts for n in numbers_in(part["rows"])}
    for part, shape in zip(parts, SHAPES[measure], strict=True):
        columns = [column.name for column in flat(shape)]
        assert {name for row in part["rows"] for name in row} <= {*columns, *BESIDE}
        beside = [row[name] for row in part["rows"] for name in BESIDE - {*columns} if name in row]
        # Counts, or steps of a pathway; trends have how many a shown range tells of.
        assert measure is Measure.TRENDS or all(n % 5 == 0 or n < 10 for n in numbers_in(beside))
    asked = {"release": str(numbers.releases[1].id), "part": SHAPES[measure][0].part}
    heads = next(csv.reader(io.StringIO((await get(numbers, f"/reports/{measure}/figures.csv", **asked)).text)))
    assert len(heads) == 4 + len(flat(SHAPES[measure][0]))
    book = (await get(numbers, f"/reports/{measure}/figures.xlsx", release=asked["release"])).content
    with zipfile.ZipFile(io.BytesIO(book)) as kept:
        names = kept.namelist()
        assert not [n for n in names if re.search("comment|custom|embed|pivot|external|vba|drawing", n, re.IGNORECASE)]
        for name in names:
            content = kept.read(name).decode()
            assert not re.search(r'hidden="(1|true)"|state="(veryH|h)idden"|<f>|definedName', content), name
            if name.startswith("xl/worksheets/sheet"):
                values = re.findall(r'<c r="\w+"(?: s="\d+")?><v>([^<]+)</v>', content)
                assert {round(float(value), 6) for value in values} <= told, name


async def test_a_page_keeps_no_figure_in_an_attribute(numbers: Numbers):
    for measure in MEASURES:
        page = (await get(numbers, f"/reports/{measure}")).text
        assert not re.search(r'(?:data-|aria-)[\w-]+="[^"]*\d\.\d{3}', page), measure
        assert "<!--" not in page.partition("<main")[2], measure
