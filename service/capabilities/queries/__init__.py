"""Frameworks, roles and which role a post is: facts about work, not people. Anyone signed in may read them."""

from service.capabilities.queries.frameworks import (
    content_of,
    get_framework,
    known,
    list_dimensions,
    list_frameworks,
    newest_version,
)
from service.capabilities.queries.matching import find_profile, profiles_for
from service.capabilities.queries.roles import (
    Wanted,
    get_role,
    list_families,
    list_requirements,
    list_roles,
    published,
)

__all__ = [
    "Wanted",
    "content_of",
    "find_profile",
    "get_framework",
    "get_role",
    "known",
    "list_dimensions",
    "list_families",
    "list_frameworks",
    "list_requirements",
    "list_roles",
    "newest_version",
    "profiles_for",
    "published",
]
