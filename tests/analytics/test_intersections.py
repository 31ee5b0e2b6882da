"""Two characteristics at once: counted right, shown whole or not at all, and telling nothing of the other report."""

from datetime import date
from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from analytics.cells import count
from analytics.disclosure import DEFAULT, Released
from analytics.frames import GROUPS, Facts
from analytics.intervals import wilson
from analytics.released.intersections import BANDS, CUTS, groups_of, intersections_report
from analytics.released.representation import representation_report
from analytics.synthetic import make
from tests.analytics.builders import TODAY, some_facts

ON = date(2026, 9, 30)
LEVELS = (*(str(level) for level in range(1, 10)), "unmapped")
ANSWERS = {"ethnicity": (*GROUPS["ethnicity"], "unanswered"), "sex": (*GROUPS["sex"], "unanswered")}


def a_system(staff: int, organisations: int, seed: int) -> Facts:
    made = make(staff=staff, organisations=organisations, years=1, until=ON, seed=seed)
    return Facts.of(made.people.lazy(), made.spells.lazy(), made.events.lazy())


@pytest.fixture(scope="module")
def large() -> tuple[Facts, Released, Released]:
    facts = a_system(12_000, 12, 3)
    shares = representation_report(facts, ON)
    return facts, shares, intersections_report(facts, ON, shares)


def test_there_is_a_row_for_every_cut_band_and_pair(large: Any):
    frame = large[2].frame
    assert frame.height == len(CUTS) * (1 + len(BANDS)) * 4
    assert frame["n"].drop_nulls().min() >= DEFAULT.floor
    assert (frame["n"].drop_nulls() % DEFAULT.base == 0).all()
    assert frame.filter(pl.col("cut") == "ethnicity_sex")["n"].null_count() == 0


def test_counts_are_those_of_people_with_both_answers(large: Any):
    people = large[0].people.collect()
    shown = large[2].frame.filter(pl.col("cut") == "ethnicity_sex", pl.col("band") == "all")
    everybody = count(large[0], (), at=ON).filter(pl.col("characteristic") == "ethnicity", pl.col("group") == "white")
    white = shown.filter(pl.col("first") == "white")["n"].sum()
    answered = people.filter(~pl.col("sex").cast(pl.String).is_in(["prefer_not_to_say", "not_stated", "not_known"]))
    assert abs(white - everybody["n"].item() * answered.height / people.height) < 60


def test_a_share_is_of_the_shown_pairs_with_wilsons_range(large: Any):
    shown = large[2].frame.drop_nulls("n")
    assert shown["known"].to_list() == shown.select(pl.sum("n").over("cut", "band")).to_series().to_list()
    assert shown["share"].to_list() == (shown["n"] / shown["known"]).to_list()
    assert shown["high"].to_list() == wilson(shown["n"], shown["known"])[1].to_list()


@pytest.mark.parametrize(("staff", "organisations"), [(600, 4), (2_000, 3), (5_000, 6)])
def test_a_band_is_shown_whole_or_not_at_all_and_senior_posts_with_all_others(staff: int, organisations: int):
    facts = a_system(staff, organisations, 1)
    frame = intersections_report(facts, ON, representation_report(facts, ON)).frame
    gaps = frame.group_by("cut", "band").agg(gone=pl.col("n").is_null().sum())
    assert set(gaps["gone"]) <= {0, 4}
    by = {(cut, band): gone for cut, band, gone in gaps.iter_rows()}
    for cut in ("_".join(cut) for cut in CUTS):
        assert by[cut, "senior"] == by[cut, "others"] >= by[cut, "all"]
    assert frame.filter(pl.col("n").is_null())["share"].null_count() == frame["n"].null_count()


