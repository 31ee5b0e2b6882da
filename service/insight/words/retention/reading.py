"""The sentences above each part of the report. Moving inside the system is never told as a loss."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.insight.words.phrases import listed, within
from service.insight.words.representation import Headline
from service.insight.words.retention.names import (
    ALL,
    OF_NAMES,
    UNKNOWN,
    answer_name,
    months_words,
    short_level,
    whole_hundred,
)
from service.insight.words.retention.raised import BY, FLAG, WATCH, brief, foremost
from service.web.presenters import count_of, number, percent

Row = Mapping[str, Any]
NOT_A_LOSS: Final = "Moving inside the system is not a loss."
PLACES: Final[Sequence[str]] = ("stayed", "moved", "left", "retired", "other")


def lead(row: Row) -> str:
    """ "Of 100 people here a year ago, 88 are still with the same employer, 4 moved ..., and 8 left ..." Of the
    whole system: `row` holds the shares of those there a year ago who are with their employer still (stability),
    and who are in the system (kept)."""
    if row["kept"] is None:
        return "How many people stayed is withheld: the numbers are too small, or too near to one another."
    gone = _in_hundred(1 - row["kept_high"], 1 - row["kept_low"])
    if row["stability"] is None:
        still, out = whole_hundred([row["kept"], 1 - row["kept"]])
        ends = f"{still} are still in the system and {out} left it or retired {gone}"
        return f"Of 100 people here a year ago, {ends}. {NOT_A_LOSS}"
    stayed, moved, out = _of_hundred(row)
    return (
        f"Of 100 people here a year ago, {stayed} are still with the same employer, {moved} moved to another of our"
        f" organisations and {out} left the system or retired {gone}. {NOT_A_LOSS}"
    )


def lead_of(row: Row, where: str, system: Row) -> str:
    """The same for one organisation, with the whole system's figures beside its own."""
    if row["stability"] is None:
        return f"How many people stayed in {where} is withheld: numbers are too small, or too near to one another."
    if row["kept"] is None:
        spread = _in_hundred(row["stability_low"], row["stability_high"])
        return f"Of 100 people in {where} a year ago, {100 * row['stability']:.0f} are still there {spread}."
    stayed, moved, out = _of_hundred(row)
    gone = _in_hundred(1 - row["kept_high"], 1 - row["kept_low"])
    beside = ""
    if system["kept"] is not None and system["stability"] is not None:
        beside = " In the whole system it is {}, {} and {}.".format(*_of_hundred(system))
    return (
        f"Of 100 people in {where} a year ago, {stayed} are still there, {moved} moved to another of our organisations"
        f" and {out} left the system or retired {gone}.{beside} {NOT_A_LOSS}"
    )


def _in_hundred(low: float, high: float) -> str:
    """ "(range 7 to 10)": the ends in people of 100, rounded outwards."""
    return f"(range {math.floor(100 * low + 1e-6)} to {math.ceil(100 * high - 1e-6)})"


def _of_hundred(row: Row) -> list[int]:
    """Stayed, moved inside, left the system: of 100 people."""
    same, kept = row["stability"], row["kept"]
    return whole_hundred([min(same, kept), max(kept - same, 0.0), 1 - kept])


def rate_of(row: Row) -> str:
    """ "8.1% (range 7.6% to 8.6%)" """
    return f"{percent(row['leaver_rate'])} (range {percent(row['low'])} to {percent(row['high'])})"


def organisations(rows: Sequence[Row], whole: Row) -> list[str]:
    """The system's rate, and how many organisations can be shown beside it."""
    shown = sum(row["leaver_rate"] is not None for row in rows)
    if whole["leaver_rate"] is None:
        return []
    rate = f"In the twelve months, {rate_of(whole)} of people left the system or retired."
    return [f"{rate} {count_of(shown, 'organisation')} can be shown."]


def groups(rows: Sequence[Row]) -> list[str]:
    """Who leaves in the first year, beside everybody."""
    found = {row["slice"]: row for row in rows}
    new, whole = found.get("service:under 1 year"), found.get(ALL)
    if not new or not whole or new["leaver_rate"] is None or whole["leaver_rate"] is None:
        return []
    return [f"People in their first year: {rate_of(new)} left the system or retired. Everybody: {rate_of(whole)}."]


def stack(rows: Sequence[Row]) -> list[str]:
    """Where 100 people are after one year, and after the longest time that can be shown."""
    shown = [row for row in rows if row["slice"] == ALL and row["stayed"] is not None]
    told = dict.fromkeys(at for at in (0, len(shown) - 1) if shown)
    return [_stacked(shown[at]) for at in told]


def _stacked(row: Row) -> str:
    stayed, moved, left, retired, other = whole_hundred([row[name] or 0.0 for name in PLACES])
    spread = "" if row["left_low"] is None else f" {_in_hundred(row['left_low'], row['left_high'])}"
    # Where too few retired to be told apart, they are among those whose post ended otherwise.
    ends = [] if row["retired"] is None else [f"{retired} retired"]
    if other:
        ends.append(f"{other} {'retired, or ' if row['retired'] is None else ''}ended otherwise")
    parts = [f"{stayed} are still with the employer", f"{moved} moved inside the system", f"{left} left it{spread}"]
    return f"Of 100 people who begin, after {months_words(row['months'])} {listed([*parts, *ends])}."


