"""The pictures of who is coming through in words, what is to be known of each, and where a reader can go from a part to
something that can be done.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from analytics.frames import LABELS
from service.insight.charts import NARROW
from service.insight.queries import ReleaseRow
from service.insight.rules import Measure, method_of
from service.insight.shapes import Sheet
from service.insight.words import REPORT_NAMES
from service.insight.words.pipelines import ALL, STAGE_NAMES
from service.web.presenters import number, percent

Row = Mapping[str, Any]
# The pictures that stand open: of the stages, women and men and disabled people; the others are one click away.
MOST_OPEN: Final[Mapping[str, int]] = {"cover": 1, "stages": 3, "conversion": 1}
_FIRST: Final = ("female", "asian", "black", "disabled")
NOTES: Final[Mapping[str, str]] = {
    "cover": "People and posts at levels 7 to 9, to the nearest 5, in alphabetical order. Kinds of work of which"
    " nothing can be shown are left out.",
    "stages": "Per cent of people at the stage who gave an answer, with 95% range. The broken line is the share of"
    " people in post at levels 5 and 6. * is withheld. Pictures of one kind of group span the same.",
    "conversion": "Of 100 cases, by days since they opened. A share too small for its number is in the table; times"
    " that cannot be shown are left out.",
}


def names_of(sheet: Sheet) -> list[str]:
    """The pictures in the order in which they stand."""
    names = [name for name in sheet.charts if not name.endswith(NARROW)]
    if sheet.part != "stages":
        return sorted(names)
    known = [name for name in LABELS if name in names]
    return [*(name for name in _FIRST if name in names), *(name for name in known if name not in _FIRST)]


def label(sheet: Sheet, name: str) -> str:
    return LABELS.get(name, "") if sheet.part == "stages" else ""


def described(sheet: Sheet, name: str) -> str:
    """A picture in words, for whoever does not see it."""
    told = {"cover": _cover, "stages": _stages, "conversion": _cases}[sheet.part]
    return told(sheet.rows, name)


def _cover(rows: Sequence[Row], _: str) -> str:
    told = [
        f"{row['name']}: {number(row['ready_now'])} ready now{_and(row)}"
        for row in rows
        if row["level"] == "7-9" and row["family"] != ALL and row["ready_now"] is not None
    ]
    return f"Ready people beside posts to fall free at levels 7 to 9. {'. '.join(told)}."


def _and(row: Row) -> str:
    more = (("ready_soon", "ready soon"), ("expected_vacancies", "posts to fall free"))
    return "".join(f", {number(row[name])} {words}" for name, words in more if row[name] is not None)


def _stages(rows: Sequence[Row], name: str) -> str:
    told = [
        f"{STAGE_NAMES[row['stage']]}: {percent(row['share'])}, range {percent(row['low'])} to {percent(row['high'])}"
        for row in rows
        if row["group"] == name and row["share"] is not None
    ]
    return f"{LABELS[name]}, share at each stage. {'. '.join(told)}."


def _cases(rows: Sequence[Row], _: str) -> str:
    told = [
        f"{row['stage_name']} after {row['days']} days: {percent(row['progressed'], 0)} progressed,"
        f" {percent(row['ended'], 0)} ended without"
        for row in rows
        if row["focus"] == ALL and row["progressed"] is not None
    ]
    return f"Where cases are. {'. '.join(told)}."


_WAYS: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "cover": (("Pipelines, and who looks after them", "/pipelines"),),
    "stages": (("Flags, and who looks after them", "/reports/flags"),),
    "conversion": (("Opportunities that are open now", "/opportunities"),),
}
_REPORTS: Final[Mapping[str, Measure]] = {
    "cover": Measure.ASPIRATIONS,
    "stages": Measure.EQUITY,
    "support": Measure.ATTENTION,
}


def links(row: ReleaseRow, sheet: Sheet) -> list[tuple[str, str]]:
    """(words, address): from a part to what can be done about it."""
    asked = {"release": row.id, "organisation": sheet.organisation}
    measure = _REPORTS.get(sheet.part)
    if measure is Measure.ASPIRATIONS:
        asked = {"release": row.id, "organisation": ""}
    there = measure is not None and method_of(row.method_version, measure)
    report = [(REPORT_NAMES[measure], f"/reports/{measure}?{urlencode(asked)}")] if measure and there else []
    return [*_WAYS.get(sheet.part, ()), *report]
