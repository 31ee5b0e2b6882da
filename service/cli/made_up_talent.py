"""People who could step up in a made-up system: ways to do so with people at every stage, roles that would be missed,
requests between employers, and threads of what flourishes. The same for the same system.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import asyncpg

from service.cli.made_up_talent_words import NOTED, PIPELINES, REQUESTS, REVIEWED, ROLES, THREADS, WHY_ENTERED
from service.kit.ids import new_id

Row = tuple[Any, ...]
Connection = asyncpg.Connection

# Whoever could plausibly be in a pipeline: of the family's staff group, and of the organisation that is asked first.
_WORKERS = """
    SELECT a.organisation_id, a.person_id, a.id
      FROM assignments a
     WHERE a.ended IS NULL AND a.kind = 'substantive' AND a.staff_group = $1
       AND NOT EXISTS (SELECT 1 FROM accounts c WHERE c.person_id = a.person_id)
     ORDER BY a.organisation_id = $2 DESC, abs(hashtext(a.person_id::text)), a.person_id LIMIT $3
"""
_STAFF_GROUPS = {"nursing": "nursing_midwifery", "midwifery": "nursing_midwifery", "social_work": "social_care"}
_STAGES = (
    "feeder",
    "feeder",
    "developing",
    "developing",
    "developing",
    "ready_soon",
    "ready_soon",
    "ready_now",
    "placed",
)
# What the trigger set as of today is set back to when it would have happened.
_DATES = """
    UPDATE pipeline_memberships
       SET entered_on = $3::date, reviewed_on = $4, expires_on = $5, shown_to = $6, changed_at = $3::date
     WHERE person_id = $1 AND id = $2
