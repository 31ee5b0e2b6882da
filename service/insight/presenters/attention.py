"""Where to look first, as lists: a group, what people in it wait for, and what can be done, with a link to it.

A leader sees no person. What only an HR partner can open is named for them, and is a link for whoever may follow it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from service.insight.presenters.representation import WITHHELD
from service.insight.presenters.tables import Cell, Table
from service.insight.rules import SYSTEM
from service.insight.shapes import Sheet
from service.insight.words import attention as words
from service.insight.words.flags import ratio_words
from service.web.presenters import number, percent

Row = Mapping[str, Any]
MOST: Final = 10  # groups told at length; the table has all of them
NONE: Final = "–"
_HEADS: Final = ("People", "Share, range", "Elsewhere", "Ratio, range")


@dataclass(frozen=True, slots=True)
class Door:
    """A page for whoever has the permission; named for everybody else. `who` finds the people there."""

    label: str
    href: str
    permission: str
    who: str = "HR partners find the people under"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that people wait for: how often, what can be done about it and where that is begun, and the door to the
    people for those who may see them."""

    said: str
    advice: str
    label: str
    href: str
    door: Door


@dataclass(frozen=True, slots=True)
class Place:
    """A group, or an organisation with its groups. `links`: (label, address)."""

    heading: str
    lead: str
    said: Sequence[str]
    steps: Sequence[Step]
    links: Sequence[tuple[str, str]]


_REPORTS: Final = "/reports/"
_DUE = Door("Who should have a conversation", "/conversations/due", "conversations.arrange")
# driver -> what can be done, what the link says, which report it opens and at which part, and where the people are
_ADVICE: Final[Mapping[str, tuple[str, str, str, Door]]] = {
    "no_conversation": (
        "Ask HR partners to plan conversations here first, and ask what stands in the way.",
        "See why there has been none",
        "coverage#reasons",
        _DUE,
    ),
    "plan_overdue": (
        "Ask those who agreed these plans to do, change or drop what is open, and to say so to the person.",
        "See what came of plans",
        "coverage#follow_up",
        Door("Your work", "/work", "conversations.log", "Whoever agreed to do it finds it under"),
    ),
    "secondment_ending": (
        "Ask the home organisation to agree now what each person comes back to.",
        "See who stays and who moves",
        "retention",
        Door("Secondments", "/mobility/secondments", "mobility.read"),
    ),
    "no_aftercare": (
        "Ask those who decided to talk with each person and agree a next step: a talk is still worth having late.",
        "See who goes on at each step",
        "equity",
        Door("People who were not chosen", "/aftercare", "opportunities.decide"),
    ),
    "no_support": (
        "Ask for a coach, mentor, peer set or sponsor for each person who is new in leadership.",
        "See who is in role twelve months on",
        "retention#transitions",
        Door("New in leadership", "/transitions", "transitions.arrange"),
    ),
}


def places_of(sheet: Sheet) -> list[Place]:
    """The groups of a part that are told at length."""
    if sheet.part == "raised":
        return _raised(sheet)[:MOST]
    if sheet.part == "groups":
        everybody = [row for row in sheet.rows if row["focus"] == words.ALL]
        if sheet.organisation != SYSTEM and any(row.get("state") == words.FLAG for row in everybody):
            return []  # told above already, where leaving is raised
        return [Place("What can be done", "", (), _steps(everybody, sheet.organisation), ())]
    return []


def is_drawn_open(sheet: Sheet) -> bool:
    """Whether its pictures stand open: of the system its organisations, of an organisation its staff groups."""
    return sheet.part == ("groups" if sheet.organisation else "organisations")


def attention_tables(sheet: Sheet) -> list[Table]:
    """One table for each thing that people wait for, folded; the raised groups are one table."""
    if sheet.part == "raised":
        told = _table(sheet.rows, "Show these figures as a table", _place, "Group")
        return [replace(told, caption=sheet.shape.heading)] if sheet.rows else []
    ordered = sorted(sheet.rows, key=lambda row: [*words.DRIVER_NAMES].index(row["driver"]))
    first = "Organisation" if sheet.part == "organisations" else "Staff"
    drivers = [list(rows) for _, rows in groupby(ordered, key=lambda row: row["driver"])]
    # Of what can be shown nowhere there is a sentence, and rows in the files.
    return [_by_driver(rows, first) for rows in drivers if any(row["share"] is not None for row in rows)]


def _raised(sheet: Sheet) -> list[Place]:
    """For the whole system, organisations with their groups; what to do is told on the organisation's own page."""
    if sheet.organisation == SYSTEM:
        return [_organisation(list(rows)) for _, rows in groupby(sheet.rows, key=lambda row: row["organisation"])]
    return [_group(list(rows)) for _, rows in groupby(sheet.rows, key=lambda row: row["focus"])]


def _organisation(rows: Sequence[Row]) -> Place:
    first = rows[0]
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row["focus"])]
    asked = urlencode({"organisation": first["organisation"]})
    link = ("See what can be done there", f"{_REPORTS}attention?{asked}#raised")
    return Place(first["organisation_name"], "", [words.group(group) for group in groups], (), [link])


def _group(rows: Sequence[Row]) -> Place:
    first, steps = rows[0], _steps(rows, rows[0]["organisation"])
    asked = urlencode({"organisation": first["organisation"]})
    links = [
        ("See why people left, as far as it is known", f"{_REPORTS}retention?{asked}#reasons"),
        ("Look after the flag", f"{_REPORTS}flags"),
        ("Write down what you know", f"{_REPORTS}know-how?about=attention"),
    ]
    return Place(words.focus_name(first["focus"]), words.lead(rows), () if steps else [words.TOO_FEW], steps, links)


def _steps(rows: Sequence[Row], organisation: str) -> list[Step]:
    return [_step(row, organisation) for row in rows if row["share"] is not None]


def _step(row: Row, organisation: str) -> Step:
    advice, label, report, door = _ADVICE[row["driver"]]
    page, _, part = report.partition("#")
    asked = f"?{urlencode({'organisation': organisation})}" if organisation else ""
    return Step(row["words"], advice, label, f"{_REPORTS}{page}{asked}{part and f'#{part}'}", door)


def _by_driver(rows: Sequence[Row], first: str) -> Table:
    shown = sum(row["share"] is not None for row in rows)
    gone = len(rows) - shown
    told = f"{rows[0]['driver_name']}: {shown} shown{f', {gone} withheld' if gone else ''}"
    return _table(rows, told, lambda row: row["name"], first)


def _place(row: Row) -> str:
    return f"{words.place_name(row['organisation_name'], row['focus'])}: {row['driver_name'].lower()}"


def _table(rows: Sequence[Row], summary: str, named: Callable[[Row], str], first: str) -> Table:
    heads = [Cell(first, is_number=False), *(Cell(head, is_number=True) for head in _HEADS)]
    lines = [[Cell(named(row), is_number=False), *(Cell(text, is_number=True) for text in _line(row))] for row in rows]
    return Table(summary, heads, lines, summary)


def _line(row: Row) -> tuple[str, ...]:
    if row["share"] is None:
        return (WITHHELD,) * len(_HEADS)
    ratio = [ratio_words(row[name]) for name in ("ratio", "ratio_low", "ratio_high")]
    return (
        f"{number(row['people'])} of {number(row['of'])}",
        f"{percent(row['share'])} ({percent(row['low'])} to {percent(row['high'])})",
        percent(row["rest_share"]) if row["rest_share"] is not None else NONE,
        f"{ratio[0]} ({ratio[1]} to {ratio[2]})" if ratio[0] else NONE,
    )
