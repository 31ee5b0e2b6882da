"""Tests of a gap: exact, by normal score, stratified, and corrected for the number of comparisons; and how much units
differ beyond chance.

Each takes numbers, numpy arrays or polars Series (a of n in the group, c of m in the reference) and gives the same
back. Where nothing was observed the answer is NaN, or null in a Series.
"""

from analytics.testing.dispersion import RandomEffects, over_dispersion, random_effects, shrink
from analytics.testing.funnel import funnel_limits, poisson_funnel_limits
from analytics.testing.proportions import benjamini_hochberg, binomial_mid_p, fisher, mid_p, two_proportions_z
from analytics.testing.stratified import Stratified, mantel_haenszel

__all__ = [
    "RandomEffects",
    "Stratified",
    "benjamini_hochberg",
    "binomial_mid_p",
    "fisher",
    "funnel_limits",
    "mantel_haenszel",
    "mid_p",
    "over_dispersion",
    "poisson_funnel_limits",
    "random_effects",
    "shrink",
    "two_proportions_z",
]
