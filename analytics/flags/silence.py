"""People whose answer is not known: how far they could move a ratio, and whether they are silent by chance."""

from typing import Final

import numpy as np
import polars as pl

from analytics.counting import Floats, events_of
from analytics.errors import CountsError
from analytics.flags.given import COUNTS
from analytics.testing import mid_p

UNKNOWN: Final = ("unknown_a", "unknown_n")


def with_silence(frame: pl.DataFrame) -> pl.DataFrame:
    """Where a frame tells how many without a known answer had the event (unknown_a of unknown_n), adds bound_low and
    bound_high, the ratio if all or none of them were of the group, and silence_p, of whether people with the event are
    silent as often as those without. Raises CountsError for counts that cannot be."""
    told = [column for column in UNKNOWN if column in frame.columns]
    if not told:
        return frame
    if len(told) < len(UNKNOWN):
        raise CountsError(f"{told[0]}: unknown_a and unknown_n go together")
    a, n, c, m = (frame.get_column(column).to_numpy().astype(float) for column in COUNTS)
    events, people = events_of("unknown_a", frame.get_column("unknown_a"), "unknown_n", frame.get_column("unknown_n"))
    all_of, none_of = _ratio(a + events, n + people, c, m), _ratio(a, n, c + events, m + people)
    chosen, known = a + c + events, n + m + people
    p = mid_p(events, chosen, people - events, known - chosen)
    return frame.with_columns(
        bound_low=pl.Series(np.fmin(all_of, none_of), nan_to_null=True),
        bound_high=pl.Series(np.fmax(all_of, none_of), nan_to_null=True),
        silence_p=pl.Series(p, nan_to_null=True),
    )


def _ratio(a: Floats, n: Floats, c: Floats, m: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((n > 0) & (m > 0), a * m / (c * n), np.nan)
