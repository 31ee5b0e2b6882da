"""Who stays, in sentences and pictures: no more than the figures say, moving is no loss, and nobody is ranked."""

import re
from datetime import date
from typing import Any

import pytest

from analytics.disclosure import DEFAULT
from service.insight.charts.funnel import draw_funnel
from service.insight.drafting import retention as drafting
from service.insight.drafting.page import Page
from service.insight.drafting.retention.found import Found, found
from service.insight.drafting.retention.pages import pages
from service.insight.presenters import retention as presented
from service.insight.rules import Measure
from service.insight.shapes import Sheet
from service.insight.words import Basis
from service.insight.words import retention as words
from service.insight.words.retention.raised import BY
from tests.insight.stayers import NAMES, expected, rates, sample, stack, years

BASIS = Basis(2, date(2026, 9, 30), 1, "retention-1", "2026-2")


@pytest.fixture(scope="module")
def rows() -> Found:
    return found(sample(), NAMES, DEFAULT, BASIS)


@pytest.fixture(scope="module")
def system(rows: Found) -> dict[str, Page]:
    return {page.part: page for page in pages(rows, "")}


@pytest.fixture(scope="module")
def fern(rows: Found) -> dict[str, Page]:
    return {page.part: page for page in pages(rows, "R1")}


def sheet(page: Page) -> Sheet:
    return Sheet(page.measure, page.organisation, page.part, page.rows, page.title, page.sentences, page.charts)


def test_the_report_leads_with_the_whole_system_and_moving_is_no_loss(system: dict[str, Page]):
    assert system["raised"].sentences[0] == (
        "Of 100 people here a year ago, 88 are still with the same employer, 4 moved to another of our organisations"
        " and 8 left the system or retired (range 7 to 9). Moving inside the system is not a loss."
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"stability": None}, "92 are still in the system and 8 left it or retired (range 7 to 9)."),
        ({"kept": None}, "How many people stayed is withheld"),
        ({"stability": 0.95}, "92 are still with the same employer, 0 moved"),
    ],
    ids=["employers withheld", "system withheld", "rounding"],
)
def test_what_is_withheld_is_not_made_up(changed: dict[str, Any], said: str):
    assert said in words.lead({**rates("", "all", 0.08), **changed})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kept": None}, "Of 100 people in Fern a year ago, 82 are still there (range 81 to 83)."),
        ({"stability": None}, "How many people stayed in Fern is withheld"),
    ],
    ids=["system withheld", "all withheld"],
)
def test_nor_of_one_organisation(changed: dict[str, Any], said: str):
    assert words.lead_of({**rates("R1", "all", 0.12), **changed}, "Fern", rates("", "all", 0.08)).startswith(said)


def test_other_reports_find_a_raised_staff_group_by_its_own_code(monkeypatch: pytest.MonkeyPatch):
    """Where to look first joins on it: with the name of the table before it, no staff group was ever found."""
    given: Any = None
    monkeypatch.setattr(drafting, "retention_report", lambda *_: sample())  # pyright: ignore[reportUnknownLambdaType]
    monkeypatch.setattr(drafting, "forecast_report", lambda *_: ())  # pyright: ignore[reportUnknownLambdaType]
    monkeypatch.setattr(drafting, "foreseen", list[Page])
    told = drafting.drafted(given, DEFAULT, NAMES, BASIS, given)
    assert set(told.expected["focus"]) == {"all", "nursing_midwifery", "medical_dental"}


@pytest.mark.parametrize(
    ("shares", "hundred"),
    [([0.885, 0.0351, 0.0799], [88, 4, 8]), ([0.335, 0.335, 0.33], [34, 33, 33]), ([1.0, 0.0, 0.0], [100, 0, 0])],
)
def test_whole_numbers_add_up_to_a_hundred(shares: list[float], hundred: list[int]):
    assert sorted(words.whole_hundred(shares)) == sorted(hundred)
    assert sum(words.whole_hundred(shares)) == 100


