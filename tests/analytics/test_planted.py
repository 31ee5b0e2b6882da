"""What is planted in the made-up system is found, and what is not planted is not flagged."""

from datetime import date

import polars as pl
import pytest

from analytics.cells import count
from analytics.flags import FlagRule, decide
from analytics.frames import NON_ANSWERS, Facts
from analytics.synthetic import make

PLANTED = "representation_level_ge_7"
Found = set[tuple[str, str, str]]


def seniors(seed: int) -> tuple[pl.DataFrame, Found]:
    """Each group's share of levels 7 to 9 in each organisation, beside all other organisations; and what is planted."""
    made = make(staff=30_000, organisations=12, years=1, seed=seed)
    facts = Facts.of(made.people.lazy(), made.spells.lazy())
    cells = count(facts, at=date(2026, 9, 30), characteristics=("ethnicity", "sex", "disability"))
    answer, n = ~pl.col("group").is_in(NON_ANSWERS), pl.col("n")
    place = ["organisation", "characteristic"]
    upper = cells.filter(pl.col("level") >= 7).group_by(*place, "group").agg(n.sum())
    known = n.filter(answer).sum().over(place)
    counted = upper.with_columns(known=known, silent=1 - known / n.sum().over(place), a=n).filter(answer)
    whole = counted.with_columns(c=pl.sum("a").over("characteristic", "group") - pl.col("a"))
    rows = whole.with_columns(m=pl.sum("known").over("characteristic", "group") - pl.col("known"))
    names = {"organisation": "unit", "characteristic": "family", "known": "n", "silent": "unknown_share"}
    frame = rows.drop("n").rename(names).with_columns(pl.col("family").cast(pl.String), adverse=pl.lit(value=False))
    truths = made.truths.filter(pl.col("what") == PLANTED)
    return frame, {tuple(row) for row in truths.select("organisation", "characteristic", "group").rows()}  # type: ignore[misc]


def found(decided: pl.DataFrame, *states: str) -> Found:
    chosen = decided.filter(pl.col("state").is_in(states)).select("unit", "family", "group")
    return {tuple(row) for row in chosen.rows()}  # type: ignore[misc]


@pytest.mark.parametrize("seed", [1, 2])
def test_every_planted_gap_is_flagged_or_watched_and_no_other_is_flagged(seed: int) -> None:
    frame, planted = seniors(seed)
    decided = decide(frame)
    assert planted <= found(decided, "flag", "watch")
    assert len(found(decided, "flag")) > 0
    assert found(decided, "flag") <= planted


@pytest.mark.parametrize("seed", [1, 2])
def test_clear_gaps_are_flagged_where_the_drawn_in_mark_is_not_asked(seed: int) -> None:
    frame, planted = seniors(seed)
    open_rule = FlagRule(version="test", shrunk=1.0)
    flagged = found(decide(frame, open_rule), "flag")
    asian = {truth for truth in planted if truth[2] == "asian"}
    assert asian <= flagged <= planted
    assert not asian <= found(decide(frame), "flag")
