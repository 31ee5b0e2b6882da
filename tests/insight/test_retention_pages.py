"""The report on who stays as a leader meets it: the system first, where leaving is raised, and what can be done."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import insert, text

from analytics.disclosure import DEFAULT
from analytics.released.retention.report import METHOD_VERSION
from service.insight.drafting.retention import _flag  # pyright: ignore[reportPrivateUsage]
from service.insight.drafting.retention.found import found
from service.insight.presenters.retention import GROUPS
from service.insight.rules import Measure
from service.insight.shapes import SHAPES
from service.insight.tables import Flag, FlagSighting
from service.kit.ids import new_id
from tests.builders import SignedIn
from tests.insight.conftest import Numbers
from tests.insight.stayers import NAMES, sample
from tests.insight.test_reports import get
from tests.insight.test_retention_words import BASIS

PARTS = [shape.part for shape in SHAPES[Measure.RETENTION]]
SYSTEM_ONLY = {shape.part for shape in SHAPES[Measure.RETENTION] if shape.system_only}


@pytest.fixture
async def leader(numbers: Numbers) -> SignedIn:
    return await numbers.make.leader()


async def test_the_system_is_told_before_any_table_and_moving_is_no_loss(numbers: Numbers):
    page = (await get(numbers, "/reports/retention")).text
    assert page.index("people here a year ago") < page.index("<figure") < page.index("<table")
    assert "Moving inside the system is not a loss." in page
    assert page.count("<h1") == 1
    for words in ("Denominator", "Aalen and Johansen", "Wilson", METHOD_VERSION, "never predict anything"):
        assert words in page


async def test_an_organisation_has_its_own_report_without_the_systems_parts(numbers: Numbers):
    page = (await get(numbers, "/reports/retention", organisation=numbers.codes[0])).text
    found_ = re.findall(r'<h3 class="nhsuk-heading-s" id="([a-z_]+)"', page)
    assert [part for part in found_ if part in PARTS] == [part for part in PARTS if part not in SYSTEM_ONLY]
    assert "Left, whole system" in page
    assert 'class="nhsuk-select" id="organisation"' in page


async def test_the_pictures_are_there_in_both_widths_and_told_in_words(numbers: Numbers):
    page = (await get(numbers, "/reports/retention")).text
    pictures = re.findall(r'<img class="rw-chart" src="([^"]*)" alt="([^"]*)"', page)
    narrow = re.findall(r'srcset="([^"]*)"', page)
    assert len(pictures) >= 5
    for address in (*(href for href, _ in pictures), *narrow):
        svg = await get(numbers, address.replace("&amp;", "&"))
        assert svg.text.startswith("<svg"), address
        assert not re.search(r"<script|<style|style=|href=|onload", svg.text)
    assert all(re.search(r"\d", words) for _, words in pictures)


async def test_the_parts_stand_under_four_headings_each_in_one_and_the_top_leads_to_them(numbers: Numbers):
    page = (await get(numbers, "/reports/retention")).text
    links = re.findall(r'<li><a href="#([a-z-]+)"', page)
    assert links == ["leaving", "moving", "new-leaders", "ahead", "known-locally", "meaning"]
    assert all(page.count(f'id="{link}"') == 1 for link in links)
    listed = [part for _, _, parts, _ in GROUPS for part in parts]
    assert sorted(listed) == sorted(PARTS)
    shown = re.findall(r'<h3 class="nhsuk-heading-s" id="([a-z_]+)"', page)
    assert [part for part in shown if part in PARTS] == [part for part in listed if part in shown]


async def test_tables_are_one_click_away_and_a_picture_stands_open_for_what_is_said_first(numbers: Numbers):
    page = (await get(numbers, "/reports/retention")).text
    main = page[page.index('id="leaving"') : page.index('id="known-locally"')]
    opened = re.sub(r"<details.*?</details>", "", main, flags=re.DOTALL)
    assert "<table" not in opened
    assert opened.count("<figure") == 3
    assert "<table" in main


async def test_leaving_is_followed_over_releases_too(numbers: Numbers):
    page = (await get(numbers, "/reports/retention")).text
    assert 'id="releases"' in page
    parts = (await get(numbers, "/api/releases/{release}/reports/trends")).json()["parts"]
    rows = next(part["rows"] for part in parts if part["part"] == "retention")
    assert {row["name"] for row in rows} <= {"Left the system", "Still with the employer"}
    kept = (await get(numbers, "/api/releases/{release}/reports/retention")).json()["parts"]
    whole = next(row for part in kept if part["part"] == "rates" for row in part["rows"] if row["slice"] == "all")
    newest = next(row for row in rows if row["group"] == "left")
    assert (newest["share"], newest["low"], newest["high"]) == (whole["leaver_rate"], whole["low"], whole["high"])


async def test_from_a_raised_group_a_leader_gets_to_something_that_can_be_done(numbers: Numbers):
    page = (await get(numbers, "/reports/retention")).text
    section = page[page.index('id="raised"') : page.index('id="organisations"')]
    assert "/reports/attention?" in section
    assert "/reports/coverage?" in section


async def test_organisations_stand_in_alphabetical_order(numbers: Numbers):
    parts = (await get(numbers, "/api/releases/{release}/reports/retention")).json()["parts"]
    names = [row["name"] for part in parts if part["part"] == "organisations" for row in part["rows"]]
    assert len(names) > 2
    assert names == sorted(names, key=str.casefold)


async def test_nobody_is_named(numbers: Numbers):
    page = (await get(numbers, "/reports/retention")).text
    for given, family in numbers.system.people.select("given_name", "family_name").head(300).rows():
        assert f"{given} {family}" not in page


@pytest.fixture
async def raised(numbers: Numbers) -> AsyncIterator[UUID]:
    """A flag for leaving that the newest release found."""
    rows = found(sample(), NAMES, DEFAULT, BASIS)
    flag = _flag(next(row for row in rows.raised["R1"] if row["state"] == "flag"))
    id_ = new_id()
    key = dict(zip(("step", "focus", "reference", "organisation"), flag.key, strict=True))
    sighting = {"flag_id": id_, "release_id": numbers.releases[1].id, "words": flag.words, "figures": flag.figures}
    async with numbers.admin.begin() as connection:
        await connection.execute(insert(Flag), {"id": id_, **key})
        await connection.execute(insert(FlagSighting), sighting)
    yield id_
    async with numbers.admin.begin() as connection:
        for table, column in (("flag_sightings", "flag_id"), ("flags", "id")):
            await connection.execute(text(f"DELETE FROM {table} WHERE {column} = :id"), {"id": id_})


async def test_the_board_has_leaving_beside_the_equity_flags(numbers: Numbers, raised: UUID):
    page = (await get(numbers, "/reports/flags")).text
    card = page[page.index(f'id="flag-{raised}"') :]
    card = card[: card.index("</article>")]
    assert "Leaving the system: Fern Trust" in card
    assert "1.45 (range 1.25 to 1.75)" in card
    assert "What it may mean" in card
    assert "Gave an answer" not in card
    assert f"/reports/retention?release={numbers.releases[1].id}&amp;organisation=R1#raised" in card
    assert 'href="/reports/attention?organisation=R1"' in card


async def test_one_flag_says_what_it_may_mean_and_what_could_be_done(numbers: Numbers, raised: UUID):
    page = (await get(numbers, f"/reports/flags/{raised}")).text
    assert "About 58 left, and about 40 would be expected" in page
    assert "What could be done: a career conversation" in page
    listed = (await get(numbers, f"/api/flags/{raised}")).json()["flag"]
    assert (listed["step"], listed["focus"], listed["reference"]) == ("retention", "all", "expected")
    assert listed["figures"]["o_e"] == 1.45


async def test_a_board_pack_has_who_stays_and_leaves_the_counts_to_the_report(numbers: Numbers):
    page = (await get(numbers, "/reports/{release}/pack")).text
    section = page[page.index(">Who stays, who moves, who leaves</h2>") :]
    section = section[: section.index('<section class="rw-pack-report">')]
    for heading in ("Each organisation", "After one, two, three and five years", "Why people left, and where to"):
        assert f'<h3 class="nhsuk-heading-m">{heading}</h3>' in section
    assert "The counts behind the rates" not in section


async def test_an_organisations_pack_begins_with_who_stayed_there(numbers: Numbers):
    name = dict(numbers.system.organisations.select("code", "name").rows())[numbers.codes[0]]
    page = (await get(numbers, "/reports/{release}/pack", organisation=numbers.codes[0])).text
    assert f"Of 100 people in {name} a year ago" in page[: page.index('id="contents"')]


async def test_a_system_that_can_show_nothing_says_so_and_breaks_nothing(numbers: Numbers, leader: SignedIn):
    """A made-up organisation code is not there, and neither is a part of the system in an organisation's report."""
    async with numbers.browse(leader) as client:
        assert (await client.get("/reports/retention?organisation=NOBODY")).status_code == 404
        asked = {"release": str(numbers.releases[1].id), "organisation": numbers.codes[0], "part": "flows"}
        assert (await client.get("/reports/retention/figures.csv", params=asked)).status_code == 404
        odd = {**asked, "chart": "level_9%00"}
        assert (await client.get("/reports/retention/chart.svg", params=odd)).status_code == 422
