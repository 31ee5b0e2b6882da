"""Which leaver of one organisation may be which joiner of another, of 200,000 each. It proposes; a person decides.

Comparing everybody with everybody is out of the question, so three ways of being alike bring two records together
(blocks): one date of birth, one name, one employee number. What one typing error hides from one of them, another finds.
"""

from functools import reduce

import polars as pl
from rapidfuzz import fuzz, process

from service.mobility.rules.pairing import LONGEST_OVERLAP, Basis, BirthDates

LEG = {
    "event_id": pl.String,
    "person_id": pl.String,
    "organisation_id": pl.String,
    "is_leaver": pl.Boolean,
    "day": pl.Date,
    "given_name": pl.String,
    "family_name": pl.String,
    "birth_date": pl.Date,
    "employee_number": pl.String,
}
KNOWN = {"leaver_event_id": pl.String, "joiner_event_id": pl.String, "is_waiting": pl.Boolean}
# Of 100. A name of two words with one letter wrong is above the first; one with two letters wrong is above the second.
SAME_NAME, LIKE_NAME = 95, 80
# What each kind of agreement adds when several records fit: only to put the likeliest first, never shown to anybody.
BIRTH_WEIGHT = {BirthDates.SAME: 100, BirthDates.NEAR: 60, BirthDates.MISSING: 20, BirthDates.DIFFERENT: 0}
NUMBER_WEIGHT, DAY_WEIGHT, RIVAL = 40, 0.1, 12
# Letters of their own, which do not come apart into a plain one and an accent.
LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "'": "", "\u2019": ""}
_DIGITS = tuple(range(8))
PART = 500_000  # pairs compared at once


def candidates(legs: pl.DataFrame, review_days: int, known: pl.DataFrame | None = None) -> pl.DataFrame:
    """`legs` as in LEG, `known` the pairs proposed before, as in KNOWN.

    One row for each new pair to decide, each leg in one of them at most: leaver_* and joiner_* (event_id, person_id,
    organisation_id), basis, gap_days, name_likeness, birth_dates, same_number, has_rival.
    """
    known = pl.DataFrame(schema=KNOWN) if known is None else known
    free = _without_waiting(legs, known)
    leaver, joiner = _side(free, leaver=True), _side(free, leaver=False)
    together = _brought_together(leaver, joiner, review_days)
    parts = list(together.iter_slices(PART)) or [together]
    near = pl.concat([_judged(_compared(_in_full(leaver, joiner, part, known))) for part in parts])
    return _one_to_one(near).select(
        *(f"{leg}_{part}" for leg in ("leaver", "joiner") for part in ("event_id", "person_id", "organisation_id")),
        *("basis", "gap_days", "name_likeness", "birth_dates", "same_number", "has_rival"),
    )


