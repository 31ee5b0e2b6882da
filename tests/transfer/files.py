"""Workforce files for tests: `a_file(a_row(1), a_row(2, JOB_TITLE="Matron"))`."""

import csv
import io
from uuid import UUID

import httpx
import xlsxwriter

ROW = {
    "EMPLOYEE_NUMBER": "1",
    "FIRST_NAME": "Amara",
    "LAST_NAME": "Okafor",
    "DATE_OF_BIRTH": "17/05/1985",
    "EMAIL_ADDRESS": "amara@example.org",
    "JOB_TITLE": "Ward manager",
    "GRADE_SCHEME": "afc",
    "GRADE": "7",
    "STAFF_GROUP": "Nursing and midwifery",
    "CONTRACTED_FTE": "1",
    "START_DATE": "01/03/2024",
}


def a_row(number: int | str = 1, **given: str) -> dict[str, str]:
    return ROW | {"EMPLOYEE_NUMBER": str(number), "EMAIL_ADDRESS": f"p{number}@example.org"} | given


def a_file(*rows: dict[str, str]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def a_workbook(*rows: list[object], name: str = "Staff") -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return content.getvalue()


async def give(
    client: httpx.AsyncClient, organisation_id: UUID, content: bytes, name: str = "staff.csv", **fields: str
) -> httpx.Response:
    """Uploads a file as the API's form."""
    return await client.post(
        "/api/imports", data={"organisation_id": str(organisation_id), **fields}, files={"file": (name, content)}
    )


async def bring_in(client: httpx.AsyncClient, organisation_id: UUID, content: bytes, **fields: str) -> dict:
    """Uploads a file and imports its good rows; the import as it then stands."""
    given = await give(client, organisation_id, content, **fields)
    assert given.status_code == 201, given.text
    done = await client.post(f"/api/imports/{given.json()['id']}/apply", json={"without_problem_rows": True})
    assert done.status_code == 200, done.text
    return done.json()


async def problems_of(client: httpx.AsyncClient, found: dict) -> list[dict]:
    answer = await client.get(f"/api/imports/{found['id']}/problems", params={"size": 100})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]
