"""Every page that somebody can open: one heading, a title, and a label for everything that can be filled in."""

from html.parser import HTMLParser

import pytest
from litestar import Litestar

from service.access.grants import Role
from tests.access.doors import DOORS
from tests.access.world import PERSONAS, World, ask, client_of, may

PAGES = sorted(
    route
    for route, door in DOORS.items()
    if route.startswith("GET /")
    and door.own
    and not route.startswith(("GET /api", "GET /schema", "GET /static", "GET /assets"))
)
NO_PAGES = {
    "GET /",
    "GET /livez",
    "GET /readyz",
    "GET /imports/template.csv",
    "GET /imports/{import_id}/problems.csv",
    "GET /me/data",
    "GET /offers/{offer_id}/dates/{date_file}",
    "GET /opportunities/{opportunity_id}/closing.ics",
    "GET /frameworks/{code}/file.csv",
    "GET /roles/file.csv",
}


class Page(HTMLParser):
    """What a page has that can be counted."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings, self.title, self.ids, self.labels, self.fields, self.inline = 0, "", [], set(), [], []
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._open = tag
        self.headings += tag == "h1"
        if given.get("id"):
            self.ids.append(given["id"])
        if tag == "label":
            self.labels.add(given.get("for"))
        if tag in {"input", "select", "textarea"} and given.get("type") not in {"hidden", "submit"}:
            self.fields.append(
                (given.get("id"), given.get("aria-label") or given.get("aria-labelledby"), given.get("name"))
            )
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if tag in {"style", "script"} and not given.get("src"):
            self.inline.append(tag)

    def handle_data(self, data: str) -> None:
        if self._open == "title":
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self._open = ""


@pytest.mark.parametrize("route", [route for route in PAGES if route not in NO_PAGES])
async def test_a_page_has_one_heading_a_title_and_labelled_fields(world: World, app: Litestar, route: str) -> None:
    door = DOORS[route]
    persona = next(p for p in (Role.HR_PARTNER, *PERSONAS) if may(door, p))
    async with client_of(app, world.personas[persona]) as client:
        answer = await ask(client, route, door, world.ours.things)
        if answer.status_code == 303:
            answer = await client.get(answer.headers["location"])
    assert answer.status_code in {200, 400}, f"{persona}: {answer.status_code}"
    page = Page(answer.text)
    assert page.headings == 1
    assert page.title.strip().endswith("– Ridgeway")
    assert len(page.title.strip()) > len("– Ridgeway")
    assert [name for key, label, name in page.fields if not label and key not in page.labels] == []
    assert len(page.ids) == len(set(page.ids)), sorted(key for key in page.ids if page.ids.count(key) > 1)
    assert page.inline == [], "the content security policy forbids it"
