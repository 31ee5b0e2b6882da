"""What is kept of development offers. Offers lead with whoever gives them, applications with the person."""

from service.offers.tables.applications import OfferApplication, OfferApplicationState, OfferFeedback, OfferStatement
from service.offers.tables.assets import Asset, AssetLook
from service.offers.tables.checks import InclusionCheck
from service.offers.tables.mentors import Mentor, MentorRequest, MentorRequestState
from service.offers.tables.offers import Offer, OfferCohort, OfferPartner, OfferSeats
from service.offers.tables.positive_action import EqualQualification, OfferDeclaration, PositiveActionRecord

__all__ = [
    "Asset",
    "AssetLook",
    "EqualQualification",
    "InclusionCheck",
    "Mentor",
    "MentorRequest",
    "MentorRequestState",
    "Offer",
    "OfferApplication",
    "OfferApplicationState",
    "OfferCohort",
    "OfferDeclaration",
    "OfferFeedback",
    "OfferPartner",
    "OfferSeats",
    "OfferStatement",
    "PositiveActionRecord",
]
