"""The last step for flags: what of a verdict may be shown. A state gives its counts away as a ratio does, so it is
shown where all four may be, and nowhere else.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analytics.disclosure import DEFAULT, Rates, Released, Rule, release_linked
from analytics.disclosure.linked import Split
from analytics.flags.given import COUNTS, keys_of

_RATES: Final = Rates({}, {}, {}, ratios={("ratio", "low", "high"): ("a", "n", "c", "m")})
_PARTS: Final = ("a", "others", "c", "reference_others")
_SPLITS: Final = (Split("figure", "n", ("a", "others")), Split("figure", "m", ("c", "reference_others")))


def release_flags(decided: pl.DataFrame, rule: Rule = DEFAULT, splits: Sequence[Split] = ()) -> Released:
    """What `decide` found, safe to show: keys, a, others (n less a), n, c, reference_others, m, all rounded; ratio, low
    and high from the rounded counts; state; reason where something is withheld.

    p, q, shrunk and the words are left out: they turn back into counts. Make words anew: add adverse,
    comparisons and the names, then `spoken`.
    splits: what else adds up, such as units to a system row. Raises DisclosureError as `release_linked` does.

    >>> counts = {"a": [300, 4], "n": [1500, 40], "c": [600, 48], "m": [3000, 80], "state": ["no_evidence", "flag"]}
    >>> decided = pl.DataFrame({"family": "f", "unit": ["A", "B"], **counts})
    >>> release_flags(decided).frame.select("unit", "a", "n", "state").rows()
    [('A', 300, 1500, 'no_evidence'), ('B', None, 40, None)]
    """
    others = decided.with_columns(others=pl.col("n") - pl.col("a"), reference_others=pl.col("m") - pl.col("c"))
    counts = [*_PARTS, "n", "m"]
    keys = keys_of(decided)
    return release_linked(
        others, keys=keys, counts=counts, splits=[*_SPLITS, *splits], rule=rule, rates=_RATES, codes={"state": COUNTS}
    )
