"""Every room's tables in one place, for migrations and for tests that walk the catalogue."""

from service.access import tables as access
from service.audit import tables as audit
from service.capabilities import tables as capabilities
from service.conversations import tables as conversations
from service.insight import tables as insight
from service.kit.db import Base
from service.mobility import tables as mobility
from service.notices import tables as notices
from service.offers import tables as offers
from service.opportunities import tables as opportunities
from service.organisations import tables as organisations
from service.pathways import tables as pathways
from service.people import tables as people
from service.posts import tables as posts
from service.prompts import tables as prompts
from service.talent import tables as talent
from service.transfer import tables as transfer
from service.web import tables as web

metadata = Base.metadata
__all__ = [
    "access",
    "audit",
    "capabilities",
    "conversations",
    "insight",
    "metadata",
    "mobility",
    "notices",
    "offers",
    "opportunities",
    "organisations",
    "pathways",
    "people",
    "posts",
    "prompts",
    "talent",
    "transfer",
    "web",
]
