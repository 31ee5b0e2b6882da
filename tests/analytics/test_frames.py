"""Facts that break their schema are refused, naming frame, column, row and value."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from analytics.errors import FactsError
from analytics.frames import CONTRACTS, EVENTS, GROUPS, LABELS, NON_ANSWERS, PEOPLE, SPELLS, Facts, check
from tests.analytics.builders import some_facts, some_people, some_posts

EVENT = {
    "person": 1,
    "organisation": "RA1",
    "stage": "offer",
    "opened_on": date(2026, 1, 5),
    "closed_on": None,
    "outcome": None,
}


def some_events(**given: Any) -> pl.LazyFrame:
    return pl.LazyFrame([EVENT, {**EVENT, **given}], schema_overrides={"closed_on": pl.Date, "outcome": pl.String})


def test_good_facts_come_back_with_their_own_types_and_no_other_columns() -> None:
    facts = Facts.of(some_people({}).with_columns(name=pl.lit("kept out")), some_posts({}), some_events())
    assert facts.people.collect_schema() == {name: column.dtype for name, column in PEOPLE.items()}
    assert facts.spells.collect_schema() == {name: column.dtype for name, column in SPELLS.items()}
    assert facts.events is not None
    assert facts.events.collect_schema() == {name: column.dtype for name, column in EVENTS.items()}


@pytest.mark.parametrize("column", list(PEOPLE))
def test_a_missing_column_is_named(column: str) -> None:
    with pytest.raises(FactsError, match=rf"people\.{column}: this column is missing"):
        check("people", some_people({}).drop(column), PEOPLE)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("organisation", ""),
        ("organisation", None),
        ("kind", "honorary"),
        ("level", 0),
        ("level", 10),
        ("staff_group", None),
        ("fte", 0.0),
        ("fte", 1.6),
        ("fte", float("nan")),
        ("started", None),
        ("ended", date(2019, 12, 31)),
        ("contract", "handshake"),
    ],
)
def test_a_value_we_cannot_count_is_named_with_its_row(column: str, value: object) -> None:
    with pytest.raises(FactsError) as refused:
        check("spells", some_posts({}, {}, {column: value}, {}), SPELLS)
    error = refused.value
    assert (error.frame, error.column, error.row) == ("spells", column, 2)
    assert repr(value) in str(error)


def test_a_contract_is_a_code_or_not_known_and_an_older_snapshot_has_none() -> None:
    told = check("spells", some_posts({"contract": "bank"}, {"contract": None}), SPELLS).collect()["contract"]
    assert (told.to_list(), told.dtype) == (["bank", None], pl.Enum(CONTRACTS))
    older = check("spells", some_posts({}).drop("contract", strict=False), SPELLS).collect()["contract"]
    assert (older.to_list(), older.dtype) == ([None], pl.Enum(CONTRACTS))


def test_an_answer_we_do_not_know_is_named() -> None:
    with pytest.raises(FactsError, match=r"people\.ethnicity, row 1, value 'martian': is none of white, mixed"):
        check("people", some_people({}, {"ethnicity": "martian"}), PEOPLE)


def test_an_event_cannot_close_before_it_opened() -> None:
    assert check("events", some_events(closed_on=EVENT["opened_on"]), EVENTS).collect().height == 2
    with pytest.raises(FactsError, match=r"events\.closed_on, row 1"):
        check("events", some_events(closed_on=date(2026, 1, 5) - timedelta(days=1)), EVENTS)


def test_a_negative_or_fractional_person_is_refused() -> None:
    for person in (-1, 1.5):
        with pytest.raises(FactsError, match=r"people\.person, row 0"):
            check("people", some_people({"person": person}), PEOPLE)


def test_a_person_with_two_equality_records_is_refused() -> None:
    with pytest.raises(FactsError, match=r"people\.person, row 2, value 1: this person is already"):
        some_facts([{}, {}, {"person": 1}], [{}])


def test_codes_may_come_as_categories_and_numbers_in_another_width() -> None:
    people = some_people({}).with_columns(pl.col("person").cast(pl.UInt32), pl.col("sex").cast(pl.Categorical))
    posts = some_posts({}).with_columns(pl.col("person").cast(pl.UInt32), pl.col("level").cast(pl.Int64))
    assert Facts.of(people, posts).people.collect().item(0, "sex") == "female"


def test_a_snapshot_folder_is_read_whole_or_in_parts(tmp_path: Path) -> None:
    some_people({}, {}).collect().write_parquet(tmp_path / "people.parquet")
    (tmp_path / "spells").mkdir()
    for part in (1, 2):
        some_posts({"person": part}).collect().write_parquet(tmp_path / "spells" / f"{part}.parquet")
    facts = Facts.read(tmp_path)
    assert facts.spells.collect().height == 2
    assert facts.events is None


def test_half_a_snapshot_is_refused(tmp_path: Path) -> None:
    some_people({}).collect().write_parquet(tmp_path / "people.parquet")
    with pytest.raises(FactsError, match="spells"):
        Facts.read(tmp_path)


def test_every_code_has_words_for_people_to_read() -> None:
    codes = {*GROUPS, *NON_ANSWERS, *(group for groups in GROUPS.values() for group in groups)}
    assert codes == set(LABELS)
