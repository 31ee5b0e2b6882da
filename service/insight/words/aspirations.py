"""What people want that nothing provides, in sentences."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from service.insight.words.phrases import listed, within
from service.insight.words.representation import Headline
from service.organisations.rules import level_name
from service.web.presenters import count_of, number

Row = Mapping[str, Any]
MOST: Final = 3
TIER_NAMES: Final[Mapping[str, str]] = {
    "enabled_leader": "Enabled leader",
    "mid_senior": "Mid to senior leader",
    "executive": "Executive",
}
ANYWHERE: Final = ""
NOTHING: Final = "No post in the same work"


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
    first = f"About {number(total)} people have said what kind of role they want."
    named = [row for row in places if row["place"] != ANYWHERE]
    short = [*_most_wanted(kinds, "none"), *_most_wanted(named, "none")]
    short = short or [*_most_wanted(kinds, "thin"), *_most_wanted(named, "thin")]
    if not short:
        return [first, "Every kind of role that enough people want to show is held by more people than want it."]
    return [first, _counted(kinds), *(wish(row) for row in short)]


def _most_wanted(rows: Sequence[Row], supply_code: str) -> list[Row]:
    short = [row for row in rows if row["supply_code"] == supply_code]
    return sorted(short, key=lambda row: -row["wanted"])[:MOST]


def _counted(kinds: Sequence[Row]) -> str:
    nothing = sum(row["supply_code"] == "none" for row in kinds)
    thin = sum(row["supply_code"] == "thin" for row in kinds)
    return (
        f"Enough of them want the same for {count_of(len(kinds), 'kind')} of role to be shown. For {nothing} of these"
        f" nobody has held such a post in the last year, and for {thin} fewer people hold one than want one."
    )


def wish(row: Row) -> str:
    """ "About 15 people want a level 8 role in nursing, at St Elm's Trust. There has been no such post ..." """
    where = "" if not row.get("place") else f", at {row['place_name']}"
    if row.get("place") == ANYWHERE:
        where = ", anywhere in the system"
    wanted = f"About {number(row['wanted'])} people want {role_words(row['target'])} in {within(row['family_name'])}"
    return f"{wanted}{where}. {row['supply']}.{_nearest(row['nearest'])}"


def _nearest(words: str) -> str:
    if words in {"", NOTHING}:
        return f" {words}." if words else ""
    return f" What comes nearest is {within(words)}."


def role_words(target: str) -> str:
    """ "a level 8 role", "an executive role", "a role" """
    kind, _, value = target.partition(":")
    if kind == "level":
        return f"a level {value} role"
    name = within(TIER_NAMES[value]) + " role" if kind == "tier" else "role"
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def headline(total: int | None, kinds: Sequence[Row], places: Sequence[Row]) -> list[Headline]:
    """One sentence for the front page; none where nobody's wish can be shown."""
    if total is None:
        return []
    rows = [*kinds, *places]
    nothing = sum(row["supply_code"] == "none" for row in rows)
    thin = sum(row["supply_code"] == "thin" for row in rows)
    if nothing + thin == 0:
        text = (
            f"About {number(total)} people have said what role they want. Each kind that can be shown is held by as"
            " many people as want it, or more."
        )
    else:
        text = (
            f"About {number(total)} people have said what role they want. Enough people share {len(rows)} of these"
            f" wishes to show them: for {nothing} there is no such role, and for {thin} fewer hold one than want one."
        )
    return [{"text": text, "measure": "aspirations"}]


def supply_words(row: Row) -> str:
    """What there is for a wish."""
    if row["supply_code"] == "none":
        return f"No such post in the last year{'' if row['steps'] else ', and no published step leads to one'}"
    if row["supply_code"] == "thin":
        return "Too few to show, or fewer than want it" if row["held"] is None else "Fewer hold one than want it"
    return "At least as many hold one as want it"


def elsewhere_words(organisations: Sequence[str]) -> str:
    """ "The same role at St Elm's Trust, Castlebeck Council and 3 more" """
    named = [*organisations[:2], *([f"{len(organisations) - 2} more"] if len(organisations) > 2 else [])]
    return f"The same role at {listed(named)}"


def nearest_words(target: str, there: Collection[str]) -> str:
    """The nearest of the roles `there` in the same work: "Level 6 in the same work", "Mid to senior leader in ..." """
    kind, _, wanted = target.partition(":")
    levels = sorted(int(other.partition(":")[2]) for other in there if other.startswith("level:"))
    tiers = [tier for tier in TIER_NAMES if f"tier:{tier}" in there]
    if kind == "tier" and tiers:
        order = list(TIER_NAMES)
        best = min(tiers, key=lambda tier: abs(order.index(tier) - order.index(wanted)))
        return f"{TIER_NAMES[best]} in the same work"
    if not levels:
        return "Another role in the same work" if there else NOTHING
    if kind == "level":
        return f"Level {min(levels, key=lambda level: abs(level - int(wanted)))} in the same work"
    if levels[0] == levels[-1]:
        return f"Level {levels[0]} in the same work"
    return f"Levels {levels[0]} {'and' if levels[-1] == levels[0] + 1 else 'to'} {levels[-1]} in the same work"
