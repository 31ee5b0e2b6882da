"""The reports on conversations, routes and wishes: one set of figures, whichever way they are read."""

import csv
import io
import re
import zipfile
from typing import Any

import fastexcel
import pytest

from analytics.frames import Facts
from analytics.released.coverage import coverage_report, follow_up_report
from analytics.released.routes import routes_report
from service.insight.drafting import METHODS
from service.insight.files.sheets import flat
from service.insight.rules import Measure, method_of
from service.insight.shapes import SHAPES, Column, Kind, Shape
from service.insight.words.flags import ratio_words
from service.web.presenters import number, percent
from tests.insight.conftest import Numbers
from tests.insight.test_reports import get

EVERY = [
    pytest.param(measure, shape, id=f"{measure}-{shape.part}") for measure, shapes in SHAPES.items() for shape in shapes
]


async def released(numbers: Numbers, measure: Measure, organisation: str = "") -> dict[str, dict[str, Any]]:
    """The parts of a report by name, over JSON."""
    address = f"/api/releases/{{release}}/reports/{measure}"
    parts = (await get(numbers, address, organisation=organisation)).json()["parts"]
    return {part["part"]: part for part in parts}


@pytest.mark.parametrize(("measure", "shape"), EVERY)
async def test_page_csv_xlsx_and_json_give_the_same_numbers(numbers: Numbers, measure: Measure, shape: Shape):
    rows = (await released(numbers, measure))[shape.part]["rows"]
    columns = [column for column in flat(shape) if column.kind is not Kind.TEXT and column.kind is not Kind.CODE]
    expected = [[as_file(row, column) for column in columns] for row in rows]
    asked = {"release": str(numbers.releases[1].id), "part": shape.part}
    text = (await get(numbers, f"/reports/{measure}/figures.csv", **asked)).text
    lines = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert [[read(line[column.name]) for column in columns] for line in lines] == expected
    book = (await get(numbers, f"/reports/{measure}/figures.xlsx", release=asked["release"])).content
    at = [one.part for one in SHAPES[measure]].index(shape.part) + 1
    sheet = fastexcel.read_excel(book).load_sheet(f"Table {at}", header_row=2, dtypes="string").to_polars()
    found = [[read(row[column.label]) for column in columns] for row in sheet.to_dicts() if any(row.values())]
    assert found == expected
    if shape.part == "chain" or measure is Measure.ATTENTION:
        return  # laid out in another way: test_flags_pages and test_attention look at them
    page = (await get(numbers, f"/reports/{measure}")).text
    columns = [one for one in shape.columns if one.only is None or any(one.only(row) for row in rows)]
    # A column in which no row has anything is none.
    columns = [one for one in columns if one.kind is Kind.CODE or any(as_shown(row, [one]) != ["–"] for row in rows)]
    assert on_page(page, shape, columns) == [as_shown(row, columns) for row in rows]


def as_file(row: dict[str, Any], column: Column) -> str | float:
    value = row[column.name]
    return absent(row, column) if value is None else round(float(value), 5)


def absent(row: dict[str, Any], column: Column) -> str:
    """What stands for a figure that is withheld, has a reason of its own to be missing, or cannot be."""
    told = row["reason"] is None or (column.only is not None and not column.only(row))
    return column.rare if column.rare and told else "*"


def read(value: str) -> str | float:
    return round(float(value), 5) if re.fullmatch(r"[\d.]+(e-\d+)?", value) else value


def as_shown(row: dict[str, Any], columns: list[Column]) -> list[str]:
    shown: list[str] = []
    for column in columns:
        value, high = row.get(column.name), row.get(column.high)
        if column.kind is Kind.CODE:
            continue
        if column.kind is Kind.TEXT:
            shown.append(value or "")
        elif value is None or (column.high and high is None):
            shown.append(absent(row, column))
        else:
            words = {Kind.SHARE: percent, Kind.RATIO: ratio_words}.get(column.kind, number)
            shown.append(f"{words(value)} to {words(high)}" if column.high else words(value))
    return shown


