"""From people to the representation report: everybody counted, every row there, small numbers protected."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from analytics.cells import count
from analytics.disclosure import Released, Rule
from analytics.errors import CellsError
from analytics.frames import GROUPS, NON_ANSWERS, Facts
from analytics.intervals import wilson
from analytics.released.representation import representation_release, representation_report
from tests.analytics.builders import POST, TODAY

ORGANISATIONS = ["RA1", "RB2", "RC3", "RD4"]
COLUMNS = [
    *("organisation", "level", "characteristic", "group", "n", "known", "in_scope"),
    *("share", "declaration_rate", "low", "high", "whole_share", "reason"),
]


def a_system(people: int = 1500, seed: int = 4) -> Facts:
    """People in one large, two middling and one tiny organisation, with a few answers missing."""
    rng = np.random.default_rng(seed)
    answers = {
        name: rng.choice([*groups, *NON_ANSWERS], people, p=[0.9 / len(groups)] * len(groups) + [1 / 30] * 3)
        for name, groups in GROUPS.items()
    }
    person = np.arange(people)
    posts = pl.DataFrame({name: [value] * people for name, value in POST.items()}).with_columns(
        person=person,
        organisation=pl.Series(rng.choice(ORGANISATIONS, people, p=[0.55, 0.25, 0.19, 0.01])),
        level=pl.Series(rng.integers(1, 9, people)),
        ended=pl.lit(None, dtype=pl.Date),
        end_reason=pl.lit(None, dtype=pl.String),
        destination=pl.lit(None, dtype=pl.String),
    )
    return Facts.of(pl.LazyFrame({"person": person, **answers}), posts.lazy())


@pytest.fixture(scope="module")
def report() -> Released:
    return representation_report(a_system(), TODAY)


def test_there_is_a_row_for_every_place_level_and_group_whether_or_not_anybody_is_there(report: Released) -> None:
    groups = sum(len(groups) for groups in GROUPS.values())
    assert report.frame.columns == COLUMNS
    assert report.frame.height == (1 + len(ORGANISATIONS)) * 11 * groups
    assert report.frame["level"].unique(maintain_order=True).to_list() == [*"123456789", "unmapped", "all"]


def test_the_systems_totals_are_everybody_to_the_nearest_five(report: Released) -> None:
    everybody = report.frame.filter((pl.col("organisation") == "") & (pl.col("level") == "all"))
    assert everybody["in_scope"].unique().to_list() == [1500]
    true = count(a_system(), (), at=TODAY).filter(~pl.col("group").is_in(NON_ANSWERS))
    assert everybody["n"].to_list() == [5 * round(n / 5) for n in true["n"]]


def test_shares_and_ranges_are_those_of_the_rounded_counts() -> None:
    report = representation_report(a_system(), TODAY, Rule("for readers who know no count", insiders=()))
    shown = report.frame.drop_nulls("share")
    groups = pl.col("n").sum().over("organisation", "level", "characteristic")
    base = report.frame.with_columns(base=pl.coalesce("known", groups)).drop_nulls("share")["base"]
    assert shown["known"].null_count() > 0
    assert shown["share"].to_list() == (shown["n"] / base).to_list()
    assert shown["high"].to_list() == wilson(shown["n"], base)[1].to_list()
    assert shown.drop_nulls("declaration_rate")["declaration_rate"].is_between(0.6, 1).all()


def test_the_tiny_organisation_shows_no_group_and_says_why(report: Released) -> None:
    tiny = report.frame.filter(pl.col("organisation") == "RD4", pl.col("level") != "all")
    assert tiny["n"].null_count() == tiny.height
    assert tiny["reason"].null_count() == 0
    assert tiny.select("share", "low", "high").null_count().row(0) == (tiny.height,) * 3


def test_how_few_did_not_answer_is_not_told_and_a_share_never_stands_on_less_than_all_groups(report: Released) -> None:
    true = count(a_system(), ("level",), at=TODAY).with_columns(pl.col("level").cast(pl.String))
    few = true.filter(pl.col("group").is_in(NON_ANSWERS)).group_by("level", "characteristic").agg(pl.col("n").sum())
    asked = few.filter(pl.col("n") < 10, pl.col("characteristic") != "age_band").select("level", "characteristic")
    told = report.frame.filter(pl.col("organisation") == "").with_columns(
        pl.col("level", "characteristic").cast(pl.String)
    )
    withheld = told.join(asked.cast(pl.String), on=["level", "characteristic"])
    assert withheld["known"].null_count() == withheld.height
    gaps = report.frame.filter(pl.col("known").is_null() & pl.col("share").is_not_null())
    family = ["organisation", "level", "characteristic"]
    assert report.frame.join(gaps, on=family, how="semi")["n"].null_count() == 0


def test_most_figures_of_the_large_organisation_are_shown(report: Released) -> None:
    large = report.frame.filter(pl.col("organisation") == "RA1", pl.col("level").is_in([*"12345678", "all"]))
    assert large["n"].null_count() < large.height / 2


def test_the_rule_in_force_is_kept_with_the_figures() -> None:
    rule = Rule("trial", floor=20)
    strict = representation_report(a_system(), TODAY, rule)
    assert strict.rule is rule
    assert strict.frame["n"].min() >= 20  # type: ignore[operator]
    assert strict.reasons["reason"].unique().to_list() == [rule.reason]


def test_the_order_of_the_facts_does_not_matter(report: Released) -> None:
    facts = a_system()
    mixed = Facts(facts.people.reverse(), facts.spells.collect().sample(fraction=1, shuffle=True, seed=1).lazy())
    assert_frame_equal(representation_report(mixed, TODAY).frame, report.frame)


def test_a_day_before_anybody_started_has_no_report_but_no_error() -> None:
    nobody = representation_report(a_system(), date(1990, 1, 1))
    assert nobody.frame["n"].null_count() == nobody.frame.height


def test_an_organisation_cannot_pass_for_the_system() -> None:
    cells = count(a_system(20), at=TODAY)
    system = count(a_system(20), ("level",), at=TODAY)
    with pytest.raises(CellsError, match="cannot be empty"):
        representation_release(cells.with_columns(organisation=pl.lit("")), system)
