"""Facts become comparisons: what is planted is found, nothing else is flagged, and no small count is told."""

from collections.abc import Iterable
from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from analytics.disclosure import DEFAULT
from analytics.equity import MERGED, equity_report
from analytics.equity.cells import COUNTS, NODES, released_cells
from analytics.equity.comparing import comparisons
from analytics.equity.counting import counted, flowing, standing, window
from analytics.frames import Facts
from analytics.released.representation import representation_report
from analytics.synthetic import make
from service.insight.drafting.flags import DraftedEquity, drafted, flagged
from service.insight.rules import Measure
from service.insight.words.flags import GROUPS, STAGES
from tests.analytics.builders import some_facts

DAY = date(2026, 9, 30)
FOUR = ("a", "n", "c", "m")


class Whole:
    """A made-up system, and what is drafted from it."""

    def __init__(self, seed: int, **size: Any) -> None:
        wanted: dict[str, Any] = {"staff": 15_000, "organisations": 12, "years": 4, "seed": seed} | size
        made = make(**wanted)
        self.facts = Facts.of(made.people.lazy(), made.spells.lazy(), made.events.lazy())
        self.truths = made.truths
        names = [
            SimpleNamespace(code=code, name=name) for code, name in made.organisations.select("code", "name").rows()
        ]
        self.shares = representation_report(self.facts, DAY)
        manifest: Any = SimpleNamespace(on=DAY, organisations=names)
        self.drafted: DraftedEquity = drafted(self.facts, manifest, DEFAULT, self.shares, None)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [dict(row) for page in self.drafted.drafted.pages if page.part == "chain" for row in page.rows]


@pytest.fixture(scope="module")
def whole() -> Whole:
    return Whole(1)


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_planted_is_flagged_in_words_with_its_range_and_nothing_else_is(whole: Whole, seed: int) -> None:
    found = whole if seed == 1 else Whole(2)
    steps = {"representation_level_ge_7": {"senior_share"}, "appointment": {"appointment"}}
    planted = {
        (organisation, told, step)
        for organisation, group, what in found.truths.select("organisation", "group", "what").rows()
        for step in steps.get(what, set())
        for told in (group, *(["ethnic_minority"] if group in MERGED["ethnic_minority"] else []))
    }
    own = [flag for flag in found.drafted.flags if flag.organisation]
    assert {(flag.organisation, flag.focus, flag.step) for flag in own} <= planted
    for flag in own:
        assert flag.figures["like_high"] < 1
        assert f"{flag.figures['like_low']:.2f} to {flag.figures['like_high']:.2f}" in flag.words
    if seed == 1:
        assert "female" in {flag.focus for flag in own}


def test_what_the_whole_system_shows_stands_on_the_board_once(whole: Whole) -> None:
    """The calibrated shares of the Civil Service fall with level for these groups, in every organisation."""
    system = [flag for flag in whole.drafted.flags if not flag.organisation]
    assert {flag.step for flag in system} == {"senior"}
    assert {flag.focus for flag in system} <= {"female", "disabled", "asian", "black", "ethnic_minority"}
    assert {"female", "disabled"} <= {flag.focus for flag in system}
    assert not any(flag.step == "senior" for flag in whole.drafted.flags if flag.organisation)
    named = next(flag.words for flag in system if flag.focus == "female")
    assert named.startswith("Across 1")
    assert "On their own figures it is flagged in" in named


def test_a_state_is_told_only_where_all_four_counts_are(whole: Whole) -> None:
    for row in whole.rows:
        known = all(row[count] is not None for count in FOUR)
        assert known == (row["state"] is not None)
        assert known or all(
            row[name] is None for name in ("ratio", "like_ratio", "smallest_gap", "declared", "pattern")
        )
        assert known == (row["reason"] is None)
        assert all(row[count] is None or (row[count] >= 10 and row[count] % 5 == 0) for count in FOUR)


def test_no_released_cell_can_be_taken_from_others_by_subtraction(whole: Whole) -> None:
    [flow] = flowing(whole.facts, [window(DAY)])
    counts = counted(whole.facts, flow, standing(whole.facts, DAY), ["sex"])
    cells = released_cells(counts, whole.shares.frame, DEFAULT).frame
    for went, stayed, all_of in NODES.values():
        gone = cells.select(pl.sum_horizontal(pl.col(went, stayed).is_null())).to_series()
        alone = cells.filter((gone == 1) & pl.col(all_of).is_not_null())
        assert alone.is_empty()
    for count in COUNTS:
        for group in ("female", "male"):
            missing = cells.filter(pl.col("group") == group).get_column(count).is_null().sum()
            assert missing != 1, f"{count} of {group} is withheld in one place alone"


def test_senior_posts_never_tell_a_level_that_the_report_on_representation_withholds(whole: Whole) -> None:
    counts = counted(whole.facts, None, standing(whole.facts, DAY), ["sex"])
    bands = released_cells(counts, whole.shares.frame, DEFAULT).frame
    levels = whole.shares.frame.filter(
        pl.col("characteristic").cast(pl.String) == "sex", pl.col("level").cast(pl.String).is_in(["7", "8", "9"])
    )
    inside = levels.group_by(unit=pl.col("organisation").cast(pl.String), group=pl.col("group").cast(pl.String)).agg(
        gone=pl.col("n").is_null().sum(), shown=pl.col("n").sum()
    )
    both = bands.join(inside, on=["unit", "group"]).filter((pl.col("gone") == 1) & pl.col("upper").is_not_null())
    assert both.height, "nothing was tried"
    most, least = pl.col("upper") + 6 - pl.col("shown"), (pl.col("upper") - 6 - pl.col("shown")).clip(0)
    assert both.select((most - least).min()).item() >= DEFAULT.width


