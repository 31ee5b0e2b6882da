"""Importing 100,000 rows with 1 % faults in 12 classes, compared with what is held and audited; and two loops beside it.

    python -m tests.bench.import_bench [--rows 100000]

Two files in turn, each side in fresh processes and on a database of its own: all rows new; then a file of which 1 row
in 10 changed and 1 in 10 is new. Both loops read with csv.DictReader, check the same rules row by row and write through
the ORM, in one transaction. The careful one fetches all that is held once, keeps it in dictionaries, and flushes once.
The usual one looks up and flushes each row; it is given a part of the file, and its time is multiplied.

After that, as many past conversations of the people of the first file, brought in and taken back.
"""

import argparse
import asyncio
import csv
import io
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy import Table, insert, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from migrations.roles import APP
from service.audit.tables import AuditEntry
from service.cli import migrate
from service.cli.database import with_parts
from service.cli.local_postgres import local_postgres
from service.kit.actor import the_service
from service.kit.clock import today
from service.kit.db import Sessions, driver_url, engine_for, sessions_on, transaction
from service.kit.ids import new_id
from service.people.tables import Employment, Person
from service.posts.rules import AssignmentKind, StaffGroup, Term, overlap, problems_with
from service.posts.tables import Assignment
from service.transfer import actions
from service.transfer.rules import FileKind
from service.transfer.staging import Staging

TODAY = today()
TRAIL = cast(Table, AuditEntry.__table__)
PART = 20
SIDES = ("ours", "careful", "usual")
GROUPS = [group.value for group in StaffGroup]
FAULTS = (
    {"START_DATE": "31/02/2024"},
    {"START_DATE": "01/03/24"},
    {"START_DATE": "last March"},
    {"STAFF_GROUP": "nursing_midwifry"},
    {"CONTRACTED_FTE": "37.5"},
    {"END_DATE": "01/01/2000"},
    {"EMPLOYEE_NUMBER": ""},
    {"EMAIL_ADDRESS": "nobody at all"},
    {"JOB_TITLE": "=cmd|' /C calc'!A0"},
    {"GRADE": ""},
    {"repeat": "exactly"},
    {"repeat": "overlapping"},
)


