"""Counts from elsewhere: a file is checked and shown before it counts, and read again in a release alone."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from analytics.disclosure import DEFAULT
from analytics.representation.standards import WRES
from service.access.actions import Limits, who_is
from service.insight.drafting.supplied import rows
from service.insight.facts.supplied import supplied
from service.insight.rules import Characteristic, Figure, Measure, ReportTable
from service.insight.snapshots import Supplied
from service.kit.db import Sessions
from service.kit.ids import new_id
from service.settings import Settings
from tests.builders import Builder, SignedIn
from tests.conftest import Client
from tests.insight.conftest import Numbers

ADDRESS = "/reports/supplied"
HEAD = "organisation,measure,period_end,group,numerator,denominator,percentage\n"
DAY = date(2026, 3, 31)


def a_file(code: str, a: int = 103) -> str:
    return f"{HEAD}{code},wres.7,2026-03-31,ethnic_minority,{a},212,\n{code},wres.7,2026-03-31,white,,700,60.0\n"


async def send(browse: Client, who: SignedIn, **form: Any) -> Any:
    async with browse(who) as client:
        return await client.post(ADDRESS, data=form)


async def kept(admin: AsyncEngine, place: UUID) -> list[tuple[str, int, int]]:
    asked = text("SELECT group_code, numerator, denominator FROM supplied_figures WHERE organisation_id = :place")
    async with admin.connect() as connection:
        return [(g, a, n) for g, a, n in await connection.execute(asked, {"place": place})]


async def code_of(admin: AsyncEngine, place: UUID) -> str:
    async with admin.connect() as connection:
        found = await connection.execute(text("SELECT code FROM organisations WHERE id = :place"), {"place": place})
        return str(found.scalar_one())


async def test_a_file_is_shown_as_it_was_read_and_counts_once_confirmed(
    make: Builder, browse: Client, admin: AsyncEngine
):
    place = await make.organisation()
    partner, code = await make.hr_partner(place), await code_of(admin, place)
    async with browse(partner) as client:
        preview = await client.post(ADDRESS, files={"file": ("counts.csv", a_file(code).encode(), "text/csv")})
    assert preview.status_code == 200
    assert "103 of 212 (48.6%)" in preview.text
    assert "420 of 700 (60.0%)" in preview.text
    assert await kept(admin, place) == []
    assert (await send(browse, partner, rows=a_file(code), confirm="yes")).status_code == 303
    assert sorted(await kept(admin, place)) == [("ethnic_minority", 103, 212), ("white", 420, 700)]
    async with browse(partner) as client:
        page = (await client.get(ADDRESS)).text
    assert "WRES 7. Survey: equal opportunities" in page
    assert "103" not in page[page.index("What was supplied") :].replace(code, "")
    async with admin.connect() as connection:
        asked = text("SELECT action, detail FROM audit_entries WHERE entity_id = :place ORDER BY at DESC LIMIT 1")
        action, detail = (await connection.execute(asked, {"place": str(place)})).one()
    assert (action, detail) == ("insight.figures_supplied", {"rows": 2})


async def test_a_file_with_one_wrong_row_keeps_nothing(make: Builder, browse: Client, admin: AsyncEngine):
    place = await make.organisation()
    partner, code = await make.hr_partner(place), await code_of(admin, place)
    refused = await send(browse, partner, rows=a_file(code, a=213), confirm="yes")
    assert refused.status_code == 422
    assert "Row 2, numerator: 213 is more than the denominator, 212." in refused.text
    assert "<title>Error: " in refused.text
    assert await kept(admin, place) == []
    for body in ({"file": ("x.csv", b"\xff\xfe\x00", "text/csv")}, {"file": ("x.csv", b"", "text/csv")}):
        async with browse(partner) as client:
            assert (await client.post(ADDRESS, files=body)).status_code == 422


async def test_nobody_supplies_for_another_organisation(make: Builder, browse: Client, admin: AsyncEngine):
    place = await make.organisation()
    stranger, code = await make.hr_partner(await make.organisation()), await code_of(admin, place)
    refused = await send(browse, stranger, rows=a_file(code), confirm="yes")
    assert refused.status_code == 422
    assert "Row 2, organisation:" in refused.text
    assert (await send(browse, await make.leader(), rows=a_file(code), confirm="yes")).status_code == 303
    for nobody in (await make.auditor(), await make.administrator()):
        assert (await send(browse, nobody, rows=a_file(code))).status_code == 403


async def test_by_raw_sql_counts_are_their_organisations_and_are_never_changed(
    make: Builder, sessions: Sessions, settings: Settings, browse: Client, admin: AsyncEngine
):
    place = await make.organisation()
    partner, code = await make.hr_partner(place), await code_of(admin, place)
    await send(browse, partner, rows=a_file(code), confirm="yes")
    count = text("SELECT count(*) FROM supplied_figures WHERE organisation_id = :place")
    for who, seen in ((partner, 2), (await make.leader(), 0), (await make.hr_partner(await make.organisation()), 0)):
        async with sessions() as session, session.begin():
            await who_is(session, who.token, Limits.of(settings))
            assert (await session.execute(count, {"place": place})).scalar_one() == seen
    for change in ("UPDATE supplied_figures SET numerator = 0", "DELETE FROM supplied_figures"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with sessions() as session, session.begin():
                await who_is(session, partner.token, Limits.of(settings))
                await session.execute(text(change))


async def test_a_snapshot_takes_the_newest_count_of_the_newest_day(numbers: Numbers, analyst_engine: AsyncEngine):
    code, other = numbers.codes[:2]
    async with numbers.admin.begin() as connection:
        for who, day, a, at in (
            (code, DAY, 90, "2026-04-01"),
            (code, DAY, 103, "2026-05-01"),
            (code, date(2025, 3, 31), 70, "2026-06-01"),
            (other, date(2024, 3, 31), 60, "2024-06-01"),
        ):
            await connection.execute(
                text(
                    "INSERT INTO supplied_figures (id, organisation_id, measure, period_end, group_code, numerator,"
                    " denominator, by_id, by_name, at) SELECT :id, o.id, 'wres.7', :day, 'white', :a, 212, :id, 'Nia',"
                    " :at FROM organisations o WHERE code = :code"
                ),
                {"id": new_id(), "day": day, "a": a, "code": who, "at": date.fromisoformat(at)},
            )
    try:
        async with analyst_engine.connect() as connection:
            driver: asyncpg.Connection = (await connection.get_raw_connection()).driver_connection  # type: ignore[assignment]
            found = await supplied(driver, date(2026, 9, 30))
    finally:
        async with numbers.admin.begin() as connection:
            await connection.execute(text("DELETE FROM supplied_figures WHERE by_name = 'Nia'"))
    assert [Supplied.model_validate(row) for row in found] == [
        Supplied(organisation=code, measure="wres.7", period_end=DAY, group="white", a=103, n=212)
    ]


def given(code: str, line: str, *counts: tuple[int, int]) -> list[Supplied]:
    groups = ("ethnic_minority", "white")
    return [
        Supplied(organisation=code, measure=f"wres.{line}", period_end=DAY, group=group, a=a, n=n)
        for group, (a, n) in zip(groups, counts, strict=True)
    ]


def a_table(code: str, *, shown: bool) -> ReportTable:
    groups = ("mixed", "asian", "black", "other", "white")
    n = 50 if shown else None
    figures = [Figure("all", group, n, None, None, None, None, None, None, None, None) for group in groups]
    return ReportTable(code, Characteristic.ETHNICITY, tuple(figures))


def test_the_return_shows_what_was_supplied_and_says_from_whom():
    counts = [
        *given("RA", "7", (103, 212), (420, 700)),
        *given("RB", "7", (4, 40), (90, 160)),
        *given("RA", "3", (12, 212), (31, 700)),
        *(one for code in ("RA", "RB", "RC") for one in given(code, "9", (7, 20), (13, 20))),
        *given("RB", "8", (4, 40), (90, 160)),
    ]
    tables = [a_table("RA", shown=True), a_table("RB", shown=False)]
    found = rows(Measure.WRES, WRES, counts, tables, DEFAULT)
    own = {row["indicator"]: row for row in found.survey("RA", 0.21)}
    assert (own["7"]["group_a"], own["7"]["group_n"], own["7"]["group_share"]) == (105, 210, 0.5)
    assert own["7"]["points"] == "10.0 points below White staff"
    assert own["7"]["source"] == "Supplied, up to 31 March 2026"
    assert (own["5"]["source"], own["5"]["supplied"]) == ("Not supplied", False)
    assert own["9"]["group_n"] is None
    small = {row["indicator"]: row for row in found.survey("RB", None)}
    assert small["7"]["group_a"] is None
    assert small["7"]["reason"].startswith("Withheld")
    system = {row["indicator"]: row for row in found.survey("", 0.40)}
    assert (system["7"]["group_a"], system["7"]["source"]) == (105, "1 organisation, up to 31 March 2026")
    assert (system["9"]["group_a"], system["9"]["group_n"]) == (20, 60)
    assert system["9"]["points"] == "About 7 points below the workforce"
    assert system["9"]["group_share"] + system["9"]["reference_share"] == pytest.approx(1, abs=1e-5)
    assert system["8"]["source"] == "Supplied; too few to show"
    assert found.process("RA")["ratio"] == pytest.approx((10 / 210) / (30 / 700), abs=1e-5)  # type: ignore[index]