def _without_waiting(legs: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    waiting = known.filter("is_waiting")
    used = pl.concat([waiting["leaver_event_id"], waiting["joiner_event_id"]])
    return legs.join(used.alias("event_id").to_frame(), on="event_id", how="anti")


def _side(legs: pl.DataFrame, *, leaver: bool) -> pl.DataFrame:
    """Names without accents, case, marks and order: "Siôn ap Parry-Jones" is "ap jones parry sion"."""
    whole = pl.concat_str("given_name", pl.lit(" "), "family_name").str.to_lowercase()
    plain = (
        whole.str.replace_many(list(LETTERS), list(LETTERS.values()))
        .str.normalize("NFD")
        .str.replace_all(r"\p{M}", "")
        .str.replace_all(r"[^\p{L}]+", " ")
    )
    words = plain.str.strip_chars().str.split(" ").list.sort().list.join(" ")
    number = pl.col("employee_number").str.strip_chars_start("0").replace("", None)
    prefix = "leaver_" if leaver else "joiner_"
    return (
        legs.filter(pl.col("is_leaver") == leaver)
        .select(
            *("event_id", "person_id", "organisation_id", "day", "birth_date"),
            name=words,
            number=number,
            digits=pl.col("birth_date").dt.strftime("%Y%m%d"),
        )
        .rename(lambda name: prefix + name)
    )


def _brought_together(leaver: pl.DataFrame, joiner: pl.DataFrame, review_days: int) -> pl.DataFrame:
    """leaver_row, joiner_row, gap_days: positions only, as millions share a day of birth and few of them a name."""
    gap = (pl.col("joiner_day") - pl.col("leaver_day")).dt.total_days().cast(pl.Int16)
    in_time = gap.is_between(-LONGEST_OVERLAP, review_days)
    elsewhere = pl.col("leaver_place") != pl.col("joiner_place")
    parts = [
        _thin(leaver, "leaver_", key)
        .join(_thin(joiner, "joiner_", key), on="key")
        .filter(in_time, elsewhere)
        .select("leaver_row", "joiner_row", gap_days=gap)
        for key in ("person_id", "birth_date", "name", "number")
    ]
    return pl.concat(parts).unique(["leaver_row", "joiner_row"]).collect()


def _thin(side: pl.DataFrame, prefix: str, key: str) -> pl.LazyFrame:
    place = pl.col(f"{prefix}organisation_id").hash().alias(f"{prefix}place")
    shown = side.lazy().select(pl.col(f"{prefix}{key}").alias("key"), f"{prefix}day", place)
    return shown.with_row_index(f"{prefix}row").filter(pl.col("key").is_not_null())


def _in_full(leaver: pl.DataFrame, joiner: pl.DataFrame, pairs: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The same pairs with everything that is compared, but for those that were proposed before."""
    whole = pl.concat([leaver[pairs["leaver_row"]], joiner[pairs["joiner_row"]]], how="horizontal")
    return whole.with_columns(pairs["gap_days"]).join(known, on=["leaver_event_id", "joiner_event_id"], how="anti")


def _compared(pairs: pl.DataFrame) -> pl.DataFrame:
    likeness = process.cpdist(
        pairs["leaver_name"].to_list(), pairs["joiner_name"].to_list(), scorer=fuzz.ratio, workers=-1
    )
    one, other = pl.col("leaver_digits"), pl.col("joiner_digits")
    differing = reduce(
        lambda total, n: total + (one.str.slice(n, 1) != other.str.slice(n, 1)).cast(pl.Int8), _DIGITS, pl.lit(0)
    )
    swapped = pl.concat_str(one.str.slice(0, 4), one.str.slice(6, 2), one.str.slice(4, 2)) == other
    birth = (
        pl.when(one.is_null() | other.is_null())
        .then(pl.lit(BirthDates.MISSING.value))
        .when(differing == 0)
        .then(pl.lit(BirthDates.SAME.value))
        .when((differing == 1) | swapped)
        .then(pl.lit(BirthDates.NEAR.value))
        .otherwise(pl.lit(BirthDates.DIFFERENT.value))
    )
    return pairs.with_columns(
        name_likeness=pl.Series(likeness).round().cast(pl.Int16),
        birth_dates=birth,
        same_number=(pl.col("leaver_number") == pl.col("joiner_number")).fill_null(value=False),
        is_same_record=pl.col("leaver_person_id") == pl.col("joiner_person_id"),
    )


def _judged(pairs: pl.DataFrame) -> pl.DataFrame:
    """Only what a person could sensibly be asked: it is one record, or the name agrees and something else does."""
    name, birth = pl.col("name_likeness"), pl.col("birth_dates")
    fits = (
        pl.col("is_same_record")
        | ((name >= LIKE_NAME) & (birth == BirthDates.SAME.value))
        | ((name >= SAME_NAME) & (birth == BirthDates.NEAR.value))
        | ((name >= LIKE_NAME) & pl.col("same_number") & (birth != BirthDates.DIFFERENT.value))
    )
    weight = (
        name
        + birth.replace_strict({code.value: number for code, number in BIRTH_WEIGHT.items()}, return_dtype=pl.Int16)
        + pl.col("same_number").cast(pl.Int16) * NUMBER_WEIGHT
        + pl.col("is_same_record").cast(pl.Int16) * 1000
        - pl.col("gap_days").abs() * DAY_WEIGHT
    )
    basis = pl.when("is_same_record").then(pl.lit(Basis.SAME_RECORD.value)).otherwise(pl.lit(Basis.LIKENESS.value))
    return pairs.filter(fits).with_columns(weight=weight, basis=basis)


def _one_to_one(pairs: pl.DataFrame) -> pl.DataFrame:
    """The likeliest first; each leaver and each joiner once. A pair says when another would have fitted nearly as well.

    Those that are each other's best are taken, then those that are among the rest, until nothing is left.
    """
    legs = ("leaver_event_id", "joiner_event_id")
    rivals = [((pl.col("weight") > pl.col("weight").max() - RIVAL).sum() > 1).over(leg) for leg in legs]
    left = (
        pairs.with_columns(has_rival=rivals[0] | rivals[1])
        .sort(["weight", *legs], descending=[True, False, False])
        .with_row_index("place")
    )
    taken = [left.clear()]
    while not left.is_empty():
        best = left.filter(*(pl.col("place") == pl.col("place").min().over(leg) for leg in legs))
        taken.append(best)
        left = left.join(best, on=legs[0], how="anti").join(best, on=legs[1], how="anti")
    return pl.concat(taken)
