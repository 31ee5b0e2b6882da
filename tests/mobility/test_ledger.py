"""The ledger follows the posts that are recorded, is corrected by adding, and shows each reader their own side."""

from datetime import date
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.clock import today
from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client

MOVED = date(2026, 9, 1)


async def trail(admin: AsyncEngine, action: str, subject: UUID) -> int:
    asked = text("SELECT count(*) FROM audit_entries WHERE action = :action AND subject_person_id = :subject")
    async with admin.connect() as connection:
        return (await connection.execute(asked, {"action": action, "subject": subject})).scalar_one()


async def moved(make: Builder, home: UUID, host: UUID) -> UUID:
    """Somebody who went from one organisation to the other, from grade 5 to grade 6."""
    person = await make.person(home, host)
    await make.assignment(home, person, started=date(2024, 3, 1), ended=date(2026, 8, 31), grade="5")
    await make.assignment(host, person, started=MOVED, grade="6")
    return person


async def kinds(client: AsyncClient, here: UUID, **asked: str) -> list[str]:
    answer = await client.get("/api/mobility/moves", params={"organisation_id": str(here), **asked})
    assert answer.status_code == 200, answer.text
    return [move["kind"] for move in answer.json()["items"]]


async def test_a_move_inside_the_system_is_one_transfer_for_both_and_no_loss(make: Builder, browse: Client) -> None:
    home, host = await make.organisation(), await make.organisation()
    person = await moved(make, home, host)
    assert sorted(await make.moves(person)) == ["joiner", "transfer"]
    async with browse(await make.hr_partner(home)) as client:
        assert await kinds(client, home) == ["transfer", "joiner"]
        assert await kinds(client, home, kind="leaver") == []
    async with browse(await make.hr_partner(host)) as client:
        assert await kinds(client, host) == ["transfer"]


async def test_a_post_recorded_later_turns_a_leaver_into_a_transfer_and_the_leaver_stays_to_be_seen(
    make: Builder, browse: Client
) -> None:
    home, host = await make.organisation(), await make.organisation()
    person = await make.person(home, host)
    await make.assignment(home, person, started=date(2024, 3, 1), ended=date(2026, 8, 31))
    assert "leaver" in await make.moves(person)
    await make.assignment(host, person, started=MOVED)
    async with browse(await make.hr_partner(home)) as client:
        assert await kinds(client, home) == ["transfer", "joiner"]
        history = (await client.get(f"/api/mobility/moves/{(await make.moves(person))['transfer']}")).json()
    assert [(row["kind"], row["is_counted"]) for row in history] == [("leaver", False), ("transfer", True)]


async def test_each_employer_reads_its_own_side_and_the_present_one_both(make: Builder, browse: Client) -> None:
    home, host = await make.organisation(), await make.organisation()
    person = await make.person(host)
    await make.employment(home, person, ended=date(2026, 8, 31))
    await make.assignment(home, person, started=date(2024, 3, 1), ended=date(2026, 8, 31), grade="5")
    await make.assignment(host, person, started=MOVED, grade="6")
    move = (await make.moves(person))["transfer"]
    seen = {}
    for place in (home, host):
        async with browse(await make.hr_partner(place)) as client:
            row = (await client.get(f"/api/mobility/moves/{move}")).json()[-1]
            seen[place] = (row["left"]["grade"], row["came"]["grade"])
            assert (row["left"]["organisation_id"], row["came"]["organisation_id"]) == (str(home), str(host))
    assert seen == {home: ("5", None), host: ("5", "6")}


async def test_a_stranger_finds_nothing_and_the_person_everything(make: Builder, browse: Client) -> None:
    home, host = await make.organisation(), await make.organisation()
    person = await moved(make, home, host)
    me, elsewhere = await make.account([], person), await make.hr_partner(await make.organisation())
    move = (await make.moves(person))["transfer"]
    async with browse(elsewhere) as client:
        assert (await client.get(f"/api/mobility/moves/{move}")).status_code == 404
        assert (await client.get("/api/mobility/moves", params={"organisation_id": str(home)})).status_code == 404
    async with browse(me) as client:
        mine = (await client.get("/api/me/moves")).json()
        page = (await client.get("/me/moves")).text
    assert [(m["kind"], m["came"]["grade"]) for m in mine] == [("transfer", "6"), ("joiner", "5")]
    assert "Moved between organisations" in page


