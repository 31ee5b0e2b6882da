"""The board pack: one release on paper, the same figures as the pages to the digit, and nothing else."""

import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pypdf
import pytest
from sqlalchemy import event

from service.insight import paper
from service.insight.presenters.pack import _here, _part  # pyright: ignore[reportPrivateUsage]
from service.insight.rules import SYSTEM
from tests.builders import NOBODY
from tests.insight.conftest import Numbers
from tests.insight.test_attention import HIDDEN, row, sheet


async def get(numbers: Numbers, address: str, **params: str) -> httpx.Response:
    async with numbers.browse(await numbers.make.leader()) as client:
        return await client.get(address.format(release=numbers.releases[1].id), params=params or None)


@dataclass(frozen=True)
class Made:
    """`said` is all text of the PDF, with single spaces: a line may break within a figure's range."""

    page: str
    pdf: bytes
    said: str


def words_of(pdf: bytes) -> Iterator[str]:
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        yield re.sub(r"\s+", " ", page.extract_text())


def cells_of(page: str) -> list[str]:
    found = re.findall(r"<t[dh](?: [^>]*)?>(.*?)</t[dh]>", page, flags=re.DOTALL)
    texts = [part for cell in found for part in re.split(r"</?small>", cell)]
    return [re.sub(r"\s+", " ", html.unescape(text)).strip() for text in texts if text.strip()]


@pytest.fixture(scope="module")
async def packs(numbers: Numbers) -> dict[str, Made]:
    """Page and PDF of the whole system, and of one organisation."""
    made: dict[str, Made] = {}
    for code in ("", numbers.codes[0]):
        page = await get(numbers, "/reports/{release}/pack", organisation=code)
        pdf = await get(numbers, "/reports/{release}/pack.pdf", organisation=code)
        assert (page.status_code, pdf.status_code) == (200, 200)
        made[code] = Made(page.text, pdf.content, " ".join(words_of(pdf.content)))
    return made


@pytest.mark.parametrize("which", [0, 1])
async def test_every_figure_of_the_page_is_on_paper_and_the_other_way_round(packs: dict[str, Made], which: int):
    made = [*packs.values()][which]
    told = made.said.replace(" ", "")
    cells = cells_of(made.page)
    assert len(cells) > 300
    missing = [cell for cell in cells if cell.replace(" ", "") not in told]
    assert missing == []
    shares = set(re.findall(r"\d+\.\d%", made.said))
    assert shares <= set(re.findall(r"\d+\.\d%", html.unescape(made.page)))


async def test_it_has_the_figures_of_the_report_pages(numbers: Numbers, packs: dict[str, Made]):
    for address in ("/reports/representation?characteristic=disability", "/reports/coverage"):
        report = cells_of((await get(numbers, address)).text)
        assert {cell for cell in report if "%" in cell} <= set(cells_of(packs[""].page))


@pytest.mark.parametrize("which", [0, 1])
def test_it_is_an_accessible_pdf(packs: dict[str, Made], which: int):
    reader = pypdf.PdfReader(io.BytesIO([*packs.values()][which].pdf))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith("Board pack, ")
    assert reader.xmp_metadata is not None
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    # Flags come before the reports, where there are any.
    titles = [one["/Title"] for one in reader.outline if not isinstance(one, list)]  # pyright: ignore
    assert next(title for title in titles if title != "Flags") == "Representation by level"


def test_every_picture_on_paper_is_told_in_words(packs: dict[str, Made]):
    told: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            if node.get("/S") == "/Figure":
                told.append(str(node.get("/Alt", "")))
            walk(node.get("/K", []))

    walk(pypdf.PdfReader(io.BytesIO(packs[""].pdf)).trailer["/Root"]["/StructTreeRoot"])  # pyright: ignore
    assert len(told) > 10
    assert all(len(words) > 20 for words in told)


async def test_an_organisations_pack_has_the_systems_figures_beside_its_own_and_names_no_other(
    numbers: Numbers, packs: dict[str, Made]
):
    mine = numbers.codes[0]
    names = dict(numbers.system.organisations.select("code", "name").rows())
    made = packs[mine]
    assert html.escape(names[mine]) in made.page
    for name in (name for code, name in names.items() if code != mine):
        assert html.escape(name) not in made.page
        assert name not in made.said
    assert re.search(r"<small>System \d+\.\d%", made.page)
    assert "Share in the system" in made.page


