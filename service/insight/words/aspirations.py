"""What people want that nothing provides, in sentences."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.insight.words.representation import Headline
from service.organisations.rules import level_name
from service.web.presenters import number

Row = Mapping[str, Any]
MOST: Final = 5
TIER_NAMES: Final[Mapping[str, str]] = {
    "enabled_leader": "Enabled leader",
    "mid_senior": "Mid to senior leader",
    "executive": "Executive",
}
NOTHING: Final = "None"


def target_name(target: str) -> str:
    """ "Level 7, ...", "Executive", "Any role" """
    kind, _, value = target.partition(":")
    if kind == "level":
        return level_name(int(value))
    return TIER_NAMES[value] if kind == "tier" else "Any role"


def reading(total: int | None, kinds: Sequence[Row], places: Sequence[Row]) -> list[str]:
    """The sentences above the report: how many have said what they want, and what nothing provides."""
    if total is None:
        return ["Too few people have said what they want to show anything. Anybody can say it on their own page."]
    said = [wish(row) for row in [*kinds, *places] if row["supply_code"] == "none"]
    thin = [wish(row) for row in [*kinds, *places] if row["supply_code"] == "thin"]
    first = f"About {number(total)} people have said what kind of role they want."
    if not said and not thin:
        return [first, "Every kind of role that enough people want to show is held by more people than want it."]
    return [first, *said[:MOST], *thin[: max(0, MOST - len(said))]]


def wish(row: Row) -> str:
    """ "About 15 people want ... in ...: ..." """
    place = row.get("place_name")
    where = f" in {place}" if place and row["place"] else ("" if "place" not in row else " anywhere in the system")
    return (
        f"About {number(row['wanted'])} people want {row['target_name'][0].lower()}{row['target_name'][1:]},"
        f" {row['family_name'].lower()}{where}. {row['supply']}"
    )


def headline(total: int | None, kinds: Sequence[Row], places: Sequence[Row]) -> list[Headline]:
    """One sentence for the front page; none where nobody's wish can be shown."""
    if total is None:
        return []
    rows = [*kinds, *places]
    nothing = sum(row["supply_code"] == "none" for row in rows)
    thin = sum(row["supply_code"] == "thin" for row in rows)
    if nothing + thin == 0:
        text = f"About {number(total)} people have said what role they want. Each kind that can be shown has supply."
    else:
        text = (
            f"About {number(total)} people have said what role they want. Enough people share {len(rows)} of these"
            f" wishes to show them: for {nothing} there is no such role, and for {thin} fewer people hold one than want one."
        )
    return [{"text": text, "measure": "aspirations"}]


def supply_words(row: Row, nearest: str) -> str:
    """What there is for a wish, and where it is none, what comes nearest."""
    if row["supply_code"] == "none":
        steps = "" if row["steps"] else " No published step leads to one."
        return f"No role of that kind has been held there in the last year.{steps} {nearest}"
    if row["supply_code"] == "thin":
        held = "Fewer people than that, or too few to show, hold one." if row["held"] is None else ""
        return held or f"About {number(row['held'])} people hold one."
    if row["held"] is None:
        return "How many hold one is withheld."
    return f"About {number(row['held'])} people hold one."