def test_an_organisation_is_told_beside_the_system(fern: dict[str, Page]):
    assert fern["raised"].sentences[0] == (
        "Of 100 people in Fern Trust a year ago, 82 are still there, 6 moved to another of our organisations and 12"
        " left the system or retired (range 11 to 13). In the whole system it is 88, 4 and 8. Moving inside the system"
        " is not a loss."
    )


def test_a_raised_group_is_told_with_its_range_and_what_cannot_be_told_is_counted(system: dict[str, Page]):
    said = " ".join(system["raised"].sentences)
    assert (
        "More people left the system than expected in Fern Trust: about 58 against about 40, 1.45 times as many (range"
        " 1.25 to 1.75)."
    ) in said
    assert "in Fern Trust, nursing and midwifery" in said
    assert "We cannot tell about 2 of 6 comparisons" in said


def test_what_is_only_watched_is_told_as_that(rows: Found):
    watched = [row for row in rows.every_raised if row["state"] != words.FLAG]
    none, watch, by, _ = words.raised(watched, "the whole system")
    assert none.endswith("That does not show that all is well.")
    assert watch.startswith(
        "To watch, because it could still be chance. More people left the system than expected in Ash"
    )
    [one] = words.headline(rates("", "all", None), watched)
    assert (by, one["text"]) == (BY, f"{watch} {BY}")


def test_no_flag_is_no_all_clear():
    [first, *_] = words.raised(
        [expected("R2", "all", 0.9, "as_expected", organisation_name="Ash Council")], "Ash Council"
    )
    assert first == "No group of staff in Ash Council has a flag for leaving. That does not show that all is well."


def test_the_system_shows_every_organisation_as_a_whole_and_only_the_staff_groups_to_look_at(system: dict[str, Page]):
    shown = [(row["organisation_name"], row["focus"]) for row in system["raised"].rows]
    assert shown == [
        ("Ash Council", "all"),
        ("Ash Council", "nursing_midwifery"),
        ("Elm Hospice", "all"),
        ("Fern Trust", "all"),
        ("Fern Trust", "nursing_midwifery"),
    ]


def test_organisations_stand_by_name_never_by_value(system: dict[str, Page]):
    names = [row["name"] for row in system["organisations"].rows]
    assert names == sorted(names, key=str.casefold) == ["Ash Council", "Elm Hospice", "Fern Trust"]
    drawn = re.findall(r">((?:Ash|Elm|Fern)[^<]*)</text>", system["organisations"].charts["organisations"])
    assert drawn == names


def test_only_the_flagged_are_filled_and_the_withheld_have_a_mark(system: dict[str, Page]):
    for svg in (system["organisations"].charts["organisations"], system["raised"].charts["expected_all"]):
        points = re.findall(r'<circle [^>]*fill="([^"]*)"', svg)
        assert sorted(points) == ["#1d4f60", "white"]
        assert svg.count(">*<") == 1


def test_a_bar_holds_everybody(system: dict[str, Page]):
    for row in system["stack"].rows:
        assert sum(row[part] for part in words.PLACES) == pytest.approx(1)
    svg = system["stack"].charts["stack"]
    bars = re.findall(r'<rect class="[a-z]+" x="[\d.]+" y="(\d+)" width="([\d.]+)"', svg)
    by_row: dict[str, float] = {}
    for y, width in bars:
        by_row[y] = by_row.get(y, 0.0) + float(width)
    assert len(by_row) == 4
    assert all(width == pytest.approx(540, abs=0.5) for width in by_row.values())


def test_after_one_and_five_years_leaving_is_told_apart_from_moving_and_retiring(system: dict[str, Page]):
    one, five = system["stack"].sentences
    assert one == (
        "Of 100 people who begin, after one year 89 are still with the employer, 3 moved inside the system, 7 left it"
        " (range 6 to 8) and 1 retired."
    )
    assert five.startswith("Of 100 people who begin, after five years 43 are still")


