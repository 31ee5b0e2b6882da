"""Two characteristics at once, in words: a share of senior posts beside the same share of everybody."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.web.presenters import percent

Row = Mapping[str, Any]
CUTS: Final[Mapping[str, str]] = {
    "ethnicity_sex": "Ethnicity and sex",
    "disability_sex": "Disability and sex",
    "ethnicity_disability": "Ethnicity and disability",
}
BANDS: Final[Mapping[str, str]] = {"all": "Everybody", "senior": "Levels 7 to 9", "others": "All other posts"}
_FIRST: Final[Mapping[str, str]] = {
    "white": "White",
    "ethnic_minority": "Ethnic minority",
    "disabled": "Disabled",
    "non_disabled": "Non-disabled",
}
_SECOND: Final[Mapping[str, str]] = {
    "female": "women",
    "male": "men",
    "disabled": "disabled staff",
    "non_disabled": "non-disabled staff",
}
TOO_FEW: Final = "Too few people hold senior posts to show two characteristics together there."


def name_of(row: Row) -> str:
    """ "Ethnic minority women" """
    return f"{_FIRST[row['first']]} {_SECOND[row['second']]}"


def reading(rows: Sequence[Row]) -> list[str]:
    """A sentence for each group whose range at senior posts lies wholly below its range everywhere, or that there is
    none; what cannot be shown is said."""
    everybody = {_key(row): row for row in rows if row["band"] == "all"}
    senior = [row for row in rows if row["band"] == "senior" and row["share"] is not None]
    if not senior:
        return [TOO_FEW]
    said = [_less(row, everybody[_key(row)]) for row in senior if row["high"] < everybody[_key(row)]["low"]]
    gone = [CUTS[cut] for cut in CUTS if cut not in {row["cut"] for row in senior}]
    said = said or ["Where it can be shown, no group is clearly a smaller share of levels 7 to 9 than of everybody."]
    return [*said, *(f"{name}: too few people at levels 7 to 9 to show." for name in gone)]


def _key(row: Row) -> tuple[str, str, str]:
    return row["cut"], row["first"], row["second"]


def _less(row: Row, whole: Row) -> str:
    return f"{name_of(row)} are {_share(row)} of levels 7 to 9 and {_share(whole)} of everybody."


def _share(row: Row) -> str:
    return f"{percent(row['share'])} (range {percent(row['low'])} to {percent(row['high'])})"
