"""Comparisons and flags in sentences. A flag says that a gap is there and unlikely to be chance, never why; nothing is
ever called fine, and no organisation is ranked.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from analytics.equity.steps import ELSEWHERE, MERGED, MINORITY, SHARE, SYSTEM
from service.insight.words.representation import Headline
from service.web.presenters import count_of, number

Row = Mapping[str, Any]
MOST: Final = 3
LEAD: Final = 2  # flags that a release leads with
LEAVING: Final = "retention"

STEP_NAMES: Final[Mapping[str, str]] = {
    "conversation": "Had a career conversation",
    "offer": "Were offered development, of those with a conversation",
    "application": "Applied, of those offered development",
    "shortlist": "Were shortlisted, of applications decided",
    "appointment": "Were appointed, of those shortlisted and decided",
    "move": "Moved to another employer of the system",
    "senior": "Work at levels 7 to 9, of those at levels 4 to 9",
    "senior_share": "Share of levels 7 to 9, beside all other organisations",
}
# The step in a word or two, where flags are gathered.
STAGES: Final[Mapping[str, str]] = {
    "conversation": "Conversations",
    "offer": "Development offers",
    "application": "Applications",
    "shortlist": "Shortlisting",
    "appointment": "Appointment",
    "move": "Moves between employers",
    "senior": "Senior posts",
    "senior_share": "Senior posts, beside other organisations",
}
# What the board gathers flags by.
ON_BOARD: Final[Mapping[str, str]] = {LEAVING: "Leaving the system", **STAGES}
EVENTS: Final[Mapping[str, str]] = {
    "conversation": "have a career conversation",
    "offer": "be offered development after a conversation",
    "application": "apply after an offer of development",
    "shortlist": "be shortlisted after they applied",
    "appointment": "be appointed after they were shortlisted",
    "move": "move to another employer of the system",
    "senior": "work at levels 7 to 9 rather than 4 to 6",
    "senior_share": "work at levels 7 to 9",
}
# "Next: review ... records"
RECORDS: Final[Mapping[str, str]] = {
    "conversation": "conversation",
    "offer": "development offer",
    "application": "application",
    "shortlist": "shortlisting",
    "appointment": "selection",
    "move": "move",
    "senior": "promotion",
    "senior_share": "promotion",
}
# As they stand before "staff".
GROUPS: Final[Mapping[str, str]] = {
    "white": "White",
    "mixed": "mixed ethnicity",
    "asian": "Asian or Asian British",
    "black": "Black or Black British",
    "other": "other ethnicity",
    "ethnic_minority": "ethnic minority",
    "female": "female",
    "male": "male",
    "disabled": "disabled",
    "non_disabled": "non-disabled",
    ELSEWHERE: "the same group of other organisations'",
}
# What can be done about it: where in this service that is begun.
REMEDIES: Final[Mapping[str, tuple[str, str]]] = {
    "conversation": ("See who has had a career conversation", "/reports/coverage"),
    "offer": ("Look at development offers", "/offers"),
    "application": ("Look at development offers", "/offers"),
    "shortlist": ("Look at opportunities", "/opportunities"),
    "appointment": ("Look at opportunities", "/opportunities"),
    "move": ("Look at opportunities", "/opportunities"),
    "senior": ("Look at opportunities", "/opportunities"),
    "senior_share": ("Look at opportunities", "/opportunities"),
}


# Where more people leave than expected, a leader can go to several things that may be done.
LEAVING_REMEDIES: Final = (
    ("See where to look first, and what can be done there", "/reports/attention"),
    ("See who has had a career conversation", "/reports/coverage"),
)


def ratio_words(value: float | None) -> str:
    """ "0.72" """
    return "" if value is None else f"{value:.2f}"


def range_of(row: Row) -> str:
    """ "0.61 to 0.85", of the ratio that the verdict goes by"""
    low, high = (row["like_low"], row["like_high"]) if row["like_ratio"] is not None else (row["low"], row["high"])
    return f"{ratio_words(low)} to {ratio_words(high)}"


def ratio_of(row: Row) -> float | None:
    """The like-for-like ratio; the crude one where too few strata say it."""
    return row["ratio"] if row["like_ratio"] is None else row["like_ratio"]


def certain_gap(row: Row) -> float:
    """How far the nearest end of the range is from no gap: what is known of its size. Of an adverse event that is its
    lower end, above 1."""
    if row.get("adverse"):
        return row["low"] - 1
    high = row["high"] if row["like_ratio"] is None else row["like_high"]
    return 0.0 if high is None else 1 - high


def system_sentence(row: Row) -> str:
    """ "Across 12 organisations, disabled staff were 0.69 times as likely as non-disabled staff to work ... (plausible
    range 0.61 to 0.78), each organisation compared with itself." """
    return (
        f"Across {count_of(row['comparisons'], 'organisation')}, {_times(row)}, each organisation compared with itself."
        " A gap this size is unlikely to be chance. It does not show why."
    )


