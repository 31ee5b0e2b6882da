"""The parts of a statutory return."""

from service.insight.shapes.columns import Column, Kind, Shape


def statutory(group: str, reference: str, band: str) -> tuple[Shape, ...]:
    """The parts of a statutory return: `group` and `reference` as its columns name them, `band` its rows."""
    counted = (Column("reference", reference), Column("group", group))
    share = (
        Column("share", f"Share: {group.lower()}", Kind.SHARE),
        Column("low", "95% range", Kind.SHARE, high="high"),
    )
    none, supplied = "–", "Not supplied"
    return (
        Shape(
            "bands",
            f"Indicator 1: staff by {band.lower()}" if band == "Band" else f"Metric 1: staff by {band.lower()}",
            "The whole workforce of the day, once more from the report on representation, whose counts are added up."
            " Shares are of those who have given an answer.",
            (Column("band", "Code", Kind.CODE), Column("name", band, Kind.TEXT), *counted,
             Column("unknown", "No answer given"), *share),
        ),
        Shape(
            "parts",
            "Clinical and non-clinical staff",
            "All bands together. All three kinds of work of a group are shown, or none.",
            (Column("part", "Code", Kind.CODE), Column("name", "Kind of work", Kind.TEXT), *counted, *share),
        ),
        Shape(
            "likelihoods",
            "Likelihoods",
            "Of the twelve months up to the day. A likelihood is shown where none of its counts is small.",
            (
                Column("indicator", "Code", Kind.CODE),
                Column("name", "Indicator" if band == "Band" else "Metric", Kind.TEXT),
                *(Column(f"{side}_{count}", f"{words}: {what}", rare=none)
                  for side, words in (("reference", reference), ("group", group))
                  for count, what in (("n", "all"), ("a", "of them"))),
                Column("ratio", "Relative likelihood", Kind.RATIO, rare=supplied),
                Column("low", "95% range", Kind.RATIO, high="high", rare=none),
                Column("source", "From", Kind.TEXT),
            ),
        ),
        Shape(
            "supplied",
            "The staff survey and the board",
            "Counts that organisations supplied, after disclosure control. The system is the sum of the organisations"
            " that can be shown. Boards are too small to show one by one: all of them are shown together, to the"
            " nearest 10, where three organisations or more supplied theirs. Survey and staff records are different"
            " sources: people tell a survey more.",
            (
                Column("indicator", "Code", Kind.CODE),
                Column("name", "Indicator" if band == "Band" else "Metric", Kind.TEXT),
                Column("source", "From", Kind.TEXT),
                Column("points", "Difference", Kind.TEXT),
                *(column for side, words in (("reference", reference), ("group", group))
                  for column in (
                      Column(f"{side}_n", f"{words}: all", rare=none),
                      Column(f"{side}_a", f"{words}: of them", rare=none),
                      Column(f"{side}_share", f"{words}: share", Kind.SHARE, rare=none),
                      Column(f"{side}_low", f"{words}: 95% range", Kind.SHARE, high=f"{side}_high", rare=none),
                  )),
            ),
        ),
    )  # fmt: skip