def test_how_little_is_recorded_is_said_before_what_is(system: dict[str, Page]):
    why, where = system["reasons"].sentences
    assert why == (
        "For 23% of leavers nothing is recorded about why they left. Most often: resigned: work and life balance (60"
        " people, 60% of those known)."
    )
    assert where.startswith("For 85% of leavers nothing is recorded about where they went.")
    assert [row["name"] for row in system["reasons"].rows if row["code"] == "unknown"] == ["Nothing recorded"] * 2


def test_flows_that_cannot_be_shown_are_not_kept(system: dict[str, Page]):
    assert [(row["origin_name"], row["destination_name"]) for row in system["flows"].rows] == [
        ("Fern Trust", "Ash Council"),
        ("Ash Council", "Fern Trust"),
        ("Level 5", "Level 6"),
        ("Level 6", "Level 5"),
        ("Level 7", "Level 8"),
    ]
    assert system["flows"].sentences[1] == ("Moves between levels that can be shown: about 35 up and about 5 down.")
    assert set(system["flows"].charts) == {"organisation", "organisation_narrow", "level", "level_narrow"}


def test_senior_levels_are_told_now_and_later_with_their_band(system: dict[str, Page]):
    assert system["supply"].sentences[0] == (
        "Level 8: about 200 people now; about 216 in 8 years (band 160 to 320) if rates stay as they are."
    )
    assert set(system["supply"].charts) == {"level_8", "level_7"}


def test_an_organisation_has_no_part_that_is_of_the_system_alone(system: dict[str, Page], fern: dict[str, Page]):
    assert set(system) - set(fern) == {"organisations", "flows", "supply"}
    assert not any(row["slice"].startswith("ethnicity") for row in fern["rates"].rows)


@pytest.mark.parametrize("part", ["raised", "organisations", "stack", "rates", "flows", "supply"])
def test_every_picture_is_told_in_words_with_its_figures(system: dict[str, Page], part: str):
    of = sheet(system[part])
    names = presented.names_of(of)
    assert names
    for name in names:
        told = presented.described(of, name)
        assert len(re.findall(r"\d", told)) > 3, name
    assert presented.NOTES[part].endswith(".")


def test_a_flag_says_how_many_against_how_many_and_not_why(rows: Found):
    flagged = next(row for row in rows.raised["R1"] if row["focus"] == "all")
    assert flagged["words"] == (
        "Fern Trust: more people left the system in the year to 30 September 2026 than expected. About 58 left, and"
        " about 40 would be expected of staff of the same age, staff group and length of service: 1.45 times as many"
        " (plausible range 1.25 to 1.75). An excess this size is unlikely to be chance after allowing for all"
        " comparisons made. It does not show why."
    )
    for row in rows.every_raised:
        for word in ("discriminat", "bias", "significant", "rank", "worst"):
            assert word not in row["words"].lower()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {},
            "Of about 120 people who left an employer in the twelve months, about 40 stayed in the system. Moving",
        ),
        ({"moved": None}, "8.0% (range 7.0% to 9.0%) of people left the system or retired in the twelve months."),
        ({"moved": None, "leaver_rate": None}, "More people left the system than expected in Fern Trust"),
    ],
    ids=["counts", "rate alone", "neither"],
)
def test_the_front_page_tells_leaving_from_moving_and_where_it_is_raised(
    changed: dict[str, Any], said: str, rows: Found
):
    [one] = words.headline({**rates("", "all", 0.08), **changed}, rows.every_raised)
    assert one["text"].startswith(said)
    assert f"1 more group of staff has a flag for leaving. {BY}" in one["text"]
    assert one["measure"] == "retention"


def test_nothing_to_tell_is_no_headline():
    assert words.headline(rates("", "all", None), []) == []


def test_a_time_that_cannot_be_shown_is_passed_over():
    rows = [{**row, "stayed": None} if row["months"] == 60 else row for row in stack("", "all")]
    assert [said.split(",")[1].strip() for said in words.stack(rows)] == [
        "after one year 89 are still with the employer",
        "after three years 66 are still with the employer",
    ]


