"""What people are told about their pathway, in words fixed beforehand."""

from service.notices.rules import Kind

SUPPORT = Kind(
    "pathways_support",
    "Support is arranged for your move into leadership",
    "Support is arranged for you.",
)
