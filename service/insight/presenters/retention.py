"""The pictures of who stays in words, in which order they stand, what is to be known of each, and where a reader can go
from a raised group to something that can be done.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from service.insight.charts import NARROW
from service.insight.charts.funnel import LEADS, placed
from service.insight.queries import ReleaseRow
from service.insight.rules import Measure, method_of
from service.insight.shapes import Sheet
from service.insight.words import REPORT_NAMES
from service.insight.words.flags import ratio_words
from service.insight.words.phrases import ranges
from service.insight.words.retention import ALL, FLAG, focus_name, short_level
from service.web.presenters import number, percent

Row = Mapping[str, Any]
MOST_LINKS: Final = 6
FUNNEL: Final = "funnel"
_FIRST: Final = {f"expected_{ALL}": 1, "organisation": 1, FUNNEL: 0}
# (where on the page, heading, parts, how much of the width)
GROUPS: Final = (
    ("leaving", "Leaving", ("raised", "trend", "organisations", "reasons", "rates", "people"), ""),
    ("moving", "Moving inside", ("stack", "flows"), "rw-most"),
    ("new-leaders", "New leaders", ("transitions",), "rw-third"),
    ("ahead", "Years to come", ("forecast", "fairness", "supply"), ""),
)
MOST_OPEN: Final[Mapping[str, int]] = {"raised": 1, "stack": 1, "trend": 1}  # pictures that come with the sentences
# Parts that take most of the page's width; an organisation's own page has fewer pictures.
_MOST: Final = frozenset({"forecast", "supply"})
_TALL: Final = frozenset({"raised", "reasons"})
_TALL_OF_ONE: Final = frozenset({"trend"})
NOTES: Final[Mapping[str, str]] = {
    "raised": "Times as many as if people of the same age, staff group and length of service had left as elsewhere,"
    " with 95% range. Filled dots are flagged. In the grey band a difference is not material (0.8 to 1.25). * is"
    " withheld. Ranges beyond 0.25 and 4 end at the edge.",
    "trend": "Per cent of people in each twelve months. Bands are 95% ranges.",
    "organisations": "Per cent of the people there in the twelve months, with 95% range, in alphabetical order. The"
    " broken line is the whole system. Filled dots are flagged: more left than expected. * is withheld.",
    "stack": "Of 100 people who begin, by years since.",
    "rates": "Per cent of the people there in the twelve months, with 95% range. The broken line is everybody. * is"
    " withheld.",
    "flows": "People in the twelve months, to the nearest 5; darker is more. An empty square is nobody, or too few to"
    " show.",
    "supply": "People by years from now. Unbroken line and band: rates stay as they are, and what chance alone could"
    " do. Broken line: a fifth fewer leave. Dotted line: a fifth more rise.",
}
_LABELS: Final = {"organisation": "Between organisations", "level": "Between levels"}


def look_of(sheet: Sheet) -> str:
    """How much of the page's width a part takes beside the others of its group."""
    if is_beside(sheet):
        return "rw-third rw-slim"
    if sheet.part in (_TALL_OF_ONE if sheet.organisation else _TALL) and (sheet.charts or sheet.sentences):
        return "rw-most rw-tall"
    return "rw-most" if sheet.part in _MOST else "rw-third"


def is_beside(sheet: Sheet) -> bool:
    """Whether its picture stands in a narrow column at every width of the screen."""
    return sheet.part == "trend" and not sheet.organisation


def names_of(sheet: Sheet) -> list[str]:
    """The pictures in the order in which they stand: everybody before staff groups, the highest level first."""
    names = [name for name in sheet.charts if not name.endswith(NARROW)]
    if sheet.part == "supply":
        return sorted(names, reverse=True)
    late = set[str]() if _leads(sheet) else {FUNNEL}
    return sorted(names, key=lambda name: (name in late, _FIRST.get(name, 2), name))


def _leads(sheet: Sheet) -> bool:
    """Whether the funnel stands before the rows: where there are more organisations than rows can be read of."""
    return FUNNEL in sheet.charts and len(placed(_everybody(sheet.rows))) >= LEADS


def _everybody(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["focus"] == ALL]


def label(sheet: Sheet, name: str) -> str:
    """What stands above one of several pictures."""
    if len(names_of(sheet)) < 2:
        return ""
    if name == FUNNEL:
        return "All staff, against how many were expected: grey bars are where 95% would lie by chance, thin ones 99.8%"
    if sheet.part == "raised":
        return focus_name(name.removeprefix("expected_"))
    if sheet.part == "supply":
        return short_level(name.removeprefix("level_"))
    return _LABELS.get(name, "")


def described(sheet: Sheet, name: str) -> str:
    """A picture in words, for whoever does not see it."""
    told = {
        "raised": _funnel if name == FUNNEL else _expected,
        "trend": _yearly,
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


def _funnel(rows: Sequence[Row], _: str) -> str:
    shown = placed(_everybody(rows))
    inside = sum(row["limit_low"] <= row["o_e"] <= row["limit_high"] for row in shown)
    named = [f"{row['organisation_name']}: {ratio_words(row['o_e'])}" for row in shown if row["state"] == FLAG]
    told = f" Flagged: {'; '.join(named)}." if named else ""
    return (
        f"Times as many people as expected left, against how many were expected, of {number(len(shown))} organisations."
        f" {number(inside)} are within their 95% limits.{told}"
    )


def _yearly(rows: Sequence[Row], _: str) -> str:
    told = ranges(rows, "leaver_rate", lambda row: f"Year to {row['year']}")
    return f"Share of people who left the system. {told}."


def _rates(rows: Sequence[Row], _: str) -> str:
    return f"Share of people who left the system. {ranges(rows, 'leaver_rate', lambda row: row['name'])}."


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
