"""Two characteristics at once: a part of the report on who goes on."""

from typing import Final

from service.insight.shapes.columns import Column, Kind, Shape

CROSSED: Final = Shape(
    "crossed",
    "Two characteristics together",
    "Of the whole system only. Shares are of people with an answer to both. Senior posts are levels 7 to 9. All four"
    " groups of a line are shown, or none; senior posts and all others are shown together, or neither.",
    (
        *(Column(name, f"Code of {name}", Kind.CODE) for name in ("cut", "band", "first", "second")),
        Column("cut_name", "Together", Kind.TEXT),
        Column("band_name", "Where", Kind.TEXT),
        Column("name", "Group", Kind.TEXT),
        Column("n", "People"),
        Column("known", "With both answers"),
        Column("share", "Share", Kind.SHARE),
        Column("low", "95% range", Kind.SHARE, high="high"),
        Column("whole_share", "Share of everybody", Kind.SHARE),
    ),
    system_only=True,
)
