"""Threads of potential: about a person only with their yes, read by their parties, only ever added to."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.clock import today
from tests.builders import Builder, SignedIn
from tests.conftest import Client

SEEN = {"what": "They asked three questions.", "place": "Ward 4", "why": "Nights had room.", "seen_on": "2026-10-01"}


async def threads_of(browse: Client, who: SignedIn) -> list[str]:
    async with browse(who) as client:
        return [one["title"] for one in (await client.get("/api/threads")).json()["items"]]


async def test_a_practice_is_followed_in_order(browse: Client, make: Builder) -> None:
    here = await make.organisation()
    person, partner, stranger = (
        await make.staff(here),
        await make.hr_partner(here),
        await make.hr_partner(await make.organisation()),
    )
    async with browse(person) as client:
        made = (await client.post("/api/threads", json={"subject": "practice", "title": "Three questions"})).json()
        one = f"/api/threads/{made['id']}"
        assert (await client.post(f"{one}/observations", json={**SEEN, "conditions": []})).status_code in {400, 422}
        late = {**SEEN, "seen_on": "2999-01-01", "conditions": ["time"]}
        assert (await client.post(f"{one}/observations", json=late)).status_code == 422
        assert (await client.post(f"{one}/observations", json={**SEEN, "conditions": ["time"]})).status_code == 201
    async with browse(partner) as client:
        form = {**SEEN, "what": "It spread.", "conditions.peers": "true", "conditions.room_to_try": "true"}
        assert (await client.post(f"/threads/{made['id']}", data=form)).status_code == 303
        page = (await client.get(f"/threads/{made['id']}")).text
        assert page.index("They asked three questions.") < page.index("It spread.")
        assert "Room to try, and to be wrong" in page
        assert (await client.post(f"/threads/{made['id']}", data=SEEN)).status_code == 422
        assert (await client.post(f"{one}/answer", json={"answer": "ended"})).json()["state"] == "closed"
        assert (await client.post(f"{one}/observations", json={**SEEN, "conditions": ["time"]})).status_code == 409
    async with browse(stranger) as client:
        assert (await client.get(one)).status_code == 404


async def test_a_colleague_is_asked_and_nobody_knows_before_their_yes(
    browse: Client, make: Builder, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    opener, partner = await make.staff(here), await make.hr_partner(here)
    whom = await make.staff(here, email=f"{here}@elm.test", given_name="Efa", family_name="Pugh")
    about = {"subject": "person", "title": "How Efa begins"}
    async with browse(opener) as client:
        said = [
            await client.post("/api/threads", json={**about, "email": email})
            for email in (f"{here}@elm.test", "nobody@elm.test", f"{here}@elm.test")
        ]
        assert len({answer.text for answer in said}) == 1
        wrong = {"subject": "team", "title": "A", "email": "nobody@elm.test"}
        assert (await client.post("/api/threads", json=wrong)).status_code == 422
    assert await threads_of(browse, opener) == await threads_of(browse, partner) == []
    async with browse(whom) as client:
        [asked] = (await client.get("/api/me/talent")).json()["threads"]
        assert "Yes, follow it" in (await client.get(f"/threads/{asked['id']}")).text
        url = f"/threads/{asked['id']}/answer"
        assert (await client.post(url, data={"answer": "agreed"})).status_code == 303
    assert await threads_of(browse, opener) == await threads_of(browse, partner) == ["How Efa begins"]
    async with browse(partner) as client:
        await client.get(f"/threads/{asked['id']}")
    async with browse(whom) as client:
        assert "read a thread about you" in (await client.get("/me/talent")).text
        assert (await client.post(url, data={"answer": "ended"})).status_code == 303
    assert await threads_of(browse, opener) == await threads_of(browse, partner) == []
    seen = text("SELECT count(*) FROM audit_entries WHERE subject_person_id = :p AND action = 'talent.thread_read'")
    async with admin.connect() as connection:
        assert (await connection.execute(seen, {"p": whom.person})).scalar_one() == 2


async def test_a_thread_that_nobody_writes_in_is_followed_up(browse: Client, make: Builder) -> None:
    here = await make.organisation()
    partner = await make.hr_partner(here)
    await make.thread(here, partner.person, title="Gone quiet", opened_on=today().replace(year=today().year - 1))
    await make.thread(here, partner.person, title="Just begun")
    async with browse(partner) as client:
        page = (await client.get("/talent")).text
        assert "Gone quiet" in page
        assert "Just begun" not in page
