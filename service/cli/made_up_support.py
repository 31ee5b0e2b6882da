"""Mentors, things to share, and records of positive action of a made-up system: the same for the same system."""

from datetime import date, timedelta
from uuid import UUID

import asyncpg

from service.cli.made_up_proposal import propose
from service.kit.ids import new_id
from service.offers.rules.evidence import Share, figures

# (kind, what it is, how it is borrowed, days until it ends)
SHARED = (
    ("room", "Training room for 20 with video screen", "Ask the education centre two weeks before.", None),
    ("room", "Simulation suite, half days", "Ask the simulation team. Bring your own faculty.", None),
    ("room", "Quiet rooms for coaching, town centre", "Book through the library desk.", None),
    ("coach", "Two accredited team coaches, four days a year", "Ask the organisational development team.", None),
    ("coach", "Action learning set facilitator", "Ask the leadership team. Six meetings at most.", 300),
    ("coach", "Trainer for difficult conversations", "Ask the people team. Travel is paid by you.", None),
    ("licence", "Online course on inclusive leadership, 50 seats", "Ask the learning team for a seat.", 200),
    ("licence", "Reflective practice journal, 120 seats", "Ask the learning team. Free until they are used.", 120),
    ("dataset", "Exit interviews of five years, coded", "Ask the workforce analysts. Counts only.", None),
    ("dataset", "Survey of time to learn, 2026", "Ask the research team. Results by service.", None),
    ("equipment", "Twelve tablets for bedside teaching", "Ask the education centre. One month at a time.", None),
    ("equipment", "Portable hearing loop and speakers", "Ask the estates desk a week before.", None),
    ("material", "First hundred days as a ward manager: handbook", "Ask the leadership team for the files.", None),
    ("material", "Facilitator's guide: board observers", "Ask the company secretary's office.", None),
    ("material", "Mentor preparation, half-day workshop", "Ask the learning team. Yours to change.", None),
)
TOPICS = (
    "ways.relating", "ways.being", "ways.thinking", "ways.doing", "leadership.people", "leadership.together",
    "leadership.learning", "leadership.purpose",
)  # fmt: skip
WANTED = (
    "I lead my first team and want to learn how to give feedback that helps.",
    "I would like to move from a ward to a community service and do not know how to begin.",
    "I sit in meetings with people far above my grade and want to find my voice there.",
)
# Whoever holds a senior post now, spread over the organisations; `turn` is their place there.
_SENIORS = """
    SELECT person_id FROM (
        SELECT a.person_id, a.organisation_id,
               row_number() OVER (PARTITION BY a.organisation_id ORDER BY hashtext(e.employee_number)) AS turn
          FROM assignments a
          JOIN employments e ON e.organisation_id = a.organisation_id AND e.person_id = a.person_id
          JOIN crosswalk_entries c ON c.scheme = a.grade_scheme AND c.grade = a.grade
           AND c.version = (SELECT max(version) FROM crosswalk_versions)
         WHERE a.kind = 'substantive' AND a.ended IS NULL AND c.level >= $1 AND c.level <= $2) s
     ORDER BY turn, organisation_id LIMIT $3
"""
_OFFERS = """
    SELECT organisation_id, id, title FROM offers
     WHERE state = 'published' AND closes_on > $1::date + 30 AND priority_until IS NULL AND NOT is_targeted
     ORDER BY made_at, id LIMIT 2
"""
_RECORD = """
    INSERT INTO positive_action_records (organisation_id, id, subject, subject_id, title, group_described, evidence,
        figure, release_id, comparator, rationale, proportionality, alternatives, owner_id, review_on, state,
        approved_by, approved_on, written_at)
    VALUES ($1, $2, 'offer', $3, $4, 'people from Black and minority ethnic backgrounds',
        'They were 0.71 times as likely to hold a post at level 8 or 9 as everyone else (range 0.60 to 0.84).',
        'Representation at levels 8 and 9', $5, 'Everyone else who works in the system',
        'Fewer of them hold senior posts than their share of the people one step below, and fewer apply.',
        'The window lasts three weeks. Afterwards everyone applies alike, and places go to those who fit best.',
        'We advertised more widely and ran open evenings. The share of applications did not change.',
        (SELECT person_id FROM employments
          WHERE organisation_id = $1 AND ended IS NULL ORDER BY employee_number LIMIT 1),
        $6, 'approved', 'Ruth Adeyemi, director of people', $7, $7::date + time '12:00')
"""

# Whom the records are about, by the group whose figure they cite.
CITED = {
    "black": "people from Black backgrounds",
    "asian": "people from Asian backgrounds",
    "disabled": "disabled people",
    "female": "women",
}
# What was published was checked first; every third time nobody could tell.
_CHECKS = """
    INSERT INTO inclusion_checks (organisation_id, id, subject, subject_id, stage, finding, looked_at, will_do,
                                  owner_account_id, owner, at)
    SELECT organisation_id, gen_random_uuid(), 'offer', id, 'publish',
           CASE WHEN turn % 3 = 0 THEN 'could_not_tell' ELSE 'fair' END,
           CASE WHEN turn % 3 = 0 THEN ''
                ELSE 'Take-up of offers like this: no group below 0.8 times everyone else, release 1' END,
           CASE WHEN turn % 3 = 0 THEN 'Ask for answers to the equality questions, then look again' ELSE '' END,
           gen_random_uuid(), 'Ruth Adeyemi', published_at
      FROM (SELECT *, row_number() OVER (ORDER BY made_at, id) AS turn FROM offers WHERE published_at IS NOT NULL) o
"""


