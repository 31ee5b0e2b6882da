"""Facts as whole numbers say what the facts say, however their names and keys come."""

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from analytics.at_once import at_once, both
from analytics.cells import count
from analytics.coded import FOREVER, coded
from analytics.equity.counting import counted, flowing, window
from analytics.errors import FactsError
from analytics.frames import Facts
from analytics.representation.cases import cases
from analytics.synthetic import System, make

ON = date(2026, 9, 30)
Change = Callable[[pl.DataFrame], pl.DataFrame]


@pytest.fixture(scope="module")
def system() -> System:
    return make(staff=1_500, organisations=4, years=4, until=ON)


def facts_of(system: System, change: Change = lambda frame: frame) -> Facts:
    frames = (system.people, system.spells, system.events)
    return Facts.of(*(change(frame).lazy() for frame in frames))


def with_sparse_keys(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(person=pl.col("person").cast(pl.UInt64) * 2**43 + 7)


def with_categories(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.cast({name: pl.Categorical for name, dtype in frame.schema.items() if dtype == pl.String})


def with_fixed_names(frame: pl.DataFrame) -> pl.DataFrame:
    names = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    kinds = {name: pl.Enum(["nobody's", *frame[name].drop_nulls().unique().sort(descending=True)]) for name in names}
    return frame.cast(kinds)  # pyright: ignore[reportArgumentType]


def shuffled(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sample(fraction=1, shuffle=True, seed=3)


@pytest.mark.parametrize("change", [with_sparse_keys, with_categories, with_fixed_names, shuffled])
def test_counts_are_the_same_however_names_and_keys_come(system: System, change: Change) -> None:
    for by in (["organisation", "level"], ["staff_group", "kind"]):
        plain, other = (count(facts, by, at=ON) for facts in (facts_of(system), facts_of(system, change)))
        assert_frame_equal(plain, other)


@pytest.mark.parametrize("change", [with_sparse_keys, with_fixed_names, shuffled])
def test_steps_are_the_same_however_names_and_keys_come(system: System, change: Change) -> None:
    plain, other = (
        counted(facts, flowing(facts, [window(ON)])[0], strata=False)
        for facts in (facts_of(system), facts_of(system, change))
    )
    for one, two in zip(plain, other, strict=True):
        names = [two.organisations.index(name) for name in one.organisations]
        for step in one.n:
            for mine, theirs in zip(one.units(step), two.units(step), strict=True):
                assert (mine == theirs[names]).all(), (one.characteristic, step)


def test_what_is_counted_at_once_is_what_is_counted_case_by_case(system: System) -> None:
    facts = facts_of(system)
    [sex] = counted(facts, flowing(facts, [window(ON)])[0], characteristics=["sex"], strata=False)
    every = cases(facts, window(ON), per_organisation=True).filter(~pl.col("open"))
    for step in ("conversation", "move", "shortlist", "appointment"):  # an offer that waits counts in other ways
        one = every.filter(pl.col("link") == step)
        a, n = sex.units(step)
        assert [int(each[:, sex.everybody].sum()) for each in (a, n)] == [one["success"].sum(), one.height]


def test_somebody_who_is_not_among_the_people_gave_no_answer_and_cannot_be_counted(system: System) -> None:
    gone = system.people["person"][0]
    facts = Facts.of(system.people.filter(pl.col("person") != gone).lazy(), system.spells.lazy())
    codes = coded(facts)
    assert codes.people[codes.known :].tolist() == [gone]
    assert len(codes.answers["sex"]) == system.people.height
    with pytest.raises(FactsError, match="not among the people"):
        count(facts, ["level"], at=system.spells.filter(pl.col("person") == gone)["started"][0])


def test_facts_are_turned_into_codes_once(system: System) -> None:
    facts = facts_of(system)
    assert coded(facts) is coded(facts)
    assert not facts.given, "what was read is kept twice"


def test_the_events_of_a_window_are_the_same_whatever_was_asked_before(system: System) -> None:
    year, three = window(ON, 1), window(ON)
    alone, after = coded(facts_of(system)), coded(facts_of(system))
    assert len(after.opened(three)["person"]) > len(after.opened(year)["person"]) > 0
    assert all((alone.opened(year)[name] == values).all() for name, values in after.opened(year).items())
    seen = system.events.filter(pl.col("opened_on").is_between(*year))
    assert len(alone.opened(year)["person"]) == seen.height


def test_what_has_not_ended_lasts_for_ever_and_a_grade_without_a_level_is_nought(system: System) -> None:
    codes = coded(facts_of(system))
    assert np.count_nonzero(codes.spells["ended"] == FOREVER) == system.spells["ended"].null_count()
    assert np.count_nonzero(codes.spells["level"] == 0) == system.spells["level"].null_count()


def test_work_done_at_once_comes_back_in_order() -> None:
    assert at_once(lambda n: n * n, range(20)) == [n * n for n in range(20)]
    with pytest.raises(ZeroDivisionError):
        at_once(lambda n: 1 / n, [1, 0])
    assert both(lambda: 1, lambda: "two") == (1, "two")
    for one, other in ((0, 1), (1, 0)):
        with pytest.raises(ZeroDivisionError):
            both(lambda one=one: 1 / one, lambda other=other: 1 / other)
