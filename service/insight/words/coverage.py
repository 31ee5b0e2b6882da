"""Who has had a career conversation, in sentences. Never by manager, and nobody is named."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from analytics.frames import LABELS
from service.conversations.rules import NoneReason
from service.insight.words.phrases import listed
from service.insight.words.representation import Basis, Headline, level_words, staff
from service.organisations.rules import level_name
from service.posts.rules import STAFF_GROUP_NAMES, StaffGroup
from service.web.presenters import day, number, percent

Row = Mapping[str, Any]

NOT_SAID: Final = "not_said"
REASON_NAMES: Final[Mapping[str, str]] = {
    NoneReason.NEW_IN_POST: "New in post",
    NoneReason.AWAY: "Away from work",
    NoneReason.NO_FACILITATOR: "Nobody to hold it with",
    NoneReason.CHOSE_NOT_TO: "Chose not to have one",
    NoneReason.LEAVING_SOON: "Leaving soon",
    NOT_SAID: "No reason recorded",
}
_UNANSWERED: Final = "unanswered"
_MOST: Final = 3


def slice_name(slice_: str) -> str:
    """ "Level 8, senior manager or system leader", "Nursing and midwifery", "Ethnicity: White" """
    kind, _, value = slice_.partition(":")
    if kind == "level":
        return level_name(int(value)) if value.isdigit() else level_words(value)
    if kind == "staff_group":
        return STAFF_GROUP_NAMES[StaffGroup(value)]
    named = {"all": "Everybody employed for the year", "new": "Came within the year, counted apart"}
    if kind in named:
        return named[kind]
    return f"{LABELS[kind]}: {'No answer' if value == _UNANSWERED else LABELS[value]}"


def share_of(row: Row) -> str:
    """ "43.1% (range 41.3% to 45.0%)" """
    return f"{percent(row['share'])} (range {percent(row['low'])} to {percent(row['high'])})"


def reading(levels: Sequence[Row], follow_up: Row | None, where: str, basis: Basis) -> list[str]:
    """The sentences above the report of one organisation, or of the system."""
    whole, new = (next(row for row in levels if row["slice"] == slice_) for slice_ in ("all", "new"))
    return [_main(whole, where, basis), *_new(new), *_undated(whole), *(_follow_up(follow_up) if follow_up else [])]


def headline(levels: Sequence[Row], basis: Basis, before: tuple[Basis, Sequence[Row]] | None) -> list[Headline]:
    """One sentence for the front page: the system's coverage, and whether it moved; none where it is withheld."""
    whole = next(row for row in levels if row["slice"] == "all")
    if whole["share"] is None:
        return []
    text = f"{share_of(whole)} of people employed for the year up to {day(basis.snapshot_on)} had a career conversation"
    return [{"text": f"{text} that they agreed.{_moved(whole, before, basis)}", "measure": "coverage"}]


def title(levels: Sequence[Row]) -> str:
    """What the picture of levels shows, as its title."""
    whole = next(row for row in levels if row["slice"] == "all")
    clear = [row for row in levels if row["slice"].startswith("level:") and apart(row, whole)]
    if whole["share"] is None:
        return "Conversations by level"
    if not clear:
        return "Conversations by level: no clear difference"
    names = [level_words(row["slice"].partition(":")[2]).split(",")[0].lower() for row in clear]
    return f"Conversations by level: clearly different at {listed(names)}"


def groups(rows: Sequence[Row], whole: Row) -> list[str]:
    """The clear differences between a group and everybody, the widest first; or that there is none."""
    clear = sorted((row for row in rows if apart(row, whole)), key=lambda row: -abs(row["share"] - whole["share"]))
    said = [
        f"{_who(row['slice'])}: {share_of(row)}, against {share_of(whole)} of everybody."
        for row in clear
        if not row["slice"].startswith("age_band") and not row["slice"].endswith(_UNANSWERED)
    ]
    if said:
        return said[:_MOST]
    return ["No group's share differs from everybody's by more than chance and rounding could explain."]


def reasons(rows: Sequence[Row]) -> list[str]:
    """What is most often given as the reason."""
    given = [row for row in rows if row["code"] != NOT_SAID and row["people"] is not None]
    if not given:
        return ["Too few reasons are recorded to show."]
    top = max(given, key=lambda row: row["people"])
    return [f"Of the reasons that can be shown, the most frequent is: {top['name'].lower()} ({number(top['people'])})."]


def apart(row: Row, other: Row, rounded_to: int = 5) -> bool:
    """Whether two shares differ for certain: their ranges do not touch, even if rounding moved both the unlucky way."""
    if row["share"] is None or other["share"] is None:
        return False
    slack = rounded_to / 2 * (1 / row["eligible"] + 1 / other["eligible"])
    return max(other["low"] - row["high"], row["low"] - other["high"]) > slack


def _main(whole: Row, where: str, basis: Basis) -> str:
    if whole["share"] is None:
        return f"The numbers for {where} are too small, or too near to one another, to show."
    return (
        f"About {number(whole['agreed'])} of {number(whole['eligible'])} people employed in {where} for the year up to"
        f" {day(basis.snapshot_on)} had a career conversation in it, and agreed its record: {share_of(whole)}."
    )


def _new(new: Row) -> list[str]:
    if new["eligible"] is None:
        return []
    so_far = "" if new["share"] is None else f" {share_of(new)} of them have had one already."
    return [f"About {number(new['eligible'])} people came within the year, and are counted apart.{so_far}"]


def _undated(whole: Row) -> list[str]:
    if whole["undated_share"] is None:
        return []
    return [f"{percent(whole['undated_share'])} have no date set for the next one."]


def _follow_up(row: Row) -> list[str]:
    if row["share"] is None:
        return ["How soon plans lead to a first action cannot be shown: too few people have a plan."]
    reached = (
        f"Half had done one by about day {row['median']}{_day_range(row)}."
        if row["median"] is not None
        else "Fewer than half have done one yet."
    )
    waiting = "" if row["open"] is None else f" About {number(row['open'])} have done none yet."
    plans = f"Of about {number(row['plans'])} people who agreed a plan 3 to 15 months ago"
    return [f"{plans}, {share_of(row)} had done a first action within 90 days. {reached}{waiting}"]


def _day_range(row: Row) -> str:
    if row["median_low"] is None or row["median_high"] is None:
        return ""
    return f" (range {row['median_low']} to {row['median_high']})"


def _moved(whole: Row, before: tuple[Basis, Sequence[Row]] | None, basis: Basis) -> str:
    earlier = next((row for row in before[1] if row["slice"] == "all"), None) if before else None
    if before is None or earlier is None or earlier["share"] is None or before[0].rule_version != basis.rule_version:
        return ""
    since = day(before[0].snapshot_on)
    if not apart(whole, earlier):
        return f" That is no clear change since {since}."
    return f" That is {'more' if whole['share'] > earlier['share'] else 'less'} than on {since}: {share_of(earlier)}."


def _who(slice_: str) -> str:
    return staff(slice_.partition(":")[2])
