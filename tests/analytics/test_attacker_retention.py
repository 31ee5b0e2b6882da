"""The attacker holds the report on who stays beside those on representation and conversations: counts, rates, medians,
full-time equivalents, moves, the years before, and another release a month later. No small count comes back.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from analytics.disclosure import DEFAULT, Rule
from analytics.released.retention import raised
from tests.analytics.held import Held, Name
from tests.analytics.seen import ON
from tests.analytics.told import Release, insider, of_two, reader, release, settled

MOST = 14
True_ = Callable[[Name], float]


@pytest.fixture(scope="module")
def made() -> Release:
    return release(settled(2_000, 2, 5))


@pytest.fixture(scope="module")
def held(made: Release) -> Held:
    return reader(made)


def small(held: Held, true: True_) -> list[Name]:
    """Withheld counts below the floor, in an order that mixes kinds."""
    # Everybody's age is recorded: that nobody's is missing is no secret.
    recorded = [n for n in dict.fromkeys(held.hidden) if "unanswered" in str(n) and "age_band" in str(n)]
    names = [n for n in dict.fromkeys(held.hidden) if true(n) < DEFAULT.floor and n not in recorded]
    return [names[at] for at in np.random.default_rng(1).permutation(len(names))]


def known_too_well(held: Held, names: list[Name], true: True_) -> Iterator[tuple[Name, float, float]]:
    for name in names:
        low, high = held.bounds(name)
        assert low - 1e-6 <= true(name) <= high + 1e-6, name
        if np.floor(high + 1e-6) - np.ceil(low - 1e-6) < DEFAULT.width:
            yield name, low, high


def test_the_reader_is_told_nothing_but_the_truth_and_much_of_it(made: Release, held: Held) -> None:
    assert held.untrue(made.true) == []
    assert len(held.rows) > 2_000
    shown = sum(high < np.inf for high in held.high)
    assert shown > 400


def test_rates_medians_moves_years_and_other_reports_together_give_no_small_count_away(
    made: Release, held: Held
) -> None:
    targets = small(held, made.true)
    kinds = {name[0] for name in targets}  # type: ignore[index]
    assert kinds == {"year", "past", "people", "talk", "step", "move"}
    assert [*known_too_well(held, targets[:MOST], made.true)] == []


def test_whoever_moved_is_not_the_difference_of_two_reports(made: Release, held: Held) -> None:
    """The report on conversations once counted movers in the system and in no organisation."""
    moved = [name for name in small(held, made.true) if name[-1] in {"elsewhere", "lost"}]  # type: ignore[index]
    assert len(moved) > 100
    assert [*known_too_well(held, moved[:6], made.true)] == []


def test_the_attacker_has_teeth(made: Release) -> None:
    """A release that hides nothing but small counts gives some of them away."""
    careless = reader(made)
    for name in [*careless.hidden]:
        if made.true(name) >= DEFAULT.floor:
            n = np.array([int(made.true(name))])
            careless.within(name, *careless.ends(int(DEFAULT.rounding.rounded(n)[0])))
    assert len([*known_too_well(careless, small(careless, made.true)[:9], made.true)]) > 1


def test_an_organisation_that_knows_its_own_learns_no_small_count_of_another(made: Release) -> None:
    """Of two organisations each knows who came from it to the other: that is told by nobody."""
    here, there = made.made.counter.places[1:]
    held = insider(made, here)
    theirs = [n for n in small(held, made.true) if n[1] == there and n[0] != "past" and n[-1] != "came"]  # type: ignore[index]
    assert [*known_too_well(held, theirs[:8], made.true)] == []


def test_a_release_a_month_later_gives_no_small_count_away_nor_the_months_that_the_two_do_not_share(
    made: Release,
) -> None:
    before = release(made.facts, ON - timedelta(30))
    held = of_two(before, made)
    months = [name for name in held.hidden if name[0] in {"first", "last"}]  # type: ignore[index]

    def true(name: Name) -> float:
        edition, of = name  # type: ignore[misc]
        return (before if edition == "earlier" else made).true(of)

    held.hidden = [name for name in held.hidden if name not in months]
    assert [*known_too_well(held, small(held, true)[:4], true)] == []
    assert len(months) > 300
    assert min(high - low for low, high in map(held.bounds, months[:: len(months) // 2])) >= DEFAULT.width


def works(leavers_elsewhere: int) -> pl.DataFrame:
    """A large organisation's nurses beside those of four small ones; and other work everywhere."""
    rows = [("A", "nursing", 500.0, 60), ("E", "nursing", 12.0, leavers_elsewhere)]
    rows += [(o, "nursing", 12.0, 0) for o in "BCD"]
    rows += [(o, "estates", 200.0, 20) for o in "ABCDE"]
    return pl.DataFrame(rows, schema=["organisation", "staff_group", "n", "events"], orient="row").with_columns(
        age_band=pl.lit("25-34"), service=pl.lit("1 year or more")
    )


def expected_of_large(leavers_elsewhere: int, rule: Rule = DEFAULT) -> float:
    counted = works(leavers_elsewhere)
    focus = pl.format("staff_group:{}", "staff_group")
    each = counted.select("organisation", focus=focus, hidden=pl.lit(value=False))
    whole = each.unique("organisation").with_columns(focus=pl.lit("all"))
    told = raised.released(counted, pl.concat([each, whole]), rule)
    return told.frame.filter(organisation="A", focus="staff_group:nursing")["expected"].item()


def test_an_expected_number_does_not_tell_how_few_left_elsewhere() -> None:
    """500 x 1 / 48 and 500 x 4 / 48 would be 10 and 42: all kinds of work are put together, and rounded."""
    assert len({expected_of_large(few) for few in (0, 1, 4, 9)}) <= 2


def test_nor_how_many_closer_than_a_rounded_count_would() -> None:
    told = [expected_of_large(n) for n in range(12, 24)]
    assert all(told.count(one) >= DEFAULT.base - 1 for one in set(told) - {told[0], told[-1]})
