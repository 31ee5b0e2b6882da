"""Nobody works two full-time substantive jobs at once (service.posts.rules.overlap): the same rule over a whole file
and what is held beside it."""

from collections.abc import Mapping

import polars as pl

from service.transfer.cells import NO_DATE
from service.transfer.faults import fault, said
from service.transfer.sheets import ROW, no_problems

_TERM = ("person_id", "assignment_id", "job_title", "kind", "fte", "started", "ended")


def overlaps(posts: pl.DataFrame, held: pl.DataFrame, header: Mapping[str, str]) -> pl.DataFrame:
    """The problems of rows that would give somebody two full-time jobs at once.

    Leaving a row out lets the post that is held in its place stand, which may clash with another row: repeated until
    none does.
    """
    problems = no_problems()
    while True:
        good = posts.join(problems, on=ROW, how="anti")
        found = _first_clashes(good, held.join(good, on="assignment_id", how="anti"), header)
        if found.is_empty():
            return problems
        problems = pl.concat([problems, found])


def _first_clashes(rows: pl.DataFrame, untouched: pl.DataFrame, header: Mapping[str, str]) -> pl.DataFrame:
    no_row = pl.lit(None, dtype=pl.UInt32).alias(ROW)
    concerned = untouched.join(rows, on="person_id", how="semi")
    terms = pl.concat([
        rows.select(ROW, (pl.col("post_is") != "unchanged").alias("moves"), *_TERM),
        concerned.select(no_row, pl.lit(False).alias("moves"), *_TERM),
    ])  # fmt: skip
    terms = terms.filter((pl.col("kind") == "substantive") & (pl.col("fte") >= 1))
    terms = terms.filter(pl.col("person_id").is_duplicated()).sort("person_id", "started", ROW, nulls_last=False)
    clashing = _beside_the_longest_before(terms).filter(pl.col("started") <= pl.col("b_until"))
    # Of two that clash, the row that would change something is at fault; of two such rows, the later one.
    this = pl.col("moves") & pl.col(ROW).is_not_null()
    blamed = clashing.with_columns(
        row=pl.when(this).then(ROW).otherwise("b_row"),
        other=pl.when(this).then("b_job_title").otherwise("job_title"),
        other_started=pl.when(this).then("b_started").otherwise("started"),
        other_row=pl.when(this).then("b_row").otherwise(ROW),
        shown=pl.when(this).then("started").otherwise("b_started"),
    ).unique(ROW, keep="first", maintain_order=True)
    where = (
        pl.when(pl.col("other_row").is_null())
        .then(pl.lit("that we hold"))
        .otherwise(pl.format("in row {}", "other_row"))
    )
    words = pl.format(
        "This full-time post overlaps the full-time post “{}” {}, from {}. End one of them, or correct the hours.",
        "other",
        where,
        said("other_started"),
    )
    return fault(blamed.filter(pl.col(ROW).is_not_null()), pl.lit(True), header["started"], "shown", "overlap", words)


def _beside_the_longest_before(terms: pl.DataFrame) -> pl.DataFrame:
    """Each post beside the earlier one of the same person that lasts longest (columns b_...)."""
    until = pl.col("ended").fill_null(NO_DATE)
    terms = terms.with_columns(until=until).with_columns(longest=pl.col("until").cum_max().over("person_id"))
    leads = pl.col("until") == pl.col("longest")
    told = pl.struct(pl.col(name).alias(f"b_{name}") for name in (ROW, "job_title", "started", "until"))
    return terms.with_columns(before=pl.when(leads).then(told).forward_fill().shift(1).over("person_id")).unnest(
        "before"
    )
