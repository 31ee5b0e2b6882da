"""What the demo's people have just been through, so that each of them finds something to do."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import asyncpg

from service.cli.made_up_talks import Talk, Talks, copy_talks, known_codes
from service.kit.ids import new_id

SAID = (
    "A first year as ward manager. Proud of the team’s induction, tired of firefighting the rota. Wants to see how"
    " community services plan their week before deciding between matron and a move across."
)
CODES = '{"growth_wanted": ["breadth"], "aspiration": ["other_service"], "barrier": ["time"], "support": ["shadowing"]}'
DID = (
    ("relating", "Two wards argued about who takes late admissions.",
     "I asked both teams to bring one evening each. We wrote the rule together, and it has held since June."),
    ("doing", "The huddle had become a reading of lists.",
     "We tried three questions instead, for two weeks. The night staff now start it themselves."),
    ("being", "A complaint named me.",
     "I read it out to the team first, said what I would do differently, and asked what they had seen."),
)  # fmt: skip


async def tell(connection: asyncpg.Connection, place: UUID, partner: UUID, person: UUID, today: date) -> None:
    """`partner` held a conversation with `person` five days ago, which waits to be agreed; another is planned; there is
    a plan, a wish and some evidence; and yesterday's conversation with somebody else still has to be logged.
    """
    version, codes = await known_codes(connection)
    talks = Talks(codes, version, today)
    talks.planned(Talk(person, place, partner, "follow_up", today, None), 9)
    other = await connection.fetchval(
        "SELECT person_id FROM conversation_dues WHERE organisation_id = $1 AND facilitator_id = $2 AND person_id <> $3"
        " ORDER BY person_id LIMIT 1",
        place,
        partner,
        person,
    )
    if other:
        talks.planned(Talk(other, place, partner, "follow_up", today, None), -1)
    await copy_talks(connection, talks)
    # Whoever was chosen leads a ward, so that there is something to go on from. Dates stay as they are.
    await connection.execute(
        "UPDATE assignments SET job_title = 'Ward manager', grade = '7', staff_group = 'nursing_midwifery'"
        " WHERE person_id = $1 AND ended IS NULL AND kind = 'substantive' AND grade_scheme = 'afc'",
        person,
    )
    await _waits(connection, place, partner, person, today)
    await _wants(connection, person, today)
    await _noted(connection, place, person, today)
    await _shows(connection, place, person, today)


async def _waits(connection: asyncpg.Connection, place: UUID, partner: UUID, person: UUID, today: date) -> None:
    held_on, key = today - timedelta(days=5), new_id()
    await connection.execute(
        "INSERT INTO conversations (person_id, id, organisation_id, facilitator_id, recorded_by_id, kind, mode,"
        " held_on, next_due_on, terms_version, facilitator_kind)"
        " VALUES ($1, $2, $3, $4, $4, 'follow_up', 'in_person', $5, $6, (SELECT max(version) FROM terms_versions),"
        " 'hr_partner')",
        person, key, place, partner, held_on, today + timedelta(days=180),
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO wordings (person_id, conversation_id, number, written_by_id, summary, barriers, codes)"
        " VALUES ($1, $2, 1, $3, $4, 'Study days are hard to cover on this ward.', $5)",
        person, key, partner, SAID, CODES,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO conversation_states (person_id, conversation_id, number, state, by_id)"
        " VALUES ($1, $2, 1, 'held', $3)",
        person, key, partner,
    )  # fmt: skip
    for text, owner, days in (
        ("Spend two days with the community team’s lead", person, 12),
        ("Ask the rota lead for cover in January", partner, -2),
    ):
        action = new_id()
        await connection.execute(
            "INSERT INTO plan_actions (person_id, id, organisation_id, conversation_id, facilitator_id, owner_id, text,"
            " support, due_on, opened_on) VALUES ($1, $2, $3, $4, $5, $6, $7, 'shadowing', $8, $9)",
            person, action, place, key, partner, owner, text, today + timedelta(days=days), held_on,
        )  # fmt: skip
        await connection.execute(
            "INSERT INTO plan_action_states (person_id, action_id, number, state, by_id)"
            " VALUES ($1, $2, 1, 'open', $3)",
            person, action, partner,
        )  # fmt: skip


async def _wants(connection: asyncpg.Connection, person: UUID, today: date) -> None:
    await connection.execute("DELETE FROM aspirations WHERE person_id = $1", person)
    await connection.execute(
        "INSERT INTO aspirations (person_id, version, target_family, target_level, timeframe, working_pattern,"
        " willing_to_move, said_at) VALUES ($1, 1, 'nursing', 8, 'one_to_three_years', 'full_time',"
        " 'anywhere_in_system', $2)",
        person, _at(today - timedelta(days=40)),
    )  # fmt: skip


async def _noted(connection: asyncpg.Connection, place: UUID, person: UUID, today: date) -> None:
    await connection.execute("DELETE FROM evidence WHERE person_id = $1", person)
    for number, (way, situation, happened) in enumerate(DID):
        await connection.execute(
            "INSERT INTO evidence (person_id, id, organisation_id, framework_code, framework_version, dimension_code,"
            " happened_on, situation, what_happened) VALUES ($1, $2, $3, 'ways', 1, $4, $5, $6, $7)",
            person, new_id(), place, way, today - timedelta(days=30 + 45 * number), situation, happened,
        )  # fmt: skip


async def _shows(connection: asyncpg.Connection, place: UUID, person: UUID, today: date) -> None:
    """Four colleagues whom something might help chose that their HR partners see it."""
    await connection.execute(
        "INSERT INTO prompt_shares (person_id, organisation_id, until)"
        " SELECT e.person_id, e.organisation_id, $3::date + 200 FROM employments e"
        "  WHERE e.organisation_id = $1 AND e.person_id <> $2 AND e.ended IS NULL"
        "    AND (EXISTS (SELECT 1 FROM plan_actions a WHERE a.person_id = e.person_id AND a.organisation_id = $1"
        "                    AND a.state = 'open' AND a.due_on < $3)"
        "         OR EXISTS (SELECT 1 FROM aftercare c WHERE c.person_id = e.person_id AND c.organisation_id = $1"
        "                       AND c.closed_at IS NULL AND c.talked_on IS NULL AND c.due_on < $3))"
        "  ORDER BY e.listed_as, e.person_id LIMIT 4",
        place, person, today,
    )  # fmt: skip


def _at(day: date) -> datetime:
    return datetime.combine(day, time(19, 30), UTC)
