"""Counts from elsewhere: refused by name, shown where none is small, and never to be had by subtracting."""

from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest

from analytics.disclosure import DEFAULT
from analytics.errors import CellsError
from analytics.released.supplied import board_report, given_counts, supplied_report
from analytics.representation.standards import WRES
from tests.analytics.held import Held, Name

GROUPS = ("ethnic_minority", "white")


def lines(organisation: str, indicator: str, *counts: tuple[int, int]) -> list[dict[str, Any]]:
    return [
        {"organisation": organisation, "indicator": indicator, "group": group, "a": a, "n": n}
        for group, (a, n) in zip(GROUPS, counts, strict=True)
    ]


SURVEY = [*lines("ra", "7", (103, 212), (420, 700)), *lines("rb", "7", (31, 64), (150, 290)),
          *lines("rc", "7", (4, 40), (90, 160))]  # fmt: skip
EVERYBODY = pl.DataFrame({"organisation": ["ra", "rb", "rc"]})


def released(rows: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    frame = supplied_report(given_counts(pl.DataFrame(rows), WRES), WRES, EVERYBODY).frame
    return {(row["organisation"], row["indicator"]): row for row in frame.to_dicts()}


def test_a_line_is_shown_rounded_where_none_of_its_counts_is_small():
    row = released(SURVEY)["ra", "7"]
    assert [row[name] for name in ("a", "a_rest", "n", "c", "c_rest", "m")] == [105, 110, 210, 420, 280, 700]
    assert row["ratio"] == pytest.approx((105 / 210) / (420 / 700))


def test_a_small_count_withholds_its_whole_line_with_the_reason():
    row = released(SURVEY)["rc", "7"]
    assert all(row[name] is None for name in ("a", "a_rest", "n", "c", "c_rest", "m", "ratio"))
    assert row["reason"].startswith("Withheld")


def test_the_system_is_the_sum_of_the_organisations_shown_and_a_late_small_one_changes_nothing():
    whole = released(SURVEY)["", "7"]
    assert (whole["a"], whole["n"]) == (135, 275)
    assert released([row for row in SURVEY if row["organisation"] != "rc"])["", "7"] == whole


def test_entries_into_a_process_are_told_only_where_the_headcount_is():
    rows = [*lines("ra", "3", (12, 212), (31, 700)), *lines("rd", "3", (12, 212), (31, 700))]
    found = released(rows)
    assert found["ra", "3"]["ratio"] == pytest.approx((10 / 210) / (30 / 700))
    assert found["rd", "3"]["n"] is None


def test_boards_are_told_together_of_three_at_least_and_no_single_one():
    two = [*lines("ra", "9", (6, 21), (15, 21)), *lines("rb", "9", (5, 18), (13, 18))]
    assert board_report(given_counts(pl.DataFrame(two), WRES), WRES) is None
    three = [*two, *lines("rc", "9", (13, 27), (14, 27))]
    found = board_report(given_counts(pl.DataFrame(three), WRES), WRES)
    assert found is not None
    [row] = found.frame.to_dicts()
    assert (row["organisation"], row["a"], row["a_rest"], row["n"]) == ("", 20, 40, 70)


def test_boards_that_are_nearly_all_one_organisations_are_not_told():
    """The one would take its own off, and know the others' nine."""
    rows = [
        *lines("ra", "9", (21, 60), (39, 60)),
        *lines("rb", "9", (5, 30), (25, 30)),
        *lines("rc", "9", (4, 27), (23, 27)),
    ]
    found = board_report(given_counts(pl.DataFrame(rows), WRES), WRES)
    assert found is not None
    assert found.frame["a"].to_list() == [None]


@pytest.mark.parametrize("joins", range(10))
def test_a_board_that_joins_stays_open_between_two_releases(joins: int):
    """The reader subtracts what two releases show, each to the nearest 10: at least six counts remain possible."""
    first = [*lines("ra", "9", (16, 41), (25, 41)), *lines("rb", "9", (15, 38), (23, 38)),
             *lines("rc", "9", (13, 47), (34, 47))]  # fmt: skip
    shown: list[int] = []
    for rows in (first, [*first, *lines("rd", "9", (joins, 40), (40 - joins, 40))]):
        found = board_report(given_counts(pl.DataFrame(rows), WRES), WRES)
        assert found is not None
        shown.append(found.frame.item(0, "a"))
    possible = [d for d in range(41) if any(_ten(s + d) == shown[1] for s in range(100) if _ten(s) == shown[0])]
    assert len(possible) > 5


def _ten(n: int) -> int:
    return (n + 5) // 10 * 10


COUNTED = ("a", "a_rest", "n", "c", "c_rest", "m")


def drawn(seed: int) -> list[dict[str, Any]]:
    """Survey lines of a small and a large organisation, and their entries into a process."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for at, indicator in product(range(2), ("3", "7")):
        n = rng.choice([[25, 40], [300, 2_000]][at], 2)
        rows += lines(f"o{at}", indicator, *((int(rng.binomial(each, 0.2)), int(each)) for each in n))
    return rows


def told_by(rows: list[dict[str, Any]], *, careless: bool) -> tuple[Held, dict[Name, float]]:
    """A reader of the release, who knows the headcounts of the process and what adds up; and what is true. careless:
    the system's line is the sum of all organisations."""
    given = given_counts(pl.DataFrame(rows), WRES)
    headcount = pl.DataFrame({"organisation": ["o0", "o1"]})
    shown, held, truth = supplied_report(given, WRES, headcount).frame, Held(), dict[Name, float]()
    for organisation, indicator in given.select("organisation", "indicator").unique(maintain_order=True).iter_rows():
        sides = [given.filter(organisation=organisation, indicator=indicator, group=g).row(0)[3:] for g in GROUPS]
        counts = [n for a, n in sides for n in (a, n - a, n)]
        truth |= {(organisation, indicator, name): n for name, n in zip(COUNTED, counts, strict=True)}
    sums = {(i, c): sum(n for (_, j, d), n in truth.items() if (j, d) == (i, c)) for i in "37" for c in COUNTED}  # type: ignore[misc]
    for row in shown.iter_rows(named=True):
        at = (row["organisation"], row["indicator"])
        for name in COUNTED:
            rounded = (sums[row["indicator"], name] + 2) // 5 * 5 if careless and not at[0] else row[name]
            held.shown((*at, name), rounded)
        for total, *parts in (("n", "a", "a_rest"), ("m", "c", "c_rest")):
            held.adds_up((*at, total), *((*at, part) for part in parts))
    for indicator, name in product("37", COUNTED):
        there = [(f"o{at}", indicator, name) for at in range(2)]
        summed = there if careless else [one for one in there if one not in held.hidden]
        truth["", indicator, name] = sum(truth[one] for one in summed)
        if ("", indicator, name) in held.index:
            held.adds_up(("", indicator, name), *summed)
    return held, truth


@pytest.mark.parametrize("careless", [False, True], ids=["released", "sum of all"])
def test_a_reader_with_a_solver_and_an_organisation_with_its_own_counts_learn_no_small_count(careless: bool):
    narrow = asked = 0
    for seed, mine in product(range(3), ("", "o1")):
        held, truth = told_by(drawn(seed), careless=careless)
        assert held.untrue(lambda name, truth=truth: truth[name]) == []
        for name in [*held.index] if mine else []:
            if name[0] == mine:  # type: ignore[index]
                held.knows(name, truth[name])
        small = [n for n in held.hidden if n[0] not in {"", mine} and truth[n] < DEFAULT.floor]  # type: ignore[index]
        for low, high in map(held.bounds, small[:6]):
            asked, narrow = asked + 1, narrow + (high - low < DEFAULT.width)
    assert asked > 9
    assert (narrow > 0) is careless


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"a": 213}, "more than n"),
        ({"a": -1}, "below 0"),
        ({"a": 10.5}, "whole numbers"),
        ({"a": None}, "column a is missing, or has gaps"),
        ({"indicator": "2"}, "not one that is supplied"),
        ({"group": "black"}, "not a group of it"),
        ({"group": "white"}, "there twice"),
    ],
    ids=["more-than-all", "negative", "half", "gap", "unknown", "group", "twice"],
)
def test_what_cannot_be_is_refused_by_name(change: dict[str, Any], said: str):
    first, second = lines("ra", "7", (103, 212), (420, 700))
    with pytest.raises(CellsError, match=said):
        given_counts(pl.DataFrame([first | change, second], strict=False), WRES)


def test_one_group_alone_is_refused():
    with pytest.raises(CellsError, match="one of the two groups alone"):
        given_counts(pl.DataFrame(lines("ra", "7", (103, 212), (420, 700))[:1]), WRES)
