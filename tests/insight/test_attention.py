"""Where to look first: a group, what people in it wait for, and what a leader can do. No person is in sight."""

import re
from datetime import date
from typing import Any

import polars as pl
import pytest

from analytics.frames import DRIVERS
from service.access.grants import Role, permissions_of
from service.insight.charts.waiting import draw_waiting
from service.insight.drafting import Draft
from service.insight.drafting.page import Page
from service.insight.presenters.attention import attention_tables, places_of
from service.insight.rules import SYSTEM, Measure
from service.insight.shapes import Sheet
from service.insight.words import attention as words
from tests.insight.conftest import Numbers

ON = date(2026, 9, 30)
ROW: dict[str, Any] = {
    "organisation": "ELM", "organisation_name": "St Elm's Trust",
    "focus": "nursing_midwifery", "name": "Nursing and midwifery",
    "driver": "no_conversation", "driver_name": words.DRIVER_NAMES["no_conversation"], "state": "flag",
    "o_e": 1.4, "o_e_low": 1.1, "o_e_high": 1.8, "people": 90, "others": 110, "of": 200, "share": 0.45, "low": 0.38,
    "high": 0.52, "rest_people": 3800, "rest_share": 0.38,
    "ratio": 1.18, "ratio_low": 1.05, "ratio_high": 1.37, "reason": None,
}  # fmt: skip
HIDDEN = {"share": None, "people": None, "low": None, "high": None, "rest_share": None, "ratio": None,
          "ratio_low": None, "ratio_high": None, "reason": "Withheld"}  # fmt: skip


def row(**given: Any) -> dict[str, Any]:
    made = {**ROW, **given}
    return made | {"words": words.driver(made), "driver_name": words.DRIVER_NAMES[made["driver"]]}


def sheet(part: str, *rows: dict[str, Any], organisation: str = "ELM") -> Sheet:
    return Sheet(Measure.ATTENTION, organisation, part, rows)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "About 45% have had no agreed career conversation in 12 months, more than elsewhere (about 38%)."),
        ({"ratio_low": 0.9},
         "About 45% have had no agreed career conversation in 12 months, about as elsewhere (about 38%)."),
        ({"ratio_low": 1.02},
         "About 45% have had no agreed career conversation in 12 months, about as elsewhere (about 38%)."),
        ({"ratio_high": 0.9, "ratio_low": 0.7},
         "About 45% have had no agreed career conversation in 12 months, less than elsewhere (about 38%)."),
        ({"rest_share": None}, "About 45% have had no agreed career conversation in 12 months."),
        ({"driver": "no_support", "share": 0.0048, "rest_share": None},
         "About 0.5% are new in leadership for more than 14 days, and have no support yet."),
        (HIDDEN, ""),
    ],
    ids=["more", "about as", "rounding alone", "less", "nothing beside", "another", "withheld"],
)  # fmt: skip
def test_more_or_less_than_elsewhere_is_said_only_where_the_range_says_so(given: dict[str, Any], said: str):
    assert words.driver(row(**given)) == said


def test_the_page_leads_with_where_leaving_is_raised_and_then_with_everybody():
    raised = [row(), row(driver="no_support"), row(focus="all", name="Everybody")]
    said = words.reading(raised, [row(focus="all"), row(focus="all", **HIDDEN)], "St Elm's Trust", ON, is_known=True)
    first, everybody = said
    assert first == (
        "In 2 groups in St Elm's Trust more people left the system than expected. Look there first. Expected is if"
        " people of the same age, staff group and length of service had left as in the rest of the system."
    )
    assert everybody == (
        "Of about 200 people employed in St Elm's Trust for the year up to 30 September 2026, about 45% have had no"
        " agreed career conversation in 12 months."
    )


@pytest.mark.parametrize(("is_known", "said"), [(True, "Nowhere in x"), (False, "Whether more people left")])
def test_nothing_raised_is_not_the_same_as_not_told(is_known: bool, said: str):
    assert words.reading([], [], "x", ON, is_known=is_known)[0].startswith(said)


