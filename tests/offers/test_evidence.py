"""Which released figures a record of positive action may cite, and what they say."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.offers.rules.evidence import GROUPS, Share, figures, group_name, release_in
from tests.builders import NOBODY, Builder


def share(group: str, level: str, value: float, part: str = "disability", **given: float | None) -> Share:
    return Share(UUID(NOBODY), 12, date(2026, 11, 1), part, group, level, value, **given)


def test_a_figure_is_a_group_that_is_a_smaller_share_of_a_level_than_of_everyone() -> None:
    found = figures(
        [
            share("disabled", "all", 0.137, low=0.12, high=0.15),
            share("disabled", "8", 0.082, low=0.06, high=0.108),
            share("disabled", "5", 0.2),
            share("disabled", "unmapped", 0.01),
            # What people did not answer is no group, and a level without its whole says nothing.
            share("not_stated", "all", 0.3),
            share("not_stated", "8", 0.1),
            share("female", "8", 0.3, part="sex"),
        ]
    )
    assert [(one.code, one.is_clear) for one in found] == [("12/disability/disabled/8", True)]
    assert found[0].sentence == (
        "Disabled staff are 8.2% (range 6.0% to 10.8%) of people at level 8 (senior manager or system leader),"
        " and 13.7% (range 12.0% to 15.0%) of everyone who works in the system."
        " From release 12, with the facts of 1 November 2026."
    )


@pytest.mark.parametrize("high", [0.137, 0.2, None])
def test_a_difference_that_could_be_chance_says_so(high: float | None) -> None:
    (found,) = figures([share("disabled", "all", 0.137), share("disabled", "8", 0.082, high=high)])
    assert not found.is_clear
    assert found.name == "Level 8: 8.2%, against 13.7% of everyone. Could be chance"
    assert "everyone who works in the system. The difference could be chance. From" in found.sentence


@pytest.mark.parametrize(
    ("part", "group", "name"),
    [
        ("ethnicity", "asian", "Asian or Asian British staff"),
        ("age_band", "25-34", "Staff aged 25 to 34"),
        ("age_band", "65+", "Staff aged 65 and over"),
        ("age_band", "not_known", ""),
        ("sex", "prefer_not_to_say", ""),
        ("hours", "full_time", ""),
    ],
)
def test_a_group_has_a_name_and_an_answer_that_was_not_given_has_none(part: str, group: str, name: str) -> None:
    assert group_name(part, group) == name


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("12/disability/disabled/8", 12),
        ("12/age_band/65+/9", 12),
        ("0/disability/disabled/8", None),
        ("12/disability/disabled/all", None),
        ("9999999999/disability/disabled/8", None),
        ("12/disability/disabled/8 OR true", None),
        ("The last one", None),
        ("", None),
    ],
)
def test_a_code_names_a_release_or_is_none(code: str, number: int | None) -> None:
    assert release_in(code) == number


AGES = ("16-24", "65+", "not_known")
CITED = "SELECT code, (SELECT c.sentence FROM private.cited(code) c) FROM unnest(CAST(:codes AS text[])) code"


@pytest.mark.parametrize("part", GROUPS)
async def test_the_database_says_of_every_figure_what_we_say_and_of_nothing_else(
    make: Builder, admin: AsyncEngine, part: str
) -> None:
    groups = [*(GROUPS[part] or AGES), "not_stated"]
    # Some lie clearly below everyone, some could be chance, some are not below; and some would round either way.
    spans = ((), (None, None), (0.0405, 0.0895), (0.05, 0.3), (0.2, 0.4))
    rows: list[tuple[Any, ...]] = [(group, "all", 0.1245, 0.1145, 0.1355) for group in groups]
    rows += [
        (group, str(level), 0.0025 * (level + turn) + 0.0805, *spans[(level + turn) % 5])
        for turn, group in enumerate(groups)
        for level in range(1, 10)
    ]
    number = await make.release(*rows, part=part, snapshot_on=date(2026, 3, 5))
    told = [Share(UUID(NOBODY), number, date(2026, 3, 5), part, *row) for row in rows]
    ours = {figure.code: figure.sentence for figure in figures(told)}
    codes = [f"{number}/{part}/{group}/{level}" for group, level, *_ in rows]
    codes += ["", "x", f"{number}/{part}/{groups[0]}/10", f"{number}/{part}/nobody/8", f"0{codes[0]}"]
    async with admin.begin() as connection:
        theirs = {row.code: row[1] for row in await connection.execute(text(CITED), {"codes": codes})}
        withdraw = text("UPDATE releases SET state = 'withdrawn' WHERE number = :n")
        await connection.execute(withdraw, {"n": number})
        gone = {row[1] for row in await connection.execute(text(CITED), {"codes": codes})}
    assert theirs == {code: ours.get(code) for code in codes}
    assert len(ours) >= 9
    assert gone == {None}