async def load_support(connection: asyncpg.Connection, today: date) -> int:
    """Needs an administrator's connection, and posts and offers in the database. How many mentors there are."""
    mentors = [row["person_id"] for row in await connection.fetch(_SENIORS, 7, 9, 20)]
    await _mentors(connection, mentors)
    await _requests(connection, mentors, [row["person_id"] for row in await connection.fetch(_SENIORS, 5, 6, 12)])
    await _assets(connection, today)
    await _records(connection, today)
    await connection.execute(_CHECKS)
    return len(mentors)


async def cite_a_figure(connection: asyncpg.Connection) -> None:
    """Once there is a release: the records cite a figure of it, as every record that is approved by people does."""
    asked = """
        SELECT r.id, r.number, r.snapshot_on, t.part, f."group", f.level, f.share, f.low, f.high
          FROM releases r JOIN release_tables t ON t.release_id = r.id
         CROSS JOIN LATERAL jsonb_to_recordset(t.rows)
                 AS f ("group" text, level text, share float8, low float8, high float8)
         WHERE r.state = 'published' AND t.measure = 'representation' AND t.organisation = '' AND f.share IS NOT NULL"""
    found = figures(Share(*row) for row in await connection.fetch(asked))
    named = [one for one in found if one.here.group in CITED]
    if not named:
        return
    chosen = max(named, key=lambda one: (one.is_clear, one.here.level))
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(
            "UPDATE positive_action_records SET release_id = $1, figure = $2, evidence = $3, group_described = $4",
            chosen.here.release_id, chosen.code, chosen.sentence, CITED[chosen.here.group],
        )  # fmt: skip
    await propose(connection, chosen.code, CITED[chosen.here.group])


async def _mentors(connection: asyncpg.Connection, people: list[UUID]) -> None:
    columns = ("person_id", "kind", "capacity", "topics", "level_from", "level_to", "ways", "languages")
    rows = [
        (person, "coach" if n % 4 == 3 else "mentor", 1 + n % 4, [TOPICS[n % 8], TOPICS[(n * 3 + 1) % 8]], 1 + n % 5,
         9 if n % 3 else 7, ["in_person", "video"] if n % 2 else ["video", "phone"],
         "Welsh" if n % 7 == 2 else "British Sign Language" if n % 9 == 5 else "")
        for n, person in enumerate(people)
    ]  # fmt: skip
    await connection.copy_records_to_table("mentors", columns=list(columns), records=rows)


async def _requests(connection: asyncpg.Connection, mentors: list[UUID], people: list[UUID]) -> None:
    """Some wait, most were accepted, one was declined and one has ended: through the history, which counts places."""
    for n, (person, mentor) in enumerate(zip(people, mentors, strict=False)):
        if person == mentor:
            continue
        key = new_id()
        asked = "INSERT INTO mentor_requests (person_id, id, mentor_id, words) VALUES ($1, $2, $3, $4)"
        await connection.execute(asked, person, key, mentor, WANTED[n % 3])
        steps = ["asked", *([] if n % 4 == 0 else ["declined"] if n == 5 else ["accepted"])]
        for number, state in enumerate(steps + (["ended"] if n == 7 else []), 1):
            await connection.execute(
                "INSERT INTO mentor_request_states (person_id, request_id, number, state, by_id, reason)"
                " VALUES ($1, $2, $3, $4, $5, $6)",
                person, key, number, state, mentor if number > 1 else person,
                "no_time" if state == "declined" else None,
            )  # fmt: skip


async def _assets(connection: asyncpg.Connection, today: date) -> None:
    places = [row["id"] for row in await connection.fetch("SELECT id FROM organisations ORDER BY code")]
    columns = ("organisation_id", "id", "kind", "what", "how_to_borrow", "available_to", "state")
    rows = [
        (places[n * 5 % len(places)], new_id(), kind, what, how, today + timedelta(days) if days else None,
         "in_use" if n % 10 == 4 else "shared")
        for n, (kind, what, how, days) in enumerate((*SHARED, *SHARED))
    ]  # fmt: skip
    await connection.copy_records_to_table("assets", columns=list(columns), records=rows)


async def _records(connection: asyncpg.Connection, today: date) -> None:
    """One in force with an open window; one past its review date, which closed its window by itself."""
    for offer, age in zip(await connection.fetch(_OFFERS, today), (60, 400), strict=False):
        approved_on = today - timedelta(age)
        review_on, until = approved_on + timedelta(330), min(today + timedelta(20), approved_on + timedelta(300))
        key = (offer["organisation_id"], new_id(), offer["id"], offer["title"], new_id())
        await connection.execute(_RECORD, *key, review_on, approved_on)
        # The window of the second was published while its record stood.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("UPDATE offers SET priority_until = $2 WHERE id = $1", offer["id"], until)
        await connection.execute("SET session_replication_role = origin")
