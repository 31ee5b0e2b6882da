"""The attacker holds a whole release: all reports, all cuts, files and pictures, and the release before. No count below
the floor comes back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from analytics.cells import main_posts
from analytics.disclosure import DEFAULT, Released
from analytics.equity import equity_report
from analytics.frames import Facts
from analytics.intervals import risk_ratio, wilson
from analytics.released.coverage import coverage_report
from analytics.released.representation import representation_report
from analytics.released.retention.report import retention_report
from analytics.released.statutory import likelihoods_report, parts_report
from analytics.representation import WDES, WRES
from analytics.representation.pairs import answers
from analytics.synthetic import make
from tests.analytics.joint import (
    CAME,
    NAMES,
    STAYED,
    Reader,
    bounds_of_two,
    part_of,
    read_coverage,
    read_parts,
    read_representation,
    read_retention,
    read_senior,
)

ON = date(2026, 9, 30)
MOST_TARGETS = 24
NARROWEST = 1  # withheld figures whose bounds in whole people are looked at as well


@dataclass
class Attacked:
    """A release, what is true, and what the reader makes of it."""

    facts: Facts
    shares: Released
    parts: Released
    coverage: Released
    equity: Released
    reader: Reader
    truth: np.ndarray


def one_employer_each(staff: int, organisations: int, seed: int) -> Facts:
    """Made-up people, each with the posts of one organisation and lent to none: then parts really add up to the whole
    system, and all reports count the same people."""
    system = make(staff=staff, organisations=organisations, years=2, until=ON, seed=seed)
    own = system.spells.filter(pl.col("kind") == "substantive")
    first = own.sort("started").unique("person", keep="first").select("person", "organisation")
    spells = own.join(first, on=["person", "organisation"], how="semi")
    return Facts.of(system.people.lazy(), spells.lazy(), system.events.lazy())


def true_cells(facts: Facts, reader: Reader) -> np.ndarray:
    earlier = main_posts(facts, ON.replace(year=ON.year - 1), ["person", "organisation"])
    stayed = earlier.select("person", "organisation", since=pl.lit(STAYED))
    posts = main_posts(facts, ON, ["person", "organisation"]).join(answers(facts, "ethnicity"), on="person", how="left")
    people = posts.join(stayed, on=["person", "organisation"], how="left").select(
        pl.col("organisation").cast(pl.String),
        pl.col("level").cast(pl.String).fill_null("unmapped"),
        pl.col("staff_group").cast(pl.String).map_elements(part_of, return_dtype=pl.String).alias("part"),
        pl.col("group").fill_null("unanswered").alias("answer"),
        pl.col("since").fill_null(CAME),
    )
    counted = people.group_by(NAMES).len()
    return reader.cells.join(counted, on=[*NAMES], how="left", maintain_order="left")["len"].fill_null(0).to_numpy()


def attacked(staff: int, organisations: int, seed: int) -> Attacked:
    facts = one_employer_each(staff, organisations, seed)
    shares = representation_report(facts, ON)
    parts, coverage = parts_report(facts, ON, WRES, shares), coverage_report(facts, ON)
    equity, _ = equity_report(facts, ON, shares)
    places = sorted(set(shares.frame["organisation"].cast(pl.String)) - {""})
    reader = Reader(places, DEFAULT)
    read_representation(reader, shares.frame)
    read_parts(reader, parts.frame)
    read_coverage(reader, coverage.frame)
    read_senior(reader, equity.frame)
    read_retention(reader, retention_report(facts, ON, shares=shares).rates.frame)
    return Attacked(facts, shares, parts, coverage, equity, reader, true_cells(facts, reader))


@pytest.fixture(scope="module", params=[(1_500, 4, 7), (900, 3, 11)], ids=["larger", "smaller"])
def release(request: pytest.FixtureRequest) -> Attacked:
    return attacked(*request.param)


def small_ones(made: Attacked) -> Iterator[tuple[tuple[object, ...], np.ndarray]]:
    for name, cells in made.reader.hidden.items():
        if made.truth[cells].sum() < DEFAULT.floor:
            yield name, cells


def test_the_reader_is_told_nothing_but_the_truth(release: Attacked):
    """Otherwise the attack would prove nothing."""
    sums = release.reader.matrix @ release.truth
    assert (sums >= np.array(release.reader.low)).all()
    assert (sums <= np.array(release.reader.high)).all()
    assert len(release.reader.rows) > 100


def test_all_reports_together_give_no_small_count_away(release: Attacked):
    targets = [*small_ones(release)]
    assert len(targets) > 40
    chosen = targets[:: max(1, len(targets) // MOST_TARGETS)]
    found = {name: release.reader.bounds(cells) for name, cells in chosen}
    for (name, (low, high)), (_, cells) in zip(found.items(), chosen, strict=True):
        assert low - 1e-6 <= release.truth[cells].sum() <= high + 1e-6, name
        assert high - low >= DEFAULT.width - 1e-6, name
    narrow = sorted(chosen, key=lambda pair: found[pair[0]][1] - found[pair[0]][0])[:NARROWEST]
    for name, cells in narrow:
        low, high = release.reader.bounds(cells, whole=True)
        assert high - low >= DEFAULT.width - 1, name


def test_the_attacker_has_teeth(release: Attacked):
    """A release that hides nothing but small counts gives some of them away."""
    honest = release.reader
    careless = Reader(honest.organisations, DEFAULT)
    careless.rows, careless.low, careless.high = [*honest.rows], [*honest.low], [*honest.high]
    for cells in honest.hidden.values():
        true = int(release.truth[cells].sum())
        if true >= DEFAULT.floor:
            careless.rows.append(cells)
            shown = int(DEFAULT.rounding.rounded(np.array([true]))[0])
            careless.low.append(max(shown - 2, DEFAULT.floor))
            careless.high.append(shown + 2)
    found = (careless.bounds(cells) for _, cells in small_ones(release))
    assert any(high - low < DEFAULT.width for low, high in found)


def test_shares_ranges_and_ratios_can_be_made_from_the_shown_counts_alone(release: Attacked):
    """So they tell nothing more, in a table, a file, a picture's title or a state."""
    shown = release.coverage.frame.filter(pl.col("share").is_not_null())
    low, high = wilson(shown["agreed"], shown["eligible"])
    assert np.allclose(shown["share"], shown["agreed"] / shown["eligible"])
    assert np.allclose(shown["low"], low)
    assert np.allclose(shown["high"], high)
    told = release.equity.frame.filter(pl.col("ratio").is_not_null())
    ratio, *_ = risk_ratio(told["a"], told["n"], told["c"], told["m"])
    assert np.allclose(told["ratio"], ratio)
    states = release.equity.frame.filter(pl.col("state").is_not_null())
    assert states.select(pl.col("a", "n", "c", "m").is_null().any()).row(0) == (False,) * 4


