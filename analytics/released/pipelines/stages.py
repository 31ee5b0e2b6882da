"""Who is at each stage on the way to senior posts, by ethnicity, sex and disability: representation by stage, and no
comparison of persons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from analytics.disclosure import Released, Rule, release_linked
from analytics.disclosure.protection import Mask
from analytics.frames import GROUPS, PIPELINE, Facts
from analytics.intervals import wilson
from analytics.released.pipelines.members import APPLIED, APPOINTED, IN_PIPELINE, SHORTLISTED, TOOK_UP, towards_senior
from analytics.released.retention.reading import Ints

CHARACTERISTICS: Final = ("ethnicity", "sex", "disability")
UNANSWERED: Final = "unanswered"
BELOW, SENIOR_POSTS = "below", "senior"
STAGES: Final = (IN_PIPELINE, *PIPELINE, APPLIED, SHORTLISTED, APPOINTED, TOOK_UP)
# What people in post are counted in: as the report on representation shows it, levels added up.
IN_POST: Final[Mapping[str, tuple[str, ...]]] = {BELOW: ("5", "6"), SENIOR_POSTS: ("7", "8")}
ORDER: Final = (BELOW, *STAGES, SENIOR_POSTS)
COLUMNS: Final = tuple((c, group) for c in CHARACTERISTICS for group in (*GROUPS[c], UNANSWERED))
_KEYS: Final = ["organisation", "stage", "characteristic", "group"]
ANSWERED: Final = "answered"


@dataclass(frozen=True)
class Stood:
    """n: stage x place (the system first) x COLUMNS. known: stage x place x CHARACTERISTICS, those with an answer.
    people: stage x place, everybody."""

    places: Sequence[str]
    n: Ints
    known: Ints
    people: Ints

    @property
    def silent(self) -> Ints:
        """stage x place x CHARACTERISTICS, those without an answer."""
        return np.stack([self.n[..., columns_of(c, unanswered=True)[0]] for c in CHARACTERISTICS], axis=-1)


def columns_of(characteristic: str, *, unanswered: bool) -> list[int]:
    """The places in COLUMNS of its groups, or of who gave no answer."""
    return [at for at, (c, group) in enumerate(COLUMNS) if c == characteristic and (group == UNANSWERED) == unanswered]


def stood(facts: Facts, on: date, places: Sequence[str]) -> Stood:
    """The true counts. places: "" for the system, then the organisations."""
    people = towards_senior(facts, on)
    answers = facts.people.select("person", *(pl.col(c).cast(pl.String) for c in CHARACTERISTICS)).collect()
    told = people.join(answers, on="person", how="left", maintain_order="left")
    stage = _codes(told.get_column("stage"), STAGES)
    place = _codes(told.get_column("organisation"), places)
    n = np.zeros((len(STAGES), len(places), len(COLUMNS)), dtype=np.int64)
    for c in CHARACTERISTICS:
        group = told.get_column(c).replace_strict(GROUPS[c], columns_of(c, unanswered=False),
                                                  default=columns_of(c, unanswered=True)[0]).to_numpy()  # fmt: skip
        np.add.at(n, (stage, place, group), 1)
    n[0] = n[1 : 1 + len(PIPELINE)].sum(axis=0)
    n[:, 0] = n[:, 1:].sum(axis=1)
    known = np.stack([n[..., columns_of(c, unanswered=False)].sum(axis=-1) for c in CHARACTERISTICS], axis=-1)
    whole = n[..., columns_of(CHARACTERISTICS[0], unanswered=True)].sum(axis=-1) + known[..., 0]
    return Stood(places, n, known, whole)


def released(found: Stood, hidden: Mapping[str, Mask], shares: Released, rule: Rule) -> Released:
    """One row an organisation, stage, characteristic and group: see `report.pipelines_report`. hidden: which of n and
    known are withheld. shares: the report on representation, for who is in post."""
    stages = pl.concat([_rows(found, hidden), _in_post(shares, found.places)])
    order = {name: at for at, name in enumerate(ORDER)}
    place = {name: at for at, name in enumerate(found.places)}
    group = {name: at for at, name in enumerate(f"{c}:{g}" for c, g in COLUMNS)}
    rows = stages.sort(
        pl.col("organisation").replace_strict(place),
        pl.col("characteristic").replace_strict(CHARACTERISTICS, range(len(CHARACTERISTICS))),
        pl.col("stage").replace_strict(order),
        pl.format("{}:{}", "characteristic", "group").replace_strict(group),
    )
    return release_linked(
        rows,
        keys=_KEYS,
        counts=_COUNTS,
        splits=[],
        rule=rule,
        withheld_first={name: rows.get_column(f"{name}_hidden").to_numpy() for name in _COUNTS},
        derived=_shared,
        told=["n"],
    )


_COUNTS: Final = ("n", ANSWERED, UNANSWERED)


def _shared(shown: pl.DataFrame) -> pl.DataFrame:
    """Shares of those with an answer; where their number is withheld, of the shown counts of all groups together."""
    family = ["organisation", "stage", "characteristic"]
    added = pl.when(~pl.col("n").has_nulls().over(family)).then(pl.col("n").sum().over(family))
    known = pl.coalesce(ANSWERED, added)
    # Levels are rounded one by one, and so are groups.
    based = shown.with_columns(known=pl.when(known.is_not_null()).then(pl.max_horizontal(known, "n")))
    low, high = wilson(based.get_column("n"), based.get_column("known"))
    return based.with_columns(
        share=pl.col("n") / pl.col("known"),
        low=low,
        high=high,
        declared=pl.col(ANSWERED) / (pl.col(ANSWERED) + pl.col(UNANSWERED)),
    )


def _rows(found: Stood, hidden: Mapping[str, Mask]) -> pl.DataFrame:
    parts: list[pl.DataFrame] = []
    for at, c in enumerate(CHARACTERISTICS):
        silent = columns_of(c, unanswered=True)[0]
        for column in columns_of(c, unanswered=False):
            shape = found.people.shape
            keys = {
                "organisation": np.tile(found.places, shape[0]),
                "stage": np.repeat(STAGES, shape[1]),
                "characteristic": c,
                "group": COLUMNS[column][1],
            }
            counts = {"n": found.n[..., column], ANSWERED: found.known[..., at], UNANSWERED: found.n[..., silent]}
            masks = {
                "n": hidden["n"][..., column],
                ANSWERED: hidden["known"][..., at],
                UNANSWERED: hidden["n"][..., silent],
            }
            flat = {name: values.ravel() for name, values in counts.items()}
            flat |= {f"{name}_hidden": mask.ravel() for name, mask in masks.items()}
            parts.append(pl.DataFrame(keys | flat))
    return pl.concat(parts)


def _in_post(shares: Released, places: Sequence[str]) -> pl.DataFrame:
    """Who is in post below and at senior levels: the shown figures of the levels added up, withheld where one is."""
    texts = pl.col("organisation", "level", "characteristic", "group").cast(pl.String)
    every = shares.frame.with_columns(texts).filter(
        pl.col("organisation").is_in(places), pl.col("characteristic").is_in(CHARACTERISTICS)
    )
    return pl.concat(_added(every, stage, levels) for stage, levels in IN_POST.items())


def _added(every: pl.DataFrame, stage: str, levels: Sequence[str]) -> pl.DataFrame:
    """Where the number with an answer is withheld, shares stand on the shown counts of all groups together."""
    family = ["organisation", "level", "characteristic"]
    n, answered = pl.col("n"), pl.col("known")
    known = pl.coalesce(answered, pl.when(~n.has_nulls().over(family)).then(n.sum().over(family)))
    there = every.filter(pl.col("level").is_in(levels))
    of = there.with_columns(known=known, silent=pl.col("in_scope") - answered)
    counts = {"n": n, ANSWERED: answered, UNANSWERED: pl.col("silent").clip(0)}
    added = {name: pl.when(~count.has_nulls()).then(count.sum()) for name, count in counts.items()}
    rows = of.group_by("organisation", "characteristic", "group", maintain_order=True).agg(**added)
    gone = {f"{name}_hidden": pl.col(name).is_null() for name in counts}
    return rows.select(
        "organisation", pl.lit(stage).alias("stage"), "characteristic", "group", *counts, **gone
    ).with_columns(pl.col([*counts]).fill_null(0))


def _codes(column: pl.Series, names: Sequence[str]) -> Ints:
    return column.replace_strict([*names], [*range(len(names))], return_dtype=pl.Int64).to_numpy()