def share_sentence(row: Row, where: str) -> str:
    """An organisation's senior posts beside those of all other organisations."""
    group = GROUPS[row["group"]]
    return (
        f"{where}: {group} staff hold {ratio_words(ratio_of(row))} times as large a share of levels 7 to 9 as in all"
        f" other organisations ({number(row['a'])} of {number(row['n'])} against {number(row['c'])} of"
        f" {number(row['m'])}; plausible range {range_of(row)}). A gap this size is unlikely to be chance after"
        f" allowing for the {count_of(row['comparisons'], 'comparison')} made. It does not show why."
    )


def flag_sentence(row: Row, where: str) -> str:
    """What a flag says, wherever it is told; `where` is the organisation's name."""
    if row["organisation"] == SYSTEM:
        return system_sentence(row)
    if row["step"] == SHARE:
        return share_sentence(row, where)
    said, group = row["words"].removeprefix("Flag. ").partition(" Next: ")[0], GROUPS[row["group"]]
    return f"{where}: {group}{said[len(group) :]}"


def reading(rows: Sequence[Row], where: str) -> list[str]:
    """The sentences above the chain of the system or of one organisation."""
    flagged = [row for row in rows if row["state"] == "flag"]
    said = [flag_sentence(row, where) for row in sorted(flagged, key=lambda row: -certain_gap(row))[:MOST]]
    return [*(said or [f"No comparison is flagged for {where}. That is not evidence of fairness."]), cannot_tell(rows)]


def cannot_tell(rows: Sequence[Row]) -> str:
    """ "We cannot tell about 61 of 72 comparisons: ..." """
    unsure = sum(row["state"] not in {"flag", "watch", "no_evidence"} for row in rows)
    return (
        f"We cannot tell about {number(unsure)} of {count_of(len(rows), 'comparison')}: the numbers are too small or"
        " the range is too wide. The smallest gap that could have been seen is shown beside each that can be shown."
    )


def headlines(
    flags: Sequence[Row],
    every: Sequence[Row],
    names: Mapping[str, str],
    since: tuple[int, int, int, int] | None,
    others: int = 0,
) -> list[Headline]:
    """The lead of a release: its flags, those of the system first, then the largest gaps that are certain.

    since: the release before, and how many flags are new, still found and not found any more. others: flags on the
    board that are told elsewhere.
    """
    said = [flag_sentence(row, names.get(row["organisation"], row["organisation"])) for row in _foremost(flags)]
    none = [] if said else ["No comparison is flagged in this release. That is not evidence of fairness."]
    rest = max(len(flags) - LEAD, 0) + others
    more = f"{count_of(rest, 'more flag')} on the board. " if rest else ""
    last = f"{more}{_since(since)}{cannot_tell(every)}"
    board: Headline = {"measure": "equity", "board": "flags"}
    return [
        *(board | {"text": text} for text in (*said, *none)),
        (board if rest else {"measure": "equity"}) | {"text": last},
    ]


def _foremost(flags: Sequence[Row]) -> list[Row]:
    """The flags that a release leads with: of the whole system, then one of an organisation, the largest certain gaps
    first. Where ethnic minorities are flagged together, no part of them is told beside."""
    together = {row["step"] for row in flags if row["group"] == MINORITY and row["organisation"] == SYSTEM}
    ordered = sorted(flags, key=lambda row: -certain_gap(row))
    parts = MERGED[MINORITY]
    system = [row for row in ordered if row["organisation"] == SYSTEM]
    whole = [row for row in system if not (row["step"] in together and row["group"] in parts)]
    own = [row for row in ordered if row["organisation"] != SYSTEM]
    return [*whole[: LEAD - min(len(own), 1)], *own][:LEAD]


def _since(since: tuple[int, int, int, int] | None) -> str:
    if since is None:
        return ""
    release, new, still, gone = since
    return f"Since release {release}: {new} new, {still} still found, {gone} not found any more. "


def _times(row: Row) -> str:
    group, reference = GROUPS[row["group"]], GROUPS[row["reference"]]
    return (
        f"{group} staff were {ratio_words(ratio_of(row))} times as likely as {reference} staff to"
        f" {EVENTS[row['step']]} (plausible range {range_of(row)})"
    )
