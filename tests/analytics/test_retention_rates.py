"""Leaver and stability rates: as published, told apart for the organisation and the system, and heads conserved."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from analytics.errors import CellsError, CountsError
from analytics.frames import Facts
from analytics.retention import (
    CAUSES,
    count,
    leaver_rate,
    median_tenure,
    rates,
    reasons,
    stability_index,
    stack,
    time_to_exit,
)
from analytics.synthetic import make
from tests.analytics.builders import some_facts

YEAR = (date(2025, 4, 1), date(2026, 3, 31))
PERIOD = (date(2025, 10, 1), date(2026, 9, 30))


@pytest.fixture(scope="module")
def made() -> Facts:
    system = make(staff=4_000, organisations=6, years=3)
    return Facts.of(system.people.lazy(), system.spells.lazy())


def counted(*posts: dict[str, Any], by: tuple[str, ...] = ("organisation",)) -> pl.DataFrame:
    people = [{} for _ in range(max(post.get("person", 1) for post in posts))]
    return count(some_facts(people, list(posts)), YEAR, by)


def only(cells: pl.DataFrame, **where: str) -> dict[str, Any]:
    return {k: v for k, v in cells.filter(**where).row(0, named=True).items() if v and k not in where}


def test_the_civil_service_year_comes_out_as_published() -> None:
    """Year to March 2021: 27,580 left the service, 11,910 went to another department, 57,150 came."""
    assert leaver_rate(27_580, 455_310, 484_880) == pytest.approx(0.05867, abs=5e-6)
    assert leaver_rate(27_580 + 11_910, 455_310, 484_880) == pytest.approx(0.08400, abs=5e-6)
    whole = {"opening": 455_310, "closing": 484_880, "joined": 57_150, "came": 11_910, "left": 27_580, "moved": 11_910}
    rest = dict.fromkeys(("retired", "other", "unmatched"), 0) | {"stayed": 415_820, "stayed_in_system": 427_730}
    cells = pl.DataFrame([whole | rest])
    assert rates(cells, level="system").item(0, "leaver_rate") == pytest.approx(0.05867, abs=5e-6)
    assert rates(cells, level="organisation").item(0, "leaver_rate") == pytest.approx(0.08400, abs=5e-6)


def test_ninety_of_a_hundred_still_there_is_a_stability_of_ninety_in_a_hundred() -> None:
    assert stability_index(90, 100) == 0.9
    assert stability_index(pl.Series([9, 0]), pl.Series([10, 0])).to_list() == [0.9, None]


def test_the_published_leaver_rate_of_2014_needs_a_smaller_base_than_all_heads() -> None:
    """8.3 % was published of 94,739 leavers; over all 1.2 million heads it is 7.8 %."""
    assert leaver_rate(94_739, 1_197_780, 1_216_834) == pytest.approx(0.07847, abs=5e-6)


def test_a_mover_between_organisations_is_never_a_system_leaver() -> None:
    cells = counted(
        {"ended": date(2025, 8, 1), "end_reason": "moved"}, {"organisation": "RB2", "started": date(2025, 8, 20)}
    )
    assert only(cells, organisation="RA1") == {"opening": 1, "moved": 1, "stayed_in_system": 1}
    assert only(cells, organisation="RB2") == {"closing": 1, "came": 1}
    left, came = rates(cells, level="system").iter_rows(named=True)
    assert (left["leavers"], left["leaver_rate"], left["stability"]) == (0, 0, 1)
    assert (left["exits"], left["retained_share"], came["joiners"]) == (1, 1, 0)
    assert rates(cells).item(0, "leaver_rate") == 2


def test_whoever_comes_back_after_a_long_break_has_left_and_joined() -> None:
    cells = counted({"ended": date(2025, 8, 1)}, {"organisation": "RB2", "started": date(2025, 11, 1)})
    assert only(cells, organisation="RA1") == {"opening": 1, "left": 1, "stayed_in_system": 1}
    assert only(cells, organisation="RB2") == {"closing": 1, "joined": 1}


def test_leaving_one_of_two_employers_is_a_move_and_not_a_loss() -> None:
    cells = counted({"ended": date(2025, 8, 1)}, {"organisation": "RB2"})
    assert only(cells, organisation="RA1") == {"opening": 1, "moved": 1, "stayed_in_system": 1}


def test_another_post_or_a_secondment_is_no_exit() -> None:
    posts = [{"ended": date(2025, 8, 1)}, {"started": date(2025, 8, 15)}]
    lent = {"organisation": "RB2", "kind": "secondment", "started": date(2025, 4, 2), "ended": date(2025, 9, 1)}
    cells = counted(*posts, lent)
    assert cells.height == 1
    assert only(cells, organisation="RA1") == {"opening": 1, "closing": 1, "stayed": 1, "stayed_in_system": 1}


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("retirement", {"retired": 1}),
        ("end_of_fixed_term", {"other": 1}),
        ("relocation", {"left": 1}),
        (None, {"left": 1}),
        ("moved", {"left": 1, "unmatched": 1}),
    ],
    ids=["retirement", "end_of_fixed_term", "relocation", "none", "moved"],
)
def test_four_ways_of_going_are_told_apart(reason: str | None, cause: dict[str, int]) -> None:
    assert (
        only(counted({"ended": date(2025, 8, 1), "end_reason": reason}), organisation="RA1") == {"opening": 1} | cause
    )


def test_the_last_day_worked_is_still_a_day_there() -> None:
    assert only(counted({"ended": YEAR[1]}), organisation="RA1")["closing"] == 1
    assert only(counted({"ended": date(2025, 3, 31)}), organisation="RA1") == {"opening": 1, "left": 1}


def test_changing_staff_group_leaves_the_group_and_not_the_organisation() -> None:
    posts = [{"ended": date(2025, 8, 1)}, {"started": date(2025, 8, 2), "staff_group": "medical_dental"}]
    assert only(counted(*posts), organisation="RA1")["stayed"] == 1
    by_group = counted(*posts, by=("organisation", "staff_group"))
    assert only(by_group, staff_group="nursing_midwifery") == {"organisation": "RA1", "opening": 1}


def test_heads_are_conserved_in_every_organisation_and_in_the_system(made: Facts) -> None:
    cells, whole = count(made, PERIOD), count(made, PERIOD, ())
    gone = pl.sum_horizontal(CAUSES)
    assert cells.filter(pl.col("opening") + pl.col("joined") + pl.col("came") - gone != pl.col("closing")).is_empty()
    left = pl.sum_horizontal("left", "retired", "other")
    assert whole.filter(pl.col("opening") + pl.col("joined") - left != pl.col("closing")).is_empty()
    assert cells["closing"].sum() == 4_000
    assert (cells["stayed"] <= cells["stayed_in_system"]).all()


def test_cells_of_two_halves_of_the_people_add_up(made: Facts) -> None:
    def half(odd: int) -> pl.DataFrame:
        chosen = pl.col("person") % 2 == odd
        return count(Facts(made.people.filter(chosen), made.spells.filter(chosen)), PERIOD, ("organisation", "service"))

    keys = ["organisation", "service"]
    both = pl.concat([half(0), half(1)]).group_by(keys).sum().sort(keys)
    assert_frame_equal(both, count(made, PERIOD, ("organisation", "service")))


def test_groups_add_up_to_everybody_and_hours_to_no_more_than_heads(made: Facts) -> None:
    whole = count(made, PERIOD)
    by_sex = count(made, PERIOD, characteristics=["sex"])
    assert_frame_equal(by_sex.group_by("organisation").agg(pl.col(whole.columns[1:]).sum()).sort("organisation"), whole)
    hours = count(made, PERIOD, measure="fte")
    assert (hours["opening"] <= whole["opening"]).all()
    assert rates(hours).item(0, "low") is None
    assert rates(hours).item(0, "leaver_rate") == pytest.approx(rates(whole).item(0, "leaver_rate"), abs=0.05)


def test_the_organisation_where_more_leave_is_found_and_moving_is_not_taken_for_it() -> None:
    system = make(staff=12_000, organisations=4, years=3)
    planted = system.truths.filter(pl.col("what") == "leaving")["organisation"].to_list()
    cells = count(Facts.of(system.people.lazy(), system.spells.lazy()), PERIOD)
    seen = rates(cells, level="system")
    raised = seen.filter(pl.col("low") > pl.col("leavers").sum() / pl.col("mean").sum())
    assert raised["organisation"].to_list() == planted


def test_everybody_is_somewhere_after_a_year(made: Facts) -> None:
    window = (date(2024, 10, 1), date(2026, 9, 30))
    found = stack(time_to_exit(made, window, ["staff_group"]), [365])
    sums = found.drop_nulls("share").group_by("staff_group").agg(pl.col("share").sum())
    assert sums["share"].to_list() == pytest.approx([1.0] * sums.height)
    assert set(found["state"]) == {"stayed", "left", "moved", "retired", "other"}


def test_exits_of_the_at_risk_table_are_those_of_the_cells(made: Facts) -> None:
    """The cells count who worked last on the day before the period; they are watched if the window begins then."""
    table, cells = time_to_exit(made, (PERIOD[0] - timedelta(days=1), PERIOD[1]), ()), count(made, PERIOD)
    for cause in CAUSES:
        assert table[cause].sum() == cells[cause].sum()
    assert table["entered"].sum() == table.select("censored", *CAUSES).to_numpy().sum()


def test_the_unknown_share_of_reasons_is_said_aloud(made: Facts) -> None:
    found = reasons(made, (date(2024, 10, 1), date(2026, 9, 30)))
    unknown = found.filter(pl.col("reason").is_null()).row(0, named=True)
    assert unknown["unknown_share"] == pytest.approx(0.35, abs=0.05)
    assert unknown["share"] is None
    assert found["share"].sum() == pytest.approx(1)
    assert found["n"].sum() == pytest.approx(unknown["known"] + unknown["n"])


def test_median_tenure_is_in_years() -> None:
    facts = some_facts([{}, {}, {}], [{"person": n, "started": date(2026 - 2 * n, 3, 31)} for n in (1, 2, 3)])
    assert median_tenure(facts, YEAR[1]).row(0) == (3, pytest.approx(4, abs=0.01))


def test_what_cannot_be_is_refused() -> None:
    facts = some_facts([{}], [{}])
    with pytest.raises(CountsError, match="negative"):
        leaver_rate(-1, 10, 10)
    with pytest.raises(CountsError, match="more than there were"):
        stability_index(11, 10)
    with pytest.raises(CellsError, match="'team' is none of organisation"):
        count(facts, YEAR, ("team",))
    with pytest.raises(CellsError, match="'religion' is none of"):
        count(facts, YEAR, characteristics=["religion"])
    with pytest.raises(CellsError, match="ends before it begins"):
        count(facts, (YEAR[1], YEAR[0]))
    with pytest.raises(CellsError, match="neither organisation nor system"):
        rates(count(facts, YEAR), level="team")  # pyright: ignore[reportArgumentType]
    with pytest.raises(CellsError, match="cells lack the column opening"):
        rates(pl.DataFrame({"left": [1]}))
