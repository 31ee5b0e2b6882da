"""Where to look first, in sentences. A driver is a fact about what was recorded; it is never said to be why somebody
left, and organisations stand in alphabetical order.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.insight.words.flags import ratio_words
from service.insight.words.phrases import about, ranges, within
from service.insight.words.representation import Headline
from service.insight.words.retention.raised import BY
from service.posts.rules import STAFF_GROUP_NAMES, StaffGroup
from service.web.presenters import count_of, day, number, percent

Row = Mapping[str, Any]
FLAG: Final = "flag"
ALL: Final = "all"
SILENT: Final = (None, "too_little")  # what says nothing of a group, either way
DRIVER_NAMES: Final[Mapping[str, str]] = {
    "no_conversation": "No agreed conversation in 12 months",
    "plan_overdue": "Something in their plan is past its day",
    "secondment_ending": "Secondment ends within 90 days, no post to return to",
    "no_aftercare": "Not chosen, and no conversation about it in time",
    "no_support": "New in leadership, no support after 14 days",
}
# What people of whom the driver is told "have".
_HAVE: Final[Mapping[str, str]] = {
    "no_conversation": "have had no agreed career conversation in 12 months",
    "plan_overdue": "have something in their plan that is not done and past its day",
    "secondment_ending": "have a secondment that ends within 90 days, and no post to return to is recorded",
    "no_aftercare": "were not chosen for an opportunity, and had no conversation about it in time",
    "no_support": "are new in leadership for more than 14 days, and have no support yet",
}
_MORE: Final = ", more than"
_LESS: Final = ", less than"
TOO_FEW: Final = "Too few people to show what they are waiting for."
UNKNOWN: Final = (
    "Whether more people left than expected cannot be told here. What people are waiting for is worth doing all the"
    " same."
)


def focus_name(focus: str) -> str:
    return "Everybody" if focus == ALL else STAFF_GROUP_NAMES[StaffGroup(focus)]


def place_name(organisation: str, focus: str) -> str:
    """ "St Elm's Trust: nursing and midwifery" """
    return organisation if focus == ALL else f"{organisation}: {within(focus_name(focus))}"


def raised(row: Row) -> str:
    """How many more left than expected, with its range."""
    return (
        f"More people left the system than expected: {ratio_words(row['o_e'])} times as many"
        f" (range {ratio_words(row['o_e_low'])} to {ratio_words(row['o_e_high'])})."
    )


def lead(rows: Sequence[Row]) -> str:
    """What stands first of a raised group: and, where nothing is clearly more frequent there, that it is not."""
    shown = [row for row in rows if row["share"] is not None]
    if not shown or any(_MORE in row["words"] for row in shown):
        return raised(rows[0])
    return f"{raised(rows[0])} Nothing below is clearly more frequent here than elsewhere: ask people."


def group(rows: Sequence[Row]) -> str:
    """A raised group in one line of a list: how many more left, and what people are waiting for."""
    said = " ".join(row["words"] for row in rows if row["words"]) or TOO_FEW
    return f"{focus_name(rows[0]['focus'])}: {within(raised(rows[0]))} {said}"


def nowhere(rows: Sequence[Row]) -> list[str]:
    """What too few people are waiting for in every group to show any."""
    shown = {row["driver"] for row in rows if row["share"] is not None}
    gone = [within(name) for driver, name in DRIVER_NAMES.items() if driver in {row["driver"] for row in rows} - shown]
    return [f"Too few people in every group to show: {'; '.join(gone)}."] if gone else []


def driver(row: Row, rounded_to: int = 5) -> str:
    """ "About 45% have had no agreed career conversation in 12 months, more than elsewhere (about 38%)." Empty where
    withheld."""
    if row["share"] is None:
        return ""
    share = about(row["share"])
    return f"{share[:1].upper()}{share[1:]} {_HAVE[row['driver']]}{_elsewhere(row, rounded_to)}."


def differs(row: Row) -> bool:
    """Whether the words of a row say that it is more or less frequent there than elsewhere."""
    return _MORE in row["words"] or _LESS in row["words"]


def described(rows: Sequence[Row], name: str) -> str:
    """The picture of one driver in words, for whoever does not see it."""
    return f"{DRIVER_NAMES[name]}. {ranges(rows, 'share', lambda row: row['name'])}."


def headline(raised_rows: Sequence[Row], everybody: Sequence[Row]) -> list[Headline]:
    """For the front page: what is clearly more frequent where more people left than expected, and what everybody waits
    for."""
    shown = [row for row in everybody if row["share"] is not None]
    told = [f"{about(row['share'])} {_HAVE[row['driver']]}" for row in shown[:2]]
    said = [*_foremost(raised_rows), *([f"In the whole system {', and '.join(told)}."] if told else [])]
    return [{"text": " ".join(said), "measure": "attention"}] if said else []


def _foremost(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    where = "Where more people left the system than expected"
    more = [row for row in rows if _MORE in row["words"]]
    if not more:
        return [f"{where}, nothing that people wait for is clearly more frequent than elsewhere."]
    place = place_name(more[0]["organisation_name"], more[0]["focus"])
    others = f" {count_of(len(more) - 1, 'more such figure')} can be seen." if len(more) > 1 else ""
    ends = f" The range is {percent(more[0]['low'], 0)} to {percent(more[0]['high'], 0)}."
    return [f"{where}, {place} is a place to begin: {within(more[0]['words'])}{ends}{others}"]


def reading(rows: Sequence[Row], groups: Sequence[Row], where: str, on: Any, *, is_known: bool) -> list[str]:
    """The sentences above the page of the system or of one organisation. `rows`: of the groups where leaving is raised.
    `groups`: everybody's rows there."""
    return [_raised_in(rows, where, is_known=is_known), *_everybody(groups, where, on)]


def _raised_in(rows: Sequence[Row], where: str, *, is_known: bool) -> str:
    if not is_known:
        return UNKNOWN
    groups = {(row["organisation"], row["focus"]) for row in rows}
    if not groups:
        return (
            f"Nowhere in {where} that can be shown did clearly more people leave the system than expected. What people"
            " are waiting for is worth doing all the same."
        )
    places = {organisation for organisation, _ in groups}
    told = f" of {count_of(len(places), 'organisation')}" if len(places) > 1 else ""
    return (
        f"In {count_of(len(groups), 'group')}{told} in {where} more people left the system than expected. Look there"
        f" first. {BY}"
    )


def _everybody(rows: Sequence[Row], where: str, on: Any) -> list[str]:
    shown = [row for row in rows if row["share"] is not None]
    if not shown:
        return [f"What people are waiting for cannot be shown for {where}: the numbers are too small."]
    told = "; ".join(f"{about(row['share'])} {_HAVE[row['driver']]}" for row in shown)
    return [f"Of about {number(shown[0]['of'])} people employed in {where} for the year up to {day(on)}, {told}."]


def _elsewhere(row: Row, rounded_to: int) -> str:
    """Beside the same elsewhere, where that is told: more or less only where the range of the ratio says so, even if
    rounding moved both counts the unlucky way."""
    if row["rest_share"] is None or row["ratio_low"] is None or row["ratio_high"] is None:
        return ""
    beside = f"elsewhere ({about(row['rest_share'])})"
    slack = rounded_to / 2 * (1 / row["people"] + 1 / row["rest_people"])
    if row["ratio_low"] * (1 - slack) > 1:
        return f"{_MORE} {beside}"
    return f"{_LESS} {beside}" if row["ratio_high"] * (1 + slack) < 1 else f", about as {beside}"
