"""A record of positive action that waits for a second person, where the demo has two HR partners."""

from datetime import timedelta

import asyncpg

from service.kit.clock import today
from service.kit.ids import new_id

# The employer of two partners, and the first of them by name.
_PARTNERS = """
    SELECT g.organisation_id, min(a.name) AS name
      FROM grants g JOIN accounts a ON a.id = g.account_id
     WHERE g.role = 'hr_partner' GROUP BY g.organisation_id HAVING count(*) > 1
"""
# Like one that is open, for one group first.
_OFFER = """
    INSERT INTO offers (organisation_id, id, title, kind, provider, provider_kind, summary, what_you_will_do, verbs,
        framework_code, framework_version, dimension_code, priority, level_from, level_to, cost, paid_by, place_rule,
        state, opens_on, closes_on, priority_until)
    SELECT $1, $2, 'Ready to lead', kind, provider, provider_kind, summary, what_you_will_do, verbs, framework_code,
           framework_version, dimension_code, priority, level_from, level_to, cost, paid_by, 'by_decision', 'draft',
           $3, $3::date + 60, $3::date + 21
      FROM offers WHERE state = 'published' AND provider_kind = 'in_system' ORDER BY made_at, id LIMIT 1
"""
_DATE = """
    INSERT INTO offer_cohorts (organisation_id, offer_id, id, starts_on, ends_on, is_online, place, places)
    VALUES ($1, $2, $3, $4, $5, true, '', 12)
"""
_RECORD = """
    INSERT INTO positive_action_records (organisation_id, id, subject, subject_id, title, group_described, figure,
        comparator, rationale, proportionality, alternatives, owner_id, review_on, written_by_id)
    SELECT $1, $3, 'offer', $2, 'Ready to lead', $4, $5, 'Everyone else who works in the system',
           'Fewer of them hold senior posts than their share of the people one step below, and fewer apply.',
           'The window lasts three weeks. Afterwards everyone applies alike, and places go to those who fit best.',
           'We advertised more widely and ran open evenings. The share of applications did not change.',
           person_id, $6, id
      FROM accounts WHERE name = $7
"""


async def propose(connection: asyncpg.Connection, figure: str, group: str) -> None:
    """The first of the partners has written it, for an offer that is a draft; the second can approve it. The database
    writes what its figure says."""
    partners = await connection.fetchrow(_PARTNERS)
    if partners is None:
        return
    place, offer, now = partners["organisation_id"], new_id(), today()
    starts, ends = now + timedelta(days=90), now + timedelta(days=180)
    async with connection.transaction():
        await connection.execute(_OFFER, place, offer, now)
        await connection.execute(_DATE, place, offer, new_id(), starts, ends)
        review_on = now + timedelta(days=300)
        await connection.execute(_RECORD, place, offer, new_id(), group, figure, review_on, partners["name"])
