"""The parts of the report on who stays, who moves and who leaves. Leaving the system and leaving an employer are two
rates with two labels.
"""

from collections.abc import Mapping
from typing import Any, Final

from service.insight.rules import SYSTEM
from service.insight.shapes.columns import Column, Kind, Shape

_NONE: Final = "–"


def _has_exits(row: Mapping[str, Any]) -> bool:
    """From the system nobody exits who does not leave it: that would be the same figure twice."""
    return row["organisation"] != SYSTEM


def _has_joiners(row: Mapping[str, Any]) -> bool:
    """Nobody joins after years of service."""
    return not row["slice"].startswith("service:")


def _is_unknown(row: Mapping[str, Any]) -> bool:
    return row["code"] == "unknown"


def _is_everybody(row: Mapping[str, Any]) -> bool:
    return row["slice"] == "all"


def _has_limits(row: Mapping[str, Any]) -> bool:
    """Releases of the first method have none."""
    return "limit_low" in row


_GROUP: Final = (
    Column("organisation", "Code of organisation", Kind.CODE),
    Column("slice", "Code", Kind.CODE),
    Column("kind", "Divided by", Kind.TEXT),
    Column("name", "Group", Kind.TEXT),
)
_RATES: Final = (
    Column("leaver_rate", "Left the system", Kind.SHARE),
    Column("low", "95% range", Kind.SHARE, high="high"),
    Column("exit_rate", "Left the employer", Kind.SHARE, rare=_NONE, only=_has_exits),
    Column("exit_low", "95% range, employer", Kind.SHARE, high="exit_high", rare=_NONE, only=_has_exits),
    Column("stability", "Stability", Kind.SHARE),
    Column("stability_low", "95% range, stability", Kind.SHARE, high="stability_high"),
    Column("kept", "Still in the system", Kind.SHARE),
    Column("kept_low", "95% range, in the system", Kind.SHARE, high="kept_high"),
    Column("retained_share", "Moved inside, of those who left an employer", Kind.SHARE, rare=_NONE),
    Column("median_years", "Years of service (median)", Kind.YEARS, rare=_NONE),
)

