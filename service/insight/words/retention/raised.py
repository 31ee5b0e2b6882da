"""Where more people left than expected: what a flag says, what it may mean, and of how much we cannot tell."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from analytics.flags import DEFAULT
from service.insight.words.flags import ratio_words
from service.insight.words.representation import Basis
from service.insight.words.retention.names import ALL, place_words
from service.web.presenters import count_of, day, number

Row = Mapping[str, Any]
FLAG: Final = "flag"
WATCH: Final = "watch"
MATERIAL: Final = 1 / DEFAULT.edge
STEP: Final = "retention"
MOST: Final = 3
_MAY_MEAN: Final = (
    "What it may mean: pay, workload, travel or how people are led differs from elsewhere; people see no next step"
    " here; or something happened that these figures do not hold, such as a service that closed. Ask people who stayed"
    " and people who left."
)
_MAY_DO: Final = (
    "What could be done: a career conversation with everybody who has had none, development within reach, and a look at"
    " secondments that end without a post to return to."
)
MEANING: Final = (_MAY_MEAN, _MAY_DO)


# By what it is expected: told once wherever it is said that more left than expected.
BY: Final = (
    "Expected is if people of the same age, staff group and length of service had left as in the rest of the system."
)


def state_name(row: Row) -> str:
    """What a comparison shows, of the five that there are: that more left is not shown is not that no more left."""
    named = {FLAG: "Flag", WATCH: "Watch", None: "", "too_little": "Not enough data"}
    if row["state"] in named:
        return named[row["state"]]
    return "Uncertain: cannot tell" if _is_unsure(row) else "No evidence of a material excess"


def _is_unsure(row: Row) -> bool:
    """Whether a material excess can neither be shown nor be ruled out."""
    return row["state"] not in {FLAG, WATCH} and (row["high"] is None or row["high"] > MATERIAL)


def flag_words(row: Row, basis: Basis) -> str:
    """What a flag says, wherever it is told."""
    made = row.get("comparisons")
    units = "whole organisations" if row["focus"] == ALL else "staff groups"
    allowing = f"the {count_of(made, 'comparison')} of {units} that could be made" if made else "all comparisons made"
    return (
        f"{place_words(row)}: more people left the system in the year to {day(basis.snapshot_on)} than expected."
        f" {_counted(row)} {ratio_words(row['o_e'])} times as many (plausible range {_range(row)}). An excess this size"
        f" is unlikely to be chance after allowing for {allowing}. It does not show why."
    )


def _counted(row: Row) -> str:
    if row["observed"] is None or row["expected"] is None:
        return "The counts are withheld:"
    return (
        f"About {number(row['observed'])} left, and about {number(row['expected'])} would be expected of staff of the"
        " same age, staff group and length of service:"
    )


def _range(row: Row) -> str:
    return f"{ratio_words(row['low'])} to {ratio_words(row['high'])}"


def raised(rows: Sequence[Row], where: str) -> list[str]:
    """Where more people left than expected, with the range: what is flagged, then what to watch; and of how much we
    cannot tell."""
    flagged = foremost([row for row in rows if row["state"] == FLAG])
    watched = foremost([row for row in rows if row["state"] == WATCH])
    said = [brief(row) for row in flagged[:MOST]]
    more = len(flagged) - MOST
    if more > 0:
        said.append(f"{count_of(more, 'more group')} {'has' if more == 1 else 'have'} a flag for leaving.")
    if not flagged:
        said.append(f"No group of staff in {where} has a flag for leaving. That does not show that all is well.")
    said += [
        f"To watch, because it could still be chance. {brief(row)}" for row in watched[: MOST - len(flagged[:MOST])]
    ]
    return [*said, *([BY] if flagged or watched else []), *_cannot_tell(rows)]


def foremost(rows: Sequence[Row]) -> list[Row]:
    """Whole organisations before their staff groups, by name: what is told first is not what is worst."""
    return sorted(rows, key=lambda row: (row["focus"] != ALL, row["organisation_name"].casefold(), row["focus"]))


def brief(row: Row) -> str:
    """ "More people left the system than expected in Fern Trust: about 54 against about 39, 1.38 times as many ..." """
    counts = ""
    if row["observed"] is not None and row["expected"] is not None:
        counts = f": about {number(row['observed'])} against about {number(row['expected'])}"
    return (
        f"More people left the system than expected in {place_words(row)}{counts}, {ratio_words(row['o_e'])} times as"
        f" many (range {_range(row)})."
    )


def _cannot_tell(rows: Sequence[Row]) -> list[str]:
    unsure = sum(_is_unsure(row) for row in rows)
    whole = f"We cannot tell about {number(unsure)} of {count_of(len(rows), 'comparison')}"
    return [f"{whole}: the numbers are too small or the range is too wide."] if rows else []
