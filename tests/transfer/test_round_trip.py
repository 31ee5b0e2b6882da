"""What goes out comes in again and changes nothing; and a file that knows nothing of us comes in through a mapping."""

import io
from pathlib import Path
from uuid import UUID

import polars as pl
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from analytics.synthetic import SMALL
from service.transfer.schemas import read_mapping
from tests.builders import Builder
from tests.conftest import Client
from tests.transfer.files import a_file, a_row, bring_in, give
from tests.transfer.test_importing import counts, everything

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
IBM = Path(__file__).parents[3] / "shared" / "data" / "ibm_hr_attrition.csv"


async def download(client, organisation_id: UUID, file_format: str = "csv") -> bytes:
    answer = await client.get(
        "/api/exports/workforce", params={"organisation_id": str(organisation_id), "format": file_format}
    )
    assert answer.status_code == 200
    return answer.content


def extract(code: str) -> bytes:
    """One made-up organisation's staff, as its HR system would write them."""
    spells = SMALL.spells.filter(pl.col("organisation") == code).join(SMALL.people, on="person")
    last = (
        pl.when(pl.col("ended").is_null().any().over("person"))
        .then(None)
        .otherwise(pl.col("ended").max().over("person"))
    )
    named = {
        "EMPLOYEE_NUMBER": "employee_number",
        "FIRST_NAME": "given_name",
        "LAST_NAME": "family_name",
        "DATE_OF_BIRTH": "birth_date",
        "EMAIL_ADDRESS": "email",
        "ASSIGNMENT_TYPE": "kind",
        "JOB_TITLE": "job_title",
        "GRADE_SCHEME": "grade_scheme",
        "GRADE": "grade",
        "STAFF_GROUP": "staff_group",
        "CONTRACT_TYPE": "contract",
        "START_DATE": "started",
        "END_DATE": "ended",
        "LEAVING_REASON": "end_reason",
        "ETHNIC_CATEGORY": "ethnicity_code",
        "SEX": "sex",
        "DISABILITY": "disability",
    }
    columns = [pl.col(ours).alias(name) for name, ours in named.items()]
    rows = spells.select(
        *columns, last.alias("END_DATE_ORG"), pl.col("fte").cast(pl.Float64).round(3).alias("CONTRACTED_FTE")
    )
    return rows.write_csv().encode()


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("code", SMALL.organisations["code"].to_list())
async def test_a_made_up_organisation_goes_in_comes_out_and_goes_in_again_unchanged(
    make: Builder, browse: Client, admin: AsyncEngine, code: str, file_format: str
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        first = await bring_in(client, here, extract(code))
        assert first["summary"]["problems"] == 0
        assert first["summary"]["new"] == first["summary"]["rows"] > 50
        before = await everything(admin, here)
        again = (await give(client, here, await download(client, here, file_format), f"again.{file_format}")).json()
        # One more than the file: the partner, who is employed here and has no post.
        assert counts(again) == (0, 0, first["summary"]["rows"] + 1, 0)
        applied = await client.post(f"/api/imports/{again['id']}/apply", json={})
        assert applied.status_code == 200
        assert await everything(admin, here) == before


async def test_the_extract_itself_a_second_time_changes_nothing(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    content = extract(SMALL.organisations["code"][0])
    async with browse(await make.hr_partner(here)) as client:
        await bring_in(client, here, content)
        again = (await give(client, here, content)).json()
        assert counts(again)[:2] == (0, 0)
        assert again["summary"]["problems"] == 0


async def test_awkward_names_survive_the_round_trip_and_no_cell_can_be_run(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    awkward = ["O'Brien", "'t Hooft", "-", "Siân, the younger", 'Ann "Nan"', "+Plus", "Łukasz", "李", "@home"]
    for number, name in enumerate(awkward):
        person = await make.person(given_name=name, family_name=name)
        await make.employment(here, person, employee_number=f"A{number}", listed_as=f"{name}, {name}")
        await make.assignment(here, person, job_title=name)
    async with browse(await make.hr_partner(here)) as client:
        content = await download(client, here)
        cells = pl.read_csv(io.BytesIO(content), infer_schema=False)
        assert not any(text and text[0] in "=+-@\t\r" for row in cells.rows() for text in row)
        again = (await give(client, here, content)).json()
        assert counts(again) == (0, 0, len(awkward) + 1, 0)


async def test_an_export_has_no_equality_answers_and_each_person_can_see_it(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        await bring_in(client, here, a_file(a_row(1, SEX="Female", ETHNIC_CATEGORY="A", DISABILITY="Yes")))
        header = (await download(client, here)).decode("utf-8-sig").splitlines()[0]
        for name in ("SEX", "ETHNIC_CATEGORY", "DISABILITY"):
            assert name not in header.split(",")
    async with admin.connect() as connection:
        query = (
            "SELECT action, subject_person_id IS NULL FROM audit_entries"
            " WHERE organisation_id = :o AND action LIKE '%export%' ORDER BY id"
        )
        rows = (await connection.execute(text(query), {"o": here})).all()
    assert [tuple(row) for row in rows] == [
        ("people.read_in_export", False),
        ("people.read_in_export", False),
        ("transfer.exported", True),
    ]


async def test_a_leavers_own_details_stay_with_the_leaver(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        await bring_in(client, here, a_file(a_row(1, END_DATE_ORG="30/06/2026")))
        rows = (await download(client, here)).decode().splitlines()
        assert [row[:21] for row in rows if row.startswith("1,")] == ["1,Amara,Okafor,,,2026"], (
            "no date of birth, no e-mail address"
        )


async def test_a_public_file_comes_in_through_the_example_mapping(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    if not IBM.exists():
        pytest.skip("reference data not present")
    here = await make.organisation()
    mapping = (EXAMPLES / "ibm_hr_attrition.yaml").read_text()
    async with browse(await make.hr_partner(here)) as client:
        first = await bring_in(client, here, IBM.read_bytes(), mapping=mapping)
        assert counts(first) == (1470, 0, 0, 0)
        assert first["applied"]["people_added"] == 1470
        unmapped = {(grade["scheme"], grade["grade"]): grade["rows"] for grade in first["summary"]["unmapped_grades"]}
        assert unmapped == {
            ("ibm", "1"): 543,
            ("ibm", "2"): 534,
            ("ibm", "3"): 218,
            ("ibm", "4"): 106,
            ("ibm", "5"): 69,
        }
        assert "Age" in str(first["summary"]["notes"]), "what was not used is said"
        again = (await give(client, here, IBM.read_bytes(), mapping=mapping)).json()
        assert counts(again) == (0, 0, 1470, 0)
    held = await everything(admin, here)
    assert sum(row.ended is not None for row in held["employments"]) == 237
    # 588 women in the file, 87 of whom have left: answers are written only for people whom it employs now.
    assert sum(row.code == "female" for row in held["answers"]) == 588 - 87


def test_the_example_mapping_is_the_one_the_manual_describes() -> None:
    mapping = read_mapping((EXAMPLES / "ibm_hr_attrition.yaml").read_text())
    assert mapping.codes["left"] == {"Yes": "2015-12-31", "No": ""}, "Yes stays a word, whatever YAML makes of it"
    assert mapping.dates["started"] == "years before 2015-12-31"