@pytest.mark.parametrize("standard", [WRES, WDES], ids=["wres", "wdes"])
def test_the_parts_of_a_group_are_all_shown_or_none(release: Attacked, standard: object):
    made = parts_report(release.facts, ON, standard, release.shares).frame  # pyright: ignore[reportArgumentType]
    shown = made.group_by("organisation", "group").agg(pl.col("n").is_null().sum().alias("gaps"))
    assert set(shown["gaps"]) <= {0, 3}
    assert made.filter(pl.col("n") < DEFAULT.floor).is_empty()
    assert made.filter(pl.col("n") % DEFAULT.base != 0).is_empty()


@pytest.mark.parametrize("standard", [WRES, WDES], ids=["wres", "wdes"])
def test_a_likelihood_has_no_small_count_and_its_complement_neither(release: Attacked, standard: object):
    made = likelihoods_report(release.facts, ON, standard, release.shares)  # pyright: ignore[reportArgumentType]
    assert made is not None
    counts = ["a", "a_rest", "n", "c", "c_rest", "m"]
    gaps = made.frame.select(pl.sum_horizontal(pl.col(count).is_null() for count in counts)).to_series()
    assert set(gaps) <= {0, 6}
    assert made.frame.select((pl.col(counts) < DEFAULT.floor).any()).row(0) in {(False,) * 6, (None,) * 6}


def test_the_same_people_are_released_the_same_and_one_more_moves_a_figure_by_one_step():
    """A release of nearly the same people tells no more than rounding does."""
    facts = one_employer_each(900, 3, 11)
    people = facts.people.collect()
    gone = people["person"][17]
    fewer = Facts.of(
        people.filter(pl.col("person") != gone).lazy(), facts.spells.filter(pl.col("person") != gone), facts.events
    )
    one, again, other = (representation_report(which, ON).frame for which in (facts, facts, fewer))
    assert one.equals(again)
    both = one.select("n").with_columns(other=other["n"]).drop_nulls()
    assert (both["n"] - both["other"]).abs().max() in {0, DEFAULT.base}


def test_two_releases_of_nearly_the_same_people_give_no_small_count_away():
    """The reader holds both, and knows that no group at any level of any organisation changed by more than a few."""
    facts = one_employer_each(900, 3, 11)
    readers: list[Reader] = []
    for on in (ON - timedelta(35), ON):
        frame = representation_report(facts, on).frame
        places = sorted(set(frame["organisation"].cast(pl.String)) - {""})
        readers.append(Reader(places, DEFAULT, parts=["all"], since=["any"]))
        read_representation(readers[-1], frame)
    earlier, later = readers
    truths = [counted(facts, on, later) for on in (ON - timedelta(35), ON)]
    most = int(np.abs(truths[1] - truths[0]).max())
    assert most > 0
    small = [cells for cells in earlier.hidden.values() if truths[0][cells].sum() < DEFAULT.floor]
    for cells in small[:: max(1, len(small) // 12)]:
        low, high = bounds_of_two(earlier, later, most, cells, of_later=False)
        assert low - 1e-6 <= truths[0][cells].sum() <= high + 1e-6
        assert high - low >= DEFAULT.width - 1e-6


def counted(facts: Facts, on: date, reader: Reader) -> np.ndarray:
    posts = main_posts(facts, on, ["person", "organisation"]).join(answers(facts, "ethnicity"), on="person", how="left")
    people = posts.select(
        pl.col("organisation").cast(pl.String),
        pl.col("level").cast(pl.String).fill_null("unmapped"),
        pl.col("group").fill_null("unanswered").alias("answer"),
    )
    keys = ["organisation", "level", "answer"]
    rows = reader.cells.join(people.group_by(keys).len(), on=keys, how="left", maintain_order="left")
    return rows["len"].fill_null(0).to_numpy().astype(np.int64)
