"""A leader's pages, files and JSON: one set of figures, whichever way they are read."""

import csv
import io
import re
from dataclasses import asdict
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import fastexcel
import httpx
import pytest
from sqlalchemy import event

from service.insight.presenters import report_page
from service.insight.rules import Characteristic, Figure
from service.insight.shapes import SHAPES
from service.insight.words import level_words
from service.web.presenters import number, percent
from tests.builders import NOBODY
from tests.insight.conftest import Numbers

ADDRESSES = (
    "/reports",
    "/reports/representation",
    "/reports/releases",
    "/reports/representation.csv?release={release}",
    "/reports/representation.xlsx?release={release}",
    "/reports/representation.svg?release={release}&group=white",
    "/api/releases",
    "/api/releases/{release}",
    "/api/releases/{release}/representation",
    *(f"/reports/{measure}" for measure in ("coverage", "routes", "aspirations")),
    "/reports/coverage/chart.svg?release={release}&part=levels&chart=levels",
    "/reports/coverage/figures.csv?release={release}&part=groups",
    "/reports/coverage/figures.xlsx?release={release}",
    *(f"/api/releases/{{release}}/reports/{measure}" for measure in ("coverage", "routes", "aspirations")),
)
COLUMNS = ("n", "known", "in_scope", "share", "low", "high", "whole_share", "declaration_rate")


async def get(numbers: Numbers, address: str, **params: str) -> httpx.Response:
    """As a leader, of the newest release."""
    async with numbers.browse(await numbers.make.leader()) as client:
        return await client.get(address.format(release=numbers.releases[1].id), params=params or None)


def report(numbers: Numbers, suffix: str = "") -> str:
    return f"/reports/representation{suffix}?release={numbers.releases[1].id}"


@pytest.mark.parametrize("address", ADDRESSES)
async def test_a_leader_reads_every_report(numbers: Numbers, address: str):
    answer = await get(numbers, address)
    assert answer.status_code == 200
    assert len(answer.content) <= 60_000


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("who", ["hr_partner", "facilitator", "staff", "administrator", "auditor"])
async def test_nobody_else_reads_any(numbers: Numbers, address: str, who: str):
    somebody = await getattr(numbers.make, who)()
    async with numbers.browse(somebody) as client:
        answer = await client.get(address.format(release=numbers.releases[1].id))
    assert answer.status_code == 403


@pytest.mark.parametrize("address", ADDRESSES)
async def test_without_signing_in_there_is_nothing(numbers: Numbers, address: str):
    async with numbers.browse() as client:
        answer = await client.get(address.format(release=numbers.releases[1].id))
    assert answer.status_code == (401 if address.startswith("/api") else 303)


@pytest.mark.parametrize("characteristic", list(Characteristic))
@pytest.mark.parametrize("at", [None, 0, 3])
async def test_page_csv_xlsx_and_json_give_the_same_numbers(
    numbers: Numbers, characteristic: Characteristic, at: int | None
):
    code = "" if at is None else numbers.codes[at]
    asked = {"organisation": code, "characteristic": characteristic.value, "release": str(numbers.releases[1].id)}
    released = (await get(numbers, "/api/releases/{release}/representation", **asked)).json()["figures"]
    assert as_read(released) == from_csv((await get(numbers, "/reports/representation.csv", **asked)).text)
    book = (await get(numbers, "/reports/representation.xlsx", **asked)).content
    assert as_read(released) == from_xlsx(book, list(Characteristic).index(characteristic) + 1)
    assert as_shown(released) == from_page((await get(numbers, "/reports/representation", **asked)).text)


def as_read(figures: list[dict[str, Any]]) -> list[list[Any]]:
    """Each row's numbers, a withheld one as *."""
    return [["*" if f[c] is None else round(float(f[c]), 6) for c in COLUMNS] for f in figures]


def from_csv(text: str) -> list[list[Any]]:
    return [
        [row[c] if row[c] == "*" else round(float(row[c]), 6) for c in COLUMNS]
        for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    ]


def from_xlsx(book: bytes, at: int) -> list[list[Any]]:
    sheet = fastexcel.read_excel(book).load_sheet(f"Table {at}", header_row=2, dtypes="string").to_polars()
    return [[value if value == "*" else round(float(value), 6) for value in row[2:10]] for row in sheet.rows()]


def as_shown(figures: list[dict[str, Any]]) -> set[tuple[str, ...]]:
    return {(level_words(f["level"]), *_cell(f)) for f in figures}


