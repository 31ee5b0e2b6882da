"""The short form of `make simulate`: fewer runs, the same seeds, the same bounds."""

import pytest

from tests.simulate.protocol import Found, protocol

RUNS = 16


@pytest.fixture(scope="module")
def lines() -> list[Found]:
    return list(protocol(RUNS))


def test_everything_wanted_of_the_flag_rule_is_found_in_few_runs(lines: list[Found]) -> None:
    assert [line for line in lines if not line.holds] == []
    assert {line.part for line in lines} >= {"P1", "P2", "P3", "P7"}


def test_the_bounds_have_teeth(lines: list[Found]) -> None:
    found = {(line.scenario, line.measure): line.found for line in lines}
    silent = "A, no gap, a fifth of the group's successes lost, nobody else"
    assert found[(f"{silent}, unknown outcomes not told", "flags per organisation")] > 0.05
    bare = found[("8 grades, no gap, 0.01 lasting, nothing imported", "flags per grade")]
    assert bare > 2 * found[("8 grades, no gap, 0.01 lasting, variance imported", "flags per grade")]
