"""The examples in the notebook's interface do what they say."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize(
    "name",
    [
        *("intervals", "testing", "stratified", "strata", "dispersion", "funnel", "disclosure", "audit"),
        *("retention.at_risk", "retention.curves", "retention.comparing", "retention.rates"),
        *("flow.transitions", "flow.chains", "flow.cover", "hazard.fitting", "hazard.card", "standardised.ratios"),
        *(
            "flags",
            "flags.detectable",
            "flags.alike",
            "flags.release",
            "representation.shares",
            "representation.disparity",
        ),
        "representation.benchmarks",
    ],
)
def test_the_examples_hold(name: str) -> None:
    results = doctest.testmod(importlib.import_module(f"analytics.{name}"))
    assert results.attempted > 0
    assert results.failed == 0
