"""What made-up people want next, what they have done and noted, and the leadership roles they are new in."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import polars as pl
from sqlalchemy.ext.asyncio import create_async_engine

from migrations.roles import APP
from service.cli.made_up_words import EVIDENCE
from service.kit.actor import the_service
from service.kit.db import driver_url, sessions_on, transaction
from service.kit.ids import new_id
from service.pathways.actions.transitions import open_transitions
from service.pathways.rules.aspirations import Timeframe, WillingToMove, WorkingPattern

Row = tuple[Any, ...]

TABLES: Mapping[str, tuple[str, ...]] = {
    "aspirations": (
        "person_id", "version", "target_family", "target_level", "target_tier", "place_id", "timeframe",
        "working_pattern", "willing_to_move", "is_muted", "said_at",
    ),
    "aspiration_hidden": ("person_id", "organisation_id"),
    "evidence": (
        "person_id", "id", "organisation_id", "framework_code", "framework_version", "dimension_code", "happened_on",
        "situation", "what_happened", "created_at",
    ),
    "evidence_shares": ("person_id", "evidence_id", "reader", "given_at"),
}  # fmt: skip

# Of a hundred people, how many have said what they want next, and how many have noted something they did.
SAID, NOTED = 38, 14
TIERS = {7: "enabled_leader", 8: "mid_senior", 9: "executive"}
LEADING = 7


class Paths:
    """Collects the rows of every table; `rows` is what to copy in."""

    def __init__(self, families: Mapping[str, Sequence[str]], organisations: Sequence[UUID], today: date) -> None:
        self._families, self._organisations, self._today = families, organisations, today
        self._every = sorted({family for some in families.values() for family in some})
        self._dice = Random(20261123)  # noqa: S311  made-up people, not secrets
        self.rows: dict[str, list[Row]] = {table: [] for table in TABLES}

    def wants(self, person: UUID, staff_group: str, level: int | None) -> None:
        """Mostly the next level of their own kind of work; some want to stay, some want something else."""
        dice = self._dice
        own = self._families.get(staff_group) or self._every
        family = dice.choice(own if dice.random() < 0.8 else self._every)
        now = level or 3
        aims = min(9, now + dice.choices([0, 1, 2], [30, 58, 12])[0])
        tier = TIERS.get(aims) if aims >= LEADING and dice.random() < 0.5 else None
        place = dice.choice(self._organisations) if dice.random() < 0.3 else None
        said = self._moment(dice.randint(5, 700))
        self.rows["aspirations"].append(
            (person, 1, family, None if tier else aims, tier, place, dice.choice(list(Timeframe)),
             dice.choice(list(WorkingPattern)), dice.choice(list(WillingToMove)), dice.random() < 0.03, said)
        )  # fmt: skip
        if dice.random() < 0.02:
            self.rows["aspiration_hidden"].append((person, dice.choice(self._organisations)))

    def notes(self, person: UUID, organisation: UUID) -> None:
        """One to three things that they did, by the ways of leading."""
        dice = self._dice
        for way in dice.sample(sorted(EVIDENCE), dice.randint(1, 3)):
            situation, happened = dice.choice(EVIDENCE[way])
            ago, key = dice.randint(10, 500), new_id()
            on, at = self._today - timedelta(days=ago), self._moment(max(1, ago - 3))
            self.rows["evidence"].append((person, key, organisation, "ways", 1, way, on, situation, happened, at))
            if dice.random() < 0.2:
                self.rows["evidence_shares"].append((person, key, "facilitator", at + timedelta(hours=1)))

    def _moment(self, days_ago: int) -> datetime:
        return datetime.combine(self._today - timedelta(days=days_ago), time(19, 5), UTC)


async def load_paths(
    connection: asyncpg.Connection,
    spells: pl.DataFrame,
    people: Sequence[UUID],
    organisations: Mapping[str, UUID],
    today: date,
) -> None:
    """`spells`: the made-up system's. Needs an administrator's connection."""
    families: dict[str, list[str]] = {}
    for row in await connection.fetch("SELECT code, staff_group FROM job_families ORDER BY code"):
        families.setdefault(row["staff_group"] or "", []).append(row["code"])
    paths = Paths(families, list(organisations.values()), today)
    dice = Random(20261124)  # noqa: S311
    held = spells.filter(pl.col("ended").is_null(), pl.col("kind") == "substantive").unique("person", keep="first")
    for person, place, staff_group, level in (
        held.sort("person").select("person", "organisation", "staff_group", "level").iter_rows()
    ):
        if dice.randrange(100) < SAID:
            paths.wants(people[person - 1], staff_group, level)
        if dice.randrange(100) < NOTED:
            paths.notes(people[person - 1], organisations[place])
    for table, columns in TABLES.items():
        await connection.copy_records_to_table(table, columns=list(columns), records=paths.rows[table])


async def open_made_up_transitions(database_url: str, organisations: Sequence[UUID]) -> None:
    """As an import would: every recent first post in a leadership tier opens a transition."""
    engine = create_async_engine(driver_url(database_url), connect_args={"server_settings": {"role": APP}})
    try:
        async with transaction(sessions_on(engine), the_service(*organisations)) as session:
            for organisation in organisations:
                await open_transitions(session, the_service(*organisations), organisation)
    finally:
        await engine.dispose()
