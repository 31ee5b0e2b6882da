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
ANYWHERE: Final = ""


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
    """ "About 15 people want a level 8 role in nursing, at St Elm's Trust. No post ..." """
    where = "" if not row.get("place") else f", at {row['place_name']}"
    if row.get("place") == ANYWHERE:
        where = ", anywhere in the system"
    wanted = f"About {number(row['wanted'])} people want {role_words(row['target'])} in {_lower(row['family_name'])}"
    return f"{wanted}{where}. {row['supply']}"


def role_words(target: str) -> str:
    """ "a level 8 role", "an executive role", "a role" """
    kind, _, value = target.partition(":")
    if kind == "level":
        return f"a level {value} role"
    name = _lower(TIER_NAMES[value]) + " role" if kind == "tier" else "role"
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


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
            f" wishes to show them: for {nothing} there is no such role, and for {thin} fewer hold one than want one."
        )
    return [{"text": text, "measure": "aspirations"}]


def supply_words(row: Row, nearest: str) -> str:
    """What there is for a wish, and where it is none, what comes nearest."""
    if row["supply_code"] == "none":
        where = "there" if row.get("place") else "in the system"
        steps = "" if row["steps"] else "No published step leads to one."
        said = f"No post {where} has had a job title of that kind in the last year."
        return " ".join(part for part in (said, steps, nearest) if part)
    if row["supply_code"] == "thin":
        if row["held"] is None:
            return "Too few people to show hold one, or fewer than want it."
        return "Fewer hold one than want it."
    return "At least as many hold one as want it."


def _lower(name: str) -> str:
    """In the middle of a sentence; initials stay as they are."""
    return name if name[1:2].isupper() else name[0].lower() + name[1:]