def people(whole: Row) -> list[str]:
    """How many were said to move inside the system and were found nowhere in it."""
    if whole["unmatched"] is None:
        return []
    lost = percent(whole["unmatched"])
    return [
        f"{lost} of those who left were said to move inside the system, and were not found there: they count as left."
    ]


def reasons(rows: Sequence[Row]) -> list[str]:
    """About how many leavers nothing is recorded; and what is recorded most often."""
    return [said for of in OF_NAMES for said in _answers([row for row in rows if row["of"] == of], of)]


def _answers(rows: Sequence[Row], of: str) -> list[str]:
    asked = "why they left" if of == "end_reason" else "where they went"
    silent = next((row["unknown_share"] for row in rows if row["unknown_share"] is not None), None)
    said = [] if silent is None else [f"For {percent(silent, 0)} of leavers nothing is recorded about {asked}."]
    known = [row for row in rows if row["code"] != UNKNOWN and row["n"] is not None]
    if known:
        top = max(known, key=lambda row: row["n"])
        share = "" if top["share"] is None else f", {percent(top['share'], 0)} of those known"
        said.append(f"Most often: {within(answer_name(of, top['code']))} ({number(top['n'])} people{share}).")
    return [" ".join(said)] if said else []


def flows(rows: Sequence[Row]) -> list[str]:
    """How many moved between our organisations, and rose or fell by level, as far as it can be shown."""
    inside = [row for row in rows if row["kind"] == "organisation" and row["origin"] and row["destination"]]
    levels = [
        (int(row["destination"]) - int(row["origin"]), row["people"])
        for row in rows
        if row["kind"] == "level" and row["origin"].isdigit() and row["destination"].isdigit()
    ]
    said: list[str] = []
    if inside:
        moved = number(sum(row["people"] for row in inside))
        said.append(f"{count_of(len(inside), 'flow')} between organisations can be shown: about {moved} people in all.")
    up, down = (sum(people for step, people in levels if step * sign > 0) for sign in (1, -1))
    ways = [f"about {number(people)} {way}" for people, way in ((up, "up"), (down, "down")) if people]
    if ways:
        said.append(f"Moves between levels that can be shown: {listed(ways)}.")
    return said


def supply(rows: Sequence[Row]) -> list[str]:
    """Each senior level now and at the furthest year, if nothing changed, with its band."""
    by_level = {level: [row for row in rows if row["level"] == level] for level in dict.fromkeys(_levels(rows))}
    return [said for level, mine in by_level.items() for said in _years_on(level, mine)]


def _levels(rows: Sequence[Row]) -> list[str]:
    return [row["level"] for row in rows]


def _years_on(level: str, rows: Sequence[Row]) -> list[str]:
    shown = [row for row in rows if row["people"] is not None and row["scenario"] == "as now"]
    now = next((row for row in shown if row["years"] == 0), None)
    last = max(shown, key=lambda row: row["years"], default=None)
    if now is None or last is None or last is now:
        return []
    band = "" if last["low"] is None else f" (band {number(last['low'])} to {number(last['high'])})"
    then = f"about {number(last['people'])} in {count_of(last['years'], 'year')}{band} if rates stay as they are"
    return [f"{short_level(level)}: about {number(now['people'])} people now; {then}."]


def transitions(rows: Sequence[Row]) -> list[str]:
    """Who rose, and is in role a year on: over all levels where that is told."""
    whole = next((row for row in rows if row["level"] == ALL and row["share"] is not None), None)
    if whole is None:
        return []
    spread = f"(range {percent(whole['low'])} to {percent(whole['high'])})"
    rose = f"Of about {number(whole['n'])} people who rose to a level, {percent(whole['share'])} {spread}"
    return [f"{rose} were in role twelve months on."]


def headline(whole: Row, rows: Sequence[Row]) -> list[Headline]:
    """For the front page: leaving told from moving, and where leaving is raised, or to be watched."""
    flagged = foremost([row for row in rows if row["state"] == FLAG])
    watched = foremost([row for row in rows if row["state"] == WATCH])
    said = [*_of_leavers(whole), *(brief(row) for row in flagged[:1])]
    more = len(flagged) - 1
    if more > 0:
        said.append(f"{count_of(more, 'more group')} of staff {'has' if more == 1 else 'have'} a flag for leaving.")
    if watched and not flagged:
        said.append(f"To watch, because it could still be chance. {brief(watched[0])}")
    if watched or flagged:
        said.append(BY)
    return [{"text": " ".join(said), "measure": "retention"}] if said else []


def _of_leavers(whole: Row) -> list[str]:
    """ "Of about 410 people who left an employer in the year, about 130 stayed in the system." """
    counts = [whole[name] for name in ("moved", "left", "retired", "other")]
    known = [count for count in counts if count is not None]
    if len(known) < len(counts):
        told = whole["leaver_rate"] is not None
        return [f"{rate_of(whole)} of people left the system or retired in the twelve months."] if told else []
    every = f"Of about {number(sum(known))} people who left an employer in the twelve months"
    return [f"{every}, about {number(known[0])} stayed in the system. {NOT_A_LOSS}"]
