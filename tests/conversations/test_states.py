"""A conversation from plan to close over JSON: who may take which step, what is never lost, and who is told."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.conversations.rules import State
from service.conversations.rules.steps import CORRECTED, STEPS, Part, may_step, must_step
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid, NotAllowed
from tests.builders import Builder, SignedIn
from tests.conftest import Client

TALK = {"kind": "initial", "summary": "Wants to lead a ward."}


def test_the_table_of_steps_is_the_one_that_was_asked_for() -> None:
    p, f, r = Part.PERSON, Part.FACILITATOR, Part.RECORDER
    expected = {
        "planned prepared": {p, f}, "planned held": {f, r}, "prepared held": {f, r},
        "planned declined": {p}, "prepared declined": {p},
        "planned missed": {p, f, r}, "prepared missed": {p, f, r},
        "planned lapsed": {f, r}, "prepared lapsed": {f, r},
        "held agreed": {p}, "agreed held": {p, f, r}, "agreed closed": {p, f}, "closed held": {f},
    }  # fmt: skip
    assert {f"{before} {after}": set(step.who) for (before, after), step in STEPS.items()} == expected


@pytest.mark.parametrize("after", list(State))
@pytest.mark.parametrize("before", list(State))
def test_asking_and_doing_agree_for_every_pair_of_states(before: State, after: State) -> None:
    for part in Part:
        reason = next(iter(STEPS[before, after].reasons), None) if (before, after) in STEPS else None
        try:
            must_step(before, after, {part}, reason)
        except (Conflict, NotAllowed):
            assert not may_step(before, after, {part})
        else:
            assert may_step(before, after, {part})


def test_a_step_with_reasons_takes_one_of_its_own_and_no_other() -> None:
    for reason in (None, "lazy", next(iter(CORRECTED))):
        with pytest.raises(Invalid):
            must_step(State.PLANNED, State.DECLINED, {Part.PERSON}, reason)
    with pytest.raises(Invalid):
        must_step(State.HELD, State.AGREED, {Part.PERSON}, "no_reason")


class Scene:
    """Amara, Ben who holds it, and a clerk who arranged it, in one organisation."""

    def __init__(self, browse: Client, here: UUID, amara: SignedIn, ben: SignedIn, clerk: SignedIn) -> None:
        self.browse, self.here, self.amara, self.ben, self.clerk = browse, here, amara, ben, clerk

    async def ask(self, who: SignedIn, method: str, path: str, version: object = None, **more: Any) -> httpx.Response:
        headers = more.pop("headers", {}) | ({"If-Match": f'"{version}"'} if version is not None else {})
        async with self.browse(who) as client:
            return await client.request(method, f"/api/conversations{path}", headers=headers, **more)

    async def logged(self, by: SignedIn | None = None, **changes: Any) -> dict[str, Any]:
        given = {**TALK, "held_on": today().isoformat(), **self.whom(), **changes}
        answer = await self.ask(by or self.ben, "POST", "", json=given)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def planned(self, **changes: Any) -> dict[str, Any]:
        given = {"kind": "initial", "scheduled_at": "2027-03-28T09:30:00+01:00", **self.whom(), **changes}
        answer = await self.ask(self.clerk, "POST", "/planned", json=given)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def step(self, who: SignedIn, talk: dict[str, Any], state: str, **more: Any) -> httpx.Response:
        return await self.ask(who, "POST", f"/{talk['id']}/states", talk["version"], json={"state": state, **more})

    def whom(self) -> dict[str, str]:
        people = {"person_id": self.amara.person, "organisation_id": self.here, "facilitator_id": self.ben.person}
        return {name: str(key) for name, key in people.items()}


@pytest.fixture
async def scene(make: Builder, browse: Client) -> Scene:
    here = await make.organisation()
    ben, clerk = await make.facilitator(here), await make.hr_partner(here)
    return Scene(browse, here, await make.staff(here), ben, clerk)


async def test_logged_agreed_closed_reopened_and_the_history_says_who_did_what(scene: Scene) -> None:
    talk = await scene.logged()
    assert (talk["state"], talk["wording"]["number"], talk["agreed_on"]) == ("held", 1, None)
    agreed = await scene.step(scene.amara, talk, "agreed")
    assert agreed.status_code == 201, agreed.text
    assert (agreed.json()["state"], agreed.json()["agreed_wording"]) == ("agreed", 1)
    assert agreed.json()["agreed_on"] == today().isoformat()
    closed = await scene.step(scene.ben, agreed.json(), "closed")
    assert (closed.json()["state"], closed.json()["agreed_wording"]) == ("closed", 1)
    reopened = await scene.step(scene.ben, closed.json(), "held", reason="person_asked")
    assert (reopened.json()["state"], reopened.json()["agreed_on"]) == ("held", None)
    history = (await scene.ask(scene.amara, "GET", f"/{talk['id']}/states")).json()
    ben, amara = str(scene.ben.person), str(scene.amara.person)
    assert [(row["state"], row["by"], row["reason"], row["wording"]) for row in history] == [
        ("held", ben, None, None),
        ("agreed", amara, None, 1),
        ("closed", ben, None, None),
        ("held", ben, "person_asked", None),
    ]


@pytest.mark.parametrize(
    ("state", "reason", "status"),
    [
        ("agreed", None, 403),  # nobody agrees for somebody else
        ("closed", None, 409),
        ("planned", None, 409),
        ("prepared", None, 409),
        ("held", None, 409),
        ("declined", "not_now", 409),
        ("missed", "away", 409),
        ("chatted", None, 422),
    ],
)
async def test_a_step_that_cannot_follow_is_refused_and_changes_nothing(
    scene: Scene, state: str, reason: str | None, status: int
) -> None:
    talk = await scene.logged()
    refused = await scene.step(scene.ben, talk, state, reason=reason)
    assert refused.status_code == status, refused.text
    assert (await scene.ask(scene.ben, "GET", f"/{talk['id']}")).json() == talk


async def test_what_was_written_down_is_not_written_down_again(scene: Scene) -> None:
    talk = await scene.logged()
    words = {"summary": "Another.", "held_on": today().isoformat()}
    for state in ("held", "agreed", "closed"):
        refused = await scene.ask(scene.ben, "POST", f"/{talk['id']}/held", talk["version"], json=words)
        assert refused.status_code == 409, state
        after = {"held": "agreed", "agreed": "closed"}.get(state)
        talk = (await scene.step(scene.amara, talk, after)).json() if after else talk


async def test_without_the_version_a_step_is_428_and_with_an_old_one_412(scene: Scene) -> None:
    talk = await scene.logged()
    address = f"/{talk['id']}/states"
    assert (await scene.ask(scene.amara, "POST", address, json={"state": "agreed"})).status_code == 428
    for old in (talk["version"] - 1, "x", 99999999999):
        stale = await scene.ask(scene.amara, "POST", address, old, json={"state": "agreed"})
        assert stale.status_code == 412
    assert (await scene.ask(scene.amara, "GET", f"/{talk['id']}")).headers["etag"] == f'"{talk["version"]}"'


async def test_corrected_after_it_was_agreed_it_waits_for_the_person_again_and_no_word_is_lost(scene: Scene) -> None:
    talk = (await scene.step(scene.amara, await scene.logged(), "agreed")).json()
    words = {"summary": "Wants to lead a service.", "codes": {"aspiration": ["lead_people"], "horizon": "year"}}
    corrected = await scene.ask(scene.ben, "POST", f"/{talk['id']}/wordings", talk["version"], json=words)
    assert corrected.status_code == 201, corrected.text
    assert (corrected.json()["state"], corrected.json()["agreed_on"]) == ("held", None)
    assert corrected.json()["wording"]["codes"] == {"aspiration": ["lead_people"], "horizon": ["year"]}
    stale = await scene.ask(scene.amara, "POST", f"/{talk['id']}/wordings", talk["version"], json=words)
    assert stale.status_code == 412
    every = (await scene.ask(scene.amara, "GET", f"/{talk['id']}/wordings")).json()
    assert [(one["number"], one["summary"]) for one in every] == [
        (2, "Wants to lead a service."),
        (1, "Wants to lead a ward."),
    ]
    agreed = await scene.step(scene.amara, corrected.json(), "agreed")
    assert agreed.json()["agreed_wording"] == 2
    closed = await scene.step(scene.amara, agreed.json(), "closed")
    late = await scene.ask(scene.ben, "POST", f"/{talk['id']}/wordings", closed.json()["version"], json=words)
    assert late.status_code == 409


@pytest.mark.parametrize(
    "codes", [{"aspiration": ["fly"]}, {"horizon": "lead_people"}, {"mood": "x"}, {"support": ["x"] * 21}]
)
async def test_codes_that_the_terms_do_not_have_are_told_at_their_field(
    scene: Scene, admin: AsyncEngine, codes: dict[str, Any]
) -> None:
    given = {**TALK, "held_on": today().isoformat(), **scene.whom(), "codes": codes}
    refused = await scene.ask(scene.ben, "POST", "", json=given)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"].startswith("codes.")
    assert await count(admin, scene.amara.person) == 0


async def test_it_is_prepared_once_both_have_said_so_and_then_it_is_held(scene: Scene) -> None:
    talk = await scene.planned()
    assert (talk["state"], talk["minutes"], talk["wording"]) == ("planned", 120, None)
    assert (await scene.ask(scene.clerk, "POST", f"/{talk['id']}/prepared")).status_code == 403
    for who, state in ((scene.amara, "planned"), (scene.amara, "planned"), (scene.ben, "prepared")):
        said = await scene.ask(who, "POST", f"/{talk['id']}/prepared")
        assert (said.status_code, said.json()["state"]) == (201, state)
    words = {"summary": "Spoke.", "held_on": today().isoformat()}
    held = await scene.ask(scene.ben, "POST", f"/{talk['id']}/held", said.json()["version"], json=words)
    assert (held.status_code, held.json()["state"], held.json()["held_on"]) == (201, "held", today().isoformat())
    assert held.json()["wording"]["summary"] == "Spoke."


async def test_whoever_only_arranged_it_sees_its_date_and_not_a_word(scene: Scene) -> None:
    talk = await scene.planned()
    words = {"summary": "For the two of us.", "held_on": today().isoformat()}
    held = await scene.ask(scene.ben, "POST", f"/{talk['id']}/held", talk["version"], json=words)
    assert held.status_code == 201
    seen = await scene.ask(scene.clerk, "GET", f"/{talk['id']}")
    assert (seen.status_code, seen.json()["held_on"], seen.json()["wording"]) == (200, today().isoformat(), None)
    assert (await scene.ask(scene.clerk, "GET", f"/{talk['id']}/wordings")).json() == []
    assert (await scene.ask(scene.clerk, "GET", f"/{talk['id']}/notes")).status_code == 403
    blind = await scene.ask(
        scene.clerk, "POST", f"/{talk['id']}/wordings", seen.json()["version"], json={"summary": "x"}
    )
    assert blind.status_code == 403


@pytest.mark.parametrize(
    ("who", "state", "reason", "status"),
    [
        ("amara", "declined", "not_now", 201),
        ("amara", "declined", None, 422),
        ("amara", "declined", "lazy", 422),
        ("ben", "declined", "not_now", 403),
        ("ben", "missed", "work_came_first", 201),
        ("clerk", "lapsed", "no_date", 201),
        ("amara", "lapsed", "no_date", 403),
        ("amara", "agreed", None, 409),
    ],
)
async def test_a_meeting_that_does_not_happen_ends_without_blame(
    scene: Scene, who: str, state: str, reason: str | None, status: int
) -> None:
    talk = await scene.planned()
    answer = await scene.step(getattr(scene, who), talk, state, reason=reason)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scheduled_at": "2020-01-01T10:00:00Z"}, "scheduled_at"),
        ({"scheduled_at": "2099-01-01T10:00:00Z"}, "scheduled_at"),
        ({"scheduled_at": "2027-01-01T10:00:00"}, "scheduled_at"),
        ({"minutes": 5}, "minutes"),
        ({"minutes": 9999}, "minutes"),
        ({"mode": "pigeon"}, "mode"),
    ],
)
async def test_a_plan_that_cannot_be_is_told_at_its_field(
    scene: Scene, admin: AsyncEngine, changes: dict[str, Any], field: str
) -> None:
    given = {"kind": "initial", "scheduled_at": "2027-03-28T09:30:00+01:00", **scene.whom(), **changes}
    refused = await scene.ask(scene.clerk, "POST", "/planned", json=given)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert await count(admin, scene.amara.person) == 0


async def test_a_date_before_the_persons_first_post_here_is_refused_and_says_no_date(
    make: Builder, scene: Scene
) -> None:
    await make.assignment(scene.here, scene.amara.person, started=today())
    given = {**TALK, "held_on": "2026-01-05", **scene.whom()}
    refused = await scene.ask(scene.ben, "POST", "", json=given)
    assert refused.status_code == 422
    assert "before the person's first post" in refused.text
    assert (await scene.logged())["held_on"] == today().isoformat()


async def test_undone_within_minutes_it_is_gone_and_answered_it_stays(scene: Scene, admin: AsyncEngine) -> None:
    talk = await scene.logged()
    assert (await scene.ask(scene.amara, "DELETE", f"/{talk['id']}")).status_code == 409
    assert (await scene.ask(scene.ben, "DELETE", f"/{talk['id']}")).status_code == 204
    assert (await scene.ask(scene.ben, "GET", f"/{talk['id']}")).status_code == 404
    assert await count(admin, scene.amara.person) == 0
    answered = await scene.logged()
    note = {"text": "Not what I said."}
    assert (await scene.ask(scene.amara, "PUT", f"/{answered['id']}/notes/note", json=note)).status_code == 200
    assert (await scene.ask(scene.ben, "DELETE", f"/{answered['id']}")).status_code == 409
    old = await scene.logged()
    async with admin.begin() as connection:
        await connection.execute(
            text("UPDATE conversations SET recorded_at = now() - interval '16 minutes' WHERE id = :id"),
            {"id": old["id"]},
        )
    assert (await scene.ask(scene.ben, "DELETE", f"/{old['id']}")).status_code == 409


async def test_of_two_steps_at_once_one_is_refused_in_words(scene: Scene, admin: AsyncEngine) -> None:
    talk = await scene.logged()
    row = {"person": scene.amara.person, "talk": UUID(talk["id"])}
    insert = (
        "INSERT INTO conversation_states (person_id, conversation_id, number, state, by_id, wording)"
        " VALUES (:person, :talk, 2, 'agreed', :person, 1)"
    )
    async with admin.connect() as connection, connection.begin() as change:
        # Another request has agreed and not committed yet: ours waits for it.
        await connection.execute(text(insert), row)
        waiting = asyncio.create_task(scene.step(scene.amara, talk, "agreed"))
        await asyncio.sleep(0.5)
        assert not waiting.done()
        await change.commit()
    assert (await waiting).status_code in {409, 412}
    history = (await scene.ask(scene.amara, "GET", f"/{talk['id']}/states")).json()
    assert [row["state"] for row in history] == ["held", "agreed"]


async def test_the_trail_has_every_step_and_never_a_word(scene: Scene, admin: AsyncEngine) -> None:
    talk = await scene.logged(summary="Quokka")
    fixed = await scene.ask(
        scene.amara, "POST", f"/{talk['id']}/wordings", talk["version"], json={"summary": "Quokka 2"}
    )
    agreed = (await scene.step(scene.amara, fixed.json(), "agreed")).json()
    await scene.ask(scene.amara, "PUT", f"/{talk['id']}/shares/hr_partner")
    await scene.ask(scene.clerk, "GET", f"/{talk['id']}")
    await scene.ask(scene.amara, "DELETE", f"/{talk['id']}/shares/hr_partner")
    await scene.step(scene.amara, agreed, "closed")
    async with admin.connect() as connection:
        asked = text("SELECT action, detail::text FROM audit_entries WHERE subject_person_id = :id ORDER BY id")
        entries = (await connection.execute(asked, {"id": scene.amara.person})).all()
    assert [entry.action.partition(".")[2] for entry in entries] == [
        "logged", "corrected", "agreed", "shared", "shared_read", "share_ended", "closed",
    ]  # fmt: skip
    assert not any("uokka" in entry.detail for entry in entries)


async def test_sent_twice_under_one_key_it_is_done_once_and_told_the_same(scene: Scene, admin: AsyncEngine) -> None:
    given = {**TALK, "held_on": today().isoformat(), **scene.whom()}
    key = {"Idempotency-Key": uuid4().hex}
    first, again = [await scene.ask(scene.ben, "POST", "", json=given, headers=key) for _ in range(2)]
    assert (first.status_code, first.json(), first.headers["etag"]) == (201, again.json(), again.headers["etag"])
    assert again.status_code == 201
    assert await count(admin, scene.amara.person) == 1
    other = await scene.ask(scene.ben, "POST", "", json={**given, "summary": "Another."}, headers=key)
    assert other.status_code == 422
    elsewhere = await scene.ask(scene.clerk, "POST", "", json=given, headers=key)
    assert elsewhere.json()["id"] != first.json()["id"]
    too_long = await scene.ask(scene.ben, "POST", "", json=given, headers={"Idempotency-Key": "x" * 256})
    assert too_long.status_code == 422
    async with admin.connect() as connection:
        rows = (await connection.execute(text("SELECT sealed FROM kept_answers"))).scalars().all()
    assert rows
    assert not any(b"lead a ward" in row for row in rows)


async def test_two_at_once_under_one_key_are_one_conversation(scene: Scene, admin: AsyncEngine) -> None:
    given = {**TALK, "held_on": today().isoformat(), **scene.whom()}
    key = {"Idempotency-Key": uuid4().hex}
    asked = (scene.ask(scene.ben, "POST", "", json=given, headers=key) for _ in range(5))
    answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert all("still being answered" in answer.text for answer in answers if answer.status_code == 409)
    assert await count(admin, scene.amara.person) == 1


async def test_a_refusal_is_not_kept_and_the_key_can_be_used_for_what_is_right(scene: Scene) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    bad = {**TALK, "held_on": "2999-01-01", **scene.whom()}
    assert (await scene.ask(scene.ben, "POST", "", json=bad, headers=key)).status_code == 422
    good = {**bad, "held_on": today().isoformat()}
    assert (await scene.ask(scene.ben, "POST", "", json=good, headers=key)).status_code == 201


async def count(admin: AsyncEngine, person: UUID) -> int:
    async with admin.connect() as connection:
        asked = text("SELECT count(*) FROM conversations WHERE person_id = :person")
        return (await connection.execute(asked, {"person": person})).scalar_one()
