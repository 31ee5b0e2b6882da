"""Where a signed-in person can go: one link for each door their permissions open, the most used first."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from service.kit.actor import Actor


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    href: str
    permission: str
    # What opens another door to the same pages, so that this link would be one too many.
    unless: str = ""


LINKS = (
    Link("Your work", "/work", "conversations.log"),
    Link("Your pathway", "/me", "me.read"),
    Link("People", "/people", "people.read"),
    Link("Offers", "/offers", "me.read"),
    Link("Opportunities", "/opportunities", "me.read"),
    Link("Moves", "/mobility", "mobility.read"),
    Link("Who could step up", "/talent", "talent.edit"),
    Link("Ways to step up", "/pipelines", "me.read", unless="talent.edit"),
    Link("Import", "/imports", "transfer.import"),
    Link("What changed", "/reports", "reports.read"),
    Link("Flags", "/reports/flags", "reports.read"),
    Link("Local knowledge", "/reports/know-how", "reports.note", unless="conversations.log"),
    Link("Organisations", "/organisations", "organisations.edit"),
    Link("Grades", "/grades", "organisations.edit"),
    Link("Working days", "/opportunities/limits", "organisations.edit"),
    Link("Access", "/access", "grants.edit"),
    Link("Audit", "/audit", "audit.read"),
    Link("Roles", "/roles", "me.read", unless="talent.edit"),
    Link("Roles", "/roles", "frameworks.edit"),
    Link("Frameworks", "/frameworks", "frameworks.edit"),
    Link("Conversation terms", "/conversations/terms", "frameworks.edit"),
    Link("Notices", "/me/notices", "me.read"),
)
NOTICES = "/me/notices"


def navigation_for(actor: Actor | None, unread: int = 0) -> list[Link]:
    """Each place once, even where two permissions open it. `unread` is how many notices wait for the reader."""
    open_ = {link.href: link for link in LINKS if actor and _opens(link, actor)}
    if unread and NOTICES in open_:
        open_[NOTICES] = replace(open_[NOTICES], text=f"Notices ({'99+' if unread > 99 else unread})")
    return [*open_.values()]


def _opens(link: Link, actor: Actor) -> bool:
    return bool(actor.where(link.permission)) and not (link.unless and actor.where(link.unless))


def current(links: Iterable[Link], path: str) -> str:
    """The link that the page at this path belongs under: the longest that begins it; "" for none."""
    fitting = (link.href for link in links if path == link.href or path.startswith(f"{link.href}/"))
    return max(fitting, key=len, default="")
