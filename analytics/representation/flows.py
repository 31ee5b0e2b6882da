"""Who stayed, rose, left and joined from one year to the next: what a projection is made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import polars as pl

from analytics.cells import main_posts, refuse_no_facts
from analytics.errors import CellsError
from analytics.frames import Facts
from analytics.representation.pairs import Merged, answers


@dataclass(frozen=True, eq=False)
class Flows:
    """stocks: group, level, n on the last day. moves: group, level, to (null: gone), n, over all years together. hires:
    group, level, n, people there at a year's end and not at its beginning. years: how many were seen."""

    stocks: pl.DataFrame
    moves: pl.DataFrame
    hires: pl.DataFrame
    years: int


def flows(facts: Facts, days: Sequence[date], characteristic: str = "ethnicity", merged: Merged | None = None) -> Flows:
    """Flows between each two of `days`, a year apart, of people on graded posts with a known answer, system-wide.

    Raises CellsError for fewer than two days, or days that are out of order.
    """
    refuse_no_facts(facts, *(days if isinstance(days, Sequence) else [days]))  # pyright: ignore[reportUnnecessaryIsInstance]
    if len(days) < 2 or any(later <= earlier for earlier, later in pairwise(days)):
        raise CellsError("days: at least two, in order")
    known = answers(facts, characteristic, merged).drop_nulls("group")
    stands = [_standing(facts, day, known) for day in days]
    moved = [
        before.join(after.select("person", to="level"), on="person", how="left") for before, after in pairwise(stands)
    ]
    joined = [after.join(before, on="person", how="anti") for before, after in pairwise(stands)]
    return Flows(
        _counted(stands[-1], ["group", "level"]),
        _counted(pl.concat(moved), ["group", "level", "to"]),
        _counted(pl.concat(joined), ["group", "level"]),
        len(days) - 1,
    )


def _standing(facts: Facts, day: date, known: pl.DataFrame) -> pl.DataFrame:
    posts = main_posts(facts, day).select("person", "level").drop_nulls("level")
    return posts.join(known, on="person")


def _counted(people: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    return people.group_by(by).agg(n=pl.len().cast(pl.Int64)).sort(by)
