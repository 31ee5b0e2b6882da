"""Writing, publishing, finding and taking back an opportunity over JSON."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from service.kit.clock import today
from service.opportunities.rules.working_days import add_working_days
from tests.builders import NOBODY
from tests.conftest import Client
from tests.opportunities.conftest import SOON, VACANCY, YESTERDAY, Town, fields, tag

LENT = {"kind": "secondment", "starts_on": "2027-03-01", "ends_on": "2027-08-31", "risk_share": "nil"}


async def test_a_draft_is_its_writers_own_until_it_is_published(town: Town, browse: Client) -> None:
    async with browse(town.partner) as mine, browse(town.nia) as reader, browse(town.other) as foreign:
        made = await mine.post("/api/opportunities", json={**VACANCY, "organisation_id": str(town.here)})
        assert made.status_code == 201, made.text
        one = f"/api/opportunities/{made.json()['id']}"
        assert [(await who.get(one)).status_code for who in (mine, reader, foreign)] == [200, 404, 404]
        unchecked = await mine.post(f"{one}/state", json={"state": "published"}, headers=tag(made))
        assert (unchecked.status_code, fields(unchecked)) == (422, {"inclusion_check"})
        await town.checked(made.json()["id"], "publish")
        published = await mine.post(f"{one}/state", json={"state": "published"}, headers=tag(made))
        assert published.status_code == 200, published.text
        assert published.json()["opens_on"] == today().isoformat()
        assert published.json()["internal_until"] == add_working_days(today(), 10).isoformat()
        assert [(await who.get(one)).status_code for who in (reader, foreign)] == [200, 200]
        again = await mine.post(f"{one}/state", json={"state": "published"}, headers=tag(published))
        assert again.status_code == 409


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"level": 10}, "level"),
        ({"level": "unknown"}, "level"),
        ({"kind": "secondment"}, "ends_on"),
        ({"external_link": "https://example.org"}, "external_link"),
        ({"profile_id": NOBODY}, "profile_id"),
        ({"closes_on": "2036-01-01"}, "closes_on"),
        ({"home_pays": 101}, "home_pays"),
        ({"weekly_hours": "NaN"}, "weekly_hours"),
        ({"summary": "\u0000"}, "summary"),
        ({"title": ""}, "title"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_cannot_be_is_refused_naming_its_field(
    town: Town, browse: Client, more: dict[str, Any], field: str
) -> None:
    async with browse(town.partner) as client:
        answer = await client.post("/api/opportunities", json={**VACANCY, "organisation_id": str(town.here), **more})
    assert answer.status_code == 422
    assert field in fields(answer)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"risk_share": None}, "risk_share"),
        ({"risk_share": "shared"}, "risk_exit"),
        ({"is_targeted": True}, "is_targeted"),
        ({"priority_until": (SOON - timedelta(9)).isoformat()}, "priority_until"),
        ({"closes_on": YESTERDAY.isoformat()}, "closes_on"),
    ],
)
async def test_what_is_missing_stands_in_the_way_of_publishing(
    town: Town, browse: Client, more: dict[str, Any], field: str
) -> None:
    async with browse(town.partner) as client:
        given = {**VACANCY, **LENT, "organisation_id": str(town.here), **more}
        made = await client.post("/api/opportunities", json=given)
        assert made.status_code == 201, made.text
        await town.checked(made.json()["id"], "publish")
        state = f"/api/opportunities/{made.json()['id']}/state"
        answer = await client.post(state, json={"state": "published"}, headers=tag(made))
        assert (answer.status_code, fields(answer)) == (
            422,
            {field} | (fields(answer) & {"home_pays", "risk_exposure"}),
        )
        assert (await client.get(state.removesuffix("/state"))).json()["state"] == "draft"


async def test_a_change_needs_the_version_that_was_read_and_keeps_what_people_rely_on(
    town: Town, browse: Client
) -> None:
    made = await town.make.opportunity(town.here, closes_on=SOON)
    async with browse(town.partner) as client:
        one = f"/api/opportunities/{made}"
        read = await client.get(one)
        assert (await client.put(one, json=VACANCY)).status_code == 428
        changed = await client.put(one, json={**VACANCY, "pay": "Band 7"}, headers=tag(read))
        assert changed.json()["pay"] == "Band 7"
        assert (await client.put(one, json=VACANCY, headers=tag(read))).status_code == 412
        earlier = {**VACANCY, "closes_on": (SOON - timedelta(1)).isoformat(), "level": 8}
        refused = await client.put(one, json=earlier, headers=tag(changed))
        assert fields(refused) == {"closes_on", "level"}
        linked = {**VACANCY, "external_link": "https://example.org/jobs/1"}
        assert (await client.put(one, json=linked, headers=tag(changed))).json()["external_link"]


async def test_the_link_to_the_outside_waits_for_its_day_whoever_writes(town: Town, browse: Client) -> None:
    made = await town.make.opportunity(town.here, closes_on=SOON, internal_until=today())
    async with browse(town.partner) as client:
        read = await client.get(f"/api/opportunities/{made}")
        linked = {**VACANCY, "external_link": "https://example.org/jobs/1"}
        refused = await client.put(f"/api/opportunities/{made}", json=linked, headers=tag(read))
    assert fields(refused) == {"external_link"}


async def test_a_creation_that_is_sent_again_is_done_once(town: Town, browse: Client) -> None:
    async with browse(town.partner) as client:
        key, given = {"Idempotency-Key": uuid4().hex}, {**VACANCY, "organisation_id": str(town.here)}
        first, second = [await client.post("/api/opportunities", json=given, headers=key) for _ in range(2)]
    assert first.json()["id"] == second.json()["id"]


async def test_staff_and_partners_of_others_write_nothing_here(town: Town, browse: Client) -> None:
    given = {**VACANCY, "organisation_id": str(town.here)}
    made = await town.make.opportunity(town.here)
    for who, status in ((town.amara, 403), (town.other, 404)):
        async with browse(who) as client:
            assert (await client.post("/api/opportunities", json=given)).status_code in {403, 404}
            for path, body in (("state", {"state": "withdrawn"}), ("decisions", {"verdicts": []})):
                headers = {"If-Match": '"1"'}
                answer = await client.post(f"/api/opportunities/{made}/{path}", json=body, headers=headers)
                assert answer.status_code == status
            assert (await client.get(f"/api/opportunities/{made}/interests")).status_code == status


async def test_a_search_finds_what_is_open_anywhere_by_its_words(town: Town, browse: Client) -> None:
    word = f"Zebra{uuid4().hex[:6]}"
    for place, given in (
        (town.here, {"title": f"{word} keeper", "closes_on": SOON}),
        (
            town.there,
            {"place": f"The {word} house", "closes_on": SOON - timedelta(1), "kind": "gig"} | {"risk_share": "nil"},
        ),
        (town.there, {"title": f"{word} gone", "closes_on": YESTERDAY}),
        (town.there, {"title": f"{word} draft", "state": "draft"}),
    ):
        await town.make.opportunity(place, **given)
    async with browse(town.amara) as client:
        asked = {"search": word.lower(), "size": 1}
        first = (await client.get("/api/opportunities", params=asked)).json()
        rest = (await client.get("/api/opportunities", params={**asked, "cursor": first["next_cursor"]})).json()
        found = [one["title"] for one in (*first["items"], *rest["items"])]
        gigs = (await client.get("/api/opportunities", params={"search": word, "kind": "gig"})).json()["items"]
        bad = await client.get("/api/opportunities", params={"cursor": "x"})
    assert found == ["Ward manager", f"{word} keeper"]
    assert rest["next_cursor"] is None
    assert [one["title"] for one in gigs] == ["Ward manager"]
    assert bad.status_code == 422


async def test_why_it_is_shown_is_told_to_the_person_alone(town: Town, browse: Client) -> None:
    role = await town.make.role(level=7)
    for place, (kind, more) in enumerate(
        (
            ("capability", {"framework_code": "ways", "framework_version": 1, "dimension_code": code})
            for code in ("relating", "being")
        ),
        start=1,
    ):
        await town.sql(
            "INSERT INTO role_requirements (profile_id, place, kind, framework_code, framework_version, dimension_code,"
            " is_essential, text) VALUES (:r, :p, :k, :framework_code, :framework_version, :dimension_code, true, '')",
            r=role, p=place, k=kind, **more,
        )  # fmt: skip
    await town.sql(
        "INSERT INTO role_requirements (profile_id, place, kind, is_essential, text)"
        " VALUES (:r, 9, 'registration', true, 'Registered nurse')",
        r=role,
    )
    who = await town.staff(town.there)
    await town.make.evidence(who.person)
    made = await town.make.opportunity(town.here, profile_id=role, closes_on=today())
    async with browse(who) as client:
        told = (await client.get(f"/api/opportunities/{made}/match")).json()
        mine = (await client.get("/api/me/opportunities")).json()
    assert [(one["words"], one["met"]) for one in told["requirements"]] == [
        ("Relating", "shown"), ("Being", "not_shown"), ("Registered nurse", "not_known")]  # fmt: skip
    assert told["reasons"] == ["same_work", "next_level", "shows_evidence"]
    assert str(made) in {one["opportunity"]["id"] for one in mine}
    assert not any(isinstance(value, int | float) and not isinstance(value, bool) for value in told.values())


async def test_taken_back_everybody_who_waits_is_told_that_it_was_not_about_them(town: Town, browse: Client) -> None:
    made = await town.make.opportunity(town.here)
    sent = await town.make.interest(town.nia.person, town.here, made, employer_id=town.there)
    async with browse(town.partner) as client:
        read = await client.get(f"/api/opportunities/{made}")
        await client.post(f"/api/opportunities/{made}/state", json={"state": "withdrawn"}, headers=tag(read))
    async with browse(town.nia) as client:
        told = (await client.get(f"/api/me/interests/{sent}")).json()
        news = (await client.get("/api/me/notices")).json()["items"]
    assert (told["state"], told["history"][-1]["reason"]) == ("not_shortlisted", "opportunity_changed")
    assert told["due_on"] is None
    assert "Ward manager was withdrawn by the organisation" in {one["headline"] for one in news}
