"""Use ours first: what is shared is found across the system, changed by its owner, and looked at before buying."""

from datetime import date
from typing import Any

import pytest

from service.kit.actor import Actor
from service.kit.db import Sessions, transaction
from service.offers.queries.gates import publish_gates
from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client


def given(organisation: object, **changes: object) -> dict[str, object]:
    row = {"kind": "room", "what": "Simulation suite Zephyr", "how_to_borrow": "Ask the library."}
    return {"organisation_id": str(organisation), **row, **changes}


async def two(make: Builder) -> tuple[SignedIn, SignedIn]:
    return await make.hr_partner(await make.organisation()), await make.hr_partner(await make.organisation())


async def test_what_one_shares_the_others_find_and_its_owner_alone_changes(make: Builder, browse: Client) -> None:
    here = await make.organisation(name="Elm Trust")
    ours, theirs = await make.hr_partner(here), await make.hr_partner(await make.organisation())
    async with browse(ours) as client:
        form = {**given(here), "available_to-day": "1", "available_to-month": "3", "available_to-year": "2037"}
        assert (await client.post("/shared-assets", data=form)).status_code == 303
        [made] = (await client.get("/api/assets", params={"organisation_id": str(here)})).json()["items"]
        page = await client.get(f"/shared-assets/{made['id']}")
        assert 'value="2037"' in page.text
    async with browse(theirs) as client:
        page = (
            await client.get("/shared-assets", params={"search": "zephyr SIMULATION", "organisation_id": str(here)})
        ).text
        assert "Elm Trust. Until 1 March 2037" in page
        assert "Ask the library." in page
        change = {**given(here), "version": 1}
        change.pop("organisation_id")
        assert (await client.put(f"/api/assets/{made['id']}", json=change)).status_code == 404
        assert (await client.get(f"/shared-assets/{made['id']}")).status_code == 404
    async with browse(ours) as client:
        assert (await client.put(f"/api/assets/{made['id']}", json={**change, "state": "retired"})).status_code == 200
        assert (await client.put(f"/api/assets/{made['id']}", json=change)).status_code == 409
        assert (await client.get("/api/assets", params={"organisation_id": str(here)})).json()["items"] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"what": ""}, "what"),
        ({"kind": "ship"}, "kind"),
        ({"available_from": "2037-02-01", "available_to": "2037-01-01"}, "available_to"),
        ({"how_to_borrow": "x" * 1001}, "how_to_borrow"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_what_cannot_be_is_refused_and_nothing_stays(
    make: Builder, browse: Client, change: dict[str, object], field: str
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        answer = await client.post("/api/assets", json=given(here, **change))
        assert answer.status_code in {400, 422}
        assert field in answer.text
        assert (await client.post("/api/assets", json=given(NOBODY))).status_code == 404
        assert (await client.get("/api/assets", params={"organisation_id": str(here)})).json()["items"] == []
    async with browse(await make.staff(here)) as client:
        assert (await client.post("/api/assets", json=given(here))).status_code in {403, 404}
        assert (await client.get("/shared-assets")).status_code == 200


async def test_pages_of_what_is_shared_follow_on(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    for number in range(5):
        await make.asset(here, what=f"Room {number}")
    await make.asset(here, what="Room that is over", available_to=date(2026, 1, 1))
    asked, seen, cursor = {"organisation_id": str(here), "size": "2"}, [], None
    async with browse(await make.staff(here)) as client:
        for _ in range(3):
            page = (await client.get("/api/assets", params=asked | ({"cursor": cursor} if cursor else {}))).json()
            seen += [one["what"] for one in page["items"]]
            cursor = page["next_cursor"]
    assert (seen, cursor) == ([f"Room {number}" for number in range(5)], None)


async def test_nothing_is_bought_before_somebody_looked_at_what_is_shared(
    make: Builder, browse: Client, sessions: Sessions
) -> None:
    here, there = await make.organisation(), await make.organisation()
    offer = await make.offer(here, state="draft", published_at=None, provider_kind="external")
    asset, partner = await make.asset(there, what="Coaching pool"), await make.hr_partner(here)
    places = {"people.read": frozenset({here}), "offers.edit": frozenset({here})}
    eyes = Actor(partner.name, partner.account_id, partner.person_id, frozenset(), places)
    gates: dict[str, Any] = {"is_targeted": False, "priority_until": None, "is_external": True}
    async with transaction(sessions, eyes) as session:
        assert "asset" in [one.field for one in await publish_gates(session, here, offer, **gates)]
    async with browse(partner) as client:
        assert "Coaching pool" in (await client.get("/shared-assets", params={"offer": str(offer)})).text
        empty = await client.post("/shared-assets/looked", data={"offer": str(offer)})
        assert empty.status_code == 422
        assert "say why nothing fits" in empty.text
        row = {"offer": str(offer), "asset_id": str(asset), "reason": "too_far"}
        assert (await client.post("/shared-assets/looked", data=row)).status_code == 303
        assert "Coaching pool" in (await client.get("/shared-assets", params={"offer": str(offer)})).text
        wrong = {"asset_id": NOBODY}
        assert (await client.post(f"/api/offers/{offer}/assets-looked-at", json=wrong)).status_code == 404
    async with browse(await make.hr_partner(there)) as client:
        answer = await client.post(f"/api/offers/{offer}/assets-looked-at", json={"reason": "none_fits"})
        assert answer.status_code == 404
    async with transaction(sessions, eyes) as session:
        assert "asset" not in [one.field for one in await publish_gates(session, here, offer, **gates)]
