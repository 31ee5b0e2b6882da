"""WRES and WDES in the layout of the returns: bands once more from representation, the rest released for them."""

from datetime import date
from typing import Any

import httpx
import pytest

from analytics.disclosure import DEFAULT
from analytics.frames import Facts
from analytics.released.representation import representation_report
from analytics.representation import wres
from analytics.synthetic import make
from service.insight.drafting import statutory
from service.insight.drafting.page import Page
from service.insight.released import tables_of
from service.insight.rules import Measure
from service.insight.words.statutory import reading
from tests.insight.conftest import Numbers

ON = date(2026, 9, 30)


@pytest.fixture(scope="module")
def drawn_up() -> tuple[Facts, dict[tuple[Measure, str, str], Page]]:
    system = make(staff=9_000, organisations=4, years=3, until=ON)
    facts = Facts.of(system.people.lazy(), system.spells.lazy(), system.events.lazy())
    shares = representation_report(facts, ON)
    pages = statutory.drafted(facts, ON, DEFAULT, shares, tables_of(shares))
    return facts, {(page.measure, page.organisation, page.part): page for page in pages}


def lines_of(pages: dict[tuple[Measure, str, str], Page], measure: Measure) -> list[Any]:
    return [row for part in ("likelihoods", "supplied") for row in pages[measure, "", part].rows]


def rounded(n: int) -> int:
    return (n + 2) // 5 * 5


def test_each_likelihood_is_that_of_the_standard_from_rounded_counts(drawn_up: Any):
    facts, pages = drawn_up
    true = {row["indicator"]: row for row in wres(facts, at=ON).filter(measure="ratio").iter_rows(named=True)}
    lines = {row["indicator"]: row for row in pages[Measure.WRES, "", "likelihoods"].rows}
    for indicator in ("2", "4"):
        line, row = lines[indicator], true[indicator]
        counts = [line[name] for name in ("reference_a", "reference_n", "group_a", "group_n")]
        assert counts == [rounded(row[name]) for name in "anc"] + [rounded(row["m"])]
        assert line["ratio"] == pytest.approx(counts[0] / counts[1] / (counts[2] / counts[3]), abs=1e-5)
        assert line["low"] < line["ratio"] < line["high"]


def test_what_nobody_recorded_is_not_supplied_and_never_guessed(drawn_up: Any):
    _, pages = drawn_up
    lines = {row["indicator"]: row for row in lines_of(pages, Measure.WRES)}
    assert [name for name, row in lines.items() if not row["supplied"]] == ["3", "5", "6", "7", "8", "9"]
    assert lines["3"]["ratio"] is None
    assert lines["9"]["group_share"] is None
    assert (
        "Indicators not supplied: 3, 5, 6, 7, 8, 9. They are never guessed."
        in pages[Measure.WRES, "", "bands"].sentences
    )
    lines = {row["indicator"]: row for row in lines_of(pages, Measure.WDES)}
    assert [*lines] == ["2", "3", "4a", "4b", "5", "6", "7", "8", "9a", "10"]


def test_bands_say_nothing_that_representation_does_not(drawn_up: Any):
    facts, pages = drawn_up
    table = next(
        t for t in tables_of(representation_report(facts, ON)) if not t.organisation and t.characteristic == "ethnicity"
    )
    for row in pages[Measure.WRES, "", "bands"].rows:
        figures = {figure.group: figure for figure in table.at(row["band"])}
        assert row["reference"] == figures["white"].n
        four = [figures[group].n for group in ("mixed", "asian", "black", "other")]
        known = figures["white"].known
        rest = None if known is None or row["reference"] is None else known - row["reference"]
        expected = sum(n or 0 for n in four) if None not in four else rest if rest and rest >= 10 else None
        assert row["group"] == expected
        assert (row["share"] is None) == (row["group"] is None or row["reference"] is None)


def test_wdes_is_told_by_cluster_and_wres_by_band(drawn_up: Any):
    _, pages = drawn_up
    assert [row["band"] for row in pages[Measure.WRES, "", "bands"].rows] == ["all", *"987654321", "unmapped"]
    assert [row["band"] for row in pages[Measure.WDES, "", "bands"].rows] == ["all", "3 and 4", "2", "1", "unmapped"]
    assert [row["name"] for row in pages[Measure.WRES, "", "bands"].rows][1] == "Level 9, executive"
    assert len({key[1] for key in pages}) == 5


def test_a_likelihood_whose_range_includes_1_says_so():
    line = {"indicator": "2", "supplied": True, "ratio": 1.256, "low": 0.84, "high": 2.01}
    [_, said] = reading(Measure.WRES, [], [line])
    assert said == (
        "White staff were 1.26 times as likely as staff from ethnic minorities to be appointed from shortlisting"
        " (range 0.84 to 2.01; the range includes 1, so this could be chance)."
    )
    [_, said] = reading(Measure.WDES, [], [{**line, "low": 1.02}])
    assert said.endswith("to be appointed from shortlisting (range 1.02 to 2.01).")


async def get(numbers: Numbers, address: str, **params: str) -> httpx.Response:
    async with numbers.browse(await numbers.make.leader()) as client:
        return await client.get(address.format(release=numbers.releases[1].id), params=params or None)


@pytest.mark.parametrize("measure", ["wres", "wdes"])
async def test_page_file_and_json_are_there_for_the_system_and_an_organisation(numbers: Numbers, measure: str):
    for code in ("", numbers.codes[0]):
        page = await get(numbers, f"/reports/{measure}", organisation=code)
        assert page.status_code == 200
        assert "Not supplied" in page.text
        book = await get(numbers, f"/reports/{measure}/figures.xlsx?release={numbers.releases[1].id}")
        assert book.status_code == 200
        parts = (await get(numbers, f"/api/releases/{{release}}/reports/{measure}", organisation=code)).json()["parts"]
        assert [part["part"] for part in parts] == ["bands", "parts", "likelihoods", "supplied"]
