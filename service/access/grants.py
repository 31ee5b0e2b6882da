"""Who may do what: the one table of truth. Pages, JSON and the tests' cross-role matrix read it; nothing else decides.

Where a role is held says where its permissions reach:
    OWN            only what is about the person themselves, or what they are a party to (row security sees to it)
    ORGANISATION   in the organisations named by the grant
    SYSTEM         everywhere
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from service.kit.actor import EVERYWHERE


class Role(StrEnum):
    STAFF = "staff"
    FACILITATOR = "facilitator"
    HR_PARTNER = "hr_partner"
    SYSTEM_LEADER = "system_leader"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Reach(StrEnum):
    OWN = "own"
    ORGANISATION = "organisation"
    SYSTEM = "system"


# role                  reach               permissions
GRANTS: Mapping[Role, tuple[Reach, tuple[str, ...]]] = {
    Role.STAFF:         (Reach.OWN,          ("me.read", "me.answer", "me.plan")),
    Role.FACILITATOR:   (Reach.ORGANISATION, ("people.find", "conversations.log")),
    Role.HR_PARTNER:    (Reach.ORGANISATION, ("people.find", "people.read", "people.edit", "posts.edit",
                                              "conversations.log", "conversations.arrange", "transitions.arrange",
                                              "mobility.read", "mobility.reconcile", "offers.edit", "offers.decide",
                                              "opportunities.edit", "opportunities.decide",
                                              "talent.edit", "prompts.answer", "transfer.import",
                                              "transfer.export", "reports.note")),
    Role.SYSTEM_LEADER: (Reach.SYSTEM,       ("reports.read", "reports.act", "reports.note")),
    Role.ADMINISTRATOR: (Reach.SYSTEM,       ("organisations.edit", "grants.edit", "frameworks.edit")),
    Role.AUDITOR:       (Reach.SYSTEM,       ("audit.read",)),
}  # fmt: skip

ROLE_NAMES: Mapping[Role, str] = {
    Role.STAFF: "Staff",
    Role.FACILITATOR: "Facilitator",
    Role.HR_PARTNER: "HR partner",
    Role.SYSTEM_LEADER: "System leader",
    Role.ADMINISTRATOR: "Administrator",
    Role.AUDITOR: "Auditor",
}

Held = tuple[Role, UUID | None]


def permissions_of(held: Iterable[Held]) -> Mapping[str, frozenset[UUID]]:
    """permission -> where it holds. A role that reaches an organisation but was granted nowhere gives nothing."""
    places: dict[str, set[UUID]] = {}
    for role, organisation in held:
        reach, permissions = GRANTS[role]
        where = organisation if reach is Reach.ORGANISATION else EVERYWHERE
        if where is None:
            continue
        for permission in permissions:
            places.setdefault(permission, set()).add(where)
    return MappingProxyType({permission: frozenset(where) for permission, where in places.items()})
