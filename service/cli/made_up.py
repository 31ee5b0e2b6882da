"""Puts a made-up system into an empty database, by COPY and in one transaction: it is all there, or none of it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import polars as pl

from analytics.synthetic import System
from service.cli.made_up_paths import load_paths
from service.cli.made_up_talks import Talks, copy_talks, known_codes, make_talks
from service.kit.ids import new_id
from service.people.rules import CODE_LISTS, Characteristic


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
        until = max(system.conversations["held_on"])
        version, codes = await known_codes(connection)
        # Where more people leave than elsewhere, something can be done in one of the places: plans wait there.
        raised = system.truths.filter(pl.col("what") == "leaving").get_column("organisation").to_list()
        talks = Talks(codes, version, until, waiting=[organisations[code] for code in raised[:1]])
        await copy_talks(connection, make_talks(system.conversations, people, organisations, talks))
        await load_paths(connection, system.spells, people, organisations, until)
    await connection.execute("ANALYZE")
    return loaded


EQUALITY = ("person_id", "characteristic", "code", "code_list", "code_list_version", "source")
ASSIGNMENTS = (
    "organisation_id", "id", "person_id", "kind", "job_title", "grade_scheme", "grade", "staff_group",
    "fte", "contract", "started", "ended", "end_reason", "destination",
)  # fmt: skip


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
