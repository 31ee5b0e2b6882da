"""Puts a made-up system into an empty database, by COPY and in one transaction: it is all there, or none of it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import polars as pl

from analytics.synthetic import System
from service.kit.ids import new_id
from service.people.rules import CODE_LISTS, Characteristic

# What was said is the least real thing about a made-up person: a few plain sentences, the same for many.
SUMMARIES = {
    "initial": "What the work is like now and what would make it better. Wants to try another service before choosing.",
    "follow_up": "The shadowing went well. Next: a small project of their own, and a mentor from another organisation.",
    "stay": "Enjoys the team. Would think of leaving if the rota stayed as it is; we agreed whom to ask and by when.",
    "transition": "The first months in the new role. A peer at the same level helped; time to think is missing.",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the demo needs afterwards: identifiers by organisation code and by the made-up person's number."""

    organisations: dict[str, UUID]
    people: list[UUID]


async def load(connection: asyncpg.Connection, system: System) -> Loaded:
    """Copies every frame of `system` in. Needs an administrator's connection: COPY does not go through row security."""
    organisations = {code: new_id() for code in system.organisations["code"]}
    # Person n of the made-up system is people[n - 1]: their numbers run from 1 without a gap.
    people = [new_id() for _ in range(system.people.height)]
    loaded = Loaded(organisations, people)
    async with connection.transaction():
        await _copy(
            connection,
            "organisations",
            ("id", "code", "name", "kind", "ods_code"),
            _organisations(system, organisations),
        )
        await _copy(
            connection, "people", ("id", "given_name", "family_name", "birth_date", "email"), _people(system, people)
        )
        await _copy(
            connection,
            "employments",
            ("organisation_id", "person_id", "employee_number", "listed_as", "ended"),
            _employments(system, loaded),
        )
        await _copy(connection, "equality_answers", EQUALITY, _equality(system, people))
        await _copy(connection, "assignments", ASSIGNMENTS, _assignments(system, loaded))
        await _conversations(connection, system, loaded)
    await connection.execute("ANALYZE")
    return loaded


EQUALITY = ("person_id", "characteristic", "code", "code_list", "code_list_version", "source")
ASSIGNMENTS = (
    "organisation_id", "id", "person_id", "kind", "job_title", "grade_scheme", "grade", "staff_group",
    "fte", "started", "ended", "end_reason", "destination",
)  # fmt: skip
CONVERSATIONS = (
    "person_id", "id", "organisation_id", "facilitator_id", "recorded_by_id", "kind", "held_on",
    "next_due_on", "state", "agreed_on", "agreed_wording", "version", "recorded_at",
)  # fmt: skip
STATES = ("person_id", "conversation_id", "number", "state", "at", "by_id", "wording")
WORDINGS = ("person_id", "conversation_id", "number", "written_by_id", "written_at", "summary")


async def _copy(
    connection: asyncpg.Connection, table: str, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    await connection.copy_records_to_table(table, columns=list(columns), records=rows)


def _organisations(system: System, ids: dict[str, UUID]) -> Iterable[tuple[Any, ...]]:
    frame = system.organisations.select("code", "name", "kind", "ods_code")
    return ((ids[code], code, name, kind, ods) for code, name, kind, ods in frame.iter_rows())


def _people(system: System, ids: list[UUID]) -> Iterable[tuple[Any, ...]]:
    frame = system.people.select("person", "given_name", "family_name", "birth_date", "email")
    return ((ids[person - 1], *rest) for person, *rest in frame.iter_rows())


def _employments(system: System, loaded: Loaded) -> Iterable[tuple[Any, ...]]:
    listed = pl.concat_str("family_name", "given_name", separator=", ").alias("listed_as")
    ended = pl.when(pl.col("ended").is_null().any()).then(None).otherwise(pl.col("ended").max()).alias("ended")
    frame = (
        system.spells.sort("person", "organisation", "started")
        .group_by("organisation", "person", maintain_order=True)
        .agg(pl.col("employee_number").last(), ended)
        .join(system.people.select("person", listed), on="person")
        .select("organisation", "person", "employee_number", "listed_as", "ended")
    )
    for organisation, person, *rest in frame.iter_rows():
        yield loaded.organisations[organisation], loaded.people[person - 1], *rest


def _equality(system: System, ids: list[UUID]) -> Iterable[tuple[Any, ...]]:
    source = {
        Characteristic.ETHNICITY: "ethnicity_code",
        Characteristic.SEX: "sex",
        Characteristic.DISABILITY: "disability",
    }
    for characteristic, column in source.items():
        name, version, _ = CODE_LISTS[characteristic]
        codes = pl.col(column).replace({"Z": "not_stated", "99": "not_known"})
        for person, code in system.people.select("person", codes).iter_rows():
            yield ids[person - 1], characteristic.value, code, name, version, "employer"


def _assignments(system: System, loaded: Loaded) -> Iterable[tuple[Any, ...]]:
    fte = pl.col("fte").cast(pl.Decimal(4, 3))
    frame = system.spells.select(
        "organisation", "person", *[fte if name == "fte" else name for name in ASSIGNMENTS[3:]]
    )
    for organisation, person, *rest in frame.iter_rows():
        yield loaded.organisations[organisation], new_id(), loaded.people[person - 1], *rest


async def _conversations(connection: asyncpg.Connection, system: System, loaded: Loaded) -> None:
    """Each was agreed on the day it was held. What triggers would keep row by row is written at once, which takes
    seconds instead of minutes."""
    held = list(_held(system, loaded))
    kept = ("conversations", "conversation_states", "wordings")
    for table in kept:
        await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    rows = (
        (
            talk.person,
            talk.id,
            talk.here,
            talk.holder,
            talk.holder,
            talk.kind,
            talk.on,
            talk.due,
            "agreed",
            talk.on,
            1,
            3,
            talk.at,
        )
        for talk in held
    )
    await _copy(connection, "conversations", CONVERSATIONS, rows)
    await _copy(connection, "conversation_states", STATES, (state for talk in held for state in talk.states))
    wordings = ((talk.person, talk.id, 1, talk.holder, talk.at, SUMMARIES[talk.kind]) for talk in held)
    await _copy(connection, "wordings", WORDINGS, wordings)
    for table in kept:
        await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    await connection.execute("SELECT private.refresh_dues(ARRAY(SELECT id FROM people))")


@dataclass(frozen=True, slots=True)
class Talk:
    """A made-up conversation."""

    person: UUID
    id: UUID
    here: UUID
    holder: UUID
    kind: str
    on: date
    due: date | None

    @property
    def at(self) -> datetime:
        return datetime.combine(self.on, time(15), UTC)

    @property
    def states(self) -> Iterable[tuple[Any, ...]]:
        yield self.person, self.id, 1, "held", self.at, self.holder, None
        yield self.person, self.id, 2, "agreed", self.at + timedelta(hours=1), self.person, 1


def _held(system: System, loaded: Loaded) -> Iterable[Talk]:
    frame = system.conversations.select("person", "organisation", "facilitator", "kind", "held_on", "next_due_on")
    for person, organisation, facilitator, *rest in frame.iter_rows():
        holder = loaded.people[facilitator - 1]
        yield Talk(loaded.people[person - 1], new_id(), loaded.organisations[organisation], holder, *rest)
