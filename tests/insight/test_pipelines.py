"""Who is coming through: what comes out of the database, what a leader reads, and where it leads."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.frames import PIPELINE, PLACED
from service.insight.charts.pipelines import draw_cases, draw_cover, draw_stages
from service.insight.facts.pipelines import critical, members, transitions
from service.insight.facts.stages import events
from service.insight.presenters.pipelines import described, names_of, places_of
from service.insight.presenters.tables import all_tables
from service.insight.rules import Measure
from service.insight.shapes import SHAPES, Sheet
from service.insight.words import pipelines as words
from tests.insight.conftest import UNTIL, Numbers
from tests.insight.test_more_facts import as_analyst
from tests.insight.test_reports import get

DAY = timedelta(days=1)
ID = UUID("3f0b6c1e-0000-4000-8000-000000000029")
STAGES = [*PIPELINE, PLACED]
PIPE = (
    "INSERT INTO pipelines (id, organisation_id, title, family_code, level, purpose, criteria, owner, state)"
    " VALUES (:id, :place, 'not for anybody', 'nursing', 8, 'not', 'for', 'anybody', :open)"
)
MEMBER = (
    "INSERT INTO pipeline_memberships (person_id, id, pipeline_id, organisation_id, source, state, stage, entered_on,"
    " expires_on, version) VALUES (:person, :id, :id, :place, 'self', 'current', 'ready_now', :entered, :expires, 3)"
)
STEP = (
    "INSERT INTO membership_states (person_id, membership_id, number, step, stage, words, by_id, at)"
    " VALUES (:person, :id, :number, :step, :stage, 'not for anybody', :id, CAST(:on AS date) + time '12:00')"
)
BEGUN = (
    "INSERT INTO transitions (person_id, id, organisation_id, assignment_id, to_tier, started_on, state, ended_on)"
    " VALUES (:person, :id, :place, :id, 'mid_senior', :started, :state, :ended)"
)
SUPPORT = (
    "INSERT INTO transition_supports (person_id, transition_id, organisation_id, id, kind, who, arranged_on)"
    " VALUES (:person, :id, :place, gen_random_uuid(), 'coach', 'not for anybody', :arranged)"
)
CHECK = (
    "INSERT INTO transition_checkins (person_id, transition_id, organisation_id, day, due_on, answered_at)"
    " VALUES (:person, :id, :place, :day, :due, CAST(CAST(:answered AS date) AS timestamptz))"
)
ANSWER = (
    "INSERT INTO checkin_answers (person_id, transition_id, day, support_perception, words)"
    " VALUES (:person, :id, :day, :felt, 'not for anybody')"
)


async def put(connection: AsyncConnection, sql: str, given: dict[str, Any]) -> None:
    asked = dict.fromkeys(re.findall(r"(?<!:):([a-z]+)", sql))
    await connection.execute(text(sql), {name: given[name] for name in asked})


async def begin(connection: AsyncConnection) -> dict[str, Any]:
    """Rows as they would be after years of use: what leads to them is tested in their own rooms."""
    await connection.execute(text("SET LOCAL session_replication_role = replica"))
    row = await connection.execute(
        text(
            "SELECT p.id AS person, p.analysis_key AS key,"
            " (SELECT id FROM organisations ORDER BY code LIMIT 1) AS place FROM people p ORDER BY p.id LIMIT 1"
        )
    )
    return {**row.one()._mapping, "id": ID}


STEPS = [("entered", "feeder", 90), ("reviewed", "ready_soon", 40), ("reviewed", "ready_now", -1)]
ASKED = [("nominated", "feeder", 90)]
LEFT = [*STEPS[:2], ("left", "ready_soon", 3)]


@pytest.mark.parametrize(
    ("history", "given", "stage"),
    [
        (STEPS, {}, "ready_soon"),
        (STEPS[:1], {}, "feeder"),
        (ASKED, {}, None),
        (LEFT, {}, None),
        ([*STEPS[:2], ("left", "ready_soon", -1)], {}, "ready_soon"),
        (STEPS, {"open": "closed"}, None),
        (STEPS, {"entered": UNTIL + DAY}, None),
    ],
    ids=["reviewed later", "entered", "not agreed", "left", "left later", "closed pipeline", "entered later"],
)
async def test_a_membership_comes_out_as_it_stood_on_the_day_if_the_person_agreed(
    numbers: Numbers, history: list[tuple[str, str, int]], given: dict[str, Any], stage: str | None
):
    async with numbers.admin.connect() as connection:
        usual = {"open": "open", "entered": UNTIL - 90 * DAY, "expires": UNTIL + 9 * DAY}
        row = {**await begin(connection), **usual, **given}
        await put(connection, PIPE, row)
        await put(connection, MEMBER, row)
        for number, (step, reached, ago) in enumerate(history, 1):
            await put(
                connection, STEP, {**row, "number": number, "step": step, "stage": reached, "on": UNTIL - ago * DAY}
            )
        rows = await as_analyst(connection, *members(sorted(numbers.codes), ["midwifery", "nursing"], UNTIL))
        await connection.rollback()
    mine = [one for one in rows if one["person"] == row["key"]]
    assert [STAGES[one["stage"]] for one in mine] == ([stage] if stage else [])
    assert all((one["family"], one["level"], one["expires_on"]) == (1, 8, row["expires"]) for one in mine)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, {"supported_on": UNTIL - 60 * DAY, "asked_on": UNTIL - 10 * DAY, "perception": 4}),
        ({"arranged": UNTIL + DAY}, {"supported_on": UNTIL + DAY}),
        ({"answered": UNTIL + DAY}, {"perception": -1, "asked_on": UNTIL - 10 * DAY}),
        ({"answered": None}, {"perception": -1}),
        ({"state": "complete", "ended": UNTIL - DAY}, {"perception": 4, "ended_on": None}),
        ({"state": "ended_early", "ended": UNTIL - DAY}, {"ended_on": UNTIL - DAY}),
        ({"started": UNTIL + DAY}, None),
    ],
    ids=["answered", "supported later", "answered later", "silent", "complete", "ended early", "begins later"],
)
async def test_a_first_post_in_leadership_comes_out_with_the_number_of_the_last_answer(
    numbers: Numbers, given: dict[str, Any], told: dict[str, Any] | None
):
    usual = {"started": UNTIL - 70 * DAY, "state": "supported", "ended": None, "arranged": UNTIL - 60 * DAY,
             "due": UNTIL - 10 * DAY, "answered": UNTIL - 9 * DAY, "day": 30, "felt": 4}  # fmt: skip
    async with numbers.admin.connect() as connection:
        row = {**await begin(connection), **usual, **given}
        for sql in (BEGUN, SUPPORT, CHECK, ANSWER):
            await put(connection, sql, row)
        await put(connection, CHECK, {**row, "day": 90, "due": UNTIL + 20 * DAY, "answered": None})
        rows = await as_analyst(connection, *transitions(sorted(numbers.codes), UNTIL))
        await connection.rollback()
    mine = [one for one in rows if one["person"] == row["key"]]
    assert len(mine) == (told is not None)
    for one in mine:
        assert one["tier"] == 1
        found = {name: value if getattr(value, "year", 0) != 9999 else None for name, value in one.items()}
        assert {name: found[name] for name in told or {}} == (told or {})


async def test_an_opportunity_has_its_level_and_a_role_its_family_and_no_words(numbers: Numbers):
    async with numbers.admin.connect() as connection:
        row = await begin(connection)
        sql = (
            "INSERT INTO critical_roles (organisation_id, id, title, family_code, level, why, review_on, closed_on)"
            " VALUES (:place, :id, 'not for anybody', 'nursing', 8, 'not for anybody', :on, NULL)"
        )
        await put(connection, sql, {**row, "on": UNTIL})
        rows = await as_analyst(connection, *critical(sorted(numbers.codes), ["nursing"], UNTIL))
        await connection.rollback()
    assert {"organisation": 0, "family": 0, "level": 8} in rows
    assert [field.name for field in events([])[1]][-2:] == ["source", "target"]


def cover(**given: Any) -> dict[str, Any]:
    usual = {
        "organisation": "", "level": "7-9", "family": "nursing", "name": "Nursing", "level_name": "Levels 7 to 9",
        "ready_now": 20, "ready_soon": 10, "expected_vacancies": 40, "critical": None, "cover_now": 0.5,
        "cover_soon": 0.75, "shortfall": 10,
    }  # fmt: skip
    return usual | given


WHOLE = cover(family="all", name="All kinds of work", shortfall=None)


def test_cover_says_how_many_are_ready_and_where_fewer_are_than_posts_fall_free():
    silent = cover(family="pharmacy", name="Pharmacy", ready_now=None, shortfall=None)
    said = words.cover([WHOLE, cover(), silent], "the whole system")
    assert said[0] == (
        "At levels 7 to 9 about 20 people are ready now, beside about 40 posts that can be expected to fall free in the"
        " next year: 0.50 for each, and 0.75 with those ready soon."
    )
    assert "in nursing (about 30 people for about 40 posts)." in said[1]
    assert "nothing can be shown, in pharmacy: nobody or too few, or withheld." in said[2]
    assert words.headline([WHOLE, cover()])[0]["measure"] == "pipelines"


@pytest.mark.parametrize("rows", [[], [cover(family="all", ready_now=None, cover_now=None)]], ids=["none", "withheld"])
def test_what_cannot_be_shown_of_cover_is_said_in_plain_words_and_no_headline(rows: list[dict[str, Any]]):
    said = words.cover(rows, "Fern Trust")
    assert len(said) == 1
    assert "before pipelines were copied" in said[0] or "Fern Trust cannot be shown" in said[0]
    assert words.headline(rows) == []


def stage(name: str, share: float | None, low: float = 0.0, high: float = 0.0, **given: Any) -> dict[str, Any]:
    usual = {"organisation": "", "characteristic": "sex", "group": "female", "kind": "Sex", "name": "Female"}
    figures = {"stage": name, "share": share, "low": low, "high": high, "n": 100, "known": 400}
    return usual | figures | given


def test_a_group_is_named_only_where_its_ranges_are_clearly_apart():
    apart = [stage("below", 0.55, 0.54, 0.56, known=4000), stage("pipeline", 0.40, 0.35, 0.45)]
    assert words.stages(apart, 5)[0].startswith("Female staff are 40.0% (range 35.0% to 45.0%) of people in a pipeline")
    near = [apart[0], stage("pipeline", 0.50, 0.45, 0.536)]
    assert words.stages(near, 5)[0].startswith("Of the groups that can be shown, no share of people in a pipeline")
    for rows in (apart, near):
        assert "It compares no two people." in " ".join(words.stages(rows, 5))
    assert "cannot be shown" in words.stages([stage("below", None), stage("pipeline", None)], 5)[0]


def case(days: int, **given: Any) -> dict[str, Any]:
    usual = {
        "organisation": "", "focus": "all", "stage": "application", "stage_name": "Application", "days": days,
        "cases": 500, "progressed": 0.4, "low": 0.35, "high": 0.45, "turned_down": 0.3, "withdrew": 0.1, "left": None,
        "ended": 0.4, "open": 0.2, "median_days": 60,
    }  # fmt: skip
    return usual | given


def test_cases_are_told_at_the_longest_time_that_can_be_shown():
    rows = [case(30), case(90), case(180, progressed=None, withdrew=None, ended=None, open=None)]
    (said,) = words.conversion(rows)
    assert said == (
        "Of about 500 applications, after 90 days 40% (range 35% to 45%) were shortlisted, 30% turned down, 20%"
        " open and 10% ended as the person withdrew or left. Half were decided within about 60 days."
    )
    lumped = words.conversion([case(30, turned_down=None, withdrew=None)])
    assert "40% ended without and 20% open" in lumped[0]
    assert "No offer" in words.conversion([])[0]


def test_support_is_told_with_how_many_answered():
    row = {
        "tier": "all", "name": "All tiers", "began": 100, "supported_share": 0.8, "supported_low": 0.7,
        "supported_high": 0.9, "in_role_share": None, "feel_share": 0.6, "feel_low": 0.5, "feel_high": 0.7,
        "answer_rate": 0.5,
    }  # fmt: skip
    (said,) = words.support([row])
    assert "Of about 100 people new in leadership, 80.0% (range 70.0% to 90.0%) had support" in said
    assert "Of those who answered (50% of those asked), 60.0%" in said
    assert "before that was copied" in words.support([])[0]


def test_pictures_show_what_is_told_and_nothing_that_is_withheld():
    kinds = [cover(family=name, name=name) for name in ("finance", "midwifery", "nursing")]
    drawn = draw_cover([WHOLE, *kinds, cover(family="pharmacy", name="Pharmacy & more", ready_now=None)])
    assert set(drawn) == {"cover", "cover_narrow"}
    assert "Pharmacy" not in drawn["cover"]
    assert draw_cover(kinds[:2]) == {}
    shown = [stage(name, 0.5, 0.4, 0.6) for name in ("below", "pipeline", "senior")]
    assert draw_stages([*shown, stage("applied", None)])["female"].count("<circle") == 3
    assert draw_stages(shown[:2]) == {}
    bars = draw_cases([case(30), case(90, progressed=None)])
    assert bars["cases"].count("30 days") == 1
    assert "90 days" not in bars["cases"]
    assert draw_cases([case(30, progressed=None)]) == {}


def test_each_part_leads_to_what_can_be_done_and_its_pictures_are_told_in_words():
    sheet = Sheet(Measure.PIPELINES, "RA1", "cover", [WHOLE, cover()], charts={"cover": "", "cover_narrow": ""})
    assert names_of(sheet) == ["cover"]
    assert "Nursing: 20 ready now, 10 ready soon, 40 posts to fall free" in described(sheet, "cover")
    (place,) = places_of(sheet)
    assert (place.steps[0].href, place.steps[0].door.href) == ("/reports/aspirations", "/pipelines")
    assert places_of(Sheet(Measure.PIPELINES, "RA1", "stages", [stage("below", 0.5)])) == []


def test_people_ready_for_one_kind_of_work_are_not_told_to_cover_another():
    rows = [WHOLE, cover()]
    [table] = all_tables(Sheet(Measure.PIPELINES, "RA1", "cover", rows))
    at = [head.text for head in table.heads].index("Posts nobody is ready for")
    assert [line[at].text for line in table.lines] == ["–", "10"]


async def test_a_leader_reads_what_can_be_said_before_any_picture_or_table(numbers: Numbers):
    page = (await get(numbers, "/reports/pipelines")).text
    assert page.count("<h1") == 1
    found = re.findall(r'<h2 class="nhsuk-heading-m" id="([a-z_]+)"', page)
    assert found[:4] == [shape.part for shape in SHAPES[Measure.PIPELINES]]
    for said in ("Who is coming through", "It compares no two people.", "pipelines-1", "Aalen and Johansen", "Wilson"):
        assert said in page
    assert "How new leaders are supported cannot be shown here" in page


async def test_the_figures_are_to_be_had_as_files_and_over_json(numbers: Numbers):
    page = (await get(numbers, "/reports/pipelines", organisation=numbers.codes[0])).text
    for address in re.findall(r'href="(/reports/pipelines/figures[^"]+)"', page):
        assert (await get(numbers, address.replace("&amp;", "&"))).status_code == 200
    release = numbers.releases[1].id
    told = (await get(numbers, f"/api/releases/{release}/reports/pipelines")).json()
    assert [part["part"] for part in told["parts"]] == [shape.part for shape in SHAPES[Measure.PIPELINES]]
