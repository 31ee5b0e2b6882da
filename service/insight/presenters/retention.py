"""The pictures of who stays in words, in which order they stand, what is to be known of each, and where a reader can go
from a raised group to something that can be done.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from service.insight.charts import NARROW
from service.insight.queries import ReleaseRow
from service.insight.rules import Measure, method_of
from service.insight.shapes import Sheet
from service.insight.words import REPORT_NAMES
from service.insight.words.flags import ratio_words
from service.insight.words.retention import ALL, FLAG, focus_name, short_level
from service.web.presenters import number, percent

Row = Mapping[str, Any]
MOST_LINKS: Final = 6
DRAWN_OPEN: Final = frozenset({"raised", "stack"})  # the pictures that come with the sentences
NOTES: Final[Mapping[str, str]] = {
    "raised": "Times as many as expected, with 95% range, in alphabetical order; filled dots are flagged. In the grey"
    " band, 0.8 to 1.25, a difference is not material. * is withheld. Beyond 0.25 and 4, ranges end at the edge.",
    "organisations": "Per cent of the people there in the twelve months, with 95% range, in alphabetical order. The"
    " broken line is the whole system. Filled dots are flagged: more left than expected. * is withheld.",
    "stack": "Of 100 people who begin, by years since. A share too small for its number is in the table.",
    "rates": "Per cent of the people there in the twelve months, with 95% range. The broken line is everybody. * is"
    " withheld.",
    "flows": "People in the twelve months, to the nearest 5; darker is more. An empty square is nobody, or too few to"
    " show.",
    "supply": "People by years from now. Unbroken line and band: rates stay as they are, and what chance alone could"
    " do. Broken line: a fifth fewer leave. Dotted line: a fifth more rise.",
}
_LABELS: Final = {"organisation": "Between organisations", "level": "Between levels"}


def names_of(sheet: Sheet) -> list[str]:
    """The pictures in the order in which they stand: everybody before staff groups, the highest level first."""
    names = [name for name in sheet.charts if not name.endswith(NARROW)]
    if sheet.part == "supply":
        return sorted(names, reverse=True)
    return sorted(names, key=lambda name: (name not in {f"expected_{ALL}", "organisation"}, name))


def label(sheet: Sheet, name: str) -> str:
    """What stands above one of several pictures."""
    if len(names_of(sheet)) < 2:
        return ""
    if sheet.part == "raised":
        return focus_name(name.removeprefix("expected_"))
    if sheet.part == "supply":
        return short_level(name.removeprefix("level_"))
    return _LABELS.get(name, "")


def described(sheet: Sheet, name: str) -> str:
    """A picture in words, for whoever does not see it."""
    told = {
        "raised": _expected,
        "organisations": _rates,
        "stack": _stack,
        "rates": _groups,
        "flows": _flows,
        "supply": _supply,
    }[sheet.part]
    return told(sheet.rows, name)


def _expected(rows: Sequence[Row], name: str) -> str:
    focus = name.removeprefix("expected_")
    told = [
        f"{row['organisation_name']}: {ratio_words(row['o_e'])}, range {ratio_words(row['low'])} to"
        f" {ratio_words(row['high'])}"
        for row in rows
        if row["focus"] == focus and row["o_e"] is not None
    ]
    return f"{focus_name(focus)}: people who left beside those expected, in alphabetical order. {'. '.join(told)}."


def _rates(rows: Sequence[Row], _: str) -> str:
    told = [
        f"{row['name']}: {percent(row['leaver_rate'])}, range {percent(row['low'])} to {percent(row['high'])}"
        for row in rows
        if row["leaver_rate"] is not None
    ]
    return f"Share of people who left the system. {'. '.join(told)}."


def _groups(rows: Sequence[Row], name: str) -> str:
    return _rates([row for row in rows if row["slice"].startswith("staff_group:")], name)


_SAID: Final[Mapping[str, str]] = {
    "stayed": "still with the employer",
    "moved": "moved inside",
    "left": "left the system",
    "retired": "retired",
    "other": "ended otherwise",
}


def _shares(row: Row) -> list[str]:
    return [f"{percent(row[part])} {words}" for part, words in _SAID.items() if row[part] is not None]


def _stack(rows: Sequence[Row], _: str) -> str:
    told = [
        f"After {row['months']} months: {', '.join(_shares(row))}"
        for row in rows
        if row["slice"] == ALL and row["stayed"] is not None
    ]
    return f"Where people are. {'. '.join(told)}."


def _flows(rows: Sequence[Row], name: str) -> str:
    mine = [row for row in rows if row["kind"] == name and row["origin"] and row["destination"]]
    told = [f"{row['origin_name']} to {row['destination_name']}: {number(row['people'])}" for row in mine]
    return f"{_LABELS[name]}, people who went from one to another. {'. '.join(told)}."


def _supply(rows: Sequence[Row], name: str) -> str:
    mine = [row for row in rows if f"level_{row['level']}" == name and row["people"] is not None]
    told = [f"{row['scenario_name']}, in {row['years']} years: {number(row['people'])}" for row in mine if row["years"]]
    return f"{short_level(name.removeprefix('level_'))}, people in years to come. {'. '.join(told)}."


def links(row: ReleaseRow, sheet: Sheet) -> list[tuple[str, str]]:
    """(words, address): from where leaving is raised to what can be done about it."""
    if sheet.part != "raised":
        return []
    asked = {"release": row.id, "organisation": sheet.organisation}
    flagged = {one["organisation"]: one["organisation_name"] for one in sheet.rows if one["state"] == FLAG}
    places = [] if sheet.organisation else list(flagged.items())[:MOST_LINKS]
    own = [
        (f"{name}: the whole report", f"/reports/retention?{urlencode({**asked, 'organisation': code})}")
        for code, name in places
    ]
    board = [("Flags for leaving, and who looks after them", "/reports/flags")] if flagged else []
    others = [
        (REPORT_NAMES[measure], f"/reports/{measure}?{urlencode(asked)}")
        for measure in (Measure.ATTENTION, Measure.COVERAGE)
        if method_of(row.method_version, measure)
    ]
    return [*board, *own, *others]