_RAISED: Final = Shape(
    "raised",
    "Where more people left than expected",
    "People who left the system in the twelve months, beside the number to be expected if people of the same age, staff"
    " group and length of service left as they do in the rest of the system. Retirement and other recorded ends are in"
    " neither. 1 is as expected. In alphabetical order, never by value.",
    (
        *(Column(name, f"Code of {name}", Kind.CODE) for name in ("organisation", "focus", "state")),
        Column("organisation_name", "Organisation", Kind.TEXT),
        Column("name", "Staff", Kind.TEXT),
        Column("observed", "Left the system"),
        Column("expected", "Expected"),
        Column("o_e", "Times as many as expected", Kind.RATIO),
        Column("low", "95% range", Kind.RATIO, high="high"),
        Column("state_name", "What it shows", Kind.TEXT),
        Column("smallest_gap", "Smallest excess that could be seen", Kind.RATIO, rare="None"),
        Column("limit_low", "95% limits of chance", Kind.RATIO, high="limit_high", rare=_NONE, only=_has_limits),
        Column("far_low", "99.8% limits of chance", Kind.RATIO, high="far_high", rare=_NONE, only=_has_limits),
    ),
)
_TREND: Final = Shape(
    "trend",
    "Year by year",
    "Each year is twelve months up to its day. Left the employer counts moves inside the system, left the system does"
    " not. Each rate is of the mean of the people at the beginning and at the end of its year.",
    (
        Column("organisation", "Code", Kind.CODE),
        Column("year", "Twelve months up to", Kind.TEXT),
        Column("leaver_rate", "Left the system", Kind.SHARE),
        Column("low", "95% range", Kind.SHARE, high="high"),
        Column("exit_rate", "Left an employer", Kind.SHARE, rare=_NONE),
        Column("exit_low", "95% range, employer", Kind.SHARE, high="exit_high", rare=_NONE),
        Column("stability", "Stability", Kind.SHARE),
    ),
)
_ORGANISATIONS: Final = Shape(
    "organisations",
    "Each organisation",
    "In alphabetical order, never by value: organisations differ in size, place and trade. Who moves to another"
    " employer of the system leaves the employer, and is no loss to the system.",
    (Column("organisation", "Code", Kind.CODE), Column("name", "Organisation", Kind.TEXT), *_RATES),
    system_only=True,
)
_STACK: Final = Shape(
    "stack",
    "After one, two, three and five years",
    "Where people are as time goes by after they begin, at the rates of the last years. The shares of a row add up to"
    " 100%. Retiring and moving are told apart from leaving. Where retired is withheld, it is in ended otherwise.",
    (
        Column("slice", "Code", Kind.CODE),
        Column("name", "Staff", Kind.TEXT),
        Column("months", "Months", Kind.MONTHS),
        Column("stayed", "Still with the employer", Kind.SHARE),
        Column("moved", "Moved inside the system", Kind.SHARE),
        Column("left", "Left the system", Kind.SHARE),
        Column("left_low", "95% range, left", Kind.SHARE, high="left_high"),
        Column("retired", "Retired", Kind.SHARE),
        Column("other", "Ended otherwise", Kind.SHARE),
    ),
)
_BY_GROUP: Final = Shape(
    "rates",
    "By level, staff group, age and length of service",
    "Of the twelve months up to the day. Left the system is for any reason, retirement among them. Rates are over the"
    " mean of the people at the beginning and at the end, and count those too who came and went in between."
    " Stability is the share of those there at the beginning who are there at the end.",
    (*_GROUP, *_RATES, Column("system_rate", "Left, whole system", Kind.SHARE, rare=_NONE, only=_has_exits)),
)
_PEOPLE: Final = Shape(
    "people",
    "The counts behind the rates",
    "People who were there, came and went in the twelve months. Who retired, or whose post ended otherwise, has a"
    " column of their own beside left the system. Counts are rounded, so they need not add up.",
    (
        *_GROUP,
        Column("opening", "A year before"),
        Column("joined", "Joined the system", rare=_NONE, only=_has_joiners),
        Column("came", "Came from inside", rare=_NONE, only=_has_joiners),
        Column("left", "Left the system"),
        Column("moved", "Moved inside"),
        Column("retired", "Retired"),
        Column("other", "Ended otherwise"),
        Column("closing", "On the day"),
        Column("fte_closing", "Full-time equivalents on the day", rare=_NONE),
        Column(
            "unmatched",
            "Said to move, not found",
            Kind.SHARE,
            rare=_NONE,
            only=_is_everybody,
        ),
    ),
)
_REASONS: Final = Shape(
    "reasons",
    "Why people left, and where to",
    "What employers recorded about people who left the system in the twelve months. Those about whom nothing is known"
    " have a row of their own.",
    (
        *(Column(name, f"Code of {name}", Kind.CODE) for name in ("of", "code")),
        Column("kind", "Asked", Kind.TEXT),
        Column("name", "Answer", Kind.TEXT),
        Column("n", "People"),
        Column("share", "Share of those known", Kind.SHARE, rare=_NONE, only=lambda row: not _is_unknown(row)),
        Column("unknown_share", "Share of all who left", Kind.SHARE, rare=_NONE, only=_is_unknown),
    ),
)
_FLOWS: Final = Shape(
    "flows",
    "Who moved from where to where",
    "Between organisations: every move in the twelve months. Between levels: where people stood at the beginning and"
    " at the end. Net is less those who went the other way. A move that is not here was made by nobody, or by too few"
    " to show.",
    (
        *(Column(name, f"Code of {name}", Kind.CODE) for name in ("kind", "origin", "destination")),
        Column("kind_name", "Between", Kind.TEXT),
        Column("origin_name", "From", Kind.TEXT),
        Column("destination_name", "To", Kind.TEXT),
        Column("people", "People"),
        Column("net", "Net", Kind.COUNT, rare=_NONE),
    ),
    system_only=True,
)
_SUPPLY: Final = Shape(
    "supply",
    "People at senior levels in years to come",
    "What would follow from the rates of today, in three scenarios. It is no forecast: pay, posts and the world change."
    " The band is what chance alone could do, with no more posts than there are today: so it ends at today's number.",
    (
        *(Column(name, f"Code of {name}", Kind.CODE) for name in ("level", "scenario")),
        Column("name", "Level", Kind.TEXT),
        Column("scenario_name", "If", Kind.TEXT),
        Column("years", "In years", Kind.COUNT),
        Column("people", "People"),
        Column("low", "95% band", high="high", rare=_NONE),
    ),
    system_only=True,
)
_FORECAST: Final = Shape(
    "forecast",
    "The next twelve months",
    "How many of the people here a year ago were gone twelve months later, beside how many a model had expected on what"
    " was known then. Only where that was near enough, how many of those here now may go. People who joined later are"
    " not counted, so these are fewer than all who left.",
    (
        *(Column(name, f"Code of {name}", Kind.CODE) for name in ("cause", "gate", "drift")),
        Column("name", "How people go", Kind.TEXT),
        Column("people", "People now"),
        Column("observed", "Went last year", rare=_NONE),
        Column("expected", "The model expected", rare=_NONE),
        Column("o_e", "Times as many as expected", Kind.RATIO, rare=_NONE),
        Column("low", "95% range", Kind.RATIO, high="high", rare=_NONE),
        Column("slope", "Slope", Kind.RATIO, rare=_NONE),
        Column("gate_name", "How near the model was", Kind.TEXT),
        Column("next_expected", "May go in the next twelve months", rare=_NONE),
        Column("next_low", "95% range, next", high="next_high", rare=_NONE),
    ),
    system_only=True,
)
_FAIRNESS: Final = Shape(
    "fairness",
    "Was the model wrong about any group?",
    "People of each group who left the system last year, beside how many the model expected. It never sees to which"
    " group of these anybody belongs: the groups are told apart afterwards, to find out whether it is wrong about one.",
    (
        *(Column(name, f"Code of {name}", Kind.CODE) for name in ("characteristic", "group", "state")),
        Column("kind", "Divided by", Kind.TEXT),
        Column("name", "Group", Kind.TEXT),
        Column("observed", "Left the system"),
        Column("expected", "The model expected"),
        Column("o_e", "Times as many as the model expected", Kind.RATIO),
        Column("low", "95% range", Kind.RATIO, high="high"),
        Column("state_name", "What it shows", Kind.TEXT),
    ),
    system_only=True,
)
_TRANSITIONS: Final = Shape(
    "transitions",
    "In role twelve months on",
    "People who rose to a level 12 to 24 months before the day: were they at that level or a higher one in the system"
    " twelve months later?",
    (
        Column("level", "Code", Kind.CODE),
        Column("name", "Level", Kind.TEXT),
        Column("n", "Rose to it"),
        Column("in_role_12", "In role twelve months on"),
        Column("share", "Share", Kind.SHARE),
        Column("low", "95% range", Kind.SHARE, high="high"),
    ),
)

RETENTION: Final = (
    *(_RAISED, _TREND, _ORGANISATIONS, _REASONS, _BY_GROUP, _PEOPLE, _STACK, _FLOWS),
    *(_TRANSITIONS, _FORECAST, _FAIRNESS, _SUPPLY),
)
