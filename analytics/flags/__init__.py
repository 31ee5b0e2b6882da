"""Comparisons -> states in words: where a gap is both material and unlikely to be chance, and where nobody can tell.

rule (the thresholds, as data) -> given (what is refused) -> evidence (each comparison) -> alike (within strata) ->
pooling (its family) -> states -> words. `system` holds the test that comes first: what all organisations show together.
How often the rule is wrong was measured: docs/trust.md. Nothing here may be shown before `disclosure.release`.
"""

import polars as pl

from analytics.flags.alike import like_for_like, with_adjusted
from analytics.flags.detectable import smallest_gap
from analytics.flags.evidence import with_evidence
from analytics.flags.given import checked
from analytics.flags.pooling import with_families
from analytics.flags.release import release_flags
from analytics.flags.rule import DEFAULT, LABELS, STATE, STATES, FlagRule
from analytics.flags.silence import with_silence
from analytics.flags.states import state
from analytics.flags.system import system_pattern, system_wide, tested
from analytics.flags.words import words

__all__ = [
    "DEFAULT",
    "LABELS",
    "STATE",
    "STATES",
    "FlagRule",
    "decide",
    "judged",
    "like_for_like",
    "release_flags",
    "smallest_gap",
    "spoken",
    "system_pattern",
    "system_wide",
    "tested",
]

_WORKING = ("log", "variance", "survives", "pattern")


def decide(frame: pl.DataFrame, rule: FlagRule = DEFAULT) -> pl.DataFrame:
    """The state of each comparison, with what it rests on. Rows and their order stay as they are.

    frame: one row a comparison: family (what is corrected together: one measure, one characteristic, one window), unit
    (an organisation, a grade), a of n people of the group and c of m of the reference with the event, adverse (true
    where the event is a bad one), unknown_share (of people without a known answer, 0 to 1). It may have group (units
    are then compared once for each group), imported_tau2 (the variance between units found in a wider family, for
    families of fewer than 10), years (a list of a, n, c, m for each year, the latest last), adjusted (from
    `like_for_like`: the verdict then goes by the like-for-like ratio, with crude_ratio beside it), unknown_a
    and unknown_n (events and people without a known answer: bound_low and bound_high are then the ratio if all or none
    were of the group, and there is no flag where silence goes with the event), and names for the words.

    Adds ratio, low and high (Koopman, 95 %), p (mid-P), p_adj (allowing for how units differ), q (allowing for how many
    were compared), shrunk (the ratio drawn towards the family's) and spread (its standard error, of the log), tau2,
    comparisons (tested in the family), smallest_gap (the least one that could have been seen), outside and testable,
    state and words. No event in either group is no ratio: null. p_adj, q, shrunk and tau2 are null where a comparison
    could not be tested. Raises CountsError for counts that cannot be, missing values, repeats, and families of nobody.

    >>> counts = pl.DataFrame({"unit": ["5", "6"], "a": [12, 0], "n": [40, 8], "c": [48, 9], "m": [80, 40]})
    >>> grades = counts.with_columns(family=pl.lit("appointed"), adverse=pl.lit(False), unknown_share=0.1)
    >>> decide(grades).select("unit", "state", pl.col("ratio", "low", "high").round(2)).rows()
    [('5', 'flag', 0.5, 0.29, 0.79), ('6', 'not_enough_data', 0.0, 0.0, 1.58)]
    """
    decided = judged(frame, rule)
    decided = decided.with_columns(smallest_gap=_smallest_gap(decided))
    return decided.with_columns(spoken(decided, rule)).select(
        pl.exclude("smallest_gap", "state", "words"), "smallest_gap", "state", "words"
    )


def judged(frame: pl.DataFrame, rule: FlagRule = DEFAULT) -> pl.DataFrame:
    """What `decide` says without smallest_gap and words, for who says it in another way."""
    evidence = with_adjusted(with_evidence(with_silence(checked(frame)), rule), rule)
    known = with_families(evidence, rule)
    return known.with_columns(state=state(rule, silence="silence_p" in known.columns)).drop(_WORKING)


def spoken(frame: pl.DataFrame, rule: FlagRule = DEFAULT) -> pl.Series:
    """The words for each row, from its state, figures and names; null where the state is withheld."""
    return words(frame, rule.edge)


def _smallest_gap(known: pl.DataFrame) -> pl.Series:
    rate = known.select(pl.when(pl.col("m") > 0).then(pl.col("c") / pl.col("m"))).to_series()
    return smallest_gap(known.get_column("n"), known.get_column("m"), rate, adverse=known.get_column("adverse"))
