"""Looking for somebody: only those who agreed are seen, each decision is made once, and a no has its reason."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient

from service.kit.clock import today
from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client


class Two:
    """One employer looks for somebody; the other has a person who might like it."""

    looking: UUID
    home: UUID
    at_looking: SignedIn
    at_home: SignedIn
    person: SignedIn
    request: UUID


@pytest.fixture
async def two(make: Builder) -> Two:
    two = Two()
    two.looking, two.home = await make.organisation(name="Oak Council"), await make.organisation(name="Elm Trust")
    two.at_looking, two.at_home = await make.hr_partner(two.looking), await make.hr_partner(two.home)
    two.person = await make.staff(two.home, given_name="Efa", family_name="Pugh")
    two.request = await make.wanted(two.looking)
    return two


async def seen(browse: Client, who: SignedIn, two: Two) -> list[dict]:
    async with browse(who) as client:
        answer = await client.get(f"/api/talent-requests/{two.request}")
    assert answer.status_code == 200, answer.text
    return answer.json()["referrals"]


async def decide(client: AsyncClient, candidate: object, version: int, **given: str) -> int:
    url, headers = f"/api/candidates/{candidate}/decision", {"If-Match": f'"{version}"'}
    return (await client.post(url, json=given, headers=headers)).status_code


async def close(client: AsyncClient, two: Two, **given: str) -> int:
    url = f"/api/talent-requests/{two.request}/close"
    return (await client.post(url, json=given, headers={"If-Match": '"1"'})).status_code


async def test_asked_agreed_put_forward_and_chosen(browse: Client, two: Two) -> None:
    whom = {"organisation_id": str(two.home), "person_id": str(two.person.person)}
    async with browse(two.at_home) as home:
        made = (await home.post(f"/api/talent-requests/{two.request}/referrals", json=whom)).json()
        assert (await home.post(f"/api/talent-requests/{two.request}/referrals", json=whom)).status_code == 409
        assert await decide(home, made["id"], 1, decision="referred") == 409
    assert await seen(browse, two.at_looking, two) == []
    async with browse(two.person) as person:
        assert "May they put you forward?" in (await person.get("/me/talent")).text
        url = f"/api/me/candidates/{made['id']}"
        assert (await person.post(url, json={"answer": "agreed"}, headers={"If-Match": '"1"'})).status_code == 200
        assert (await person.post(url, json={"answer": "declined"}, headers={"If-Match": '"1"'})).status_code == 412
    assert await seen(browse, two.at_looking, two) == []
    async with browse(two.at_home) as home:
        assert "put Efa Pugh forward" in (await home.get("/talent")).text
        assert await decide(home, made["id"], 2, decision="referred") == 200
    assert [one["name"] for one in await seen(browse, two.at_looking, two)] == ["Efa Pugh"]
    async with browse(two.at_looking) as looking:
        assert await close(looking, two, state="filled") == 422
        assert await decide(looking, made["id"], 3, decision="not_selected") in {400, 422}
        assert await decide(looking, made["id"], 3, decision="selected") == 200
        assert await close(looking, two, state="filled") == 200
        assert await close(looking, two, state="filled") == 409
    async with browse(two.person) as person:
        assert "Chosen" in (await person.get("/me/talent")).text


async def test_a_no_is_not_shown_and_a_yes_may_be_withdrawn(browse: Client, make: Builder, two: Two) -> None:
    made = await make.candidate(two.person.person, two.home, two.looking, two.request)
    async with browse(two.person) as person:
        no = await person.post(f"/api/me/candidates/{made}", json={"answer": "declined"}, headers={"If-Match": '"1"'})
        assert no.json()["consent"] == "declined"
    assert await seen(browse, two.at_home, two) == []
    other = await make.staff(two.home)
    agreed = {"consent": "agreed", "referral": "referred"}
    made = await make.candidate(other.person, two.home, two.looking, two.request, **agreed)
    assert len(await seen(browse, two.at_looking, two)) == 1
    async with browse(other) as person:
        gone = await person.post(f"/me/talent/candidates/{made}", data={"answer": "withdrawn", "version": "1"})
        assert gone.status_code == 303
    assert await seen(browse, two.at_looking, two) == []


async def test_each_decision_is_made_once_and_by_whose_it_is(browse: Client, make: Builder, two: Two) -> None:
    made = await make.candidate(two.person.person, two.home, two.looking, two.request, consent="agreed")

    async def refer(decision: str, **more: str) -> int:
        async with browse(two.at_home) as client:
            return await decide(client, made, 1, decision=decision, **more)

    found = await asyncio.gather(refer("referred"), refer("not_referred", reason="dates_do_not_fit"))
    assert sorted(found) == [200, 409]
    async with browse(two.at_home) as client:
        assert await decide(client, made, 2, decision="selected") == 403


async def test_only_people_of_ones_own_are_asked(browse: Client, make: Builder, two: Two) -> None:
    url = f"/api/talent-requests/{two.request}/referrals"
    async with browse(two.at_looking) as client:
        for person in (str(two.person.person), NOBODY):
            given = {"organisation_id": str(two.looking), "person_id": person}
            assert (await client.post(url, json=given)).status_code == 404
        foreign = {"organisation_id": str(two.home), "person_id": str(two.person.person)}
        assert (await client.post(url, json=foreign)).status_code == 404
    async with browse(two.at_home) as client:
        assert await close(client, two, state="unfilled", reason="nobody_came_forward") == 403
        page = await client.get(f"/talent/requests/{two.request}", params={"search": "Pugh"})
        assert "Whom would it suit?" in page.text
        sent = await client.post(f"/talent/requests/{two.request}/ask", data={"who": f"{two.home}.{two.person.person}"})
        assert sent.status_code == 303
        assert "Asked. No answer yet." in (await client.get(f"/talent/requests/{two.request}")).text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starts": "2020-01-01"}, "starts"),
        ({"ends": "2020-01-01"}, "ends"),
        ({"family_code": "none"}, "family_code"),
        ({"profile_id": NOBODY}, "profile_id"),
        ({"level": None}, "level"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_request_that_cannot_be(browse: Client, two: Two, change: dict[str, object], field: str) -> None:
    when = {"starts": str(today()), "ends": str(today() + timedelta(days=9))}
    row = {"organisation_id": str(two.looking), "title": "A", "family_code": "voluntary", "level": 5, "capability": "B"}
    async with browse(two.at_looking) as client:
        answer = await client.post("/api/talent-requests", json=row | when | change)
        assert answer.status_code == 422, answer.text
        assert field in answer.text
        form = {name: str(value) for name, value in (row | when).items() if value}
        assert (await client.post("/talent/requests", data={**form, "title": ""})).status_code == 422
