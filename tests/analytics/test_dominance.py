"""An organisation knows its own counts: it learns of no other's small ones by taking its own off."""

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from analytics.cells import main_posts
from analytics.disclosure import DEFAULT, Rule, release, release_linked
from analytics.disclosure.dominance import Dominance, besides_largest, dominated
from analytics.disclosure.linked import Split
from analytics.errors import DisclosureError
from analytics.released.representation import representation_report
from analytics.representation.pairs import answers
from tests.analytics.joint import LEVELS, Reader, read_representation
from tests.analytics.test_attacker_release import one_employer_each

ON = date(2026, 9, 30)
UNAWARE = Rule("for readers who know no count", insiders=())


def shown(parts: list[int], rule: Rule = DEFAULT) -> tuple[int | None, list[int | None]]:
    """The total over organisations and its parts, as released in a line of its own."""
    rows = [("", "g", sum(parts)), *((f"O{at}", "g", n) for at, n in enumerate(parts))]
    frame = pl.DataFrame(rows, schema=["organisation", "group", "n"], orient="row")
    made = release(frame, counts=["n"], keys={"organisation": "", "group": None}, rule=rule).frame
    by = dict(made.select("organisation", "n").iter_rows())
    return by[""], [by[f"O{at}"] for at in range(len(parts))]


@pytest.mark.parametrize(
    ("parts", "total", "each"),
    [
        ([400, 300, 200], 900, [400, 300, 200]),  # nothing is small: nothing to learn
        ([950, 3, 2], None, [None, None, None]),  # nearly all from one, which would know the other two are five
        ([950, 0, 0], None, [None, None, None]),  # nobody else looks just the same
        ([400, 4], None, [None, None]),  # of two, each would know the other's
        ([400, 90, 4], 495, [None, None, None]),  # 90 alone would not do: its organisation could take it off
        ([400, 300, 90, 4], 795, [400, 300, None, None]),  # what is shown of the others is not exact enough to do it
        ([400, 30, 30, 30, 4, 4, 4], 500, [400, 30, 30, 30, None, None, None]),  # twelve between three is nobody's few
    ],
)
def test_a_total_and_its_parts_are_shown_only_where_no_part_can_be_taken_off(
    parts: list[int], total: int | None, each: list[int | None]
) -> None:
    found = shown(parts)
    assert found[0] == total
    assert [n is None for n in found[1]] == [n is None for n in each]


@pytest.mark.parametrize(("twice", "gone"), [(0, 4), (1, 4), (2, 4), (3, 2)])
def test_one_person_in_two_organisations_does_not_open_the_line(twice: int, gone: int) -> None:
    """So few nobody would allow for; where they are more, nobody knows by how many the line is out."""
    parts = [950, 3, 2]
    rows = [("", "g", sum(parts) - twice), *((f"O{at}", "g", n) for at, n in enumerate(parts))]
    frame = pl.DataFrame(rows, schema=["organisation", "group", "n"], orient="row")
    made = release(frame, counts=["n"], keys={"organisation": "", "group": None}).frame
    linked = release_linked(frame, keys=["organisation"], counts=["n"], splits=[Split("organisation", "")]).frame
    assert made["n"].null_count() == linked["n"].null_count() == gone


def test_linked_tables_obey_the_same_rule() -> None:
    cells = pl.DataFrame({"unit": ["", "A", "B", "C"], "met": [955, 950, 3, 2], "asked": [2100, 1000, 600, 500]})
    made = release_linked(cells, keys=["unit"], counts=["met", "asked"], splits=[Split("unit", "")]).frame
    assert made["met"].to_list() == [None] * 4
    assert made["asked"].to_list() == [2100, 1000, 600, 500]


def test_a_rule_for_readers_who_know_nothing_shows_the_total_that_one_organisation_makes_up() -> None:
    assert shown([950, 3, 2], UNAWARE)[0] == 955


def tables(seed: int) -> list[int]:
    """Counts of one group in a few organisations, mostly small ones beside a large one."""
    rng = np.random.default_rng(seed)
    return [int(n) for n in rng.choice([0, 2, 6, 9, 12, 40, 300, 2000], rng.integers(2, 8))]


@pytest.mark.parametrize("seed", range(60))
def test_no_organisation_can_tell_that_the_withheld_others_are_few(seed: int) -> None:
    """Exactly, by hand: what is left of the total after one's own count and the least the shown others can be."""
    parts = tables(seed)
    total, each = shown(parts)
    for me, own in enumerate(parts):
        others = [at for at in range(len(parts)) if at != me]
        hidden = [at for at in others if each[at] is None]
        if total is None or not hidden:
            continue
        least = sum(max((each[at] or 0) - 2, 10) for at in others if each[at] is not None)
        assert total + 2 - own - least >= DEFAULT.floor, (parts, me)


