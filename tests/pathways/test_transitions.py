"""A first post in a leadership tier opens a transition; support is arranged for it; how it goes is the person's own."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.clock import today
from service.pathways.reactions import listen
from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client
from tests.transfer.files import a_file, a_row

WARD_MANAGER = {"job_title": "Ward manager", "grade": "7"}
MATRON = {"job_title": "Matron", "grade": "8a"}
POST = {"kind": "substantive", "grade_scheme": "afc", "staff_group": "nursing_midwifery", "fte": "0.5"}


@pytest.fixture(autouse=True)
def reactions() -> None:
    """The application subscribes when it is made; said twice it still follows once."""
    listen()


async def opened(admin: AsyncEngine, person: UUID) -> list[tuple[Any, ...]]:
    asked = text(
        "SELECT from_tier, to_tier, state, started_on FROM transitions WHERE person_id = :id ORDER BY started_on"
    )
    async with admin.connect() as connection:
        return [tuple(row) for row in (await connection.execute(asked, {"id": person})).all()]


async def record_post(browse: Client, partner: SignedIn, person: UUID, here: UUID, **given: Any) -> str:
    started = (today() - timedelta(days=3)).isoformat()
    async with browse(partner) as client:
        sent = {**POST, "organisation_id": str(here), "started": started, **given}
        made = await client.post(f"/api/people/{person}/assignments", json=sent)
    assert made.status_code == 201, made.text
    return made.json()["id"]


@pytest.mark.parametrize(
    ("before", "now", "crossed"),
    [
        (None, WARD_MANAGER, (None, "enabled_leader")),
        ({"job_title": "Staff nurse", "grade": "5"}, WARD_MANAGER, (None, "enabled_leader")),
        (WARD_MANAGER, MATRON, ("enabled_leader", "mid_senior")),
        (
            WARD_MANAGER,
            {"job_title": "Theatre manager", "grade": "7", "staff_group": "add_prof_scientific_technic"},
            None,
        ),
        (MATRON, WARD_MANAGER, None),
        (None, {"job_title": "Staff nurse", "grade": "5"}, None),
        (None, {"job_title": "Keeper of the ward", "grade": "8a"}, None),
        (None, {"job_title": "Ward manager", "grade": "never mapped"}, None),
    ],
    ids=["first post", "promoted", "next tier", "same tier", "back", "no leader", "by level alone", "no level"],
)
async def test_a_post_opens_a_transition_when_it_is_the_first_in_its_tier(
    make: Builder,
    browse: Client,
    admin: AsyncEngine,
    before: dict[str, str] | None,
    now: dict[str, str],
    crossed: tuple[str | None, str] | None,
) -> None:
    here = await make.organisation()
    partner, amara = await make.hr_partner(here), await make.person(here)
    if before:
        await make.assignment(here, amara, **before, fte="0.5", started=date(2022, 1, 3))
    await record_post(browse, partner, amara, here, **now)
    found = [row[:2] for row in await opened(admin, amara)]
    assert found == ([crossed] if crossed else [])


async def test_the_tier_that_was_held_elsewhere_counts_and_is_not_told(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here, elsewhere = await make.organisation(), await make.organisation()
    partner = await make.hr_partner(here)
    old, new = await make.person(here, elsewhere), await make.person(here, elsewhere)
    await make.assignment(elsewhere, old, **MATRON, started=date(2022, 1, 3))
    await make.assignment(elsewhere, new, **WARD_MANAGER, started=date(2022, 1, 3))
    for person in (old, new):
        await record_post(browse, partner, person, here, **MATRON)
    assert await opened(admin, old) == []
    assert [row[:2] for row in await opened(admin, new)] == [(None, "mid_senior")]


async def test_an_import_opens_each_transition_once(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    partner = await make.hr_partner(here)
    started = (today() - timedelta(days=10)).isoformat()
    row = {"JOB_TITLE": "Ward manager", "GRADE": "7", "START_DATE": started, "EMPLOYEE_NUMBER": "77001"}
    for _ in range(2):
        await an_import(browse, partner, here, row)
    asked = text("SELECT count(*), min(to_tier) FROM transitions WHERE organisation_id = :id")
    async with admin.connect() as connection:
        assert tuple((await connection.execute(asked, {"id": here})).one()) == (1, "enabled_leader")


async def an_import(browse: Client, partner: SignedIn, here: UUID, row: dict[str, str]) -> None:
    file = {"file": ("staff.csv", a_file(a_row(**row)), "text/csv")}
    async with browse(partner) as client:
        made = await client.post("/api/imports", data={"organisation_id": str(here)}, files=file)
        address = f"/api/imports/{made.json()['id']}"
        assert (await client.post(f"{address}/check", json={})).status_code < 300
        applied = await client.post(f"{address}/apply", json={"without_problem_rows": True})
        assert applied.status_code < 300, applied.text


async def test_a_post_of_long_ago_opens_nothing(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    partner, amara = await make.hr_partner(here), await make.person(here)
    await record_post(browse, partner, amara, here, **WARD_MANAGER, started="2024-01-08")
    assert await opened(admin, amara) == []


async def test_the_end_of_the_post_ends_its_transition(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    partner, amara = await make.hr_partner(here), await make.person(here)
    post = await record_post(browse, partner, amara, here, **WARD_MANAGER)
    end = {"ended": today().isoformat(), "end_reason": "change_of_post"}
    async with browse(partner) as client:
        assert (await client.post(f"/api/assignments/{post}/end", json=end)).status_code == 200
        assert (await client.get("/api/transitions")).json()["items"] == []
    assert [row[2] for row in await opened(admin, amara)] == ["ended_early"]


async def test_support_is_arranged_and_the_person_sees_it(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    partner, amara = await make.hr_partner(here), await make.staff(here)
    transition = await make.transition(here, amara.person, started_on=today() - timedelta(days=20))
    address = f"/api/transitions/{transition}"
    async with browse(partner) as client:
        [waiting] = (await client.get(f"/api/transitions?organisation_id={here}")).json()["items"]
        assert waiting["support_due_on"] == (today() - timedelta(days=6)).isoformat()
        early = await client.post(f"{address}/end", json={"state": "complete"})
        assert early.status_code == 409
        arranged = await client.post(f"{address}/supports", json={"kind": "mentor", "who": "Siân Ŵyn"})
        assert (arranged.status_code, arranged.json()["state"]) == (201, "supported")
        assert (await client.get("/api/transitions")).json()["items"] == []
        assert len((await client.get("/api/transitions?supported=true")).json()["items"]) == 1
        assert (await client.post(f"{address}/end", json={"state": "complete"})).status_code == 200
        over = await client.post(f"{address}/supports", json={"kind": "coach", "who": "A"})
        assert over.status_code == 409
    async with browse(amara) as client:
        [mine] = (await client.get("/api/me/transitions")).json()
        assert mine["supports"] == [{"kind": "mentor", "who": "Siân Ŵyn", "arranged_on": today().isoformat()}]
        readers = (await client.get("/api/me/readers")).json()["items"]
    assert [one["did"] for one in readers][-1] == "arranged support for your move into leadership"
    async with admin.connect() as connection:
        asked = text("SELECT string_agg(detail::text, '') FROM audit_entries WHERE subject_person_id = :id")
        assert "Siân" not in (await connection.execute(asked, {"id": amara.person})).scalar_one()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "friend"}, "kind"),
        ({"who": " "}, "who"),
        ({"arranged_on": (today() + timedelta(days=1)).isoformat()}, "arranged_on"),
        ({"arranged_on": "2020-01-01"}, "arranged_on"),
    ],
    ids=["kind", "who", "ahead", "long ago"],
)
async def test_support_that_cannot_be_is_refused_at_its_field(
    make: Builder, browse: Client, change: dict[str, str], field: str
) -> None:
    here = await make.organisation()
    transition = await make.transition(here, await make.person(here), started_on=today())
    async with browse(await make.hr_partner(here)) as client:
        sent = {"kind": "coach", "who": "A", **change}
        refused = await client.post(f"/api/transitions/{transition}/supports", json=sent)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == field
        [waiting] = (await client.get("/api/transitions")).json()["items"]
    assert waiting["supports"] == []


async def test_what_somebody_answered_is_theirs_and_that_they_answered_is_known(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner, amara = await make.hr_partner(here), await make.staff(here)
    transition = await make.transition(here, amara.person, started_on=today() - timedelta(days=30))
    answer = {"support_perception": 2, "words": "Canary in the corridor."}
    async with browse(amara) as client:
        address = f"/api/me/transitions/{transition}/check-ins"
        assert (await client.put(f"{address}/90", json=answer)).status_code == 409
        assert (await client.put(f"{address}/31", json=answer)).status_code == 404
        assert (await client.put(f"{address}/30", json={"support_perception": 6})).status_code == 422
        assert (await client.put(f"{address}/30", json={**answer, "support_perception": 4})).status_code == 200
        told = (await client.put(f"{address}/30", json=answer)).json()["check_ins"][0]
        assert (told["support_perception"], told["words"]) == (2, "Canary in the corridor.")
        assert "Canary" in (await client.get("/me/transition")).text
    async with browse(partner) as client:
        found = await client.get("/api/transitions")
        check = found.json()["items"][0]["check_ins"][0]
        assert check["answered_at"]
        assert check["support_perception"] is None
        for address in ("/transitions", f"/transitions/{transition}", f"/people/{amara.person}", "/api/transitions"):
            assert "Canary" not in (await client.get(address)).text


async def test_a_partner_elsewhere_finds_no_transition_and_one_without_the_role_is_refused(
    make: Builder, browse: Client
) -> None:
    here = await make.organisation()
    transition = await make.transition(here, await make.person(here))
    support = {"kind": "coach", "who": "A"}
    async with browse(await make.hr_partner(await make.organisation())) as client:
        assert (await client.get(f"/api/transitions?organisation_id={here}")).status_code == 404
        assert (await client.post(f"/api/transitions/{transition}/supports", json=support)).status_code == 404
        assert (await client.get(f"/transitions/{transition}")).status_code == 404
        assert (await client.get("/api/transitions")).json()["items"] == []
    async with browse(await make.facilitator(here)) as client:
        assert (await client.get("/api/transitions")).status_code == 403
        assert (await client.get(f"/transitions/{NOBODY}")).status_code == 403


async def test_a_transition_goes_out_of_sight_with_the_employment(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    partner, amara = await make.hr_partner(here), await make.staff(here)
    await make.transition(here, amara.person)
    async with admin.begin() as connection:
        ended = text("UPDATE employments SET ended = current_date - 1 WHERE person_id = :id")
        await connection.execute(ended, {"id": amara.person})
    async with browse(partner) as client:
        assert (await client.get("/api/transitions")).json()["items"] == []
    async with browse(amara) as client:
        assert len((await client.get("/api/me/transitions")).json()) == 1


async def test_the_queue_is_paged_with_the_most_pressing_first(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    days = (3, 30, 12, 7, 7)
    for ago in days:
        await make.transition(here, await make.person(here), started_on=today() - timedelta(days=ago))
    seen: list[str] = []
    async with browse(await make.hr_partner(here)) as client:
        cursor: str | None = ""
        while cursor is not None:
            page = (await client.get(f"/api/transitions?size=2&cursor={cursor}")).json()
            seen += [one["started_on"] for one in page["items"]]
            cursor = page["next_cursor"]
    assert seen == sorted(seen)
    assert len(seen) == len(days)
