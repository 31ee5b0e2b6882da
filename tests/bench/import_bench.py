"""Importing 100,000 rows with 1 % faults in 12 classes, compared with what is held and audited; and the same by a csv.DictReader + ORM loop.

    python -m tests.bench.import_bench [--rows 100000]

Two files in turn, each side in a fresh process and on a fresh database: all rows new; then a file of which 1 row in 10 changed and 1 in 10 is
new. The loop checks the same rules row by row, looks up what is held once (not once a row), and adds ORM objects, one commit at the end. The
figures to quote are our seconds, our peak memory, and the ratio of seconds.
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
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from migrations.roles import APP
from service.audit.tables import AuditEntry
from service.cli import migrate
from service.cli.database import with_parts
from service.cli.local_postgres import local_postgres
from service.kit.actor import the_service
from service.kit.db import Sessions, driver_url, engine_for, sessions_on, transaction
from service.kit.ids import new_id
from service.people.tables import Employment, Person
from service.posts.rules import AssignmentKind, StaffGroup, Term, overlap, problems_with
from service.posts.tables import Assignment
from service.transfer import actions
from service.transfer.staging import Staging

TODAY = date.today()
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
            "EMPLOYEE_NUMBER": f"{20_000_000 + who}", "FIRST_NAME": f"Amara{who % 997}", "LAST_NAME": f"Okafor{who % 4999}",
            "DATE_OF_BIRTH": f"{1 + who % 28:02}/{1 + who % 12:02}/{1960 + who % 40}", "EMAIL_ADDRESS": f"p{who}@example.org",
            "JOB_TITLE": "Matron" if second and n % 10 == 0 else f"Ward manager {who % 300}", "GRADE_SCHEME": "afc", "GRADE": str(2 + who % 6),
            "STAFF_GROUP": GROUPS[who % len(GROUPS)], "CONTRACTED_FTE": "1" if who % 3 else "0.6",
            "START_DATE": f"{1 + who % 28:02}/{1 + who % 12:02}/{2005 + who % 20}", "END_DATE": "",
        }  # fmt: skip
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


@dataclass
class Holds:
    """What the loop looks up and what it will add."""

    employments: dict[str, Employment]
    posts: dict[UUID, list[Assignment]] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    added: list[Employment | Assignment] = field(default_factory=list)
    trail: list[dict[str, object]] = field(default_factory=list)
    seen: set[tuple[UUID, date]] = field(default_factory=set)


async def loop(sessions: Sessions, organisation: UUID, content: bytes, _: Path) -> dict[str, float]:
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
        await session.execute(insert(AuditEntry.__table__).inline(), holds.trail)
    return {"all": time.perf_counter() - began, **done}


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
        "kind": AssignmentKind.SUBSTANTIVE, "job_title": row["JOB_TITLE"], "grade_scheme": row["GRADE_SCHEME"], "grade": row["GRADE"],
        "staff_group": StaffGroup(row["STAFF_GROUP"]), "fte": Decimal(row["CONTRACTED_FTE"]), "started": day(row["START_DATE"]),
        "ended": day(row["END_DATE"]) if row["END_DATE"] else None, "end_reason": None, "destination": None,
    }  # fmt: skip


def day(words: str) -> date:
    number, month, year = words.split("/")
    if len(year) != 4:
        raise ValueError(words)
    return date(int(year), int(month), int(number))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--worker", nargs=4, metavar=("SIDE", "URL", "ORGANISATION", "FILE"))
    given = asked.parse_args()
    if given.worker:
        return work(*given.worker)
    with (
        tempfile.TemporaryDirectory(prefix="ridgeway-bench-") as folder,
        local_postgres(Path(folder) / "postgres", durable=False) as url,
    ):
        files = [Path(folder) / "first.csv", Path(folder) / "second.csv"]
        for second, file in enumerate(files):
            rows = rows_of(given.rows, bool(second))
            with file.open("w", newline="") as out:
                writer = csv.DictWriter(out, rows[0])
                writer.writeheader()
                writer.writerows(rows)
        got = {side: in_turn(side, url, files) for side in ("ours", "loop")}
    print(
        f"{given.rows:,} rows, {given.rows // 100:,} faulty{'':12}{'ours s':>9}{'loop s':>9}{'ratio':>8}{'ours MB':>9}{'loop MB':>9}"
    )
    for n, name in enumerate(("all new", "1 in 10 changed, 1 in 10 new")):
        one, other = got["ours"][n], got["loop"][n]
        print(
            f"{name:36}{one['all']:>9.1f}{other['all']:>9.1f}{other['all'] / one['all']:>8.1f}{one['peak']:>9.0f}{other['peak']:>9.0f}"
        )
        print(
            f"   ours: read {one['read']:.1f} s, check {one['check']:.1f} s, check again and import {one['import']:.1f} s; problem rows {one['problems']:,} (loop {other['problems']:,})"
        )


def in_turn(side: str, url: str, files: list[Path]) -> list[dict[str, float]]:
    name = f"bench_{side}_{uuid4().hex[:6]}"
    where = with_parts(url, name=name)
    asyncio.run(migrate.run(where))
    organisation = asyncio.run(an_organisation(where))
    found = []
    for file in files:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.import_bench", "--worker", side, where, str(organisation), str(file)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found.append(json.loads(done.stdout.splitlines()[-1]))
    return found


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
    async def run() -> dict[str, float]:
        engine = engine_for(url, APP)
        with tempfile.TemporaryDirectory() as folder:
            done = await {"ours": ours, "loop": loop}[side](
                sessions_on(engine), UUID(organisation), Path(file).read_bytes(), Path(folder)
            )
        await engine.dispose()
        return done

    done = asyncio.run(run())
    print(json.dumps(done | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}))


if __name__ == "__main__":
    main()
