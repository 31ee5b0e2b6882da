"""Sentences say what the figures say, and no more."""

from dataclasses import replace
from datetime import date

import pytest

from service.insight.rules import Characteristic, Figure, ReportTable
from service.insight.words import MOST_HEADLINES, Basis, chart_title, headlines, level_words, reading

BASIS = Basis(2, date(2026, 9, 30), 1, "representation-1", "2026-4")
BEFORE = replace(BASIS, number=1, snapshot_on=date(2025, 9, 30))
C = Characteristic


def figure(group: str, level: str, share: float | None, *, half: float = 0.01, people: int | None = 10_000) -> Figure:
    low, high = (None, None) if share is None else (share - half, share + half)
    return Figure(level, group, 100, people, people, share, low, high, 0.2, 0.8, None if share else "Withheld")


def a_table(
    characteristic: Characteristic, group: str, eight: float | None, nine: float | None, whole: float | None
) -> ReportTable:
    rows = [figure(group, "8", eight), figure(group, "9", nine), figure(group, "all", whole)]
    return ReportTable("", characteristic, tuple(rows))


FEWER = a_table(C.DISABILITY, "disabled", 0.05, None, 0.20)
SAME = a_table(C.SEX, "female", 0.20, 0.20, 0.20)


def texts(*tables: ReportTable, before: tuple[Basis, list[ReportTable]] | None = None) -> list[str]:
    return [headline["text"] for headline in headlines(tables, BASIS, 12, 5, before)]


def test_where_the_declared_rate_is_withheld_the_report_says_so_and_still_reads():
    rows = tuple(replace(row, known=None, declaration_rate=None) for row in FEWER.figures)
    first, second, *_ = reading(replace(FEWER, figures=rows), "a trust", date(2026, 9, 30), 5)
    assert first == (
        "About 10,000 people worked in a trust on 30 September 2026. How many have given an answer about disability is"
        " withheld. The shares are of those who have."
    )
    assert second.startswith("Disabled staff are a smaller share")


def test_the_first_release_says_that_it_is_the_first():
    assert texts(FEWER)[0] == (
        "This is the first release, so nothing can have changed yet."
        " About 10,000 people worked in 12 organisations on 30 September 2026."
    )


def test_a_clear_gap_is_told_with_both_ranges():
    assert texts(FEWER)[1] == (
        "Disabled staff are a smaller share of level 8 than of the whole workforce: 5.0% (range 4.0% to 6.0%)"
        " against 20.0% (range 19.0% to 21.0%)."
    )


def test_what_cannot_be_said_is_counted():
    assert (
        "We compared 4 shares at levels 8 and 9 with the whole workforce. Clearly different: 1."
        " Could be chance or rounding: 2. Withheld because the numbers are small: 1." in texts(FEWER, SAME)
    )


def test_a_change_is_told_against_the_day_before():
    found = texts(FEWER, before=(BEFORE, [a_table(C.DISABILITY, "disabled", 0.15, None, 0.20)]))
    assert found[1] == (
        "Disabled staff are now a smaller share of level 8 than on 30 September 2025: 5.0% (range 4.0% to 6.0%)"
        " against 15.0% (range 14.0% to 16.0%)."
    )


def test_no_change_is_said_when_ranges_touch():
    found = texts(SAME, before=(BEFORE, [a_table(C.SEX, "female", 0.21, 0.20, 0.20)]))
    assert found[1].startswith("No share at levels 8 and 9 has changed since release 1 (30 September 2025)")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"crosswalk_version": 2}, "mapping of grades"),
        ({"method_version": "x"}, "method"),
        ({"rule_version": "x"}, "disclosure rule"),
    ],
)
def test_releases_made_differently_are_not_compared(changed: dict[str, object], named: str):
    found = texts(FEWER, before=(replace(BEFORE, **changed), [a_table(C.DISABILITY, "disabled", 0.15, None, 0.20)]))
    assert "do not compare" in found[1]
    assert named in found[1]


def test_there_are_never_more_than_seven_sentences():
    groups = ("white", "mixed", "asian", "black", "other")
    rows = [
        figure(group, level, share)
        for group in groups
        for level, share in (("8", 0.02), ("9", 0.03), ("all", 0.2), ("unmapped", 0.1))
    ]
    wide = ReportTable("", C.ETHNICITY, tuple(rows))
    was = ReportTable("", C.ETHNICITY, tuple(replace(f, low=0.5, high=0.6) for f in rows))
    found = texts(wide, FEWER, before=(BEFORE, [was]))
    assert len(found) == MOST_HEADLINES
    assert "10,000 people are on grades that no level is known for. They count in the whole workforce only." in found


def test_a_number_that_is_withheld_is_never_made_up():
    hidden = ReportTable(
        "RX1", C.ETHNICITY, tuple(figure("asian", level, None, people=None) for level in ("8", "9", "unmapped", "all"))
    )
    said = reading(hidden, "A small charity", BASIS.snapshot_on, 5)
    assert len(said) == 3
    assert said[0] == "Too few people worked in A small charity on 30 September 2026 to show figures."
    assert said[1].startswith("We cannot compare levels 8 and 9 with the whole workforce")
    assert said[2].startswith("Staff on grades that no level is known for, if there are any, are too few to show.")
    assert chart_title(hidden, 5) == "Ethnicity by level: too few people at levels 8 and 9 to show"


def test_a_title_claims_a_finding_only_where_there_is_one():
    assert chart_title(FEWER, 5) == "Disabled staff: a smaller share of level 8 than of the whole workforce"
    assert chart_title(SAME, 5) == "Sex by level: no clear difference at levels 8 and 9"


@pytest.mark.parametrize(
    ("level", "said"),
    [("9", "Level 9, executive"), ("all", "Whole workforce"), ("unmapped", "Grade not mapped to a level")],
)
def test_levels_are_named(level: str, said: str):
    assert level_words(level) == said