def on_page(page: str, shape: Shape, columns: list[Column]) -> list[list[str]]:
    """Every line of the part's tables; where there is one for each kind of work, its caption is the first cell."""
    section = re.search(rf'<h[23] class="nhsuk-heading-[ms]" id="{shape.part}">.*?</section>', page, re.DOTALL)
    assert section
    found: list[list[str]] = []
    for table in re.findall(r'<table class="nhsuk-table rw-sheet">.*?</table>', section[0], re.DOTALL):
        caption, heads, body = [
            re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", table, re.DOTALL) for tag in ("caption", "thead", "tbody")
        ]
        whole = heads[0].count("<th ") == sum(column.kind is not Kind.CODE for column in columns)
        for line in re.findall(r"<tr>(.*?)</tr>", body[0], re.DOTALL):
            cells = [plain(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.DOTALL)]
            found.append(cells if whole else [plain(caption[0]), *cells])
    return found


def plain(text: str) -> str:
    return text.replace("&amp;", "&").replace("&#39;", "'").replace("&#x27;", "'")


async def test_what_is_kept_is_what_analytics_released(numbers: Numbers):
    snapshot = numbers.snapshots[1]
    facts = Facts.read(snapshot.folder)
    frame = coverage_report(facts, snapshot.manifest.on).frame
    for code in ("", *numbers.codes):
        parts = await released(numbers, Measure.COVERAGE, code)
        kept = {row["slice"]: row for part in ("levels", "staff_groups") for row in parts[part]["rows"]}
        for row in frame.filter(organisation=code).to_dicts():
            if row["slice"] in kept:
                assert kept[row["slice"]]["agreed"] == row["agreed"]
                assert kept[row["slice"]]["share"] == (row["share"] and pytest.approx(row["share"], abs=1e-6))
        whole = follow_up_report(facts, snapshot.manifest.on).frame.filter(organisation=code).to_dicts()[0]
        told = next(row for row in parts["follow_up"]["rows"] if row["organisation"] == code)
        assert (told["plans"], told["median"]) == (whole["plans"], whole["median"])


async def test_routes_that_cannot_be_shown_are_not_kept_at_all(numbers: Numbers):
    snapshot = numbers.snapshots[1]
    frame = routes_report(Facts.read(snapshot.folder), snapshot.manifest.on).frame
    shown = frame.drop_nulls("people").filter(frame.drop_nulls("people")["from_profile"] != "all")
    shown = shown.filter(shown["to_profile"] != "all")
    rows = (await released(numbers, Measure.ROUTES))["routes"]["rows"]
    assert {(r["from_profile"], r["to_profile"], r["people"]) for r in rows} == set(shown.rows_by_key(  # type: ignore[arg-type]
        ["from_profile", "to_profile", "people"]
    ))  # fmt: skip
    assert 0 < len(rows) < frame.height / 4


async def test_a_wish_that_cannot_be_shown_is_not_kept_at_all(numbers: Numbers):
    for part in (await released(numbers, Measure.ASPIRATIONS)).values():
        assert all(row["wanted"] is not None and row["wanted"] >= 10 for row in part["rows"])


async def test_nobody_is_ranked(numbers: Numbers):
    """Organisations by name; wishes and routes by what they are called."""
    for part, by in (("organisations", "name"), ("follow_up", "name")):
        names = [row[by] for row in (await released(numbers, Measure.COVERAGE))[part]["rows"]]
        assert [n for n in names if n != "Whole system"] == sorted(
            (n for n in names if n != "Whole system"), key=str.casefold
        )
    kinds = (await released(numbers, Measure.ASPIRATIONS))["kinds"]["rows"]
    assert [row["family_name"] for row in kinds] == sorted((row["family_name"] for row in kinds), key=str.casefold)