def _cell(f: dict[str, Any]) -> tuple[str, ...]:
    if f["share"] is None:
        return ("*",)
    return percent(f["share"]), f"{percent(f['low'])} to {percent(f['high'])}", f"{number(f['n'])} people"


def from_page(html: str) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    html = html.partition("rw-levels")[2].partition("</table>")[0]
    for level, rest in re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', html, flags=re.DOTALL):
        cells = re.findall(r'<td class="rw-number">(.*?)</td>', rest)[2:]
        found |= {(level, *filter(None, re.split(r"</?small>", cell))) for cell in cells}
    return found


async def test_before_the_first_release_the_page_says_what_to_do(numbers: Numbers):
    assert "No figures have been released yet. Ask whoever runs this service" in numbers.empty_page


async def test_what_changed_leads_to_the_report_behind_each_sentence(numbers: Numbers):
    page = (await get(numbers, "/reports")).text
    sentences = re.findall(r"<li>\s*<p>(.*?)</p>", page)
    assert 3 <= len(sentences) <= 7
    for href in re.findall(r'href="(/reports/representation\?[^"]*)"', page):
        assert (await get(numbers, href.replace("&amp;", "&"))).status_code == 200


async def test_a_headline_names_an_organisation_only_for_what_is_flagged_or_watched_there(numbers: Numbers):
    headlines = (await get(numbers, "/api/releases/{release}")).json()["headlines"]
    for name in numbers.system.organisations["name"]:
        named = [headline for headline in headlines if name in headline["text"]]
        assert {headline.get("measure") for headline in named} <= {"equity", "retention", "attention"}
        for headline in named:
            ends = (
                r"The range is \d+% to \d+%" if headline["measure"] == "attention" else r"range \d\.\d\d to \d\.\d\d\)"
            )
            assert re.search(ends, headline["text"])


async def test_where_to_begin_is_where_leaving_is_flagged(numbers: Numbers):
    headlines = (await get(numbers, "/api/releases/{release}")).json()["headlines"]
    said = next(headline["text"] for headline in headlines if headline.get("measure") == "attention")
    parts = (await get(numbers, "/api/releases/{release}/reports/retention")).json()["parts"]
    raised = next(part["rows"] for part in parts if part["part"] == "raised")
    flagged = {row["organisation_name"] for row in raised if row["state"] == "flag"}
    assert {name for name in numbers.system.organisations["name"] if name in said} <= flagged


async def test_organisations_are_in_alphabetical_order(numbers: Numbers):
    names = [o["name"] for o in (await get(numbers, "/api/releases/{release}")).json()["organisations"]]
    assert names == sorted(names, key=str.casefold)
    assert len(names) == 5


async def test_a_withheld_cell_is_a_star_with_its_reason_in_words(numbers: Numbers):
    page = (await get(numbers, "/reports/representation")).text
    assert '<td class="rw-number">*</td>' in page
    assert "* Withheld: fewer than 10 people, or needed to protect a number that small." in page


async def test_a_page_has_all_that_makes_a_figure_mean_something(numbers: Numbers):
    page = (await get(numbers, "/reports/representation")).text
    terms = ("Numerator", "Denominator", "Declared", "Date of the facts", "What it does not say")
    for words in (*terms, "30 September 2026", "representation-1", "2026-4", "grades that no level is known for"):
        assert words in page
    assert page.count("<h1") == 1
    assert page.index("</h1>") < page.index("rw-panels") < page.index("<table")


async def test_each_picture_on_the_page_is_there_and_told_in_words(numbers: Numbers):
    page = (await get(numbers, "/reports/representation")).text
    pictures = re.findall(r'<img class="rw-chart" src="([^"]*)" alt="([^"]*)"', page)
    assert pictures
    for address, words in pictures:
        answer = await get(numbers, address.replace("&amp;", "&"))
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert answer.text.startswith("<svg")
        assert "share of each level" in words or address.startswith("/reports/trends/")


async def test_every_release_can_be_read_again(numbers: Numbers):
    page = (await get(numbers, "/reports/releases")).text
    assert page.index("Release 2") < page.index("Release 1")
    old = await get(numbers, f"/reports/representation?release={numbers.releases[0].id}")
    assert "facts of 30 September 2025" in old.text
    assert "See the newest release" in old.text