def everybody_at(organisations: list[str]) -> Facts:
    """The same people several times over at every level, half of them men, in these organisations in turn."""
    people = [{"ethnicity": e, "sex": s} for e, s in product(GROUPS["ethnicity"], GROUPS["sex"]) for _ in range(108)]
    posts = [
        {"person": at + 1, "organisation": organisations[at % len(organisations)], "level": 1 + at // 4 % 9}
        for at in range(len(people))
    ]
    return some_facts(people, posts)


def test_a_pair_that_comes_nearly_all_from_one_organisation_is_withheld():
    """All but a few of everybody work for one: it would know who the others are."""
    assert shown_everywhere(everybody_at(["RA1", "RB2"])) == 4
    assert shown_everywhere(everybody_at([*["RA1"] * 59, "RB2"])) == 0


def shown_everywhere(facts: Facts) -> int:
    frame = intersections_report(facts, TODAY, representation_report(facts, TODAY)).frame
    return frame.filter(pl.col("cut") == "ethnicity_sex", pl.col("band") == "all")["n"].count()


@pytest.mark.parametrize(("staff", "organisations", "seed"), [(3_000, 6, 2), (12_000, 12, 3)])
def test_a_solver_with_both_reports_learns_no_small_count_of_the_whole_system(
    staff: int, organisations: int, seed: int
):
    """Levels, ethnicity and sex of the system as unknowns; both reports as sums of them, known to within rounding."""
    facts = a_system(staff, organisations, seed)
    shares = representation_report(facts, ON)
    told, hidden = read(shares.frame, intersections_report(facts, ON, shares).frame)
    before, _ = read(shares.frame, None)
    assert len(told) > len(before)
    for cells in hidden[:: max(1, len(hidden) // 10)]:
        low, high = bounds(told, cells)
        assert high - low >= DEFAULT.width - 1e-6


Told = list[tuple[np.ndarray, float, float]]
CELLS = pl.DataFrame([*product(LEVELS, *ANSWERS.values())], schema=["level", "ethnicity", "sex"], orient="row")


def read(shares: pl.DataFrame, crossed: pl.DataFrame | None) -> tuple[Told, list[np.ndarray]]:
    told: Told = []
    hidden: list[np.ndarray] = []
    system = shares.with_columns(pl.col("organisation", "level", "characteristic", "group").cast(pl.String))
    system = system.filter(pl.col("organisation") == "", pl.col("characteristic").is_in([*ANSWERS]))
    for row in system.iter_rows(named=True):
        levels = LEVELS if row["level"] == "all" else (row["level"],)
        name = row["characteristic"]
        for n, groups in ((row["n"], [row["group"]]), (row["known"], GROUPS[name]), (row["in_scope"], ANSWERS[name])):
            keep(told, hidden, n, {"level": levels, name: groups})
    for row in [] if crossed is None else crossed.filter(pl.col("cut") == "ethnicity_sex").iter_rows(named=True):
        levels = LEVELS if row["band"] == "all" else BANDS[row["band"]]
        asked = {"level": levels, "ethnicity": groups_of("ethnicity")[row["first"]], "sex": [row["second"]]}
        keep(told, hidden, row["n"], asked)
    return told, hidden


def keep(told: Told, hidden: list[np.ndarray], n: int | None, wanted: dict[str, Any]) -> None:
    chosen = CELLS.select(pl.all_horizontal(pl.col(key).is_in([*values]) for key, values in wanted.items()))
    cells = chosen.to_series().to_numpy().astype(float)
    if n is None:
        hidden.append(cells)
    else:
        told.append((cells, max(n - 2, 10), n + 2))


def bounds(told: Told, cells: np.ndarray) -> tuple[float, float]:
    above = np.vstack([*(one[0] for one in told), *(-one[0] for one in told)])
    limits = np.array([*(one[2] for one in told), *(-one[1] for one in told)])
    ends = [linprog(sign * cells, A_ub=above, b_ub=limits, bounds=(0, None), method="highs") for sign in (1, -1)]
    return ends[0].fun, np.inf if ends[1].status == 3 else -ends[1].fun
