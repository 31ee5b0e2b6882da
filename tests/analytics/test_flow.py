"""Moves, projections and conversion: as published, conserving heads, and fair to cases that are open still."""

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import CellsError, FactsError, TooLittleError
from analytics.flow import SCENARIOS, Scenario, between, conversion, cover, fundamental, project, supply, transitions
from analytics.flow.supply import step
from analytics.frames import Facts
from analytics.synthetic import make
from tests.analytics.builders import some_facts

SALES = [[0.50, 0.10, 0.05, 0.0], [0.05, 0.60, 0.10, 0.0], [0.05, 0.0, 0.80, 0.10], [0.0, 0.0, 0.0, 0.70]]
SHARES = st.integers(0, 10)
LAST = date(2026, 3, 31)
YEAR = (date(2025, 4, 1), LAST)
POST: dict[str, Any] = {"person": 1, "level": 5, "started": date(2020, 1, 1), "ended": None}


@pytest.fixture(scope="module")
def made() -> Facts:
    system = make(staff=4_000, organisations=5, years=3)
    return Facts.of(system.people.lazy(), system.spells.lazy())


def posts(*given_: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{**POST, **one} for one in given_], schema_overrides={"ended": pl.Date})


def graded(facts: Facts) -> pl.LazyFrame:
    return facts.spells.filter(pl.col("kind") == "substantive", pl.col("level").is_not_null())


def chain(cells: list[list[int]]) -> np.ndarray[Any, Any]:
    """Rates of three states, each of which is left by one in a hundred at least."""
    counts = np.array(cells, dtype=float)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1) * 0.99


def test_the_sales_force_comes_out_as_published() -> None:
    stock = np.array([300, 200, 50, 30])
    after = project(stock, SALES)[1]
    assert after.tolist() == pytest.approx([162.5, 150, 75, 26])
    assert stock.sum() - after.sum() == pytest.approx(166.5)


def test_the_drunkards_walk_comes_out_as_published() -> None:
    walk = [[0, 0.5, 0, 0.5, 0], [0.5, 0, 0.5, 0, 0], [0, 0.5, 0, 0, 0.5]]
    years, ever = fundamental(np.array(walk))
    assert years.tolist() == [pytest.approx(row) for row in ([1.5, 1, 0.5], [1, 2, 1], [0.5, 1, 1.5])]
    assert years.sum(axis=1).tolist() == pytest.approx([3, 4, 3])
    assert ever[:, 3:].tolist() == [pytest.approx(row) for row in ([0.75, 0.25], [0.5, 0.5], [0.25, 0.75])]
    assert ever[1, 0] == pytest.approx(1 / 1.5)


def test_frames_say_the_same_as_arrays_with_the_names_of_states() -> None:
    rows = [(begin, end, SALES[i][j]) for i, begin in enumerate("abcd") for j, end in enumerate("abcd")]
    rows += [(begin, None, 1 - sum(SALES[i])) for i, begin in enumerate("abcd")]
    matrix = pl.DataFrame(rows, schema=["from", "to", "rate"], orient="row")
    stock = pl.DataFrame({"state": list("dcba"), "n": [30, 50, 200, 300]})
    found = project(stock, matrix, pl.DataFrame({"state": ["b"], "n": [7]}), steps=2)
    plain = project([300, 200, 50, 30], SALES, [0, 7, 0, 0], steps=2)
    assert found["n"].to_list() == pytest.approx(plain.ravel().tolist())
    years, ever = fundamental(matrix)
    assert years.filter(pl.col("from") == "a")["years"].sum() == pytest.approx(fundamental(SALES).years[0].sum())
    assert ever.filter(pl.col("to") == "gone")["chance"].to_list() == pytest.approx([1.0] * 4)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.lists(SHARES, min_size=3, max_size=3), min_size=3, max_size=3), st.lists(SHARES, min_size=6, max_size=6)
)
def test_heads_are_conserved(cells: list[list[int]], people: list[int]) -> None:
    rates, stock, hires = chain(cells), np.array(people[:3], float), np.array(people[3:], float)
    stocks = project(stock, rates, hires, steps=4)
    left = stocks[:-1] @ (1 - rates.sum(axis=1))
    assert stocks[1:].sum(axis=1) == pytest.approx(stocks[:-1].sum(axis=1) - left + hires.sum())


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.lists(SHARES, min_size=3, max_size=3), min_size=3, max_size=3),
    st.lists(SHARES, min_size=6, max_size=6),
    st.lists(st.integers(0, 15), min_size=3, max_size=3),
)
def test_heads_are_conserved_where_posts_are_limited_and_nobody_rises_into_a_full_level(
    cells: list[list[int]], people: list[int], limits: list[int]
) -> None:
    rates = np.hstack([chain(cells), np.zeros((3, 1))])
    rates[:, 3] = 1 - rates.sum(axis=1)
    now, hires = np.array([people[:3]], float), np.array([people[3:]], float)
    after, left, joined = step(now, rates[None], hires, np.array(limits, float))
    assert after.sum() == pytest.approx(now.sum() - left.sum() + joined.sum())
    assert (joined <= hires + 1e-9).all()
    fixed = now[0, 2] * rates[2, 2]
    assert after[0, 2] <= max(limits[2], fixed) + 1e-9