def test_a_raised_group_has_its_reasons_each_with_what_can_be_done_and_a_link():
    [place] = places_of(sheet("raised", row(), row(driver="no_aftercare"), row(driver="plan_overdue", **HIDDEN)))
    assert place.heading == "Nursing and midwifery"
    assert place.lead == "More people left the system than expected: 1.40 times as many (range 1.10 to 1.80)."
    assert [step.href for step in place.steps] == [
        "/reports/coverage?organisation=ELM#reasons",
        "/reports/equity?organisation=ELM",
    ]
    assert [href for _, href in place.links] == [
        "/reports/retention?organisation=ELM#reasons",
        "/reports/flags",
        "/reports/know-how?about=attention",
    ]


def test_where_nothing_is_more_frequent_than_elsewhere_the_page_says_to_ask():
    [place] = places_of(sheet("raised", row(ratio_low=0.9)))
    assert place.lead.endswith("Nothing below is clearly more frequent here than elsewhere: ask people.")


def test_the_front_page_is_told_what_is_clearly_more_frequent_where_more_people_left():
    everybody = [row(focus="all"), row(focus="all", driver="plan_overdue", share=0.1, **dict.fromkeys(("rest_share",)))]
    [said] = words.headline([row(ratio_low=0.9), row(driver="no_support")], everybody)
    assert said["measure"] == "attention"
    assert said["text"] == (
        "Where more people left the system than expected, St Elm's Trust: nursing and midwifery is a place to begin:"
        " about 45% are new in leadership for more than 14 days, and have no support yet, more than elsewhere (about"
        " 38%). The range is 38% to 52%. In the whole system about 45% have had no agreed career conversation in 12"
        " months, and about 10% have"
        " something in their plan that is not done and past its day."
    )
    [calm] = words.headline([row(ratio_low=0.9)], [])
    assert calm["text"].endswith("nothing that people wait for is clearly more frequent than elsewhere.")
    assert words.headline([], []) == []


GROUPS = [
    {"name": name, "share": share, "low": 0.3, "high": 0.5, "rest_share": 0.38, "clear": clear, "flagged": flagged}
    for name, share, clear, flagged in (
        ("Zeal Trust", 0.45, True, True), ("Ash & Oak", 0.4, False, False), ("Elm Council", None, False, False),
    )
]  # fmt: skip


def test_a_picture_of_what_people_wait_for_keeps_its_order_and_marks_what_is_withheld():
    drawn = draw_waiting("no_conversation", GROUPS)
    assert set(drawn) == {"no_conversation", "no_conversation_narrow"}
    for svg in drawn.values():
        places = [svg.index(f">{who}<") for who in ("Zeal Trust", "Ash &amp; Oak", "Elm Council")]
        assert places == sorted(places)
        assert svg.count("<circle") == 2
        assert svg.count('r="4.5" fill="#1d4f60"') == 1
        assert svg.count(">*<") == 1
        assert svg.count('font-weight="bold"') == 1
        assert not re.search(r"<script|<style|style=|href=|onload", svg)


def test_a_picture_of_which_less_than_half_can_be_shown_is_left_out():
    assert draw_waiting("no_support", [*GROUPS[1:], GROUPS[2]]) == {}


def test_a_raised_group_about_which_nothing_can_be_shown_says_so():
    [place] = places_of(sheet("raised", row(**HIDDEN)))
    assert (place.said, place.steps) == ([words.TOO_FEW], [])


def test_the_whole_system_lists_organisations_with_their_groups_and_leads_to_each():
    other = {"organisation": "OAK", "organisation_name": "Oak Council"}
    rows = [row(focus="all"), row(), row(driver="no_support", **HIDDEN), row(**other)]
    places = places_of(sheet("raised", *rows, organisation=SYSTEM))
    assert [(place.heading, len(place.said), place.links[0][1]) for place in places] == [
        ("St Elm's Trust", 2, "/reports/attention?organisation=ELM#raised"),
        ("Oak Council", 1, "/reports/attention?organisation=OAK#raised"),
    ]


def test_every_door_that_is_named_for_hr_partners_is_one_of_theirs():
    may = permissions_of([(Role.HR_PARTNER, next(iter(permissions_of([(Role.SYSTEM_LEADER, None)])["reports.read"])))])
    rows = [row(focus="all", driver=driver, state="as_expected") for driver in ("no_conversation", *DRIVERS)]
    [place] = places_of(sheet("groups", *rows))
    # Where everybody is flagged, the same is told above.
    assert places_of(sheet("groups", row(focus="all"))) == []
    assert len(place.steps) == len(rows)
    assert all(step.door.permission in may for step in place.steps)


