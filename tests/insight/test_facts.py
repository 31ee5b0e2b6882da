"""Facts out: what comes out of the database is what went in, without anything that names a person."""

from datetime import date
from pathlib import Path
from typing import cast

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from analytics.frames import CONTRACTS
from service.insight import copying, facts, snapshots
from service.insight.facts import people_fields
from service.posts.rules import Contract
from tests.insight.conftest import UNTIL, Numbers


def read(folder: Path, table: str) -> pl.DataFrame:
    return pl.read_parquet(folder / table / "*.parquet")


def as_text(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    return frame.with_columns(pl.col(columns).cast(pl.String), pl.col("person").cast(pl.Int64))


def test_every_answer_comes_out_as_the_reporting_group_that_went_in(numbers: Numbers):
    """The made-up system numbers its people from 1, and so does the database."""
    out = read(numbers.snapshots[1].folder, "people")
    groups = ("ethnicity", "sex", "disability", "age_band")
    assert_frame_equal(
        as_text(out, *groups), as_text(numbers.system.people.select(out.columns).sort("person"), *groups)
    )


def test_every_assignment_comes_out_with_its_level_and_dates(numbers: Numbers):
    out = read(numbers.snapshots[1].folder, "spells").drop("profile")
    texts = ("organisation", "kind", "staff_group", "end_reason", "destination", "contract")
    given = as_text(numbers.system.spells.select(out.columns), *texts).with_columns(
        pl.col("fte").cast(pl.Float32).round(3)
    )
    order = list(out.columns)
    found = as_text(out, *texts).with_columns(pl.col("fte").round(3))
    assert_frame_equal(found.sort(order), given.with_columns(pl.col("level").cast(pl.Int8)).sort(order))


def test_a_contract_has_the_same_codes_where_it_is_kept_and_where_it_is_counted():
    assert tuple(Contract) == CONTRACTS


async def test_every_conversation_that_was_agreed_comes_out_as_an_event_and_no_other(numbers: Numbers):
    out = read(numbers.snapshots[1].folder, "events")
    assert out.columns == ["person", "organisation", "stage", "opened_on", "closed_on", "outcome", "source", "target"]
    async with numbers.admin.connect() as connection:
        counts = (
            await connection.execute(
                text(
                    "SELECT count(*) FILTER (WHERE agreed_on <= :on), count(*) FILTER (WHERE held_on IS NOT NULL)"
                    " FROM conversations"
                ),
                {"on": UNTIL},
            )
        ).one()
    assert 0 < out.height == counts[0] < counts[1]
    held = as_text(numbers.system.conversations.select("person", "organisation", opened_on="held_on"), "organisation")
    found = as_text(out.select("person", "organisation", "opened_on"), "organisation")
    assert found.join(held, on=found.columns, how="anti").is_empty()


def test_no_name_address_or_birth_date_is_in_any_file(numbers: Numbers):
    people = numbers.system.people
    names = {*people["given_name"], *people["family_name"], *people["email"].drop_nulls()}
    for path in numbers.snapshots[1].folder.rglob("*.parquet"):
        frame = pl.read_parquet(path)
        assert "birth_date" not in frame.columns
        for column in frame.select(pl.col(pl.String, pl.Enum)):
            assert not names & set(column.cast(pl.String).drop_nulls().unique())


@pytest.mark.parametrize("column", ["given_name", "family_name", "email"])
async def test_the_analyst_role_cannot_read_a_name(analyst_engine: AsyncEngine, column: str):
    async with analyst_engine.connect() as connection:
        with pytest.raises(ProgrammingError, match="permission denied"):
            await connection.execute(text(f"SELECT {column} FROM people"))


async def test_the_analyst_role_cannot_read_what_was_said(analyst_engine: AsyncEngine):
    async with analyst_engine.connect() as connection:
        with pytest.raises(ProgrammingError, match="permission denied"):
            await connection.execute(text("SELECT summary FROM wordings"))


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2001, 3, 1), "16-24"),  # 25 tomorrow
        (date(2001, 2, 28), "25-34"),  # 25 today
        (date(2000, 2, 29), "25-34"),
        (date(1961, 2, 28), "65+"),
        (date(1961, 3, 1), "55-64"),
        (date(2010, 2, 28), "16-24"),
        (date(2010, 3, 1), "not_known"),  # 15
        (date(2027, 1, 1), "not_known"),
        (None, "not_known"),
    ],
)
async def test_an_age_band_is_reached_on_the_birthday(numbers: Numbers, born: date | None, band: str):
    field = people_fields(date(2026, 2, 28))[-1]
    async with numbers.admin.connect() as connection:
        asked = text(f"SELECT {field.sql} FROM (SELECT CAST(:born AS date) AS birth_date) p")
        position = (await connection.execute(asked, {"born": born})).scalar_one()
    assert cast(pl.Enum, field.dtype).categories[position] == band


@pytest.mark.parametrize(
    ("characteristic", "code", "group"),
    [("ethnicity", "R", "other"), ("ethnicity", "D", "mixed"), ("ethnicity", "prefer_not_to_say", "prefer_not_to_say"),
     ("ethnicity", "zz", "not_stated"), ("sex", "female", "female"), ("disability", None, "not_known")],
)  # fmt: skip
async def test_an_answer_is_filed_under_its_group_and_no_answer_is_never_a_group(
    numbers: Numbers, characteristic: str, code: str | None, group: str
):
    field = next(field for field in people_fields(UNTIL) if field.name == characteristic)
    async with numbers.admin.connect() as connection:
        asked = text(f"SELECT {field.sql} FROM (SELECT CAST(:code AS text) AS code) {characteristic}")
        position = (await connection.execute(asked, {"code": code})).scalar_one()
    assert cast(pl.Enum, field.dtype).categories[position] == group


async def test_the_same_database_gives_the_same_snapshot(numbers: Numbers, analyst_engine: AsyncEngine, tmp_path: Path):
    first, again = [await snapshots.take(analyst_engine, tmp_path / name, UNTIL) for name in ("first", "again")]
    assert again.id == first.id
    assert again.manifest.files == first.manifest.files


async def test_a_large_table_comes_in_parts_that_add_up_to_it(
    numbers: Numbers, analyst_engine: AsyncEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    whole = await snapshots.take(analyst_engine, tmp_path / "whole", UNTIL)
    monkeypatch.setattr(copying, "PART_ROWS", 1_000)
    taken = await snapshots.take(analyst_engine, tmp_path / "parts", UNTIL)
    rows = [entry.rows for entry in taken.manifest.files["spells"]]
    assert len(rows) == -(-sum(rows) // 1_000)
    assert_frame_equal(read(taken.folder, "spells"), read(whole.folder, "spells"))


async def test_a_null_where_none_can_be_is_refused_not_misread(
    analyst_engine: AsyncEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    broken = copying.Field("person", "CASE WHEN p.analysis_key = 5 THEN NULL ELSE p.analysis_key END", ">i8", pl.UInt64)
    monkeypatch.setattr(facts, "people_fields", lambda on: [broken, *people_fields(on)[1:]])
    with pytest.raises(RuntimeError, match="people"):
        await snapshots.take(analyst_engine, tmp_path, UNTIL)
    assert list((tmp_path / "snapshots").iterdir()) == []
