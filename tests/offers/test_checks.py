"""Was it fair? Each stage is asked; "we could not tell" is an answer that is shown; no answer stops the stage."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.actor import Actor
from service.kit.db import Sessions, transaction
from service.kit.errors import Invalid
from service.offers.actions.checks import must_be_answered
from service.offers.rules.checks import CheckStage, Finding, answer_problems, missing
from service.offers.rules.subjects import Subject
from tests.builders import NOBODY, Builder
from tests.conftest import Client

PUBLISH, SHORTLIST, DECISIONS = CheckStage


@pytest.mark.parametrize(
    ("answered", "left"),
    [([], [PUBLISH, SHORTLIST, DECISIONS]), ([SHORTLIST], [PUBLISH, DECISIONS]), ([*CheckStage], [])],
)
def test_which_stages_nobody_has_answered(answered: list[CheckStage], left: list[CheckStage]) -> None:
    assert missing(CheckStage, answered) == left


@pytest.mark.parametrize(
    ("finding", "looked_at", "will_do", "fields"),
    [
        (Finding.FAIR, "0.97, release 4", "", []),
        (Finding.FAIR, " ", "", ["looked_at"]),
        (Finding.CONCERN, "0.7, release 4", "", ["will_do"]),
        (Finding.CONCERN, "", "", ["looked_at", "will_do"]),
        (Finding.COULD_NOT_TELL, "", "Ask again in March", []),
        (Finding.COULD_NOT_TELL, "", "", ["will_do"]),
    ],
)
def test_a_finding_rests_on_a_number_and_a_concern_leads_to_something(
    finding: Finding, looked_at: str, will_do: str, fields: list[str]
) -> None:
    assert [problem.field for problem in answer_problems(finding, looked_at, will_do)] == fields


async def test_a_stage_waits_for_its_check_and_could_not_tell_is_shown(
    make: Builder, browse: Client, sessions: Sessions, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    offer, partner = await make.offer(here), await make.hr_partner(here, given_name="Nia")
    places = {"people.read": frozenset({here})}
    eyes = Actor(partner.name, partner.account_id, partner.person_id, frozenset(), places)
    about = (here, Subject.OFFER, offer)
    async with transaction(sessions, eyes) as session:
        with pytest.raises(Invalid, match="inclusion check"):
            await must_be_answered(session, *about, CheckStage.PUBLISH)
    async with browse(partner) as client:
        page = await client.post(f"/checks/offer/{offer}", data={"stage": "publish", "finding": "concern"})
        assert page.status_code == 422
        assert "<title>Error: Inclusion check" in page.text
        form = {"stage": "publish", "finding": "could_not_tell", "will_do": "Ask for answers in March"}
        assert (await client.post(f"/checks/offer/{offer}", data=form)).status_code == 303
        page = (await client.get(f"/checks/offer/{offer}", params={"saved": "true"})).text
        assert "Your check is saved" in page
        assert "Could not tell" in page
        assert "Before the shortlist is closed" in page
        fair = {"finding": "fair", "looked_at": "0.97 (release 4)"}
        assert (await client.post(f"/api/checks/offer/{offer}/publish", json=fair)).status_code == 201
        said = (await client.get(f"/api/checks/offer/{offer}")).json()
        assert [one["finding"] for one in said] == ["fair", "could_not_tell"]
        assert (await client.get(f"/api/checks/offer/{NOBODY}")).status_code == 404
        assert (await client.get(f"/api/checks/pipeline/{NOBODY}")).status_code == 404
    async with transaction(sessions, eyes) as session:
        await must_be_answered(session, *about, CheckStage.PUBLISH)
        with pytest.raises(Invalid):
            await must_be_answered(session, *about, CheckStage.SHORTLIST_CLOSED)
    trail = "SELECT detail::text FROM audit_entries WHERE entity_id = :o AND action = 'offers.check_answered'"
    async with admin.connect() as connection:
        entries = (await connection.execute(text(trail), {"o": str(offer)})).scalars().all()
    assert len(entries) == 2
    assert "March" not in "".join(entries)


async def test_another_organisation_neither_reads_nor_answers(
    make: Builder, browse: Client, sessions: Sessions, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    offer = await make.offer(here)
    row = {"o": here, "s": offer}
    check = (
        "INSERT INTO inclusion_checks (organisation_id, id, subject, subject_id, stage, finding, will_do,"
        " owner_account_id, owner) VALUES (:o, gen_random_uuid(), 'offer', :s, 'publish', 'could_not_tell', 'x',"
        " gen_random_uuid(), 'x')"
    )
    async with admin.begin() as connection:
        await connection.execute(text(check), row)
    stranger, staff = await make.hr_partner(await make.organisation()), await make.staff(here)
    for who in (stranger, staff):
        async with browse(who) as client:
            assert (await client.get(f"/api/checks/offer/{offer}")).status_code == 404
            answer = await client.post(f"/api/checks/offer/{offer}/publish", json={"finding": "fair", "looked_at": "1"})
            assert answer.status_code == 404
        eyes = Actor(who.name, who.account_id, who.person_id, frozenset(), {})
        async with transaction(sessions, eyes) as session:
            assert (await session.execute(text("SELECT count(*) FROM inclusion_checks"))).scalar_one() == 0
        with pytest.raises(DBAPIError, match="row-level security"):
            async with transaction(sessions, eyes) as session:
                await session.execute(text(check), row)
    async with browse(await make.hr_partner(here)) as client:
        assert len((await client.get(f"/api/checks/offer/{offer}")).json()) == 1
