"""Where a signed-in person can go: one link for each door their permissions open, the most used first."""

from dataclasses import dataclass

from service.kit.actor import Actor


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    href: str
    permission: str


LINKS = (
    Link("Your work", "/work", "conversations.log"),
    Link("People", "/people", "people.read"),
    Link("Import", "/imports", "transfer.import"),
    Link("What changed", "/reports", "reports.read"),
    Link("Organisations", "/organisations", "organisations.edit"),
    Link("Grades", "/grades", "organisations.edit"),
    Link("Access", "/access", "grants.edit"),
    Link("Audit", "/audit", "audit.read"),
    Link("Your pathway", "/me", "me.read"),
)


def navigation_for(actor: Actor | None) -> list[Link]:
    return [link for link in LINKS if actor and actor.where(link.permission)]
