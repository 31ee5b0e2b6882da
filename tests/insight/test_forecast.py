"""The next twelve months as a leader reads them: how the model did first, then what may come, and of nobody."""

import re
from typing import Any

import pytest

from service.insight.presenters.sheets import apart
from service.insight.words import retention as words
from tests.insight.conftest import Numbers
from tests.insight.test_reports import get

WHY = "Withheld: fewer than 10 people"


def row(cause: str, **given: Any) -> dict[str, Any]:
    """A cause as it is released: 955 went where 905 were expected."""
    tried = {"people": 15_000, "observed": 955, "expected": 905, "o_e": 1.06, "low": 0.99, "high": 1.12, "slope": 0.99}
    ahead = {"gate": "passed", "drift": "steady", "next_expected": 940, "next_low": 830, "next_high": 1_055}
    return {"cause": cause, **tried, **ahead, "reason": None, **given}


def unseen(cause: str, why: str) -> dict[str, Any]:
    return dict.fromkeys(row(cause)) | {"cause": cause, "reason": why}


NOT_AHEAD = {"next_expected": None, "next_low": None, "next_high": None}


def test_how_the_model_did_comes_before_what_it_says() -> None:
    tried, ahead, covers, nobody = words.forecast([row("left"), row("retired", gate="failed", **NOT_AHEAD)])
    assert tried == (
        "The model was tried on last year: of the people here a year ago it expected about 905 to leave the system, and"
        " about 955 did."
    )
    assert ahead == (
        "Of the people here now, in the next twelve months about 940, 830 to 1,055, may leave the system, if things"
        " stay as they are."
    )
    assert covers.startswith("The range covers chance,")
    assert nobody == "It is about the whole system, and says nothing about any person."


def test_a_model_that_was_wrong_is_told_and_nothing_is_forecast_of_that() -> None:
    wrong = row("left", gate="failed", reason="The model was not near enough", **NOT_AHEAD)
    tried, nobody = words.forecast([wrong])
    assert tried.endswith("did. The model was not near enough, so nothing is forecast of that.")
    assert nobody.startswith("It is about the whole system")
    [_, ahead, *_] = words.forecast([wrong, row("moved", next_expected=410, next_low=355, next_high=465)])
    assert ahead.startswith("Of the people here now, in the next twelve months about 410, 355 to 465, may move to")


def test_drift_is_said_of_what_drifted() -> None:
    said = words.forecast([row("left"), row("moved", drift="drifted")])
    assert any("more caution: how many move to another of our organisations." in one for one in said)
    assert not any("caution" in one for one in words.forecast([row("left")]))


@pytest.mark.parametrize("why", ["The record goes back less than three years, so the model cannot be tried yet", WHY])
def test_a_system_without_a_model_is_told_why(why: str) -> None:
    [said] = words.forecast([unseen(cause, why) for cause in ("left", "moved", "retired", "other")])
    assert said == f"Nothing is forecast about leaving the system. {why}."


def of_group(name: str, state: str | None, reason: str | None = None) -> dict[str, Any]:
    return {"kind": "Ethnicity", "name": name, "state": state, "observed": 130, "expected": 95, "reason": reason}


def test_a_group_about_which_the_model_is_far_out_is_named() -> None:
    wrong, what_far_is, what_it_is_not = words.fairness([of_group("White", "no_alarm"), of_group("Black", "alarm")])
    assert wrong == (
        "The model was far out about Ethnicity, Black: about 130 left where it expected about 95. Ask why before its"
        " forecast is used."
    )
    assert what_far_is.startswith("Far out is a quarter more")
    assert "people still leave for reasons that are not fair" in what_it_is_not


def test_that_no_group_stands_out_is_told_with_how_many_could_be_judged() -> None:
    rows = [of_group("White", "no_alarm"), of_group("Black", "no_alarm"), of_group("Mixed", "too_few", "Fewer than 50")]
    assert words.fairness(rows)[0] == ("Of 2 groups that could be judged the model was surely far out about none.")
    assert words.fairness([of_group("Mixed", None, WHY)]) == [
        f"Whether the model is wrong about a group cannot be told. {WHY}."
    ]


def test_the_card_stands_apart_from_what_is_said() -> None:
    card = ["This model estimates how many people of a group go in the months ahead, and why.", "What never goes in."]
    assert apart(["One.", "Two.", *card]) == (["One.", "Two."], card)
    assert apart(["One."]) == (["One."], [])


async def test_the_page_has_the_part_and_the_card_folded_beneath_it(numbers: Numbers) -> None:
    page = (await get(numbers, "/reports/retention")).text
    section = page[page.index('id="forecast"') : page.index('id="supply"')]
    assert section.index("The model was tried on last year") < section.index("<details") < section.index("<table")
    card = section[section.index("What the model is for") :]
    assert "It must not be used about one person" in card
    assert "Age did not go in." in card
    assert not re.search(r"\b(?:will|would) leave\b", section)


async def test_the_page_says_whether_the_model_is_wrong_about_a_group(numbers: Numbers) -> None:
    page = (await get(numbers, "/reports/retention")).text
    section = page[page.index('id="fairness"') : page.index('id="supply"')]
    assert "the model was surely far out about none" in section or "cannot be told" in section
    assert "No answer" in section


async def test_it_is_of_the_system_alone_and_in_every_kind_of_file(numbers: Numbers) -> None:
    parts = (await get(numbers, "/api/releases/{release}/reports/retention")).json()["parts"]
    [part] = [part for part in parts if part["part"] == "forecast"]
    assert [row["cause"] for row in part["rows"]] == ["left", "moved", "retired", "other"]
    asked = {"release": str(numbers.releases[1].id), "part": "forecast"}
    csv = (await get(numbers, "/reports/retention/figures.csv", **asked)).text
    assert csv.partition("\r\n")[0].count("next_expected") == 1
    own = (await get(numbers, "/reports/retention", organisation=numbers.codes[0])).text
    assert 'id="forecast"' not in own


async def test_a_release_of_a_young_system_is_made_and_says_so(numbers: Numbers) -> None:
    """The first release has two years of facts."""
    first = numbers.releases[0].id
    page = (await get(numbers, f"/reports/retention?release={first}")).text
    section = page[page.index('id="forecast"') : page.index('id="supply"')]
    assert "goes back less than three years" in section
    assert "must not be used about one person" not in section


async def test_a_board_pack_has_the_sentences_and_leaves_the_card_to_the_report(numbers: Numbers) -> None:
    pack = (await get(numbers, "/reports/{release}/pack")).text
    assert "The model was tried on last year" in pack
    assert "must not be used about one person" not in pack
