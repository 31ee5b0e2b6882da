"""Who is coming through, in words."""

from service.insight.words.pipelines.names import (
    ALL,
    CASE_NAMES,
    STAGE_NAMES,
    band_name,
    focus_kind,
    focus_name,
    group_name,
    tier_name,
)
from service.insight.words.pipelines.reading import conversion, cover, headline, stages, support

__all__ = [
    "ALL",
    "CASE_NAMES",
    "STAGE_NAMES",
    "band_name",
    "conversion",
    "cover",
    "focus_kind",
    "focus_name",
    "group_name",
    "headline",
    "stages",
    "support",
    "tier_name",
]
