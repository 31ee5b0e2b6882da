"""Long parts of a report are folded, never cut: every row is on the page, in the order of the release."""

from typing import Any

import pytest

from service.insight.charts import NARROW
from service.insight.charts.dots import draw_dots
from service.insight.presenters.tables import MOST_OPEN, all_tables, first_table, little
from service.insight.rules import SYSTEM, Measure
from service.insight.shapes import Sheet


def wish(at: int, supply_code: str = "none") -> dict[str, Any]:
    return {
        "family": f"f{at // 4}", "family_name": f"Work {at // 4}", "target": f"level:{at % 4}",
        "target_name": f"Level {at % 4}, skilled", "wanted": 10 + 5 * at, "held": None, "supply_code": supply_code,
        "supply": "No such post in the last year", "nearest": "", "reason": None,
    }  # fmt: skip


def wishes(count: int, supply_code: str = "none") -> Sheet:
    return Sheet(Measure.ASPIRATIONS, SYSTEM, "kinds", [wish(at, supply_code) for at in range(count)])


def test_a_short_part_stands_open_as_one_table():
    assert first_table(wishes(MOST_OPEN)) is None
    [table] = all_tables(wishes(MOST_OPEN))
    assert (table.summary, len(table.lines)) == ("", MOST_OPEN)


def test_a_long_part_leads_with_the_fifteen_that_most_people_want_without_supply():
    table = first_table(wishes(40))
    assert table
    assert [line[2].text for line in table.lines] == [str(10 + 5 * at) for at in range(39, 24, -1)]
    assert table.lines[0][1].text == "Level 3"
    assert first_table(wishes(40, "some")) is None


def test_what_is_folded_is_every_row_by_kind_of_work():
    tables = all_tables(wishes(40))
    assert [table.caption for table in tables] == [f"Work {at}" for at in range(10)]
    assert tables[0].summary == "Work 0: 4 kinds, 4 without such a post"
    assert [line[1].text for table in tables for line in table.lines] == [str(10 + 5 * at) for at in range(40)]


@pytest.mark.parametrize(("count", "summary"), [(15, ""), (51, "Show all 51 routes")])
def test_routes_are_one_table(count: int, summary: str):
    rows = [{"from_name": f"{at}", "to_name": "B", "people": at, "reason": None} for at in range(count)]
    [table] = all_tables(Sheet(Measure.ROUTES, SYSTEM, "routes", rows))
    assert (table.summary, len(table.lines)) == (summary, count)


@pytest.mark.parametrize(("rate", "there"), [(None, False), (0.12, True)], ids=["nowhere", "in one year"])
def test_a_column_in_which_no_row_has_anything_is_left_out(rate: float | None, there: bool):
    rows = [{"year": "2025", "reason": None}, {"year": "2026", "exit_rate": rate, "reason": None}]
    [table] = all_tables(Sheet(Measure.RETENTION, SYSTEM, "trend", rows))
    assert ("Left an employer" in [head.text for head in table.heads]) is there
    assert len({len(line) for line in table.lines} | {len(table.heads)}) == 1


ROW = {"slice": "level:8", "name": "Level 8, senior", "share": 0.4, "low": 0.3, "high": 0.5, "eligible": 100}
GAP = {**ROW, "name": "A council with a name that is much longer than there is room for", "share": None}


def test_a_picture_is_drawn_for_wide_and_for_narrow_screens_with_letters_of_fifteen_pixels():
    drawn = draw_dots("levels", [ROW, GAP], ROW, 5)
    assert set(drawn) == {"levels", f"levels{NARROW}"}
    for svg in drawn.values():
        assert 'font-size="15"' in svg
        assert ">Level 8<" in svg
        assert "…<" in svg
        assert svg.count(">*<") == 1
    assert draw_dots("levels", [GAP], GAP, 5) == {}


def withheld(count: int) -> list[dict[str, Any]]:
    return [{"slice": f"level:{at}", "name": f"Level {at}", "share": None, "reason": "Withheld"} for at in range(count)]


@pytest.mark.parametrize(
    ("rows", "summary"),
    [
        (withheld(9), "9 lines, all withheld"),
        ([*withheld(8), ROW], ""),
        ([{"name": "Not supplied", "share": None, "reason": None}], "1 line, nothing to show yet"),
    ],
    ids=["all withheld", "one shown", "not supplied"],
)
def test_a_table_of_which_nothing_can_be_shown_is_folded(rows: list[dict[str, Any]], summary: str):
    [table] = all_tables(Sheet(Measure.COVERAGE, "ELM", "levels", rows))
    assert (table.summary, len(table.lines)) == (summary, len(rows))


def test_a_small_employers_report_says_at_the_top_how_much_can_be_shown():
    """What nobody supplied counts for nothing, and the whole system's figure beside a withheld one is not its own."""
    few = Sheet(Measure.COVERAGE, "ELM", "levels", [ROW, *withheld(3), {"name": "Not supplied", "reason": None}])
    assert little([few], "Elm", 10) == (
        "Few of these figures can be shown for Elm: 1 of 4 lines. The others are about fewer than 10 people, or would"
        " give such a figure away."
    )
    assert little([Sheet(Measure.COVERAGE, "ELM", "levels", [ROW, *withheld(1)])], "Elm", 10) == ""
    beside = {"slice": "all", "leaver_rate": None, "system_rate": 0.1, "reason": "Withheld"}
    assert "0 of 1 line." in little([Sheet(Measure.RETENTION, "ELM", "rates", [beside])], "Elm", 10)
