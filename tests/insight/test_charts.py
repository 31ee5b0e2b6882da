"""A chart shows the released figures, marks what is withheld, and shows nothing else."""

import re
from typing import Any

from service.insight.charts import described, described_organisations, draw, draw_organisations, drawn
from service.insight.rules import Characteristic, Figure, ReportTable


def figure(level: str, share: float | None, group: str = "disabled") -> Figure:
    low, high = (None, None) if share is None else (share - 0.03, share + 0.03)
    return Figure(level, group, 100, 1_000, 1_200, share, low, high, 0.2, 0.8, None if share else "Withheld")


SHARES = {
    "9": None,
    "8": 0.10,
    "7": 0.19,
    "6": 0.2,
    "5": 0.21,
    "4": None,
    "3": 0.2,
    "2": 0.2,
    "1": 0.2,
    "unmapped": 0.5,
    "all": 0.2,
}
TABLE = ReportTable(
    "RX1",
    Characteristic.DISABILITY,
    tuple(f for level, share in SHARES.items() for f in (figure(level, share), figure(level, None, "non_disabled"))),
)


def dots(svg: str) -> list[str]:
    """What each dot is filled with."""
    return re.findall(r'<circle [^>]*fill="([^"]*)"', svg)


def test_there_is_a_dot_for_each_level_with_a_figure_and_a_star_for_each_without():
    svg = draw(TABLE, 5)["disabled"]
    assert len(dots(svg)) == sum(share is not None for level, share in SHARES.items() if level.isdigit())
    assert svg.count(">*<") == sum(share is None for share in SHARES.values())


def test_grades_without_a_level_and_the_whole_workforce_are_not_drawn_as_levels():
    labels = set(re.findall(r">([^<>]+)</text>", draw(TABLE, 5)["disabled"]))
    assert {label for label in labels if label.isdigit()} == set("123456789")


def test_a_group_with_no_figure_is_not_drawn():
    assert drawn(TABLE) == ["disabled"]
    assert set(draw(TABLE, 5)) == {"disabled"}


def test_only_a_clear_difference_is_filled():
    svg = draw(TABLE, 5)["disabled"]
    assert dots(svg).count("#1d4f60") == 1


def test_age_is_never_drawn_as_a_finding():
    rows = tuple(figure(level, share, "16-24") for level, share in SHARES.items())
    svg = draw(ReportTable("", Characteristic.AGE_BAND, rows), 5)["16-24"]
    assert dots(svg)
    assert "#1d4f60" not in dots(svg)


def test_a_picture_has_no_script_and_no_style_of_its_own():
    svg = draw(TABLE, 5)["disabled"]
    assert svg.startswith("<svg")
    assert not re.search(r"<script|<style|style=|href=|onload", svg)


def test_the_picture_is_told_in_words():
    said = described(TABLE, "disabled")
    assert "Level 8: 10.0%, range 7.0% to 13.0%" in said
    assert "Level 9" not in said
    assert said.endswith("Whole workforce: 20.0%.")


def an_organisation(name: str, ratio: float | None, state: str = "uncertain") -> dict[str, Any]:
    figures = {"ratio": ratio, "low": ratio and ratio * 0.8, "high": ratio and ratio * 1.3}
    like = {f"like_{name}": None for name in figures}
    return {"organisation_name": name, "state": state if ratio else None} | figures | like


IN_ORDER = [an_organisation("Alder", 1.4), an_organisation("Birch", None), an_organisation("Cedar", 0.6, "flag")]


def test_organisations_stand_in_the_order_given_with_a_mark_for_each_that_is_withheld():
    for name, svg in draw_organisations("appointment_asian", IN_ORDER, an_organisation("", 0.8)).items():
        places = [svg.index(f">{who}<") for who in ("Alder", "Birch", "Cedar")]
        assert places == sorted(places), name
        assert sorted(dots(svg)) == ["#1d4f60", "white"]
        assert svg.count(">*<") == 1


def test_a_ratio_beyond_the_picture_stands_at_its_edge_and_is_told_in_words_as_it_is():
    far = [an_organisation("Alder", 9.0)]
    svg = draw_organisations("a", far, None)["a"]
    [edge] = re.findall(r'<text x="([^"]*)"[^>]*>4</text>', svg)
    assert f'<circle cx="{edge}"' in svg
    assert described_organisations(far, None).endswith("Alder: 9.00, range 7.20 to 11.70.")
