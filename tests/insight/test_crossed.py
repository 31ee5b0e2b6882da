"""Two characteristics together, in words: nothing is claimed that the ranges do not show."""

from typing import Any

from service.insight.rules import Measure
from service.insight.shapes import SHAPES
from service.insight.words.crossed import BANDS, CUTS, TOO_FEW, name_of, reading


def row(band: str, first: str, second: str, share: float | None, spread: float = 0.01) -> dict[str, Any]:
    ends = (None, None) if share is None else (share - spread, share + spread)
    return {"cut": "ethnicity_sex", "band": band, "first": first, "second": second, "share": share,
            "low": ends[0], "high": ends[1]}  # fmt: skip


def test_a_group_clearly_less_of_senior_posts_is_named_with_both_ranges():
    rows = [
        row("all", "ethnic_minority", "female", 0.12),
        row("senior", "ethnic_minority", "female", 0.07),
        row("all", "white", "female", 0.45),
        row("senior", "white", "female", 0.44),
    ]
    said = reading(rows)
    assert said[0] == (
        "Ethnic minority women are 7.0% (range 6.0% to 8.0%) of levels 7 to 9 and 12.0% (range 11.0% to 13.0%) of"
        " everybody."
    )
    assert not any("White" in words for words in said)
    assert "Disability and sex: too few people at levels 7 to 9 to show." in said


def test_ranges_that_touch_say_nothing_of_a_group():
    rows = [row("all", "white", "male", 0.40), row("senior", "white", "male", 0.385)]
    assert reading(rows)[0].startswith("Where it can be shown, no group is clearly a smaller share")


def test_withheld_senior_posts_are_said_to_be_too_few():
    assert reading([row("all", "white", "male", 0.4), row("senior", "white", "male", None)]) == [TOO_FEW]


def test_every_pair_has_a_name_and_the_part_stands_in_the_report_of_the_system_alone():
    pairs = [("white", "female"), ("ethnic_minority", "male"), ("disabled", "female"), ("white", "non_disabled")]
    names = [name_of({"first": first, "second": second}) for first, second in pairs]
    assert names == ["White women", "Ethnic minority men", "Disabled women", "White non-disabled staff"]
    shape = next(shape for shape in SHAPES[Measure.EQUITY] if shape.part == "crossed")
    assert shape.system_only
    assert set(BANDS) == {"all", "senior", "others"}
    assert len(CUTS) == 3