async def test_reading_one_move_can_be_seen_by_the_person(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    home, host = await make.organisation(), await make.organisation()
    person = await moved(make, home, host)
    async with browse(await make.hr_partner(home)) as client:
        await client.get(f"/mobility/moves/{(await make.moves(person))['transfer']}")
    assert await trail(admin, "mobility.read", person) == 1


async def test_the_ledger_is_read_page_by_page_by_kind_and_by_day(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    for day in range(1, 6):
        await make.assignment(here, await make.person(here), started=date(2026, 10, day))
    async with browse(await make.hr_partner(here)) as client:
        asked = {"organisation_id": str(here), "size": "2", "kind": "joiner", "last_day": "2026-10-04"}
        seen: list[str] = []
        while True:
            page = (await client.get("/api/mobility/moves", params=asked)).json()
            seen += [move["effective_on"] for move in page["items"]]
            if not page["next_cursor"]:
                break
            asked["cursor"] = page["next_cursor"]
        assert (await client.get("/api/mobility/moves", params={**asked, "cursor": "x"})).status_code == 422
    assert seen == [f"2026-10-0{day}" for day in (4, 3, 2, 1)]


async def entered(client: AsyncClient, person: UUID | str, here: UUID, **given: str) -> tuple[int, dict]:
    row = {"organisation_id": str(here), "kind": "career_break", "effective_on": "2026-10-05"} | given
    answer = await client.post(f"/api/people/{person}/moves", json=row)
    return answer.status_code, answer.json()


async def test_what_posts_cannot_say_is_entered_once(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    person = await make.person(here)
    async with browse(await make.hr_partner(here)) as client:
        status, made = await entered(client, person, here)
        assert (status, made["source"], made["left"]["organisation_id"]) == (201, "entered", str(here))
        assert (await entered(client, person, here))[0] == 409
    assert await trail(admin, "mobility.entered", person) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "leaver"}, "kind"),
        ({"effective_on": "1930-01-01"}, "effective_on"),
        ({"effective_on": "x"}, "effective_on"),
    ],
)
async def test_what_cannot_be_entered_is_refused_by_name(
    make: Builder, browse: Client, given: dict[str, str], field: str
) -> None:
    here = await make.organisation()
    person = await make.person(here)
    async with browse(await make.hr_partner(here)) as client:
        status, answer = await entered(client, person, here, **given)
    assert status in {400, 422}
    assert field in str(answer)
    assert await make.moves(person) == {}


async def test_nothing_is_entered_about_somebody_elses_staff(make: Builder, browse: Client) -> None:
    here, there = await make.organisation(), await make.organisation()
    stranger = await make.person(there)
    async with browse(await make.hr_partner(here)) as client:
        for person, place in ((stranger, there), (stranger, here), (NOBODY, here)):
            assert (await entered(client, person, place))[0] == 404
    async with browse(await make.facilitator(there)) as client:
        assert (await entered(client, stranger, there))[0] == 403


async def a_lateral(make: Builder) -> tuple[UUID, UUID, SignedIn]:
    here = await make.organisation()
    person = await make.person(here)
    await make.assignment(here, person, started=date(2024, 3, 1), ended=date(2026, 8, 31))
    await make.assignment(here, person, started=MOVED, job_title="Research nurse")
    return here, person, await make.hr_partner(here)