def test_the_system_is_the_sum_of_its_organisations(whole: Whole) -> None:
    counts = counted(whole.facts, None, standing(whole.facts, DAY), ["disability"])
    rows = comparisons(counts).filter(pl.col("family") == "senior/disabled")
    system = next(
        row for row in whole.rows if (row["organisation"], row["step"], row["group"]) == ("", "senior", "disabled")
    )
    for count, people in {"n": "all_n", "m": "all_m"}.items():
        assert abs(system[count] - rows[people].sum()) <= 2


def test_what_waits_for_an_answer_is_neither_offered_nor_refused() -> None:
    waiting = {"stage": "offer", "closed_on": None, "outcome": None}
    events = [{}, {"person": 2}, {**waiting, "person": 2}, {"stage": "offer", "outcome": "accepted"}]
    events += [{"stage": "application"}, {"stage": "shortlist", "closed_on": None, "outcome": None}]
    facts = some_facts([{}, {}], [{}, {"person": 2}], events)
    [found] = flowing(facts, [window(date(2026, 9, 30))])
    assert found.people.person.tolist() == [0, 1]
    assert found.reached.offered.tolist() == [True, False]
    assert found.reached.applied.tolist() == [True, False]
    [sex] = counted(facts, found, characteristics=["sex"], strata=False)
    assert [int(sex.n[step][:, sex.everybody].sum()) for step in ("offer", "application")] == [2, 1]
    assert (found.selected["appointment"].success.tolist(), found.selected["appointment"].open.tolist()) == (
        [False],
        [True],
    )


def test_facts_without_events_are_compared_on_senior_posts_alone() -> None:
    made = make(staff=2_000, organisations=4, years=1)
    facts = Facts.of(made.people.lazy(), made.spells.lazy())
    released, waiting = equity_report(facts, DAY, representation_report(facts, DAY))
    assert set(released.frame["step"]) == {"senior", "senior_share"}
    assert waiting.frame["open"].null_count() == waiting.frame.height


@pytest.mark.parametrize(
    ("organisations", "steps"), [(1, {"senior"}), (2, {"senior"}), (3, {"senior", "senior_share"})]
)
def test_organisations_are_put_beside_others_from_three_on(organisations: int, steps: set[str]) -> None:
    made = make(staff=600, organisations=organisations, years=1)
    facts = Facts.of(made.people.lazy(), made.spells.lazy())
    assert set(comparisons(counted(facts, None, standing(facts, DAY), ["sex"]))["step"]) == steps
    released, _ = equity_report(facts, DAY, representation_report(facts, DAY))
    system = released.frame.filter(pl.col("organisation") == "")
    assert system.is_empty() == (organisations == 1)


def row(step: str, organisation: str, state: str, *, pattern: bool = False) -> dict[str, Any]:
    return {"step": step, "group": "female", "reference": "male", "organisation": organisation, "state": state,
            "pattern": pattern}  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "board"),
    [
        ([row("move", "", "flag", pattern=True), row("move", "A", "flag")], [""]),
        ([row("move", "", "watch", pattern=True), row("move", "A", "flag")], [""]),
        ([row("move", "", "watch", pattern=True), row("move", "A", "watch", pattern=True)], []),
        ([row("move", "", "uncertain"), row("move", "A", "flag")], ["A"]),
        ([row("move", "", "uncertain"), row("move", "A", "watch")], []),
        ([row("move", "", "flag", pattern=True), row("offer", "A", "flag")], ["", "A"]),
    ],
    ids=["in the system", "small in the system", "shared only", "alone", "watched", "another step"],
)
def test_what_stands_on_the_board(rows: list[dict[str, Any]], board: list[str]) -> None:
    assert [one["organisation"] for one in flagged(rows)] == board


def test_three_years_end_on_the_day() -> None:
    assert window(date(2026, 9, 30)) == (date(2023, 10, 1), date(2026, 9, 30))
    assert window(date(2028, 2, 29), 1, 1) == (date(2026, 3, 1), date(2027, 2, 28))


def test_every_step_and_group_has_words(whole: Whole) -> None:
    assert {row["step"] for row in whole.rows} == set(STAGES)
    assert {row["group"] for row in whole.rows} | {row["reference"] for row in whole.rows} <= set(GROUPS)


def test_the_release_leads_with_flags_and_says_what_cannot_be_told(whole: Whole) -> None:
    said = [headline["text"] for headline in whole.drafted.drafted.headlines]
    assert said[0].startswith("Across 1")
    own = [flag.words for flag in whole.drafted.flags if flag.organisation]
    assert any(text in own for text in said)
    assert f"of {len(whole.rows):,} comparisons" in said[-1]
    assert len(said) <= 4


def test_no_word_of_blame(whole: Whole) -> None:
    texts: Iterable[str] = [flag.words for flag in whole.drafted.flags] + [row["words"] for row in whole.rows]
    for text in texts:
        for word in ("discriminat", "bias", "significant", "rank", "worst"):
            assert word not in text.lower()
    assert all(page.measure is Measure.EQUITY for page in whole.drafted.drafted.pages)