"""


class Talent:
    """Where it is put, and whom the demo lets you be: the HR partner and the member of staff of one employer."""

    def __init__(self, connection: Connection, today: date) -> None:
        self.connection = connection
        self.today = today
        self.random = Random("talent")  # noqa: S311 - made up, and the same each time
        self.places: list[UUID] = []
        self.partner: UUID | None = None
        self.person: UUID | None = None
        self.pipelines: dict[str, UUID] = {}

    @property
    def home(self) -> UUID:
        return self.places[0]

    def place(self, number: int) -> UUID:
        """The home first, then the others in turn."""
        return self.places[number % len(self.places)]

    async def add(self, table: str, **row: Any) -> UUID:
        """One row, with an id of its own unless it has another key. Returns the id."""
        columns = list(row)
        marks = ", ".join(f"${number}" for number in range(1, len(row) + 1))
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own words
        await self.connection.execute(sql, *row.values())
        return row.get("id", self.home)

    async def workers(self, family: str, first: UUID, number: int) -> list[asyncpg.Record]:
        group = _STAFF_GROUPS.get(family, "administrative_clerical")
        return await self.connection.fetch(_WORKERS, group, first, number)


async def load_talent(connection: Connection, today: date) -> None:
    """Needs an administrator's connection, people and posts in the database, and the demo's accounts."""
    talent = Talent(connection, today)
    await _know(talent)
    await _pipelines(talent)
    await _roles(talent)
    await _requests(talent)
    await _threads(talent)
    await _acting_up(talent)
    await connection.execute("ANALYZE pipeline_memberships, membership_states, request_referrals")


async def _know(talent: Talent) -> None:
    """The largest employer first: it is the home of those whom the demo lets you be."""
    rows = await talent.connection.fetch(
        "SELECT organisation_id FROM employments WHERE ended IS NULL GROUP BY 1 ORDER BY count(*) DESC, 1"
    )
    asked = (
        "SELECT c.person_id, g.organisation_id FROM accounts c LEFT JOIN grants g ON g.account_id = c.id"
        " WHERE c.name = $1"
    )
    partner = await talent.connection.fetchrow(asked, "Bronwen Parry")
    person = await talent.connection.fetchrow(asked, "Amara Okafor")
    home = partner["organisation_id"] if partner else rows[0][0]
    talent.places = [home, *(row[0] for row in rows if row[0] != home)]
    talent.partner = partner["person_id"] if partner else None
    talent.person = person["person_id"] if person else None


async def _pipelines(talent: Talent) -> None:
    for number, (code, title, family, level, purpose, criteria, owner) in enumerate(PIPELINES):
        place = talent.home if number < 3 else talent.place(number)
        key = await talent.add(
            "pipelines", id=new_id(), organisation_id=place, title=title, family_code=family, level=level,
            purpose=purpose, criteria=criteria, owner=owner,
            in_scope=[place] if code == "people" else [], opened_on=talent.today - timedelta(days=700 - 60 * number),
        )  # fmt: skip
        talent.pipelines[code] = key
        if number != 1:
            await _check(talent, place, key)
        for turn, worker in enumerate(await talent.workers(family, talent.place(number), 28)):
            await _member(talent, key, worker, turn)
    if talent.person and talent.partner:
        await _our_person(talent, talent.person, talent.partner)


async def _check(talent: Talent, place: UUID, pipeline: UUID) -> None:
    await talent.add(
        "inclusion_checks", id=new_id(), organisation_id=place, subject="pipeline", subject_id=pipeline,
        stage="publish", finding="could_not_tell", looked_at="", owner_account_id=new_id(), owner="Talent team",
        will_do="Ask the staff networks who has not heard of it, and look again in March.",
    )  # fmt: skip


async def _member(talent: Talent, pipeline: UUID, worker: asyncpg.Record, turn: int) -> None:
    """One in eleven has lapsed, one in thirteen has left, and one in a pipeline waits for their own yes."""
    stage = _STAGES[turn % len(_STAGES)]
    entered = talent.today - timedelta(days=60 + talent.random.randrange(280 if stage == "feeder" else 600))
    reviewed = None if stage == "feeder" else max(entered, talent.today - timedelta(days=20 + 37 * (turn % 9)))
    person, place = worker["person_id"], worker["organisation_id"]
    source = ("self", "self", "manager", "peer")[turn % 4]
    key = await _enter(talent, person, place, pipeline, source=source)
    own, by = (person, key), talent.partner if place == talent.home and talent.partner else new_id()
    if source != "self":
        before = entered - timedelta(days=4)
        await _step(talent, own, 1, "nominated", "feeder", by, talent.random.choice(NOTED), before)
        if turn == 14:
            return
    number = 1 if source == "self" else 2
    entry = "entered" if source == "self" else "accepted"
    await _step(talent, own, number, entry, "feeder", person, talent.random.choice(WHY_ENTERED), entered)
    if reviewed:
        words = talent.random.choice(REVIEWED[stage])
        await _step(talent, own, number + 1, "reviewed", stage, by, words, reviewed)
    if turn % 13 == 7:
        await _step(talent, own, number + (2 if reviewed else 1), "left", stage, person, "", talent.today)
    stands = (reviewed or entered) + timedelta(days=365)
    expires = talent.today - timedelta(days=12) if turn % 11 == 5 else max(stands, talent.today + timedelta(days=9))
    shown = [talent.home] if place != talent.home and turn % 5 == 0 else []
    await talent.connection.execute(_DATES, person, key, entered, reviewed, expires, shown)


async def _enter(talent: Talent, person: UUID, place: UUID, pipeline: UUID, source: str) -> UUID:
    about = {"pipeline_id": pipeline, "organisation_id": place, "source": source}
    return await talent.add("pipeline_memberships", person_id=person, id=new_id(), **about)


async def _step(
    talent: Talent, key: tuple[UUID, UUID], number: int, step: str, stage: str, by: UUID, words: str, on: date
) -> None:
    row = {"person_id": key[0], "membership_id": key[1], "number": number}
    at = datetime.combine(on, time(14, 20), UTC)
    await talent.add("membership_states", **row, step=step, stage=stage, by_id=by, words=words, at=at)


async def _our_person(talent: Talent, person: UUID, partner: UUID) -> None:
    """The member of staff is on one way, reviewed by the HR partner, and was put forward for another."""
    entered, reviewed = talent.today - timedelta(days=340), talent.today - timedelta(days=320)
    key = await _enter(talent, person, talent.home, talent.pipelines["matron"], "self")
    await _step(talent, (person, key), 1, "entered", "feeder", person, WHY_ENTERED[0], entered)
    await _step(talent, (person, key), 2, "reviewed", "developing", partner, REVIEWED["developing"][0], reviewed)
    await talent.connection.execute(_DATES, person, key, entered, reviewed, reviewed + timedelta(days=365), [])
    asked = await _enter(talent, person, talent.home, talent.pipelines["community"], "peer")
    yesterday = talent.today - timedelta(days=1)
    await _step(talent, (person, asked), 1, "nominated", "feeder", partner, NOTED[0], yesterday)


async def _roles(talent: Talent) -> None:
    for number, (title, family, level, why) in enumerate(ROLES):
        place = talent.home if number < 5 else talent.place(number)
        holder = next((one for one in await talent.workers(family, place, 40) if one["organisation_id"] == place), None)
        await talent.add(
            "critical_roles", organisation_id=place, id=new_id(), title=title, family_code=family, level=level, why=why,
            assignment_id=holder["id"] if holder and number % 4 else None,
            review_on=talent.today + timedelta(days=20 + 25 * number),
        )  # fmt: skip


async def _requests(talent: Talent) -> None:
    for number, (title, family, level, capability, words, state, reason) in enumerate(REQUESTS):
        place = talent.place(number)
        starts = talent.today + timedelta(days=30 + 9 * number if state == "open" else -200)
        key = await talent.add(
            "talent_requests", organisation_id=place, id=new_id(), title=title, family_code=family, level=level,
            starts=starts, ends=starts + timedelta(days=180), capability=capability, words=words, state=state,
            reason=reason, opened_on=min(talent.today - timedelta(days=12 + number), starts),
            closed_on=None if state == "open" else starts,
        )  # fmt: skip
        for turn, worker in enumerate(await talent.workers(family, talent.home, 4)):
            await _asked(talent, key, place, worker, turn, state)
        if number == 1 and talent.person and talent.partner:
            await _ask(talent, talent.person, key, place, talent.home, consent="asked")


async def _asked(talent: Talent, request: UUID, requester: UUID, worker: asyncpg.Record, turn: int, state: str) -> None:
    """Of those who were asked, one has agreed, one was put forward, one said no and one has not answered; a request
    that was filled was so by the second."""
    stands = (
        {"consent": "agreed"},
        {"consent": "agreed", "referral": "referred"},
        {"consent": "declined"},
        {"consent": "asked"},
    )
    more: dict[str, Any] = dict(stands[turn])
    if state == "filled" and turn == 1:
        more["outcome"] = "selected"
    if state == "unfilled" and turn < 2:
        more |= {"referral": "not_referred", "reason": "dates_do_not_fit"}
    await _ask(talent, worker["person_id"], request, requester, worker["organisation_id"], **more)


async def _ask(talent: Talent, person: UUID, request: UUID, requester: UUID, employer: UUID, **more: Any) -> None:
    by = talent.partner if employer == talent.home and talent.partner else new_id()
    asked = datetime.combine(talent.today - timedelta(days=9), time(10, 5), UTC)
    key = {"person_id": person, "id": new_id(), "request_id": request, "requester_id": requester, "asked_at": asked}
    await talent.add("request_referrals", **key, organisation_id=employer, asked_by_id=by, **more)


async def _threads(talent: Talent) -> None:
    for number, (subject, title, seen) in enumerate(THREADS):
        opener = talent.partner or new_id()
        about = talent.person if subject == "person" else None
        if subject == "person" and about is None:
            continue
        key = await talent.add(
            "potential_threads", id=new_id(), organisation_id=talent.home if number < 4 else talent.place(number),
            subject=subject, person_id=about, title=title, opened_by_id=opener,
            state="open" if seen else "asked", opened_on=talent.today - timedelta(days=500),
        )  # fmt: skip
        for turn, (place, what, why, conditions) in enumerate(seen, 1):
            await talent.add(
                "thread_observations", thread_id=key, number=turn, place=place, what=what, why=why, by_id=opener,
                conditions=conditions, seen_on=talent.today - timedelta(days=480 - 70 * turn - 45 * number),
            )  # fmt: skip


async def _acting_up(talent: Talent) -> None:
    """A few who act up at home until a day that is known."""
    for number, worker in enumerate(await talent.workers("nursing", talent.home, 60)):
        if number % 10 or worker["organisation_id"] != talent.home:
            continue
        await talent.add(
            "assignments", organisation_id=talent.home, id=new_id(), person_id=worker["person_id"], kind="acting_up",
            job_title="Acting ward manager", grade_scheme="afc", grade="7", staff_group="nursing_midwifery",
            fte=Decimal("0.2"), started=talent.today - timedelta(days=40),
            ended=talent.today + timedelta(days=20 + 11 * number),
        )  # fmt: skip
