"""When a difference may be spoken of: only where the ranges do not touch, rounding included."""

import pytest

from service.insight.rules import (
    Characteristic,
    Figure,
    ReportTable,
    Verdict,
    changes,
    compared,
    upper_comparisons,
    widest,
)

C = Characteristic


def figure(group: str, level: str, low: float | None, high: float | None, known: int | None = 10_000) -> Figure:
    share = None if low is None or high is None else (low + high) / 2
    return Figure(level, group, 100, known, known, share, low, high, None, None, None)


def table(characteristic: Characteristic, *figures: Figure) -> ReportTable:
    return ReportTable("", characteristic, figures)


@pytest.mark.parametrize(
    ("here", "whole", "known", "expected"),
    [
        ((0.05, 0.08), (0.10, 0.12), 10_000, Verdict.LOWER),
        ((0.14, 0.18), (0.10, 0.12), 10_000, Verdict.HIGHER),
        ((0.05, 0.10), (0.10, 0.12), 10_000, Verdict.COULD_BE_CHANCE),
        ((0.05, 0.11), (0.10, 0.12), 10_000, Verdict.COULD_BE_CHANCE),
        # 2.5 people of 100 either way is more than the 2 points between the ranges.
        ((0.05, 0.08), (0.10, 0.12), 100, Verdict.COULD_BE_CHANCE),
        ((None, None), (0.10, 0.12), 10_000, Verdict.WITHHELD),
        ((0.05, 0.08), (None, None), 10_000, Verdict.WITHHELD),
        # 100 people who are 6.5%: 2.5 people either way of about 1,540, whose exact number is withheld.
        ((0.05, 0.08), (0.10, 0.12), None, Verdict.LOWER),
        ((0.05, 0.0995), (0.10, 0.12), None, Verdict.COULD_BE_CHANCE),
    ],
)
def test_a_difference_is_clear_only_when_the_ranges_do_not_touch(here, whole, known, expected):
    one = figure("asian", "9", *here, known=known)
    assert compared(C.ETHNICITY, one, figure("asian", "all", *whole), rounded_to=5).verdict is expected


def test_a_figure_with_nothing_to_compare_is_withheld():
    assert compared(C.ETHNICITY, figure("asian", "9", 0.1, 0.2), None, 5).verdict is Verdict.WITHHELD


def test_age_and_the_other_half_of_a_pair_are_not_compared():
    tables = [
        table(C.AGE_BAND, figure("16-24", "9", 0, 0.1), figure("16-24", "all", 0.2, 0.3)),
        table(C.SEX, *[figure(g, level, 0.4, 0.5) for level in ("8", "9", "all") for g in ("female", "male")]),
    ]
    assert [(c.figure.group, c.figure.level) for c in upper_comparisons(tables, 5)] == [
        ("female", "8"),
        ("female", "9"),
    ]


def test_the_widest_certain_gap_comes_first_and_each_group_once():
    found = upper_comparisons(
        [
            table(
                C.ETHNICITY,
                figure("asian", "8", 0.05, 0.08), figure("asian", "9", 0.01, 0.02), figure("asian", "all", 0.10, 0.12),
                figure("black", "8", 0.01, 0.02), figure("black", "9", 0.05, 0.06), figure("black", "all", 0.05, 0.06),
            )
        ],
        5,
    )  # fmt: skip
    assert [(c.figure.group, c.figure.level) for c in widest(found, 5)] == [("asian", "9"), ("black", "8")]
    assert len(widest(found, 1)) == 1


def test_a_change_is_against_the_same_group_at_the_same_level_before():
    whole = figure("disabled", "all", 0.10, 0.12)
    now = [table(C.DISABILITY, figure("disabled", "8", 0.20, 0.22), figure("disabled", "9", 0.11, 0.12), whole)]
    before = [table(C.DISABILITY, figure("disabled", "8", 0.10, 0.12), whole)]
    assert [c.verdict for c in changes(now, before, 5)] == [Verdict.HIGHER, Verdict.WITHHELD]