async def test_the_list_of_releases_is_read_page_by_page(numbers: Numbers):
    first = (await get(numbers, "/api/releases", size="1")).json()
    second = (await get(numbers, "/api/releases", size="1", cursor=first["next_cursor"])).json()
    assert [first["items"][0]["number"], second["items"][0]["number"]] == [2, 1]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    "address",
    [
        "/reports/representation?organisation=NOBODY",
        "/api/releases/{release}/representation?organisation=NOBODY",
        f"/api/releases/{NOBODY}",
        f"/api/releases/{NOBODY}/representation",
        f"/reports/representation?release={NOBODY}",
        "/reports/representation.svg?release={release}&group=nobody",
        "/reports/representation.csv",
        "/reports/representation.xlsx",
        "/reports/nothing",
        "/reports/representation/figures.csv?release={release}&part=sex",
        "/reports/coverage?organisation=NOBODY",
        f"/reports/coverage?release={NOBODY}",
        "/reports/routes?organisation=TRST01",
        "/reports/coverage/chart.svg?release={release}&part=levels&chart=nothing",
        "/reports/coverage/figures.csv?release={release}&part=nothing",
        "/reports/coverage/figures.csv?part=levels",
        "/reports/coverage/figures.xlsx",
        "/api/releases/{release}/reports/nothing",
        "/api/releases/{release}/reports/coverage?organisation=NOBODY",
        f"/api/releases/{NOBODY}/reports/coverage",
    ],
)
async def test_what_is_not_there_is_not_found(numbers: Numbers, address: str):
    assert (await get(numbers, address)).status_code == 404


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/api/releases/{release}/representation?characteristic=shoe_size", "characteristic"),
        ("/api/releases/{release}/representation?organisation=" + "x" * 41, "organisation"),
        ("/api/releases/{release}/representation?organisation=%00", "organisation"),
        ("/api/releases?size=0", "size"),
        ("/api/releases?size=99999999999999999999", "size"),
        ("/api/releases?cursor=nonsense", "cursor"),
        ("/api/releases?cursor=WyItNSIsICIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDAiXQ", "cursor"),
    ],
)
async def test_a_question_that_cannot_be_read_names_the_field(numbers: Numbers, address: str, field: str):
    answer = await get(numbers, address)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [problem["field"] for problem in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("query", ["characteristic=shoe_size", "release=not-an-id", "organisation=%00"])
async def test_a_page_asked_for_wrongly_is_a_page_that_says_so(numbers: Numbers, query: str):
    answer = await get(numbers, f"/reports/representation?{query}")
    assert answer.status_code == 422
    assert "<h1" in answer.text


@pytest.mark.parametrize("address", ADDRESSES)
async def test_no_report_takes_more_than_five_statements(numbers: Numbers, address: str):
    asked: list[str] = []
    engine = numbers.app.state.sessions.kw["bind"].sync_engine

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        await get(numbers, address)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert 2 <= len(asked) <= 5


def test_a_page_of_nothing_but_withheld_figures_shows_no_number():
    figure = Figure("9", "female", None, None, None, None, None, None, None, None, "Withheld")
    row = SimpleNamespace(
        id=uuid4(),
        number=1,
        organisation="",
        organisations=[],
        part="sex",
        words={"title": "", "sentences": []},
        rule={"floor": 10, "base": 5},
        rows=[asdict(figure)],
        snapshot="x",
        snapshot_on=date(2026, 9, 30),
        made_at=datetime(2026, 10, 1, tzinfo=UTC),
        crosswalk_version=None,
        method_version="x",
        rule_version="x",
        code_version="x",
    )
    page = report_page(cast(Any, row), newest=True)
    assert [(level.people, level.declared, [c.share for c in level.cells]) for level in page.levels] == [
        ("*", "*", ["*"])
    ]
    assert page.panels == []


async def test_what_changed_has_every_report_once_on_a_shelf_with_what_it_asks(numbers: Numbers):
    page = (await get(numbers, "/reports")).text
    shelves = page[page.index('class="rw-shelves"') : page.index("One organisation, by level")]
    told = re.findall(r'<li><a href="([^"]+)">[^<]+</a> <span[^>]*>([^<]+)</span>', shelves)
    addresses = [href.partition("?")[0].removeprefix("/reports/") for href, _ in told]
    assert sorted(addresses) == sorted([*SHAPES, *("representation",) * 4])
    assert all(asks for _, asks in told)
    assert re.findall(r"<h3[^>]*>([^<]+)<", shelves) == [
        *("Who is here", "Who moves and leaves", "Who comes through", "Standards and trends"),
    ]


@pytest.mark.parametrize(
    ("address", "asked"),
    [("/reports/representation.csv", {}), ("/reports/coverage/figures.csv", {"part": "levels"})],
    ids=["representation", "another"],
)
async def test_a_file_says_its_character_set_once(numbers: Numbers, address: str, asked: dict[str, str]):
    answer = await get(numbers, address, release=str(numbers.releases[1].id), **asked)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