async def test_a_correction_is_a_row_of_its_own_and_survives_the_next_derivation(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here, person, partner = await a_lateral(make)
    move = (await make.moves(person))["lateral"]
    async with browse(partner) as client:
        answer = await client.post(f"/api/mobility/moves/{move}/correct", json={"kind": "rotation"})
        assert (answer.status_code, answer.json()["kind"], answer.json()["reason"]) == (201, "rotation", "wrong_kind")
        assert (await client.post(f"/api/mobility/moves/{move}/correct", json={"kind": "promotion"})).status_code == 409
        async with admin.begin() as connection:
            await connection.execute(text("SELECT private.derive_moves(ARRAY[CAST(:p AS uuid)])"), {"p": person})
        assert await kinds(client, here) == ["rotation", "joiner"]
        history = (await client.get(f"/api/mobility/moves/{move}")).json()
    assert [row["kind"] for row in history] == ["leaver", "lateral", "rotation"]
    assert await trail(admin, "mobility.corrected", person) == 1


@pytest.mark.parametrize(
    "given",
    [{"kind": "leaver"}, {"kind": "lateral"}, {"is_withdrawn": True}, {"effective_on": "2026-09-02"}, {}],
    ids=["another family", "the same", "taken back", "another day", "nothing"],
)
async def test_what_posts_say_is_put_right_in_the_posts(
    make: Builder, browse: Client, given: dict[str, object]
) -> None:
    _, person, partner = await a_lateral(make)
    before = await make.moves(person)
    async with browse(partner) as client:
        answer = await client.post(f"/api/mobility/moves/{before['lateral']}/correct", json=given)
    assert answer.status_code == 422
    assert await make.moves(person) == before


async def test_what_was_entered_by_mistake_is_withdrawn_and_stays_to_be_seen(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    person = await make.person(here)
    async with browse(await make.hr_partner(here)) as client:
        _, made = await entered(client, person, here)
        form = {"is_withdrawn": "true"}
        answer = await client.post(f"/mobility/moves/{made['id']}", data=form)
        assert answer.status_code == 303
        assert await kinds(client, here) == []
        page = (await client.get(answer.headers["location"])).text
    assert "It did not happen" in page
    assert "Corrected since" in page


async def test_the_grades_level_is_the_one_of_the_edition_that_was_read(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    person = await make.person(here)
    await make.assignment(here, person, grade="6")
    async with browse(await make.hr_partner(here)) as client:
        [move] = (await client.get("/api/mobility/moves", params={"organisation_id": str(here)})).json()["items"]
    assert move["crosswalk_version"] >= 1
    assert move["came"]["level"] is not None


async def test_taking_a_post_back_takes_its_move_back_and_says_so(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    person = await make.person(here)
    post = await make.assignment(here, person)
    move = (await make.moves(person))["joiner"]
    async with admin.begin() as connection:
        await connection.execute(text("DELETE FROM assignments WHERE id = :id"), {"id": post})
    async with browse(await make.hr_partner(here)) as client:
        assert await kinds(client, here) == []
        history = (await client.get(f"/api/mobility/moves/{move}")).json()
    assert [(row["is_withdrawn"], row["reason"]) for row in history] == [(False, None), (True, "posts_changed")]


async def test_the_pages_of_the_ledger(make: Builder, browse: Client) -> None:
    here, person, partner = await a_lateral(make)
    move = (await make.moves(person))["lateral"]
    async with browse(partner) as client:
        page = (await client.get("/mobility", params={"period": "all"})).text
        assert "Sideways move" in page
        assert "Amara Okafor" in page
        assert "No moves of this kind" in (await client.get("/mobility", params={"kind": "retirement"})).text
        assert "Rotation" in (await client.get(f"/mobility/moves/{move}")).text
        wrong = await client.post(f"/mobility/moves/{move}", data={"kind": "leaver"})
        assert wrong.status_code == 422
        assert "<title>Error: " in wrong.text
        assert "Career break" in (await client.get(f"/people/{person}/moves/new")).text
        day = {"effective_on-day": "5", "effective_on-month": "10", "effective_on-year": str(today().year)}
        form = {"organisation_id": str(here), "kind": "career_break", **day}
        assert (await client.post(f"/people/{person}/moves", data=form)).status_code == 303
        again = await client.post(f"/people/{person}/moves", data=form)
    assert again.status_code == 422
    assert "in the ledger already" in again.text


async def test_an_administrator_sets_how_long_a_break_may_be(make: Builder, browse: Client) -> None:
    async with browse(await make.administrator()) as client:
        assert (await client.put("/api/mobility/limits", json={"review_days": 4})).status_code == 422
        shorter = await client.put("/api/mobility/limits", json={"gap_days": 3, "review_days": 90})
        assert shorter.status_code == 422
        assert "gap_days" in shorter.text
        limits = {"gap_days": 31, "review_days": 90}
        assert (await client.put("/api/mobility/limits", json={"review_days": 90})).json() == limits
    async with browse(await make.hr_partner(await make.organisation())) as client:
        assert (await client.put("/api/mobility/limits", json=limits)).status_code == 403
