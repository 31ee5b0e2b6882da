"""Every measure that is released is in the catalogue, with all that makes a figure mean something."""

from dataclasses import asdict

from sqlalchemy import text

from analytics.disclosure import DEFAULT
from service.insight.definitions.catalogue import TIER_NAMES, catalogue, titles
from service.insight.rules import Characteristic, Measure
from tests.insight.conftest import Numbers

ENTRIES = catalogue(asdict(DEFAULT))


def test_every_measure_is_in_it_once_and_representation_for_each_characteristic():
    assert {entry.measure for entry in ENTRIES} == set(Measure)
    assert len({entry.code for entry in ENTRIES}) == len(ENTRIES) == len(Measure) - 1 + len(Characteristic)
    assert [entry.code for entry in ENTRIES] == [*titles()]


def test_every_entry_says_all_there_is_to_say_in_sentences():
    for entry in ENTRIES:
        for said in (entry.definition, entry.numerator, entry.denominator, entry.left_out, entry.source, entry.reading):
            assert said.endswith("."), entry.code
        assert entry.tier in TIER_NAMES


async def test_every_released_measure_is_in_it(numbers: Numbers):
    async with numbers.admin.connect() as connection:
        kept = set((await connection.execute(text("SELECT DISTINCT measure FROM release_tables"))).scalars())
    assert kept <= {entry.measure.value for entry in ENTRIES}
    assert {"wres", "wdes", "trends"} <= kept


async def test_those_who_read_figures_and_those_who_write_beside_them_read_what_they_mean(numbers: Numbers):
    place = await numbers.make.organisation()
    for who in (await numbers.make.leader(), await numbers.make.hr_partner(place)):
        async with numbers.browse(who) as client:
            page = await client.get("/reports/measures")
        assert page.status_code == 200
        assert page.text.count("<h2") == len(ENTRIES) + 1
        assert "Tier 1: local, regional or national data" in page.text
    async with numbers.browse(await numbers.make.auditor()) as client:
        assert (await client.get("/reports/measures")).status_code == 403
