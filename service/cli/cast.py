"""The people the demo lets you be. Five of them are staff of the made-up system, under names that the manual uses."""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg
import polars as pl

from analytics.synthetic import System
from service.access.grants import Role
from service.access.personas import Persona
from service.cli.made_up import Loaded
from service.cli.made_up_moves import LENT, lend
from service.cli.story import tell
from service.kit.ids import new_id

Connection = asyncpg.Connection


class Chosen(NamedTuple):
    """`home` is an organisation's code, the others are the made-up system's numbers of people who work there. `lent` is
    lent to `host`; neither is there in a system of one organisation.
    """

    home: str
    partner: int
    second: int
    staff: int
    facilitator: int
    host: str | None
    lent: int | None


async def cast(connection: Connection, system: System, loaded: Loaded, today: date) -> list[Persona]:
    """Opens an account for each persona, in one transaction, and says what each can do."""
    chosen = _choose(system, today)
    here = loaded.organisations[chosen.home]
    home = system.organisations.filter(code=chosen.home)["name"].item()
    person = {number: loaded.people[number - 1] for number in chosen if isinstance(number, int)}
    partner, second, staff, facilitator = (person[number] for number in chosen[1:5])
    async with connection.transaction():
        for who, given, family in (
            (partner, "Bronwen", "Parry"),
            (second, "Meera", "Pritchard"),
            (staff, "Amara", "Okafor"),
            (facilitator, "Daniel", "Whitlock"),
        ):
            await _rename(connection, who, given, family)
        await tell(connection, here, partner, staff, today)
        found = [
            await _open(connection, "Bronwen Parry", f"HR partner, {home}",
                        "Looks after people and posts, imports the workforce file, logs career conversations.",
                        [(Role.HR_PARTNER, here)], partner),
            await _open(connection, "Meera Pritchard", f"Second HR partner, {home}",
                        "Approves what Bronwen wrote, and chooses somebody else where a person said no.",
                        [(Role.HR_PARTNER, here)], second),
            await _open(connection, "Amara Okafor", f"Member of staff, {home}",
                        "Sees her own record: where she is, her conversations, her answers, and who has read it.",
                        [], staff),
            await _open(connection, "Daniel Whitlock", f"Facilitator, {home}",
                        "Holds career conversations and logs them.", [(Role.FACILITATOR, here)], facilitator),
        ]  # fmt: skip
        if chosen.lent and chosen.host:
            lent = person[chosen.lent]
            await _rename(connection, lent, "Leila", "Haddad")
            await lend(connection, lent, loaded.organisations[chosen.host], today)
            can = "Her secondment ends soon. Sees what might help, and chooses who else does."
            found.insert(3, await _open(connection, LENT, f"Member of staff, {home}, on secondment", can, [], lent))
        return [
            *found,
            await _open(connection, "Rhodri Vaughan-Lloyd", "System leader, all organisations",
                        "Reads the released reports. Sees no person’s record.", [(Role.SYSTEM_LEADER, None)]),
            await _open(connection, "Ines Carvalho", "Administrator, all organisations",
                        "Looks after organisations, grades and who may do what. Sees no person’s record.",
                        [(Role.ADMINISTRATOR, None)]),
            await _open(connection, "Thomas Adeyemi", "Auditor, all organisations",
                        "Reads the trail of who did, or read, what. Nothing else.", [(Role.AUDITOR, None)]),
        ]  # fmt: skip


def _choose(system: System, today: date) -> Chosen:
    """The largest organisation; the three who hold most of its conversations; somebody the first of them will see again
    soon; and somebody to lend to the next largest.
    """
    open_now = system.spells.filter(pl.col("ended").is_null(), kind="substantive")
    places = open_now["organisation"].value_counts(sort=True)["organisation"].to_list()
    home, here = places[0], open_now.filter(organisation=places[0])
    partner, facilitator, *others = _holders(system, here)
    staff = _somebody(system, here, (partner, facilitator), today)
    taken = {partner, facilitator, staff}
    second = next(one for one in (*others, *here.sort("person")["person"]) if one not in taken)
    host = next(iter(places[1:]), None)
    return Chosen(home, partner, second, staff, facilitator, host, _to_lend(system, here, taken | {second}))


def _holders(system: System, here: pl.DataFrame) -> list[int]:
    """Who holds conversations with the people here, and works here: most of them first."""
    held = _held(system, here)["facilitator"].value_counts(sort=True)
    return held.sort("count", "facilitator", descending=[True, False])["facilitator"].to_list()


def _held(system: System, here: pl.DataFrame) -> pl.DataFrame:
    people = here["person"].implode()
    ours = pl.col("person").is_in(people) & pl.col("facilitator").is_in(people)
    return system.conversations.filter(ours, organisation=here["organisation"][0])


def _somebody(system: System, here: pl.DataFrame, holders: tuple[int, int], today: date) -> int:
    """Whom the first of `holders` sees next: a nurse, and one who leads a ward where there is one."""
    partner, facilitator = holders
    held = _held(system, here)
    soon = (pl.col("next_due_on") - pl.lit(today + timedelta(days=7))).abs()
    nurses = here.filter(pl.col("level").is_between(5, 7), staff_group="nursing_midwifery")["person"].implode()
    known = here.filter(pl.col("job_title").is_in(["Ward manager", "Staff nurse"]))["person"].implode()
    theirs = held.filter(pl.col("person").is_in(nurses), facilitator=partner).sort(soon, "person")
    theirs = theirs.sort(pl.col("person").is_in(known), descending=True, maintain_order=True)
    if theirs.is_empty():
        theirs = held.filter(pl.col("person") != facilitator, facilitator=partner)
    return theirs["person"][0]


def _to_lend(system: System, here: pl.DataFrame, taken: set[int]) -> int | None:
    """Somebody with one post, for some years, in the middle of the levels."""
    posts = system.spells.filter(pl.col("ended").is_null()).group_by("person").len().filter(pl.col("len") == 1)
    fits = here.join(posts, on="person", how="semi").filter(pl.col("level").is_between(5, 7))
    return next((one for one in fits.sort("started", "person")["person"] if one not in taken), None)


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