async def test_it_says_what_it_is_of_when_and_by_which_rule(packs: dict[str, Made]):
    page, said = packs[""].page, packs[""].said
    for words in ("Release 2", "facts of 30 September 2026", "Disclosure rule", "2026-4", "What is known locally"):
        assert words in said
        assert words in page
    assert "Numerator" in said
    reference = re.findall(r"pack (2-[0-9A-F]{8})", said)
    assert len(set(reference)) == 1
    assert reference[0] in page


async def test_what_is_written_locally_comes_in_as_words_and_makes_another_pack(numbers: Numbers):
    before = re.findall(r"pack (2-[0-9A-F]{8})", (await get(numbers, "/reports/{release}/pack")).text)[0]
    hostile = '#read("/etc/passwd") $x$ *bold* = Heading <b>tag</b> \\ ` ~ @ref'
    async with numbers.browse(await numbers.make.leader()) as client:
        given = {"about": "coverage", "words": hostile}
        made = (await client.post("/api/know-how", json=given)).json()
        page = (await client.get(f"/reports/{numbers.releases[1].id}/pack")).text
        pdf = (await client.get(f"/reports/{numbers.releases[1].id}/pack.pdf")).content
        report = (await client.get("/reports/coverage")).text
        await client.post(f"/api/know-how/{made['id']}", json={"version": 1})
    assert html.escape(hostile) in page.replace("&#34;", "&quot;")
    assert any(hostile.replace(" ", "") in page_.replace(" ", "") for page_ in words_of(pdf))
    assert html.escape(hostile) in report.replace("&#34;", "&quot;")
    assert before not in page


async def test_a_pack_is_made_once(numbers: Numbers, monkeypatch: pytest.MonkeyPatch):
    first = (await get(numbers, "/reports/{release}/pack.pdf")).content

    def never(*_: object) -> bytes:
        raise AssertionError("made again")

    monkeypatch.setattr(paper, "_compiled", never)
    assert (await get(numbers, "/reports/{release}/pack.pdf")).content == first


def test_a_flag_across_the_system_does_not_tell_an_organisation_where_else_it_is_flagged():
    words = "Across 3 organisations there is a gap. On their own figures it is flagged in: Ashby Trust, Elm Council."
    assert _here(words, "Oak Trust") == "Across 3 organisations there is a gap."
    here = "Across 3 organisations there is a gap. It is flagged on this organisation's own figures too."
    assert _here(words, "Elm Council") == here


@pytest.mark.parametrize(("organisation", "where"), [(SYSTEM, "St Elm's Trust, everybody: "), ("ELM", "Everybody: ")])
def test_paper_names_the_groups_to_look_at_first_even_where_most_of_their_figures_are_withheld(
    organisation: str, where: str
):
    rows = [row(focus="all"), row(focus="all", driver="no_support", **HIDDEN), row(focus="all", **HIDDEN)]
    part = _part(sheet("raised", *rows, organisation=organisation), None, {})
    assert part.sentences[0].startswith(f"{where}more people left the system than expected: 1.40 times as many")
    assert [len(table.lines) for table in part.tables] == [1]
    assert part.more == "All 3 rows are in the report and its spreadsheet."


@pytest.mark.parametrize("address", ["/reports/{release}/pack", "/reports/{release}/pack.pdf"])
async def test_what_is_not_there_is_not_found_and_nobody_else_reads_it(numbers: Numbers, address: str):
    assert (await get(numbers, address, organisation="NOBODY")).status_code == 404
    assert (await get(numbers, address.replace("{release}", NOBODY))).status_code == 404
    for who in ("hr_partner", "administrator"):
        async with numbers.browse(await getattr(numbers.make, who)()) as client:
            assert (await client.get(address.format(release=numbers.releases[1].id))).status_code == 403


async def test_a_pack_takes_six_statements_at_most(numbers: Numbers):
    asked: list[str] = []
    engine = numbers.app.state.sessions.kw["bind"].sync_engine

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        await get(numbers, "/reports/{release}/pack")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert 2 <= len(asked) <= 6
