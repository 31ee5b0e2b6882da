"""What the model said of last year and says of the next, in sentences: of the whole system, and of nobody in it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.insight.words.phrases import listed
from service.web.presenters import number

Row = Mapping[str, Any]
WAYS: Final[Mapping[str, str]] = {
    "left": "leave the system",
    "moved": "move to another of our organisations",
    "retired": "retire",
    "other": "go for another reason",
}
WAY_NAMES: Final[Mapping[str, str]] = {
    "left": "Leave the system",
    "moved": "Move inside",
    "retired": "Retire",
    "other": "End otherwise",
}
CHECKED: Final[Mapping[str | None, str]] = {
    "passed": "Near enough",
    "failed": "Not near enough: nothing is forecast",
    "too_few": "Too few to check by: nothing is forecast",
    None: "Cannot be told",
}
JUDGED: Final[Mapping[str | None, str]] = {
    "no_alarm": "Not surely far out",
    "alarm": "Surely far out",
    "too_few": "Too few left to judge by",
    None: "Cannot be told",
}
CARD: Final = "This model estimates how many people of a group go"  # how the card of a model begins
COVERS: Final = (
    "The range covers chance, what the model could not learn from one year, and a change as large as last year's. It"
    " does not cover a closure, a pay award or a strike, nor people who join from now on."
)
FAR_OUT: Final = (
    "Far out is a quarter more than the model expected, or a fifth fewer, even at the near end of the range."
)
NOT_FAIR: Final = (
    "A model can be right about every group, and people still leave for reasons that are not fair: it only says whether"
    " the forecast leaves anybody out."
)
OF_NOBODY: Final = "It is about the whole system, and says nothing about any person."


def forecast(rows: Sequence[Row]) -> list[str]:
    """How the model did, what follows, and what that covers. rows: one a cause, as released."""
    left = next(row for row in rows if row["cause"] == "left")
    if left["observed"] is None:
        return [f"Nothing is forecast about leaving the system. {left['reason']}."]
    tried = (
        f"The model was tried on last year: of the people here a year ago it expected about {number(left['expected'])}"
        f" to leave the system, and about {number(left['observed'])} did."
    )
    looked = [row for row in rows if row["next_expected"] is not None]
    if left["next_expected"] is None:
        tried += f" {left['reason']}, so nothing is forecast of that."
    return [tried, *_ahead(looked), *_drifted(looked), *([COVERS] if looked else []), OF_NOBODY]


def fairness(rows: Sequence[Row]) -> list[str]:
    """About which groups the model was far out, of how many that could be judged. rows: of groups, with their names."""
    judged = [row for row in rows if row["state"] in ("alarm", "no_alarm")]
    if not judged:
        return [f"Whether the model is wrong about a group cannot be told. {_why(rows)}."]
    wrong = [f"{row['kind']}, {row['name']}: {_times(row)}" for row in judged if row["state"] == "alarm"]
    groups = f"{len(judged)} groups" if len(judged) > 1 else "one group"
    found = (
        f"The model was far out about {'; '.join(wrong)}. Ask why before its forecast is used."
        if wrong
        else f"Of {groups} that could be judged the model was surely far out about none."
    )
    return [found, FAR_OUT, NOT_FAIR]


def _times(row: Row) -> str:
    return f"about {number(row['observed'])} left where it expected about {number(row['expected'])}"


def _why(rows: Sequence[Row]) -> str:
    """The reason that is not of one group alone."""
    return next((row["reason"] for row in rows if row["reason"]), "Too few left to judge by")


def _ahead(looked: Sequence[Row]) -> list[str]:
    if not looked:
        return []
    said = [
        f"about {number(row['next_expected'])}, {number(row['next_low'])} to {number(row['next_high'])}, may"
        f" {WAYS[row['cause']]}"
        for row in looked
    ]
    return [f"Of the people here now, in the next twelve months {listed(said)}, if things stay as they are."]


def _drifted(looked: Sequence[Row]) -> list[str]:
    ways = [WAYS[row["cause"]] for row in looked if row["drift"] == "drifted"]
    if not ways:
        return []
    return [f"Last year was unlike the year before it, so take with more caution: how many {listed(ways)}."]


def apart(sentences: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """What is said of a part, and the card of its model, if it has one."""
    at = next((at for at, said in enumerate(sentences) if said.startswith(CARD)), len(sentences))
    return sentences[:at], sentences[at:]
