"""Who works at which level, in sentences; and the headlines of a release, which begin with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from analytics.frames import LABELS
from service.insight.rules import (
    ALL_LEVELS,
    UNMAPPED,
    Characteristic,
    Comparison,
    Figure,
    ReportTable,
    Verdict,
    changes,
    upper_comparisons,
    widest,
)
from service.organisations.rules import level_name
from service.web.presenters import count_of, day, number, percent

MOST_HEADLINES: Final = 7
TITLES: Final[Mapping[Characteristic, str]] = {
    Characteristic.ETHNICITY: "Ethnicity",
    Characteristic.SEX: "Sex",
    Characteristic.DISABILITY: "Disability",
    Characteristic.AGE_BAND: "Age band",
}
# What people were asked about, in the middle of a sentence.
ABOUT: Final[Mapping[Characteristic, str]] = {c: title.lower() for c, title in TITLES.items()} | {
    Characteristic.AGE_BAND: "age"
}
_STAFF: Final[Mapping[str, str]] = {
    "white": "White staff",
    "mixed": "Staff of mixed or multiple ethnic groups",
    "asian": "Asian or Asian British staff",
    "black": "Black, Black British, Caribbean or African staff",
    "other": "Staff of other ethnic groups",
    "female": "Female staff",
    "male": "Male staff",
    "disabled": "Disabled staff",
    "non_disabled": "Staff who are not disabled",
}

Headline = dict[str, str]


@dataclass(frozen=True, slots=True)
class Basis:
    """What figures stand on: the day, and all that must be the same before two releases may be compared."""

    number: int
    snapshot_on: date
    crosswalk_version: int | None
    method_version: str
    rule_version: str


def staff(group: str) -> str:
    """ "Asian or Asian British staff", "Staff aged 25 to 34" """
    return _STAFF.get(group) or f"Staff aged {LABELS.get(group, group)}"


def level_words(level: str) -> str:
    """ "Level 8, senior manager or system leader", "All levels", "Grade not mapped to a level" """
    if level == ALL_LEVELS:
        return "Whole workforce"
    return level_name(None if level == UNMAPPED else int(level))


def range_words(figure: Figure) -> str:
    """ "6.0% to 10.8%" """
    return "" if figure.low is None else f"{percent(figure.low)} to {percent(figure.high)}"


def finding(comparison: Comparison) -> str:
    """ "Disabled staff are a smaller share of level 8 than of the whole workforce: 8.2% (range ...) against 13.7%
    (range ...)."
    """
    here, whole, size = comparison.figure, comparison.other, _size(comparison)
    assert whole is not None  # noqa: S101
    return (
        f"{staff(here.group)} are a {size} share of level {here.level} than of the whole workforce:"
        f" {_with_range(here)} against {_with_range(whole)}."
    )


def change(comparison: Comparison, since: date) -> str:
    here, before = comparison.figure, comparison.other
    assert before is not None  # noqa: S101
    return (
        f"{staff(here.group)} are now a {_size(comparison)} share of level {here.level} than on {day(since)}:"
        f" {_with_range(here)} against {_with_range(before)}."
    )


def headlines(
    system: Sequence[ReportTable],
    basis: Basis,
    organisations: int,
    rounded_to: int,
    before: tuple[Basis, Sequence[ReportTable]] | None = None,
    more: Sequence[Headline] = (),
    lead: Sequence[Headline] = (),
) -> list[Headline]:
    """At most seven sentences on a release, the most important first. `system` holds the whole system's tables of
    representation; `more` are the headlines of its other reports, `lead` those that stand before all.
    """
    found = upper_comparisons(system, rounded_to)
    since = _since(system, basis, before, rounded_to)
    if lead:
        opening = _opening(system, basis, organisations, is_first=before is None)
        return [*lead, _together(opening, since[:1]), *more, *_gaps(found, 1)][:MOST_HEADLINES]
    first = [*since, *_gaps(found, 3)]
    last = [*more, _balance(found), *_least_declared(system), *_unmapped(system)]
    opening = _opening(system, basis, organisations, is_first=before is None)
    return [opening, *first[: MOST_HEADLINES - 1 - len(last)], *last]


def reading(table: ReportTable, name: str, snapshot_on: date, rounded_to: int) -> list[str]:
    """The sentences above one report: what it stands on, what is clear, and what cannot be said."""
    found = list(upper_comparisons([table], rounded_to))
    clear = [finding(comparison) for comparison in widest(found, 4)]
    said = clear or [_nothing_clear(table, found)]
    return [_stands_on(table, name, snapshot_on), *said, *(sentence["text"] for sentence in _unmapped([table]))]


def chart_title(table: ReportTable, rounded_to: int) -> str:
    """The finding with the widest certain gap, as a title; or that none is clear."""
    found = upper_comparisons([table], rounded_to)
    top = widest(found, 1)
    if top:
        return (
            f"{staff(top[0].figure.group)}: a {_size(top[0])} share of level {top[0].figure.level} than of the"
            " whole workforce"
        )
    if table.characteristic is Characteristic.AGE_BAND:
        return "Age bands by level"
    if found and all(c.verdict is Verdict.WITHHELD for c in found):
        return f"{TITLES[table.characteristic]} by level: too few people at levels 8 and 9 to show"
    return f"{TITLES[table.characteristic]} by level: no clear difference at levels 8 and 9"


def _since(
    system: Sequence[ReportTable], basis: Basis, before: tuple[Basis, Sequence[ReportTable]] | None, rounded_to: int
) -> list[Headline]:
    if before is None:
        return []
    earlier, tables = before
    if differs := _differs(basis, earlier):
        return [
            {
                "text": f"We do not compare these figures with release {earlier.number}, because the {differs} has"
                " changed since."
            }
        ]
    moved = widest(changes(system, tables, rounded_to), 3)
    if not moved:
        since = f"release {earlier.number} ({day(earlier.snapshot_on)})"
        return [
            {
                "text": f"No share at levels 8 and 9 has changed since {since} by more than chance and rounding"
                " could explain."
            }
        ]
    return [_headline(change(comparison, earlier.snapshot_on), comparison) for comparison in moved]


def _together(opening: Headline, since: Sequence[Headline]) -> Headline:
    """How many people it is about and what changed among them, with the link of what changed."""
    return {**opening, **since[0], "text": f"{opening['text']} {since[0]['text']}"} if since else opening


def _differs(one: Basis, other: Basis) -> str:
    named = {
        "crosswalk_version": "mapping of grades to levels",
        "method_version": "method",
        "rule_version": "disclosure rule",
    }
    return next((words for name, words in named.items() if getattr(one, name) != getattr(other, name)), "")


def _gaps(found: Sequence[Comparison], most: int) -> list[Headline]:
    return [_headline(finding(comparison), comparison) for comparison in widest(found, most)]


def _headline(text: str, comparison: Comparison) -> Headline:
    return {"text": text, "characteristic": comparison.characteristic.value}


def _opening(system: Sequence[ReportTable], basis: Basis, organisations: int, *, is_first: bool) -> Headline:
    people = _in_scope(system[0], ALL_LEVELS) if system else None
    at_work = f"About {number(people)} people" if people is not None else "Too few people to show"
    start = "This is the first release, so nothing can have changed yet. " if is_first else ""
    return {
        "text": f"{start}{at_work} worked in {count_of(organisations, 'organisation')} on {day(basis.snapshot_on)}."
    }


def _balance(found: Sequence[Comparison]) -> Headline:
    counts = {v: sum(c.verdict is v for c in found) for v in Verdict}
    clear = counts[Verdict.LOWER] + counts[Verdict.HIGHER]
    return {
        "text": f"We compared {count_of(len(found), 'share')} at levels 8 and 9 with the whole workforce. Clearly"
        f" different: {clear}."
        f" Could be chance or rounding: {counts[Verdict.COULD_BE_CHANCE]}. Withheld because the numbers are small:"
        f" {counts[Verdict.WITHHELD]}."
    }


def _least_declared(system: Sequence[ReportTable]) -> list[Headline]:
    rates = [(rate, table) for table in system if (rate := _declared(table)) is not None]
    if not rates:
        return []
    rate, table = min(rates, key=lambda pair: pair[0])
    about = ABOUT[table.characteristic]
    said = f"{percent(1 - rate)} of staff have given no answer about {about}. We do not know how theirs would differ."
    return [{"text": said, "characteristic": table.characteristic.value}]


def _unmapped(tables: Sequence[ReportTable]) -> list[Headline]:
    if not tables or not tables[0].at(UNMAPPED):
        return []
    people = _in_scope(tables[0], UNMAPPED)
    if people is None:
        return [
            {
                "text": "Staff on grades that no level is known for, if there are any, are too few to show. They"
                " count in the whole workforce only."
            }
        ]
    return [
        {
            "text": f"{number(people)} people are on grades that no level is known for. They count in the whole"
            " workforce only."
        }
    ]


def _nothing_clear(table: ReportTable, found: Sequence[Comparison]) -> str:
    if table.characteristic is Characteristic.AGE_BAND:
        return "Senior posts take years to reach, so we draw no conclusion from differences by age."
    if found and all(c.verdict is Verdict.WITHHELD for c in found):
        return "We cannot compare levels 8 and 9 with the whole workforce: the numbers there are too small to show."
    return "No share at level 8 or 9 differs from the whole workforce by more than chance and rounding could explain."


def _stands_on(table: ReportTable, name: str, snapshot_on: date) -> str:
    people, rate = _in_scope(table, ALL_LEVELS), _declared(table)
    if people is None:
        return f"Too few people worked in {name} on {day(snapshot_on)} to show figures."
    if rate is None:
        return (
            f"About {number(people)} people worked in {name} on {day(snapshot_on)}. How many have given an answer about"
            f" {ABOUT[table.characteristic]} is withheld. The shares are of those who have."
        )
    about = (
        "a known age"
        if table.characteristic is Characteristic.AGE_BAND
        else f"given an answer about {ABOUT[table.characteristic]}"
    )
    return (
        f"About {number(people)} people worked in {name} on {day(snapshot_on)}. {percent(rate)} have {about},"
        " and the shares are of those people."
    )


def _in_scope(table: ReportTable, level: str) -> int | None:
    return next((figure.in_scope for figure in table.at(level)), None)


def _declared(table: ReportTable) -> float | None:
    return next((figure.declaration_rate for figure in table.at(ALL_LEVELS)), None)


def _size(comparison: Comparison) -> str:
    return "smaller" if comparison.verdict is Verdict.LOWER else "larger"


def _with_range(figure: Figure) -> str:
    return f"{percent(figure.share)} (range {range_words(figure)})"
