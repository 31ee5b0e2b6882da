"""Who is asking. Rooms ask `actor.may(...)`; only `access` decides what the answer is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

from service.kit.errors import NotAllowed, NotFound

# The organisation that stands for "the whole system" in an actor's permissions.
EVERYWHERE: UUID = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in account, or the service itself (`account_id` is None), with what it may do and where."""

    name: str
    account_id: UUID | None = None
    person_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    permissions: Mapping[str, frozenset[UUID]] = field(default_factory=lambda: MappingProxyType({}))

    def may(self, permission: str, organisation_id: UUID = EVERYWHERE) -> bool:
        places = self.permissions.get(permission, frozenset())
        return organisation_id in places or EVERYWHERE in places

    def must(self, permission: str, organisation_id: UUID = EVERYWHERE) -> None:
        """Raises NotFound when the place itself is out of sight, NotAllowed when only the act is."""
        if self.may(permission, organisation_id):
            return
        if organisation_id != EVERYWHERE and organisation_id not in self.places():
            raise NotFound("organisation")
        raise NotAllowed

    def myself(self, permission: str = "me.read", what: str = "person for this account") -> UUID:
        """The person this account is. Raises NotFound for one that is nobody's, such as a system leader's."""
        if self.person_id is None:
            raise NotFound(what)
        self.must(permission)
        return self.person_id

    def where(self, permission: str) -> frozenset[UUID]:
        """The organisations in which this actor holds the permission by name (EVERYWHERE among them if it does)."""
        return self.permissions.get(permission, frozenset())

    def places(self) -> frozenset[UUID]:
        return frozenset().union(*self.permissions.values()) - {EVERYWHERE}


def the_service(*organisations: UUID, name: str = "Ridgeway") -> Actor:
    """The service acting on its own, as commands and jobs do, in the named organisations."""
    from_here = frozenset(organisations)
    may = ("people.read", "people.edit", "posts.edit", "transfer.import", "transfer.export")
    granted: dict[str, frozenset[UUID]] = dict.fromkeys(may, from_here)
    return Actor(name=name, roles=frozenset({"service"}), permissions=MappingProxyType(granted))