def test_tables_are_folded_one_for_each_thing_that_people_wait_for():
    rows = [row(name=name, driver=driver, **(HIDDEN if name == "B" else {})) for name in "AB" for driver in DRIVERS]
    rows += [row(**HIDDEN)]
    tables = attention_tables(sheet("groups", *rows))
    assert [len(table.lines) for table in tables] == [2] * len(DRIVERS)
    assert words.nowhere(rows) == ["Too few people in every group to show: no agreed conversation in 12 months."]
    assert tables[0].summary == "Something in their plan is past its day: 1 shown, 1 withheld"
    told, withheld = [[cell.text for cell in line] for line in tables[0].lines]
    assert told == ["A", "90 of 200", "45.0% (38.0% to 52.0%)", "38.0%", "1.18 (1.05 to 1.37)"]
    assert withheld == ["B", "*", "*", "*", "*"]


def parts(draft: Draft, organisation: str) -> dict[str, Page]:
    return {page.part: page for page in draft.pages if (page.measure, page.organisation) == ("attention", organisation)}


def test_a_release_has_the_lists_of_the_system_and_of_each_organisation(drafted: Draft, numbers: Numbers):
    assert set(parts(drafted, SYSTEM)) == {"raised", "groups", "organisations"}
    assert all(set(parts(drafted, code)) == {"raised", "groups"} for code in numbers.codes)
    listed = parts(drafted, SYSTEM)["organisations"].rows
    names = [one["name"] for one in listed if one["driver"] == "no_conversation"]
    assert names == sorted(names, key=str.casefold)
    assert len(listed) == len(numbers.codes) * (len(DRIVERS) + 1)


def test_no_count_below_ten_and_no_group_below_ten_is_in_it(drafted: Draft):
    rows = [one for page in drafted.pages if page.measure == "attention" for one in page.rows]
    assert len(rows) > 100
    assert all(one[name] is None or one[name] >= 10 for one in rows for name in ("people", "of"))


async def test_a_leader_reads_where_to_look_and_an_hr_partner_does_not(numbers: Numbers):
    place = await numbers.make.organisation()
    async with numbers.browse(await numbers.make.leader()) as client:
        system, own = [
            (await client.get(f"/reports/attention{asked}")).text for asked in ("", f"?organisation={numbers.codes[0]}")
        ]
        files = [
            await client.get(f"/reports/attention/figures.{kind}&release={numbers.releases[1].id}")
            for kind in ("csv?part=groups", "xlsx?")
        ]
    async with numbers.browse(await numbers.make.hr_partner(place)) as client:
        assert (await client.get("/reports/attention")).status_code == 403
    for page in (system, own):
        assert page.count("<h1") == 1
        assert "have had no agreed career conversation in 12 months" in page
        assert "HR partners find the people under “Who should have a conversation”" in page
        assert 'href="/conversations/due"' not in page
    assert [file.status_code for file in files] == [200, 200]
    people = numbers.system.people.select(pl.format("{} {}", "given_name", "family_name")).to_series()
    assert not [name for name in people if name in own.partition("<main")[2]]


async def test_a_list_without_a_group_is_a_sentence_and_no_empty_table(drafted: Draft, numbers: Numbers):
    code = next(code for code in numbers.codes if not parts(drafted, code)["raised"].rows)
    async with numbers.browse(await numbers.make.leader()) as client:
        page = (await client.get(f"/reports/attention?organisation={code}")).text
    assert "What people are waiting for is worth doing all the same." in page
    assert 'id="raised"' not in page
    assert "Nothing here can be shown" not in page


async def test_a_leader_who_is_an_hr_partner_too_is_led_to_the_people(numbers: Numbers):
    place = await numbers.make.organisation()
    both = await numbers.make.account([(Role.SYSTEM_LEADER, None), (Role.HR_PARTNER, place)])
    async with numbers.browse(both) as client:
        assert 'href="/conversations/due"' in (await client.get("/reports/attention")).text
