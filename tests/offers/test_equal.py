"""Equal qualification: recorded between those who wait for a decision, by those who decide."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from service.kit.actor import Actor
from service.kit.db import Sessions, transaction
from service.offers.rules.positive_action import names_somebody
from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client


async def test_equal_qualification_is_recorded_by_those_who_decide(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner, staff = await make.hr_partner(here), await make.staff(here)
    offer = await make.offer_with_window(here)
    cohort = await make.cohort(here, offer)
    one, other = [await make.application(await make.person(here), here, offer, cohort) for _ in range(2)]
    said = {"words": "Equal in all four.", "candidates": [str(one), str(other)]}
    address, page = f"/api/positive-action/offer/{offer}/equal", f"/positive-action/offer/{offer}/equal"
    async with browse(partner) as client:
        made = (await client.post(address, json=said)).json()
        assert (made["candidates"], made["recorded_by"]) == ([str(one), str(other)], partner.name)
        for wrong in ([str(one), str(one)], [str(one), NOBODY]):
            assert (await client.post(address, json={**said, "candidates": wrong})).status_code == 422
        # On a page, from among those who wait: and back to it.
        assert "Who is equally qualified?" in (await client.get(page)).text
        refused = await client.post(page, data={"words": "Equal.", f"pick-{one}": "yes"})
        assert (refused.status_code, "There is a problem" in refused.text) == (422, True)
        done = await client.post(
            page, data={"words": "Both led two teams.", f"pick-{one}": "yes", f"pick-{other}": "yes"}
        )
        assert (done.status_code, done.headers["location"]) == (303, page)
        assert "Both led two teams." in (await client.get(page)).text
    async with browse(staff) as client:
        assert (await client.post(address, json=said)).status_code == 404


@pytest.mark.parametrize(
    ("words", "does"),
    [
        ("Both led two teams.", False),
        ("Amara led two teams.", True),
        ("As Okafor-Rees did.", True),
        ("Gwen’s marks are the same.", True),
        ("They both will lead.", False),
        ("The Gwent ward.", False),
        ("", False),
    ],
)
def test_words_that_name_one_of_them_are_found(words: str, does: bool) -> None:
    assert names_somebody(words, ["Amara Okafor", "Gwen O", "Will (Bill) Rees"]) is does


async def test_how_people_are_equal_is_said_without_their_names(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    offer = await make.offer_with_window(here)
    cohort = await make.cohort(here, offer)
    names = ("Amara", "Blodeuwedd")
    people = [await make.person(here, given_name=name) for name in names]
    pair = [str(await make.application(person, here, offer, cohort)) for person in people]
    async with browse(await make.hr_partner(here)) as client:
        said = {"candidates": pair, "words": "Blodeuwedd has as many marks."}
        refused = await client.post(f"/api/positive-action/offer/{offer}/equal", json=said)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "words")
        assert "each of these people can read this" in refused.text


@pytest.mark.parametrize("what", ["offer", "opportunity"])
async def test_those_who_were_recorded_as_equal_take_it_with_them_without_the_others(
    make: Builder, browse: Client, sessions: Sessions, what: str
) -> None:
    here = await make.organisation()
    amara, other, third = [await make.staff(here, given_name=name) for name in ("Amara", "Blodeuwedd", "Ceri")]
    about = await (make.offer(here) if what == "offer" else make.opportunity(here))
    sent = [await _sent(make, what, here, about, who) for who in (amara, other)]
    key = {"organisation_id": here, "subject": what, "subject_id": about, "candidates": sent}
    recorded = (
        "INSERT INTO equal_qualifications (organisation_id, id, subject, subject_id, candidates, words, recorded_by)"
        " VALUES (:organisation_id, gen_random_uuid(), :subject, :subject_id, :candidates, :words, 'Nia Rees')"
    )
    async with make.admin.begin() as connection:
        for words in ("Both led two teams.", "Written before: blodeuwedd has the same marks."):
            await connection.execute(text(recorded), key | {"words": words})
    async with browse(amara) as client:
        got = await client.get("/me/data")
    held = got.json()["equal_qualification"]
    assert [(one["subject"], one["subject_id"], one["candidates"], one["recorded_by"]) for one in held] == [
        (what, str(about), 2, "Nia Rees")
    ] * 2
    # What names somebody else stays with those who wrote it.
    assert [one["words"] for one in held] == [None, "Both led two teams."]
    assert "lodeuwedd" not in got.text and str(sent[1]) not in got.text
    assert [one["words"] for one in await _ties(sessions, other)] == [
        "Written before: blodeuwedd has the same marks.",
        "Both led two teams.",
    ]
    assert await _ties(sessions, third) == []


async def _sent(make: Builder, what: str, here: UUID, about: UUID, who: SignedIn) -> UUID:
    if what == "opportunity":
        return await make.interest(who.person, here, about)
    return await make.application(who.person, here, about, await make.cohort(here, about))


async def _ties(sessions: Sessions, who: SignedIn) -> list[dict[str, Any]]:
    async with transaction(sessions, Actor(who.name, who.account_id, who.person)) as session:
        return [dict(row) for row in (await session.execute(text("SELECT * FROM private.ties_of_mine()"))).mappings()]