async def test_groups_and_organisations_are_told_for_the_system_alone(numbers: Numbers):
    system, one = [await released(numbers, Measure.COVERAGE, code) for code in ("", numbers.codes[0])]
    assert set(system) - set(one) == {"organisations", "groups"}
    assert not any("ethnicity" in row["slice"] for part in ("levels", "staff_groups") for row in one[part]["rows"])


async def test_nothing_in_a_report_on_conversations_is_by_manager_or_person(numbers: Numbers):
    page = (await get(numbers, "/reports/coverage")).text.lower()
    for given, family in numbers.system.people.select("given_name", "family_name").head(300).rows():
        assert f"{given} {family}".lower() not in page
    assert "there are no figures by manager" in page


async def test_the_page_leads_with_the_whole_system_in_words(numbers: Numbers):
    page = (await get(numbers, "/reports/coverage")).text
    assert page.index("employed in the whole system for the year up to 30 September 2026") < page.index("<table")
    assert page.count("<h1") == 1
    for words in ("Numerator", "Denominator", "Left out", "Evidence", "coverage-2", "2026-4", "Kaplan and Meier"):
        assert words in page


async def test_every_picture_on_the_page_is_there_and_told_in_words(numbers: Numbers):
    page = (await get(numbers, "/reports/coverage")).text
    pictures = re.findall(r'srcset="([^"]*)">\s*<img class="rw-chart" src="([^"]*)" alt="([^"]*)"', page)
    assert len(pictures) == 7
    for narrow, wide, words in pictures:
        for address in (narrow, wide):
            svg = await get(numbers, address.replace("&amp;", "&"))
            assert svg.text.startswith("<svg")
            assert not re.search(r"<script|<style|style=|href=|onload", svg.text)
        assert "range" in words


async def test_the_top_of_a_long_page_leads_to_each_part_and_what_a_picture_shows_is_folded(numbers: Numbers):
    page = (await get(numbers, "/reports/coverage")).text
    links = re.findall(r'<li><a href="#([a-z_]+)"', page)
    assert links == [*(shape.part for shape in SHAPES[Measure.COVERAGE]), "meaning"]
    assert all(f'id="{link}"' in page for link in links)
    assert page.index('id="groups"') < page.index('id="staff_groups"')
    for part in ("levels", "organisations", "groups", "staff_groups"):
        section = page[page.index(f'<h2 class="nhsuk-heading-m" id="{part}"') :]
        assert section.index("<figure") < section.index("<details") < section.index("<table")


async def test_what_changed_leads_to_the_new_reports_and_still_says_seven_things_at_most(numbers: Numbers):
    page = (await get(numbers, "/reports")).text
    assert len(re.findall(r"<li>\s*<p>", page)) <= 7
    for measure in SHAPES:
        assert f'href="/reports/{measure}"' in page
    headlines = (await get(numbers, "/api/releases/{release}")).json()["headlines"]
    measures = [h.get("measure") for h in headlines if h.get("measure")]
    assert measures[0] == "equity"
    order = ["equity", "retention", "attention", "pipelines", "coverage", "aspirations"]
    assert [*dict.fromkeys(measures)] == [measure for measure in order if measure in measures]
    assert "since 30 September 2025" in next(h["text"] for h in headlines if h.get("measure") == "coverage")


async def test_each_report_says_its_own_method(numbers: Numbers):
    for measure in SHAPES:
        assert method_of(METHODS, measure) in (await get(numbers, f"/reports/{measure}")).text


async def test_the_workbook_has_a_sheet_for_each_part_and_is_always_the_same(numbers: Numbers):
    asked = {"release": str(numbers.releases[1].id)}
    one, other = [(await get(numbers, "/reports/coverage/figures.xlsx", **asked)).content for _ in range(2)]
    assert one == other
    tables = [f"Table {at}" for at in range(1, 7)]
    assert fastexcel.read_excel(one).sheet_names == ["Cover", "Contents", "Notes", *tables]
    with zipfile.ZipFile(io.BytesIO(one)) as parts:
        assert sum(name.startswith("xl/tables/") for name in parts.namelist()) == 6
