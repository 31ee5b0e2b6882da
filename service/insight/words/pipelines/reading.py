"""The sentences of the report on who is coming through. No group is said to be more or less able than another, and no
kind of work or organisation is ranked: they stand in alphabetical order.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.insight.words.flags import ratio_words
from service.insight.words.phrases import listed, within
from service.insight.words.pipelines.names import ALL, CASES
from service.insight.words.representation import Headline, staff
from service.web.presenters import count_of, number, percent

Row = Mapping[str, Any]
SENIOR: Final = "7-9"
NO_PIPELINES: Final = (
    "Who is ready cannot be told: the facts of this release were taken before pipelines were copied. A newer snapshot"
    " has them."
)
NO_CASES: Final = "No offer, application or opportunity was opened in the last two years."
NO_TRANSITIONS: Final = (
    "How new leaders are supported cannot be told: the facts of this release were taken before that was copied."
)
NOT_A_COMPARISON: Final = "This is who is represented at each stage. It compares no two people."
_MOST: Final = 4
_READY: Final = ("ready_now", "ready_soon")


def cover(rows: Sequence[Row], where: str) -> list[str]:
    """How many are ready for the posts that fall free at senior levels, and in which kinds of work fewer are."""
    whole = next((row for row in rows if row["level"] == SENIOR and row["family"] == ALL), None)
    if whole is None:
        return [NO_PIPELINES]
    return [_covered(whole, where), *_short(rows), *_silent(rows)]


def _covered(whole: Row, where: str) -> str:
    if whole["ready_now"] is None or whole["expected_vacancies"] is None:
        return (
            f"How many people are ready for posts at levels 7 to 9 in {where} cannot be shown: numbers are too small."
        )
    posts = f"about {number(whole['expected_vacancies'])} posts that can be expected to fall free in the next year"
    said = f"At levels 7 to 9 about {number(whole['ready_now'])} people are ready now, beside {posts}"
    if whole["cover_now"] is None:
        return f"{said}."
    soon = "" if whole["cover_soon"] is None else f", and {ratio_words(whole['cover_soon'])} with those ready soon"
    return f"{said}: {ratio_words(whole['cover_now'])} for each{soon}."


def _kinds(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["level"] == SENIOR and row["family"] != ALL]


def _short(rows: Sequence[Row]) -> list[str]:
    """Kinds of work in which more posts fall free than people are ready, now or soon."""
    found = [row for row in _kinds(rows) if row["shortfall"]]
    if not found:
        return []
    told = [
        f"{within(row['name'])} (about {number(sum(row[name] for name in _READY))} people for about"
        f" {number(row['expected_vacancies'])} posts)"
        for row in found[:_MOST]
    ]
    return [f"More posts fall free than people are ready, now or soon, in {listed([*told, *_others(found)])}."]


def _silent(rows: Sequence[Row]) -> list[str]:
    """Kinds of work with posts to fill and no number of people ready: nobody, few, or withheld for another's sake."""
    found = [row for row in _kinds(rows) if row["expected_vacancies"] is not None and row["ready_now"] is None]
    if not found:
        return []
    names = listed([*(within(row["name"]) for row in found[:_MOST]), *_others(found)])
    return [f"Posts fall free, and of who is ready nothing can be shown, in {names}: nobody or too few, or withheld."]


def _others(found: Sequence[Row]) -> list[str]:
    more = len(found) - _MOST
    return [count_of(more, "more kind of work", "more kinds of work")] if more > 0 else []


def stages(rows: Sequence[Row], rounded_to: int) -> list[str]:
    """Groups whose share of people in a pipeline clearly differs from their share one step below."""
    by_stage = {(row["group"], row["stage"]): row for row in rows}
    pairs = [
        (by_stage[group, "pipeline"], by_stage.get((group, "below")))
        for group in dict.fromkeys(row["group"] for row in rows)
        if (group, "pipeline") in by_stage
    ]
    known = [
        (here, below) for here, below in pairs if below and here["share"] is not None and below["share"] is not None
    ]
    if not known:
        return [f"Who is at each stage cannot be shown here: numbers are too small. {NOT_A_COMPARISON}"]
    found = [_differs(here, below) for here, below in known if _clear(here, below, rounded_to)]
    if not found:
        text = (
            "Of the groups that can be shown, no share of people in a pipeline clearly differs from the share of people"
            " in post one step below."
        )
        return [f"{text} {NOT_A_COMPARISON}"]
    return [*found[:_MOST], NOT_A_COMPARISON]


