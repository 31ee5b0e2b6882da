"""Files that nobody should send: always words and a 4xx, or problem rows; never a 5xx, never half an import."""

import io
import zipfile

import pytest

from service.kit.errors import Invalid
from service.transfer.readers import read
from tests.builders import Builder
from tests.conftest import Client
from tests.transfer.files import a_file, a_row, a_workbook, give, problems_of

HEAD = b"EMPLOYEE_NUMBER,FIRST_NAME,LAST_NAME\n"


def zipped(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def changed(workbook: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with one part rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.infolist():
            content = before.read(entry)
            if entry.filename == part:
                assert old in content
                content = content.replace(old, new)
            after.writestr(entry.filename, content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
TABLE = a_workbook(["EMPLOYEE_NUMBER", "FIRST_NAME", "LAST_NAME"], ["1", "Amara", "Okafor"])
BOMB = zipped(**{"[Content_Types].xml": b"<x/>", SHEET: b"<row>" * 30_000_000})

REFUSED = {
    "empty": (b"", "empty"),
    "only spaces": (b" \r\n \n", "empty"),
    "only a byte-order mark": (b"\xef\xbb\xbf", "empty"),
    "header only": (HEAD, "no rows"),
    "a column without a name": (b"EMPLOYEE_NUMBER,,LAST_NAME\n1,2,3\n", "Column 2 has no name"),
    "a column twice": (b"LAST_NAME,last_name\n1,2\n", "Two columns are called"),
    "10,000 columns": (b",".join(b"c%d" % n for n in range(10_000)) + b"\n1\n", "10,000 columns"),
    "one line of 20 MB": (HEAD + b"x" * 20_000_000, "longer than"),
    "one name of 20 MB": (b"x" * 20_000_000, "longer than"),
    "a quote never closed": (HEAD + b'1,"Amara,Okafor\n2,B,C\n', "quote is not closed"),
    "a PNG image": (b"\x89PNG\r\n\x1a\n" + bytes(2000), "an image"),
    "a JPEG called csv": (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20, "an image"),
    "a PDF": (b"%PDF-1.7\n...", "a PDF"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "old Excel"),
    "bytes of no encoding": (HEAD + b"1,\x81\x8d\x8f\x90,x\n", "characters of this file"),
    "half a UTF-16 file": (
        b"\xff\xfe" + (HEAD.decode() + "1,2,3").encode("utf-16-le") + b"\xd8",
        "characters of this file",
    ),
    "a lone surrogate in UTF-16": (
        b"\xff\xfe" + HEAD.decode().encode("utf-16-le") + b"\x00\xd8,\x00",
        "characters of this file",
    ),
    "a zip that is no workbook": (zipped(a=b"1"), "cannot read this workbook"),
    "a cut-off workbook": (TABLE[: len(TABLE) // 2], "not a whole Excel workbook"),
    "a zip bomb": (BOMB, "far larger unpacked"),
    "5,000 parts": (zipped(**{f"p{n}": b"" for n in range(5000)}), "5,000 parts"),
    "a macro": (zipped(**{"xl/vbaProject.bin": b"x", "xl/workbook.xml": b"<x/>"}), "macros"),
    "an external entity": (
        changed(TABLE, SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet'),
        "entities",
    ),
    "an entity in the strings": (
        changed(TABLE, "xl/sharedStrings.xml", b"<sst", b'<!DOCTYPE x [<!ENTITY e "x">]><sst'),
        "entities",
    ),
    "a cell at the far corner": (changed(TABLE, SHEET, b'r="C2"', b'r="XFD1048576"'), "more than 200 columns"),
    "a cell in the last row": (changed(TABLE, SHEET, b'r="C2"', b"r = 'C1048576'"), "beyond row"),
    "an empty workbook": (a_workbook(), "first sheet is empty"),
    "a workbook with a header only": (a_workbook(["EMPLOYEE_NUMBER", "FIRST_NAME", "LAST_NAME"]), "no rows"),
    "a workbook with a column twice": (a_workbook(["A", "a"], ["1", "2"]), "Two columns are called"),
}


@pytest.mark.hostile
@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_words(name: str) -> None:
    content, words = REFUSED[name]
    with pytest.raises(Invalid) as refused:
        read(content)
    assert words in refused.value.message
    assert refused.value.problems[0].field == "file"


@pytest.mark.hostile
@pytest.mark.parametrize(
    "name", ["empty", "10,000 columns", "one line of 20 MB", "a zip bomb", "an external entity", "a PNG image"]
)
async def test_the_page_and_the_api_say_the_same(make: Builder, browse: Client, name: str) -> None:
    content, words = REFUSED[name]
    content = content[:19_000_000]
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        by_api = await give(client, here, content, "staff.xlsx")
        assert by_api.status_code == 422
        assert by_api.json()["errors"][0]["field"] == "file"
        by_page = await client.post("/imports", files={"file": ("staff.csv", content)})
        assert by_page.status_code == 422
        assert "<title>Error: " in by_page.text
        for answer in (by_api.text, by_page.text):
            assert words in answer
        raw = await client.post(
            "/api/imports", params={"organisation_id": str(here)}, content=content, headers={"Content-Type": "text/csv"}
        )
        assert raw.status_code == 422
        assert (await client.get("/api/imports")).json()["items"] == [], "nothing half-written"


@pytest.mark.hostile
async def test_more_than_is_allowed_is_too_large(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        assert (await give(client, here, HEAD + b"x" * 21_000_000)).status_code == 413


BAD_CELLS = [
    ("FIRST_NAME", "Ama\0ra", "control characters"),
    ("FIRST_NAME", "Ama\x1bra", "control characters"),
    ("LAST_NAME", "Oka\nfor", "line breaks"),
    ("JOB_TITLE", "=cmd|' /C calc'!A0", "formula"),
    ("JOB_TITLE", "@SUM(1+1)", "formula"),
    ("JOB_TITLE", "+A1+A2", "formula"),
    ("JOB_TITLE", "-2+3+cmd|' /C calc'!A0", "formula"),
    ("JOB_TITLE", "\t=1+1", "formula"),
    ("JOB_TITLE", "'=1+1", "formula"),
    ("JOB_TITLE", "x" * 201, "200 characters"),
    ("GRADE", "x" * 41, "40 characters"),
    ("EMPLOYEE_NUMBER", "1E+07", "shortened"),
    ("CONTRACTED_FTE", "9" * 400, "number"),
    ("CONTRACTED_FTE", "1e400", "number"),
    ("CONTRACTED_FTE", "NaN", "number"),
    ("CONTRACTED_FTE", "37.5", "hours"),
    ("START_DATE", "31/02/2024", "no 31 February 2024"),
    ("START_DATE", "9999999999", "Write a date"),
    ("PERSON_ID", "1; DROP TABLE people", "Copy this unchanged"),
    ("ASSIGNMENT_ID", "00000000-0000-0000-0000-000000000000", "not a post of this person"),
    ("EMPLOYING_ORG_CODE", "OTHER", "another organisation"),
    ("EMAIL_ADDRESS", "a@b@c", "e-mail address"),
]


@pytest.mark.hostile
@pytest.mark.parametrize(("column", "value", "words"), BAD_CELLS, ids=range(len(BAD_CELLS)))
async def test_a_bad_cell_is_a_problem_of_its_row_and_the_other_rows_go_in(
    make: Builder, browse: Client, column: str, value: str, words: str
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        given = await give(client, here, a_file(a_row(1, **{column: value}), a_row(2)))
        assert given.status_code == 201, given.text
        found = given.json()
        assert (found["summary"]["new"], found["summary"]["problems"]) == (1, 1)
        problem = (await problems_of(client, found))[0]
        assert (problem["row"], problem["column"]) == (2, column)
        assert words in problem["fix"]
        assert (await client.get(f"/imports/{found['id']}")).status_code == 200
        rows = (await client.get(f"/imports/{found['id']}/problems.csv")).text
        for cell in ("=cmd", "@SUM", "+A1", "-2+3"):
            assert f",{cell}" not in rows, "a download never carries a formula"
        assert (
            await client.post(f"/api/imports/{found['id']}/apply", json={"without_problem_rows": True})
        ).status_code == 200


async def test_a_formula_in_a_workbook_is_told_and_not_run() -> None:
    book = changed(TABLE, SHEET, b'<c r="B2" t="s"><v>4</v></c>', b'<c r="B2"><f>cmd()</f><v>0</v></c>')
    assert read(book).problems.select("row", "column", "kind").rows() == [(2, "FIRST_NAME", "formula")]


async def test_a_text_shown_by_very_many_cells_does_not_fill_the_memory() -> None:
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(3, 60_000))
    long = changed(TABLE, "xl/sharedStrings.xml", b"EMPLOYEE_NUMBER", b"E" * 32_000)
    with pytest.raises(Invalid, match="far longer"):
        read(changed(long, SHEET, b"</sheetData>", cells + b"</sheetData>"))


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd",
        "..\\..\\x.csv",
        "x\0y.csv",
        "a\nb.csv",
        "\ud800.csv".encode("utf-8", "surrogatepass").decode("latin-1"),
        "é" * 300,
    ],
)
async def test_the_name_of_a_file_is_only_ever_shown(make: Builder, browse: Client, path: str) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        given = await client.post(
            "/api/imports",
            params={"organisation_id": str(here), "file_name": path[:200]},
            content=a_file(a_row(1)),
            headers={"Content-Type": "text/csv"},
        )
        assert given.status_code == 201, given.text
        shown = given.json()["file_name"]
        assert "/" not in shown
        assert "\\" not in shown
        assert shown.isprintable()