def rows_of(number: int, second: bool) -> list[dict[str, str]]:
    """The file: one row in a hundred is faulty, each class in turn."""
    rows: list[dict[str, str]] = []
    for n in range(number):
        who = n + number // 10 if second else n
        row = {
            "EMPLOYEE_NUMBER": f"{20_000_000 + who}",
            "FIRST_NAME": f"Amara{who % 997}",
            "LAST_NAME": f"Okafor{who % 4999}",
            "DATE_OF_BIRTH": f"{1 + who % 28:02}/{1 + who % 12:02}/{1960 + who % 40}",
            "EMAIL_ADDRESS": f"p{who}@example.org",
            "JOB_TITLE": "Matron" if second and n % 10 == 0 else f"Ward manager {who % 300}",
            "GRADE_SCHEME": "afc",
            "GRADE": str(2 + who % 6),
            "STAFF_GROUP": GROUPS[who % len(GROUPS)],
            "CONTRACTED_FTE": "1" if who % 3 else "0.6",
            "START_DATE": f"{1 + who % 28:02}/{1 + who % 12:02}/{2005 + who % 20}",
            "END_DATE": "",
        }
        if n % 100 == 99:
            row = faulty(row, rows[-1], FAULTS[n // 100 % len(FAULTS)])
        rows.append(row)
    return rows


def faulty(row: dict[str, str], before: dict[str, str], fault: dict[str, str]) -> dict[str, str]:
    if fault.get("repeat") == "exactly":
        return dict(before)
    if fault.get("repeat") == "overlapping":
        before["CONTRACTED_FTE"] = "1"
        return before | {"JOB_TITLE": "Another post", "START_DATE": "01/06/2025"}
    return row | fault


async def ours(sessions: Sessions, organisation: UUID, content: bytes, folder: Path) -> dict[str, float]:
    staging, actor, times = Staging(folder), the_service(organisation), {}
    began = time.perf_counter()
    async with transaction(sessions, actor) as session:
        import_id = await actions.upload(session, actor, organisation, "bench.csv", content, staging)
    times["read"] = time.perf_counter() - began
    async with transaction(sessions, actor) as session:
        summary = await actions.check_import(session, actor, import_id, staging)
    times["check"] = time.perf_counter() - began - times["read"]
    async with transaction(sessions, actor) as session:
        await actions.apply_import(session, actor, import_id, staging, without_problem_rows=True)
    times["import"] = time.perf_counter() - began - times["read"] - times["check"]
    return times | {
        "all": time.perf_counter() - began,
        "problems": summary.problems,
        "new": summary.new,
        "changed": summary.changed,
    }


def talks_of(number: int) -> list[dict[str, str]]:
    """A past conversation with each of the people of the first file, held by the next of them: one in a hundred faulty."""
    rows: list[dict[str, str]] = []
    for n in range(number):
        row = {
            "EMPLOYEE_NUMBER": f"{20_000_000 + n}",
            "HELD_ON": f"{1 + n % 28:02}/{1 + n % 12:02}/2025",
            "KIND": "Follow-up" if n % 3 else "First career conversation",
            "FACILITATOR_EMPLOYEE_NUMBER": f"{20_000_000 + n // 10 * 10 + (n + 1) % 10}",
            "FACILITATOR_KIND": "Line manager",
            "MODE": "Video" if n % 2 else "In person",
            "NEXT_DUE_ON": f"{1 + n % 28:02}/{1 + n % 12:02}/2026",
            "IMPACT_NOW": "Well placed",
            "ASPIRATIONS": ("lead_people; specialise", "lead_change", "")[n % 3],
            "SUPPORT": ("coaching; shadowing", "")[n % 2],
        }
        rows.append(row | {"KIND": "chat"} if n % 100 == 99 else row)
    return rows


async def history(sessions: Sessions, organisation: UUID, content: bytes, folder: Path) -> dict[str, float]:
    staging = Staging(folder)
    times: dict[str, float] = {}
    async with transaction(sessions, the_service(organisation)) as session:
        recorder = await session.scalar(select(Employment.person_id).where(Employment.organisation_id == organisation))
    actor = replace(the_service(organisation), person_id=recorder)
    began = time.perf_counter()
    async with transaction(sessions, actor) as session:
        kind = FileKind.CONVERSATIONS
        import_id = await actions.upload(session, actor, organisation, "bench.csv", content, staging, kind=kind)
        summary = await actions.check_import(session, actor, import_id, staging)
    times["check"] = time.perf_counter() - began
    async with transaction(sessions, actor) as session:
        await actions.apply_import(session, actor, import_id, staging, without_problem_rows=True)
    times["import"] = time.perf_counter() - began - times["check"]
    times["all"] = time.perf_counter() - began
    async with transaction(sessions, actor) as session:
        await actions.undo_import(session, actor, import_id)
    times["undo"] = time.perf_counter() - began - times["all"]
    return times | {"problems": summary.problems, "new": summary.new}


@dataclass
class Holds:
    """What the loop looks up and what it will add."""

    employments: dict[str, Employment]
    posts: dict[UUID, list[Assignment]] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    added: list[Employment | Assignment] = field(default_factory=list)
    trail: list[dict[str, object]] = field(default_factory=list)
    seen: set[tuple[UUID, date]] = field(default_factory=set)


async def careful(sessions: Sessions, organisation: UUID, content: bytes, _: Path) -> dict[str, float]:
    began = time.perf_counter()
    done = {"problems": 0, "new": 0, "changed": 0, "unchanged": 0}
    async with transaction(sessions, the_service(organisation)) as session:
        employed = await session.scalars(select(Employment).where(Employment.organisation_id == organisation))
        holds = Holds({row.employee_number: row for row in employed})
        for post in await session.scalars(select(Assignment).where(Assignment.organisation_id == organisation)):
            holds.posts.setdefault(post.person_id, []).append(post)
        for row in csv.DictReader(io.StringIO(content.decode())):
            done[one_row(organisation, row, holds)] += 1
        for rows in (
            holds.people,
            [r for r in holds.added if isinstance(r, Employment)],
            [r for r in holds.added if isinstance(r, Assignment)],
        ):
            session.add_all(rows)
            await session.flush()
        # In one statement: row security lets the writer read no trail back, which an ORM's insert would.
        await session.execute(insert(TRAIL).inline(), holds.trail)
    return {"all": time.perf_counter() - began, **done}


async def usual(sessions: Sessions, organisation: UUID, content: bytes, _: Path) -> dict[str, float]:
    """The first rows only: what it took, times as many rows as were left."""
    began = time.perf_counter()
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    part = rows[: max(100, len(rows) // PART)]
    async with transaction(sessions, the_service(organisation)) as session:
        for row in part:
            number = (Employment.organisation_id == organisation, Employment.employee_number == row["EMPLOYEE_NUMBER"])
            employment = await session.scalar(select(Employment).where(*number))
            holds = Holds({row["EMPLOYEE_NUMBER"]: employment} if employment else {})
            if employment:
                theirs = (Assignment.organisation_id == organisation, Assignment.person_id == employment.person_id)
                holds.posts[employment.person_id] = list(await session.scalars(select(Assignment).where(*theirs)))
            one_row(organisation, row, holds)
            for added in (*holds.people, *holds.added):
                session.add(added)
                await session.flush()
            if holds.trail:
                await session.execute(insert(TRAIL).inline(), holds.trail)
    return {"all": (time.perf_counter() - began) * len(rows) / len(part), "problems": 0}


def one_row(organisation: UUID, row: dict[str, str], holds: Holds) -> str:
    """What became of one row."""
    try:
        given = parsed(row)
    except (ValueError, KeyError):
        return "problems"
    term = Term(given["kind"], given["fte"], given["started"], given["ended"])
    employment = holds.employments.get(row["EMPLOYEE_NUMBER"])
    others = holds.posts.get(employment.person_id, []) if employment else []
    same = next((post for post in others if (post.kind, post.started) == (given["kind"], given["started"])), None)
    rest = [Term(post.kind, post.fte, post.started, post.ended) for post in others if post is not same]
    if problems_with(term, TODAY) or overlap(term, rest) or (same and (same.person_id, same.started) in holds.seen):
        return "problems"
    if employment is None:
        person = Person(
            id=new_id(),
            given_name=row["FIRST_NAME"],
            family_name=row["LAST_NAME"],
            birth_date=day(row["DATE_OF_BIRTH"]),
            email=row["EMAIL_ADDRESS"],
        )
        employment = Employment(
            organisation_id=organisation,
            person_id=person.id,
            employee_number=row["EMPLOYEE_NUMBER"],
            listed_as=f"{row['LAST_NAME']}, {row['FIRST_NAME']}",
        )
        holds.people.append(person)
        holds.added.append(employment)
        holds.employments[row["EMPLOYEE_NUMBER"]] = employment
    holds.seen.add((employment.person_id, given["started"]))
    status = "new" if same is None else "changed"
    if same is None:
        post = Assignment(id=new_id(), organisation_id=organisation, person_id=employment.person_id, **given)
        holds.posts.setdefault(employment.person_id, []).append(post)
        holds.added.append(post)
    elif any(getattr(same, name) != value for name, value in given.items()):
        for name, value in given.items():
            setattr(same, name, value)
    else:
        return "unchanged"
    holds.trail.append(
        {
            "actor": "Ridgeway",
            "action": "transfer.imported",
            "subject_person_id": employment.person_id,
            "organisation_id": organisation,
        }
    )
    return status


def parsed(row: dict[str, str]) -> dict:
    if (
        not row["EMPLOYEE_NUMBER"]
        or not row["GRADE"]
        or row["JOB_TITLE"].startswith("=")
        or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", row["EMAIL_ADDRESS"])
    ):
        raise ValueError
    return {
        "kind": AssignmentKind.SUBSTANTIVE,
        "job_title": row["JOB_TITLE"],
        "grade_scheme": row["GRADE_SCHEME"],
        "grade": row["GRADE"],
        "staff_group": StaffGroup(row["STAFF_GROUP"]),
        "fte": Decimal(row["CONTRACTED_FTE"]),
        "started": day(row["START_DATE"]),
        "ended": day(row["END_DATE"]) if row["END_DATE"] else None,
        "end_reason": None,
        "destination": None,
    }


def day(words: str) -> date:
    number, month, year = words.split("/")
    if len(year) != 4:
        raise ValueError(words)
    return date(int(year), int(month), int(number))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--history", action="store_true", help="past conversations alone")
    asked.add_argument("--worker", nargs=4, metavar=("SIDE", "URL", "ORGANISATION", "FILE"))
    given = asked.parse_args()
    if given.worker:
        work(*given.worker)
        return
    with (
        tempfile.TemporaryDirectory(prefix="ridgeway-bench-") as folder,
        local_postgres(Path(folder) / "postgres", durable=False) as url,
    ):
        files = [Path(folder) / "first.csv", Path(folder) / "second.csv"]
        for second, file in enumerate(files):
            write(file, rows_of(given.rows, bool(second)))
        talks = Path(folder) / "talks.csv"
        write(talks, talks_of(given.rows))
        got = {} if given.history else {side: in_turn(side, url, files) for side in SIDES}
        place = a_database(url, "history")
        in_a_process("ours", *place, files[0])
        past = in_a_process("history", *place, talks)
    if got:
        report(given.rows, got)
    told = ", ".join(f"{step} {past[step]:.1f} s" for step in ("all", "check", "import", "undo"))
    print(f"{given.rows:,} past conversations: {told}; peak {past['peak']:.0f} MB; problem rows {past['problems']:,}")


def write(file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def report(rows: int, got: dict[str, list[dict[str, float]]]) -> None:
    print(f"{rows:,} rows, {rows // 100:,} of them faulty")
    print(f"{'':30}" + "".join(f"{name:>12}" for name in ("ours s", "careful s", "usual s", "x careful", "x usual")))
    for n, name in enumerate(("all new", "1 in 10 changed, 1 in 10 new")):
        one, careful, often = (got[side][n] for side in SIDES)
        times = [one["all"], careful["all"], often["all"], careful["all"] / one["all"], often["all"] / one["all"]]
        print(f"{name:30}" + "".join(f"{figure:>12.1f}" for figure in times))
        steps = ", ".join(f"{step} {one[step]:.1f} s" for step in ("read", "check", "import"))
        print(f"   ours: {steps}; peak {one['peak']:.0f} MB, the careful loop's {careful['peak']:.0f} MB")
        print(f"   problem rows: ours {one['problems']:,}, the careful loop's {careful['problems']:,}")


def in_turn(side: str, url: str, files: list[Path]) -> list[dict[str, float]]:
    """The usual loop is too slow to bring in the whole first file, so ours does that before its second."""
    if side != "usual":
        where, organisation = a_database(url, side)
        return [in_a_process(side, where, organisation, file) for file in files]
    first, second = a_database(url, side), a_database(url, side)
    in_a_process("ours", *second, files[0])
    return [in_a_process(side, *first, files[0]), in_a_process(side, *second, files[1])]


def a_database(url: str, side: str) -> tuple[str, UUID]:
    where = with_parts(url, name=f"bench_{side}_{uuid4().hex[:6]}")
    asyncio.run(migrate.run(where))
    return where, asyncio.run(an_organisation(where))


def in_a_process(side: str, where: str, organisation: UUID, file: Path) -> dict[str, float]:
    words = ["--worker", side, where, str(organisation), str(file)]
    command = [sys.executable, "-m", "tests.bench.import_bench", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    asyncio.run(analysed(where))
    return json.loads(done.stdout.splitlines()[-1])


async def analysed(url: str) -> None:
    """As autovacuum would have done by the time the next file comes."""
    engine = create_async_engine(driver_url(url), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("VACUUM ANALYZE"))
    await engine.dispose()


async def an_organisation(url: str) -> UUID:
    engine, key = create_async_engine(driver_url(url)), uuid4()
    async with engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO organisations (id, code, name, kind) VALUES (:id, 'BENCH', 'Bench', 'trust')"),
            {"id": key},
        )
    await engine.dispose()
    return key


def work(side: str, url: str, organisation: str, file: str) -> None:
    content = Path(file).read_bytes()

    async def run() -> dict[str, float]:
        engine = engine_for(url, APP)
        way = {"ours": ours, "careful": careful, "usual": usual, "history": history}[side]
        with tempfile.TemporaryDirectory() as folder:
            done = await way(sessions_on(engine), UUID(organisation), content, Path(folder))
        await engine.dispose()
        return done

    done = asyncio.run(run())
    print(json.dumps(done | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}))


if __name__ == "__main__":
    main()
