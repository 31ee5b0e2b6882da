from msgspec import Struct

from service.talent.schemas.cover import RoleOut
from service.talent.schemas.pipelines import MemberOut
from service.talent.schemas.requests import ReferralOut
from service.talent.schemas.threads import ThreadOut


class WorkOut(Struct, frozen=True):
    """What waits for a partner: people to decide about, memberships to review, critical roles that nobody whom they see
    could do within two years, and threads that nobody has written in for 90 days."""

    waiting: list[ReferralOut]
    to_review: list[MemberOut]
    uncovered: list[RoleOut]
    quiet: list[ThreadOut]
