"""The six people the demo lets you be. Three of them are staff of the made-up system, given names that the manual can
use.
"""

from datetime import date, timedelta
from uuid import UUID

import asyncpg
import polars as pl

from analytics.synthetic import System
from service.access.grants import Role
from service.access.personas import Persona
from service.cli.made_up import Loaded
from service.cli.story import tell
from service.kit.ids import new_id

Connection = asyncpg.Connection


async def cast(connection: Connection, system: System, loaded: Loaded, today: date) -> list[Persona]:
    """Opens an account for each persona, in one transaction, and says what each can do."""
    home, partner, staff, facilitator = _choose(system, today)
    here = loaded.organisations[home]
    name_of_home = system.organisations.filter(code=home)["name"].item()
    async with connection.transaction():
        await _rename(connection, loaded.people[partner - 1], "Bronwen", "Parry")
        await _rename(connection, loaded.people[staff - 1], "Amara", "Okafor")
        await _rename(connection, loaded.people[facilitator - 1], "Daniel", "Whitlock")
        await tell(connection, here, loaded.people[partner - 1], loaded.people[staff - 1], today)
        return [
            await _open(connection, "Bronwen Parry", f"HR partner, {name_of_home}",
                        "Looks after people and posts, imports the workforce file, logs career conversations.",
                        [(Role.HR_PARTNER, here)], loaded.people[partner - 1]),
            await _open(connection, "Amara Okafor", f"Member of staff, {name_of_home}",
                        "Sees her own record: where she is, her conversations, her answers, and who has read it.",
                        [], loaded.people[staff - 1]),
            await _open(connection, "Rhodri Vaughan-Lloyd", "System leader, all organisations",
                        "Reads the released reports. Sees no person’s record.", [(Role.SYSTEM_LEADER, None)]),
            await _open(connection, "Daniel Whitlock", f"Facilitator, {name_of_home}",
                        "Holds career conversations and logs them.", [(Role.FACILITATOR, here)],
                        loaded.people[facilitator - 1]),
            await _open(connection, "Ines Carvalho", "Administrator, all organisations",
                        "Looks after organisations, grades and who may do what. Sees no person’s record.",
                        [(Role.ADMINISTRATOR, None)]),
            await _open(connection, "Thomas Adeyemi", "Auditor, all organisations",
                        "Reads the trail of who did, or read, what. Nothing else.", [(Role.AUDITOR, None)]),
        ]  # fmt: skip


def _choose(system: System, today: date) -> tuple[str, int, int, int]:
    """The largest organisation; the two who hold most of its conversations; and somebody the first of them will see
    again soon.
    """
    open_now = system.spells.filter(pl.col("ended").is_null(), kind="substantive")
    home = open_now["organisation"].value_counts(sort=True)["organisation"][0]
    staff_here = open_now.filter(organisation=home)["person"].implode()
    held = system.conversations.filter(
        pl.col("person").is_in(staff_here), pl.col("facilitator").is_in(staff_here), organisation=home
    )
    partner, facilitator = (
        held["facilitator"]
        .value_counts(sort=True)
        .sort("count", "facilitator", descending=[True, False])["facilitator"][:2]
    )
    soon = (pl.col("next_due_on") - pl.lit(today + timedelta(days=7))).abs()
    nurses = open_now.filter(pl.col("level").is_between(5, 7), organisation=home, staff_group="nursing_midwifery")[
        "person"
    ].implode()
    known = open_now.filter(pl.col("job_title").is_in(["Ward manager", "Staff nurse"]), organisation=home)[
        "person"
    ].implode()
    theirs = held.filter(pl.col("person").is_in(nurses), facilitator=partner).sort(soon, "person")
    theirs = theirs.sort(pl.col("person").is_in(known), descending=True, maintain_order=True)
    if theirs.is_empty():
        theirs = held.filter(pl.col("person") != facilitator, facilitator=partner)
    return home, partner, theirs["person"][0], facilitator


async def _rename(connection: Connection, person_id: UUID, given: str, family: str) -> None:
    named = "UPDATE people SET given_name = $2, family_name = $3, email = $4 WHERE id = $1"
    await connection.execute(named, person_id, given, family, _address(f"{given} {family}"))
    # A changed address is one that nobody has confirmed.
    await connection.execute("UPDATE people SET email_confirmed = true WHERE id = $1", person_id)
    await connection.execute(
        "UPDATE employments SET listed_as = $2 WHERE person_id = $1", person_id, f"{family}, {given}"
    )


async def _open(
    connection: Connection,
    name: str,
    title: str,
    can: str,
    held: list[tuple[Role, UUID | None]],
    person_id: UUID | None = None,
) -> Persona:
    account_id = new_id()
    await connection.execute(
        "INSERT INTO accounts (id, name, email, person_id) VALUES ($1, $2, $3, $4)",
        account_id,
        name,
        _address(name),
        person_id,
    )
    for role, organisation_id in held:
        columns = "id, account_id, role, organisation_id, granted_by"
        granted = f"INSERT INTO grants ({columns}) VALUES ($1, $2, $3, $4, 'the demo')"  # noqa: S608 - our own words
        await connection.execute(granted, new_id(), account_id, role.value, organisation_id)
    return Persona(str(account_id), name, title, can)


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@ridgeway.example"
