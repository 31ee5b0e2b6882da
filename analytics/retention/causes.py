"""Why somebody is gone, in the four ways that are counted apart, from the reason that was recorded."""

from typing import Final

import polars as pl

LEFT, MOVED, RETIRED, OTHER = CAUSES = ("left", "moved", "retired", "other")
RETIREMENT: Final = ("retirement",)
ENDED: Final = ("end_of_fixed_term", "ill_health", "redundancy", "dismissal", "death", "other")
SAID_MOVED: Final = "moved"
UNKNOWN: Final = ("not_known",)
CAUSE: Final = pl.Enum(CAUSES)


def cause_of(reason: str = "end_reason", in_system: str = "in_system") -> pl.Expr:
    """The cause: moved where the person is in the system still, whatever was recorded, and never else; then by the
    recorded reason. A move that was recorded and is not found is left (it is `unmatched`, too)."""
    recorded = pl.col(reason)
    named = (
        pl.when(in_system)
        .then(pl.lit(MOVED))
        .when(recorded.is_in(RETIREMENT))
        .then(pl.lit(RETIRED))
        .when(recorded.is_in(ENDED))
        .then(pl.lit(OTHER))
        .otherwise(pl.lit(LEFT))
    )
    return named.cast(CAUSE)
