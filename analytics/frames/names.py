"""The codes of the frames, and what people's groups are called."""

from collections.abc import Mapping
from typing import Final

import polars as pl

NON_ANSWERS: Final = ("prefer_not_to_say", "not_stated", "not_known")
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "ethnicity": ("white", "mixed", "asian", "black", "other"),
    "sex": ("female", "male"),
    "disability": ("disabled", "non_disabled"),
    "age_band": ("16-24", "25-34", "35-44", "45-54", "55-64", "65+"),
}
CHARACTERISTICS: Final = tuple(GROUPS)
KINDS: Final = ("substantive", "acting_up", "secondment")  # the order in which one of several is the main one
STAGES: Final = (
    *("conversation", "offer", "application", "shortlist", "appointment", "completion"),
    *("disciplinary", "capability"),  # entries into a formal process, where an employer imports them
)
SOURCES: Final = ("offer", "opportunity")  # what a case is about: a development offer, or a post or project
PIPELINE: Final = ("feeder", "developing", "ready_soon", "ready_now")  # how far along somebody in a pipeline is
PLACED: Final = "placed"  # and who has got there, and is no longer counted on
DRIVERS: Final = ("plan_overdue", "secondment_ending", "no_aftercare", "no_support")
BOARD: Final = ("voting", "non_voting")
CONTRACTS: Final = ("permanent", "fixed_term", "bank", "locum", "apprentice", "honorary", "other")
LEVELS: Final = range(1, 10)
LABELS: Final[Mapping[str, str]] = {
    "ethnicity": "Ethnicity",
    "sex": "Sex",
    "disability": "Disability",
    "age_band": "Age band",
    "white": "White",
    "mixed": "Mixed or multiple ethnic groups",
    "asian": "Asian or Asian British",
    "black": "Black, Black British, Caribbean or African",
    "other": "Other ethnic group",
    "female": "Female",
    "male": "Male",
    "disabled": "Disabled",
    "non_disabled": "Not disabled",
    "16-24": "16 to 24",
    "25-34": "25 to 34",
    "35-44": "35 to 44",
    "45-54": "45 to 54",
    "55-64": "55 to 64",
    "65+": "65 and over",
    "prefer_not_to_say": "Prefer not to say",
    "not_stated": "Not stated",
    "not_known": "Not known",
}

_GROUP_ORDER: Final = [*(group for groups in GROUPS.values() for group in groups), *NON_ANSWERS]


def group_order(column: str = "group") -> list[pl.Expr]:
    """What to sort by for groups in the order above, then non-answers, then groups we do not know by name."""
    rank = pl.col(column).cast(pl.String)
    rank = rank.replace_strict(_GROUP_ORDER, list(range(len(_GROUP_ORDER))), default=len(_GROUP_ORDER))
    return [rank, pl.col(column)]
