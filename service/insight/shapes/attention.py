"""The parts of "Where to look first": groups where leaving is raised, and what people wait for, by group."""

from typing import Final

from service.insight.shapes.columns import Column, Kind, Shape

_NONE: Final = "–"
_DRIVER: Final = (
    Column("driver_name", "Waiting for", Kind.TEXT),
    Column("people", "People"),
    Column("of", "Of"),
    Column("share", "Share", Kind.SHARE),
    Column("low", "95% range", Kind.SHARE, high="high"),
    Column("rest_share", "Elsewhere", Kind.SHARE, rare=_NONE),
    Column("ratio", "Ratio to elsewhere", Kind.RATIO, rare=_NONE),
    Column("ratio_low", "95% range of the ratio", Kind.RATIO, high="ratio_high", rare=_NONE),
    Column("words", "In words", Kind.TEXT),
)
_RAISED: Final = Shape(
    "raised",
    "Where more people left than expected",
    "In alphabetical order, never by value. Expected is how many would have left if people of the same age, staff group"
    " and length of service had left as they do in the rest of the system. What people are waiting for"
    " is a place to begin. It does not say why anybody left.",
    (
        *(Column(name, f"Code of {name}", Kind.CODE) for name in ("organisation", "focus", "driver", "state")),
        Column("organisation_name", "Organisation", Kind.TEXT),
        Column("name", "Staff", Kind.TEXT),
        Column("o_e", "Times as many as expected", Kind.RATIO),
        Column("o_e_low", "95% range of that", Kind.RATIO, high="o_e_high"),
        *_DRIVER,
    ),
)
_GROUPS: Final = Shape(
    "groups",
    "What people are waiting for, by staff group",
    "Each person is in the staff group of their main post. Elsewhere is the same staff group in all other"
    " organisations; for the whole system, all other staff. With so many comparisons some stand out by chance.",
    (
        *(Column(name, f"Code of {name}", Kind.CODE) for name in ("focus", "driver", "state")),
        Column("name", "Staff", Kind.TEXT),
        *_DRIVER,
    ),
)
_ORGANISATIONS: Final = Shape(
    "organisations",
    "What people are waiting for, by organisation",
    "In alphabetical order: organisations differ in size, place and trade, and the tables do not rank them. Elsewhere"
    " is all other organisations together.",
    (
        *(Column(name, f"Code of {name}", Kind.CODE) for name in ("organisation", "driver")),
        Column("name", "Organisation", Kind.TEXT),
        *_DRIVER,
    ),
    system_only=True,
)
ATTENTION: Final = (_RAISED, _GROUPS, _ORGANISATIONS)
