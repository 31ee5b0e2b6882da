"""A unit's events beside those expected of people like its own, and how sure a raised figure is.

ratios (indirect standardisation) -> units (a verdict on each unit of a family), by exact chances of counts (poisson).
Below both `retention` and `hazard`, which expect by strata and by a model.
"""

from analytics.standardised.ratios import standardised
from analytics.standardised.units import STATES, judged

__all__ = ["STATES", "judged", "standardised"]
