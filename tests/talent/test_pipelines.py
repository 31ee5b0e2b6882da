"""Being in a pipeline: by oneself or with one's yes, stated by somebody else, and left without a word."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.clock import today
from tests.builders import Builder, SignedIn
from tests.conftest import Client

RESTS = {"words": "Led the winter rota for two years."}


class Two:
    """Two employers with a partner each; the first has somebody who works there, and looks after a pipeline."""

    here: UUID
    there: UUID
    partner: SignedIn
    stranger: SignedIn
    person: SignedIn
    pipeline: UUID


@pytest.fixture
async def two(make: Builder) -> Two:
    two = Two()
    two.here, two.there = await make.organisation(name="Elm Trust"), await make.organisation(name="Oak Council")
    two.partner, two.stranger = await make.hr_partner(two.here), await make.hr_partner(two.there)
    two.person = await make.staff(two.here, given_name="Efa", family_name="Pugh", email=f"{two.here}@elm.test")
    two.pipeline = await make.pipeline(two.here)
    return two


@pytest.fixture
async def as_person(browse: Client, two: Two) -> AsyncIterator[AsyncClient]:
    async with browse(two.person) as client:
        yield client


async def entered(client: AsyncClient, two: Two) -> dict:
    answer = await client.post(f"/api/pipelines/{two.pipeline}/members", json=RESTS)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def board(browse: Client, who: SignedIn, two: Two) -> list[str]:
    async with browse(who) as client:
        answer = await client.get(f"/api/pipelines/{two.pipeline}/members")
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["members"]]


async def trail(admin: AsyncEngine, person: UUID) -> list[str]:
    asked = text("SELECT action FROM audit_entries WHERE subject_person_id = :p AND action ~ '^talent' ORDER BY id")
    async with admin.connect() as connection:
        return list((await connection.execute(asked, {"p": person})).scalars())


async def test_somebody_enters_and_their_partner_says_where_they_are(
    browse: Client, two: Two, as_person: AsyncClient, admin: AsyncEngine
) -> None:
    made = await entered(as_person, two)
    assert (made["stage"], made["state"], made["reviewed_on"]) == ("feeder", "current", None)
    one = f"/api/memberships/{made['id']}"
    async with browse(two.partner) as client:
        read = await client.get(one)
        assert read.json()["steps"][0]["words"] == RESTS["words"]
        review = {"stage": "ready_soon", "words": "Stood in for the matron in May."}
        assert (await client.post(f"{one}/reviews", json=review)).status_code == 428
        said = await client.post(f"{one}/reviews", json=review, headers={"If-Match": read.headers["etag"]})
        assert said.status_code == 201, said.text
        again = await client.post(f"{one}/reviews", json=review, headers={"If-Match": read.headers["etag"]})
        assert again.status_code == 412
    [mine] = (await as_person.get("/api/me/talent")).json()["memberships"]
    assert (mine["stage"], mine["reviewed_on"]) == ("ready_soon", today().isoformat())
    assert today() + timedelta(365) <= type(today()).fromisoformat(mine["expires_on"]) <= today() + timedelta(366)
    assert [step["step"] for step in mine["steps"]] == ["reviewed", "entered"]
    assert await trail(admin, two.person.person) == ["talent.entered", "talent.membership_read", "talent.reviewed"]


async def test_of_two_reviews_at_once_one_is_kept(browse: Client, make: Builder, two: Two) -> None:
    made = await make.membership(two.person.person, two.here, two.pipeline)

    async def review(stage: str) -> int:
        async with browse(two.partner) as client:
            given = {"stage": stage, "words": "We met."}
            url = f"/api/memberships/{made}/reviews"
            return (await client.post(url, json=given, headers={"If-Match": '"1"'})).status_code

    found = await asyncio.gather(*(review(stage) for stage in ("developing", "ready_soon", "ready_now")))
    assert found.count(201) == 1
    assert set(found) <= {201, 409, 412}


async def test_entering_rests_on_something_and_is_done_once(two: Two, as_person: AsyncClient, make: Builder) -> None:
    url = f"/api/pipelines/{two.pipeline}/members"
    assert "words" in (await as_person.post(url, json={})).text
    foreign = await make.evidence((await make.staff(two.here)).person, two.here)
    assert (await as_person.post(url, json={"evidence_id": str(foreign)})).status_code == 404
    own = await make.evidence(two.person.person, two.here)
    headers = {"Idempotency-Key": "once"}
    first = await as_person.post(url, json={"evidence_id": str(own)}, headers=headers)
    assert first.status_code == 201
    assert (await as_person.post(url, json={"evidence_id": str(own)}, headers=headers)).json() == first.json()
    assert (await as_person.post(url, json=RESTS)).status_code == 409


async def test_it_is_for_people_of_the_employers_it_names(browse: Client, make: Builder, two: Two) -> None:
    closed_shop = await make.pipeline(two.there, in_scope=[two.there])
    shut = await make.pipeline(two.here, state="closed")
    async with browse(two.person) as client:
        assert (await client.get(f"/api/pipelines/{closed_shop}")).status_code == 200
        assert (await client.post(f"/api/pipelines/{closed_shop}/members", json=RESTS)).status_code == 403
        assert (await client.post(f"/api/pipelines/{shut}/members", json=RESTS)).status_code == 409


async def test_leaving_is_private(browse: Client, two: Two, as_person: AsyncClient, admin: AsyncEngine) -> None:
    made = await entered(as_person, two)
    assert await board(browse, two.partner, two) == ["Efa Pugh"]
    assert await board(browse, two.stranger, two) == []
    left = await as_person.post(
        f"/api/me/memberships/{made['id']}", json={"step": "left"}, headers={"If-Match": f'"{made["version"]}"'}
    )
    assert left.json()["state"] == "left"
    assert await board(browse, two.partner, two) == []
    async with browse(two.partner) as client:
        assert (await client.get(f"/api/memberships/{made['id']}")).status_code == 404
        assert "Efa" not in (await client.get("/talent")).text
    assert (await trail(admin, two.person.person))[-1] == "talent.own_step"
    assert "You left" in (await as_person.get("/me/talent")).text


async def test_who_objects_is_looked_at_again(browse: Client, two: Two, as_person: AsyncClient, make: Builder) -> None:
    made = await make.membership(two.person.person, two.here, two.pipeline, "developing")
    url, headers = f"/api/me/memberships/{made}", {"If-Match": '"2"'}
    assert "words" in (await as_person.post(url, json={"step": "objected"}, headers=headers)).text
    given = {"step": "objected", "words": "I led two wards in spring."}
    assert (await as_person.post(url, json=given, headers=headers)).json()["is_disputed"]
    async with browse(two.partner) as client:
        assert "who does not agree" in (await client.get("/talent")).text
        review = {"stage": "ready_soon", "words": "True: two wards, March to May."}
        answer = await client.post(f"/api/memberships/{made}/reviews", json=review, headers={"If-Match": '"3"'})
        assert (answer.json()["is_disputed"], answer.json()["stage"]) == (False, "ready_soon")


async def test_it_lapses_unless_reviewed_and_may_be_entered_again(
    browse: Client, two: Two, as_person: AsyncClient, make: Builder
) -> None:
    gone = today() - timedelta(days=1)
    made = await make.membership(two.person.person, two.here, two.pipeline, "ready_now", expires_on=gone)
    assert await board(browse, two.partner, two) == []
    page = await as_person.get("/me/talent")
    assert "Lapsed" in page.text
    again = await entered(as_person, two)
    assert (again["id"], again["stage"], again["is_lapsed"]) == (str(made), "feeder", False)


async def test_a_nomination_is_answered_alike_and_needs_their_yes(
    browse: Client, two: Two, as_person: AsyncClient, make: Builder
) -> None:
    url = f"/api/pipelines/{two.pipeline}/nominations"
    async with browse(await make.staff(two.there)) as peer:
        said = [
            await peer.post(url, json={"email": email, "words": "Calm on bad nights."})
            for email in (f"{two.here}@ELM.test", f"{two.here}@elm.test", "nobody@elm.test")
        ]
        assert {answer.status_code for answer in said} == {202}
        assert len({answer.text for answer in said}) == 1
        assert (await peer.get("/api/me/talent")).json()["memberships"] == []
    assert await board(browse, two.partner, two) == []
    [asked] = (await as_person.get("/api/me/talent")).json()["memberships"]
    assert (asked["state"], asked["source"], asked["steps"][0]["by"]) == ("asked", "peer", "Amara Okafor")
    assert "Calm on bad nights." in (await as_person.get("/me/talent")).text
    answer = await as_person.post(
        f"/api/me/memberships/{asked['id']}", json={"step": "accepted", **RESTS}, headers={"If-Match": '"1"'}
    )
    assert answer.json()["state"] == "current"
    assert await board(browse, two.partner, two) == ["Efa Pugh"]


async def test_a_no_is_known_to_nobody_and_is_not_asked_again(
    browse: Client, two: Two, as_person: AsyncClient, make: Builder
) -> None:
    url, given = f"/api/pipelines/{two.pipeline}/nominations", {"email": f"{two.here}@elm.test", "words": "Go on."}
    async with browse(two.partner) as client:
        chosen = {"person_id": str(two.person.person), "words": "Your handovers."}
        assert (await client.post(url, json=chosen)).status_code == 202
        [asked] = (await as_person.get("/api/me/talent")).json()["memberships"]
        no = await as_person.post(
            f"/api/me/memberships/{asked['id']}", json={"step": "declined"}, headers={"If-Match": '"1"'}
        )
        assert no.json()["state"] == "declined"
        assert (await client.post(url, json=given)).status_code == 202
        assert len((await as_person.get("/api/me/talent")).json()["memberships"]) == 1
        someone_else = await make.staff(two.there)
        await client.post(url, json={"person_id": str(someone_else.person), "words": "From elsewhere."})
    async with browse(someone_else) as client:
        assert (await client.get("/api/me/talent")).json()["memberships"] == []


async def test_another_employer_sees_whoever_lets_them(browse: Client, two: Two, as_person: AsyncClient) -> None:
    made = await entered(as_person, two)
    shown = {"organisation_ids": [str(two.there)]}
    await as_person.put(f"/api/me/memberships/{made['id']}/shown-to", json=shown)
    assert await board(browse, two.stranger, two) == ["Efa Pugh"]
    await as_person.put(f"/api/me/memberships/{made['id']}/shown-to", json={"organisation_ids": []})
    assert await board(browse, two.stranger, two) == []


async def test_nobody_is_told_how_many_there_are_whom_they_do_not_see(browse: Client, two: Two, make: Builder) -> None:
    url = f"/api/pipelines/{two.pipeline}/members"
    async with browse(two.partner) as client:
        before = (await client.get(url)).json()
        for _ in range(12):
            await make.membership(await make.person(two.there), two.there, two.pipeline)
        assert (await client.get(url)).json() == before
        assert "There may be others." in (await client.get(f"/pipelines/{two.pipeline}")).text


async def test_nobody_is_reviewed_before_the_inclusion_check(
    browse: Client, two: Two, make: Builder, admin: AsyncEngine
) -> None:
    made = await make.membership(two.person.person, two.here, two.pipeline)
    async with admin.begin() as connection:
        await connection.execute(text("DELETE FROM inclusion_checks WHERE subject_id = :id"), {"id": two.pipeline})
    async with browse(two.partner) as client:
        given = {"stage": "developing", "words": "We met."}
        answer = await client.post(f"/api/memberships/{made}/reviews", json=given, headers={"If-Match": '"1"'})
        assert answer.status_code == 422
        assert "inclusion check" in answer.text
        page = await client.post(f"/talent/members/{made}", data={**given, "version": "1"})
        assert (page.status_code, "Error: " in page.text) == (422, True)
        check = {"finding": "could_not_tell", "will_do": "Ask in March."}
        assert (await client.post(f"/api/checks/pipeline/{two.pipeline}/publish", json=check)).status_code == 201
        assert (await client.post(f"/talent/members/{made}", data={**given, "version": "1"})).status_code == 303


async def test_its_criteria_are_changed_by_whoever_looks_after_it(browse: Client, two: Two) -> None:
    url = f"/api/pipelines/{two.pipeline}"
    given = {"title": "Towards head", "purpose": "To lead.", "criteria": "You lead a team.", "owner": "HR team"}
    async with browse(two.stranger) as client:
        assert (await client.put(url, json=given, headers={"If-Match": '"1"'})).status_code == 403
    async with browse(two.partner) as client:
        assert (await client.put(url, json=given, headers={"If-Match": '"1"'})).json()["version"] == 2
        assert (await client.put(url, json=given, headers={"If-Match": '"1"'})).status_code in {409, 412}
    async with browse(two.person) as client:
        assert "You lead a team." in (await client.get(f"/pipelines/{two.pipeline}")).text
