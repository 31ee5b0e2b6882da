"""Shares and disparity ratios reproduce the Civil Service's, from counts written here and from the published table."""

import math

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from statsmodels.stats.proportion import proportion_confint

from analytics.cells import count, merge_groups
from analytics.errors import CellsError, PublishedError
from analytics.frames import GROUPS
from analytics.published import civil_service
from analytics.representation import disparity_ratios, shares
from tests.analytics.builders import TODAY, reference, some_facts

GRADES = {  # ethnic minority, white, not declared and not reported, 31 March 2021
    "Administrative Officers and Assistants": (14850, 97110, 5020, 23680),
    "Executive Officers": (18470, 89810, 5870, 14740),
    "Senior and Higher Executive Officers": (14720, 91770, 6100, 16460),
    "Grades 6 and 7": (6270, 45380, 2840, 7940),
    "Senior Civil Service Level": (630, 5320, 190, 1160),
}
AO, EO, SEO, G6, SCS = GRADES
ANSWERS = ("ethnic_minority", "white", "prefer_not_to_say", "not_known")


def written_cells() -> pl.DataFrame:
    rows = [
        (level, "ethnicity", group, n) for level, ns in GRADES.items() for group, n in zip(ANSWERS, ns, strict=True)
    ]
    return pl.DataFrame(rows, schema=["level", "characteristic", "group", "n"], orient="row")


def published_cells() -> pl.DataFrame:
    cells = civil_service(reference("civil_service_2021/diversity_ethnicity_2.csv"))
    graded = cells.filter(pl.col("level").is_not_null())
    return merge_groups(graded, "ethnicity", {"ethnic_minority": GROUPS["ethnicity"][1:]})


@pytest.fixture(params=["written", "published"])
def cells(request: pytest.FixtureRequest) -> pl.DataFrame:
    return written_cells() if request.param == "written" else published_cells()


def by_grade(measured: pl.DataFrame, column: str) -> list[float]:
    minority = measured.filter(pl.col("group") == "ethnic_minority")
    return [minority.filter(pl.col("level") == grade)[column].item() for grade in GRADES]


def test_shares_by_grade_are_the_civil_services(cells: pl.DataFrame) -> None:
    measured = shares(cells)
    assert by_grade(measured, "share") == pytest.approx([0.1326, 0.1706, 0.1382, 0.1214, 0.1059], abs=5e-5)
    assert by_grade(measured, "whole_share") == pytest.approx([0.142950] * 5, abs=5e-7)
    unknown = [1 - rate for rate in by_grade(measured, "declaration_rate")]
    assert unknown == pytest.approx([0.204, 0.160, 0.175, 0.173, 0.185], abs=5e-4)
    assert measured["comparator"].unique().to_list() == ["whole_workforce"]


def test_each_grade_is_tested_against_the_rest_and_against_the_whole(cells: pl.DataFrame) -> None:
    measured = shares(cells)
    assert by_grade(measured, "z_rest") == pytest.approx([-11.71, 30.64, -5.18, -15.04, -8.23], abs=0.005)
    assert by_grade(measured, "z_whole")[-1] == pytest.approx(-8.17, abs=0.005)


def test_the_range_of_a_share_is_wilsons(cells: pl.DataFrame) -> None:
    measured = shares(cells)
    expected = proportion_confint(630, 5950, method="wilson")
    assert (by_grade(measured, "low")[-1], by_grade(measured, "high")[-1]) == pytest.approx(expected, rel=1e-9)


def test_disparity_ratios_are_the_civil_services_and_multiply(cells: pl.DataFrame) -> None:
    ratios = disparity_ratios(
        cells, low=[AO, EO], middle=[SEO, G6], upper=[SCS], group="ethnic_minority", reference="white"
    )
    found = dict(ratios.select("step", "ratio").iter_rows())
    assert found["low_to_middle"] == pytest.approx(1.164750, abs=5e-7)
    assert found["middle_to_upper"] == pytest.approx(1.292372, abs=1e-6)
    assert found["low_to_upper"] == pytest.approx(1.505290, abs=5e-7)
    assert found["low_to_middle"] * found["middle_to_upper"] == pytest.approx(found["low_to_upper"])
    last = ratios.row(2, named=True)
    error = math.sqrt(1 / 630 + 1 / 33320 + 1 / 5320 + 1 / 186920)
    assert math.log(last["high"] / last["low"]) == pytest.approx(2 * 1.959964 * error, rel=1e-6)


