"""What people want, and the roles there are to want: codes only."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from service.capabilities.rules import Tier
from service.insight.copying import Field, code, key, small
from service.insight.facts.sql import ORGANISATIONS, numbered, position
from service.pathways.rules.aspirations import Timeframe

ANYWHERE = ""


def aspirations(organisations: Sequence[str], families: Sequence[str], on: date) -> tuple[str, list[Field]]:
    """What each person last said by the day, unless it is muted, names no family, or is about an organisation that they
    hide from.
    """
    tiers, times = [tier.value for tier in Tier], [time.value for time in Timeframe]
    query = f"""
FROM (SELECT DISTINCT ON (person_id) person_id, target_family, target_level, target_tier, place_id, timeframe, is_muted
        FROM aspirations WHERE said_at < date '{on}' + 1 ORDER BY person_id, version DESC) w
JOIN people p ON p.id = w.person_id
JOIN {numbered(families, "f")} ON f.code = w.target_family
LEFT JOIN {ORGANISATIONS} ON o.id = w.place_id
WHERE NOT w.is_muted AND NOT EXISTS (
      SELECT 1 FROM aspiration_hidden h WHERE h.person_id = w.person_id AND h.organisation_id = w.place_id)
ORDER BY p.analysis_key
"""  # noqa: S608 - our own words
    return query, [
        key("person", "p.analysis_key"),
        code("family", "f.position", families),
        small("level", "w.target_level"),
        code("tier", position("w.target_tier", tiers), tiers),
        code("place", "coalesce(o.position + 1, 0)", [ANYWHERE, *organisations]),
        code("timeframe", position("w.timeframe", times), times),
    ]


def roles(profiles: Sequence[str], families: Sequence[str]) -> tuple[str, list[Field]]:
    """Every role profile as it stands: a step counts for the profile of the same code, whatever its edition."""
    tiers = [tier.value for tier in Tier]
    query = f"""
FROM {numbered(profiles, "n")}
JOIN (SELECT DISTINCT ON (code) code, family_code, level, tier FROM role_profiles
       WHERE state = 'published' ORDER BY code, version DESC) r ON r.code = n.code
JOIN {numbered(families, "f")} ON f.code = r.family_code
LEFT JOIN (SELECT q.code, count(*) AS steps FROM pathway_steps s JOIN role_profiles q ON q.id = s.to_profile_id
            WHERE s.state = 'published' GROUP BY q.code) t ON t.code = r.code
ORDER BY n.position
"""  # noqa: S608 - our own words
    return query, [
        code("profile", "n.position", profiles),
        code("family", "f.position", families),
        small("level", "r.level"),
        code("tier", position("r.tier", tiers), tiers),
        Field("steps", "coalesce(t.steps, 0)::int4", ">i4", pl.Int32),
    ]
