"""Which comparisons there are: fixed before anything is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from analytics.representation.cases import LINKS

METHOD_VERSION: Final = "equity-2"
SYSTEM: Final = ""
ELSEWHERE: Final = "elsewhere"  # the reference of SHARE: the same group in all other organisations
UNANSWERED: Final = "unanswered"

CHAIN: Final = LINKS
SENIOR: Final = "senior"
SHARE: Final = "senior_share"
STEPS: Final = (*CHAIN, SENIOR, SHARE)
POOL: Final = (4, 5, 6, 7, 8, 9)  # the levels that senior posts are filled from, and the senior ones
UPPER: Final = (7, 8, 9)
YEARS: Final = 3  # of which what flows is counted together; stocks are of one day

MINORITY: Final = "ethnic_minority"
MERGED: Final[Mapping[str, tuple[str, ...]]] = {MINORITY: ("mixed", "asian", "black", "other")}
# Of each characteristic the groups that hold everybody with a known answer, once.
EVERYBODY: Final = ("white", MINORITY, "female", "male", "disabled", "non_disabled")


@dataclass(frozen=True)
class Pair:
    """A group beside its reference. Pairs of one `family` are corrected together, within a step: a pair the other way
    round is a family of its own, for the same gap would be in it twice."""

    characteristic: str
    focus: str
    reference: str
    family: str


PAIRS: Final = (
    *(Pair("ethnicity", group, "white", "ethnicity") for group in MERGED[MINORITY]),
    Pair("ethnicity", MINORITY, "white", "ethnic_minority"),
    Pair("ethnicity", "white", MINORITY, "white"),
    Pair("sex", "female", "male", "female"),
    Pair("sex", "male", "female", "male"),
    Pair("disability", "disabled", "non_disabled", "disabled"),
    Pair("disability", "non_disabled", "disabled", "non_disabled"),
)
CHARACTERISTICS: Final = tuple(dict.fromkeys(pair.characteristic for pair in PAIRS))
