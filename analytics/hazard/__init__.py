"""How many would be expected to go, by cause, from what people's work is like: a discrete-time hazard model.

Each month somebody stays, or goes for one of the causes: a multinomial logit on person-months (Allison 1982), fitted on
cells (one row a combination of terms, with the person-months in it and the exits by cause), so that a million people
cost what their distinct cells cost. It is for groups: what is said of a person's own month is for that person only. No
special-category data predicts anything here; it is kept to audit fairness. `standardised` needs no model: it sets a
unit's events beside those of people like its own.
"""

from analytics.hazard.audit import audit
from analytics.hazard.calibrating import calibration
from analytics.hazard.card import card
from analytics.hazard.drift import drift
from analytics.hazard.expecting import expected, observed_over_expected
from analytics.hazard.fitting import fit
from analytics.hazard.model import Model
from analytics.hazard.person_periods import ahead, person_periods
from analytics.standardised import standardised

__all__ = [
    "Model",
    "ahead",
    "audit",
    "calibration",
    "card",
    "drift",
    "expected",
    "fit",
    "observed_over_expected",
    "person_periods",
    "standardised",
]
