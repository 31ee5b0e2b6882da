"""What talent keeps. What is about somebody leads with the person and follows them; what an employer asks or plans
leads with the organisation.
"""

from service.talent.tables.cover import CriticalRole, RetirementYear
from service.talent.tables.pipelines import MembershipState, Pipeline, PipelineMembership
from service.talent.tables.requests import RequestReferral, TalentRequest
from service.talent.tables.threads import PotentialThread, ThreadObservation

__all__ = [
    "CriticalRole",
    "MembershipState",
    "Pipeline",
    "PipelineMembership",
    "PotentialThread",
    "RequestReferral",
    "RetirementYear",
    "TalentRequest",
    "ThreadObservation",
]
