"""Cells and facts -> what there is to say of representation. Nothing here may be shown before `disclosure.release`.

shares (each group's share, by level) - disparity (low, middle, upper) - benchmarks (against a feeder pool, or a share
from outside) need counts only, so published tables do as well as our own facts. chain (relative likelihood at each step
of a career; who stood where is in `cases`) - indicators (WRES and WDES as published) - survey (their survey indicators,
imported) - flows and parity (when shares would be equal) - pairs (each group beside its reference).
"""

from analytics.representation.benchmarks import against_benchmark, against_feeder_pool
from analytics.representation.chain import chain_strata, equity_chain
from analytics.representation.disparity import disparity_ratios
from analytics.representation.flows import Flows, flows
from analytics.representation.indicators import wdes, wres
from analytics.representation.parity import Parity, time_to_parity
from analytics.representation.shares import WHOLE_WORKFORCE, shares, with_denominators
from analytics.representation.standards import WDES, WRES
from analytics.representation.survey import survey_indicators

__all__ = [
    "WDES",
    "WHOLE_WORKFORCE",
    "WRES",
    "Flows",
    "Parity",
    "against_benchmark",
    "against_feeder_pool",
    "chain_strata",
    "disparity_ratios",
    "equity_chain",
    "flows",
    "shares",
    "survey_indicators",
    "time_to_parity",
    "wdes",
    "with_denominators",
    "wres",
]
