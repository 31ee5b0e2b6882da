"""Secondments between two employers: agreed by the home, read by the host, lengthened by both, and with a way back."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.db import Sessions, see_as, transaction
from service.mobility.queries.secondments import returns_due
from service.mobility.rules.secondments import (
    Dates,
    ReturnRole,
    SecondmentState,
    date_problems,
    end_problems,
    extension_problems,
    needs_return_role,
    state_on,
)
from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client

NOW = date(2026, 11, 22)
RUNS = Dates(date(2026, 9, 1), date(2027, 1, 31), date(2027, 1, 31))


@pytest.mark.parametrize(
    ("dates", "state"),
    [
        (Dates(date(2026, 12, 1), date(2027, 1, 31), date(2027, 1, 31)), SecondmentState.PLANNED),
        (Dates(date(2026, 11, 22), date(2027, 1, 31), date(2027, 1, 31)), SecondmentState.RUNNING),
        (Dates(date(2026, 9, 1), date(2027, 3, 31), date(2027, 1, 31)), SecondmentState.EXTENDED),
        (Dates(date(2026, 9, 1), NOW, NOW), SecondmentState.RUNNING),
        (Dates(date(2026, 9, 1), date(2026, 11, 21), date(2026, 11, 21)), SecondmentState.ENDED),
        (Dates(date(2026, 9, 1), date(2027, 1, 31), date(2027, 1, 31), date(2026, 10, 1)), SecondmentState.ENDED),
    ],
    ids=lambda value: value.value if isinstance(value, SecondmentState) else None,
)
def test_the_state_follows_from_the_dates(dates: Dates, state: SecondmentState) -> None:
    assert state_on(dates, NOW) is state


@pytest.mark.parametrize(
    ("starts", "ends", "agreed_on", "fields"),
    [
        (date(2026, 12, 1), date(2027, 5, 31), NOW, []),
        (date(2026, 12, 1), date(2026, 12, 1), NOW, []),
        (date(2026, 12, 1), date(2026, 11, 30), NOW, ["ends"]),
        (date(2026, 12, 1), date(2030, 1, 31), NOW, ["ends"]),
        (date(2026, 12, 1), date(2027, 5, 31), date(2026, 11, 23), ["agreed_on"]),
        (date(1989, 12, 31), date(1990, 5, 31), NOW, ["starts"]),
    ],
)
def test_dates_that_cannot_be(starts: date, ends: date, agreed_on: date, fields: list[str]) -> None:
    assert [problem.field for problem in date_problems(starts, ends, agreed_on, NOW)] == fields


@pytest.mark.parametrize(
    ("day", "role", "needed"),
    [
        (date(2026, 11, 1), None, False),
        (date(2026, 11, 2), None, True),
        (date(2026, 11, 2), ReturnRole.NONE, True),
        (date(2026, 11, 2), ReturnRole.KNOWN, False),
        (date(2026, 11, 2), ReturnRole.NOT_NEEDED, False),
        (date(2027, 1, 31), None, True),
        (date(2027, 2, 1), None, False),
    ],
)
def test_ninety_days_before_the_end_somebody_must_know_the_way_back(
    day: date, role: ReturnRole | None, needed: bool
) -> None:
    assert needs_return_role(RUNS, role, day) is needed


def test_it_is_made_longer_only_while_it_lasts_and_shorter_only_inside() -> None:
    assert extension_problems(RUNS, date(2027, 2, 1), NOW) == []
    assert extension_problems(RUNS, date(2027, 1, 31), NOW)
    assert extension_problems(RUNS, date(2029, 12, 31), NOW)
    assert extension_problems(RUNS, date(2027, 6, 1), date(2027, 2, 1))
    assert end_problems(RUNS, date(2026, 11, 30), NOW) == []
    assert end_problems(RUNS, date(2026, 8, 31), NOW)
    assert end_problems(RUNS, date(2027, 2, 1), NOW)


class Two:
    """A home and a host organisation with a partner each, and somebody with a substantive post at home."""

    home: UUID
    host: UUID
    person: UUID
    at_home: SignedIn
    at_host: SignedIn


@pytest.fixture
async def two(make: Builder) -> Two:
    two = Two()
    two.home, two.host = await make.organisation(name="Elm Trust"), await make.organisation(name="Oak Council")
    two.person = await make.person(two.home)
    await make.assignment(two.home, two.person)
    two.at_home, two.at_host = await make.hr_partner(two.home), await make.hr_partner(two.host)
    return two


def given(two: Two, **changes: object) -> dict[str, object]:
    where = {"person_id": two.person, "home_organisation_id": two.home, "host_organisation_id": two.host}
    when = {"agreed_on": today(), "starts": today(), "ends": today() + timedelta(days=60)}
    row = where | when | {"home_pays": 40, "backfill": "acting_up"} | changes
    return {name: value if isinstance(value, int) else str(value) for name, value in row.items() if value is not None}


async def agreed(client: AsyncClient, two: Two, **changes: object) -> dict:
    answer = await client.post("/api/secondments", json=given(two, **changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_the_home_agrees_and_the_host_and_the_person_read_it(
    make: Builder, browse: Client, two: Two, admin: AsyncEngine
) -> None:
    async with browse(two.at_home) as client:
        made = await agreed(client, two)
    assert (made["state"], made["home_pays"], made["needs_return_role"]) == ("running", 40, True)
    async with browse(two.at_host) as client:
        seen = (await client.get(f"/api/secondments/{made['id']}")).json()
        assert (seen["name"], seen["host_organisation"]) == ("Amara Okafor", "Oak Council")
        assert [one["id"] for one in (await client.get("/api/secondments/no-return-role")).json()] == [made["id"]]
    async with browse(await make.account([], two.person)) as client:
        assert [one["id"] for one in (await client.get("/api/me/secondments")).json()] == [made["id"]]
        assert "Oak Council pays 60%" in (await client.get("/me/moves")).text
    async with browse(await make.hr_partner(await make.organisation())) as client:
        assert (await client.get(f"/api/secondments/{made['id']}")).status_code == 404
    asked = text("SELECT action FROM audit_entries WHERE subject_person_id = :p ORDER BY id")
    async with admin.connect() as connection:
        trail = (await connection.execute(asked, {"p": two.person})).scalars().all()
    assert [action for action in trail if "secondment" in action] == [
        "mobility.secondment_agreed",
        "mobility.secondment_read",
    ]


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"ends": None}, 400, "ends"),
        ({"ends": "2026-01-01"}, 422, "ends"),
        ({"home_pays": 101}, 400, "home_pays"),
        ({"agreed_on": "2999-01-01"}, 422, "agreed_on"),
        ({"host_organisation_id": NOBODY}, 422, "host_organisation_id"),
        ({"starts": "2020-01-01", "ends": "2020-05-01"}, 422, "starts"),
        ({"person_id": NOBODY}, 404, ""),
        ({"home_organisation_id": NOBODY}, 404, ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else None,
)
async def test_what_is_refused_and_that_nothing_stays(
    browse: Client, two: Two, change: dict[str, object], status: int, field: str
) -> None:
    async with browse(two.at_home) as client:
        answer = await client.post("/api/secondments", json=given(two, **change))
        assert answer.status_code in {status, 422 if status == 400 else status}, answer.text
        assert field in answer.text
        assert (await client.get("/api/secondments")).json()["items"] == []


async def test_home_and_host_are_two_and_a_person_is_lent_once_at_a_time(browse: Client, two: Two) -> None:
    async with browse(two.at_home) as client:
        assert (
            await client.post("/api/secondments", json=given(two, host_organisation_id=two.home))
        ).status_code == 422
        await agreed(client, two)
        assert (await client.post("/api/secondments", json=given(two))).status_code == 409
    async with browse(two.at_host) as client:
        assert (await client.post("/api/secondments", json=given(two))).status_code == 404


async def test_of_many_who_lend_the_same_person_at_once_one_does(browse: Client, two: Two) -> None:
    async def lend() -> int:
        async with browse(two.at_home) as client:
            return (await client.post("/api/secondments", json=given(two))).status_code

    assert sorted(await asyncio.gather(*(lend() for _ in range(4)))) == [201, 409, 409, 409]


async def test_the_home_says_what_there_is_to_come_back_to_and_the_host_may_not(browse: Client, two: Two) -> None:
    async with browse(two.at_home) as client:
        made = await agreed(client, two)
    answer = {"return_role": "known", "version": made["version"]}
    async with browse(two.at_host) as client:
        assert (await client.post(f"/api/secondments/{made['id']}/return-role", json=answer)).status_code == 403
    async with browse(two.at_home) as client:
        kept = (await client.post(f"/api/secondments/{made['id']}/return-role", json=answer)).json()
        assert (kept["return_role"], kept["return_checked_on"]) == ("known", today().isoformat())
        assert (await client.get("/api/secondments/no-return-role")).json() == []
        assert (await client.post(f"/api/secondments/{made['id']}/return-role", json=answer)).status_code == 409


async def extend(client: AsyncClient, two: Two, made: dict, asked_by: UUID, days: int = 150) -> int:
    row = {"organisation_id": str(asked_by), "until": str(today() + timedelta(days=days))}
    return (await client.post(f"/api/secondments/{made['id']}/extensions", json=row)).status_code


async def test_one_asks_for_longer_the_other_agrees_and_the_return_is_asked_again(browse: Client, two: Two) -> None:
    async with browse(two.at_home) as client:
        made = await agreed(client, two)
        await client.post(
            f"/api/secondments/{made['id']}/return-role", json={"return_role": "known", "version": made["version"]}
        )
    first = f"/api/secondments/{made['id']}/extensions/1"
    async with browse(two.at_host) as client:
        assert await extend(client, two, made, two.home) == 404
        assert await extend(client, two, made, two.host, days=60) == 422
        assert await extend(client, two, made, two.host) == 201
        assert await extend(client, two, made, two.host) == 409
        assert (await client.post(first, json={"answer": "agreed"})).status_code == 403
    async with browse(two.at_home) as client:
        assert (await client.post(first, json={"answer": "withdrawn"})).status_code == 403
        assert (await client.post(first, json={"answer": "refused"})).status_code in {400, 422}
        now = (await client.post(first, json={"answer": "agreed"})).json()
        assert (await client.post(first, json={"answer": "agreed"})).status_code == 409
        assert (await client.post(f"{first}2", json={"answer": "agreed"})).status_code == 404
    assert (now["state"], now["ends"]) == ("extended", str(today() + timedelta(days=150)))
    assert (now["first_end"], now["return_role"]) == (made["ends"], None)
    assert [one["state"] for one in now["extensions"]] == ["agreed"]


async def test_a_refusal_has_its_reason_and_a_request_is_withdrawn_by_whoever_asked(browse: Client, two: Two) -> None:
    async with browse(two.at_home) as client:
        made = await agreed(client, two)
        assert await extend(client, two, made, two.home) == 201
        withdrawn = {"answer": "withdrawn"}
        assert (await client.post(f"/api/secondments/{made['id']}/extensions/1", json=withdrawn)).status_code == 200
        assert await extend(client, two, made, two.home) == 201
    async with browse(two.at_host) as client:
        refused = {"answer": "refused", "refusal": "no_funding"}
        now = (await client.post(f"/api/secondments/{made['id']}/extensions/2", json=refused)).json()
    assert [(one["state"], one["refusal"]) for one in now["extensions"]] == [
        ("withdrawn", None),
        ("refused", "no_funding"),
    ]
    assert now["ends"] == made["ends"]


async def test_the_end_is_moved_by_nothing_but_an_agreed_request(two: Two, make: Builder, sessions: Sessions) -> None:
    made = await make.secondment(two.home, two.host, two.person)
    eyes = Actor("P", two.at_host.account_id, permissions={"people.read": frozenset({two.host})})
    for statement in (
        "UPDATE secondments SET ends = ends + 1",
        "UPDATE secondments SET home_pays = 0",
        f"INSERT INTO secondment_extensions VALUES ('{two.person}', '{made}', 1, '{two.home}', '2028-01-01')",
    ):
        async with sessions() as session, session.begin() as change:
            await see_as(session, eyes)
            try:
                done = (await session.execute(text(statement))).rowcount  # pyright: ignore[reportAttributeAccessIssue]
            except Exception as refusal:
                done = 0
                assert "permission denied" in str(refusal) or "row-level security" in str(refusal)
            assert done == 0, statement
            await change.rollback()


async def test_it_is_ended_early_by_the_home(browse: Client, two: Two) -> None:
    async with browse(two.at_home) as client:
        made = await agreed(client, two, starts=today() - timedelta(days=30))
        row = {"ended_on": str(today() - timedelta(days=1)), "version": made["version"]}
        assert (await client.post(f"/api/secondments/{made['id']}/end", json=row)).json()["state"] == "ended"
        assert (await client.post(f"/api/secondments/{made['id']}/end", json=row)).status_code == 422


async def test_work_lists_who_comes_back_to_nothing_and_whom_to_welcome(
    make: Builder, two: Two, sessions: Sessions
) -> None:
    far, back, gone = [await make.person(two.home) for _ in range(3)]
    days = {two.person: 30, far: 200, back: -5, gone: -100}
    made = {
        person: await make.secondment(
            two.home,
            two.host,
            person,
            starts=today() - timedelta(days=300),
            ends=today() + timedelta(days=days[person]),
        )
        for person in days
    }
    eyes = Actor("P", two.at_home.account_id, permissions={"people.read": frozenset({two.home})})
    async with transaction(sessions, eyes) as session:
        due = await returns_due(session, [two.home], today())
        assert await returns_due(session, [two.host], today()) == []
    assert [(one.secondment_id, one.is_back) for one in due] == [(made[back], True), (made[two.person], False)]
    assert due[0].name == "Amara Okafor"


async def test_both_legs_must_meet(make: Builder, browse: Client, two: Two) -> None:
    """A post without an agreement, an agreement without a post, and somebody lent by nobody that we know."""
    await make.employment(two.host, two.person)
    await make.secondment(two.home, two.host, two.person, starts=today(), ends=today() + timedelta(days=90))
    lent, stranger = await make.person(two.home, two.host), await make.person(two.host)
    await make.assignment(two.home, lent)
    for person in (lent, stranger):
        await make.assignment(two.host, person, kind="secondment", started=today() - timedelta(days=3))
    async with browse(two.at_host) as client:
        unmet = {one["person_id"]: one["why"] for one in (await client.get("/api/mobility/unmet")).json()}
        assert unmet == {str(two.person): "no_host_post", str(lent): "no_agreement", str(stranger): "no_home"}
        await make.assignment(two.host, two.person, kind="secondment", started=today())
        await make.secondment(two.home, two.host, lent, starts=today(), ends=today() + timedelta(days=90))
        unmet = {one["person_id"]: one["why"] for one in (await client.get("/api/mobility/unmet")).json()}
        assert unmet == {str(stranger): "no_home"}
        assert "no post in another organisation" in (await client.get("/mobility/reconcile")).text


def form(two: Two, **changes: str) -> dict[str, str]:
    last = today() + timedelta(days=60)
    dates = {
        f"{name}-{part}": str(getattr(day, part))
        for name, day in (("agreed_on", today()), ("starts", today()), ("ends", last))
        for part in ("day", "month", "year")
    }
    where = {"person_id": two.person, "home_organisation_id": two.home, "host_organisation_id": two.host}
    return {**{k: str(v) for k, v in where.items()}, **dates, "home_pays": "40", "backfill": "acting_up", **changes}


async def test_the_pages_from_recording_to_the_way_back(browse: Client, two: Two) -> None:
    async with browse(two.at_home) as client:
        assert "No secondment to or from" in (await client.get("/mobility/secondments")).text
        page = (await client.get("/mobility/secondments/new", params={"person": str(two.person)})).text
        assert "Who does the work at home meanwhile?" in page
        wrong = await client.post("/mobility/secondments", data=form(two, **{"ends-year": ""}))
        assert wrong.status_code == 422
        assert "<title>Error: " in wrong.text
        missing = {k: v for k, v in form(two).items() if not k.startswith("ends")}
        answer = await client.post("/mobility/secondments", data=missing)
        assert "Last day is missing. Add it." in answer.text
        made = await client.post("/mobility/secondments", data=form(two))
        assert made.status_code == 303
        one = made.headers["location"]
        again = await client.post("/mobility/secondments", data=form(two))
        assert again.status_code == 409
        assert "another secondment in that time" in again.text
        assert "no post to return to is known" in (await client.get(one)).text
        assert "Nothing to come back to yet" in (await client.get("/mobility/secondments")).text
        assert (await client.post(f"{one}/return-role", data={"version": "1"})).status_code == 422
        kept = await client.post(f"{one}/return-role", data={"version": "1", "return_role": "known"})
        assert kept.status_code == 303
        stale = await client.post(f"{one}/return-role", data={"version": "1", "return_role": "none"})
        assert stale.status_code == 409
        assert "Somebody else has changed this" in stale.text
        assert "Nothing to come back to yet" not in (await client.get("/mobility/secondments")).text
    async with browse(two.at_host) as client:
        until = today() + timedelta(days=120)
        asked = {f"until-{part}": str(getattr(until, part)) for part in ("day", "month", "year")}
        sent = await client.post(f"{one}/extensions", data={"organisation_id": str(two.host), **asked})
        assert sent.status_code == 303
        assert "Withdraw the request" in (await client.get(one)).text
    async with browse(two.at_home) as client:
        page = (await client.get(one)).text
        assert "Agree until" in page
        refused = await client.post(f"{one}/extensions/1", data={"answer": "refused"})
        assert refused.status_code == 422
        assert (await client.post(f"{one}/extensions/1", data={"answer": "agreed"})).status_code == 303
        assert "Running, extended" in (await client.get(one)).text