def test_one_step_from_what_was_there_gives_what_is_there() -> None:
    """A projection of the observed stock with the observed moves and hires is the next stock."""
    people = [posts({"person": n, "ended": date(2025, 9, 1) if n % 5 == 0 else None}) for n in range(20)]
    people += [posts({"person": 100 + n, "level": 6, "started": date(2025, 6, 1)}) for n in range(3)]
    people += [posts({"person": 200, "level": 6})]
    moves = transitions(pl.concat(people), state="level", first=date(2025, 3, 31), until=LAST)
    stock = pl.DataFrame({"state": [5, 6], "n": [20, 1]})
    found = project(stock, moves, pl.DataFrame({"state": [6], "n": [3]})).filter(pl.col("step") == 1)
    assert found["n"].to_list() == [16, 4]


def test_moves_are_counted_at_every_step_and_who_is_gone_is_gone() -> None:
    rose = [{"ended": date(2024, 12, 31)}, {"level": 6, "started": date(2025, 1, 1)}]
    found = transitions(
        posts(*rose, {"person": 2, "ended": date(2025, 6, 1)}), state="level", first=date(2023, 3, 31), until=LAST
    )
    assert found.select("from", "to", "n", "exposed").rows() == [
        (5, 5, 3, 5),
        (5, 6, 1, 5),
        (5, None, 1, 5),
        (6, 6, 1, 1),
    ]
    assert found.group_by("from").agg(pl.col("rate").sum())["rate"].to_list() == pytest.approx([1, 1])