@pytest.mark.parametrize(("staff", "organisations", "seed"), [(600, 4, 5), (400, 2, 3)])
def test_an_organisation_with_a_solver_and_its_own_counts_learns_no_small_count_of_others(
    staff: int, organisations: int, seed: int
) -> None:
    facts = one_employer_each(staff, organisations, seed)
    assert learnt(facts, DEFAULT) == []


def test_that_attack_has_teeth() -> None:
    assert len(learnt(one_employer_each(400, 2, 3), UNAWARE)) > 5


def learnt(facts: Any, rule: Rule) -> list[tuple[Any, ...]]:
    """What organisations know too well of others, by linear programs over the whole report on representation."""
    frame = representation_report(facts, ON, rule).frame
    places = sorted(set(frame["organisation"].cast(pl.String)) - {""})
    found: list[tuple[Any, ...]] = []
    for me in places:
        reader = Reader(places, rule, parts=["all"], since=["any"])
        read_representation(reader, frame)
        truth = counted(facts, reader)
        mine = reader.sum_of({"organisation": [me]})
        for at in mine:
            reader.rows.append(np.array([at]))
            reader.low.append(float(truth[at]))
            reader.high.append(float(truth[at]))
        small = [(k, c) for k, c in reader.hidden.items() if k[1] not in (me, "") and truth[c].sum() < rule.floor]
        together = {
            ("others", level): reader.sum_of(
                {"organisation": [one for one in places if one != me], "answer": ["black"],
                 "level": LEVELS if level == "all" else [level]}
            )
            for level in ("9", "all")
        }  # fmt: skip
        few = [(k, c) for k, c in together.items() if truth[c].sum() < rule.floor]
        for name, cells in [*small[:: max(1, len(small) // 8)], *few]:
            low, high = reader.bounds(cells)
            assert low - 1e-6 <= truth[cells].sum() <= high + 1e-6
            if high - low < rule.width - 1e-6 or (name[0] == "others" and high < rule.floor):
                found.append((me, name, low, high))
    return found


def counted(facts: Any, reader: Reader) -> np.ndarray:
    posts = main_posts(facts, ON, ["person", "organisation"]).join(answers(facts, "ethnicity"), on="person", how="left")
    people = posts.select(
        pl.col("organisation").cast(pl.String),
        pl.col("level").cast(pl.String).fill_null("unmapped"),
        pl.col("group").fill_null("unanswered").alias("answer"),
    )
    keys = ["organisation", "level", "answer"]
    rows = reader.cells.join(people.group_by(keys).len(), on=keys, how="left", maintain_order="left")
    return rows["len"].fill_null(0).to_numpy().astype(np.int64)


@pytest.mark.parametrize(
    ("contributions", "expected"),
    [
        ([40.0, 35.5, 31.0], False),
        ([96.0, 3.2, 4.0], True),  # one has nearly all of it
        ([50.0, 45.0, 5.0], True),  # two have more than nine tenths of it
        ([50.0, 35.0, 4.0, 4.0, 4.0], False),
        ([100.0, 1.0, 9.0], True),  # after the two largest too little is left beside the largest
        ([10.0, 10.0], True),  # two contributors
        ([0.0, 0.0, 0.0], True),  # nobody
    ],
)
def test_a_magnitude_is_withheld_where_few_make_it_up(contributions: list[float], expected: bool) -> None:
    frame = pl.DataFrame({"level": 8, "fte": contributions})
    assert dominated(frame, ["level"], "fte")["dominated"].to_list() == [expected]


def test_what_is_no_contribution_and_what_is_no_rule_is_refused() -> None:
    frame = pl.DataFrame({"level": [8], "fte": [1.0]})
    for broken, words in ((frame.with_columns(fte=-1.0), "below 0"), (frame.drop("fte"), "no column fte")):
        with pytest.raises(DisclosureError, match=words):
            dominated(broken, ["level"], "fte")
    for share, close, fewest in ((1.0, 0.1, 3), (0.9, 0.0, 3), (0.9, 0.1, 2)):
        with pytest.raises(DisclosureError, match="dominance"):
            Dominance(share, close, fewest)
    assert besides_largest(np.array([], dtype=float)) == 0
