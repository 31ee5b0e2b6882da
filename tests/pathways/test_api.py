"""Pathways over JSON: one's own next steps, evidence, wishes; what is shared, and with whom; nothing leaks."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.clock import today
from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client

PIECE = {
    "dimension": "ways.relating",
    "happened_on": "2026-10-01",
    "situation": "Two teams did not speak.",
    "what_happened": "We had lunch.",
    "witness": "Siân Ŵyn",
}
WISH = {"timeframe": "within_a_year", "target_family": "operations", "target_level": 8, "words": "A ward of my own."}


async def a_nurse(make: Builder, **post: Any) -> SignedIn:
    """A ward manager with an account, in an organisation of their own."""
    here = await make.organisation()
    amara = await make.staff(here)
    await make.assignment(here, amara.person, **({"job_title": "Ward manager", "grade": "7"} | post))
    return amara


async def audited(admin: AsyncEngine, who: SignedIn) -> list[str]:
    asked = text("SELECT action FROM audit_entries WHERE subject_person_id = :id ORDER BY id")
    async with admin.connect() as connection:
        return list((await connection.execute(asked, {"id": who.person})).scalars())


async def test_a_person_sees_their_next_three_steps_one_of_them_sideways_with_reasons(
    make: Builder, browse: Client
) -> None:
    async with browse(await a_nurse(make)) as client:
        found = (await client.get("/api/me/pathway")).json()
    assert found["place"]["role"]["code"] == "nursing-ward-manager"
    assert found["place"]["how"] == "title"
    first = [one for one in found["suggestions"] if one["is_next"]]
    assert len(first) == 3
    assert any(one["step"]["kind"] in {"lateral", "cross_sector"} for one in first)
    assert all(one["reasons"] for one in found["suggestions"])
    assert len(found["suggestions"]) == 7


async def test_what_somebody_wants_comes_first_and_muted_it_is_used_for_nothing(make: Builder, browse: Client) -> None:
    async with browse(await a_nurse(make)) as client:
        before = (await client.get("/api/me/pathway")).json()
        await client.put("/api/me/aspirations", json=WISH, headers={"If-Match": '"0"'})
        wanted = (await client.get("/api/me/pathway")).json()
        await client.put("/api/me/aspirations", json={**WISH, "is_muted": True}, headers={"If-Match": '"1"'})
        muted = (await client.get("/api/me/pathway")).json()
    assert wanted["suggestions"][0]["step"]["to"]["code"] == "operations-general-manager"
    assert wanted["suggestions"][0]["reasons"][0] == "You said you want Operational management at level 8"
    assert muted == before


@pytest.mark.parametrize(
    ("post", "how"),
    [
        ({"job_title": "Keeper of the ward"}, "family_and_level"),
        ({"job_title": "Keeper of the ward", "grade": "never mapped"}, None),
        ({"job_title": "Keeper of the ward", "staff_group": "other"}, None),
        ({"ended": today() - timedelta(days=1)}, None),
    ],
    ids=["assumed", "grade not mapped", "no profile", "no post now"],
)
async def test_a_role_is_assumed_and_said_to_be_or_not_guessed_at_all(
    make: Builder, browse: Client, post: dict[str, Any], how: str | None
) -> None:
    async with browse(await a_nurse(make, **post)) as client:
        found = (await client.get("/api/me/pathway")).json()
        page = await client.get("/me")
    assert found["place"]["how"] == how
    assert bool(found["suggestions"]) is (how is not None)
    assert page.status_code == 200
    assert ("We assume this" if how else "Say which role is yours") in page.text


async def test_somebody_says_which_role_is_theirs_and_goes_back_to_their_title(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    amara = await a_nurse(make, job_title="Keeper of the ward", grade="never mapped")
    role = await make.role(title="Keeper")
    async with browse(amara) as client:
        post = (await client.get("/api/me/pathway")).json()["place"]["assignment_id"]
        stated = await client.put("/api/me/role", json={"assignment_id": post, "profile_id": str(role)})
        assert (stated.json()["how"], stated.json()["role"]["title"]) == ("stated", "Keeper")
        back = await client.put("/api/me/role", json={"assignment_id": post})
        assert back.json()["how"] is None
        assert (await client.put("/api/me/role", json={"assignment_id": NOBODY})).status_code == 404
        refused = await client.put("/api/me/role", json={"assignment_id": post, "profile_id": NOBODY})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "profile_id"
    assert (await audited(admin, amara)).count("pathways.role_stated") == 2


async def test_with_nine_posts_steps_begin_at_the_main_one_and_at_any_other_that_is_named(
    make: Builder, browse: Client
) -> None:
    here = await make.organisation()
    amara = await make.staff(here)
    posts = [
        await make.assignment(here, amara.person, kind="secondment", fte="0.1", job_title=f"Bank {n}") for n in range(8)
    ]
    await make.assignment(here, amara.person, fte="0.5", job_title="Matron", grade="8a")
    async with browse(amara) as client:
        assert (await client.get("/api/me/pathway")).json()["place"]["job_title"] == "Matron"
        other = await client.get(f"/api/me/pathway?assignment_id={posts[3]}")
        assert other.json()["place"]["job_title"] == "Bank 3"
        assert (await client.get(f"/api/me/pathway?assignment_id={NOBODY}")).status_code == 404
        page = await client.get("/me")
    assert page.text.count("/me?post=") == 8


async def test_a_step_is_chosen_once_set_aside_and_chosen_again(make: Builder, browse: Client) -> None:
    step = await make.step()
    async with browse(await make.staff(await make.organisation())) as client:
        for _ in range(2):
            assert (await client.put(f"/api/me/steps/{step}")).status_code == 204
        assert [one["step"]["id"] for one in (await client.get("/api/me/steps")).json()] == [str(step)]
        assert (await client.delete(f"/api/me/steps/{step}")).status_code == 204
        assert (await client.get("/api/me/steps")).json() == []
        assert (await client.delete(f"/api/me/steps/{step}")).status_code == 404
        assert (await client.put(f"/api/me/steps/{step}")).status_code == 204
        assert (await client.put(f"/api/me/steps/{NOBODY}")).status_code == 404


async def test_a_retired_step_stays_with_whoever_chose_it_and_is_offered_to_nobody_else(
    make: Builder, browse: Client
) -> None:
    step = await make.step()
    async with browse(await make.staff(await make.organisation())) as client:
        await client.put(f"/api/me/steps/{step}")
        async with browse(await make.administrator()) as administrator:
            assert (await administrator.post(f"/api/steps/{step}/retire")).status_code == 204
        assert (await client.get("/api/me/steps")).json()[0]["step"]["state"] == "retired"
        page = await client.get(f"/me/steps/{step}")
        assert "No longer offered" in page.text
        role = (await client.get(f"/api/steps/{step}")).json()["step"]["from_code"]
        assert (await client.get(f"/api/steps?role={role}")).json()["leads_to"] == []
    async with browse(await make.staff(await make.organisation())) as other:
        refused = await other.put(f"/api/me/steps/{step}")
    assert refused.status_code == 409


async def test_a_step_goes_on_to_the_newest_version_of_its_role(make: Builder, browse: Client) -> None:
    old = await make.role(code="versioned-once", state="retired")
    new = await make.role(code="versioned-once", version=2, title="The newest")
    step = await make.step(to_role=old)
    async with browse(await make.staff(await make.organisation())) as client:
        found = (await client.get(f"/api/steps/{step}")).json()["step"]["to"]
    assert (found["id"], found["title"]) == (str(new), "The newest")


async def test_evidence_is_written_changed_at_its_version_and_deleted(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    amara = await make.staff(await make.organisation())
    async with browse(amara) as client:
        made = await client.post("/api/me/evidence", json=PIECE)
        assert made.status_code == 201
        assert made.json()["shared_with"] == []
        address, tag = made.headers["location"], made.headers["etag"]
        changed = {**PIECE, "witness": None, "what_happened": "We had lunch twice."}
        assert (await client.put(address, json=changed)).status_code == 428
        assert (await client.put(address, json=changed, headers={"If-Match": '"9"'})).status_code == 412
        kept = await client.put(address, json=changed, headers={"If-Match": tag})
        assert (kept.status_code, kept.json()["what_happened"]) == (200, "We had lunch twice.")
        assert (await client.put(address, json=PIECE, headers={"If-Match": tag})).status_code == 412
        assert (await client.get(address)).json()["version"] == 2
        assert (await client.delete(address)).status_code == 204
        assert (await client.get(address)).status_code == 404
    told = await audited(admin, amara)
    assert told == ["pathways.evidence_added", "pathways.evidence_changed", "pathways.evidence_deleted"]
    async with admin.connect() as connection:
        asked = text("SELECT string_agg(detail::text, '') FROM audit_entries WHERE subject_person_id = :id")
        assert "lunch" not in (await connection.execute(asked, {"id": amara.person})).scalar_one()


async def test_the_same_request_sent_again_adds_one_piece(make: Builder, browse: Client) -> None:
    async with browse(await make.staff(await make.organisation())) as client:
        sent = [await client.post("/api/me/evidence", json=PIECE, headers={"Idempotency-Key": "a"}) for _ in range(2)]
        assert sent[0].json() == sent[1].json()
        assert len((await client.get("/api/me/evidence")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"dimension": "ways.winning"}, "dimension"),
        ({"dimension": "ways"}, "dimension"),
        ({"happened_on": (today() + timedelta(days=1)).isoformat()}, "happened_on"),
        ({"happened_on": "1066-10-14"}, "happened_on"),
        ({"situation": " "}, "situation"),
        ({"situation": "\u0000"}, "situation"),
        ({"what_happened": "x" * 4001}, "what_happened"),
        ({"organisation_id": NOBODY}, "organisation_id"),
        ({"profile_id": NOBODY}, "profile_id"),
        ({"score": 5}, "score"),
    ],
    ids=lambda value: value if isinstance(value, str) else "x",
)
async def test_evidence_that_cannot_be_is_refused_at_its_field(
    make: Builder, browse: Client, change: dict[str, Any], field: str
) -> None:
    async with browse(await make.staff(await make.organisation())) as client:
        refused = await client.post("/api/me/evidence", json=PIECE | change)
        assert refused.status_code == 422
        assert [one["field"] for one in refused.json()["errors"]] == [field]
        assert (await client.get("/api/me/evidence")).json()["items"] == []


async def test_evidence_is_paged(make: Builder, browse: Client) -> None:
    amara = await make.staff(await make.organisation())
    pieces = {str(await make.evidence(amara.person, happened_on=today() - timedelta(n // 2))) for n in range(5)}
    seen: list[str] = []
    async with browse(amara) as client:
        cursor: str | None = ""
        while cursor is not None:
            page = (await client.get(f"/api/me/evidence?size=2&cursor={cursor}")).json()
            seen += [one["id"] for one in page["items"]]
            cursor = page["next_cursor"]
        assert (await client.get("/api/me/evidence?cursor=nonsense")).status_code == 422
    assert len(seen) == 5
    assert set(seen) == pieces


async def readable(client: httpx.AsyncClient, who: SignedIn) -> list[str] | int:
    answer = await client.get(f"/api/people/{who.person}/evidence")
    return [one["id"] for one in answer.json()["items"]] if answer.status_code == 200 else answer.status_code


async def test_evidence_is_read_by_those_whom_its_owner_lets_and_only_while_they_do(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here, elsewhere = await make.organisation(), await make.organisation()
    amara = await make.staff(here, elsewhere)
    talker, silent, partner = await make.facilitator(here), await make.facilitator(here), await make.hr_partner(here)
    new, stranger = await make.hr_partner(elsewhere), await make.hr_partner(await make.organisation())
    await make.conversation(here, amara.person, talker.person, agreed=True)
    await make.conversation(here, amara.person, silent.person)
    piece = str(await make.evidence(amara.person, here))
    readers = {"facilitator": talker, "hr_partner": partner, "new_employer": new}
    async with browse(amara) as mine:
        for reader, who in readers.items():
            address = f"/api/me/evidence/{piece}/readers/{reader}"
            for shared in (False, True, False):
                if shared:
                    assert (await mine.put(address)).status_code == 204
                elif (await mine.get(f"/api/me/evidence/{piece}")).json()["shared_with"]:
                    assert (await mine.delete(address)).status_code == 204
                for other in (talker, silent, partner, new):
                    async with browse(other) as client:
                        assert await readable(client, amara) == ([piece] if shared and other is who else []), reader
                async with browse(stranger) as client:
                    assert await readable(client, amara) == 404
        assert (await mine.put(f"/api/me/evidence/{piece}/readers/everybody")).status_code in {404, 422}
        told = (await mine.get("/api/me/readers")).json()["items"]
    assert {one["action"] for one in told} == {"pathways.evidence_read"}
    assert len(told) == 3
    assert (await audited(admin, amara)).count("pathways.evidence_unshared") == 3


async def test_another_persons_evidence_is_not_there(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    piece = await make.evidence(await make.person(here), here)
    async with browse(await make.staff(here)) as client:
        for method, more in (
            ("GET", ""),
            ("DELETE", ""),
            ("PUT", "/readers/hr_partner"),
            ("DELETE", "/readers/hr_partner"),
        ):
            assert (await client.request(method, f"/api/me/evidence/{piece}{more}")).status_code == 404
        sent = await client.put(f"/api/me/evidence/{piece}", json=PIECE, headers={"If-Match": "*"})
    assert sent.status_code == 404


async def test_a_wish_is_kept_in_versions_and_earlier_words_are_not(make: Builder, browse: Client) -> None:
    async with browse(await make.staff(await make.organisation())) as client:
        first = await client.get("/api/me/aspirations")
        assert (first.json()["version"], first.headers["etag"]) == (0, '"0"')
        assert (await client.put("/api/me/aspirations", json=WISH)).status_code == 428
        said = await client.put("/api/me/aspirations", json=WISH, headers={"If-Match": '"0"'})
        assert said.json()["words"] == "A ward of my own."
        assert (await client.put("/api/me/aspirations", json=WISH, headers={"If-Match": '"0"'})).status_code == 412
        again = {"timeframe": "later", "words": "Something else."}
        await client.put("/api/me/aspirations", json=again, headers={"If-Match": said.headers["etag"]})
        history = (await client.get("/api/me/aspirations/history")).json()
    assert [(one["version"], one["target_level"], one["words"]) for one in history] == [
        (2, None, "Something else."),
        (1, 8, ""),
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"target_family": "wizardry"}, "target_family"),
        ({"target_level": 0}, "target_level"),
        ({"target_level": 10}, "target_level"),
        ({"target_tier": "king"}, "target_tier"),
        ({"target_tier": "executive", "specialist_track": True}, "target_tier"),
        ({"place_id": NOBODY}, "place_id"),
        ({"timeframe": "soon"}, "timeframe"),
        ({"words": "x" * 2001}, "words"),
    ],
    ids=lambda value: value if isinstance(value, str) else "x",
)
async def test_a_wish_that_cannot_be_is_refused_at_its_field(
    make: Builder, browse: Client, change: dict[str, Any], field: str
) -> None:
    async with browse(await make.staff(await make.organisation())) as client:
        refused = await client.put("/api/me/aspirations", json=WISH | change, headers={"If-Match": '"0"'})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == field
        assert (await client.get("/api/me/aspirations")).json()["version"] == 0


async def test_hiding_from_an_organisation_leaves_no_trace_of_which(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    amara = await make.staff(here)
    async with browse(amara) as client:
        assert (await client.put(f"/api/me/aspirations/hidden/{here}")).status_code == 204
        assert [one["organisation_id"] for one in (await client.get("/api/me/aspirations/hidden")).json()] == [
            str(here)
        ]
        assert (await client.put(f"/api/me/aspirations/hidden/{NOBODY}")).status_code == 422
        assert (await client.delete(f"/api/me/aspirations/hidden/{here}")).status_code == 204
        assert (await client.get("/api/me/aspirations/hidden")).json() == []
    async with admin.connect() as connection:
        asked = text(
            "SELECT count(*) FROM audit_entries WHERE subject_person_id = :who AND (organisation_id = :here"
            " OR entity_id = CAST(:here AS text) OR detail::text LIKE '%' || CAST(:here AS text) || '%')"
        )
        assert (await connection.execute(asked, {"who": amara.person, "here": here})).scalar_one() == 0


async def test_everything_of_the_pathway_is_in_the_file_that_one_takes_away(make: Builder, browse: Client) -> None:
    amara = await a_nurse(make)
    async with browse(amara) as client:
        await client.post("/api/me/evidence", json=PIECE)
        await client.put("/api/me/aspirations", json=WISH, headers={"If-Match": '"0"'})
        await client.put(f"/api/me/steps/{await make.step()}")
        held = (await client.get("/me/data")).json()["pathway"]
    assert held["evidence"][0]["what_happened"] == "We had lunch."
    assert held["aspirations"][0]["words"] == "A ward of my own."
    assert len(held["steps_chosen"]) == 1


async def test_an_account_that_is_nobodys_has_no_pathway(make: Builder, browse: Client) -> None:
    async with browse(await make.leader()) as client:
        for address in ("/api/me/pathway", "/api/me/evidence", "/api/me/aspirations", "/me", "/me/evidence"):
            assert (await client.get(address)).status_code in {403, 404}
