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
    Link("Moves", "/mobility", "mobility.read"),
    Link("Import", "/imports", "transfer.import"),
    Link("What changed", "/reports", "reports.read"),
    Link("Organisations", "/organisations", "organisations.edit"),
    Link("Grades", "/grades", "organisations.edit"),
    Link("Access", "/access", "grants.edit"),
    Link("Audit", "/audit", "audit.read"),
    Link("Your pathway", "/me", "me.read"),
    Link("Roles", "/roles", "me.read"),
    Link("Roles", "/roles", "frameworks.edit"),
    Link("Frameworks", "/frameworks", "frameworks.edit"),
    Link("Conversation terms", "/conversations/terms", "frameworks.edit"),
)


def navigation_for(actor: Actor | None) -> list[Link]:
    """Each place once, even where two permissions open it."""
    return list({link.href: link for link in LINKS if actor and actor.where(link.permission)}.values())
