"""Applying for an offer: what the person may do, what is refused with its reason, and what happens to places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client


@dataclass
class Place:
    """A trust that offers, an employer whose people may enrol, and another whose may not."""

    trust: UUID
    partner: SignedIn
    employer: UUID
    other: UUID
    staff: SignedIn


@pytest.fixture(scope="module")
async def place(admin: AsyncEngine) -> Place:
    make = Builder(admin)
    trust, employer, other = [await make.organisation() for _ in range(3)]
    return Place(trust, await make.hr_partner(trust), employer, other, await somebody(make, employer))


async def somebody(make: Builder, employer: UUID, **given: Any) -> SignedIn:
    """A staff nurse at level 5 of the employer, signed in."""
    who = await make.staff(employer, **given)
    await make.assignment(employer, who.person)
    return who


async def an_offer(make: Builder, place: Place, *partners: UUID, places: int = 2, **given: Any) -> tuple[UUID, UUID]:
    kept = given.pop("kept", {})
    offer = await make.offer(place.trust, *partners, **given)
    return offer, await make.cohort(place.trust, offer, places, kept=kept)


async def apply(client: AsyncClient, offer: UUID, cohort: UUID, **more: Any) -> Response:
    return await client.post(f"/api/offers/{offer}/applications", json={"cohort_id": str(cohort), **more})


async def states(admin: AsyncEngine, application: str) -> Sequence[str]:
    asked = text("SELECT state FROM offer_application_states WHERE application_id = :id ORDER BY number")
    async with admin.connect() as connection:
        return (await connection.execute(asked, {"id": application})).scalars().all()


def fields(answer: Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [problem["field"] for problem in answer.json()["errors"]]


async def test_an_application_is_sent_with_who_the_person_is_at_work_now(
    make: Builder, browse: Client, place: Place, admin: AsyncEngine
) -> None:
    offer, cohort = await an_offer(make, place)
    async with browse(place.staff) as client:
        made = await apply(client, offer, cohort, statement="I want to lead a ward.")
    assert made.status_code == 201, made.text
    told = made.json()
    assert told["application"]["state"] == "submitted"
    assert told["statement"] == "I want to lead a ward."
    assert made.headers["etag"] == '"2"'
    async with admin.connect() as connection:
        row = (
            await connection.execute(
                text("SELECT organisation_id, level, staff_group, job_title FROM offer_applications WHERE id = :id"),
                {"id": told["application"]["id"]},
            )
        ).one()
    assert row == (place.employer, 5, "nursing_midwifery", "Staff nurse")


async def test_what_was_written_never_reaches_the_trail(
    make: Builder, browse: Client, place: Place, admin: AsyncEngine
) -> None:
    offer, cohort = await an_offer(make, place)
    async with browse(place.staff) as client:
        made = (await apply(client, offer, cohort, statement="Only for whoever decides.")).json()
    asked = text("SELECT action, detail::text AS detail FROM audit_entries WHERE entity_id = :id ORDER BY id")
    async with admin.connect() as connection:
        rows = (await connection.execute(asked, {"id": made["application"]["id"]})).all()
    assert [row.action for row in rows] == ["offers.application_begun", "offers.submitted"]
    assert "Only" not in " ".join(row.detail for row in rows)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"level_from": 7}, "level", "Your post is at level 5"),
        ({"level_to": 4}, "level", "level 4 and below"),
        ({"staff_groups": ["medical_dental"]}, "staff_group", "other staff groups"),
        ({"opens_on": date(2036, 1, 1)}, "offer", "opens on 1 January 2036"),
        ({"closes_on": date(2026, 1, 6)}, "offer", "closed on 6 January 2026"),
        ({"state": "closed"}, "offer", "is closed"),
        ({"state": "withdrawn"}, "offer", "is closed"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
async def test_somebody_who_may_not_apply_is_told_why(
    make: Builder, browse: Client, place: Place, given: dict[str, Any], field: str, words: str
) -> None:
    offer, cohort = await an_offer(make, place, **given)
    async with browse(place.staff) as client:
        answer = await apply(client, offer, cohort)
        held = await client.get("/api/me/offers")
    assert fields(answer) == [field]
    assert words in answer.json()["detail"]
    assert str(offer) not in held.text


async def test_an_employer_that_does_not_take_part_is_said(make: Builder, browse: Client, place: Place) -> None:
    offer, cohort = await an_offer(make, place, place.other)
    async with browse(place.staff) as client:
        assert fields(await apply(client, offer, cohort)) == ["organisation"]


async def test_a_date_of_another_offer_is_none_of_this(make: Builder, browse: Client, place: Place) -> None:
    offer, _ = await an_offer(make, place)
    _, elsewhere = await an_offer(make, place)
    async with browse(place.staff) as client:
        assert fields(await apply(client, offer, elsewhere)) == ["cohort_id"]
        assert fields(await client.post(f"/api/offers/{offer}/applications", json={})) == ["cohort_id"]


async def test_nobody_applies_twice_but_may_again_after_withdrawing(
    make: Builder, browse: Client, place: Place
) -> None:
    offer, cohort = await an_offer(make, place)
    async with browse(place.staff) as client:
        first = await apply(client, offer, cohort)
        assert (await apply(client, offer, cohort)).status_code == 409
        one = f"/api/me/offers/{first.json()['application']['id']}"
        assert (await client.post(one + "/withdraw")).status_code == 428
        assert (await client.post(one + "/withdraw", headers={"If-Match": '"1"'})).status_code == 412
        gone = await client.post(one + "/withdraw", headers={"If-Match": '"2"'})
        assert gone.json()["application"]["state"] == "withdrawn"
        assert (await client.post(one + "/withdraw", headers={"If-Match": '"3"'})).status_code == 409
        assert (await apply(client, offer, cohort)).status_code == 201


async def test_the_same_request_sent_again_is_one_application(make: Builder, browse: Client, place: Place) -> None:
    offer, cohort = await an_offer(make, place)
    async with browse(place.staff) as client:
        sent: dict[str, Any] = {"json": {"cohort_id": str(cohort)}, "headers": {"Idempotency-Key": f"apply-{offer}"}}
        first, again = [await client.post(f"/api/offers/{offer}/applications", **sent) for _ in range(2)]
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()


async def test_a_draft_is_completed_later(make: Builder, browse: Client, place: Place, admin: AsyncEngine) -> None:
    offer, cohort = await an_offer(make, place)
    async with browse(place.staff) as client:
        begun = await client.post(f"/api/offers/{offer}/applications", json={"is_draft": True, "statement": "A"})
        key = begun.json()["application"]["id"]
        assert begun.json()["application"]["state"] == "draft"
        given = {"cohort_id": str(cohort), "statement": "B"}
        sent = await client.put(f"/api/me/offers/{key}", json=given, headers={"If-Match": '"1"'})
    assert sent.json()["statement"] == "B"
    assert await states(admin, key) == ["draft", "submitted"]


async def test_where_places_go_in_order_the_second_waits_and_moves_up(
    make: Builder, browse: Client, place: Place, admin: AsyncEngine
) -> None:
    offer, cohort = await an_offer(make, place, places=1, place_rule="in_order")
    other = await somebody(make, place.employer)
    async with browse(place.staff) as one, browse(other) as two:
        first, second = await apply(one, offer, cohort), await apply(two, offer, cohort)
        assert first.json()["application"]["state"] == "placed"
        assert second.json()["application"]["state"] == "waiting"
        away = f"/api/me/offers/{first.json()['application']['id']}/withdraw"
        assert (await one.post(away, headers={"If-Match": '"3"'})).status_code == 200
        held = await two.get(f"/api/me/offers/{second.json()['application']['id']}")
        told = await two.get("/api/me/notices")
    assert [step["state"] for step in held.json()["history"]] == ["draft", "submitted", "waiting", "placed"]
    assert held.json()["history"][-1]["is_automatic"]
    assert "You have a place on Leading a team well" in told.text


async def test_kept_places_go_to_their_own_and_to_nobody_else(make: Builder, browse: Client, place: Place) -> None:
    kept = {place.other: 1}
    offer, cohort = await an_offer(make, place, places=2, place_rule="in_order", kept=kept)
    found: list[str] = []
    for employer in (place.employer, place.employer, place.other):
        async with browse(await somebody(make, employer)) as client:
            found.append((await apply(client, offer, cohort)).json()["application"]["state"])
    assert found == ["placed", "waiting", "placed"]


async def test_another_persons_application_is_not_there(make: Builder, browse: Client, place: Place) -> None:
    offer, cohort = await an_offer(make, place)
    other = await somebody(make, place.employer)
    theirs = await make.application(other.person, place.trust, offer, cohort, employer_id=place.employer)
    async with browse(place.staff) as client:
        for key in (theirs, NOBODY):
            assert (await client.get(f"/api/me/offers/{key}")).status_code == 404
            gone = await client.post(f"/api/me/offers/{key}/withdraw", headers={"If-Match": '"2"'})
            assert gone.status_code == 404


async def test_a_nomination_is_seen_by_the_person_who_alone_decides(
    make: Builder, browse: Client, place: Place
) -> None:
    offer, cohort = await an_offer(make, place)
    address = f"amara.{offer}@example.org"
    who = await somebody(make, place.employer, email=address)
    async with browse(place.staff) as colleague, browse(who) as client:
        answers = [
            await colleague.post(f"/api/offers/{offer}/nominations", json={"email": email})
            for email in (address, address, f"nobody.{offer}@example.org")
        ]
        assert {(answer.status_code, answer.text) for answer in answers} == {(202, answers[0].text)}
        held = (await client.get("/api/me/offers")).json()
        assert [(one["route"], one["state"], one["nominated_by"]) for one in held] == [
            ("peer", "draft", place.staff.name)
        ]
        assert "nominated for Leading a team well" in (await client.get("/api/me/notices")).text
        one = f"/api/me/offers/{held[0]['id']}"
        sent = await client.put(one, json={"cohort_id": str(cohort)}, headers={"If-Match": '"1"'})
        assert sent.json()["application"]["state"] == "submitted"
        assert str(offer) not in (await colleague.get("/api/me/offers")).text


async def test_a_nomination_by_whoever_looks_after_them_says_so_and_can_be_declined(
    make: Builder, browse: Client, place: Place, admin: AsyncEngine
) -> None:
    offer, _ = await an_offer(make, place)
    address = f"bryn.{offer}@example.org"
    who, manager = await somebody(make, place.employer, email=address), await make.facilitator(place.employer)
    async with browse(manager) as nominator, browse(who) as client:
        await nominator.post(f"/api/offers/{offer}/nominations", json={"email": address.upper()})
        held = (await client.get("/api/me/offers")).json()[0]
        assert held["route"] == "manager"
        gone = await client.post(f"/api/me/offers/{held['id']}/withdraw", headers={"If-Match": '"1"'})
        assert gone.json()["application"]["state"] == "withdrawn"
        # Declined once, nobody asks again.
        await nominator.post(f"/api/offers/{offer}/nominations", json={"email": address})
        assert len((await client.get("/api/me/offers")).json()) == 1


async def test_a_nomination_is_not_the_providers_to_read(make: Builder, browse: Client, place: Place) -> None:
    offer, cohort = await an_offer(make, place)
    who = await somebody(make, place.employer)
    await make.application(who.person, place.trust, offer, cohort, "withdrawn", route="peer", nominated_by="A")
    async with browse(place.partner) as client:
        answer = await client.get(f"/api/offers/{offer}/applications")
    assert answer.json()["items"] == []


async def test_only_whoever_completed_says_how_useful_it_was(make: Builder, browse: Client, place: Place) -> None:
    offer, cohort = await an_offer(make, place)
    done = ("submitted", "placed", "attended", "completed")
    completed = await make.application(
        place.staff.person, place.trust, offer, cohort, *done, employer_id=place.employer
    )
    other, _ = await an_offer(make, place)
    async with browse(place.staff) as client:
        one = f"/api/me/offers/{completed}/feedback"
        for useful in (0, 6):
            assert fields(await client.put(one, json={"useful": useful})) == ["useful"]
        for useful in (4, 5):
            given = await client.put(one, json={"useful": useful, "words": "The visits were best."})
            assert given.json()["useful"] == useful
        begun = await client.post(f"/api/offers/{other}/applications", json={"is_draft": True})
        early = f"/api/me/offers/{begun.json()['application']['id']}/feedback"
        assert (await client.put(early, json={"useful": 5})).status_code == 409