@pytest.mark.parametrize(
    ("rates_", "slack", "said"),
    [
        ((0.108, 0.09), 0.001,
         "Leaving the system or retiring fell in one year: from 10.8% (range 10.3% to 11.3%) in the year to 30"),
        ((0.08, None, 0.12), 0.0, "Leaving the system or retiring rose in two years: from 8.0%"),
        ((0.108, 0.1), 0.0, "Leaving the system or retiring has not clearly changed in one year: from 10.8%"),
        ((0.108, 0.09), 0.02, "Leaving the system or retiring has not clearly changed"),
        ((None, 0.09), 0.0, "Leaving cannot be compared over the years yet"),
    ],
    ids=["fell", "rose", "ranges touch", "rounding alone", "one year"],
)  # fmt: skip
def test_a_change_over_the_years_is_told_only_where_the_ranges_are_apart(
    rates_: tuple[float | None, ...], slack: float, said: str
):
    rows = [{**row, "year": f"30 September {row['ended_on'].year}"} for row in years("", *rates_)]
    [told] = words.yearly(rows, slack)
    assert told.startswith(said)
    assert told.endswith("The ranges do not overlap.") == (" fell " in said or " rose " in said)


def test_an_organisation_has_two_lines_and_the_system_one(system: dict[str, Page], fern: dict[str, Page]):
    """From the system nobody goes who does not leave it."""
    assert sorted(system["trend"].charts) == ["years", "years_narrow"]
    assert [system["trend"].charts["years"].count(name) for name in ("Left the system", "employer")] == [1, 0]
    assert [fern["trend"].charts["years"].count(name) for name in ("Left the system", "Left the employer")] == [1, 1]
    assert len(fern["trend"].sentences) == 2
    assert [row["year"] for row in system["trend"].rows] == [f"30 September {year}" for year in range(2022, 2027)]


def test_years_without_two_figures_are_no_picture(rows: Found):
    trend = next(page for page in pages(rows, "R3") if page.part == "trend")
    assert trend.charts == {}
    assert trend.sentences[0].startswith("Leaving cannot be compared over the years yet")


def many(n: int) -> list[dict[str, Any]]:
    return [
        expected(f"R{at}", "all", 0.8 + at / 50, "flag" if at == n - 1 else "as_expected", expected=20 + at)
        | {"organisation_name": f"Place {at:02d}"}
        for at in range(n)
    ]


def test_a_funnel_names_flagged_organisations_alone_and_each_has_both_pairs_of_limits():
    drawn = draw_funnel("funnel", [*many(8), expected("R9", "all", None, None) | {"organisation_name": "Withheld"}])
    assert set(drawn) == {"funnel", "funnel_narrow"}
    for svg in drawn.values():
        assert svg.count("<circle") == 8
        assert re.findall(r">(Place \d+|Withheld)<", svg) == ["Place 07"]
        assert [svg.count(f'stroke-width="{width}"') for width in (8, 2)] == [8, 16]  # a pair of limits and a dot each
    assert draw_funnel("funnel", many(4)) == {}
    assert draw_funnel("funnel", [{**row, "limit_low": None} for row in many(8)]) == {}


@pytest.mark.parametrize(("n", "first"), [(8, "expected_all"), (25, "funnel")])
def test_the_funnel_stands_first_where_there_are_too_many_organisations_for_rows(n: int, first: str):
    charts = {"expected_all": "", "funnel": "", "expected_nursing_midwifery": ""}
    raised = Sheet(Measure.RETENTION, "", "raised", many(n), charts=charts)
    assert presented.names_of(raised)[0] == first
    assert set(presented.names_of(raised)) == set(charts)
    assert "Flagged: Place" in presented.described(raised, "funnel")


def test_limits_are_a_column_only_where_a_release_has_them():
    def names(row: dict[str, Any]) -> list[str]:
        return [column.name for column in Sheet(Measure.RETENTION, "", "raised", [row]).columns]

    now = many(1)[0]
    assert "limit_low" in names(now)
    assert "limit_low" not in names({name: value for name, value in now.items() if not name.startswith("limit")})
