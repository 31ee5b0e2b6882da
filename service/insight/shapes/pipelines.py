"""The parts of the report on who is coming through: cover, stages, conversion and support."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from service.insight.shapes.columns import Column, Kind, Shape

_NONE: Final = "–"
_SELECTED: Final = ("application", "shortlist", "completion")


def _at(*stages: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda row: row["stage"] in stages


def _of_one_kind(row: Mapping[str, Any]) -> bool:
    """Whoever is ready for one kind of work is not there for the posts of another: of all there is no such number."""
    return row["family"] != "all"


_COVER: Final = Shape(
    "cover",
    "Ready people for the posts that fall free",
    "People in a pipeline to posts at these levels, who agreed to be in it; each is once in a row, where they are"
    " furthest along. Posts to fall free are those that were left in the last year, and secondments, acting up and"
    " fixed terms that end in the next. Cover is people for each such post. In alphabetical order, never by value.",
    (
        *(Column(name, f"Code of {name}", Kind.CODE) for name in ("level", "family")),
        Column("level_name", "Posts at", Kind.TEXT),
        Column("name", "Kind of work", Kind.TEXT),
        Column("ready_now", "Ready now"),
        Column("ready_soon", "Ready soon"),
        Column("expected_vacancies", "Posts to fall free"),
        Column("cover_now", "Cover now", Kind.RATIO, rare=_NONE),
        Column("cover_soon", "Cover with those ready soon", Kind.RATIO, rare=_NONE),
        Column("shortfall", "Posts nobody is ready for", Kind.COUNT, rare=_NONE, only=_of_one_kind),
        Column("critical", "Critical roles"),
    ),
)
_STAGES: Final = Shape(
    "stages",
    "Who is at each stage",
    "Shares of the people at a stage who gave an answer, on the way to posts at levels 7 to 9. It shows who is"
    " represented at each stage: it compares no two people, and says nothing of anybody's chances. People in post are"
    " as the report on levels shows them.",
    (
        *(Column(name, f"Code of {name}", Kind.CODE) for name in ("characteristic", "group", "stage")),
        Column("kind", "By", Kind.TEXT),
        Column("name", "Group", Kind.TEXT),
        Column("stage_name", "Stage", Kind.TEXT),
        Column("n", "People"),
        Column("share", "Share", Kind.SHARE),
        Column("low", "95% range", Kind.SHARE, high="high"),
        Column("known", "People with an answer"),
        Column("declared", "Gave an answer", Kind.SHARE),
    ),
)
_CONVERSION: Final = Shape(
    "conversion",
    "How far cases get, and how long it takes",
    "Of cases opened in the last two years, where they are so many days later. Open cases count for as long as they"
    " were followed, so the newest do not look worse for being new. The shares of a row add up to 100%. Whoever left"
    " the system is among those who withdrew, and told apart where that can be.",
    (
        *(Column(name, f"Code of {name}", Kind.CODE) for name in ("focus", "stage")),
        Column("kind", "Divided by", Kind.TEXT),
        Column("name", "Of", Kind.TEXT),
        Column("stage_name", "Stage", Kind.TEXT),
        Column("days", "After days", Kind.DAYS),
        Column("cases", "Cases"),
        Column("progressed", "Progressed", Kind.SHARE),
        Column("low", "95% range", Kind.SHARE, high="high"),
        Column("turned_down", "Turned down", Kind.SHARE, rare=_NONE, only=_at(*_SELECTED)),
        Column("withdrew", "Withdrew or left", Kind.SHARE),
        Column("left", "Of whom left the system", Kind.SHARE),
        Column("ended", "Ended without progress, in all", Kind.SHARE),
        Column("open", "Open", Kind.SHARE),
        Column("median_days", "Half decided within days", Kind.DAYS, rare="Not reached"),
    ),
)
_FELT: Final = ("Not at all", "Hardly", "Somewhat", "Mostly", "Fully")
_SUPPORT: Final = Shape(
    "support",
    "How new leaders are supported",
    "People in their first post in a leadership tier. Began: in the last year, 14 days ago or more. In role: of those"
    " who began 12 to 24 months ago, who held a post of that level or above, anywhere in the system, 12 months later."
    " How supported people feel is the number of their last check-in answer; what they wrote is not copied.",
    (
        Column("tier", "Code", Kind.CODE),
        Column("name", "Tier", Kind.TEXT),
        Column("began", "Began"),
        Column("supported_share", "Support arranged within 14 days", Kind.SHARE),
        Column("supported_low", "95% range, support", Kind.SHARE, high="supported_high"),
        Column("earlier", "Began a year before"),
        Column("in_role_share", "In role 12 months on", Kind.SHARE),
        Column("in_role_low", "95% range, in role", Kind.SHARE, high="in_role_high"),
        Column("asked", "Asked how supported they feel"),
        Column("answer_rate", "Answered", Kind.SHARE),
        Column("feel_share", "Feel mostly or fully supported", Kind.SHARE),
        Column("feel_low", "95% range, feel supported", Kind.SHARE, high="feel_high"),
        *(Column(f"felt_{at}", f"{name} supported") for at, name in enumerate(_FELT, start=1)),
    ),
)
PIPELINES: Final = (_COVER, _STAGES, _CONVERSION, _SUPPORT)
