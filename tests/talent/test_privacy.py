"""Raw SQL as the application's role: what each pair of eyes sees, and what they cannot write."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.db import Sessions, see_as
from tests.builders import NOBODY, Builder

TABLES = ("pipeline_memberships", "membership_states", "request_referrals", "retirement_years", "potential_threads")


class Scene:
    here: UUID
    there: UUID
    kept: UUID
    left: UUID
    pipeline: UUID
    membership: UUID
    eyes: Mapping[str, Actor]


@pytest.fixture(scope="module")
async def scene(admin: AsyncEngine) -> Scene:
    """Somebody in a pipeline, asked about a request and followed by a thread, with a year of retirement; somebody who
    left; somebody whose membership lapsed; all employed here."""
    make, scene = Builder(admin), Scene()
    scene.here, scene.there = await make.organisation(), await make.organisation()
    scene.kept, scene.left, lapsed = [await make.person(scene.here) for _ in range(3)]
    scene.pipeline = await make.pipeline(scene.here)
    scene.membership = await make.membership(scene.kept, scene.here, scene.pipeline, "ready_now")
    await make.membership(scene.left, scene.here, scene.pipeline, state="left")
    await make.membership(lapsed, scene.here, scene.pipeline, expires_on=today() - timedelta(days=1))
    request = await make.wanted(scene.there)
    await make.candidate(scene.kept, scene.here, scene.there, request, consent="agreed")
    await make.candidate(scene.left, scene.here, scene.there, request, consent="declined")
    await make.thread(scene.here, UUID(NOBODY), subject="person", person_id=scene.kept, state="asked")
    async with admin.begin() as connection:
        years = text("INSERT INTO retirement_years (person_id, year) VALUES (:p, 2040)")
        await connection.execute(years, [{"p": scene.kept}, {"p": scene.left}])
    colleague = await make.person(scene.here)

    def partner(place: UUID) -> Actor:
        return Actor("P", None, colleague, permissions={"people.read": frozenset({place})})

    manager = Actor("M", None, colleague, permissions={"people.find": frozenset({scene.here})})
    scene.eyes = {"partner": partner(scene.here), "foreign partner": partner(scene.there), "manager": manager}
    scene.eyes = {**scene.eyes, "person": Actor("K", None, scene.kept), "leaver": Actor("L", None, scene.left)}
    return scene


async def rows(sessions: Sessions, who: Actor) -> dict[str, int]:
    async with sessions() as session, session.begin():
        await see_as(session, who)
        return {table: (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() for table in TABLES}


@pytest.mark.parametrize(
    ("who", "counts"),
    [
        ("partner", (1, 2, 1, 0, 0)),
        ("foreign partner", (0, 0, 0, 0, 0)),
        ("manager", (0, 0, 0, 0, 0)),
        ("person", (1, 2, 1, 1, 1)),
        ("leaver", (1, 1, 1, 1, 0)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_who_sees_what_with_no_where(sessions: Sessions, scene: Scene, who: str, counts: tuple[int, ...]) -> None:
    assert tuple((await rows(sessions, scene.eyes[who])).values()) == counts


REFUSED = r"permission denied|row-level security"
NEVER = ("change a stage without a step", "take a step back", "rewrite a step", "rewrite what was seen")
WRITES = {
    "state their own stage": "INSERT INTO membership_states"
    " (person_id, membership_id, number, step, stage, words, by_id)"
    " VALUES ('{kept}', '{membership}', 3, 'reviewed', 'ready_now', 'x', '{kept}')",
    "change a stage without a step": "UPDATE pipeline_memberships SET stage = 'placed'",
    "take a step back": "DELETE FROM membership_states",
    "rewrite a step": "UPDATE membership_states SET words = 'x'",
    "agree for somebody": "UPDATE request_referrals SET consent = 'agreed'",
    "enter somebody": "INSERT INTO pipeline_memberships (person_id, id, pipeline_id, organisation_id, source)"
    " VALUES ('{left}', gen_random_uuid(), '{pipeline}', '{here}', 'self')",
    "speak for somebody": "INSERT INTO membership_states (person_id, membership_id, number, step, stage, words, by_id)"
    " VALUES ('{kept}', '{membership}', 3, 'objected', 'ready_now', 'x', '{kept}')",
    "rewrite what was seen": "UPDATE thread_observations SET what = 'x'",
}
FORBIDDEN = [
    ("person", "state their own stage"),
    *((who, what) for who in ("person", "partner", "foreign partner") for what in NEVER),
    *((who, what) for who in ("partner", "manager") for what in ("enter somebody", "speak for somebody")),
]


@pytest.mark.parametrize(("who", "what"), FORBIDDEN)
async def test_what_nobody_can_write(sessions: Sessions, scene: Scene, who: str, what: str) -> None:
    statement = WRITES[what].format(**vars(scene))
    async with sessions() as session, session.begin() as change:
        await see_as(session, scene.eyes[who])
        with pytest.raises(Exception, match=REFUSED):
            await session.execute(text(statement))
        await change.rollback()


async def test_nobody_agrees_for_somebody_else(make: Builder, sessions: Sessions, admin: AsyncEngine) -> None:
    here = await make.organisation()
    request = await make.wanted(here)
    asked = await make.candidate(await make.person(here), here, here, request)
    eyes = Actor("P", None, await make.person(here), permissions={"people.read": frozenset({here})})
    async with sessions() as session, session.begin():
        await see_as(session, eyes)
        await session.execute(text(WRITES["agree for somebody"]))
    async with admin.connect() as connection:
        found = await connection.execute(text("SELECT consent FROM request_referrals WHERE id = :id"), {"id": asked})
        assert found.scalar_one() == "asked"


async def test_the_analyst_reads_years_and_conditions_and_no_words(analyst: Sessions, scene: Scene) -> None:
    async with analyst() as session:
        assert (await session.execute(text("SELECT count(year) FROM retirement_years"))).scalar_one() >= 2
        await session.execute(text("SELECT conditions FROM thread_observations"))
    for statement in (
        "SELECT words FROM membership_states",
        "SELECT what FROM thread_observations",
        "SELECT why FROM critical_roles",
        "SELECT title FROM potential_threads",
        "SELECT words FROM talent_requests",
    ):
        async with analyst() as session:
            with pytest.raises(Exception, match="permission denied"):
                await session.execute(text(statement))