def test_an_empty_tier_has_no_ratio(cells: pl.DataFrame) -> None:
    nobody = cells.with_columns(n=pl.when(pl.col("level") != SCS).then("n").otherwise(0))
    ratios = disparity_ratios(
        nobody, low=[AO, EO], middle=[SEO, G6], upper=[SCS], group="ethnic_minority", reference="white"
    )
    assert ratios["ratio"].is_null().to_list() == [False, True, True]
    assert ratios["high"].is_null().to_list() == [False, True, True]


def test_each_organisation_has_its_own_whole() -> None:
    people = [{"sex": "male"}] + [{}] * 3
    posts = [{"person": 1}, {"person": 2, "level": 8}, *({"person": p, "organisation": "RB2"} for p in (3, 4))]
    measured = shares(count(some_facts(people, posts), at=TODAY)).filter(pl.col("group") == "male")
    assert measured.select("organisation", "level", "n", "known", "share", "whole_share").rows() == [
        ("RA1", 5, 1, 1, 1.0, 0.5),
        ("RA1", 8, 0, 1, 0.0, 0.5),
        ("RB2", 5, 0, 2, 0.0, 0.0),
    ]


def test_the_three_non_answers_are_counted_apart_and_are_no_groups() -> None:
    answers = ["prefer_not_to_say", "not_stated", "not_stated", "not_known", "black"]
    posts = [{"person": person} for person in range(1, 6)]
    facts = some_facts([{"ethnicity": answer} for answer in answers], posts)
    row = shares(count(facts, at=TODAY)).row(by_predicate=pl.col("group") == "black", named=True)
    counted = ("known", "in_scope", "declaration_rate", "prefer_not_to_say", "not_stated", "not_known")
    assert [row[name] for name in counted] == [1, 5, 0.2, 1, 2, 1]


def test_nobody_with_a_known_answer_is_no_share() -> None:
    facts = some_facts([{"ethnicity": "not_known"}], [{}])
    row = shares(count(facts, at=TODAY)).row(by_predicate=pl.col("group") == "white", named=True)
    assert [row[name] for name in ("share", "low", "high", "whole_share", "z_rest", "z_whole")] == [None] * 6


def test_a_level_without_a_row_for_a_group_still_counts_in_the_whole() -> None:
    gone = written_cells().filter(~((pl.col("level") == SCS) & (pl.col("group") == "ethnic_minority")))
    assert by_grade_missing(shares(gone)) == (54940 - 630) / (384330 - 630)


def by_grade_missing(measured: pl.DataFrame) -> float:
    return measured.row(by_predicate=(pl.col("group") == "ethnic_minority") & (pl.col("level") == AO), named=True)[
        "whole_share"
    ]


def test_cells_that_are_no_cells_and_tiers_that_overlap_are_refused() -> None:
    for broken in (
        written_cells().drop("n"),
        written_cells().with_columns(n=-pl.col("n")),
        written_cells().cast({"n": float}),
    ):
        with pytest.raises(CellsError):
            shares(broken)
    with pytest.raises(CellsError, match="share none"):
        disparity_ratios(written_cells(), low=[AO], middle=[AO], upper=[SCS], group="white", reference="white")
    with pytest.raises(CellsError, match="no group 'mixed'"):
        disparity_ratios(written_cells(), low=[AO], middle=[EO], upper=[SCS], group="mixed", reference="white")


def test_published_tables_become_cells_of_every_person_once() -> None:
    sex = civil_service(reference("civil_service_2021/diversity_sex_2.csv"))
    assert sex.columns == ["level", "characteristic", "group", "n"]
    assert sex.filter(pl.col("level").is_null())["n"].to_list() == [10330, 6240]
    one = civil_service(reference("civil_service_2021/diversity_sex_1.csv"))
    assert one["n"].to_list() == [262_670, 222_150]
    graded = published_cells().sort("level", "group")
    assert_frame_equal(graded.select("n"), written_cells().sort("level", "group").select("n"))


def test_a_file_that_is_no_such_table_is_refused(tmp_path: pytest.TempPathFactory) -> None:
    path = tmp_path / "table.csv"  # type: ignore[operator]
    for text, words in (
        ("Sex,Headcount\nMale,10\n", "caption"),
        ("# caption\nSex,Percent\nMale,10\n", "no single characteristic"),
        ("# caption\nSex,Headcount\nMale,ten\n", "not a whole number"),
    ):
        path.write_text(text)
        with pytest.raises(PublishedError, match=words):
            civil_service(path)
