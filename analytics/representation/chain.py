"""The equity chain: at each step of a career, how likely one group is to go on beside another."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analytics.cells import refuse_no_facts, refuse_no_window
from analytics.errors import CellsError
from analytics.frames import Facts
from analytics.representation.cases import LINK, LINKS, PLACE, Window, cases
from analytics.representation.pairs import Merged, answers, compared, paired

SCOPES: Final = ("organisation",)


def equity_chain(
    facts: Facts,
    *,
    window: Window,
    characteristic: str | Sequence[str] = "ethnicity",
    reference: str = "white",
    groups: Merged | None = None,
    by: Sequence[str] = (),
    level: float = 0.95,
) -> pl.DataFrame:
    """conversation -> offer -> application -> shortlist -> appointment -> move: one row a scope, link and group.

    a of n of the group went on and c of m of the reference; open and reference_open are cases not decided yet, which
    are in neither. ratio (a favourable event: below 1 is against the group) with Koopman's interval and mid-P; the same
    like for like over staff group x level (like_ratio, like_low, like_high, like_p, of `strata` strata with both);
    cumulative, the product of the ratios so far (a description: only steps are tested); unknown and unknown_share,
    people or cases without a known answer, and declaration_rate. A link's denominator is in `cases`.

    window: first and last day. groups: put together, {"ethnic_minority": ("asian", ...)}. by: () for the system, or
    ("organisation",). Several characteristics are crossed, for the system only. Raises CellsError for facts without
    events, a reference or characteristic that is not there, or crossed groups by organisation.
    """
    strata = chain_strata(
        facts, window=window, characteristic=characteristic, reference=reference, groups=groups, by=by
    )
    keys = [*by, "link"]
    measured = _every_link(compared(strata.drop("unknown_share"), keys, level), by)
    silent = strata.group_by(keys).agg(pl.first("unknown_share"))
    told = measured.join(silent, on=keys, how="left", maintain_order="left")
    return told.sort(*by, "group", "link", maintain_order=True).with_columns(
        declaration_rate=1 - pl.col("unknown_share"), cumulative=pl.col("ratio").cum_prod().over([*by, "group"])
    )


def _every_link(measured: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """A row for each link, noughts where nobody came so far."""
    keys = [*by, "group", "reference"]
    links = pl.DataFrame({"link": LINKS}, schema={"link": LINK})
    every = measured.select(keys).unique(maintain_order=True).join(links, how="cross")
    joined = every.join(measured, on=[*keys, "link"], how="left", maintain_order="left")
    counts = [column for column, dtype in measured.schema.items() if dtype.is_integer() and column not in keys]
    return joined.select(measured.columns).with_columns(pl.col(counts).fill_null(0))


def chain_strata(
    facts: Facts,
    *,
    window: Window,
    characteristic: str | Sequence[str] = "ethnicity",
    reference: str = "white",
    groups: Merged | None = None,
    by: Sequence[str] = (),
) -> pl.DataFrame:
    """The chain's counts before they are put together: one row a scope, link, staff group, level and group, with a, n,
    open, c, m, reference_open and unknown_share. What `flags.like_for_like` and `flags.system_wide` need."""
    refuse_no_facts(facts)
    refuse_no_window(window)
    _refuse(by, characteristic)
    if not isinstance(reference, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise CellsError(f"reference: {reference!r} is no group")
    known = answers(facts, characteristic, groups).cast({"group": pl.Categorical})  # grouped by number, not by name
    placed = cases(facts, window, per_organisation=bool(by)).join(known, on="person", how="left")
    keys = [*by, "link"]
    decided = pl.col("success").filter(~pl.col("open"))
    tallies = {"a": decided.sum(), "n": decided.len(), "open": pl.col("open").sum()}
    counted = placed.drop_nulls("group").group_by(*keys, *PLACE, "group").agg(**tallies).cast({"group": pl.String})
    silent = placed.group_by(keys).agg(unknown_share=pl.col("group").is_null().mean())
    rows = paired(counted, [*keys, *PLACE], reference)
    told = rows.join(silent, on=keys, how="left", maintain_order="left")
    return told.sort(*keys, *PLACE, "group")


def _refuse(by: Sequence[str], characteristic: str | Sequence[str]) -> None:
    for column in by:
        if column not in SCOPES:
            raise CellsError(f"by: {column!r} is none of {', '.join(SCOPES)}")
    if by and not isinstance(characteristic, str) and len(characteristic) > 1:
        raise CellsError("crossed characteristics are for the whole system only: groups would be too small")
