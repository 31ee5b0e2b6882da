"""Equal qualification: recorded between those who wait for a decision, by those who decide."""

from tests.builders import NOBODY, Builder
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
