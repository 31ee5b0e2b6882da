"""Deciding: everybody at once, with reasons, and what is owed to those who were not chosen."""

from typing import Any

from service.kit.clock import today
from service.opportunities.rules.working_days import add_working_days
from tests.conftest import Client
from tests.opportunities.conftest import SOON, Town, fields, tag

NO = {"is_on": False, "reason": "others_showed_more", "note": "You were close: lead a project next."}


async def told(browse: Client, who: Any) -> set[str]:
    async with browse(who) as client:
        return {one["headline"] for one in (await client.get("/api/me/notices")).json()["items"]}


async def test_the_whole_way_from_sent_to_started(town: Town, browse: Client) -> None:
    chosen, listed, other = [await town.staff(place) for place in (town.there, town.here, town.there)]
    made = await town.waiting(chosen, listed, other, title="Matron")
    one = f"/api/opportunities/{made}"
    async with browse(town.partner) as client:
        ids = {row["person_id"]: row["id"] for row in (await client.get(f"{one}/interests")).json()}
        a, b, c = [ids[str(who.person)] for who in (chosen, listed, other)]
        held = await client.get(one)
        first = {
            "verdicts": [{"interest_id": a, "is_on": True}, {"interest_id": b, "is_on": True}, {"interest_id": c, **NO}]
        }
        unchecked = await client.post(f"{one}/decisions", json=first, headers=tag(held))
        assert fields(unchecked) == {"inclusion_check"}
        await town.checked(made)
        some = {"verdicts": first["verdicts"][:2]}
        assert fields(await client.post(f"{one}/decisions", json=some, headers=tag(held))) == {f"outcome-{c}"}
        silent = {"verdicts": [*first["verdicts"][:2], {"interest_id": c, "is_on": False}]}
        assert fields(await client.post(f"{one}/decisions", json=silent, headers=tag(held))) == {f"reason-{c}"}
        assert (await client.post(f"{one}/decisions", json=first)).status_code == 428
        shortlist = await client.post(f"{one}/decisions", json=first, headers=tag(held))
        assert (shortlist.status_code, shortlist.json()["state"]) == (200, "shortlisting"), shortlist.text
        assert (await client.post(f"{one}/decisions", json=first, headers=tag(held))).status_code in {412, 422}
        second = {"verdicts": [{"interest_id": a, "is_on": True, "reason": "merit"}, {"interest_id": b, **NO}]}
        decided = await client.post(f"{one}/decisions", json=second, headers=tag(shortlist))
        assert (decided.json()["state"], bool(decided.json()["decided_at"])) == ("decided", True)
        began = f"{one}/interests/{a}/started"
        assert (await client.post(began)).status_code == 409
        async with browse(chosen) as person:
            mine = await person.get(f"/api/me/interests/{a}")
            accepted = await person.post(f"/api/me/interests/{a}/state", json={"step": "accepted"}, headers=tag(mine))
            assert accepted.json()["state"] == "accepted"
        assert (await client.post(began)).status_code == 204
    assert "You were chosen for Matron. Say whether you accept" in await told(browse, chosen)
    assert "You are shortlisted for Matron" in await told(browse, listed)
    assert "You were not shortlisted for Matron. Read why, and what comes next" in await told(browse, other)
    async with browse(other) as person:
        mine = (await person.get(f"/api/me/interests/{c}")).json()
    assert mine["history"][-1]["reason"] == "others_showed_more"
    assert mine["history"][-1]["note"] == NO["note"]
    assert mine["due_on"] == add_working_days(today(), 10).isoformat()
    asked = "SELECT person_id FROM aftercare WHERE interest_id IN (:a, :b, :c)"
    owed = await town.sql(asked, a=a, b=b, c=c)
    assert {row.person_id for row in owed} == {listed.person, other.person}
    trail = await town.sql("SELECT DISTINCT detail::text FROM audit_entries WHERE entity_id = ANY (:e)", e=[a, b, c])
    assert not any("close" in row[0] for row in trail)


