"""The trend: years that share their ends, as the rates of each year would be, and nothing that they withhold."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from analytics.disclosure import DEFAULT
from analytics.disclosure.linked import Split
from analytics.frames import Facts
from analytics.released.retention import trend
from analytics.released.retention.counted import ALL
from analytics.released.retention.earlier import Earlier, ends
from analytics.released.retention.report import RetentionReleased, retention_report
from analytics.released.retention.tables import SUMS
from analytics.synthetic import make
from tests.analytics.attacker import bounds_of_linked
from tests.analytics.builders import some_facts
from tests.analytics.seen import ON, counted

DAY = timedelta(1)
Truth = tuple[pl.DataFrame, pl.DataFrame, list[Split]]
RATES = ("leaver_rate", "low", "high", "exit_rate", "exit_low", "exit_high", "stability")
YEARS = ends(ON)[1:]


def facts_of(staff: int, organisations: int, seed: int, years: int = 7) -> Facts:
    system = make(staff=staff, organisations=organisations, years=years, seed=seed, until=ON)
    return Facts.of(system.people.lazy(), system.spells.lazy())


@pytest.fixture(scope="module")
def facts() -> Facts:
    return facts_of(2_500, 5, 3)


@pytest.fixture(scope="module")
def now(facts: Facts) -> RetentionReleased:
    return retention_report(facts, ON)


@pytest.fixture(scope="module")
def then(facts: Facts) -> RetentionReleased:
    return retention_report(facts, YEARS[-2])


def whole(released: RetentionReleased) -> pl.DataFrame:
    return released.rates.frame.filter(slice=ALL).select("organisation", *RATES)


def year(released: RetentionReleased, day: date) -> pl.DataFrame:
    return released.trend.frame.filter(ended_on=day).select("organisation", *RATES)


def test_years_end_on_the_same_day_and_the_last_of_february_is_one() -> None:
    assert [day.isoformat() for day in ends(date(2028, 2, 29))] == [
        *("2023-02-28", "2024-02-28", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29")
    ]


def test_every_organisation_has_five_years_in_order_and_no_count(facts: Facts, now: RetentionReleased) -> None:
    told = now.trend.frame
    assert told.columns == ["organisation", "ended_on", *RATES, "reason"]
    assert told.schema["ended_on"] == pl.Date
    assert told.group_by("organisation", maintain_order=True).agg("ended_on")["ended_on"].to_list() == [[*YEARS]] * 6
    assert told["organisation"][0] == ""
    assert told.filter(organisation="")["exit_rate"].null_count() == 5
    assert (
        told.select(pl.any_horizontal(pl.col(RATES[0], "stability").is_null()) & pl.col("reason").is_null())
        .sum()
        .item()
        == 0
    )


def test_the_newest_year_is_that_of_the_rates_as_shown(now: RetentionReleased) -> None:
    assert_frame_equal(year(now, ON), whole(now))


def test_an_earlier_year_is_what_the_rates_of_that_day_said(now: RetentionReleased, then: RetentionReleased) -> None:
    both = year(now, YEARS[-2]).join(whole(then), on="organisation", suffix="_then")
    compared = 0
    for name in RATES:
        shown = both.drop_nulls([name, f"{name}_then"])
        assert shown[name].to_list() == shown[f"{name}_then"].to_list()
        compared += shown.height
    assert compared > 15


@pytest.mark.parametrize(("staff", "organisations", "seed"), [(900, 3, 11), (1_500, 6, 5), (2_500, 8, 9)])
def test_what_that_day_withheld_of_everybody_is_not_told_a_year_later(
    staff: int, organisations: int, seed: int
) -> None:
    facts = facts_of(staff, organisations, seed)
    later = year(retention_report(facts, ON), YEARS[-2])
    both = later.join(whole(retention_report(facts, YEARS[-2])), on="organisation", suffix="_then")
    gone = 0
    for name in RATES:
        withheld = both.filter(pl.col(f"{name}_then").is_null())
        assert withheld[name].null_count() == withheld.height, name
        gone += withheld.height
    assert gone > 5


@pytest.fixture(scope="module")
def truth() -> Truth:
    return _truth(facts_of(700, 4, 8))


def _truth(facts: Facts) -> Truth:
    """Every count of the years before the newest: what is true, what is shown, and what adds up to what."""
    made = counted(facts)
    earlier = Earlier.of(made.counter.year, ON)
    hidden = trend.withheld(made, earlier)
    cells: list[dict[str, Any]] = []
    blocks = {"heads": (earlier.heads, np.vstack([hidden["opening"], hidden["closing"][-1:]]))}
    blocks |= {name: (n, hidden[name]) for name, n in earlier.between.items()}
    for name, (n, mask) in blocks.items():
        for at, place in np.ndindex(n.shape):
            if (place, name) != (0, "exits"):
                named = {"organisation": made.counter.places[place], "figure": f"{name}:{at}"}
                cells.append(named | {"n": int(n[at, place]), "hidden": bool(mask[at, place])})
    truth = pl.DataFrame(cells)
    seen = truth.with_columns(
        n=pl.when(~pl.col("hidden") & ~pl.col("figure").str.starts_with("reached")).then((pl.col("n") + 2) // 5 * 5)
    )
    sums = [Split("organisation", "")]
    for at in range(len(earlier.days) - 1):
        names = [(total.replace("opening", "heads"), parts) for total, *parts in SUMS]
        sums += [Split("figure", f"{total}:{at}", tuple(f"{part}:{at}" for part in parts)) for total, parts in names]
        reached = f"reached:{at}"
        sums.append(Split("figure", reached, tuple(f"{name}:{at}" for name in ("heads", "joined", "came"))))
        sums.append(Split("figure", reached, (f"heads:{at + 1}", f"leavers:{at}", f"moved:{at}")))
    return truth, seen.pivot("figure", index="organisation", values="n"), sums


def test_a_reader_with_a_solver_who_knows_every_years_sums_learns_no_small_count(truth: Truth) -> None:
    """Of all years at once: who was there at the end of one is there at the beginning of the next."""
    cells, shown, sums = truth
    small = cells.filter(pl.col("n") < DEFAULT.floor, ~pl.col("figure").str.starts_with("reached"))
    assert small.filter("hidden").height == small.height > 8
    asked = small.sample(8, seed=1)
    counts = [name for name in shown.columns if name != "organisation"]
    found = bounds_of_linked(shown, ["organisation"], counts, sums, cells=cells, targets=asked)
    both = found.join(cells, on=["organisation", "figure"])
    assert both.filter((pl.col("n") < pl.col("least") - 1e-6) | (pl.col("n") > pl.col("most") + 1e-6)).is_empty()
    assert ((both["most"] + 1e-6).floor() - (both["least"] - 1e-6).ceil()).min() >= DEFAULT.width  # type: ignore[operator]


def test_hiding_small_counts_alone_tells_some_of_them(truth: Truth) -> None:
    """The failing control."""
    cells, shown, sums = truth
    careless = cells.with_columns(n=pl.when(pl.col("n") >= DEFAULT.floor).then((pl.col("n") + 2) // 5 * 5))
    small = cells.filter(pl.col("n") < DEFAULT.floor, pl.col("figure").str.starts_with("elsewhere"))
    counts = [*shown.columns[1:]]
    wide = careless.pivot("figure", index="organisation", values="n")
    found = bounds_of_linked(wide, ["organisation"], counts, sums, cells=cells, targets=small.head(4))
    assert (found["most"].floor() - found["least"].ceil()).min() < DEFAULT.width  # type: ignore[operator]


def test_a_year_before_the_record_began_is_not_told() -> None:
    """Whoever left before the first post was recorded is in no record: such a year would seem a good one."""
    young = facts_of(1_500, 3, 6, years=3)
    told = retention_report(young, ON).trend.frame
    assert set(told.filter(organisation="")["ended_on"]) == set(YEARS[-3:])
    assert set(told.drop_nulls("leaver_rate")["ended_on"]) == set(YEARS[-3:])


def test_who_moves_inside_is_an_exit_of_the_employer_and_no_leaver_of_the_system() -> None:
    moved = [
        row
        for person in range(1, 41)
        for row in (
            {"person": person, "ended": YEARS[-2] - 100 * DAY if person <= 20 else None, "started": date(2015, 1, 1)},
            *([{"person": person, "organisation": "RB2", "started": YEARS[-2] - 90 * DAY}] if person <= 20 else []),
        )
    ]
    # Somebody went before: the record goes back as far.
    before = {"person": 41, "started": date(2015, 1, 1), "ended": YEARS[0] - 360 * DAY}
    found = Earlier.of(counted(some_facts([{}] * 41, [*moved, before])).counter.year, ON)
    last = {name: n[-1].tolist() for name, n in found.between.items()}
    assert (last["leavers"], last["moved"], last["exits"]) == ([0, 0, 0], [20, 20, 0], [20, 20, 0])
    assert (last["stayed"], found.heads[-2:].tolist()) == ([20, 20, 0], [[40, 40, 0], [40, 20, 20]])


def test_nobody_at_all_has_a_trend_of_gaps() -> None:
    told = retention_report(some_facts([{}], [{}]), ON).trend.frame
    assert told.select(pl.col(RATES).is_not_null().any()).row(0) == (False,) * len(RATES)
