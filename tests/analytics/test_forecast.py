"""What may come in the next twelve months: told of the whole system alone, and where last year's model was right."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from analytics.disclosure import DEFAULT, Released, Rule
from analytics.frames import CHARACTERISTICS, GROUPS, Facts
from analytics.hazard import ahead
from analytics.released.retention.forecast import LITTLE, PASSED, YOUNG, forecast_report
from analytics.released.retention.merged import FEW, Merged
from analytics.released.retention.report import retention_report
from analytics.released.retention.trying import tried
from analytics.retention import CAUSES
from analytics.synthetic import System, make
from tests.analytics.builders import some_facts

ON, NEXT = date(2026, 9, 30), date(2027, 9, 30)
FIGURES = ["observed", "expected", "next_expected", "next_low", "next_high"]


def until(system: System, day: date) -> Facts:
    """What is known of a system on a day."""
    ended = pl.when(pl.col("ended") <= day).then("ended")
    spells = system.spells.filter(pl.col("started") <= day).with_columns(ended)
    return Facts.of(system.people.lazy(), spells.lazy(), system.events.lazy())


@pytest.fixture(scope="module")
def system() -> System:
    return make(staff=15_000, organisations=12, years=6, until=NEXT)


@pytest.fixture(scope="module")
def facts(system: System) -> Facts:
    return until(system, ON)


@pytest.fixture(scope="module")
def rates(facts: Facts) -> Released:
    return retention_report(facts, ON).rates


@pytest.fixture(scope="module")
def whole(facts: Facts, rates: Released) -> tuple[Released, list[str], Released]:
    return forecast_report(facts, ON, rates=rates)


@pytest.fixture(scope="module")
def told(whole: tuple[Released, list[str], Released]) -> tuple[pl.DataFrame, list[str]]:
    return whole[0].frame, whole[1]


@pytest.fixture(scope="module")
def fair(whole: tuple[Released, list[str], Released]) -> pl.DataFrame:
    return whole[2].frame


def row(frame: pl.DataFrame, cause: str = "left") -> dict[str, Any]:
    return frame.row(by_predicate=pl.col("cause") == cause, named=True)


def gone(system: System, day: date) -> dict[str, int]:
    """How many of those there on a day truly were gone a year later."""
    counts = ahead(until(system, day.replace(year=day.year + 1)), day, terms=["fte"], outcomes=True)
    return counts.select(pl.col(CAUSES).sum()).row(0, named=True)


def test_what_was_seen_is_what_came_to_the_nearest_five(system: System, told: tuple[pl.DataFrame, list[str]]) -> None:
    truth = gone(system, date(2025, 9, 30))
    shown = told[0].drop_nulls("observed")
    assert "left" in shown.get_column("cause").to_list()
    for cause, n in shown.select("cause", "observed").iter_rows():
        assert abs(truth[cause] - n) <= 2


def test_what_comes_is_within_the_range_that_was_told_the_year_before(
    system: System, told: tuple[pl.DataFrame, list[str]]
) -> None:
    came, looked = gone(system, ON), told[0].drop_nulls("next_expected")
    assert {"left", "moved"} <= set(looked.get_column("cause"))
    for one in looked.iter_rows(named=True):
        assert one["next_low"] <= came[one["cause"]] <= one["next_high"]
        assert one["next_high"] - one["next_low"] < one["next_expected"]


def test_nothing_is_shown_as_it_was_counted(told: tuple[pl.DataFrame, list[str]]) -> None:
    values = told[0].select(FIGURES).unpivot().drop_nulls().get_column("value")
    assert (values % DEFAULT.base == 0).all()
    for one in told[0].drop_nulls("o_e").iter_rows(named=True):
        assert one["o_e"] == pytest.approx(one["observed"] / one["expected"])
        assert one["low"] < one["o_e"] < one["high"]
        assert one["slope"] == pytest.approx(round(one["slope"], 2))


def test_who_came_and_went_within_the_year_cannot_be_taken_off(facts: Facts) -> None:
    """All who went in the year stand in the rates: less those seen here they are never fewer than the floor, whichever
    way both are rounded. Without the rates beside it such a count would have been told."""
    rule = Rule("strict", floor=25)
    rates = retention_report(facts, ON, rule).rates
    shown = forecast_report(facts, ON, rule, rates)[0].frame
    whole = rates.frame.row(by_predicate=(pl.col("organisation") == "") & (pl.col("slice") == "all"), named=True)
    bare = forecast_report(facts, ON, rule)[0].frame
    apart = {cause: whole[cause] - row(bare, cause)["observed"] for cause in CAUSES}
    for cause, n in apart.items():
        assert (row(shown, cause)["observed"] is None) == (n < rule.floor + rule.base), cause
    assert min(apart.values()) < rule.floor + rule.base <= max(apart.values())


def test_nor_who_moved_and_then_left(facts: Facts) -> None:
    """Of those there at the opening: what is told of where they are, less those seen to go, is no fewer than the floor
    either."""
    rule = Rule("other", floor=40)
    rates = retention_report(facts, ON, rule).rates
    whole = rates.frame.row(by_predicate=(pl.col("organisation") == "") & (pl.col("slice") == "all"), named=True)
    bare, shown = (forecast_report(facts, ON, rule, given)[0].frame for given in (None, rates))
    least = rule.floor + 2 * rule.base
    assert row(bare, "moved")["observed"] - (whole["in_system"] - whole["stayed"]) < least
    assert row(shown, "moved")["observed"] is None
    gone = [row(bare, cause)["observed"] for cause in ("left", "retired", "other")]
    assert whole["opening"] - whole["in_system"] - sum(gone) < least
    assert row(shown, "other")["observed"] is None


def test_what_the_rates_withhold_is_not_told_here(facts: Facts) -> None:
    strict = retention_report(facts, ON, Rule("strict", floor=400)).rates
    whole = strict.frame.row(by_predicate=(pl.col("organisation") == "") & (pl.col("slice") == "all"), named=True)
    gone = [cause for cause in CAUSES if whole[cause] is None]
    assert gone
    shown = forecast_report(facts, ON, rates=strict)[0].frame
    for found in (row(shown, cause) for cause in gone):
        assert all(found[name] is None for name in (*FIGURES, "o_e", "low", "high", "slope", "gate", "drift"))
        assert found["reason"] == DEFAULT.reason


def test_a_model_that_was_wrong_about_last_year_forecasts_nothing(system: System) -> None:
    """Half of those who left in the last year stay."""
    stays = (pl.col("ended") > date(2025, 9, 30)) & (pl.col("person") % 2 == 0)
    changed = system.spells.with_columns(ended=pl.when(~stays).then("ended"))
    found = forecast_report(until(replace_spells(system, changed), ON), ON)[0].frame
    assert row(found)["gate"] == "failed"
    assert row(found)["o_e"] < 0.8
    assert row(found)["drift"] == "drifted"
    assert found.filter(pl.col("gate") != PASSED).select(FIGURES[2:]).null_count().row(0) == (
        (found.height - found.filter(gate=PASSED).height,) * 3
    )
    assert "near enough" in row(found)["reason"]


def replace_spells(system: System, spells: pl.DataFrame) -> System:
    return replace(system, spells=spells)


def test_who_left_of_each_group_is_what_the_rates_tell(fair: pl.DataFrame, rates: Released) -> None:
    whole = rates.frame.filter(pl.col("organisation") == "")
    told = dict(whole.select("slice", "left").iter_rows())
    for one in fair.iter_rows(named=True):
        assert one["observed"] == told[f"{one['characteristic']}:{one['group']}"]
    assert fair.select("characteristic", "group").rows() == [
        (name, group) for name in CHARACTERISTICS for group in (*GROUPS[name], "unanswered")
    ]


def test_how_many_were_expected_of_each_group_is_told_from_counts_as_shown(fair: pl.DataFrame) -> None:
    shown = fair.drop_nulls("observed")
    assert (shown["expected"] % DEFAULT.base == 0).all()
    for one in shown.iter_rows(named=True):
        assert one["o_e"] == pytest.approx(one["observed"] / one["expected"])
        few = max(one["observed"], one["expected"]) < 50
        assert one["state"] == ("too_few" if few else "alarm" if one["low"] > 1.25 or one["high"] < 0.8 else "no_alarm")
        assert (one["reason"] is None) != few
    for one in fair.filter(pl.col("observed").is_null()).iter_rows(named=True):
        assert all(one[name] is None for name in ("expected", "o_e", "low", "high", "state"))
        assert one["reason"] == DEFAULT.reason


def test_without_rates_groups_are_protected_with_their_sum(facts: Facts) -> None:
    fair = forecast_report(facts, ON)[2].frame
    for (name,), rows in fair.partition_by("characteristic", as_dict=True).items():
        assert rows["observed"].null_count() != 1, name
        assert (rows["observed"].drop_nulls() >= DEFAULT.floor).all()


def test_a_group_that_the_model_is_wrong_about_is_said_aloud(system: System) -> None:
    """Of those who left in the last year every other one turns out to be of one group."""
    left = system.spells.filter(pl.col("ended").is_between(date(2025, 10, 1), ON), pl.col("person") % 2 == 0)
    theirs = pl.col("person").is_in(left["person"].to_list())
    people = system.people.with_columns(ethnicity=pl.when(theirs).then(pl.lit("black")).otherwise("ethnicity"))
    released, card, fair = forecast_report(until(replace(system, people=people), ON), ON)
    [black] = fair.frame.filter(group="black").iter_rows(named=True)
    assert (black["state"], black["low"] > 1.25) == ("alarm", True)
    assert any("or a fifth too high about: " in one and "Ethnicity: Black, Black British" in one for one in card)
    assert released.frame.equals(forecast_report(until(system, ON), ON)[0].frame)


def test_contracts_go_in_where_nearly_all_are_told(system: System, facts: Facts) -> None:
    assert "contract" in tried(facts, ON).model.terms
    told = pl.when(pl.col("person") % 10 > 0).then("contract")
    few = replace_spells(system, system.spells.with_columns(contract=told))
    assert "contract" not in tried(until(few, ON), ON).model.terms


def test_whom_people_are_changes_nothing(system: System, told: tuple[pl.DataFrame, list[str]], rates: Released) -> None:
    swapped = system.people.with_columns(pl.col(name).shuffle(seed=3) for name in CHARACTERISTICS)
    again, card, _ = forecast_report(until(replace(system, people=swapped), ON), ON, rates=rates)
    assert_frame_equal(again.frame, told[0])
    assert [said for said in card if "checked by" not in said] == [said for said in told[1] if "checked by" not in said]


def test_the_card_is_of_the_model_and_has_no_figure_of_a_group(told: tuple[pl.DataFrame, list[str]]) -> None:
    said = " ".join(told[1])
    assert "Age did not go in." in said
    assert "It must not be used about one person" in said
    assert "the same terms fitted again on the last twelve" in said
    assert "up to 30 September 2025, and tried on who of those there then was gone by 30 September 2026" in said
    assert "times the odds" not in said
    fitted = next(one for one in told[1] if one.startswith("It was fitted"))
    fitted = fitted.partition("up to")[0]
    assert all(int(n.replace(",", "")) % 50 == 0 for n in re.findall(r"\d[\d,]*\d|\d", fitted))
    for one in told[0].drop_nulls("o_e").iter_rows(named=True):
        assert f"{one['observed']:,} seen where {one['expected']:,} were expected" in said


@pytest.mark.parametrize(
    ("facts_of", "why"),
    [
        (lambda: until(make(staff=600, organisations=4, years=2, until=ON), ON), YOUNG),
        (lambda: until(make(staff=600, organisations=4, years=5, until=ON), ON), LITTLE),
        (lambda: some_facts([{}], [{}]), YOUNG),
    ],
    ids=["young", "small", "one person"],
)
def test_a_young_or_a_small_system_is_told_why_there_is_nothing(facts_of: Any, why: str) -> None:
    released, card, fair = forecast_report(facts_of(), ON)
    assert fair.frame.get_column("reason").unique().to_list() == [why]
    assert fair.frame.select("observed", "expected", "o_e", "state").null_count().sum_horizontal().item() == 4 * 19
    assert released.frame.get_column("reason").to_list() == [why] * len(CAUSES)
    assert released.frame.select("gate", "drift", "o_e", *FIGURES).null_count().sum_horizontal().item() == 8 * len(
        CAUSES
    )
    assert card == []


def test_causes_that_few_went_for_compete_as_one() -> None:
    facts = until(make(staff=4_000, organisations=6, years=5, until=ON), ON)
    released, card, _ = forecast_report(facts, ON)
    found = {name: row(released.frame, name) for name in CAUSES}
    assert found["left"]["gate"] in {"passed", "failed"}
    assert found["left"]["observed"] >= 200
    assert (found["other"]["gate"], found["other"]["observed"]) == ("too_few", None)
    assert "Fewer than 100" in found["other"]["reason"]
    assert not any("rest" in one.split() for one in card)


def test_bands_are_put_together_with_their_neighbours_and_a_new_kind_of_work_is_known() -> None:
    band = pl.Series("band", ["a", "b", "c", "a"], dtype=pl.Enum(["a", "b", "c", "d"]))
    cells = pl.DataFrame({"group": ["x", "y", "z", "x"], "left": [50, FEW - 1, 2, 50], "moved": [20, 9, 9, 20]})
    merged = Merged.of(cells.with_columns(band), ["band", "group"], ["left", "moved"])
    assert merged.labels["band"] == {"a": "a", "b": "b or c or d", "c": "b or c or d", "d": "b or c or d"}
    assert merged.labels["group"] == {"x": "x", "y": "z or y", "z": "z or y"}
    late = merged.told(pl.DataFrame({"band": ["c"], "group": ["new"]}))
    assert late.rows() == [("b or c or d", "x")]