async def test_nobody_is_decided_on_while_others_may_still_come(town: Town, browse: Client) -> None:
    made = await town.make.opportunity(town.here, closes_on=SOON)
    await town.checked(made)
    async with browse(town.partner) as client:
        held = await client.get(f"/api/opportunities/{made}")
        answer = await client.post(f"/api/opportunities/{made}/decisions", json={"verdicts": []}, headers=tag(held))
    assert answer.status_code == 409


async def test_without_anybody_on_the_shortlist_it_is_decided(town: Town, browse: Client) -> None:
    who = await town.staff(town.here)
    made = await town.waiting(who)
    await town.checked(made)
    async with browse(town.partner) as client:
        [one] = (await client.get(f"/api/opportunities/{made}/interests")).json()
        held = await client.get(f"/api/opportunities/{made}")
        given = {"verdicts": [{"interest_id": one["id"], **NO}]}
        done = await client.post(f"/api/opportunities/{made}/decisions", json=given, headers=tag(held))
    assert done.json()["state"] == "decided"


async def test_a_tie_is_broken_only_where_equal_qualification_was_recorded(town: Town, browse: Client) -> None:
    people = [await town.staff(town.here) for _ in range(2)]
    made = await town.waiting(*people, states=("submitted", "shortlisted"), state="shortlisting")
    await town.checked(made)
    async with browse(town.partner) as client:
        a, b = [one["id"] for one in (await client.get(f"/api/opportunities/{made}/interests")).json()]
        tie = [
            {"interest_id": a, "is_on": True, "reason": "tie_break"},
            {"interest_id": b, **NO, "reason": "tie_broken"},
        ]
        path, held = f"/api/opportunities/{made}/decisions", await client.get(f"/api/opportunities/{made}")
        assert fields(await client.post(path, json={"verdicts": tie}, headers=tag(held))) == {
            f"reason-{a}",
            f"reason-{b}",
        }
        await town.case(made)
        assert (await client.post(path, json={"verdicts": tie}, headers=tag(held))).status_code == 422
        page = f"/positive-action/opportunity/{made}/equal"
        assert f'name="pick-{a}"' in (await client.get(page)).text
        form = {"words": "Both came out at 14 of 20.", f"pick-{a}": "yes", f"pick-{b}": "yes"}
        assert (await client.post(page, data=form)).status_code == 303
        assert (await client.post(path, json={"verdicts": tie}, headers=tag(held))).json()["state"] == "decided"


async def test_when_somebody_chosen_says_no_another_of_the_shortlist_can_be_chosen(town: Town, browse: Client) -> None:
    chosen, second, third = [await town.staff(town.here) for _ in range(3)]
    made = await town.waiting(chosen, second, third, states=("submitted", "shortlisted"), state="shortlisting")
    await town.checked(made)
    one, page = f"/api/opportunities/{made}", f"/opportunities/{made}/interests"
    async with browse(town.partner) as client:
        ids = {row["person_id"]: row["id"] for row in (await client.get(f"{one}/interests")).json()}
        a, b, c = [ids[str(who.person)] for who in (chosen, second, third)]
        choice = [{"interest_id": a, "is_on": True, "reason": "merit"}, *({"interest_id": x, **NO} for x in (b, c))]
        held = await client.get(one)
        held = await client.post(f"{one}/decisions", json={"verdicts": choice}, headers=tag(held))
        early = await client.post(f"{one}/interests/{b}/chosen", json={}, headers=tag(held))
        assert (early.status_code, "has said no" in early.text) == (409, True)
        assert f"{page}/{b}/chosen" not in (await client.get(page)).text
        async with browse(chosen) as person:
            mine = await person.get(f"/api/me/interests/{a}")
            await person.post(f"/api/me/interests/{a}/state", json={"step": "declined"}, headers=tag(mine))
        assert f"{page}/{b}/chosen" in (await client.get(page)).text
        assert (await client.post(f"{one}/interests/{a}/chosen", json={}, headers=tag(held))).status_code == 409
        version = {"version": held.headers["etag"].strip('"')}
        assert (await client.post(f"{page}/{b}/chosen", data=version)).status_code == 303
        assert f"{page}/{c}/chosen" not in (await client.get(page)).text
        again = await client.post(f"{one}/interests/{c}/chosen", json={}, headers=tag(await client.get(one)))
        assert again.status_code == 409
    async with browse(second) as person:
        mine = await person.get(f"/api/me/interests/{b}")
        assert (mine.json()["state"], mine.json()["due_on"]) == ("selected", None)
        accepted = await person.post(f"/api/me/interests/{b}/state", json={"step": "accepted"}, headers=tag(mine))
        assert accepted.json()["state"] == "accepted"
    owed = await town.sql("SELECT person_id FROM aftercare WHERE interest_id = ANY (:e)", e=[a, b, c])
    assert [row.person_id for row in owed] == [third.person]
    assert "You were chosen for Ward manager. Say whether you accept" in await told(browse, second)


