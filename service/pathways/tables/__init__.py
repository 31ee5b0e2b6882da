"""What the pathways keep: the steps and tiers, which are everybody's, and what is one person's own."""

from service.pathways.tables.aspirations import Aspiration, AspirationHidden
from service.pathways.tables.choosing import ChosenStep, StatedRole
from service.pathways.tables.evidence import Evidence, EvidenceShare
from service.pathways.tables.released import ReleasedRoute
from service.pathways.tables.steps import LeadershipTier, PathwayStep, TierExpectation
from service.pathways.tables.transitions import CheckInAnswer, Transition, TransitionCheckIn, TransitionSupport

__all__ = [
    "Aspiration",
    "AspirationHidden",
    "CheckInAnswer",
    "ChosenStep",
    "Evidence",
    "EvidenceShare",
    "LeadershipTier",
    "PathwayStep",
    "ReleasedRoute",
    "StatedRole",
    "TierExpectation",
    "Transition",
    "TransitionCheckIn",
    "TransitionSupport",
]
