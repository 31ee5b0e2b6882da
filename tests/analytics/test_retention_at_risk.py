"""The at-risk table: additive over partitions, the same however it is counted, and strict about what it is given."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analytics.errors import CellsError, FactsError
from analytics.retention import aalen_johansen, add, at_risk, kaplan_meier, tallies

BEGAN, LAST = date(2020, 1, 1), date(2026, 3, 31)
SPELL: dict[str, Any] = {"person": 1, "group": "a", "started": BEGAN, "ended": date(2021, 1, 1), "cause": "left"}
TYPES = {"ended": pl.Date, "entry": pl.Date, "cause": pl.String}
ROWS = st.tuples(st.integers(0, 20), st.integers(1, 20), st.integers(0, 3), st.sampled_from([None, "a", "b"]))


def spells(*given_: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{**SPELL, **one} for one in given_], schema_overrides=TYPES)


def watched(rows: list[tuple[int, int, int, str | None]]) -> pl.DataFrame:
    """Entered at the first number, gone so many after, for that cause, of that group."""
    columns = [(since, since + stay, cause, group) for since, stay, cause, group in rows]
    return pl.DataFrame(
        columns, schema={"since": pl.Int64, "left": pl.Int64, "cause": pl.Int64, "group": pl.String}, orient="row"
    )


def table(frame: pl.DataFrame, **given_: Any) -> pl.DataFrame:
    return at_risk(frame, by="group", origin=None, entry="since", exit="left", causes=[1, 2, 3], **given_)


@settings(max_examples=50, deadline=None)
@given(st.lists(ROWS, max_size=40), st.lists(ROWS, max_size=40))
def test_tables_of_two_partitions_add_to_the_table_of_their_union(
    one: list[tuple[int, int, int, str | None]], other: list[tuple[int, int, int, str | None]]
) -> None:
    whole = table(watched([*one, *other]))
    assert_frame_equal(add(table(watched(one)), table(watched(other))), whole)
    if whole.height:
        apart = aalen_johansen(pl.concat([table(watched(other)), table(watched(one))]))
        assert_frame_equal(apart, aalen_johansen(whole))


@settings(max_examples=50, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=40))
def test_how_many_are_at_risk_is_what_counting_one_by_one_gives(rows: list[tuple[int, int, int, str | None]]) -> None:
    for row in kaplan_meier(table(watched(rows))).iter_rows(named=True):
        time = row["time"]
        there = [
            since < time <= since + stay or (time == 0 and since == 0)
            for since, stay, _, group in rows
            if group == row["group"]
        ]
        assert row["at_risk"] == sum(there)


@settings(max_examples=30, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=40))
def test_counting_what_occurs_gives_the_same_as_counting_in_an_array(
    rows: list[tuple[int, int, int, str | None]],
) -> None:
    dense = table(watched(rows))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tallies, "LARGEST", 0)
        assert_frame_equal(table(watched(rows)), dense)


def test_times_with_fractions_and_unlike_groups_are_kept_as_they_are() -> None:
    frame = pl.DataFrame({"left": [0.5, 2.25], "cause": [1, 0], "year": [1999, 900_000], "on": [True, None]})
    found = at_risk(frame, by=["year", "on"], origin=None, exit="left")
    assert found.columns == ["year", "on", "time", "entered", "censored", "1"]
    assert found.filter(pl.col("time") > 0).select("year", "on", "time").rows() == [
        (1999, True, 0.5),
        (900_000, None, 2.25),
    ]


def test_dates_count_in_days_from_the_origin() -> None:
    frame = spells({}, {"ended": None, "cause": None}).with_columns(entry=pl.Series([None, date(2020, 1, 31)]))
    found = at_risk(frame, entry="entry", until=LAST)
    days = (LAST - BEGAN).days
    assert found.rows() == [(0, 1, 0, 0), (30, 1, 0, 0), (366, 0, 0, 1), (days, 0, 1, 0)]


DAY = timedelta(days=1)
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"ended": BEGAN - DAY}, "ended", "is before started"),
    ({"ended": None, "cause": None}, "ended", "a value is needed here"),
    ({"started": None}, "started", "a value is needed here"),
    ({"cause": "eloped"}, "cause", "is none of left, moved"),
    ({"entry": date(2021, 1, 1)}, "ended", "is not after the entry"),
]


@pytest.mark.parametrize(("wrong", "column", "problem"), REFUSED, ids=[f"{c}-{p[:12]}" for _, c, p in REFUSED])
def test_a_spell_that_cannot_be_is_named_with_its_row(wrong: dict[str, Any], column: str, problem: str) -> None:
    frame = spells({"entry": None}, {"entry": None}, wrong)
    with pytest.raises(FactsError, match=rf"spells\.{column}, row 2, value .*: {problem}"):
        at_risk(frame, entry="entry", causes=["left", "moved"])


@pytest.mark.parametrize("column", ["ended", "entry", "started"])
def test_a_date_in_the_future_is_named(column: str) -> None:
    frame = spells({"entry": None}, {"entry": BEGAN + DAY, "ended": LAST + 3 * DAY, column: LAST + 2 * DAY})
    with pytest.raises(FactsError, match=r"row 1, value .*2026, 4, \d.*is after 2026-03-31, the last day known"):
        at_risk(frame, entry="entry", until=LAST)


def test_a_cause_without_an_exit_is_named() -> None:
    with pytest.raises(FactsError, match=r"spells\.cause, row 1, value 'left': is given, and there is no ended"):
        at_risk(spells({}, {"ended": None}), until=LAST)


def test_overlapping_stretches_of_one_person_are_named() -> None:
    one, two = {"person": 7, "ended": date(2020, 6, 1)}, {"person": 7, "started": date(2020, 5, 1)}
    with pytest.raises(FactsError, match=r"spells\.started, row 2, value .*: this person is in an earlier stretch"):
        at_risk(spells(one, {"person": 8}, two), person="person")
    assert at_risk(spells(one, two)).height
    assert at_risk(spells(one, {**two, "started": date(2020, 6, 1)}), person="person").height


def test_columns_that_are_missing_or_cannot_be_used_are_named() -> None:
    with pytest.raises(CellsError, match="no column team"):
        at_risk(spells({}), by="team")
    with pytest.raises(CellsError, match="by: time is the name"):
        at_risk(spells({}).with_columns(time=1), by="time")
    with pytest.raises(FactsError, match=r"spells\.started: this column is String, not a date"):
        at_risk(spells({}).with_columns(pl.col("started").cast(pl.String)))


def test_a_million_days_of_service_stay_a_small_table() -> None:
    rng = np.random.default_rng(1)
    frame = pl.DataFrame({"t": rng.integers(0, 3_000, 200_000), "c": rng.integers(0, 5, 200_000)})
    found = at_risk(frame, origin=None, exit="t", cause="c")
    assert found.height == 3_000
    assert found.select(pl.exclude("time", "entered")).to_numpy().sum() == found["entered"].sum() == 200_000
