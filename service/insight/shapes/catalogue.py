"""The parts of each report, in the order in which they are read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from service.insight.rules import Measure
from service.insight.shapes.attention import ATTENTION
from service.insight.shapes.columns import Column, Kind, Shape
from service.insight.shapes.crossed import CROSSED
from service.insight.shapes.pipelines import PIPELINES
from service.insight.shapes.retention import RETENTION
from service.insight.shapes.returns import statutory

_SHARE: Final = (
    Column("share", "Share of people", Kind.SHARE),
    Column("low", "95% range", Kind.SHARE, high="high"),
)
_COVERED: Final = (
    Column("eligible", "People"),
    Column("agreed", "Had a conversation"),
    *_SHARE,
    Column("undated_share", "No next date", Kind.SHARE),
)


def _covered(part: str, heading: str, first: str, about: str, *, system_only: bool = False) -> Shape:
    columns = (Column("slice", "Code", Kind.CODE), Column("name", first, Kind.TEXT), *_COVERED)
    return Shape(part, heading, about, columns, system_only)


def _trend(part: str, heading: str, about: str) -> Shape:
    columns = (
        *(Column(name, f"Code of {name}", Kind.CODE) for name in ("group", "level")),
        Column("name", "Group", Kind.TEXT),
        Column("level_name", "Of", Kind.TEXT),
        Column("release", "Release", Kind.COUNT),
        Column("facts_on", "Facts of", Kind.TEXT),
        Column("share", "Share", Kind.SHARE),
        Column("low", "95% range", Kind.SHARE, high="high"),
        Column("since", "Since the release before", Kind.TEXT),
    )
    return Shape(part, heading, about, columns)


_AS_PUBLISHED: Final = "The newest release first, each as it was published. Shares are of people with an answer."
SHAPES: Final[Mapping[Measure, tuple[Shape, ...]]] = {
    Measure.COVERAGE: (
        _covered("levels", "By level", "Level", "People who came within the year have a row of their own, and are in no"
                 " other."),
        _covered("organisations", "By organisation", "Organisation", "In alphabetical order. Organisations differ in"
                 " size, place and trade: the table does not rank them.", system_only=True),
        _covered("groups", "By ethnicity, sex, disability and age band", "Group", "From what people answered, or their"
                 " employer recorded. Those who gave no answer have a row of their own.", system_only=True),
        _covered("staff_groups", "By staff group", "Staff group", "Each person is in the staff group of their main"
                 " post."),
        Shape(
            "reasons",
            "Why there has been none",
            "Of the people without an agreed conversation. Reasons are never held against anyone, and most people"
            " have none recorded.",
            (Column("code", "Code", Kind.CODE), Column("name", "Reason", Kind.TEXT), Column("people", "People")),
        ),
        Shape(
            "follow_up",
            "What came of the plans",
            "People with a plan from an agreed conversation that was held 3 to 15 months before the day. Those with no"
            " action done yet are followed to the day.",
            (
                Column("organisation", "Code", Kind.CODE),
                Column("name", "Where", Kind.TEXT),
                Column("plans", "People with a plan"),
                Column("share", "First action done within 90 days", Kind.SHARE),
                Column("low", "95% range", Kind.SHARE, high="high"),
                Column("median", "Half had one done by day", Kind.DAYS, rare="Not reached"),
                Column("median_low", "95% range of that day", Kind.DAYS, high="median_high", rare="Not known"),
                Column("open", "None done yet"),
            ),
        ),
    ),
    Measure.ROUTES: (
        Shape(
            "routes",
            "Steps that people took",
            "From one role profile to another in the five years up to the day. A step that is not here was taken by"
            " nobody, or by too few to show.",
            (
                Column("from_profile", "Code from", Kind.CODE),
                Column("to_profile", "Code to", Kind.CODE),
                Column("from_name", "From", Kind.TEXT),
                Column("to_name", "To", Kind.TEXT),
                Column("people", "People"),
                Column("median_months", "Months in the role before (median)", Kind.MONTHS),
                Column("across_share", "To another organisation", Kind.SHARE),
            ),
        ),
    ),
    Measure.ASPIRATIONS: (
        Shape(
            "kinds",
            "What people want, wherever it is",
            "Everybody who wants a role of this kind, whichever place they named, beside the people who hold one in the"
            " system.",
            (
                *(Column(name, f"Code of {name}", Kind.CODE) for name in ("family", "target")),
                Column("family_name", "Kind of work", Kind.TEXT),
                Column("target_name", "Role", Kind.TEXT),
                Column("wanted", "People who want it"),
                Column("held", "People who hold one", rare="None known"),
                Column("supply", "What there is", Kind.TEXT),
                Column("nearest", "What comes nearest", Kind.TEXT),
            ),
        ),
        Shape(
            "places",
            "What people want, by place",
            "Those who named one organisation, and those who would work anywhere in the system.",
            (
                *(Column(name, f"Code of {name}", Kind.CODE) for name in ("family", "target", "place")),
                Column("family_name", "Kind of work", Kind.TEXT),
                Column("target_name", "Role", Kind.TEXT),
                Column("place_name", "Where", Kind.TEXT),
                Column("wanted", "People who want it"),
                Column("held", "People who hold one there", rare="None known"),
                Column("supply", "What there is", Kind.TEXT),
                Column("nearest", "What comes nearest", Kind.TEXT),
            ),
        ),
    ),
    Measure.EQUITY: (
        Shape(
            "chain",
            "Step by step",
            "Each group beside its reference: how many went on, of how many. Ranges are 95% ranges. Verdicts go by the"
            " like-for-like ratio where it is told. Beside each stands the smallest gap that could have been seen, and"
            " about how many gave an answer. Steps are tested one by one, never their product.",
            (
                *(Column(name, f"Code of {name}", Kind.CODE) for name in ("step", "group", "reference", "state")),
                Column("name", "Step", Kind.TEXT),
                Column("group_name", "Group", Kind.TEXT),
                Column("reference_name", "Beside", Kind.TEXT),
                Column("a", "Group: went on"),
                Column("n", "Group: all"),
                Column("c", "Reference: went on"),
                Column("m", "Reference: all"),
                Column("ratio", "Ratio", Kind.RATIO),
                Column("low", "95% range", Kind.RATIO, high="high"),
                Column("like_ratio", "Like for like", Kind.RATIO, rare="Too few"),
                Column("like_low", "95% range, like for like", Kind.RATIO, high="like_high", rare="Too few"),
                Column("state_name", "What it shows", Kind.TEXT),
                Column("smallest_gap", "Smallest gap that could be seen", Kind.RATIO, rare="None"),
                Column("declared", "Declared, about", Kind.SHARE, rare="Not told"),
                Column("comparisons", "Comparisons made", Kind.COUNT),
                Column("words", "In words", Kind.TEXT),
            ),
        ),
        Shape(
            "each",
            "Each organisation",
            "In alphabetical order, never by value: organisations differ in size, place and trade. What the board of"
            " flags holds stands first. The figures are those of each organisation's own report.",
            (
                *(Column(name, f"Code of {name}", Kind.CODE)
                  for name in ("step", "group", "reference", "organisation", "state")),
                Column("name", "Comparison", Kind.TEXT),
                Column("organisation_name", "Organisation", Kind.TEXT),
                Column("ratio", "Ratio", Kind.RATIO),
                Column("low", "95% range", Kind.RATIO, high="high"),
                Column("like_ratio", "Like for like", Kind.RATIO, rare="Too few"),
                Column("like_low", "95% range, like for like", Kind.RATIO, high="like_high", rare="Too few"),
                Column("state_name", "What it shows", Kind.TEXT),
            ),
            system_only=True,
        ),
        CROSSED,
        Shape(
            "open",
            "Cases still open",
            "Of all groups together. They are neither successes nor failures.",
            (
                Column("step", "Code of step", Kind.CODE),
                Column("name", "Step", Kind.TEXT),
                Column("open", "Waiting for an outcome"),
            ),
        ),
    ),
    Measure.WRES: statutory("Ethnic minorities", "White", "Band"),
    Measure.WDES: statutory("Disabled", "Not disabled", "Pay cluster"),
    Measure.RETENTION: RETENTION,
    Measure.ATTENTION: ATTENTION,
    Measure.PIPELINES: PIPELINES,
    Measure.TRENDS: (
        _trend("coverage", "Career conversations", "The share of people with an agreed conversation in the year up to"
               " the day, the newest release first, each as it was published."),
        _trend("retention", "Who stays and who leaves", "The shares of people who left the system, and their employer,"
               " in the year up to the day, and of those there a year before who are still with the same employer."),
        _trend("ethnicity", "Ethnicity at levels 8 and 9", _AS_PUBLISHED),
        _trend("sex", "Sex at levels 8 and 9", _AS_PUBLISHED),
        _trend("disability", "Disability at levels 8 and 9", _AS_PUBLISHED),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """One part of a report as it was released: rows by column name, the words and pictures above them."""

    measure: Measure
    organisation: str
    part: str
    rows: Sequence[Mapping[str, Any]]
    title: str = ""
    sentences: Sequence[str] = ()
    charts: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def shape(self) -> Shape:
        return next(shape for shape in SHAPES[self.measure] if shape.part == self.part)

    @property
    def columns(self) -> Sequence[Column]:
        """Those that at least one row can have a figure in."""
        return [one for one in self.shape.columns if one.only is None or any(one.only(row) for row in self.rows)]


def in_order(measure: Measure, sheets: Iterable[Sheet]) -> list[Sheet]:
    """Parts in the order in which they are read."""
    order = [shape.part for shape in SHAPES[measure]]
    return sorted(sheets, key=lambda sheet: order.index(sheet.part))
