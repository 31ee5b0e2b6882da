"""What is kept of opportunities: the openings of every employer, who is interested in them, and what follows for those
who were not chosen.
"""

from service.opportunities.tables.aftercare import Aftercare
from service.opportunities.tables.interests import Interest, InterestState, InterestStatement, Referral
from service.opportunities.tables.opportunities import Opportunity, OpportunityLimits

__all__ = [
    "Aftercare",
    "Interest",
    "InterestState",
    "InterestStatement",
    "Opportunity",
    "OpportunityLimits",
    "Referral",
]