def _clear(here: Row, below: Row, rounded_to: int) -> bool:
    """Whether the ranges do not touch, even if rounding moved all counts the unlucky way."""
    slack = rounded_to / 2 * (1 / here["known"] + 1 / below["known"])
    return here["high"] + slack < below["low"] or below["high"] + slack < here["low"]


def _differs(here: Row, below: Row) -> str:
    return (
        f"{staff(here['group'])} are {_share(here)} of people in a pipeline to posts at levels 7 to 9, and"
        f" {_share(below)} of people in post at levels 5 and 6."
    )


def _share(row: Row, name: str = "share", low: str = "low", high: str = "high") -> str:
    return f"{percent(row[name])} (range {percent(row[low])} to {percent(row[high])})"


def conversion(rows: Sequence[Row]) -> list[str]:
    """How far the cases of each stage get, at the longest time that can be shown."""
    if not rows:
        return [NO_CASES]
    every = [row for row in rows if row["focus"] == ALL and row["progressed"] is not None]
    last = {row["stage"]: row for row in sorted(every, key=lambda row: row["days"])}
    shown = [_gone(last[stage]) for stage in CASES if stage in last]
    return shown or ["How far cases get cannot be shown here: too few were opened, or too few ended one way."]


def _gone(row: Row) -> str:
    """ "Of about 3,000 applications, after 180 days 50% (range 47% to 52%) were shortlisted, 40% turned down, ..." """
    what, went_on = CASES[row["stage"]]
    spread = f"{percent(row['progressed'], 0)} (range {percent(row['low'], 0)} to {percent(row['high'], 0)})"
    parts = [f"{spread} were {went_on}"]
    if row["withdrew"] is None:
        left = f"{percent(row['ended'], 0)} ended without"
        parts += [left, *([f"{percent(row['open'], 0)} open"] if row["open"] else [])]
    else:
        ends = (("turned_down", "turned down"), ("open", "open"), ("withdrew", "ended as the person withdrew or left"))
        parts += [f"{percent(row[name], 0)} {words}" for name, words in ends if row[name]]
    half = "" if row["median_days"] is None else f" Half were decided within about {number(row['median_days'])} days."
    return f"Of about {number(row['cases'])} {what}, after {row['days']} days {listed(parts)}.{half}"


def support(rows: Sequence[Row]) -> list[str]:
    """How many new leaders had support in time, stayed, and feel supported."""
    whole = next((row for row in rows if row["tier"] == ALL), None)
    if whole is None:
        return [NO_TRANSITIONS]
    said = [*_arranged(whole), *_stayed(whole), *_feel(whole)]
    if not said:
        return ["How new leaders are supported cannot be shown here: numbers are too small."]
    return [" ".join(said), *(told for row in rows if row["tier"] != ALL for told in _of_tier(row))]


def _of_tier(row: Row) -> list[str]:
    """ "Enabled leader: of about 250, 72.0% had support arranged within 14 days (range ...)." """
    if row["supported_share"] is None:
        return []
    share = _share(row, "supported_share", "supported_low", "supported_high")
    feel = "" if row["feel_share"] is None else f" {percent(row['feel_share'])} of those who answered feel supported."
    return [f"{row['name']}: of about {number(row['began'])}, {share} had support arranged within 14 days.{feel}"]


def _arranged(row: Row) -> list[str]:
    if row["supported_share"] is None:
        return []
    share = _share(row, "supported_share", "supported_low", "supported_high")
    return [f"Of about {number(row['began'])} people new in leadership, {share} had support arranged within 14 days."]


def _stayed(row: Row) -> list[str]:
    if row["in_role_share"] is None:
        return []
    share = _share(row, "in_role_share", "in_role_low", "in_role_high")
    return [f"Of those who began a year before, {share} held a post of that level or above 12 months on."]


def _feel(row: Row) -> list[str]:
    if row["feel_share"] is None:
        return []
    answered = "" if row["answer_rate"] is None else f" ({percent(row['answer_rate'], 0)} of those asked)"
    share = _share(row, "feel_share", "feel_low", "feel_high")
    return [f"Of those who answered{answered}, {share} feel mostly or fully supported."]


def headline(rows: Sequence[Row]) -> list[Headline]:
    """For the front page: ready people beside posts that fall free, where that can be shown."""
    whole = next((row for row in rows if row["level"] == SENIOR and row["family"] == ALL), None)
    if whole is None or whole["cover_now"] is None:
        return []
    return [{"text": " ".join([_covered(whole, ""), *_short(rows)]), "measure": "pipelines"}]