def test_shares_from_any_state_add_up_to_one(made: Facts) -> None:
    moves = transitions(graded(made), state="level", until=date(2026, 9, 30), first=date(2023, 9, 30))
    assert moves.group_by("from").agg(pl.col("rate").sum())["rate"].to_list() == pytest.approx([1.0] * 9)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"started": date(2021, 1, 1)}, r"spells\.started, row 1, value .*: this person is in an earlier stretch"),
        ({"person": 2, "ended": date(2019, 1, 1)}, r"spells\.ended, row 1, value .*: is before started"),
        ({"person": 2, "level": None}, r"spells\.state, row 1, value None: a value is needed here"),
        ({"person": 2, "started": date(2027, 1, 1)}, r"spells\.started, row 1, value .*: is after 2026-03-31"),
    ],
    ids=["overlap", "order", "missing", "future"],
)
def test_spells_that_cannot_be_are_named(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(FactsError, match=message):
        transitions(posts({}, wrong), state="level", until=LAST)


def test_a_step_in_which_nobody_is_there_is_refused() -> None:
    with pytest.raises(TooLittleError, match="nobody is there at the beginning of a step"):
        transitions(posts({}), state="level", first=date(2015, 3, 31), until=LAST)
    with pytest.raises(TooLittleError, match="there is no step of 1y"):
        transitions(posts({}), state="level", first=date(2026, 1, 1), until=LAST)
    with pytest.raises(CellsError, match="step: 'yearly'"):
        transitions(posts({}), state="level", step="yearly", until=LAST)


def test_matrices_that_are_none_are_refused() -> None:
    for matrix, message in (
        ([[0.9, 0.2], [0, 1]], "more than 1"),
        ([[-0.1, 0.2], [0, 1]], "negative"),
        ([[0.5], [0.5]], "one row a state"),
    ):
        with pytest.raises(CellsError, match=message):
            project([1, 1], matrix)
    with pytest.raises(CellsError, match="nobody ever leaves"):
        fundamental([[0.5, 0.5], [0.5, 0.5]])
    with pytest.raises(CellsError, match="2 states are needed"):
        project([1], [[0.5, 0], [0, 0.5]])
    with pytest.raises(CellsError, match="'c' is no state"):
        project(pl.DataFrame({"state": ["c"], "n": [1]}), pl.DataFrame({"from": ["a"], "to": ["a"], "rate": [0.5]}))


def test_moves_between_organisations_are_gross_and_net() -> None:
    there = {"ended": date(2025, 8, 1)}, {"organisation": "RB2", "started": date(2025, 8, 15)}
    back = {"organisation": "RB2", "ended": date(2025, 9, 1)}, {"started": date(2025, 9, 20)}
    people = [{**post, "person": n} for n in (1, 2) for post in there] + [{**post, "person": 3} for post in back]
    gone = [{"person": 4, "ended": date(2025, 5, 1)}, {"person": 5, "started": date(2025, 5, 1)}]
    facts = some_facts([{}] * 5, people + gone)
    assert between(facts, YEAR).rows() == [
        (None, "RA1", 1, 1, 0),
        ("RA1", None, 1, 1, 0),
        ("RA1", "RB2", 2, 1, 1),
        ("RB2", "RA1", 1, 2, -1),
    ]


def test_flows_of_the_system_balance(made: Facts) -> None:
    for by in ("organisation", "level"):
        found = between(made, (date(2025, 10, 1), date(2026, 9, 30)), by)
        assert found["net"].sum() == 0
        assert found["n"].sum() == found["back"].sum()
        assert found.filter(pl.col("from").eq_missing(pl.col("to"))).is_empty()
    with pytest.raises(CellsError, match="neither organisation nor level"):
        between(made, YEAR, "grade")  # pyright: ignore[reportArgumentType]


def cases(*rows: tuple[date, date | None, str | None]) -> pl.DataFrame:
    schema = {"opened_on": pl.Date, "closed_on": pl.Date, "outcome": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(stage=pl.lit("application"))


def test_open_cases_do_not_make_the_newest_cohort_look_worse() -> None:
    old, new = date(2025, 1, 1), date(2026, 3, 1)
    closed = [(old, date(2025, 2, 10), "shortlisted")] * 5 + [(old, date(2025, 2, 10), "rejected")] * 5
    found = conversion(cases(*closed, *[(new, None, None)] * 10), LAST, at=[60])
    share = dict(found.select("state", "share").rows())
    assert share == pytest.approx({"open": 0, "progressed": 0.5, "turned_down": 0.5, "withdrew": 0, "left": 0})
    crude = 5 / 20
    assert crude < share["progressed"]


def test_cases_that_cannot_be_are_named() -> None:
    day = date(2025, 1, 1)
    with pytest.raises(FactsError, match=r"events\.outcome, row 0, value None: a closed case needs an outcome"):
        conversion(cases((day, day, None)), LAST)
    with pytest.raises(FactsError, match=r"row 1, value 'lost': is none of progressed"):
        conversion(cases((day, None, None), (day, day, "lost")), LAST)


def seen() -> tuple[pl.DataFrame, pl.DataFrame]:
    moves = [(1, 1, 80), (1, 2, 8), (1, None, 12), (2, 2, 85), (2, 3, 5), (2, None, 10), (3, 3, 36), (3, None, 4)]
    return pl.DataFrame(moves, schema=["from", "to", "n"], orient="row"), pl.DataFrame(
        {"state": [1, 2, 3], "n": [100, 60, 20]}
    )


def test_supply_has_three_scenarios_with_a_band_and_posts_hold_back_who_rises() -> None:
    moves, stock = seen()
    hires = pl.DataFrame({"state": [1, 2, 3], "n": [10, 4, 0]})
    found = supply(stock, moves, hires, states=[1, 2, 3], posts={3: 20})
    assert found.select("scenario", "year").unique().height == 9
    assert [one.name for one in SCENARIOS] == found["scenario"].unique(maintain_order=True).to_list()
    assert (found["low"] <= found["n"] + 1e-9).all()
    assert (found["n"] <= found["high"] + 1e-9).all()
    top = found.filter(pl.col("state") == 3)
    assert (top["n"] <= 20 + 1e-9).all()
    assert (top["n"] + top["vacant"]).to_list() == pytest.approx([20.0] * 9)
    free = supply(stock, moves, hires, states=[1, 2, 3], posts={}).filter(pl.col("state") == 3)
    assert (free["n"] > 20).any()
    assert free["vacant"].null_count() == 9


def test_a_small_unit_leans_on_the_system() -> None:
    moves, stock = seen()
    few = moves.with_columns(pl.col("n") // 3).with_columns(n=pl.when(pl.col("to").is_null()).then(0).otherwise("n"))
    given_: dict[str, Any] = {"states": [1, 2, 3], "posts": {}, "horizons": [1], "scenarios": [Scenario("as now")]}
    alone = supply(stock, few, stock.clear(), **given_)["n"].sum()
    leaning = supply(stock, few, stock.clear(), system=moves, **given_)["n"].sum()
    assert alone == pytest.approx(180)
    assert (
        project(stock, moves.with_columns(rate=pl.col("n") / pl.col("n").sum().over("from")))["n"].tail(3).sum()
        < leaning
        < alone
    )


def test_too_little_to_project_from_is_said() -> None:
    moves, stock = seen()
    with pytest.raises(TooLittleError, match="fewer than 10 people were seen in 3"):
        supply(stock, moves.filter(pl.col("from") < 3), stock, states=[1, 2, 3], posts={})


def test_cover_is_ready_people_for_each_vacancy() -> None:
    pipelines = pl.DataFrame(
        {"family": ["a", "b"], "ready_now": [2, 1], "ready_soon": [1, 0], "expected_vacancies": [6.0, 0]}
    )
    found = cover(pipelines)
    assert found["cover_now"].to_list() == [pytest.approx(1 / 3), None]
    assert found["shortfall"].to_list() == [3, 0]
    with pytest.raises(CellsError, match="ready_now: not a count"):
        cover(pipelines.with_columns(ready_now=-1))