async def test_with_a_priority_window_neither_day_nor_order_tells_who_was_in_it(town: Town, browse: Client) -> None:
    people = [await town.staff(town.here) for _ in range(4)]
    made = await town.waiting(*people, priority_until=today())
    async with browse(town.partner) as client:
        found = (await client.get(f"/api/opportunities/{made}/interests")).json()
        assert "in no order" in (await client.get(f"/opportunities/{made}/interests")).text
    assert [one["sent_on"] for one in found] == [None] * 4
    assert [one["id"] for one in found] == sorted(one["id"] for one in found)


async def test_those_who_decide_see_what_was_shown_until_it_is_decided_and_are_seen_reading(
    town: Town, browse: Client
) -> None:
    who = await town.staff(town.there)
    shown = await town.make.evidence(who.person, situation="A full ward.")
    hidden = await town.make.evidence(who.person, situation="Something private.")
    await town.make.equality(who.person, "sex", "female")
    made = await town.make.opportunity(town.here, closes_on=SOON)
    async with browse(who) as person:
        given = {"statement": "I can.", "evidence_ids": [str(shown)]}
        sent = await person.post(f"/api/opportunities/{made}/interest", json=given)
    async with browse(town.partner) as client:
        answer = await client.get(f"/api/opportunities/{made}/interests")
        [seen] = answer.json()
        assert (seen["statement"], [one["situation"] for one in seen["evidence"]]) == ("I can.", ["A full ward."])
        assert not {"female", "Something private.", str(hidden)} & set(answer.text.split('"'))
        async with browse(who) as person:
            mine = await person.get(f"/api/me/interests/{sent.json()['id']}")
            await person.post(
                f"/api/me/interests/{sent.json()['id']}/state", json={"step": "withdrawn"}, headers=tag(mine)
            )
            readers = (await person.get("/api/me/readers")).json()
        assert "opportunities.interest_read" in str(readers)
        [after] = (await client.get(f"/api/opportunities/{made}/interests")).json()
    assert (after["statement"], after["evidence"], after["requirements"]) == ("", [], [])


async def test_nobody_decides_between_themselves_and_others(town: Town, browse: Client) -> None:
    candidate, other = await town.make.hr_partner(town.here), await town.staff(town.here)
    await town.make.assignment(town.here, candidate.person, grade="6")
    made = await town.waiting(candidate, other)
    await town.checked(made)
    async with browse(candidate) as client:
        seen = await client.get(f"/api/opportunities/{made}/interests")
        assert (seen.status_code, "another HR partner" in seen.text) == (403, True)
        held = await client.get(f"/api/opportunities/{made}")
        body: dict[str, Any] = {"verdicts": []}
        answer = await client.post(f"/api/opportunities/{made}/decisions", json=body, headers=tag(held))
        assert answer.status_code == 403
        held = await client.get(f"/api/opportunities/{made}")
        gone = await client.post(f"/api/opportunities/{made}/state", json={"state": "withdrawn"}, headers=tag(held))
        assert gone.status_code == 200, gone.text
    async with browse(town.partner) as client:
        assert len((await client.get(f"/api/opportunities/{made}/interests")).json()) == 2
