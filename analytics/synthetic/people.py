"""People: names, and answers to equality monitoring by organisation and level, silence included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from analytics.synthetic import names, posts
from analytics.synthetic.calibration import (
    CLASS_OF_LEVEL,
    ETHNICITY_CODES,
    GROUPS,
    KINDS_OF_SILENCE,
    NON_ANSWERS,
    UNDECLARED,
    shares,
)
from analytics.synthetic.careers import Careers
from analytics.synthetic.dice import Floats, Ints, pick, slots, stream
from analytics.synthetic.organisations import Organisations
from analytics.synthetic.truths import REPRESENTATION, SENIOR, Truth

BANDS = ("16-24", "25-34", "35-44", "45-54", "55-64", "65+")
FINE = 1024


def senior_shares(base: Floats, group: int, relative: float) -> Floats:
    """Shares with one group multiplied by `relative` and the others scaled to fill what is left."""
    changed = base.copy()
    changed[..., group] *= relative
    others = np.arange(base.shape[-1]) != group
    changed[..., others] *= ((1 - changed[..., group]) / (1 - base[..., group]))[..., None]
    return changed


def expected_shares(characteristic: str, truths: list[Truth], organisations: int) -> Floats:
    """Share of each group (last axis) by organisation and level (0 = unmapped): as calibrated, but where planted."""
    table = np.broadcast_to(shares(characteristic)[CLASS_OF_LEVEL], (organisations, 10, len(GROUPS[characteristic])))
    table = table.copy()
    for truth in truths:
        if truth.characteristic == characteristic and truth.what == REPRESENTATION:
            group = GROUPS[characteristic].index(truth.group)
            table[truth.organisation, SENIOR:] = senior_shares(
                table[truth.organisation, SENIOR:], group, truth.relative
            )
    return table


def silence(seed: int, characteristic: str, organisations: Organisations) -> Floats:
    """Share without an answer in each organisation: it varies between them and averages to what is usual."""
    varied = stream(seed, f"silence {characteristic}").lognormal(0.0, 0.45, len(organisations))
    usual = UNDECLARED[characteristic]
    return np.clip(usual * varied / np.average(varied, weights=organisations.size), usual / 4, min(4 * usual, 0.6))


def answers(
    seed: int, characteristic: str, careers: Careers, organisations: Organisations, truths: list[Truth]
) -> Ints:
    """One code per person: a position in the groups of the characteristic, then in NON_ANSWERS."""
    rng = stream(seed, characteristic)
    table = expected_shares(characteristic, truths, len(organisations)).reshape(len(organisations) * 10, -1)
    cell = careers.organisation.astype(np.int32) * 10 + posts.LEVEL[careers.post]
    group = pick(rng, table, cell)
    silent = rng.random(len(group)) < silence(seed, characteristic, organisations)[careers.organisation]
    group[silent] = table.shape[1] + slots(np.array(KINDS_OF_SILENCE), 100)[rng.integers(0, 100, int(silent.sum()))]
    return group


def gather(choices: Iterable[str | None], at: Ints) -> pl.Series:
    """The strings at the positions given."""
    return pl.Series(list(choices), dtype=pl.String).gather(pl.Series(at))


def days(column: Ints) -> pl.Series:
    """Day numbers as dates."""
    return pl.Series(column, dtype=pl.Int32).cast(pl.Date)


def _ethnicity_codes(seed: int, group: Ints) -> pl.Series:
    """The finer code each reporting group stands for."""
    rng, codes, table = stream(seed, "ethnicity code"), [], []
    for split in ETHNICITY_CODES.values():
        table.append(slots(np.array(list(split.values())), FINE) + len(codes))
        codes.extend(split)
    return gather(codes, np.stack(table)[group, rng.integers(0, FINE, len(group))])


def _age_band(until: date) -> pl.Expr:
    """The age band on the day, counting birthdays."""
    born = pl.col("birth_date")
    before = (born.dt.month().cast(pl.Int32) * 100 + born.dt.day()) > until.month * 100 + until.day
    age = until.year - born.dt.year() - before.cast(pl.Int32)
    return pl.lit(pl.Series(BANDS)).gather(((age - 15) // 10).clip(0, 5)).alias("age_band")


def _names(seed: int, n: int, organisation: Ints, codes: pl.Series) -> pl.DataFrame:
    """Names of `n` people, drawn independently of everything else, and an address at the last organisation."""
    rng = stream(seed, "names")
    given, family = (rng.integers(0, len(listed), n) for listed in (names.GIVEN, names.FAMILY))
    slugs = [gather(map(names.plain, listed), at) for listed, at in ((names.GIVEN, given), (names.FAMILY, family))]
    domain = gather((f"@{code.lower()}.example" for code in codes.to_list()), organisation)
    number = pl.int_range(1, n + 1, eager=True).cast(pl.String)
    return pl.DataFrame(
        {
            "given_name": gather(names.GIVEN, given),
            "family_name": gather(names.FAMILY, family),
            "email": pl.select(pl.concat_str(slugs[0], slugs[1], number, separator=".") + domain).to_series(),
        }
    )


@dataclass(frozen=True)
class Answers:
    """Codes per person, by characteristic."""

    ethnicity: Ints
    sex: Ints
    disability: Ints


def frame(seed: int, careers: Careers, answers: Answers, codes: pl.Series, until: date) -> pl.DataFrame:
    """One row per person, in order of `person` (1 to n)."""
    n = len(careers.born)
    columns = {name: gather((*groups, *NON_ANSWERS), getattr(answers, name)) for name, groups in GROUPS.items()}
    return (
        pl.DataFrame({"person": np.arange(1, n + 1, dtype=np.uint32)})
        .hstack(_names(seed, n, careers.organisation, codes))
        .with_columns(
            birth_date=days(careers.born), ethnicity_code=_ethnicity_codes(seed, answers.ethnicity), **columns
        )
        .with_columns(_age_band(until))
    )
