"""Figures over releases: as they were published, compared only where they may be, gone with a withdrawn release."""

from typing import Any

import httpx
import pytest

from service.cli.numbers import PUBLISHER
from service.insight.actions import withdraw
from service.insight.queries import find_trend, get_picture, list_sheets
from service.insight.rules import Measure
from service.insight.words.trends import DIFFERS, FIRST, LESS, MORE, SAME, WITHHELD, described, reading, since
from service.kit.db import Sessions
from service.kit.errors import NotFound
from tests.insight.conftest import Numbers


def a_row(share: float | None = 0.30, **given: Any) -> dict[str, Any]:
    figure = {"low": None, "high": None, "known": None, "reason": "Withheld"} if share is None else {
        "low": share - 0.02, "high": share + 0.02, "known": 1_000, "reason": None}  # fmt: skip
    named = {"group": "disabled", "level": "8", "name": "Disabled", "level_name": "Level 8", "basis": "1|a|b"}
    return {**named, "share": share, **figure, "release": 2, "facts_on": "30 September 2026", **given}


@pytest.mark.parametrize(
    ("row", "before", "said"),
    [
        (a_row(), None, FIRST),
        (a_row(), a_row(), SAME),
        (a_row(0.30), a_row(0.339), SAME),
        (a_row(0.30), a_row(0.344), SAME),  # the ranges do not touch, but rounding could have moved them together
        (a_row(0.30), a_row(0.346), LESS),
        (a_row(0.346), a_row(0.30), MORE),
        (a_row(None), a_row(), WITHHELD),
        (a_row(), a_row(None), WITHHELD),
        (a_row(0.30), a_row(0.90, basis="1|a|c"), DIFFERS),
    ],
)
def test_only_what_is_certain_is_a_change(row: dict[str, Any], before: dict[str, Any] | None, said: str):
    assert since(row, before, 5) == said


def test_a_clear_change_is_told_with_both_ranges():
    old = a_row(0.40, release=1, facts_on="30 September 2025", since=FIRST)
    assert reading([a_row(0.30, since=LESS), old]) == [
        (
            "Disabled staff are now a smaller share of level 8 than on 30 September 2025: 30.0% (range 28.0% to 32.0%)"
            " against 40.0% (range 38.0% to 42.0%)."
        )
    ]
    assert reading([a_row(since=SAME), old])[0].startswith("No figure here has changed")
    assert reading([old]) == ["There is no earlier release to compare with yet."]
    assert described([old, a_row()]).startswith("Disabled, level 8. 30 September 2025: 40.0%, range 38.0% to 42.0%")


async def get(numbers: Numbers, address: str, **params: str) -> httpx.Response:
    async with numbers.browse(await numbers.make.leader()) as client:
        return await client.get(address.format(release=numbers.releases[1].id), params=params or None)


async def test_past_figures_are_those_that_were_published(numbers: Numbers):
    kept = {}
    for at in (0, 1):
        address = f"/api/releases/{numbers.releases[at].id}/representation"
        figures = (await get(numbers, address, characteristic="disability")).json()["figures"]
        kept[at + 1] = {(f["group"], f["level"]): (f["share"], f["low"], f["high"]) for f in figures}
    parts = (await get(numbers, "/api/releases/{release}/reports/trends")).json()["parts"]
    rows = next(part for part in parts if part["part"] == "disability")["rows"]
    assert {row["release"] for row in rows} == {1, 2}
    for row in rows:
        assert (row["share"], row["low"], row["high"]) == kept[row["release"]][row["group"], row["level"]]


async def test_each_report_has_its_trend_beside_it_with_a_picture(numbers: Numbers):
    for address in ("/reports/representation?characteristic=disability", "/reports/coverage"):
        page = (await get(numbers, address)).text
        assert "Release by release" in page
        assert "30 September 2025" in page
        picture = page.partition("/reports/trends/chart.svg?")[2].partition('"')[0].replace("&amp;", "&")
        assert (await get(numbers, f"/reports/trends/chart.svg?{picture}")).text.startswith("<svg")


async def test_an_organisation_has_its_own_trend(numbers: Numbers):
    page = (await get(numbers, "/reports/trends", organisation=numbers.codes[0])).text
    assert "Career conversations, release by release" in page
    assert page.count("<h1") == 1


async def test_what_was_withdrawn_goes_from_the_trends_of_later_releases_too(
    numbers: Numbers, analyst_sessions: Sessions
):
    """In a transaction that is undone, so that the other tests keep their release."""
    newest = numbers.releases[1].id
    async with analyst_sessions() as session:
        assert await find_trend(session, "", "coverage", newest)
        await withdraw(session, PUBLISHER, 1)
        assert await find_trend(session, "", "coverage", newest) is None
        assert await list_sheets(session, newest, Measure.TRENDS) == []
        assert await list_sheets(session, newest, Measure.COVERAGE) != []
        with pytest.raises(NotFound):
            await get_picture(session, Measure.TRENDS, "", "coverage", "all", newest)
        await session.rollback()
