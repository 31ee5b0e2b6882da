"""The pictures of who is coming through in words, what is to be known of each, and where a reader can go from a part to
something that can be done.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from analytics.frames import LABELS
from service.insight.charts import NARROW
from service.insight.presenters.attention import Door, Place, Step
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
    " nothing can be shown are left out; without a bar, posts to fall free are withheld.",
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


# part -> where what can be done, what the link says, which report it opens, and where the rest is
_ADVICE: Final[Mapping[str, tuple[str, str, str, Measure, Door]]] = {
    "cover": (
        "Where more posts fall free than people are ready,",
        "ask people in the stages before what they need to be ready, and tell everybody what such a post is like.",
        "See what people want",
        Measure.ASPIRATIONS,
        Door(
            "Pipelines", "/pipelines", "me.read", "People in post find the pipelines, and who looks after them, under"
        ),
    ),
    "support": (
        "Where support came late,",
        "ask for a coach, mentor, peer set or sponsor for each person who is new in leadership.",
        "See where support is missing",
        Measure.ATTENTION,
        Door("New in leadership", "/transitions", "transitions.arrange"),
    ),
}


_SHOWN: Final = {"cover": "ready_now", "support": "supported_share"}


def places_of(sheet: Sheet) -> list[Place]:
    """What can be done about a part, and where; nothing where nothing can be shown."""
    if sheet.part not in _ADVICE or all(row[_SHOWN[sheet.part]] is None for row in sheet.rows):
        return []
    said, advice, told, measure, door = _ADVICE[sheet.part]
    # What people want is told of the whole system alone.
    whole = measure is Measure.ASPIRATIONS or not sheet.organisation
    asked = "" if whole else f"?{urlencode({'organisation': sheet.organisation})}"
    step = Step(said, advice, told, f"/reports/{measure}{asked}", door)
    return [Place("What can be done", "", (), [step], ())]


_LEADS: Final[Mapping[str, Measure]] = {"stages": Measure.EQUITY, "conversion": Measure.ATTENTION}


def links(row: ReleaseRow, sheet: Sheet) -> list[tuple[str, str]]:
    """(words, address): from who is at each stage to how groups fare from step to step, and to what is flagged; from
    how far cases get to who waits for what."""
    measure = _LEADS.get(sheet.part)
    if measure is None or not method_of(row.method_version, measure):
        return []
    asked = urlencode({"release": row.id, "organisation": sheet.organisation})
    board = [("Flags, and who looks after them", "/reports/flags")] if sheet.part == "stages" else []
    return [*board, (REPORT_NAMES[measure], f"/reports/{measure}?{asked}")]
