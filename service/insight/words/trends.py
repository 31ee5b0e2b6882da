"""How a figure went from release to release, in words. Only what is certain is called a change."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.insight.words.representation import staff
from service.web.presenters import percent

Row = Mapping[str, Any]
FIRST, WITHHELD, DIFFERS = "No earlier figure", "Withheld", "Not compared"
SAME, MORE, LESS = "No clear change", "More than before", "Less than before"
PART_TITLES: Final[Mapping[str, str]] = {
    "coverage": "Career conversations, release by release",
    "retention": "Who stays and who leaves, release by release",
    "ethnicity": "Ethnicity at levels 8 and 9, release by release",
    "sex": "Sex at levels 8 and 9, release by release",
    "disability": "Disability at levels 8 and 9, release by release",
}
# Of whom a figure is that is about everybody.
_PEOPLE: Final[Mapping[str, str]] = {
    "all": "People with a conversation",
    "left": "People who left the system in the year",
    "gone": "People who left the employer in the year",
    "stayed": "People who are still with the same employer after a year",
}


def since(row: Row, before: Row | None, rounded_to: int) -> str:
    """Whether a figure has changed since the release before: beyond chance and rounding, by the same method."""
    if before is None:
        return FIRST
    if row["basis"] != before["basis"]:
        return DIFFERS
    if row["share"] is None or before["share"] is None:
        return WITHHELD
    slack = rounded_to / 2 * (1 / row["known"] + 1 / before["known"])
    if max(before["low"] - row["high"], row["low"] - before["high"]) <= slack:
        return SAME
    return MORE if row["share"] > before["share"] else LESS


def reading(rows: Sequence[Row]) -> list[str]:
    """What has changed in the newest release of the rows, each clear change with its two ranges."""
    newest = max((row["release"] for row in rows), default=0)
    mine = [row for row in rows if row["release"] == newest]
    if all(row["since"] == FIRST for row in mine):
        return ["There is no earlier release to compare with yet."]
    changed = [_change(row, rows) for row in mine if row["since"] in {MORE, LESS}]
    if changed:
        return changed
    if any(row["since"] == SAME for row in mine):
        return ["No figure here has changed since the release before by more than chance and rounding could explain."]
    return ["Nothing here can be compared with the release before: figures are withheld, or the method has changed."]


def described(rows: Sequence[Row]) -> str:
    """One group's picture in words, for whoever does not see it."""
    told = [f"{row['facts_on']}: {percent(row['share'])}, {_range(row)}" for row in rows if row["share"] is not None]
    return f"{rows[0]['name']}, {rows[0]['level_name'].lower()}. {'. '.join(told)}." if told else rows[0]["name"]


def _change(row: Row, rows: Sequence[Row]) -> str:
    before = max(
        (other for other in rows if _line(other) == _line(row) and other["release"] < row["release"]),
        key=lambda other: other["release"],
    )
    size = "larger" if row["since"] == MORE else "smaller"
    whole = "everybody" if row["group"] in _PEOPLE else row["level_name"].lower()
    what = _PEOPLE.get(row["group"]) or staff(row["group"])
    return (
        f"{what} are now a {size} share of {whole} than on {before['facts_on']}: {percent(row['share'])}"
        f" ({_range(row)}) against {percent(before['share'])} ({_range(before)})."
    )


def _line(row: Row) -> tuple[str, str]:
    return row["group"], row["level"]


def _range(row: Row) -> str:
    return f"range {percent(row['low'])} to {percent(row['high'])}"
